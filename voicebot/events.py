"""Everything that can happen in a call, one frozen dataclass each, and their JSON Lines codec.

Rules of this file:

- An event says what happened, never what to do about it. Metrics, reports, tests and the console read events and nothing else.
- A field is plain data: str, int, float, bool, None, and lists or string-keyed dicts of those. Probabilities are rounded to
  three decimals by `EventLog`, so that logs are byte-identical from run to run.
- When an event happened is the frame of its `Record`, 20 ms each from the start of the call; there is no wall time.
- A field may be added; a field is renamed or removed only with a new `SCHEMA_VERSION`.
"""

import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, fields, replace
from typing import Any, TypeAlias, get_args

from voicebot.errors import VoicebotError
from voicebot.masking import mask, mask_words
from voicebot.types import FRAME_SECONDS

SCHEMA_VERSION = 1


# ---------------------------------------------------------------- the call as a whole


@dataclass(frozen=True, slots=True)
class CallOpened:
    """The head of every log."""

    hotline: str
    language: str
    seed: int = 0
    system: str = "full"
    """full, one-shot or menu (measures.md names the three systems)."""
    door: str = "audio"
    """audio: through `Call`; typed: through `Conversation` alone."""
    profile: dict[str, Any] = field(default_factory=dict)
    versions: dict[str, str] = field(default_factory=dict)
    """voicebot and the libraries that shape its decisions; sha256 of pack and model."""
    labels: dict[str, Any] = field(default_factory=dict)
    """What the driver knows about the call and the bot must not: `true_question`, the fixture's name."""
    telephone: bool = False
    """The recording came at 8 kHz."""


@dataclass(frozen=True, slots=True)
class CallEnded:
    outcome: str
    """self_service (goodbye after an answer), agent (transferred), abandoned (hang-up before an answer),
    hung_up (hang-up after an answer), closed (ended without an answer), unfinished (the recording ran out)."""
    by: str
    """bot or caller."""


# ---------------------------------------------------------------- the bot speaks


@dataclass(frozen=True, slots=True)
class PromptStarted:
    name: str
    act: str
    text: str
    question: str | None = None
    bargein: str = "speech"
    seconds: float = 0.0
    """Length of its audio; 0 when typed."""


@dataclass(frozen=True, slots=True)
class PromptFinished:
    name: str
    act: str


@dataclass(frozen=True, slots=True)
class PromptStopped:
    """A prompt was cut off, and what was queued behind it is not played: for good, unless `Resumed` follows."""

    name: str
    act: str
    heard: str
    """The part of its text that had been played."""
    fraction: float
    flushed: int = 0
    """Prompts that were queued behind it."""


@dataclass(frozen=True, slots=True)
class Hushed:
    """The bot turned itself down."""

    name: str


@dataclass(frozen=True, slots=True)
class Paused:
    """The bot fell silent but keeps its place."""

    name: str


@dataclass(frozen=True, slots=True)
class Resumed:
    """Back at full level; or, after `PromptStopped`, said on from the start of the phrase that was cut: it was for nothing."""

    name: str
    heard: str
    """What had been played of the prompt at the place it goes on from."""


@dataclass(frozen=True, slots=True)
class VoiceLate:
    """Live only: rendering outlasted a frame and silence was sent."""

    frames: int


# ---------------------------------------------------------------- the caller speaks


@dataclass(frozen=True, slots=True)
class SpeechStarted:
    """An utterance of the caller begins; recognition starts `preroll` seconds back."""

    preroll: float
    over_prompt: str | None = None
    """The prompt it speaks into."""


@dataclass(frozen=True, slots=True)
class PartialHeard:
    """The partial hypothesis changed."""

    text: str


@dataclass(frozen=True, slots=True)
class SpeechDiscarded:
    """What began was no turn: noise or a backchannel."""

    reason: str
    text: str = ""


@dataclass(frozen=True, slots=True)
class SpeechEnded:
    """The turn is handed over."""

    reason: str
    """complete, incomplete, maxspeech, hangup, end_of_audio."""
    seconds: float


@dataclass(frozen=True, slots=True)
class TurnRejoined:
    """The turn handed over last goes on: what the dialogue made of it is withdrawn."""

    answered: bool
    """A bot sound had been played: counts as a cut-in."""


@dataclass(frozen=True, slots=True)
class Recognized:
    text: str
    hypotheses: list[str] = field(default_factory=list)
    confidence: float = 1.0
    grammar: bool = False
    open_text: str = ""
    words: list[list[Any]] = field(default_factory=list)
    """[text, start_s, end_s] of the best hypothesis."""
    features: dict[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class KeyPressed:
    key: str


# ---------------------------------------------------------------- the dialogue


@dataclass(frozen=True, slots=True)
class CallerTurnTaken:
    """A finished utterance or key entry that the dialogue took as input: what measures.md calls a caller turn."""

    text: str
    number: int
    """1 for the first."""
    acts: dict[str, float] = field(default_factory=dict)
    questions: dict[str, float] = field(default_factory=dict)
    """The five likeliest."""
    slots: list[dict[str, Any]] = field(default_factory=list)
    confidence: float = 1.0
    keys: bool = False
    interrupted: str | None = None
    """Name of the prompt it cut into."""


@dataclass(frozen=True, slots=True)
class CallerSilentFor:
    """Noinput."""

    count: int
    """In a row."""


@dataclass(frozen=True, slots=True)
class NothingMatched:
    """Nomatch."""

    count: int
    text: str = ""


@dataclass(frozen=True, slots=True)
class BeliefChanged:
    top: dict[str, float]
    """The five likeliest questions (and `other`), best first."""
    because: str
    """prior, evidence, affirm, deny, correct, second_question …"""


@dataclass(frozen=True, slots=True)
class Decided:
    """What the policy chose and why."""

    state: str
    """The state the dialogue was in."""
    trigger: str
    act: str
    to: str
    """The state it is in now."""
    questions: list[str] = field(default_factory=list)
    """The questions the act names."""
    probability: float | None = None
    why: str = ""
    """The threshold that decided, with its value."""


@dataclass(frozen=True, slots=True)
class GuessAnswered:
    """The caller reacted to the proactive guess."""

    question: str
    accepted: bool
    probability: float


@dataclass(frozen=True, slots=True)
class QuestionLocated:
    question: str
    how: str
    """confirmed, picked, certain, transfer."""
    probability: float


@dataclass(frozen=True, slots=True)
class QuestionConfirmed:
    """The caller affirmed or picked in answer to a prompt that names the question."""

    question: str


@dataclass(frozen=True, slots=True)
class SlotFilled:
    slot: str
    kind: str
    value: str


@dataclass(frozen=True, slots=True)
class QuestionAnswered:
    """The answer begins."""

    question: str
    confirmed: bool
    """Explicit confirmation came before it."""
    probability: float


@dataclass(frozen=True, slots=True)
class AnswerJudged:
    """The caller accepted or disputed the answer."""

    question: str
    accepted: bool


@dataclass(frozen=True, slots=True)
class SurveyAnswered:
    score: int
    top: bool


@dataclass(frozen=True, slots=True)
class Transferred:
    """To an agent, with context."""

    reason: str
    skill_group: str
    question: str | None
    """Located question; a mere best guess is in `context`."""
    context: dict[str, Any] = field(default_factory=dict)


Event: TypeAlias = (
    CallOpened
    | CallEnded
    | PromptStarted
    | PromptFinished
    | PromptStopped
    | Hushed
    | Paused
    | Resumed
    | VoiceLate
    | SpeechStarted
    | PartialHeard
    | SpeechDiscarded
    | SpeechEnded
    | TurnRejoined
    | Recognized
    | KeyPressed
    | CallerTurnTaken
    | CallerSilentFor
    | NothingMatched
    | BeliefChanged
    | Decided
    | GuessAnswered
    | QuestionLocated
    | QuestionConfirmed
    | SlotFilled
    | QuestionAnswered
    | AnswerJudged
    | SurveyAnswered
    | Transferred
)

_KINDS: dict[str, type] = {kind.__name__: kind for kind in get_args(Event)}


# ---------------------------------------------------------------- the log


@dataclass(frozen=True, slots=True)
class Record:
    """An event and when it happened."""

    frame: int
    """Frames since the call began."""
    event: Event

    @property
    def seconds(self) -> float:
        return self.frame * FRAME_SECONDS


_VERBATIM = frozenset({"versions"})
"""Fields whose texts are never masked: a hash may hold a long run of digits."""


class EventLog:
    """The one log of a call. Stages append; the holder of the call moves `frame` on.

    Texts are masked as they come in (card, phone and identity numbers; see `voicebot.masking`) unless `unmasked`.
    """

    def __init__(self, *, unmasked: bool = False, on_record: Callable[[Record], None] | None = None) -> None:
        self.frame = 0
        self.records: list[Record] = []
        self._unmasked = unmasked
        self._on_record = on_record

    def append(self, event: Event) -> None:
        """Stamp `event` with the current frame and keep it."""
        record = Record(self.frame, self._cleaned(event))
        self.records.append(record)
        if self._on_record is not None:
            self._on_record(record)

    def _cleaned(self, event: Event) -> Event:
        if isinstance(event, Recognized) and not self._unmasked:
            event = replace(event, words=mask_words(event.words, event.text))
        values, changed = {}, False
        for name in event.__dataclass_fields__:
            value = getattr(event, name)
            values[name] = value if name in _VERBATIM else self._clean(value)
            changed = changed or values[name] is not value
        return type(event)(**values) if changed else event

    def __iter__(self) -> Iterator[Record]:
        return iter(self.records)

    def __len__(self) -> int:
        return len(self.records)

    def _clean(self, value: Any) -> Any:
        if isinstance(value, str):
            return value if self._unmasked else mask(value)
        if isinstance(value, float):
            rounded = round(value, 3) + 0.0  # + 0.0 turns -0.0 into 0.0
            return value if value and rounded == value else rounded
        if isinstance(value, dict):
            return {str(key): self._clean(item) for key, item in value.items()}
        if isinstance(value, list | tuple):
            return [self._clean(item) for item in value]
        return value


_ENCODER = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"))


def to_json_line(record: Record) -> str:
    """One record as one line of JSON, without the newline; keys in a fixed order."""
    event = record.event
    body = {"frame": record.frame, "event": type(event).__name__}
    body.update((name, getattr(event, name)) for name in event.__dataclass_fields__)  # plain data: `asdict` would copy all of it
    return _ENCODER.encode(body)


def from_json_line(line: str, where: str = "event log") -> Record:
    """The record of a line written by `to_json_line`; unknown fields of a newer minor version are ignored."""
    try:
        body = json.loads(line)
        kind = _KINDS[body.pop("event")]
        frame = int(body.pop("frame"))
        known = {f.name for f in fields(kind)}
        return Record(frame, kind(**{name: value for name, value in body.items() if name in known}))
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise VoicebotError(f"{where}: not an event of this version of voicebot ({error}); was the file cut short?") from None


def write_log(records: Iterable[Record]) -> str:
    """A whole log as text: a schema line, then one line a record."""
    lines = [json.dumps({"schema": "voicebot-events", "version": SCHEMA_VERSION}, separators=(",", ":"))]
    lines += [to_json_line(record) for record in records]
    return "\n".join(lines) + "\n"


def read_log(text: str, where: str = "event log") -> list[Record]:
    """The records of a log written by `write_log`. Raises `VoicebotError` naming the line that is wrong."""
    lines = text.split("\n")  # not splitlines: a caller's words may hold U+2028, which ends no line of JSON
    try:
        head = json.loads(lines[0])
    except ValueError:
        head = {}
    if not isinstance(head, dict) or head.get("schema") != "voicebot-events":
        raise VoicebotError(f"{where}:1: not a voicebot event log; expected the line a replay writes to events.jsonl")
    if head.get("version") != SCHEMA_VERSION:
        raise VoicebotError(
            f"{where}:1: event schema version {head.get('version')}; this voicebot reads version {SCHEMA_VERSION}: "
            "replay the call again"
        )
    return [from_json_line(line, f"{where}:{number}") for number, line in enumerate(lines[1:], 2) if line.strip()]
