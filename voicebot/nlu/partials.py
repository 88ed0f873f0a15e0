"""What a partial hypothesis amounts to: for the floor (`Hearing`) and for the endpointer (`Completion`)."""

from voicebot.grammar import Automaton, house_grammar, tokenise
from voicebot.nlu.acts import ActReader, ActReading, words_of
from voicebot.nlu.normalisation import clauses, normalise
from voicebot.nlu.questions import QuestionModel
from voicebot.nlu.slots import SlotReader, luhn
from voicebot.types import OTHER, Completion, DialogueAct, Expectation, Hearing, Language

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
_NO_NUMBER = frozenset({DialogueAct.CANCEL, DialogueAct.DONT_KNOW, DialogueAct.WAIT, DialogueAct.GOODBYE})
_TYPICAL_CARD = (16, 19)
"""Digits of nearly all payment cards."""

SURE_QUESTION = 0.85
"""P(question) from which a sentence counts as a whole question."""

LEAST_QUESTION: dict[Language, int] = {"zh-CN": 6, "en-US": 4}
"""Characters or words it must have: "我的借呗" names a product and asks nothing yet."""

FRAGMENT: dict[Language, int] = {"zh-CN": 3, "en-US": 2}
"""Characters or words up to which a start that says nothing yet is taken for the beginning of a sentence."""

CLAUSE: dict[Language, int] = {"zh-CN": 14, "en-US": 8}
"""Characters or words up to which a sentence that opens with 因为 or "if" still has its main clause to come."""

LEAST_ASSERTION = 5
"""Characters of 是…的 and 不是…的 that are a whole statement: 是我的 goes on."""

OPENS = 2
"""What such an opening counts for."""

DIGITS_SHARE = 0.5
"""Share of the words that must be digits for the others to count as digits misheard."""

TAIL_DIGITS = 2
"""Digits at the end of an open turn that may be the start of a longer number."""


class PartialReader:
    """Reads partial hypotheses of one language."""

    def __init__(self, language: Language, acts: ActReader, slots: SlotReader, model: QuestionModel) -> None:
        self._language = language
        self._model = model
        self._acts = acts
        self._slots = slots
        backchannels, trailing = house_grammar(language, "backchannels"), house_grammar(language, "trailing")
        self._backchannel = backchannels.automaton("backchannel")
        self._murmur = backchannels.automaton("murmur")
        self._going_on = trailing.automaton("going_on")
        self._finished = trailing.automaton("finished")
        self._opening = trailing.automaton("opening")
        self._leading = trailing.automaton("leading")
        self._digit = house_grammar(language, "spoken").automaton("digit")

    def hearing(self, partial: str, expectation: Expectation) -> Hearing:
        text = normalise(partial, self._language)
        words = words_of(tokenise(text))
        if not words:
            return Hearing.NOTHING
        murmured = self._covered(words, murmur=True)
        if murmured or (expectation.kind not in _ANSWERS and self._covered(words, murmur=False)):
            return Hearing.BACKCHANNEL
        if expectation.kind == "statement" and self._length(words) == 1 and self._language == "zh-CN":
            return Hearing.WORDS  # a syllable is no command when nothing was asked: 嗯 is heard as 停
        acts = self._acts.read(text, expectation)
        if acts.acts.keys() & COMMANDS or (acts.whole and acts.acts.keys() & _ANSWERS.get(expectation.kind, frozenset())):
            return Hearing.HOTWORD
        if self._names_option(text, expectation):
            return Hearing.HOTWORD
        return Hearing.WORDS

    def said(self, partial: str) -> int:
        """Characters or words between the signs of listening at its start and end, and `OPENS` more where they open as only turns
        do: nobody murmurs 我想. None where they may still become such a sign: "that makes" before "that makes sense"."""
        words = words_of(tokenise(normalise(partial, self._language)))
        said = words[self._murmured(words) :]
        if not said or self._backchannel.continues(said):
            return 0
        opens = OPENS if self._opening.longest(said, 0) > 0 else 0
        return self._length(self._between(words)) + opens

    def beside_signs(self, partial: str) -> bool:
        """Whether signs of listening open or end the words."""
        words = words_of(tokenise(normalise(partial, self._language)))
        return len(self._between(words)) < len(words)

    def _between(self, words: list[str]) -> list[str]:
        """The words without the signs of listening at their start and end."""
        said = words[self._murmured(words) :]
        return said[: next(end for end in range(len(said) + 1) if self._covered(said[end:], murmur=False))]

    def completion(self, partial: str, expectation: Expectation) -> Completion:
        text = normalise(partial, self._language)
        words = words_of(tokenise(text))
        if not words:
            return Completion.DIGITS if expectation.kind in _NUMBERS else Completion.UNKNOWN
        if expectation.kind in _NUMBERS:
            return self._number(text, words, expectation)
        if expectation.kind == "amount":
            return self._amount(text, words)
        if expectation.kind == "date" and self._slots.is_date(text):
            return Completion.COMPLETE
        acts = self._acts.read(text, expectation)
        if acts.whole and expectation.kind != "open":
            return Completion.UNKNOWN if acts.corrects else Completion.COMPLETE
        if acts.whole and acts.acts.keys() & (COMMANDS | {DialogueAct.GOODBYE, DialogueAct.DONE}):
            return Completion.COMPLETE
        if self._names_option(text, expectation):
            return Completion.COMPLETE
        return self._sentence(acts, words)

    def _sentence(self, acts: ActReading, words: list[str]) -> Completion:
        """Whether free speech is a whole sentence: by its last words, its first, and whether it asks a question by now."""
        if self._tail_digits(words) >= TAIL_DIGITS:
            return Completion.DIGITS
        finished, length = self._ends(self._finished, words), self._length(words)
        if self._asserts(words):
            return Completion.UNKNOWN
        if not finished and self._ends(self._going_on, words):
            return Completion.INCOMPLETE
        if finished or (length >= LEAST_QUESTION[self._language] and self._asks(acts.residue)):
            return Completion.COMPLETE
        if acts.whole:
            return Completion.UNKNOWN
        opened = self._leading.longest(words, 0) > 0 and length <= CLAUSE[self._language]
        return Completion.INCOMPLETE if opened or length <= FRAGMENT[self._language] else Completion.UNKNOWN

    def _asserts(self, words: list[str]) -> bool:
        """Whether a Mandarin sentence says that something is so: 是我本人操作的 is whole, though a 的 goes on elsewhere."""
        said = "".join(words)
        whole = said.startswith(("是", "不是")) and said.endswith("的") and len(said) >= LEAST_ASSERTION
        return self._language == "zh-CN" and whole

    def _asks(self, text: str) -> bool:
        """Whether the words name one question of the catalogue surely."""
        likely = self._model.likelihoods(text) if text else {}
        return any(p >= SURE_QUESTION for question, p in likely.items() if question != OTHER)

    def _length(self, words: list[str]) -> int:
        """Characters in Chinese, words in English."""
        return sum(map(len, words)) if self._language == "zh-CN" else len(words)

    def _tail_digits(self, words: list[str]) -> int:
        """Digit words at the end."""
        count = 0
        while count < len(words) and self._digit.accepts(words[-1 - count : len(words) - count]):
            count += 1
        return count

    def _names_option(self, text: str, expectation: Expectation) -> bool:
        said = text.replace(" ", "")
        return expectation.kind == "choice" and any(said == _squeezed(phrase, self._language) for phrase in expectation.phrases)

    def _number(self, text: str, words: list[str], expectation: Expectation) -> Completion:
        digits = self._slots.digits(text)
        if not digits:
            return Completion.COMPLETE if self._declines(text, expectation) else Completion.DIGITS
        count = max(len(digits), self._spoken_digits(words, len(digits)))
        if expectation.length is not None:
            return Completion.COMPLETE if count >= expectation.length else Completion.DIGITS
        if expectation.kind == "phone":
            return Completion.COMPLETE if count >= PHONE_LENGTH[self._language] else Completion.DIGITS
        if expectation.kind == "card":
            whole = len(digits) in _TYPICAL_CARD and luhn(digits)
            return Completion.COMPLETE if whole or count >= max(_TYPICAL_CARD) else Completion.DIGITS
        return Completion.DIGITS

    def _declines(self, text: str, expectation: Expectation) -> bool:
        """Whether the words surely give no number: a command, or that there is none. A bare "no" may be a digit misheard."""
        acts = self._acts.read(text, expectation)
        return acts.whole and bool(acts.acts.keys() & (COMMANDS | _NO_NUMBER))

    def _spoken_digits(self, words: list[str], digits: int) -> int:
        """How many digits were spoken, those that were misheard as other words included, when most of the words are digits."""
        spoken = self._length(words)
        return spoken if digits >= DIGITS_SHARE * spoken else digits

    def _amount(self, text: str, words: list[str]) -> Completion:
        with_unit, bare = self._slots.amount_so_far(text)
        if with_unit or bare:
            return Completion.COMPLETE if words[-1] in _UNITS else Completion.UNKNOWN
        return Completion.INCOMPLETE if self._ends(self._going_on, words) else Completion.UNKNOWN

    def _covered(self, words: list[str], murmur: bool) -> bool:
        """Whether the words are nothing but murmurs (and, unless `murmur`, backchannels)."""
        return self._murmured(words, murmur) == len(words)

    def _murmured(self, words: list[str], murmur: bool = False) -> int:
        """How many of the first words are murmurs (and, unless `murmur`, backchannels)."""
        at = 0
        while at < len(words):
            end = max(self._murmur.longest(words, at), -1 if murmur else self._backchannel.longest(words, at))
            if end < 0:
                break
            at = end
        return at

    def _ends(self, automaton: Automaton, words: list[str]) -> bool:

        return any(automaton.accepts(words[start:]) for start in range(max(0, len(words) - 6), len(words)))


PHONE_LENGTH: dict[Language, int] = {"zh-CN": 11, "en-US": 10}
"""Digits of a telephone number as it is spoken."""

_UNITS = frozenset({"块", "元", "钱", "毛", "角", "分", "dollars", "dollar", "cents", "bucks"})


def _squeezed(phrase: str, language: Language) -> str:
    return "".join(clauses(normalise(phrase, language))).replace(" ", "")
