"""What an agent is given with a transferred call."""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from voicebot.dialogue.turn import Turn

GUESSES = 3
"""Best guesses passed on."""

WORTH_TELLING = 0.2
"""Least probability of a guess that the paragraph mentions."""

_REASONS = {
    "zh-CN": {
        "agent": "客户要求人工",
        "risk": "涉及资金或账户安全",
        "noinput": "多次没有听到客户说话",
        "nomatch": "多次没有听懂",
        "exhausted": "多轮询问后仍未确定问题",
        "disputed": "客户认为回答没有解决问题",
        "question": "该问题由人工办理",
        "offered": "客户接受了转人工的建议",
        "slot": "必要的信息没有核对上",
    },
    "en-US": {
        "agent": "the caller asked for an agent",
        "risk": "money or the account may be at risk",
        "noinput": "the caller was not heard",
        "nomatch": "the caller was not understood",
        "exhausted": "the question could not be found in several turns",
        "disputed": "the answer did not solve it",
        "question": "this question is for agents",
        "offered": "the caller accepted the offer of an agent",
        "slot": "a required detail could not be verified",
    },
}

_SUMMARY = {
    "zh-CN": "客户共说了{turns}轮，{about}。转接原因：{reason}。{slots}{answered}{waiting}客户最后说：“{last}”。",
    "en-US": "The caller spoke {turns} times; {about}. Reason for the transfer: {reason}. "
    '{slots}{answered}{waiting}Last words: "{last}".',
}


def transfer_context(turn: "Turn", reason: str, question: str | None) -> dict[str, Any]:
    """Who calls, what about, what is known and was tried, every word, and one paragraph that says it all."""
    memory, titles = turn.memory, turn.catalogue.titles
    ranked = memory.belief.questions()[:GUESSES]
    return {
        "profile": dict(turn.setting.profile),
        "question": question,
        "title": titles[question] if question else None,
        "probability": memory.belief.p(question) if question else None,
        "guesses": [{"question": name, "title": titles[name], "probability": p} for name, p in ranked],
        "slots": {name: value.value for name, value in memory.slots.items()},
        "answered": list(memory.answered),
        "waiting": [titles[name] for name in _waiting(turn)],
        "tried": list(memory.tried),
        "transcript": [{"leg": leg, "text": text} for leg, text in memory.transcript],
        "summary": summary(turn, reason, question),
    }


def _waiting(turn: "Turn") -> list[str]:
    """Questions that were to come after the one in hand, as far as words named them."""
    likeliest = [
        item.task.question if item.task else max(item.likelihoods, key=lambda name: item.likelihoods[name])
        for item in turn.memory.waiting
        if item.task or item.likelihoods
    ]
    return [name for name in likeliest if name in turn.catalogue.titles]


def summary(turn: "Turn", reason: str, question: str | None) -> str:
    """The paragraph an agent reads first, in the call's language."""
    memory, titles, language = turn.memory, turn.catalogue.titles, turn.catalogue.language
    chinese = language == "zh-CN"
    ranked = memory.belief.questions()
    if question:
        about = f"要问的是{titles[question]}" if chinese else f"the question is {titles[question]}"
    elif ranked and memory.described and ranked[0][1] >= WORTH_TELLING:
        best, p = ranked[0]
        about = f"可能是{titles[best]}（{p:.0%}）" if chinese else f"perhaps about {titles[best]} ({p:.0%})"
    elif memory.described:
        about = "问题没有确定" if chinese else "the question could not be determined"
    else:
        about = "还没有说明问题" if chinese else "no question was named yet"
    slots = "，".join(f"{name}：{value.value}" for name, value in memory.slots.items())
    answered = "、".join(titles[name] for name in memory.answered) if chinese else ", ".join(titles[n] for n in memory.answered)
    waiting = ("、" if chinese else ", ").join(titles[name] for name in _waiting(turn))
    return _SUMMARY[language].format(
        turns=memory.turns,
        about=about,
        reason=_REASONS[language][reason],
        slots=(f"已知信息：{slots}。" if chinese else f"Known: {slots}. ") if slots else "",
        answered=(f"已回答：{answered}。" if chinese else f"Answered: {answered}. ") if answered else "",
        waiting=(f"还要问：{waiting}。" if chinese else f"Still to come: {waiting}. ") if waiting else "",
        last=next((text for leg, text in reversed(memory.transcript) if leg == "caller"), ""),
    )
