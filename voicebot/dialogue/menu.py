"""The key menu: a tree of at most nine options a level. What `Conversation` is compared with.

Every option is a prompt of its own, so a caller who presses a key as soon as their option was named cuts off the rest; keys
pressed ahead walk down several levels. Words are not understood here.
"""

from dataclasses import replace

from voicebot.dialogue.base import Dialogue
from voicebot.dialogue.catalogue import MenuNode
from voicebot.dialogue.closing import end_survey, scored
from voicebot.dialogue.memory import Floor, Line, Task
from voicebot.dialogue.policy import Act
from voicebot.dialogue.states import IllegalTriggerError, State, Trigger
from voicebot.dialogue.steps import answer_line, goodbye, transfer
from voicebot.dialogue.turn import Turn
from voicebot.events import (
    AnswerJudged,
    CallerSilentFor,
    NothingMatched,
    QuestionAnswered,
    QuestionConfirmed,
    QuestionLocated,
)

MISSES = 3
"""Silences, words and wrong keys in a row before an agent takes over."""

AGENT_KEY, BACK_KEY, REPEAT_KEY = "0", "#", "*"


class Menu(Dialogue):
    """Walks the pack's key menu down to a question and answers it."""

    def _respond(self, turn: Turn) -> Trigger:
        trigger, state = turn.reading.candidates[0], turn.state
        if (trigger is Trigger.OPENED) != (state is State.NEW) and trigger is not Trigger.HUNG_UP:
            raise IllegalTriggerError(f"{trigger} is not legal in state {state}")
        turn.reaction = "menu"
        if trigger is Trigger.HUNG_UP and turn.memory.outcome is None:
            turn.end("hung_up" if turn.memory.answered else "abandoned")
        elif trigger is Trigger.OPENED:
            turn.say("greet")
            self._offer(turn, ())
        elif trigger is Trigger.PLAYED:
            pass
        elif turn.memory.inputs > turn.limits.turns and turn.memory.outcome is None:
            transfer(turn, "exhausted")
        elif state is State.OPEN:
            self._press(turn, trigger)
        elif state is State.CLEAR:
            self._close(turn, trigger)
        elif state is State.SURVEY:
            (scored if turn.reading.score is not None else end_survey)(turn)
        return trigger

    # ---------------------------------------------------------------- walking

    def _node(self, turn: Turn, path: tuple[int, ...]) -> MenuNode:
        node = turn.catalogue.menu()
        for choice in path:
            node = node.options[choice]
        return node

    def _offer(self, turn: Turn, path: tuple[int, ...]) -> None:
        """Name the options of a level, one prompt each."""
        options = self._node(turn, path).options
        lines: list[Line] = [turn.line("menu")]
        for number, option in enumerate(options, 1):
            name = "menu_option" if option.title else "menu_rest"
            lines.append(replace(turn.line(name, "menu", title=option.title, key=str(number)), question=option.question))
        lines.append(turn.line("menu_fixed", "menu"))
        turn.change(path=path)
        turn.decided("menu")
        turn.take_floor(Floor(State.OPEN, ask=tuple(lines), expectation=turn.catalogue.expectation("choice", State.OPEN)))

    def _press(self, turn: Turn, trigger: Trigger) -> None:
        """A key on the way down; several at once were pressed ahead."""
        keys = turn.reading.keys
        if not keys:
            self._miss(turn, trigger, "menu_speech")
            return
        path = turn.memory.path
        for key in keys:
            options = self._node(turn, path).options
            if key == AGENT_KEY:
                transfer(turn, "agent")
                return
            if key == BACK_KEY:
                path = path[:-1]
            elif key.isdigit() and int(key) <= len(options):
                path = (*path, int(key) - 1)
            elif key != REPEAT_KEY:
                turn.change(path=path)
                self._miss(turn, trigger, "menu_wrong")
                return
            if (question := self._node(turn, path).question) is not None:
                self._answer(turn, question)
                return
        turn.change(nomatches=0, noinputs=0)
        self._offer(turn, path)

    def _miss(self, turn: Turn, trigger: Trigger, lead: str) -> None:
        """Say the options again, then hand over."""
        count = turn.memory.nomatches + 1
        silent = trigger is Trigger.NOINPUT
        turn.change(nomatches=count)
        turn.log(CallerSilentFor(count) if silent else NothingMatched(count, turn.reading.text))
        if count >= MISSES:
            transfer(turn, "noinput" if silent else "nomatch")
            return
        turn.say(turn.line("noinput_1", "noinput") if silent else turn.line(lead, "nomatch"))
        self._offer(turn, turn.memory.path)

    # ---------------------------------------------------------------- answering

    def _answer(self, turn: Turn, question: str) -> None:
        """The option named the question, and the key picked it."""
        turn.log(QuestionLocated(question, "picked", 1.0))
        turn.log(QuestionConfirmed(question))
        turn.believe(turn.memory.belief.affirm(question), "affirm")
        turn.change(task=Task(question, "picked", located=True), nomatches=0)
        if turn.catalogue.agent_only(question):
            transfer(turn, "question")
            return
        turn.log(QuestionAnswered(question, True, 1.0))
        turn.change(answered=(*turn.memory.answered, question))
        turn.decided(Act.ANSWER, (question,), 1.0, "picked")
        said = answer_line(turn, question)
        clear = turn.line("menu_clear", "clear", question)
        expectation = turn.catalogue.expectation("yesno", State.CLEAR)
        turn.take_floor(Floor(State.CLEAR, (question,), ask=(said, clear), expectation=expectation))

    def _close(self, turn: Turn, trigger: Trigger) -> None:
        question = turn.memory.floor.options[0]
        match turn.reading.keys:
            case "*":
                turn.ask_again(whole=True)
            case "2" | "0":
                turn.log(AnswerJudged(question, accepted=False))
                transfer(turn, "disputed")
            case "#":
                self._offer(turn, ())
            case "1":
                turn.log(AnswerJudged(question, accepted=True))
                goodbye(turn)
            case _:
                goodbye(turn)
