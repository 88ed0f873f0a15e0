"""What to do next, from the belief alone, through named thresholds.

Between the questions that the bot could ask, the expected number of further caller turns decides, each a sum of documented
costs. With p₁ ≥ p₂ ≥ … the beliefs:

- confirm the first:      1 + (1 − p₁) · retry_turns
- clarify between k:      1 + (k − 1) · option_turns + (1 − p₁ − … − p_k) · retry_turns
- guide (describe again): 1 + guide_turns

A proactive guess saves `open_turns − 1` turns when it is right (the yes is one turn) and costs `wrong_guess_turns` when it
is wrong; it is made when p · saved > (1 − p) · cost.

Before an agent takes over because no question could be found, the nearest ones are named once: a last offer. Not where the
caller has refused what was named, and the belief says that it is none of the catalogue.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, fields, replace
from enum import StrEnum
from typing import Any

from voicebot.dialogue.belief import Belief
from voicebot.types import OTHER

IN_THE_RUNNING = 0.02
"""Belief in a question while another was answered from which it counts as that one's rival."""

NEVER = 2.0
"""A belief that is never reached: what the caller was asked about, or given the answer to, is answered by their yes alone."""

RIVAL_SHARE = 0.2
"""A last offer leaves out what is less likely than this share of its best."""


@dataclass(frozen=True, slots=True)
class Thresholds:
    """Every number that the dialogue decides by. A pack may set each by its name."""

    answer: float = 0.9
    """Belief from which a question that the first words name is answered at once, confirmed implicitly. Higher: fewer wrong
    answers, more questions."""
    answer_asked: float = 0.97
    """The same once the caller was asked about this question before (who was misunderstood once is so again), for words
    that do not name it, and for words that came where something else was asked for, after an answer or for a slot. Higher:
    fewer wrong answers there, more questions."""
    confirm: float = 0.35
    """Least belief of a question that is worth a yes/no. Higher: more guiding, fewer wrong guesses."""
    option: float = 0.08
    """Least belief of a question that is named in a clarification. Higher: shorter lists, more often without the right one."""
    clarify_together: float = 0.35
    """Least belief that the options of a clarification hold together."""
    options: float = 3
    """Most questions named in one clarification."""
    outside_weight: float = 0.3
    """How much of "something else" counts when the next question to the caller is chosen: misheard words look like a question
    that the catalogue lacks. Answers are given by the whole of it. Lower: more questions are offered by name, also to callers
    with another one."""
    outside: float = 0.6
    """Belief in "something else" from which the caller is asked to describe it, and the second time goes to an agent."""
    retry_turns: float = 1.3
    """Caller turns still to come after a "no" or "neither" (some of them name the right question in the same breath)."""
    option_turns: float = 0.25
    """What each option beyond the first costs, in turns: the longer prompt, and picks that are misheard."""
    guide_turns: float = 0.9
    """Caller turns still to come after a description was asked for again, beyond the describing one."""
    open_turns: float = 1.7
    """Caller turns to an answer after an open question, when nothing is guessed."""
    wrong_guess_turns: float = 0.75
    """What a wrong guess costs: half of the callers say only "no" (a turn lost), and all have listened in vain."""
    act: float = 0.5
    """Least probability of a dialogue act (yes, no, repeat …) that is acted on. Higher: more "I did not catch that"."""
    agent: float = 0.7
    """The same for asking for an agent, and for risk words. Lower: more calls transferred by mishearing."""
    heard: float = 0.05
    """Least confidence in the words; below it a turn counts as a nomatch. Higher: more repetitions, fewer misunderstandings."""
    news: float = 0.6
    """Confidence from which words after an answer that name no question are about another one; below it they count as a nomatch:
    thanks and "I see" are misheard often. Higher: more repetitions after answers, fewer callers asked what they did not ask."""
    name: float = 0.5
    """Share of the likelihood from which words name one question: picks it from a list, affirms it, corrects to it."""
    read_back: float = 0.9
    """Confidence from which a slot's value is read back in passing; below it the caller is asked whether it is right."""
    last_offer: float = 0.03
    """Least belief of a question that is offered by name before an agent takes over because none could be found. Higher: fewer
    turns in vain, fewer questions found."""
    no_offer: float = 0.75
    """Belief in "something else", all of it, from which this last offer is left out once the caller has said no to a question:
    an agent takes over at once. Higher: more offers, most of them in vain."""
    patience: float = 4
    """Questions (guide, clarify, confirm) asked about one question of the caller before an agent takes over."""
    briefings: float = 1
    """Questions about the subject put to a caller who asks for an agent, before the transfer; 0: none. Whoever accepts the
    offer of an agent, asks a second time, or has said what it is about is asked none.
    2: what came of the first may be confirmed."""
    noinputs: float = 3
    """Silences in a row that end in a transfer."""
    nomatches: float = 3
    """Turns in a row that were not understood, and end in a transfer."""
    idle: float = 6
    """Turns in a row that made no headway (repeat, help, wait, greetings …), and end in a transfer."""
    turns: float = 60
    """Caller turns and silences in a whole call before an agent takes over."""

    @classmethod
    def of(cls, given: Mapping[str, Any] | object) -> "Thresholds":
        """The thresholds a pack gives, by name, from a mapping or an object with attributes; the others keep their defaults."""
        found = {f.name: given.get(f.name) if isinstance(given, Mapping) else getattr(given, f.name, None) for f in fields(cls)}
        return cls(**{name: float(value) for name, value in found.items() if value is not None})


class Act(StrEnum):
    """What the policy may choose."""

    ANSWER = "answer"
    CONFIRM = "confirm"
    CLARIFY = "clarify"
    GUIDE = "guide"
    TRANSFER = "transfer"
    PROACTIVE_GUESS = "proactive_guess"
    ASK = "ask"


@dataclass(frozen=True, slots=True)
class Decision:
    """The policy's choice."""

    act: str
    """An `Act`, or what a reaction did that had no choice."""
    questions: tuple[str, ...] = ()
    """The questions it names, likeliest first."""
    probability: float = 0.0
    """Belief that the caller's question is among them."""
    why: str = ""
    """The threshold or the costs that decided, with their values."""
    last: bool = False
    """Nothing is asked after it: should it be in vain, an agent takes over."""


def greet(belief: Belief, limits: Thresholds) -> Decision:
    """A proactive guess when it saves more turns than it risks, else the open question."""
    ranked = belief.questions()
    if not ranked:
        return Decision(Act.ASK, why="no question in the catalogue")
    question, p = ranked[0]
    saved, risked = p * (limits.open_turns - 1.0), (1.0 - p) * limits.wrong_guess_turns
    why = f"saves {saved:.2f} turns, risks {risked:.2f}"
    if saved > risked:
        return Decision(Act.PROACTIVE_GUESS, (question,), p, why)
    return Decision(Act.ASK, probability=p, why=why)


def decide(
    belief: Belief,
    limits: Thresholds,
    *,
    asked: int = 0,
    guided: int = 0,
    named: str | None = None,
    pending: Collection[str] = (),
    answered: Collection[str] = (),
    unasked: bool = False,
    again: bool = False,
) -> Decision:
    """The next act. `asked`: questions put to the caller since they came with this one; `guided`: of those, to describe it;
    `named`: the question that the caller's last words name; `pending`: those that they were asked about, and did not say yes to;
    `answered`: those that were answered before, which nobody asks again unless the answer was none, or the words were misheard;
    `unasked`: the words came where something else was asked for; `again`: asked to describe it, the caller said what they had
    said before.

    Words that were misheard look like a question that the catalogue lacks. So before the caller is given up, the likeliest of
    its questions are named once, however unlikely they are; `asked` beyond the patience says that this has been done.
    """
    best = next((question for question, _ in belief.questions()), None)
    if best in belief.doubted or best in pending or best in answered:
        needed = NEVER
    elif asked or unasked or named != best:
        needed = max(limits.answer, limits.answer_asked)
    else:
        needed = limits.answer
    choice = _choose(belief, limits, asked, guided, needed, again)
    if not choice.questions:
        return choice
    return replace(choice, probability=sum(belief.p(question) for question in choice.questions))


def _choose(belief: Belief, limits: Thresholds, asked: int, guided: int, needed: float, again: bool) -> Decision:
    """`decide`, its probability by the beliefs as they are weighed here. `needed`: belief from which a question is answered."""
    ranked = belief.questions()
    question, p = ranked[0] if ranked else (OTHER, 0.0)
    if ranked and p >= needed:
        return Decision(Act.ANSWER, (question,), p, f"answer {needed:g} reached")
    ranked, outside = _discounted(ranked, belief.p(OTHER), limits)
    if asked >= limits.patience or again:
        in_vain = bool(belief.doubted) and belief.p(OTHER) >= limits.no_offer
        why = "the same words again" if again else f"patience {limits.patience:g} used up"
        return _give_up([] if in_vain else ranked, limits, asked, why)
    if not ranked or outside >= limits.outside:
        why = f"outside {limits.outside:g} reached"
        return _give_up(ranked, limits, asked, why) if guided else Decision(Act.GUIDE, (), outside, why)
    return _cheapest(ranked, limits, guided)


def _discounted(ranked: list[tuple[str, float]], outside: float, limits: Thresholds) -> tuple[list[tuple[str, float]], float]:
    """The beliefs with "something else" counted for less, summing to one again."""
    outside *= limits.outside_weight
    whole = outside + sum(p for _, p in ranked)
    return [(name, p / whole) for name, p in ranked if whole > 0.0], outside / whole if whole > 0.0 else 1.0


def _give_up(ranked: list[tuple[str, float]], limits: Thresholds, asked: int, why: str) -> Decision:
    """To an agent, after one last offer of what comes nearest."""
    best = ranked[0][1] if ranked else 0.0
    floor = max(limits.last_offer, best * RIVAL_SHARE)
    offers = [(name, p) for name, p in ranked[: int(limits.options)] if p >= floor]
    if not offers or asked > limits.patience:
        return Decision(Act.TRANSFER, (), best, why)
    act = Act.CLARIFY if len(offers) > 1 else Act.CONFIRM
    return Decision(act, tuple(name for name, _ in offers), sum(p for _, p in offers), f"{why}, a last offer", last=True)


def close_rivals(belief: Belief, answered: str, limits: Thresholds) -> tuple[str, ...]:
    """The questions worth naming after `answered` was answered in vain, likeliest first: they were in the running before."""
    without = belief.deny(answered)
    rivals = [name for name, p in without.questions() if p >= limits.option and belief.p(name) >= IN_THE_RUNNING]
    return tuple(rivals[: int(limits.options)])


def _cheapest(ranked: list[tuple[str, float]], limits: Thresholds, guided: int) -> Decision:
    """Of the acts that the thresholds allow, the one with the fewest expected turns."""
    costs: list[tuple[float, Decision]] = []
    if ranked[0][1] >= limits.confirm:
        costs.append((1.0 + (1.0 - ranked[0][1]) * limits.retry_turns, Decision(Act.CONFIRM, (ranked[0][0],), ranked[0][1])))
    for count in range(2, int(limits.options) + 1):
        options = [item for item in ranked[:count] if item[1] >= limits.option]
        together = sum(p for _, p in options)
        if len(options) == count and together >= limits.clarify_together:
            cost = 1.0 + (count - 1) * limits.option_turns + (1.0 - together) * limits.retry_turns
            costs.append((cost, Decision(Act.CLARIFY, tuple(name for name, _ in options), together)))
    costs.append((1.0 + limits.guide_turns * (1 + guided), Decision(Act.GUIDE, (), ranked[0][1])))
    costs.sort(key=lambda item: item[0])
    why = ", ".join(f"{_label(choice)} {cost:.2f} turns" for cost, choice in costs)
    best = costs[0][1]
    return Decision(best.act, best.questions, best.probability, why)


def _label(choice: Decision) -> str:
    return f"{choice.act} {len(choice.questions)}" if choice.act is Act.CLARIFY else str(choice.act)
