"""A call's log cut into what the bot did between the caller's steps, turn by turn of the bot."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from voicebot.events import Decided, PromptStarted, Record, TurnRejoined
from voicebot.metrics.call_record import standing

_WIDE = 0x2E80
"""Characters from here on are written without spaces between them: CJK radicals, ideographs and their punctuation."""


@dataclass(slots=True)
class BotTurn:
    """One decision of the bot and the prompts it led to."""

    decided: Decided | None = None
    prompts: list[PromptStarted] = field(default_factory=list)
    end: int = 0
    """Index after its last record in the whole log."""

    @property
    def acts(self) -> list[str]:
        """Of the decision and the prompts."""
        return [*([str(self.decided.act)] if self.decided else []), *(str(prompt.act) for prompt in self.prompts)]

    @property
    def hung_up(self) -> bool:
        """It is only that the caller was gone."""
        return self.decided is not None and self.decided.trigger == "hung_up"

    @property
    def questions(self) -> list[str]:
        """That the decision names."""
        return list(self.decided.questions) if self.decided else []

    @property
    def named(self) -> set[str]:
        """Questions that the decision or a prompt names."""
        return {*self.questions, *(prompt.question for prompt in self.prompts if prompt.question is not None)}

    @property
    def texts(self) -> list[str]:
        """What each prompt says."""
        return [prompt.text for prompt in self.prompts]

    @property
    def text(self) -> str:
        """All its prompts in a row."""
        said = ""
        for text in self.texts:
            said += (" " if said and ord(said[-1]) < _WIDE else "") + text
        return said


def bot_turns(records: Sequence[Record], start: int, end: int) -> list[BotTurn]:
    """The bot's turns in `records[start:end]`; those of caller turns that were withdrawn are left out."""
    withdrawn: set[int] = set()
    if any(isinstance(record.event, TurnRejoined) for record in records):
        kept = {id(record) for record in standing(records)}
        withdrawn = {id(record) for record in records} - kept
    turns: list[BotTurn] = []
    for index in range(start, end):
        event = records[index].event
        if withdrawn and id(records[index]) in withdrawn:
            continue
        if isinstance(event, Decided):
            turns.append(BotTurn(event))
        elif isinstance(event, PromptStarted):
            if not turns:
                turns.append(BotTurn())
            turns[-1].prompts.append(event)
        if turns:
            turns[-1].end = index + 1
    return turns
