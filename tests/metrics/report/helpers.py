"""A folder of calls with everything in their logs, and the page made of it."""

from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import numpy as np

from tests.metrics.helpers import A_SECOND, BYE, answer, confirm, log
from voicebot.audio.wav import write_wav
from voicebot.events import (
    AnswerJudged,
    BeliefChanged,
    CallerSilentFor,
    CallerTurnTaken,
    Decided,
    Event,
    GuessAnswered,
    Hushed,
    KeyPressed,
    NothingMatched,
    PartialHeard,
    Paused,
    PromptFinished,
    PromptStarted,
    PromptStopped,
    Recognized,
    Record,
    Resumed,
    SlotFilled,
    SpeechDiscarded,
    SpeechEnded,
    SpeechStarted,
    SurveyAnswered,
    Transferred,
    TurnRejoined,
    write_log,
)
from voicebot.types import SAMPLE_RATE

_VOID = frozenset({"br", "col", "hr", "img", "input", "link", "meta", "wbr"})


def full_call(said: str = "花呗还款失败", question: str = "huabei_repayment_failed", **labels: Any) -> list[Record]:
    """A call in which everything happens; `said` is what all texts say."""
    guess = PromptStarted("proactive_guess", "proactive_guess", said, question, seconds=2.0)
    turn = CallerTurnTaken(said, 1, {"affirm": 0.9}, {question: 0.8}, interrupted=said)
    events: list[Event | list[Event]] = [
        BeliefChanged({question: 0.6, "other": 0.1}, said),
        Decided("new", "opened", "proactive_guess", "guess", [question], 0.6, said),
        [guess, Hushed(said), SpeechStarted(0.3, said), Paused(said), SpeechDiscarded("noise", said), Resumed(said, said)],
        [SpeechStarted(0.3), PartialHeard(said), PromptStopped("proactive_guess", "proactive_guess", said, 0.7, 1)],
        [SpeechEnded("complete", 2.0), Recognized(said, [said], words=[[said, 0.1, 0.9]]), turn],
        [TurnRejoined(True), SpeechEnded("complete", 3.0), Recognized(said), turn],
        [GuessAnswered(question, True, 0.6), *confirm(question), SlotFilled(said, said, said)],
        [CallerSilentFor(1), NothingMatched(1, said), KeyPressed("1"), CallerTurnTaken("1", 2, keys=True)],
        [
            *answer(question, confirmed=True),
            PromptFinished("clear", "clear"),
            AnswerJudged(question, True),
            SurveyAnswered(5, True),
        ],
        [Transferred(said, said, None, {"summary": said}), BYE],
    ]
    return log(*events, name=said, **labels)


def put(folder: Path, records: list[Record], *, audio: bool = False) -> Path:
    """The files of a call in `folder`."""
    folder.mkdir(parents=True)
    (folder / "events.jsonl").write_text(write_log(records), encoding="utf8")
    if audio:
        t = np.arange(round(records[-1].frame / A_SECOND * SAMPLE_RATE)) / SAMPLE_RATE
        tone = (8000 * np.sin(2 * np.pi * 440 * t)).astype(np.int16)
        write_wav(folder / "call.wav", np.stack([tone, np.zeros_like(tone)], axis=1))
    return folder


class Page(HTMLParser):
    """A page as a browser reads it: tags must nest."""

    def __init__(self, markup: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str]]] = []
        self.text = ""
        self.scripts = ""
        self._open: list[str] = []
        self.feed(markup)
        self.close()
        assert self._open == [], "something is left open"

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, {name: value or "" for name, value in attrs}))
        if tag not in _VOID:
            self._open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self._open.pop() == tag

    def handle_data(self, data: str) -> None:
        if self._open and self._open[-1] in ("script", "style"):
            self.scripts += data
        else:
            self.text += data

    def all(self, tag: str, **wanted: str) -> list[dict[str, str]]:
        """Attributes of every such element; `class_` must be among its classes."""
        class_ = wanted.pop("class_", None)
        return [
            attrs
            for name, attrs in self.tags
            if name == tag
            and (class_ is None or class_ in attrs.get("class", "").split())
            and all(attrs.get(key) == value for key, value in wanted.items())
        ]
