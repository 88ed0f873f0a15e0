"""What a partial hypothesis amounts to: for the floor (`Hearing`) and for the endpointer (`Completion`)."""

from voicebot.grammar import Automaton, house_grammar, tokenise
from voicebot.nlu.acts import ActReader, words_of
from voicebot.nlu.normalisation import clauses, normalise
from voicebot.nlu.slots import PHONE, SlotReader, luhn
from voicebot.types import Completion, DialogueAct, Expectation, Hearing, Language

COMMANDS = frozenset({
    DialogueAct.REPEAT, DialogueAct.SLOWER, DialogueAct.HELP, DialogueAct.BACK, DialogueAct.START_OVER, DialogueAct.AGENT,
    DialogueAct.STOP,
})  # fmt: skip
"""The universal commands: they work everywhere, so they are hotwords everywhere."""

_ANSWERS = {
    "yesno": frozenset({DialogueAct.AFFIRM, DialogueAct.DENY, DialogueAct.DONE, DialogueAct.CANCEL, DialogueAct.DONT_KNOW}),
    "choice": frozenset({
        DialogueAct.CHOOSE_FIRST, DialogueAct.CHOOSE_SECOND, DialogueAct.CHOOSE_THIRD, DialogueAct.CHOOSE_OTHER,
        DialogueAct.CHOOSE_BOTH, DialogueAct.CHOOSE_NEITHER, DialogueAct.DENY, DialogueAct.DONT_KNOW,
    }),
}  # fmt: skip
_NUMBERS = ("digits", "phone", "card")
_TYPICAL_CARD = (16, 19)
"""Digits of nearly all payment cards."""


class PartialReader:
    """Reads partial hypotheses of one language."""

    def __init__(self, language: Language, acts: ActReader, slots: SlotReader) -> None:
        self._language = language
        self._acts = acts
        self._slots = slots
        backchannels, trailing = house_grammar(language, "backchannels"), house_grammar(language, "trailing")
        self._backchannel = backchannels.automaton("backchannel")
        self._murmur = backchannels.automaton("murmur")
        self._going_on = trailing.automaton("going_on")
        self._finished = trailing.automaton("finished")

    def hearing(self, partial: str, expectation: Expectation) -> Hearing:
        text = normalise(partial, self._language)
        words = words_of(tokenise(text))
        if not words:
            return Hearing.NOTHING
        murmured = self._covered(words, murmur=True)
        if murmured or (expectation.kind not in _ANSWERS and self._covered(words, murmur=False)):
            return Hearing.BACKCHANNEL
        acts = self._acts.read(text, expectation)
        if acts.acts.keys() & COMMANDS or (acts.whole and acts.acts.keys() & _ANSWERS.get(expectation.kind, frozenset())):
            return Hearing.HOTWORD
        if self._names_option(text, expectation):
            return Hearing.HOTWORD
        return Hearing.WORDS

    def completion(self, partial: str, expectation: Expectation) -> Completion:
        text = normalise(partial, self._language)
        words = words_of(tokenise(text))
        if not words:
            return Completion.UNKNOWN
        if expectation.kind in _NUMBERS:
            return self._number(text, words, expectation)
        if expectation.kind == "amount":
            return self._amount(text, words)
        if expectation.kind == "date" and self._slots.is_date(text):
            return Completion.COMPLETE
        acts = self._acts.read(text, expectation)
        if acts.whole and expectation.kind != "open":
            return Completion.COMPLETE
        if acts.whole and acts.acts.keys() & (COMMANDS | {DialogueAct.GOODBYE, DialogueAct.DONE}):
            return Completion.COMPLETE
        if self._ends(self._going_on, words):
            return Completion.INCOMPLETE
        if self._names_option(text, expectation):
            return Completion.COMPLETE
        if self._ends(self._finished, words):
            return Completion.COMPLETE
        return Completion.UNKNOWN

    def _names_option(self, text: str, expectation: Expectation) -> bool:
        said = text.replace(" ", "")
        return expectation.kind == "choice" and any(said == _squeezed(phrase, self._language) for phrase in expectation.phrases)

    def _number(self, text: str, words: list[str], expectation: Expectation) -> Completion:
        digits = self._slots.digits(text)
        if not digits:
            return Completion.COMPLETE if self._acts.covers(text, expectation) else Completion.UNKNOWN
        if expectation.length is not None:
            return Completion.COMPLETE if len(digits) >= expectation.length else Completion.INCOMPLETE
        if expectation.kind == "phone":
            whole = PHONE[self._language].fullmatch(digits) is not None
            return Completion.COMPLETE if whole or len(digits) > 11 else Completion.INCOMPLETE
        if expectation.kind == "card":
            whole = len(digits) in _TYPICAL_CARD and luhn(digits)
            return Completion.COMPLETE if whole or len(digits) >= max(_TYPICAL_CARD) else Completion.INCOMPLETE
        return Completion.UNKNOWN

    def _amount(self, text: str, words: list[str]) -> Completion:
        with_unit, bare = self._slots.amount_so_far(text)
        if with_unit or bare:
            return Completion.COMPLETE if words[-1] in _UNITS else Completion.UNKNOWN
        return Completion.INCOMPLETE if self._ends(self._going_on, words) else Completion.UNKNOWN

    def _covered(self, words: list[str], murmur: bool) -> bool:
        """Whether the words are nothing but murmurs (and, unless `murmur`, backchannels)."""
        at = 0
        while at < len(words):
            end = max(self._murmur.longest(words, at), -1 if murmur else self._backchannel.longest(words, at))
            if end < 0:
                return False
            at = end
        return True

    def _ends(self, automaton: Automaton, words: list[str]) -> bool:

        return any(automaton.accepts(words[start:]) for start in range(max(0, len(words) - 6), len(words)))


_UNITS = frozenset({"块", "元", "钱", "毛", "角", "分", "dollars", "dollar", "cents", "bucks"})


def _squeezed(phrase: str, language: Language) -> str:
    return "".join(clauses(normalise(phrase, language))).replace(" ", "")
