"""The names in a script, held against its pack and the dialogue: a misspelt act would otherwise fail as if the bot were wrong."""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import fields

from voicebot.dialogue.policy import Act, Thresholds
from voicebot.dialogue.reactions import REACTIONS
from voicebot.dialogue.states import State
from voicebot.dialogue.wording import WORDING
from voicebot.errors import PackError
from voicebot.hotlines.complaints import joined, nearest
from voicebot.hotlines.schema import Hotline
from voicebot.testing.expanding import Origin
from voicebot.testing.expectations import EVENT_FIELDS, BotStep, Condition, Ends, EventPattern
from voicebot.testing.loading import LoadedScript
from voicebot.testing.script import Expected, Utterance
from voicebot.types import OTHER

ACTS = frozenset(
    {*Act, *REACTIONS, *WORDING["zh-CN"], "clarify", "noinput", "nomatch", "anything_else", "transfer", "continue", "read_back"}
)
"""What a decision or a prompt may be called in the log."""

STATES = frozenset(map(str, State))

OUTCOMES = ("self_service", "agent", "abandoned", "hung_up", "closed", "unfinished")


def check_names(loaded: LoadedScript, hotline: Hotline) -> None:
    """Raise `PackError`, a mistake a line, for names that neither the pack nor the dialogue has."""
    mistakes: list[str] = []
    for turn, origin in zip(loaded.script.turns, loaded.turns, strict=True):
        if isinstance(turn, Expected):
            mistakes += (f"{_at(origin, 'bot')}: {wrong}" for wrong in _step(turn.bot, hotline))
        elif isinstance(turn, Utterance):
            mistakes += (f"{_at(origin, 'when')}: {wrong}" for wrong in _unknown("act", turn.when, ACTS))
            for part in ("about", "unless_about"):
                named = getattr(turn, part)
                mistakes += (f"{_at(origin, part)}: {wrong}" for wrong in _unknown("question", named, hotline.questions))
    mistakes += (f"{loaded.ends}: {wrong}" for wrong in _ends(loaded.script.ends, hotline))
    questions = [*hotline.questions, OTHER]
    script, source = loaded.script, loaded.ends.source
    true = [name for name in (script.true_question, *script.also_asks) if name is not None]
    mistakes += (f"{source.at(('true_question',))}: {wrong}" for wrong in _unknown("question", true, questions))
    known = [field.name for field in fields(Thresholds)]
    place = source.at(("settings", "thresholds"))
    mistakes += (f"{place}: {wrong}" for wrong in _unknown("threshold", script.settings.thresholds, known))
    if mistakes:
        raise PackError(joined(mistakes))


def _at(origin: Origin, part: str) -> Origin:
    return Origin(origin.source, (*origin.at, part))


def _step(step: BotStep, hotline: Hotline) -> Iterator[str]:
    yield from _unknown("act", _given(step.act), ACTS)
    yield from _unknown("state", _given(step.state), STATES)
    yield from _unknown("question", (*_given(step.question), *(step.questions or ())), hotline.questions)
    yield from _unknown("slot", step.slots, _slots(hotline) if step.slots else ())
    for text in step.belief:
        condition = Condition.parse(text)
        for name in (condition.question, *_given(condition.other)):
            if name != OTHER and not questions_named(name, hotline.questions):
                yield from _unknown("question", (name,), [*hotline.questions, OTHER])
    yield from _events(step.events)
    for inner in (*step.any_of, *([step.unless] if step.unless else [])):
        yield from _step(inner, hotline)


def _ends(ends: Ends, hotline: Hotline) -> Iterator[str]:
    yield from _unknown("outcome", _given(ends.outcome), OUTCOMES)
    yield from _unknown("question", _given(ends.located), hotline.questions)
    yield from _unknown("slot", ends.slots, _slots(hotline) if ends.slots else ())
    yield from _events(ends.events)
    for inner in (*ends.any_of, *([ends.unless] if ends.unless else [])):
        yield from _ends(inner, hotline)


def _events(patterns: Iterable[EventPattern]) -> Iterator[str]:
    for pattern in patterns:
        yield from _unknown("event", (pattern.name,), EVENT_FIELDS)
        if pattern.name in EVENT_FIELDS:
            yield from _unknown(f"field of {pattern.name}", pattern.fields, EVENT_FIELDS[pattern.name])


def questions_named(name: str, questions: Iterable[str]) -> list[str]:
    """The question of that name, or all whose names begin with it and `_`."""
    known = list(questions)
    return [name] if name in known else [question for question in known if question.startswith(f"{name}_")]


def _unknown(kind: str, names: Iterable[str], known: Collection[str]) -> Iterator[str]:
    for name in names:
        if name not in known:
            yield f"{kind} `{name}` is not known{nearest(name, map(str, known))}"


def _slots(hotline: Hotline) -> set[str]:
    return {slot.name for question in hotline.questions.values() for slot in question.slots}


def _given(name: str | None) -> tuple[str, ...]:
    return (name,) if name is not None else ()
