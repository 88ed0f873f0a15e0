"""The words of reports in Chinese and English. What is not listed is shown as the log has it."""

from collections.abc import Mapping
from typing import TypeAlias

Term: TypeAlias = tuple[str, str]
"""Chinese, English."""

SYSTEMS: Mapping[str, Term] = {
    "full": ("完整系统", "full"),
    "one-shot": ("一问一答", "one-shot"),
    "menu": ("按键菜单", "menu"),
    "no-guess": ("不猜问题", "full, no guess"),
    "no-barge-in": ("不可打断", "full, no barge-in"),
    "no-clarify": ("不做澄清", "full, no clarification"),
    "no-confirm": ("不做确认", "full, no confirmation"),
}
"""In the order in which systems are shown."""

OUTCOMES: Mapping[str, Term] = {
    "self_service": ("自助完成", "self-service"),
    "agent": ("转人工", "to an agent"),
    "hung_up": ("答后挂机", "hung up after an answer"),
    "abandoned": ("放弃", "abandoned"),
    "closed": ("无答案结束", "closed without an answer"),
    "unfinished": ("未完", "unfinished"),
}

ACTS: Mapping[str, Term] = {
    "greet": ("问候", "greet"),
    "proactive_guess": ("未问先答", "proactive guess"),
    "ask": ("开放提问", "ask openly"),
    "guide": ("引导", "guide"),
    "clarify": ("澄清", "clarify"),
    "confirm": ("确认", "confirm"),
    "supplement": ("补充", "ask for a value"),
    "read_back": ("复述", "read back"),
    "answer": ("回答", "answer"),
    "continue": ("接着说", "carry on"),
    "anything_else": ("还有别的吗", "anything else?"),
    "offer_agent": ("提议转人工", "offer an agent"),
    "brief": ("转接前询问", "ask before the transfer"),
    "transfer": ("转人工", "transfer"),
    "goodbye": ("再见", "goodbye"),
    "hung_up": ("挂机", "hung up"),
    "survey": ("评价", "survey"),
    "repeat": ("重复", "repeat"),
    "slower": ("放慢", "slower"),
    "back": ("返回", "go back"),
    "start_over": ("重新开始", "start over"),
    "help": ("帮助", "help"),
    "wait": ("等待", "wait"),
    "noinput": ("没有声音", "silence"),
    "nomatch": ("没听明白", "not understood"),
    "menu": ("菜单", "menu"),
}

HOW_LOCATED: Mapping[str, Term] = {
    "confirmed": ("用户确认", "confirmed"),
    "picked": ("用户选择", "picked"),
    "certain": ("把握足够", "certain"),
    "transfer": ("随转接点名", "named in the transfer"),
}

REASONS: Mapping[str, Term] = {
    "agent": ("用户要求", "asked for"),
    "risk": ("风险", "risk"),
    "noinput": ("一直没有声音", "silence"),
    "nomatch": ("没听明白", "not understood"),
    "exhausted": ("没能定位", "not located"),
    "disputed": ("答案没解决", "answer disputed"),
    "offered": ("接受提议", "offer accepted"),
    "question": ("需人工办理", "needs an agent"),
    "noise": ("噪声", "noise"),
    "backchannel": ("附和", "backchannel"),
    "bot": ("机器人", "bot"),
    "caller": ("用户", "caller"),
}

DEFINITIONS: Mapping[str, Term] = {
    "coverage": (
        "定位到问题的通话 ÷ 带着目录内问题来的通话（未标注的录音：用户至少说过一轮）",
        "calls with a located question ÷ calls whose caller came with a question of the catalogue (unlabelled: with a turn)",
    ),
    "correct_coverage": (
        "定位到的就是用户真正的问题（只算有标注的通话）",
        "as coverage, and the located question is the true one (labelled calls)",
    ),
    "out_of_catalogue_right": (
        "目录外的问题，转了人工且没有答错 ÷ 这类通话",
        "questions the catalogue lacks that ended in a transfer without a wrong answer ÷ such calls",
    ),
    "confirmed_share": (
        "用户亲口确认或选定问题的通话 ÷ 与覆盖率相同的分母；“没有了”、沉默、挂机都不算",
        "calls in which the caller affirmed or picked the question ÷ as coverage; not “nothing else”, silence, hanging up",
    ),
    "average_turns": (
        "到第一个答案或转接开始、或通话结束为止的用户轮数",
        "caller turns until the first answer or the transfer begins, or the call ends",
    ),
    "total_turns": ("整个通话的用户轮数", "caller turns of the whole call"),
    "proactive_hit": ("被用户肯定的猜测 ÷ 做出的猜测", "guesses answered yes ÷ guesses made"),
    "proactive_brier": (
        "猜测概率与结果之差的平方的平均：0 最好，总说 0.5 得 0.25",
        "mean squared distance of a guess's probability from what came: 0 is perfect, always saying 0.5 gets 0.25",
    ),
    "wrong_certain": (
        "未经确认就答了别的问题的通话 ÷ 有标注的通话",
        "calls with an answer to a question that was not the caller's, unconfirmed ÷ labelled calls",
    ),
    "self_service": ("得到答案后以再见结束的通话 ÷ 全部通话", "calls ended by goodbye after an answer ÷ all calls"),
    "agent_rate": ("转人工的通话 ÷ 全部通话", "calls transferred ÷ all calls"),
    "abandoned": ("得到答案前挂机的通话 ÷ 全部通话", "hang-ups before an answer ÷ all calls"),
    "resolution": (
        "真正的问题得到回答并被用户接受 ÷ 有标注的自助通话",
        "true question answered and accepted by the caller ÷ labelled self-service calls",
    ),
    "satisfaction": ("最高分 ÷ 评价数", "top answers ÷ surveys answered"),
    "aht_s": ("从接通到结束", "from the first frame to the end of the call"),
    "located_s": ("从接通到定位", "from the first frame to the location that counts"),
}


def term(table: Mapping[str, Term], name: str) -> Term:
    """`name` in both languages."""
    return table.get(name, (name, name))
