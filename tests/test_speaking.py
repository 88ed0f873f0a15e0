"""The bot's mouth: what is rendered when, what plays after what, and what a stop throws away."""

import pytest

from voicebot.events import EventLog, PromptFinished, Resumed
from voicebot.speaking import Speaker
from voicebot.tts import Renderer
from voicebot.types import FRAME_SAMPLES, Prompt, Speech

VOICE, RATE = "cmn", 180


class Counting:
    """The real voice, and what it was asked for."""

    def __init__(self) -> None:
        self._renderer = Renderer()
        self.asked: list[tuple[str, int]] = []

    def render(self, text: str, voice: str, rate: int) -> Speech:
        self.asked.append((text, rate))
        return self._renderer.render(text, voice, rate)


def prompt(text: str) -> Prompt:
    return Prompt(name=text, act="answer", text=text, spoken=text)


@pytest.fixture
def mouth() -> tuple[Speaker, Counting, EventLog]:
    voice, log = Counting(), EventLog()
    return Speaker(voice, VOICE, RATE, {}, log), voice, log


def test_only_the_prompt_that_sounds_next_is_rendered_at_once(mouth: tuple[Speaker, Counting, EventLog]) -> None:
    speaker, voice, _ = mouth
    for text in ("好的", "没问题", "再见"):
        speaker.say(prompt(text))
    assert [text for text, _ in voice.asked] == ["好的"]
    speaker.next_frame()
    assert [text for text, _ in voice.asked] == ["好的"]  # one a frame
    speaker.next_frame()
    assert [text for text, _ in voice.asked] == ["好的", "没问题"]
    speaker.next_frame()
    assert [text for text, _ in voice.asked] == ["好的", "没问题", "再见"]


def test_prompts_play_in_the_order_they_were_said_and_then_it_is_idle(mouth: tuple[Speaker, Counting, EventLog]) -> None:
    speaker, voice, log = mouth
    for text in ("好的", "没问题"):
        speaker.say(prompt(text))
    frames = 0
    while not speaker.idle:
        frames += 1
        speaker.next_frame()
    happened = [(type(record.event).__name__, record.event.name) for record in log.records]
    assert happened == [
        ("PromptStarted", "好的"), ("PromptFinished", "好的"), ("PromptStarted", "没问题"), ("PromptFinished", "没问题"),
    ]  # fmt: skip
    spoken = sum(-(-len(Renderer().render(text, VOICE, RATE).samples) // FRAME_SAMPLES) for text in ("好的", "没问题"))
    assert frames > spoken  # a breath between the two


def test_a_stop_throws_away_what_waits_rendered_or_not(mouth: tuple[Speaker, Counting, EventLog]) -> None:
    speaker, voice, log = mouth
    for text in ("好的", "没问题", "再见", "谢谢"):
        speaker.say(prompt(text))
    speaker.next_frame()
    speaker.next_frame()  # renders the second
    heard = speaker.stop()
    assert heard is not None
    assert heard.prompt.name == "好的"
    stopped = log.records[-1].event
    assert stopped.flushed == 3
    assert speaker.idle
    for _ in range(10):
        speaker.next_frame()
    assert len(voice.asked) == 2


def test_what_a_stop_threw_away_can_be_taken_up_until_something_else_is_said(mouth: tuple[Speaker, Counting, EventLog]) -> None:
    speaker, _, log = mouth
    for text in ("好的", "没问题"):
        speaker.say(prompt(text))
    speaker.next_frame()
    speaker.stop()
    assert speaker.take_up()
    assert isinstance(log.records[-1].event, Resumed)
    while not speaker.idle:
        speaker.next_frame()
    finished = [record.event.name for record in log if isinstance(record.event, PromptFinished)]
    assert finished == ["好的", "没问题"]
    assert not speaker.take_up()


def test_a_rate_holds_for_what_is_said_after_it(mouth: tuple[Speaker, Counting, EventLog]) -> None:
    speaker, voice, _ = mouth
    speaker.say(prompt("好的"))
    speaker.say(prompt("没问题"))
    speaker.set_rate(0.8)
    speaker.say(prompt("再见"))
    for _ in range(3):
        speaker.next_frame()
    assert [rate for _, rate in voice.asked] == [RATE, RATE, round(RATE * 0.8)]
