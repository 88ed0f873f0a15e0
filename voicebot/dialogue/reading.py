"""What an input amounts to, given what is on the floor: the candidates for the table, the likeliest first.

The same word means different things on different floors: "no" after a guess denies it, after "anything else?" it ends the call,
and into a list of options it means those that had been named so far. Nothing here changes anything.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace

from voicebot.dialogue.belief import likelihoods
from voicebot.dialogue.memory import Floor
from voicebot.dialogue.policy import Thresholds
from voicebot.dialogue.repetition import says_again
from voicebot.dialogue.states import State, Trigger
from voicebot.grammar import token_texts
from voicebot.types import OTHER, DialogueAct, Heard, KeysEntered, SlotValue, Understanding

_YES_NO = frozenset(
    {
        State.GUESS,
        State.CONFIRM,
        State.READ_BACK,
        State.CLEAR,
        State.MORE,
        State.OFFER,
        State.BRIEF,
        State.OPEN,
        State.GUIDE,
        State.SUPPLEMENT,
        State.SURVEY,
    }
)

_OFFERS = (State.GUESS, State.CONFIRM, State.BRIEF)
"""One question was named, and the caller may name it, too."""

_COMMANDS: dict[DialogueAct, Trigger] = {
    DialogueAct.REPEAT: Trigger.REPEAT,
    DialogueAct.SLOWER: Trigger.SLOWER,
    DialogueAct.START_OVER: Trigger.START_OVER,
    DialogueAct.BACK: Trigger.BACK,
    DialogueAct.HELP: Trigger.HELP,
    DialogueAct.WAIT: Trigger.WAIT,
    DialogueAct.STOP: Trigger.STOP,
}

_VALUELESS = _COMMANDS.keys() | {DialogueAct.CANCEL}
"""Acts that, as all that was said, hold no value: there is a 一 in "再说一遍", and an "oh" in "oh, forget it"."""

_INSTEAD = frozenset({Trigger.START_OVER, Trigger.BACK, Trigger.REPEAT, Trigger.SLOWER})
"""Commands that go before a "no" in the same breath."""

_SOCIAL: dict[DialogueAct, Trigger] = {
    DialogueAct.NOT_UNDERSTOOD: Trigger.NOT_UNDERSTOOD,
    DialogueAct.UNDERSTOOD: Trigger.UNDERSTOOD,
    DialogueAct.DONE: Trigger.DONE,
    DialogueAct.CANCEL: Trigger.CANCEL,
    DialogueAct.DONT_KNOW: Trigger.DONT_KNOW,
    DialogueAct.GOODBYE: Trigger.GOODBYE,
    DialogueAct.THANKS: Trigger.THANKS,
    DialogueAct.GREET: Trigger.GREET,
}

_ORDINALS = (DialogueAct.CHOOSE_FIRST, DialogueAct.CHOOSE_SECOND, DialogueAct.CHOOSE_THIRD)

_DIGIT_KINDS = frozenset({"digits", "phone", "card", "id"})

CORRECTING = 0.4
"""Share of the likelihood that must lie on questions other than those just denied for words to count as a correction."""

BESIDE = 0.1
"""Share that the questions on the floor may have for words to bring up another one in the same breath."""

BRIEF_CHINESE, BRIEF_ENGLISH = 8, 6
"""Characters, words: what is no longer and names no question of the catalogue is no new question, after an answer."""

PICKING = 0.75
"""Share among the options, for words that name none of them alone ("还款失败那个")."""


@dataclass(frozen=True, slots=True)
class Reading:
    """An input in terms of the floor."""

    candidates: tuple[Trigger, ...]
    picked: tuple[str, ...] = ()
    """Options that were chosen (`PICK`), or meant by a yes into a list."""
    rejected: tuple[str, ...] = ()
    """Options that a "no" refers to."""
    named: str | None = None
    """The question that the words name."""
    slot: SlotValue | None = None
    likelihoods: Mapping[str, float] = field(default_factory=dict)
    """Of the words under each question; the NLU has weighed in how surely they were heard, so they are taken as they are."""
    also: Mapping[str, float] = field(default_factory=dict)
    """The same of a second question in the same breath."""
    confidence: float = 1.0
    """How surely the words were heard: for yes, no and slot values."""
    heard: Heard | None = None
    text: str = ""
    again: bool = False
    """The words are those the caller had used before, and not those of what they were asked, which they had heard out."""
    score: int | None = None
    keys: str = ""
    """What was pressed, for a key entry."""


def read_turn(
    said: Understanding,
    heard: Heard | None,
    floor: Floor,
    titles: Mapping[str, str],
    limits: Thresholds,
    before: Collection[str] = (),
) -> Reading:
    """Read a spoken or typed turn. `titles`: the options' names, to see which of them were heard before an interruption;
    `before`: what the caller had said about the question in hand."""
    about, also = likelihoods(said.questions), likelihoods(said.also)
    reading = Reading((), likelihoods=about, also=also, confidence=said.confidence, heard=heard, text=said.text)
    if said.empty or said.confidence < limits.heard:
        return replace(reading, candidates=(Trigger.NOMATCH,))
    acts = _acts(said, limits)
    named = _named(said, acts, limits)
    commanded = bool(acts.keys() & _VALUELESS) and not said.residue.strip()
    slot = None if commanded else _slot_for(said, acts, floor)
    reading = replace(reading, named=named, slot=slot, rejected=floor.options)
    reading = replace(reading, again=_again(reading, floor, titles, before))
    urgent = [trigger for act, trigger in ((DialogueAct.RISK, Trigger.RISK), (DialogueAct.AGENT, Trigger.AGENT)) if act in acts]
    if floor.state is State.CLARIFY:
        reading, answers = _read_choice(reading, acts, said, floor, titles)
    else:
        answers = _read_answer(reading, acts, said, floor)
    if floor.state is State.SURVEY and not commanded:
        reading, answers = replace(reading, score=_score(said)), [Trigger.SCORE] if _score(said) else answers
    evidence = [Trigger.EVIDENCE] if _has_news(said, acts, named, floor, limits) else []
    if evidence and slot is not None and not slot.valid and len(said.residue) >= 2 * len(slot.text):
        answers = [trigger for trigger in answers if trigger is not Trigger.BAD_SLOT]  # words, with a number somewhere in them
    commands = [trigger for act, trigger in _COMMANDS.items() if act in acts and not _outweighed(act, acts)]
    social = [_SOCIAL[act] for act in sorted(acts, key=lambda act: -acts[act]) if act in _SOCIAL]
    rest = evidence + commands + social if named and said.residue else commands + social + evidence
    answers = _by_strength(answers, acts, social, floor)
    if Trigger.DENY in answers:  # "不对，重新开始": the command says what the "no" asks for
        answers = [trigger for trigger in commands if trigger in _INSTEAD] + answers
    return replace(reading, candidates=(*urgent, *answers, *rest, Trigger.NOMATCH))


def read_keys(entered: KeysEntered, floor: Floor) -> Reading:
    """Read a key entry: 0 agent, * repeat, # help; digits choose options, answer yes (1) or no (2), or fill a slot."""
    keys = entered.keys
    reading = Reading((Trigger.NOMATCH,), heard=entered.interrupted, text=keys, keys=keys)
    wanted = floor.expectation.length
    if floor.state is State.SUPPLEMENT and keys.isdigit() and 1 <= int(keys) <= len(floor.expectation.phrases):
        value = SlotValue("choice", floor.expectation.phrases[int(keys) - 1], keys)
        return replace(reading, slot=value, candidates=(Trigger.SLOT, Trigger.NOMATCH))
    if floor.state in (State.SUPPLEMENT, State.READ_BACK) and keys.isdigit() and (len(keys) > 1 or wanted == 1):
        if floor.state is State.SUPPLEMENT:
            valid = _fits(keys, floor)
            value = SlotValue(_asked_kind(floor), keys, keys, valid)
            return replace(reading, slot=value, candidates=(Trigger.SLOT if valid else Trigger.BAD_SLOT, Trigger.NOMATCH))
        return reading
    fixed = {"0": Trigger.AGENT, "*": Trigger.REPEAT, "#": Trigger.HELP}.get(keys)
    if fixed is not None:
        return replace(reading, candidates=(fixed, Trigger.NOMATCH))
    if floor.state is State.SURVEY and keys in {"1", "2", "3", "4", "5"}:
        return replace(reading, score=int(keys), candidates=(Trigger.SCORE, Trigger.NOMATCH))
    if floor.state is State.CLARIFY and keys.isdigit() and 1 <= int(keys) <= len(floor.options):
        return replace(reading, picked=(floor.options[int(keys) - 1],), candidates=(Trigger.PICK, Trigger.NOMATCH))
    if floor.expectation.kind == "yesno" and keys in {"1", "2"}:
        answer = Trigger.AFFIRM if keys == "1" else Trigger.DENY
        return replace(reading, rejected=floor.options, candidates=(answer, Trigger.NOMATCH))
    return reading


# ---------------------------------------------------------------- acts and questions


def _acts(said: Understanding, limits: Thresholds) -> dict[DialogueAct, float]:
    """The acts likely enough to act on. Wrong words make wrong acts, so the confidence in the words counts."""
    weighty = {DialogueAct.AGENT, DialogueAct.RISK, DialogueAct.GOODBYE}
    return {
        act: p
        for act, p in said.acts.items()
        if p * min(1.0, said.confidence + 0.5) >= (limits.agent if act in weighty else limits.act)
    }


def _outweighed(act: DialogueAct, acts: Mapping[DialogueAct, float]) -> bool:
    """Whether it is a wish for time by whoever gives up: "算了，我再想想"."""
    return act is DialogueAct.WAIT and acts.get(DialogueAct.CANCEL, 0.0) >= acts[act]


def _named(said: Understanding, acts: Mapping[DialogueAct, float], limits: Thresholds) -> str | None:
    """The question that the words name. A bare act ("是的") names none, whatever the classifier made of it."""
    if not said.questions or (acts and not said.residue.strip()):
        return None
    name, share = max(said.questions.items(), key=lambda item: (item[1], item[0]))
    return name if name != OTHER and share >= limits.name else None


def _has_news(
    said: Understanding, acts: Mapping[DialogueAct, float], named: str | None, floor: Floor, limits: Thresholds
) -> bool:
    """Whether the words are evidence about a question. While a slot is asked for, only words that name another one are."""
    if floor.state in (State.SUPPLEMENT, State.READ_BACK):
        return named is not None and named not in floor.options
    if floor.state in (State.CLEAR, State.MORE) and named is None and (said.confidence < limits.news or _brief(said.text)):
        return False
    return bool(said.questions) and (not acts or bool(said.residue.strip()))


def _brief(text: str) -> bool:
    """Too short for a question: thanks, or "I'll try that", in words the grammars do not know."""
    words = token_texts(text)
    return len(words) <= (BRIEF_ENGLISH if any(word.isascii() for word in words) else BRIEF_CHINESE)


def speaks_of_another(reading: Reading, options: tuple[str, ...]) -> bool:
    """Whether the words name a question beside those on the floor, and do not merely say one of those in other words."""
    beside = sum(reading.likelihoods.get(option, 0.0) for option in options)
    return reading.named is not None and reading.named not in options and beside <= BESIDE


def _again(reading: Reading, floor: Floor, titles: Mapping[str, str], before: Collection[str]) -> bool:
    """Whether the caller, asked and having heard it out, says what they had said before: not the name of an option, nor words
    that are much like those of before and name another question ("how do I open …", "how do I close …")."""
    named_to_them = any(titles[option] in reading.text for option in floor.options if option in titles)
    if reading.heard is not None or named_to_them:
        return False
    if reading.text not in before and speaks_of_another(reading, floor.options):
        return False
    return says_again(reading.text, before)


def _moves_on(said: Understanding, without: tuple[str, ...]) -> bool:
    """Whether the words speak of questions other than `without`."""
    elsewhere = sum(share for name, share in said.questions.items() if name != OTHER and name not in without)
    return bool(said.residue.strip()) and elsewhere >= CORRECTING


# ---------------------------------------------------------------- answers to what is on the floor


def _read_answer(reading: Reading, acts: Mapping[DialogueAct, float], said: Understanding, floor: Floor) -> list[Trigger]:
    """Yes, no, a value, and what came in the same breath."""
    answers: list[Trigger] = []
    if reading.slot is not None:
        answers.append(Trigger.SLOT if reading.slot.valid else Trigger.BAD_SLOT)
    yes, no = acts.get(DialogueAct.AFFIRM, 0.0), acts.get(DialogueAct.DENY, 0.0)
    yes = max(yes, acts.get(DialogueAct.UNDERSTOOD, 0.0)) if floor.state is State.CLEAR else yes
    elsewhere = speaks_of_another(reading, floor.options)
    if floor.state in _OFFERS and reading.named in floor.options and _means_it(acts):
        no = 0.0
    if floor.state is State.SUPPLEMENT and DialogueAct.CHOOSE_NEITHER in acts and reading.slot is None:
        return [Trigger.DENY]
    if no > yes:
        moved = Trigger.EVIDENCE if floor.state in (State.OPEN, State.GUIDE) else Trigger.CORRECT
        return [*answers, *([moved] if _moves_on(said, floor.options) else []), Trigger.DENY]
    if yes:
        return [*answers, *([Trigger.AFFIRM_MORE] if elsewhere else []), Trigger.AFFIRM]
    if floor.state in _OFFERS and reading.named in floor.options and not reading.again:
        return [*answers, Trigger.AFFIRM]
    if floor.state is State.CONFIRM and DialogueAct.CHOOSE_OTHER in acts:
        return [*answers, Trigger.OTHER_ONE]
    if floor.state in _OFFERS and DialogueAct.CHOOSE_NEITHER in acts:
        return [*answers, *([Trigger.CORRECT] if _moves_on(said, floor.options) else []), Trigger.NEITHER, Trigger.DENY]
    return answers


def _read_choice(
    reading: Reading, acts: Mapping[DialogueAct, float], said: Understanding, floor: Floor, titles: Mapping[str, str]
) -> tuple[Reading, list[Trigger]]:
    """Which of the options, told by place, by name, or by when the caller spoke."""
    heard = _heard_options(reading.heard, floor.options, titles)
    by_place = [floor.options[i] for i, act in enumerate(_ORDINALS) if act in acts and i < len(floor.options)]
    by_place = by_place or [floor.options[i] for i in _numbers(said) if i < len(floor.options)]
    by_name = _option_named(said, floor.options)
    meant = tuple(by_place) or ((by_name,) if by_name else ())
    no = acts.get(DialogueAct.DENY, 0.0)
    if no > acts.get(DialogueAct.AFFIRM, 0.0) and not (meant and _means_it(acts)):
        reading = replace(reading, rejected=meant or heard)
        if DialogueAct.CHOOSE_OTHER in acts and len(floor.options) == len(heard) == 2 and not meant:
            return replace(reading, rejected=floor.options[:1]), [Trigger.OTHER_ONE]  # "not that one, the other one"
        return reading, [*([Trigger.CORRECT] if _moves_on(said, reading.rejected) else []), Trigger.DENY]
    if DialogueAct.CHOOSE_BOTH in acts or len(meant) > 1:
        return replace(reading, picked=meant if len(meant) > 1 else floor.options), [Trigger.BOTH]
    if DialogueAct.CHOOSE_NEITHER in acts:
        return replace(reading, rejected=floor.options), [Trigger.CORRECT, Trigger.NEITHER] if _moves_on(
            said, floor.options
        ) else [Trigger.NEITHER]
    if meant:
        return replace(reading, picked=meant), [Trigger.PICK]
    if DialogueAct.CHOOSE_OTHER in acts:
        return replace(reading, rejected=heard if len(heard) < len(floor.options) else floor.options[:1]), [Trigger.OTHER_ONE]
    if DialogueAct.AFFIRM in acts:
        interrupted = reading.heard is not None and len(heard) < len(floor.options)
        more = [Trigger.AFFIRM_MORE] if speaks_of_another(reading, floor.options) else []
        return replace(reading, picked=heard[-1:] if interrupted else ()), [*more, Trigger.AFFIRM]
    return reading, []


def _means_it(acts: Mapping[DialogueAct, float]) -> bool:
    """Whether "what I meant is" is all that denies: before the very thing that was offered it says yes."""
    return acts.get(DialogueAct.MEANT, 0.0) >= acts.get(DialogueAct.DENY, 0.0) > 0.0


def _heard_options(heard: Heard | None, options: tuple[str, ...], titles: Mapping[str, str]) -> tuple[str, ...]:
    """The options whose names had been said when the caller spoke; all of them when the list was heard out or is unknown."""
    if heard is None or heard.prompt.act != "clarify":
        return options
    named = tuple(option for option in options if titles.get(option, option) in heard.text)
    return named or options[:1]


def _option_named(said: Understanding, options: tuple[str, ...]) -> str | None:
    """The option that the words speak of, seen among the options alone; None when they speak of something else or of several."""
    among = {option: said.questions.get(option, 0.0) for option in options}
    together = sum(among.values())
    if together < CORRECTING:
        return None
    best = max(among, key=lambda option: (among[option], option))
    return best if among[best] >= PICKING * together else None


def _by_strength(answers: list[Trigger], acts: Mapping[DialogueAct, float], social: list[Trigger], floor: Floor) -> list[Trigger]:
    """ "没有了" after an answer is both a no and an end, "算了" both a no and giving up: the likelier reading goes first."""
    ends, no = acts.get(DialogueAct.DONE, 0.0), acts.get(DialogueAct.DENY, 0.0)
    if 0.0 < no <= acts.get(DialogueAct.CANCEL, 0.0):
        return [trigger for trigger in social if trigger is Trigger.CANCEL] + answers
    if floor.state is State.MORE and Trigger.EVIDENCE not in answers:  # "好的谢谢" asks for nothing more
        answers = [trigger for trigger in social if trigger in (Trigger.DONE, Trigger.THANKS, Trigger.GOODBYE)] + answers
    if floor.state in (State.CLEAR, State.OPEN, State.GUIDE) and ends >= no > 0.0:
        return [trigger for trigger in social if trigger is Trigger.DONE] + answers
    if floor.state is State.CLEAR and Trigger.NOT_UNDERSTOOD in social and Trigger.CORRECT not in answers:
        return [Trigger.NOT_UNDERSTOOD, *answers]
    return answers


# ---------------------------------------------------------------- slots


def _slot_for(said: Understanding, acts: Mapping[DialogueAct, float], floor: Floor) -> SlotValue | None:
    """The value among those said that fits what is asked for; a valid one first. `choice`: the name of what was chosen."""
    if floor.state not in (State.SUPPLEMENT, State.READ_BACK):
        return None
    phrases = floor.expectation.phrases if floor.state is State.SUPPLEMENT else ()
    places = [i for i, act in enumerate(_ORDINALS) if act in acts] or _numbers(said)
    chosen = [phrases[i] for i in places if i < len(phrases)]
    if len(chosen) == 1:
        return SlotValue("choice", chosen[0], said.text)
    kind = _asked_kind(floor) if floor.state is State.SUPPLEMENT or floor.value is None else floor.value.kind
    fitting = [value for value in said.slots if same_kind(value.kind, kind)]
    length = floor.expectation.length
    checked = [replace(value, valid=value.valid and (length is None or len(value.value) == length)) for value in fitting]
    return next((value for value in checked if value.valid), checked[0] if checked else None)


def _asked_kind(floor: Floor) -> str:
    """The kind of a value that may be given; where a length is known, what may be chosen may also be given by its digits."""
    expected = floor.expectation
    return "digits" if expected.kind == "choice" and expected.length is not None else expected.kind


def same_kind(found: str, wanted: str) -> bool:
    """Whether a value of kind `found` may fill a slot of kind `wanted`: any digit string may be a number of digits."""
    return found == wanted or (wanted == "digits" and found in _DIGIT_KINDS) or (found == "digits" and wanted in _DIGIT_KINDS)


def _fits(keys: str, floor: Floor) -> bool:
    length = floor.expectation.length
    return _asked_kind(floor) in _DIGIT_KINDS | {"amount"} and (length is None or len(keys) == length)


def _numbers(said: Understanding) -> list[int]:
    """Places told by a bare number ("二"), counted from zero."""
    digits = [value.value for value in said.slots if value.kind == "digits" and value.value in {"1", "2", "3"}]
    return [int(digit) - 1 for digit in digits[:1]]


def _score(said: Understanding) -> int | None:
    digits = [value.value for value in said.slots if value.value in {"1", "2", "3", "4", "5"}]
    return int(digits[0]) if digits else None
