"""Read this first: the words that every room of the house shares.

Audio is always a *frame*: 320 samples, int16, mono, 16 kHz, 20 ms. Time inside a call is counted in frames; where plain
classes want seconds they get them from the frames, never from a clock.

The types follow a caller's utterance through the house::

    Frame -> Observation -> TurnAction -> Recognition -> Understanding -> Action -> Prompt -> Speech -> Frame
             (turntaking)                 (asr)          (nlu)            (dialogue)         (tts)
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Literal, Protocol, TypeAlias

import numpy as np
from numpy.typing import NDArray

SAMPLE_RATE = 16_000
"""Samples a second, everywhere inside the house."""

FRAME_SAMPLES = 320
"""Samples in a frame."""

FRAME_SECONDS = FRAME_SAMPLES / SAMPLE_RATE
"""Seconds in a frame: 0.02."""

FRAMES_PER_SECOND = SAMPLE_RATE // FRAME_SAMPLES

Samples: TypeAlias = NDArray[np.int16]
"""Mono audio at 16 kHz, int16, shape (n,)."""

Frame: TypeAlias = NDArray[np.int16]
"""Exactly one frame: int16, shape (320,)."""

Language: TypeAlias = Literal["zh-CN", "en-US"]
LANGUAGES: tuple[Language, ...] = ("zh-CN", "en-US")

SILENCE: Frame = np.zeros(FRAME_SAMPLES, dtype=np.int16)
SILENCE.setflags(write=False)

OTHER = "other"
"""The belief's name for a question that the catalogue does not hold."""

OTHER_SHARE = 0.12
"""Share of caller turns about nothing in the catalogue, before anything is known of them: the reference prior of what the NLU
says. Assumed; a hotline's own share is in its prior."""


# ---------------------------------------------------------------- turn taking


class Hearing(StrEnum):
    """What the partial hypothesis amounts to so far, as far as the floor is concerned."""

    NOTHING = "nothing"
    BACKCHANNEL = "backchannel"
    """Only 嗯, 哦, 对对, mm-hm, right …, and no such word answers what is being asked."""
    WORDS = "words"
    """At least one word that is not a backchannel."""
    HOTWORD = "hotword"
    """The partial matches the active grammar or a universal command."""


class Completion(StrEnum):
    """Whether the partial hypothesis could be the whole of what the caller wants to say."""

    COMPLETE = "complete"
    """A whole answer to what is expected now: the endpointer waits `completetimeout`."""
    UNKNOWN = "unknown"
    """Could be over, could go on: between the two timeouts."""
    INCOMPLETE = "incomplete"
    """A trailing 的 or "because": the endpointer waits `incompletetimeout`."""
    DIGITS = "digits"
    """Digits that may go on, three of eleven: people pause long between groups, and the endpointer waits longer."""


@dataclass(frozen=True, slots=True)
class Observation:
    """What one caller frame showed, `FRAME_SECONDS` long; the only input of turn taking."""

    speech: bool
    """The VAD's word on this frame, after echo cancellation and the tone guard."""
    level_db: float
    """Level of the frame in dBFS (−96 for digital silence)."""
    hearing: Hearing
    completion: Completion
    key: bool = False
    """A key of the key pad went down in this frame."""
    said: int = 0
    """How much the partial holds that is no sign of listening: characters in Chinese, words in English, and two more where it
    opens as only turns do."""
    intent: float = 0.5
    """P(whoever sounds takes a turn and does not just make a noise or a sign of listening), by the sound alone."""
    beside_signs: bool = False
    """Signs of listening open or end the partial."""


class TurnAction(StrEnum):
    """What turn taking asks of the player and the recogniser; carried out by `Call` in the same frame."""

    HUSH = "hush"
    """The bot turns itself down by at least 10 dB and speaks on."""
    STOP = "stop"
    """The bot falls silent within the next frame; what was queued is flushed: the caller has the floor (until TAKE_UP)."""
    PAUSE = "pause"
    """The bot falls silent but keeps its place, until STOP or RESUME."""
    RESUME = "resume"
    """Back to full level (after HUSH), or on from the start of the phrase (after PAUSE)."""
    TAKE_UP = "take up"
    """What the last STOP cut off is said on from the start of its phrase, and what was queued behind it: it was for nothing."""
    BEGIN = "begin"
    """A caller utterance begins: start recognising, with the pre-roll."""
    END = "end"
    """The caller's turn is over: decode and hand it to the dialogue."""
    DISCARD = "discard"
    """What began was noise or a backchannel: forget it."""
    REJOIN = "rejoin"
    """The turn that just ended goes on: withdraw the bot's answer and recognise both parts as one."""
    NOINPUT = "noinput"
    """The caller has been silent for the noinput timeout since the bot finished."""


Bargein: TypeAlias = Literal["speech", "hotword", "off"]


@dataclass(frozen=True, slots=True)
class Timeouts:
    """Seconds, named as in VoiceXML 2.1, appendix D. A pack may set each per state and slot."""

    completetimeout: float = 0.26
    """Silence after speech that is already a complete answer."""
    incompletetimeout: float = 0.90
    """Silence after speech that is not complete yet."""
    maxspeechtimeout: float = 20.0
    """Longest utterance before the turn is taken as it is."""
    noinput: float = 6.0
    """Silence after the bot finished before the caller counts as saying nothing."""
    interdigit: float = 3.0
    """Silence after a key press before the keys entered so far are taken."""


ExpectationKind: TypeAlias = Literal["open", "yesno", "choice", "digits", "phone", "card", "amount", "date", "statement"]
"""`statement`: the bot only tells something and asks nothing back."""


@dataclass(frozen=True, slots=True)
class Expectation:
    """What the bot expects to hear next: chooses grammar, timeouts and how words are read."""

    kind: ExpectationKind = "open"
    length: int | None = None
    """Digits expected where `kind` is digits/phone/card and the length is known."""
    slot: str | None = None
    phrases: tuple[str, ...] = ()
    """What may be said for `choice`: the names of the options, in the order they were offered."""
    timeouts: Timeouts = field(default_factory=Timeouts)


# ---------------------------------------------------------------- recognition and understanding


@dataclass(frozen=True, slots=True)
class Word:
    text: str
    start: float
    """Seconds from the start of the utterance."""
    end: float


@dataclass(frozen=True, slots=True)
class Hypothesis:
    """One entry of the recogniser's n-best list."""

    text: str
    """Words joined by single spaces, as the recogniser has them (Chinese too)."""
    score: float = 0.0
    """Log score relative to the best hypothesis: 0.0 for the best, negative below."""
    words: tuple[Word, ...] = ()


@dataclass(frozen=True, slots=True)
class Recognition:
    """What was heard in one utterance."""

    hypotheses: tuple[Hypothesis, ...]
    """Best first; empty when nothing was recognised. With a grammar in force: its whole phrases only."""
    open_hypotheses: tuple[Hypothesis, ...] = ()
    """The same audio through the open model; equal to `hypotheses` where no grammar was in force."""
    grammar: bool = False
    """Whether a grammar was in force."""
    seconds: float = 0.0
    confidence: float = 1.0
    """Calibrated probability that the best hypothesis is right (design rule: never the recogniser's own figure)."""
    features: Mapping[str, float] = field(default_factory=dict)
    """What the confidence was computed from: nbest_margin, agreement, phone_rate, snr_db, unk_share …"""
    typed: bool = False

    @classmethod
    def of_text(cls, text: str) -> "Recognition":
        """Typed input: one certain hypothesis."""
        only = (Hypothesis(text),) if text.strip() else ()
        return cls(hypotheses=only, open_hypotheses=only, typed=True)


class DialogueAct(StrEnum):
    """What a caller's utterance does, beside naming a question."""

    AFFIRM = "affirm"
    DENY = "deny"
    MEANT = "meant"
    """我问的是: what was meant follows. Always beside DENY, which it is the only ground for where it is as sure."""
    CHOOSE_FIRST = "choose_first"
    CHOOSE_SECOND = "choose_second"
    CHOOSE_THIRD = "choose_third"
    CHOOSE_OTHER = "choose_other"
    """"The other one": of two offered, not the one just named."""
    CHOOSE_BOTH = "choose_both"
    CHOOSE_NEITHER = "choose_neither"
    REPEAT = "repeat"
    SLOWER = "slower"
    HELP = "help"
    BACK = "back"
    START_OVER = "start_over"
    AGENT = "agent"
    STOP = "stop"
    CANCEL = "cancel"
    """Gives up the step in hand: 算了."""
    DONE = "done"
    """Nothing more: 没有了."""
    THANKS = "thanks"
    GREET = "greet"
    GOODBYE = "goodbye"
    DONT_KNOW = "dont_know"
    WAIT = "wait"
    """等一下: the caller wants a moment."""
    RISK = "risk"
    """Stolen card, fraud, account taken over: goes to an agent at once."""
    UNDERSTOOD = "understood"
    """清楚了: accepts an answer."""
    NOT_UNDERSTOOD = "not_understood"
    """没解决: disputes an answer."""


@dataclass(frozen=True, slots=True)
class SlotValue:
    """A value found in the caller's words."""

    kind: str
    """digits, phone, card, amount, date, bank, product …"""
    value: str
    """Normalised: digits as 0–9, amounts in yuan or dollars as decimal text, dates as ISO."""
    text: str
    """The words it came from."""
    valid: bool = True
    """False when a check failed: Luhn, length, impossible date."""


@dataclass(frozen=True, slots=True)
class Understanding:
    """What one caller turn meant, as probabilities."""

    text: str
    """The best hypothesis, joined as people write it."""
    acts: Mapping[DialogueAct, float] = field(default_factory=dict)
    """P(act), each on its own; acts below 0.05 are left out."""
    questions: Mapping[str, float] = field(default_factory=dict)
    """P(question | words), summing to one, under the reference prior: `OTHER_SHARE` for `OTHER`, the rest shared equally by the
    questions. Empty when the words say nothing about a question."""
    also: Mapping[str, float] = field(default_factory=dict)
    """The same of a second question that the turn went on to ("…，还有我的卡丢了"); `questions` then is of the first alone."""
    slots: tuple[SlotValue, ...] = ()
    confidence: float = 1.0
    """Calibrated probability that the words were recognised right."""
    residue: str = ""
    """What is left when the acts are taken out: "还有我的额度也降了" of "对，还有我的额度也降了"."""

    @property
    def empty(self) -> bool:
        """True for a nomatch: no act, no question, no slot."""
        return not (self.acts or self.questions or self.slots)


# ---------------------------------------------------------------- the bot's side


@dataclass(frozen=True, slots=True)
class Prompt:
    """One thing the bot says."""

    name: str
    """Name of the template in the pack."""
    act: str
    """What saying it does: greet, proactive_guess, ask, guide, clarify, confirm, supplement, read_back, answer,
    anything_else, goodbye, transfer, repeat, noinput, nomatch, acknowledge, help …"""
    text: str
    """As people read it."""
    spoken: str
    """As the synthesiser gets it, `say-as` applied."""
    question: str | None = None
    """The question it names, guesses or answers."""
    bargein: Bargein = "speech"
    audio: str | None = None
    """Key of a recorded WAV of the pack that is played instead of synthesis."""


@dataclass(frozen=True, slots=True)
class WordMark:
    """Where a word of the spoken text begins in its audio."""

    start: int
    """Character offset in the spoken text."""
    end: int
    sample: int


@dataclass(frozen=True, slots=True)
class Speech:
    """A rendered prompt."""

    samples: Samples
    marks: tuple[WordMark, ...] = ()
    text: str = ""

    @property
    def seconds(self) -> float:
        return len(self.samples) / SAMPLE_RATE


# ---------------------------------------------------------------- what Conversation takes and gives


@dataclass(frozen=True, slots=True)
class Heard:
    """How much of the bot's last words the caller heard when they began to speak."""

    prompt: Prompt
    fraction: float
    """0.0–1.0 of the prompt's text that had been played."""
    text: str
    """The part that had been played."""


@dataclass(frozen=True, slots=True)
class CallStarted:
    """The line is open: the bot speaks first."""


@dataclass(frozen=True, slots=True)
class CallerTurn:
    """A finished utterance, understood."""

    understanding: Understanding
    interrupted: Heard | None = None
    """Set when the caller spoke into a prompt."""


@dataclass(frozen=True, slots=True)
class KeysEntered:
    """A finished key entry: digits, `*`, `#` (the terminator is not part of it)."""

    keys: str
    interrupted: Heard | None = None


@dataclass(frozen=True, slots=True)
class CallerSilent:
    """The noinput timeout ran out."""


@dataclass(frozen=True, slots=True)
class PromptsPlayed:
    """Everything the bot had to say has been said (no interruption)."""


@dataclass(frozen=True, slots=True)
class CallerHungUp:
    """The caller is gone."""


DialogueInput: TypeAlias = CallStarted | CallerTurn | KeysEntered | CallerSilent | PromptsPlayed | CallerHungUp


@dataclass(frozen=True, slots=True)
class Say:
    """Queue a prompt behind what is still to be said."""

    prompt: Prompt


@dataclass(frozen=True, slots=True)
class Expect:
    """From now on (while the prompts play and after them) expect this."""

    expectation: Expectation


@dataclass(frozen=True, slots=True)
class SpeechRate:
    """Speak faster or slower from now on: words a minute, factor of the pack's rate."""

    factor: float


@dataclass(frozen=True, slots=True)
class HangUp:
    """End the call when everything queued has been played."""

    outcome: str


Action: TypeAlias = Say | Expect | SpeechRate | HangUp


# ---------------------------------------------------------------- protocols of the engines behind adapters


class Vad(Protocol):
    """Voice activity of single frames; `voicebot.turntaking.silero` has one (docs/turn-taking.md says when it pays)."""

    def is_speech(self, frame: Frame) -> bool:
        """Whether this frame holds speech. Stateful: feed frames in order."""
        ...

    def reset(self) -> None: ...


class Recognizer(Protocol):
    """Speech to text, one utterance at a time. One recogniser a call; the model behind it may be shared."""

    def begin(self, phrases: tuple[str, ...] | None, loop: tuple[str, ...] = ()) -> None:
        """Start an utterance; `phrases` restricts it to a grammar of whole phrases, None is the open model.

        `loop`: words that may also follow each other in any number and order.
        """
        ...

    def accept(self, samples: Samples) -> None:
        """Take more of the utterance, any length."""
        ...

    @property
    def partial(self) -> str:
        """The words so far."""
        ...

    def finish(self) -> Recognition:
        """Close the utterance and return what was heard."""
        ...

    def cancel(self) -> None:
        """Forget the utterance."""
        ...


class Synthesizer(Protocol):
    """Text to speech as a pure function of its arguments."""

    def render(self, text: str, voice: str, rate: int) -> Speech:
        """`text` in `voice` at `rate` words a minute, 16 kHz. Raises `SpeechSynthesisError` on a bad voice or text."""
        ...
