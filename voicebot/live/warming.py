"""What every driver of live calls does before the first: nothing that is slow the first time may happen inside a call."""

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from typing import get_args

import numpy as np

from voicebot.call import Call
from voicebot.dialogue import fixed_prompts
from voicebot.engine import Engine
from voicebot.live.keeping import NOTICES
from voicebot.types import FRAME_SECONDS, SILENCE, Expectation, ExpectationKind, Language, Recognition, Samples

SWITCH_SECONDS = 0.0005
"""How long a thread may keep the interpreter from another: the default of 5 ms, a few times in 20, would make frames late."""

URGENCY = -10
"""How far a live call goes before other work of the machine (as the sound server does), where the system allows it."""

_WARMING: Mapping[Language, str] = {"zh-CN": "我昨天转了一百块钱", "en-US": "yesterday I sent one hundred dollars"}
"""Any words with a date and an amount, whose grammars are the largest."""


def warm_up(engine: Engine) -> None:
    """Do what a process does slowly the first time: the speech process starts, grammars compile, something is recognised, and the
    prompts that never change are rendered."""
    hotline = engine.hotline
    Call(engine).push(SILENCE)
    spoken = engine.renderer.render(_WARMING[hotline.language], hotline.voice, hotline.rate).samples
    recognizer = engine.recognizer()
    for kind in get_args(ExpectationKind):
        expectation = Expectation(kind)
        engine.nlu.understand(Recognition.of_text(_WARMING[hotline.language]), expectation)
        recognizer.begin(engine.nlu.grammar_phrases(expectation), engine.nlu.grammar_loop(expectation))
        recognizer.accept(spoken)
        engine.nlu.understand(recognizer.finish(), expectation)
    for text in fixed_prompts(hotline):
        engine.synthesizer.render(text, hotline.voice, hotline.rate)
    engine.remember()


@contextmanager
def urgent() -> Iterator[None]:
    """Meanwhile this process goes before others: what comes late is a hole in the bot's speech."""
    if not hasattr(os, "setpriority"):
        yield
        return
    before = os.getpriority(os.PRIO_PROCESS, 0)
    with suppress(OSError):  # for people who administer the machine; everybody else's call runs as it is
        os.setpriority(os.PRIO_PROCESS, 0, min(before, URGENCY))
    try:
        yield
    finally:
        with suppress(OSError):
            os.setpriority(os.PRIO_PROCESS, 0, before)


def announcement(engine: Engine) -> Samples:
    """The recording notice in the hotline's voice, and a breath."""
    hotline = engine.hotline
    spoken = engine.synthesizer.render(NOTICES[hotline.language], hotline.voice, hotline.rate).samples
    return np.concatenate([spoken, np.zeros(round(0.3 / FRAME_SECONDS) * len(SILENCE), np.int16)])
