"""What reactions are made of: ask the policy and do what it says, solve a question, hand over, say goodbye."""

from collections.abc import Mapping
from dataclasses import replace

from voicebot.dialogue.belief import Belief
from voicebot.dialogue.memory import Floor, Line, Task, Waiting
from voicebot.dialogue.policy import Act, decide
from voicebot.dialogue.prompts import fill, without_blanks
from voicebot.dialogue.say_as import spoken, written
from voicebot.dialogue.states import State
from voicebot.dialogue.transfer import transfer_context
from voicebot.dialogue.turn import Turn
from voicebot.events import QuestionAnswered, QuestionConfirmed, QuestionLocated, SlotFilled, Transferred
from voicebot.hotlines.schema import Slot
from voicebot.types import ExpectationKind, Heard, SlotValue

_STOPS = "。！？；.!?;"

UNASKED = ("next_question", "digress")
"""Reactions to words about a question where another thing was asked for: unless that was whether there is another question."""

WAITING_KEPT = 3
"""Questions that may wait for the one in hand."""

# ---------------------------------------------------------------- the policy's choice


def proceed(turn: Turn) -> None:
    """Ask the policy what to do about the belief as it is, and do it."""
    memory = turn.memory
    unasked = turn.reaction in UNASKED and turn.state is not State.MORE
    choice = decide(
        memory.belief,
        turn.limits,
        asked=memory.asked,
        guided=memory.guided,
        named=turn.reading.named,
        pending=memory.floor.options,
        answered=memory.answered,
        unasked=unasked,
        again=turn.reading.again and turn.state is State.GUIDE,
    )
    turn.decided(choice.act, choice.questions, choice.probability, choice.why)
    if choice.act == Act.ANSWER:
        turn.change(task=Task(choice.questions[0], "certain", why=choice.why))
        solve(turn)
    elif choice.act == Act.TRANSFER:
        transfer(turn, "exhausted")
    elif choice.act == Act.GUIDE or not memory.described:
        guide(turn)
    elif choice.act == Act.CLARIFY:
        clarify(turn, choice.questions)
    else:
        confirm(turn, choice.questions[0])
    if choice.last:
        turn.change(asked=int(turn.limits.patience) + 1)


def guide(turn: Turn) -> None:
    """Have the caller describe it: openly the first time, with examples when that was not enough."""
    memory = turn.memory
    if not memory.described:
        turn.change(asked=memory.asked + 1)
        ask_openly(turn)
        return
    turn.change(asked=memory.asked + 1, guided=memory.guided + 1)
    likely = [turn.catalogue.example(question) for question, _ in memory.belief.questions()[:2]]
    joint = "，或者" if turn.catalogue.language == "zh-CN" else ", or "
    turn.ask(_floor(turn, State.GUIDE, "open", turn.line("guide", examples=joint.join(likely))))


def ask_openly(turn: Turn) -> None:
    turn.decided(Act.ASK)
    turn.ask(_floor(turn, State.OPEN, "open", turn.line("ask")))


def confirm(turn: Turn, question: str) -> None:
    """Name one question and ask whether it is this."""
    turn.change(asked=turn.memory.asked + 1)
    turn.ask(_floor(turn, State.CONFIRM, "yesno", turn.line("confirm", question=question), options=(question,)))


def clarify(turn: Turn, questions: tuple[str, ...]) -> None:
    """Name two or three questions and ask which."""
    turn.change(asked=turn.memory.asked + 1)
    titles = tuple(turn.catalogue.title(question) for question in questions)
    values = dict(zip(("first", "second", "third"), titles, strict=False))
    line = turn.line(f"clarify_{len(questions)}", "clarify", **values)
    turn.ask(_floor(turn, State.CLARIFY, "choice", line, options=questions, phrases=titles))


def _floor(
    turn: Turn, state: State, kind: ExpectationKind, *lines: Line, options: tuple[str, ...] = (), phrases: tuple[str, ...] = ()
) -> Floor:
    return Floor(state, options, ask=lines, expectation=turn.catalogue.expectation(kind, state, phrases=phrases))


# ---------------------------------------------------------------- locating and answering


def locate(turn: Turn, question: str, how: str) -> None:
    """The caller said which question it is (`how`: confirmed or picked)."""
    confidence = turn.reading.confidence
    turn.believe(turn.memory.belief.affirm(question, confidence), "affirm")
    turn.log(QuestionLocated(question, how, turn.memory.belief.p(question)))
    turn.log(QuestionConfirmed(question))
    turn.change(task=Task(question, how, located=True))


def solve(turn: Turn) -> None:
    """Answer the question in hand, or ask for what its answer needs, or hand it to those who can."""
    task = turn.memory.task
    assert task is not None, "solve is reached with a question in hand"
    missing = _missing(turn, task)
    if missing is not None:
        supplement(turn, missing)
    elif turn.catalogue.agent_only(task.question):
        transfer(turn, "question")
    else:
        answer(turn, task)


def _missing(turn: Turn, task: Task) -> Slot | None:
    needs = turn.catalogue.slots(task.question)
    return next((slot for slot in needs if slot.name not in turn.memory.slots and slot.name not in task.refused), None)


def supplement(turn: Turn, slot: Slot) -> None:
    """Take the slot's value from what was said before it was asked for, else ask: the first time with what may be chosen."""
    memory = turn.memory
    value = next((value for value in reversed(memory.volunteered) if _volunteered_for(turn, value, slot)), None)
    if value is not None:
        turn.change(volunteered=tuple(other for other in memory.volunteered if other is not value))
        take_value(turn, slot, value, memory.volunteered_confidence)
        return
    turn.change(slot_tries=memory.slot_tries + 1)
    turn.decided("supplement", (memory.task.question,) if memory.task else ())
    options = turn.catalogue.options(slot, turn.setting.profile) if slot.kind == "choice" or not memory.slot_tries else ()
    if len(options) == 1:
        only = SlotValue(slot.kind, options[0].value, options[0].title)
        line = turn.line("choose_one", "read_back", slot=slot.title, value=only.text)
        turn.ask(_slot_floor(turn, slot, State.READ_BACK, line, only))
        return
    titles = tuple(option.title for option in options)
    line = _asking(turn, slot, titles)
    floor = _slot_floor(turn, slot, State.SUPPLEMENT, line)
    if titles:
        floor = replace(floor, expectation=replace(floor.expectation, kind="choice", phrases=titles))
    turn.ask(floor)


def _asking(turn: Turn, slot: Slot, titles: tuple[str, ...]) -> Line:
    """The slot's own way to ask, else the house's."""
    if not titles:
        return turn.line(f"ask_{slot.name}" if slot.ask else "supplement", "supplement", slot=slot.title)
    own = {"choice": slot.ask and f"ask_{slot.name}"}.get(slot.kind, slot.offer and f"offer_{slot.name}")
    *first, last = titles
    chinese = turn.catalogue.language == "zh-CN"
    listed = f"{'，'.join(first)}，还是{last}" if chinese else f"{', '.join(first)}, or {last}"
    return turn.line(own or "choose_slot", "supplement", slot=slot.title, options=listed)


def _volunteered_for(turn: Turn, value: SlotValue, slot: Slot) -> bool:
    """Whether a value said before may fill the slot; what identifies the caller must match what is known of them."""
    known = turn.setting.profile
    if slot.matches is not None and slot.matches not in known:
        return False
    return fits(value, slot) and turn.catalogue.settled(slot, value, known) is not None


def take_value(turn: Turn, slot: Slot, value: SlotValue, confidence: float, title: str | None = None) -> None:
    """Read a value back: in passing when it was heard well, else asking whether it is right; as far as the slot wants it.

    `title`: what was chosen, for a value that is the number of something with a name.
    """
    if slot.read_back == "never":
        turn.say("acknowledge")
        keep_value(turn, slot, value)
        return
    said = _value_line(turn, slot, value)
    if slot.read_back == "always" or confidence < turn.limits.read_back:
        turn.change(slot_tries=turn.memory.slot_tries + 1)
        why = f"confidence {confidence:.2f} below read_back {turn.limits.read_back:g}"
        turn.decided("read_back", why="the slot is always read back" if slot.read_back == "always" else why)
        asked = replace(said, name="read_back")
        if title is not None:
            asked = turn.line("choose_one", "read_back", slot=slot.title, value=title)
        turn.ask(_slot_floor(turn, slot, State.READ_BACK, asked, value))
        return
    turn.say(said if title is None else "acknowledge")
    keep_value(turn, slot, value)


def keep_value(turn: Turn, slot: Slot, value: SlotValue) -> None:
    """The value stands: go on with the question."""
    turn.log(SlotFilled(slot.name, slot.kind, value.value))
    turn.change(slots={**turn.memory.slots, slot.name: value}, slot_tries=0)
    solve(turn)


def go_without(turn: Turn) -> None:
    """The slot in hand cannot be had: the answer as far as it goes without, or an agent where nothing goes without it."""
    slot, task = slot_in_hand(turn), turn.memory.task
    assert task is not None, "a slot is asked for a question"
    if slot.required:
        transfer(turn, "slot")
        return
    turn.say(turn.line("slot_missing", slot=slot.title))
    turn.change(task=replace(task, refused=task.refused | {slot.name}), slot_tries=0)
    solve(turn)


def _value_line(turn: Turn, slot: Slot, value: SlotValue) -> Line:
    language = turn.catalogue.language
    line = turn.line("read_back_passing", "read_back", slot=slot.title, value=written(slot.kind, value.value, language))
    return replace(line, spoken=(("value", spoken(slot.kind, value.value, language)),))


def fits(value: SlotValue, slot: Slot) -> bool:
    """Whether a volunteered value may fill the slot: of its own kind, checked, of the right length."""
    return value.kind == slot.kind and value.valid and (slot.length is None or len(value.value) == slot.length)


def slot_in_hand(turn: Turn) -> Slot:
    """The slot on the floor."""
    task = turn.memory.task
    assert task is not None, "a slot is asked for a question"
    return next(slot for slot in turn.catalogue.slots(task.question) if slot.name == turn.memory.floor.slot)


def _slot_floor(turn: Turn, slot: Slot, state: State, line: Line, value: SlotValue | None = None) -> Floor:
    kind: ExpectationKind = "yesno" if state is State.READ_BACK else slot.kind
    expectation = replace(turn.catalogue.expectation(kind, state), slot=slot.name, length=slot.length)
    task = turn.memory.task
    return Floor(state, (task.question,) if task else (), slot.name, value, (line,), expectation)


def answer(turn: Turn, task: Task) -> None:
    """Give the answer, naming the question, and ask whether it is clear; a question known to wait comes right after."""
    memory = turn.memory
    p = memory.belief.p(task.question)
    turn.decided(Act.ANSWER, (task.question,), p, task.why or task.how)
    if not task.located:
        turn.log(QuestionLocated(task.question, task.how, p))
    turn.log(QuestionAnswered(task.question, task.explicit, p))
    turn.change(
        task=replace(task, located=True),
        answered=(*memory.answered, task.question),
        asked=0,
        guided=0,
        slot_tries=0,
        disputes=0,
    )
    said = answer_line(turn, task.question)
    if turn.reaction in ("accept_and_more", "pick_both") and turn.memory.waiting:
        turn.say(said)
        resume_waiting(turn)
        return
    clear = turn.line("clear", question=task.question)
    turn.ask(_floor(turn, State.CLEAR, "yesno", said, clear, options=(task.question,)))


def into_answer(turn: Turn) -> bool:
    """Whether the caller spoke into the answer itself."""
    heard = turn.reading.heard
    return heard is not None and heard.prompt.act == Act.ANSWER


def carry_on(turn: Turn) -> None:
    """The answer from the sentence on in which it was cut off, and the question that belongs to it."""
    heard = turn.reading.heard
    assert heard is not None, "only what was interrupted is carried on"
    turn.decided("continue", turn.memory.floor.options)
    turn.say("continue", turn.line("answer_rest", Act.ANSWER, answer=unheard(heard)))
    turn.ask_again()


def unheard(heard: Heard) -> str:
    """The text of an interrupted prompt from the beginning of the sentence it was cut off in."""
    begun = heard.prompt.text[: round(heard.fraction * len(heard.prompt.text))]
    return heard.prompt.text[max((begun.rfind(stop) + 1 for stop in _STOPS), default=0) :].lstrip()


def answer_line(turn: Turn, question: str) -> Line:
    """The answer with the slots that are filled, and without the sentences that need one that is not."""
    language, needs = turn.catalogue.language, turn.catalogue.slots(question)
    given = {slot.name: turn.memory.slots[slot.name].value for slot in needs if slot.name in turn.memory.slots}
    text = without_blanks(turn.catalogue.answer(question), {slot.name: slot.title for slot in needs}, given)
    shown = {slot.name: written(slot.kind, given[slot.name], language) for slot in needs if slot.name in given}
    heard = {slot.name: spoken(slot.kind, given[slot.name], language) for slot in needs if slot.name in given}
    line = turn.line("answer", question=question, answer=fill(text, shown))
    return replace(line, spoken=(("answer", fill(text, heard)),))


# ---------------------------------------------------------------- one question after another


def new_question(turn: Turn, likelihoods: Mapping[str, float]) -> None:
    """Another question of the caller: the prior again, and what was said about it."""
    set_aside(turn)
    fresh = forget_question(turn)
    turn.change(described=True, weighed=(turn.reading.text,))
    turn.believe(fresh.update(likelihoods), "second_question")
    proceed(turn)


def forget_question(turn: Turn) -> Belief:
    """The question in hand is done with; the belief that another one starts from."""
    turn.change(task=None, asked=0, guided=0, described=False, outcome=None, agent_asked=False, weighed=())
    return turn.memory.belief.renew(turn.setting.prior, turn.memory.answered)


def set_aside(turn: Turn) -> None:
    """Two questions in one breath: the second waits until the first is answered. The same words again set nothing aside."""
    if turn.reading.also and turn.reading.text not in turn.memory.weighed:
        wait_in_line(turn, Waiting(likelihoods=turn.reading.also))
        turn.say("one_by_one")


def wait_in_line(turn: Turn, waiting: Waiting) -> None:
    turn.change(waiting=(*turn.memory.waiting, waiting)[-WAITING_KEPT:])


def resume_waiting(turn: Turn) -> None:
    """On to the question that has waited longest."""
    first, *rest = turn.memory.waiting
    turn.change(waiting=tuple(rest))
    if first.task is None:
        turn.say("also")
        new_question(turn, first.likelihoods)
        return
    fresh = turn.memory.belief.renew(turn.setting.prior, turn.memory.answered).affirm(first.task.question)
    turn.believe(fresh, "return" if first.returning else "second_question")
    turn.change(task=first.task)
    turn.say(turn.line("return_to", question=first.task.question) if first.returning else turn.line("also"))
    solve(turn)


def next_or_more(turn: Turn) -> None:
    """The question in hand is done with: the one that waits, or ask whether there is another."""
    if turn.memory.waiting:
        resume_waiting(turn)
    else:
        anything_else(turn)


def anything_else(turn: Turn, name: str = "more") -> None:
    turn.decided("anything_else")
    floor = _floor(turn, State.MORE, "yesno", turn.line(name, "anything_else"))
    # the slot's name tells the NLU that a bare "no" means "nothing more" here
    turn.take_floor(replace(floor, expectation=replace(floor.expectation, slot="anything_else")))


# ---------------------------------------------------------------- endings


def offer_agent(turn: Turn) -> None:
    turn.decided("offer_agent")
    turn.ask(_floor(turn, State.OFFER, "yesno", turn.line("offer_agent")))


def brief(turn: Turn, question: str | None) -> None:
    """Before the transfer that was asked for: what is it about? With a likely question, a yes is enough."""
    turn.change(agent_asked=True, briefings=turn.memory.briefings + 1)
    turn.decided("brief", (question,) if question else ())
    if question is None:
        turn.ask(_floor(turn, State.BRIEF, "open", turn.line("brief")))
    else:
        line = turn.line("brief_confirm", "confirm", question=question)
        turn.ask(_floor(turn, State.BRIEF, "yesno", line, options=(question,)))


def transfer(turn: Turn, reason: str) -> None:
    """To an agent with all that is known. The question is named when it is located: confirmed, or believed certainly."""
    memory = turn.memory
    question = _located(turn)
    p = memory.belief.p(question) if question else 0.0
    if question and not (memory.task and memory.task.located):
        turn.log(QuestionLocated(question, "transfer", p))
    turn.decided("transfer", (question,) if question else (), p, reason)
    name = {"risk": "transfer_risk", "noinput": "transfer_noinput", "nomatch": "transfer_nomatch"}.get(reason)
    if question and name is None:
        turn.say(turn.line("transfer_named", "transfer", question=question))
    else:
        turn.say(turn.line(name or ("transfer_exhausted" if reason == "exhausted" else "transfer"), "transfer", question))
    best = question or next((name for name, _ in memory.belief.questions()), None)
    group = turn.catalogue.skill_group(best, risk=reason == "risk")
    turn.log(Transferred(reason, group, question, transfer_context(turn, reason, question)))
    turn.end("agent")


def _located(turn: Turn) -> str | None:
    """The question that a transfer may name."""
    memory = turn.memory
    if (
        memory.task is not None
        and memory.task.question not in memory.belief.denied
        and (memory.task.explicit or memory.task.question not in memory.answered)
    ):
        return memory.task.question
    question, p = next(iter(memory.belief.questions()), (None, 0.0))
    return question if p >= turn.limits.answer and memory.described else None


def goodbye(turn: Turn) -> None:
    """A survey where the pack has one, then goodbye."""
    if turn.catalogue.survey and turn.memory.answered and turn.state is not State.SURVEY:
        turn.decided("survey")
        turn.take_floor(_floor(turn, State.SURVEY, "digits", turn.line("survey")))
        return
    turn.decided("goodbye")
    turn.say("goodbye")
    turn.end("self_service" if turn.memory.answered else "closed", State.BYE)
