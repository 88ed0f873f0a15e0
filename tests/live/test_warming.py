"""Before the first live call: what would be slow inside it is done."""

import os
from dataclasses import replace
from pathlib import Path

import pytest

from voicebot.dialogue import fixed_prompts
from voicebot.engine import load_engine
from voicebot.live.warming import URGENCY, urgent, warm_up
from voicebot.tts import CachedSynthesizer, Renderer
from voicebot.types import Speech


class Counting:
    """The real voice, and what it was asked for."""

    def __init__(self) -> None:
        self._renderer = Renderer()
        self.asked: list[str] = []

    def render(self, text: str, voice: str, rate: int) -> Speech:
        self.asked.append(text)
        return self._renderer.render(text, voice, rate)


def test_the_speech_process_is_started_even_when_every_fixed_prompt_is_cached(tmp_path: Path) -> None:
    engine = load_engine("hotline_95188", "en-US")
    fixed = set(fixed_prompts(engine.hotline))
    cold, warm = Counting(), Counting()
    for voice in (cold, warm):
        synthesizer = CachedSynthesizer(Renderer(), tmp_path)
        synthesizer.load((text, engine.hotline.voice, engine.hotline.rate) for text in fixed)
        synthesizer.renderer = voice
        warm_up(replace(engine, synthesizer=synthesizer))
    assert fixed <= set(cold.asked)
    assert warm.asked
    assert not fixed & set(warm.asked)


@pytest.mark.skipif(not hasattr(os, "getpriority"), reason="this system has no priorities of processes")
def test_a_live_call_goes_before_other_work_where_it_may() -> None:
    before = os.getpriority(os.PRIO_PROCESS, 0)
    with urgent():
        inside = os.getpriority(os.PRIO_PROCESS, 0)
    assert inside in (min(before, URGENCY), before), "who may not ask for it goes on as before"
    assert os.getpriority(os.PRIO_PROCESS, 0) in (before, inside)
