"""The bot's ear: a caller's frames up to a `Recognition`.

Joins VAD, in-band key tones, recogniser and the NLU's view of the partial hypothesis. It decides nothing: turn taking does,
and tells it when to begin, end, join or forget an utterance.
"""

from collections import deque

import numpy as np

from voicebot.audio.dtmf import DtmfDetector
from voicebot.events import EventLog, PartialHeard, Recognized, SpeechDiscarded, SpeechEnded, SpeechStarted
from voicebot.nlu import Nlu
from voicebot.turntaking.vad import VoiceActivity
from voicebot.types import (
    FRAME_SAMPLES,
    FRAME_SECONDS,
    FRAMES_PER_SECOND,
    Completion,
    Expectation,
    Frame,
    Hearing,
    Observation,
    Recognition,
    Recognizer,
    Samples,
)

PREROLL_FRAMES = 15
"""Frames before the first evidence that the recogniser still hears: 300 ms, a long syllable."""

PARTIAL_STRIDE = 3
"""Frames between looks at the partial hypothesis; the bundled networks have one output every 30 ms."""

LATE_ANSWER = 0.9
"""Calibrated confidence from which an answer counts that the recogniser has only when an utterance without a partial is closed,
and that grammar and open model agree on. While a yes or no was awaited, 40 of 576 short answers by synthetic voices were found
that way; so were 5 of 716 snatches of babies, dogs and machines."""

ANSWERED_BRIEFLY = frozenset({"yesno", "choice"})
"""Expectations whose answers sound like signs of listening."""

JOIN_SECONDS = 2.0
"""How much of the silence between two parts of a joined turn is kept at most."""


class Listener:
    """One caller leg. `hear` takes every frame; the rest is called by `Call` as turn taking asks."""

    def __init__(self, recognizer: Recognizer, nlu: Nlu, vad: VoiceActivity, log: EventLog) -> None:
        self._recognizer = recognizer
        self._nlu = nlu
        self._vad = vad
        self._log = log
        self._dtmf = DtmfDetector()
        self._expectation = Expectation()
        self._asked = True
        """The utterance under way may answer what is expected; False: it began before that was asked."""
        self._preroll: deque[Frame] = deque(maxlen=PREROLL_FRAMES)
        self._utterance: list[Frame] = []
        """Every frame since the first part of the current or last turn began: what a joined turn is decoded from."""
        self._active = False
        self._age = 0
        self._quiet = 0
        """Frames since the last turn ended."""
        self._partial = ""
        self._closed: Recognition | None = None
        """What the recogniser made of the utterance, where it was asked before turn taking's last word."""
        self.hearing = Hearing.NOTHING
        self.completion = Completion.UNKNOWN
        self.said = 0
        self.beside_signs = False

    def expect(self, expectation: Expectation) -> None:
        """What the next utterance answers. An utterance already under way keeps its grammar, not its reading."""
        self._expectation = expectation
        if self._active:
            self._read_partial(force=True)

    def hear(self, frame: Frame) -> tuple[Observation, str | None]:
        """One frame of the caller leg (echo removed): what it showed, and the key that was heard in it, if any."""
        key = self._dtmf.push(frame)
        activity = self._vad.observe(frame)
        self._preroll.append(frame)
        if self._utterance:
            self._keep(frame)
        if self._active:
            self._recognizer.accept(frame)
            self._age += 1
            if self._age % PARTIAL_STRIDE == 0:
                self._read_partial()
        speech = activity.speech and not self._dtmf.tone_now
        observation = Observation(
            speech,
            activity.level_db,
            self.hearing,
            self.completion,
            said=self.said,
            beside_signs=self.beside_signs,
            intent=activity.intent,
        )
        return observation, key

    def begin(self, over_prompt: str | None, asked: bool = True) -> None:
        """An utterance begins, `PREROLL_FRAMES` back. `asked`: the bot has put its question, or puts it now."""
        self._asked = asked
        self._utterance = list(self._preroll)
        self._start(np.concatenate(self._utterance))
        self._log.append(SpeechStarted(preroll=len(self._preroll) * FRAME_SECONDS, over_prompt=over_prompt))

    def rejoin(self) -> None:
        """The last turn goes on: decode its parts, and the silence between them, as one."""
        self._start(np.concatenate(self._utterance) if self._utterance else np.zeros(FRAME_SAMPLES, np.int16))

    def end(self, reason: str) -> Recognition:
        """The turn is over."""
        recognition = self._closed or self._recognizer.finish()
        self._stop()
        self._log.append(SpeechEnded(reason=reason, seconds=len(self._utterance) * FRAME_SECONDS))
        self._log.append(_recognized(recognition))
        return recognition

    def answers_late(self) -> bool:
        """Whether an utterance that is about to be discarded answers what was asked, or is a command, after all.

        A short word at its end may stay out of every partial (a third of all spoken "no"): the recogniser writes it down when the
        utterance is closed. Call `end` or `discard` next.
        """
        closed = self._closed = self._closed or self._recognizer.finish()
        if closed.confidence < LATE_ANSWER or not closed.hypotheses or not closed.open_hypotheses:
            return False
        text = closed.hypotheses[0].text
        return text == closed.open_hypotheses[0].text and self._nlu.hearing(text, self._reading) is Hearing.HOTWORD

    def discard(self, reason: str) -> None:
        """What began was no turn."""
        self._log.append(SpeechDiscarded(reason=reason, text=self._partial))
        self._recognizer.cancel()
        self._stop()
        self._utterance = []

    @property
    def key_down(self) -> bool:
        """Whether a key's tone still sounds in what was heard last."""
        return self._dtmf.tone_now

    @property
    def active(self) -> bool:
        """Whether an utterance is being recognised."""
        return self._active

    def _start(self, audio: Samples) -> None:
        reading = self._reading
        self._recognizer.begin(self._nlu.grammar_phrases(reading), self._nlu.grammar_loop(reading))
        self._recognizer.accept(audio)
        self._active = True
        self._age = 0
        self._read_partial(force=True)

    def _stop(self) -> None:
        self._active = False
        self._closed = None
        self._partial = ""
        self.hearing = Hearing.NOTHING
        self.completion = Completion.UNKNOWN
        self.said = 0
        self.beside_signs = False
        self._preroll.clear()

    def _keep(self, frame: Frame) -> None:
        """While a turn runs, all of it; after it, as much silence as a join could bridge."""
        self._utterance.append(frame)
        self._quiet = 0 if self._active else self._quiet + 1
        if self._quiet > JOIN_SECONDS * FRAMES_PER_SECOND:
            self._utterance = []

    def _read_partial(self, force: bool = False) -> None:
        partial = self._recognizer.partial
        if partial == self._partial and not force:
            return
        if partial != self._partial:
            self._log.append(PartialHeard(partial))
        self._partial = partial
        self.hearing = self._nlu.hearing(partial, self._reading)
        self.completion = self._nlu.completion(partial, self._reading)
        self.said = self._nlu.said(partial)
        self.beside_signs = self._nlu.beside_signs(partial)

    @property
    def _reading(self) -> Expectation:
        """What the utterance is read as an answer to: a "对" into an answer is none to the question that will follow it."""
        if self._asked or self._expectation.kind not in ANSWERED_BRIEFLY:
            return self._expectation
        return Expectation(kind="statement", timeouts=self._expectation.timeouts)


def _recognized(recognition: Recognition) -> Recognized:
    best = recognition.hypotheses[0] if recognition.hypotheses else None
    return Recognized(
        text=best.text if best else "",
        hypotheses=[hypothesis.text for hypothesis in recognition.hypotheses],
        confidence=recognition.confidence,
        grammar=recognition.grammar,
        open_text=recognition.open_hypotheses[0].text if recognition.open_hypotheses else "",
        words=[[word.text, word.start, word.end] for word in best.words] if best else [],
        features={name: float(value) for name, value in recognition.features.items()},
    )
