"""Names for people: of questions and businesses, from the pack that a log names.

A log alone suffices: where the pack is not at hand, ids stand for names and questions for businesses.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

from voicebot.errors import VoicebotError
from voicebot.hotlines import load_hotline
from voicebot.hotlines.schema import Hotline
from voicebot.metrics.call_record import CallRecord
from voicebot.metrics.terms import Term
from voicebot.types import LANGUAGES, OTHER, Language

OUTSIDE: Term = ("目录外", "outside the catalogue")
UNKNOWN: Term = ("未定位", "not located")


@dataclass
class Names:
    """Looks names up in packs; each pack is read once. `hotline`: the pack to use whatever the logs say, by name or folder."""

    hotline: str | None = None
    _packs: dict[tuple[str, str], Hotline | None] = field(default_factory=dict)

    def question(self, call: CallRecord, question: str) -> str:
        """The question's title, or its id where the pack is not at hand."""
        pack = self._pack(call)
        if pack is not None and question in pack.questions:
            return pack.questions[question].title
        return question

    def group(self, call: CallRecord) -> Term:
        """The business of the caller's question (unlabelled: of the located one); without its pack, the question itself."""
        question = call.true_question or call.located
        if question is None:
            return UNKNOWN
        if question == OTHER:
            return OUTSIDE
        pack = self._pack(call)
        if pack is None or question not in pack.questions:
            return question, question
        titles = pack.businesses[pack.questions[question].business].title
        fallback = next(iter(titles.values()), question)
        return titles.get("zh-CN", fallback), titles.get("en-US", fallback)

    def known(self, calls: Sequence[CallRecord]) -> bool:
        """Whether the packs of all calls could be read."""
        return all(self._pack(call) is not None for call in calls)

    def _pack(self, call: CallRecord) -> Hotline | None:
        key = (self.hotline or call.hotline, call.language)
        if key not in self._packs:
            self._packs[key] = _load(*key)
        return self._packs[key]


def _load(hotline: str, language: str) -> Hotline | None:
    spoken: Language | None = next((known for known in LANGUAGES if known == language), None)
    if spoken is None:
        return None
    try:
        return load_hotline(hotline, spoken)
    except (VoicebotError, OSError, ValueError):  # a name that is no path, a pack since changed: the log alone must do
        return None
