"""A small made-up pack, made-up understandings, and a talk that runs a conversation turn by turn."""

from dataclasses import dataclass, field, replace
from types import SimpleNamespace
from typing import Any

from voicebot.dialogue.base import Dialogue
from voicebot.dialogue.conversation import Conversation
from voicebot.events import Event, EventLog
from voicebot.types import (
    OTHER,
    CallerHungUp,
    CallerSilent,
    CallerTurn,
    CallStarted,
    DialogueAct,
    Expect,
    HangUp,
    Heard,
    KeysEntered,
    Prompt,
    PromptsPlayed,
    Say,
    SlotValue,
    SpeechRate,
    Understanding,
)

TITLES = {
    "zh-CN": {
        "huabei_repay": "花呗还款失败",
        "huabei_prepay": "花呗提前还款",
        "huabei_limit": "花呗额度降低",
        "jiebei_repay": "借呗还款",
        "card_unbind": "解绑银行卡",
        "card_lost": "银行卡被盗刷",
    },
    "en-US": {
        "huabei_repay": "a failed Huabei repayment",
        "huabei_prepay": "early Huabei repayment",
        "huabei_limit": "a lower Huabei limit",
        "jiebei_repay": "Jiebei repayment",
        "card_unbind": "unbinding a bank card",
        "card_lost": "a stolen bank card",
    },
}
QUESTIONS = list(TITLES["zh-CN"])
FLAT = dict.fromkeys([*QUESTIONS, OTHER], 1.0)
WARM = {**dict.fromkeys([*QUESTIONS, OTHER], 0.04), "huabei_repay": 0.76}


def pack(language: str = "zh-CN", **thresholds: float) -> Any:
    """Six questions; one needs a slot, one is for agents."""
    slot = SimpleNamespace(
        name="card_tail", title="卡号后四位" if language == "zh-CN" else "last four digits", kind="digits", length=4
    )
    questions = [
        SimpleNamespace(
            id=name,
            title=title,
            answer=f"{title}的办法。" if language == "zh-CN" else f"how to deal with {title}.",
            examples=[title],
            slots=[slot] if name == "card_unbind" else [],
            skill_group="security" if name.startswith("card") else "credit",
            agent_only=name == "card_lost",
        )
        for name, title in TITLES[language].items()
    ]
    return SimpleNamespace(name="test", language=language, questions=questions, prompts={}, thresholds=thresholds, timeouts={})


# ---------------------------------------------------------------- understandings


def act(*acts: DialogueAct, text: str = "", **more: Any) -> Understanding:
    return Understanding(text or " ".join(acts), acts=dict.fromkeys(acts, 0.97), **more)


def about(
    question: str, share: float = 0.95, *acts: DialogueAct, also: dict[str, float] | None = None, **more: Any
) -> Understanding:
    """Words about a question; `also`: further questions that they could be about."""
    shares = {question: share, **(also or {})}
    rest = [name for name in [*QUESTIONS, OTHER] if name not in shares]
    left = max(0.0, 1.0 - sum(shares.values()))
    shares |= {name: left / len(rest) for name in rest}
    return Understanding(
        f"about {question}", acts=dict.fromkeys(acts, 0.97), questions=shares, residue=f"about {question}", **more
    )


def vague(*questions: str) -> Understanding:
    """Words that could be about any of these."""
    return about(questions[0], 0.9 / len(questions), also=dict.fromkeys(questions[1:], 0.9 / len(questions)))


NOTHING = Understanding("呃那个")
YES, NO = act(DialogueAct.AFFIRM, text="是的"), act(DialogueAct.DENY, text="不是")
CLEAR, DONE = act(DialogueAct.UNDERSTOOD, text="清楚了"), act(DialogueAct.DONE, text="没有了")
AGENT = act(DialogueAct.AGENT, text="转人工")


def digits(value: str, kind: str = "digits", **more: Any) -> Understanding:
    return Understanding(value, slots=(SlotValue(kind, value, value),), **more)


# ---------------------------------------------------------------- a talk


@dataclass
class Talk:
    """A conversation and what came of it, turn by turn."""

    conversation: Dialogue
    log: EventLog
    prompts: list[Prompt] = field(default_factory=list)
    turns: list[list[Prompt]] = field(default_factory=list)
    actions: list[Any] = field(default_factory=list)
    outcome: str | None = None
    t: float = 0.0

    def give(self, event: Any) -> list[Prompt]:
        self.t += 5.0
        self.log.frame = int(self.t * 50)
        self.actions = self.conversation.on(event, self.t)
        said = [action.prompt for action in self.actions if isinstance(action, Say)]
        self.outcome = next((action.outcome for action in self.actions if isinstance(action, HangUp)), None)
        expects = [action for action in self.actions if isinstance(action, Expect)]
        if said:
            assert len(expects) == (0 if self.outcome else 1), "one Expect whenever the bot yields the floor"
            self.turns.append(said)
        assert all(isinstance(action, Say | Expect | HangUp | SpeechRate) for action in self.actions)
        self.prompts += said
        return said

    def open(self) -> list[Prompt]:
        return self.give(CallStarted())

    def say(self, understanding: Understanding, interrupted: Heard | None = None) -> list[Prompt]:
        return self.give(CallerTurn(understanding, interrupted))

    def keys(self, keys: str) -> list[Prompt]:
        return self.give(KeysEntered(keys))

    def silence(self) -> list[Prompt]:
        return self.give(CallerSilent())

    def played(self) -> list[Prompt]:
        return self.give(PromptsPlayed())

    def hang_up(self) -> list[Prompt]:
        return self.give(CallerHungUp())

    def events(self, kind: type) -> list[Any]:
        return [record.event for record in self.log if isinstance(record.event, kind)]

    def event(self, kind: type) -> Event:
        """The only event of its kind."""
        (found,) = self.events(kind)
        return found

    @property
    def acts(self) -> list[str]:
        """What the bot's last turn did."""
        return [prompt.act for prompt in self.turns[-1]]

    @property
    def asks(self) -> Prompt:
        """The last prompt: what the caller is asked."""
        return self.prompts[-1]

    @property
    def expectation(self) -> Any:
        return next(action.expectation for action in self.actions if isinstance(action, Expect))


def talk(
    language: str = "zh-CN",
    prior: dict[str, float] | None = None,
    opened: bool = True,
    system: type[Dialogue] = Conversation,
    **thresholds: float,
) -> Talk:
    """A talk whose line is open: an open question with a flat prior, a guess with `WARM`."""
    log = EventLog()
    conversation = system(pack(language, **thresholds), {"name": "张三"}, log, prior=prior or FLAT)
    begun = Talk(conversation, log)
    if opened:
        begun.open()
    return begun


def heard(prompt: Prompt, text: str) -> Heard:
    """The caller spoke after `text` of `prompt`."""
    return Heard(prompt, len(text) / len(prompt.text), text)


def unsure(understanding: Understanding, confidence: float) -> Understanding:
    return replace(understanding, confidence=confidence)
