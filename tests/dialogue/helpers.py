"""A small made-up pack, made-up understandings, and a talk that runs a conversation turn by turn."""

from dataclasses import dataclass, field, replace
from typing import Any

from voicebot.dialogue.base import Dialogue
from voicebot.dialogue.conversation import Conversation
from voicebot.events import Event, EventLog
from voicebot.hotlines.schema import Business, Hotline, PriorWeights, Question, Slot
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
    Language,
    Prompt,
    PromptsPlayed,
    Say,
    SlotValue,
    SpeechRate,
    Timeouts,
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


SLOTS = {
    "zh-CN": ({"name": "card_tail", "title": "卡号后四位", "kind": "digits", "length": 4},),
    "en-US": ({"name": "card_tail", "title": "last four digits", "kind": "digits", "length": 4},),
}
GROUPS = {"credit": "credit_desk", "cards": "card_desk"}


def pack(
    language: Language = "zh-CN", *, survey: bool = False, prompts: dict[str, tuple[str, ...]] | None = None, **thresholds: float
) -> Hotline:
    """Six questions in two businesses; one needs a slot, one is for agents."""
    chinese = language == "zh-CN"
    questions = {}
    for name, title in TITLES[language].items():
        answer = f"{title}的办法在应用里。" if chinese else f"{title} is dealt with in the app."
        if name == "card_unbind":
            answer += "尾号{card_tail}的卡已经查到。" if chinese else " The card ending in {card_tail} was found."
        business = "cards" if name.startswith("card") else "credit"
        questions[name] = Question(
            id=name,
            business=business,
            title=title,
            examples=(title, f"{title}？", f"{title}！"),
            answer=answer,
            slots=tuple(Slot(**slot) for slot in SLOTS[language]) if name == "card_unbind" else (),
            skill_group=GROUPS[business],
            agent_only=name == "card_lost",
        )
    return Hotline(
        name="test",
        language=language,
        title="test",
        notice="made up",
        voice="cmn" if chinese else "en-us",
        rate=200,
        questions=questions,
        prompts=prompts or {},
        out_of_scope=(),
        thresholds=thresholds,
        timeouts={"default": Timeouts(noinput=5.0)},
        businesses={
            "credit": Business(title={"zh-CN": "花呗借呗", "en-US": "credit"}, skill_group="credit_desk"),
            "cards": Business(title={"zh-CN": "银行卡", "en-US": "cards"}, skill_group="card_desk"),
        },
        skill_group="general",
        risk_group="security",
        survey=survey,
        products={},
        events={},
        prior=PriorWeights(),
        sha256="",
    )


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
    language: Language = "zh-CN",
    prior: dict[str, float] | None = None,
    opened: bool = True,
    system: type[Dialogue] = Conversation,
    hotline: Hotline | None = None,
    **thresholds: float,
) -> Talk:
    """A talk whose line is open: an open question with a flat prior, a guess with `WARM`."""
    log = EventLog()
    conversation = system(hotline or pack(language, **thresholds), {"name": "张三"}, log, prior=prior or FLAT)
    begun = Talk(conversation, log)
    if opened:
        begun.open()
    return begun


def heard(prompt: Prompt, text: str) -> Heard:
    """The caller spoke after `text` of `prompt`."""
    return Heard(prompt, len(text) / len(prompt.text), text)


def unsure(understanding: Understanding, confidence: float) -> Understanding:
    return replace(understanding, confidence=confidence)
