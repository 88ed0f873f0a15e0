"""Dialogue acts: every way of saying yes, no and the rest, what only looks like one, and what is left of a longer turn."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from voicebot.grammar import house_grammar
from voicebot.nlu.acts import ANYTHING_ELSE, ActReader, ActReading
from voicebot.nlu.normalisation import normalise
from voicebot.types import DialogueAct, Expectation, Language

from .tables import forms, table

READERS: dict[Language, ActReader] = {"zh-CN": ActReader("zh-CN"), "en-US": ActReader("en-US")}
YESNO = Expectation("yesno")
OPEN = Expectation("open")
STATEMENT = Expectation("statement")
MORE = Expectation("yesno", slot=ANYTHING_ELSE)
TWO = Expectation("choice", phrases=("花呗还款失败", "花呗提前还款"))
THREE = Expectation("choice", phrases=("花呗还款失败", "花呗提前还款", "花呗关闭"))


def language_of(text: str) -> Language:
    return "zh-CN" if any("\u4e00" <= character <= "\u9fff" for character in text) else "en-US"


def read(text: str, expectation: Expectation = YESNO, language: Language | None = None) -> ActReading:
    language = language or language_of(text)
    return READERS[language].read(normalise(text, language), expectation)


def likely(text: str, expectation: Expectation = YESNO) -> set[str]:
    """Acts more likely than not."""
    return {act.value for act, p in read(text, expectation).acts.items() if p > 0.5}


def verdict(text: str, expectation: Expectation = YESNO) -> str:
    """What is heard as the answer: yes, no or neither."""
    acts = read(text, expectation).acts
    yes, no = acts.get(DialogueAct.AFFIRM, 0.0), acts.get(DialogueAct.DENY, 0.0)
    return "neither" if max(yes, no) < 0.5 else "yes" if yes > no else "no"


YES = """
    是; 是的; 是的是的; 是啊; 是呀; 是是是; 对; 对的; 对对; 对对对; 对啊; 对呀; 对，没错; 没错; 没错没错; 没有错; 嗯; 嗯嗯
    嗯，是的; 嗯对; 好; 好的; 好啊
    好吧; 行; 行啊; 行吧; 可以; 可以的; 可以啊; 没问题; 没毛病; 当然; 当然可以; 确实; 确实是; 的确; 正确; 就是这个; 就是它
    是这个; 对就是这个; 就是这样; 是这样的; 是我
    是本人; 我是本人; 确定; 确认; 我确认; 肯定; 肯定的; 需要; 需要的; 要; 要的; 想; 愿意; 同意; 我同意; 你说的对; 说对了
    猜对了; 嗯呢; 对头; 必须的; 那行; 那好吧
    嗯，对，是的; 对对对，就是这个; 呃，是的; 啊对; 是的，没错; 好的好的; ok; 是的呢; 没错，就是这个意思; 嗯嗯嗯; 對
    是的，我想问这个; 对，我就是问这个; 是滴; 可以可以; 行行行
    应该是; 应该是吧; 好像是; 好像是的; 大概是; 可能是吧; 差不多; 算是吧; 也行; 也可以; 不是不行; 不是不可以; 也不是不行
    不是不想; 没说不行; 没说不是; 不能说不是; 怎么不是; 可不是嘛
    yes; yeah; yep; yup; yes please; yes it is; yes i do; yes, that's right; that's right; that's correct; correct; right
    exactly; sure; sure thing; ok; okay; alright; fine
    of course; absolutely; definitely; indeed; uh huh; mm hmm; that's it; that's the one; that one; it is; i do; no problem
    why not; you're right; yes yes yes; go ahead; sounds good
    um yes; well yes; oh yes; yes sir; yeah exactly; yeah that one; right, exactly; ok sure; yes, ok; yes thank you; i agree
    confirmed; you got it; that is correct; totally; certainly
    i think so; i guess so; i believe so; probably; maybe; kind of; i wouldn't say no; i don't mind; can't complain, yes
    i'm not saying no; it's not that i don't want to; yes indeed; yes of course; for sure
"""
NO = """
    不; 不是; 不是的; 不是不是; 不不; 不不不; 不对; 不对不对; 不对的; 不是这个; 不是这样; 没有; 没有没有; 没; 没有的; 不用
    不用了; 不用不用; 不要; 不要了; 不需要; 不需要了; 不必了; 不行; 不可以; 不能
    不想; 不好; 错; 错了; 搞错了; 弄错了; 你搞错了; 你理解错了; 不太对; 不正确; 不准确; 并不是; 都不对; 不同意; 不愿意; 否
    没有这回事; 没这回事; 不是这个意思; 不是这个问题; 我不是问这个; 不是我要问的; 跟这个没关系
    不是，不对; 呃，不是; 嗯，不是; 不是啊; 不对吧; 啊不是; 哦不是的; 不，不是; 不是本人; 不是我; 不，谢谢; 不用谢谢; 不了
    不了谢谢; 才不是; 当然不是; 肯定不是; 不是不是，搞错了; 绝对不是; 怎么会; 怎么可能
    好像不是; 应该不是; 可能不是; 不太是; 不完全是; 也不是; 算了; 没门; 你说错了; 不對; 沒有; 不大对; 不是很对; 不见得
    不一定是; 哪有
    no; nope; nah; no no; no no no; no thanks; no thank you; no it isn't; no it's not; no i don't; not that; not that one
    not this one; that's not it; that's not right; that's wrong; wrong; incorrect
    that's not what i meant; that isn't it; that's not my question; no that's not it; of course not; absolutely not
    not at all; no way; never; i don't; i didn't; it isn't; negative; no sir; uh no; um no; well no
    oh no; no, wrong; no, not that one; don't; please don't; not really; not quite; not exactly; i don't think so
    probably not; i doubt it; hardly; no not really; i guess not; not necessarily; i'd rather not
    you misunderstood; you got it wrong; nothing like that; that's not true; not me; no, that is not it; nope, not that
    no actually; not in the least
"""
NEITHER = """
    行不行; 对不对; 是不是; 可不可以; 不好意思; 对不起; 好久了; 对了; 是什么; 是吗; 对吗; 不是吗; 可以吗; 好了吗; 对方没收到
    不过; 没有人接; 没收到; 好多钱; 是怎么回事; 不知道; 不清楚; 再说一遍; 什么; 转人工; 等一下
    不得不还; 不小心; 不懂; 不明白; 好像; 行情怎么样; 对账单; 没听清; 对什么; 不然呢; 是谁; 行了吗; 要多少钱; 是哪个; 有没有
    no idea; no clue; right now; right away; not sure; no matter; i don't know; what; pardon; yes or no; is it
    no one answered; how much is it; good question; no money arrived; hold on; i'm not sure
    what do you mean; sorry; i no longer have it; good morning; i don't understand; is that right; are you sure
"""


@pytest.mark.parametrize("said", forms(YES))
def test_yes_in_all_its_forms(said: str) -> None:
    assert verdict(said) == "yes"


@pytest.mark.parametrize("said", forms(NO))
def test_no_in_all_its_forms(said: str) -> None:
    assert verdict(said) == "no"


@pytest.mark.parametrize("said", forms(NEITHER))
def test_what_only_looks_like_yes_or_no(said: str) -> None:
    assert verdict(said) == "neither"


def test_a_hedged_answer_is_less_sure_than_a_plain_one() -> None:
    for plain, hedged in (("是的", "好像是"), ("不是", "好像不是"), ("yes", "i guess so"), ("no", "not really")):
        assert max(read(hedged).acts.values()) < max(read(plain).acts.values())


@pytest.mark.parametrize(
    ("said", "answer", "rest"),
    table("""
        对，还有我的额度也降了 → yes → 我的额度也降了; 是的，但是我想问提前还款 → yes → 我想问提前还款
        不是，我想问借呗 → no → 借呗
        不是花呗，是借呗 → no → 借呗; 不是还款，我要问额度 → no → 问额度; 嗯，就是还款失败了 → yes → 还款失败了
        没错，我花呗还不上了 → yes → 我花呗还不上了
        不对，是借呗的问题 → no → 借呗的问题; 好的，那利息怎么算 → yes → 利息怎么算
        不是这个，是网商贷 → no → 网商贷
        yes, but i also want to know the fee → yes → also want to know the fee; no, it's about my loan → no → about my loan
        no i want to close my account → no → i want to close my account; yeah and my limit dropped → yes → my limit dropped
        not the credit card, the debit card → no → debit card
        yes that's right, and how do i change it → yes → how do i change it
        no it's the other account → no → the other account; right, but what about the interest → yes → what about the interest
    """),
)
def test_an_answer_with_something_new_in_one_breath(said: str, answer: str, rest: str) -> None:
    assert verdict(said) == answer
    residue = read(said).residue
    assert rest.split()[-1] in residue
    assert len(residue) <= len(rest) + 8


def test_whoever_will_see_to_it_themselves_says_no_and_brings_up_nothing() -> None:
    said = "不用了，我自己查一下"
    assert verdict(said) == "no"
    assert not read(said).residue


@pytest.mark.parametrize(
    "said",
    forms("""
        我的花呗怎么还款失败了; 为什么不能提前还款; 没收到退款; 不能登录了怎么办; 是不是要手续费; 我想问一下怎么关闭花呗
        好多天没到账了; 可以提前还款吗
        对方说没收到钱; 不小心转错了; 没有办法付款; 行程单在哪里
        how do i close my account; my card is not working; i don't see my refund; right after i paid it failed; no money came
        is it possible to pay early
    """),
)
def test_a_question_is_no_answer(said: str) -> None:
    assert verdict(said, OPEN) == "neither"
    assert read(said, OPEN).residue


@pytest.mark.parametrize(
    ("said", "act"),
    table("""
        再说一遍 → repeat; 没听清 → repeat; 请再说一次 → repeat; 你说什么 → repeat; 麻烦你再讲一遍好吗 → repeat
        说慢一点 → slower; 太快了 → slower; 慢点说 → slower
        帮助 → help; 你能做什么 → help; 返回 → back; 回到上一步 → back; 重新开始 → start_over; 从头再来 → start_over
        转人工 → agent; 人工 → agent; 我要找真人 → agent
        帮我转人工客服 → agent; 叫个活人来 → agent; 我要投诉 → agent; 停 → stop; 别说了 → stop; 闭嘴 → stop; 算了 → cancel
        取消吧 → cancel; 不办了 → cancel; 先不用了 → cancel; 算了不解了 → cancel; 改天再说吧 → cancel
        没有了 → done; 没别的了 → done
        就这些 → done; 没事了 → done; 谢谢 → thanks; 多谢了 → thanks; 再见 → goodbye; 拜拜 → goodbye; 挂了啊 → goodbye
        你好 → greet; 喂 → greet; 不知道 → dont_know; 忘了 → dont_know
        等一下 → wait; 稍等 → wait; 我找一下 → wait; 清楚了 → understood; 明白了 → understood; 没解决 → not_understood
        听不懂 → not_understood; 还是不行 → not_understood
        repeat that → repeat; say that again please → repeat; pardon → repeat; what did you say → repeat; slow down → slower
        you're too fast → slower; help → help; go back → back
        start over → start_over; main menu → start_over; agent → agent; let me speak to a human → agent
        can i talk to someone → agent; real person please → agent; stop → stop; be quiet → stop
        never mind → cancel; forget it → cancel
        i've changed my mind → cancel; i don't want to do that any more → cancel
        that's all → done; nothing else → done; no that's it thanks → done
        i'm good → done; thanks a lot → thanks; goodbye → goodbye; hello → greet
        i don't know → dont_know; no idea → dont_know; hold on → wait; one moment please → wait; got it → understood
        that makes sense → understood; i don't understand → not_understood
        that didn't help → not_understood; it still doesn't work → not_understood
    """),
)
def test_commands_and_small_words(said: str, act: str) -> None:
    assert act in likely(said, OPEN)


@pytest.mark.parametrize(
    ("said", "two", "three"),
    table("""
        第一个 → choose_first → choose_first; 第二个 → choose_second → choose_second; 第三个 → choose_third → choose_third
        前面那个 → choose_first → choose_first
        后面那个 → choose_second → choose_second; 最后一个 → choose_second → choose_third
        另一个 → choose_other → choose_other; 都是 → choose_both → choose_both; 两个都是 → choose_both → choose_both
        两个都要问 → choose_both → choose_both; 都问问吧 → choose_both → choose_both
        都不是 → choose_neither → choose_neither; 一个都不是 → choose_neither → choose_neither
        一 → choose_first → choose_first; 我选第二个 → choose_second → choose_second; 是第一个 → choose_first → choose_first
        the first one → choose_first → choose_first; second → choose_second → choose_second
        the last one → choose_second → choose_third; the other one → choose_other → choose_other
        both → choose_both → choose_both; neither of them → choose_neither → choose_neither
        the latter → choose_second → choose_second; number two please → choose_second → choose_second
    """),
)
def test_choosing(said: str, two: str, three: str) -> None:
    assert two in likely(said, TWO)
    assert three in likely(said, THREE)


def test_a_bare_number_chooses_only_where_there_is_a_choice() -> None:
    assert not read("一", OPEN).acts
    assert not read("one", OPEN).acts


@pytest.mark.parametrize(
    "said", ["没有", "没有了", "不用了", "没了", "不用", "没有别的了", "no", "nope", "no thanks", "no that's all"]
)
def test_no_means_done_after_anything_else(said: str) -> None:
    assert "done" in likely(said, MORE)


@pytest.mark.parametrize(
    "said",
    forms("""
        no that is everything; no, that is all i needed; i think that's everything; i have no more questions; that will be all
        there is nothing else; i do not need anything else; i don't have any other questions; that is it; okay that's it, thanks
        no i am fine; nope, all good; not right now; no, not at the moment; thank you that's all i wanted to know; that was all
        that is everything, thank you, goodbye
    """),
)
def test_leave_takings_leave_nothing(said: str) -> None:
    reading = read(said, MORE)
    assert reading.acts[DialogueAct.DONE] > 0.5
    assert reading.whole


def test_that_is_it_is_a_yes_where_something_was_proposed() -> None:
    for said in ("that is it", "yes that's it", "that is exactly it", "exactly right"):
        assert verdict(said, YESNO) == "yes"
        assert "done" not in likely(said, YESNO)


@pytest.mark.parametrize(
    "said",
    forms("i am not sure; i am not certain; it is not; i do not; that is not it; that is not right; i can not say; i am lost"),
)
def test_words_that_are_not_contracted_mean_the_same(said: str) -> None:
    assert verdict(said, YESNO) != "yes"
    assert read(said, YESNO).whole


@pytest.mark.parametrize("name", ["yes_no", "choice", "risk", "fillers", "backchannels", "concepts", "trailing"])
def test_a_form_in_a_grammar_is_found_as_it_is_normalised(name: str) -> None:
    """English: "that is right" is normalised to "that's right", which has to be in the grammar, too, and mean the same."""
    grammar = house_grammar("en-US", name)
    for rule in grammar.public:
        automaton = grammar.automaton(rule)
        for form in grammar.expand(rule):
            words = normalise(form, "en-US").split()
            assert automaton.accepts(words), f"{rule}: {form}"
            assert automaton.tags(words) == automaton.tags(form.split()), f"{rule}: {form}"


def test_no_is_a_denial_where_something_was_proposed() -> None:
    assert verdict("没有", YESNO) == "no"
    assert DialogueAct.DENY in read("算了", YESNO).acts
    assert DialogueAct.CANCEL in read("算了", YESNO).acts


@pytest.mark.parametrize(
    "said",
    forms("""
        我的卡被盗刷了; 我被骗了三千块; 账号被盗了; 遇到诈骗了怎么办; 有人盗用我的支付宝; 我上当受骗了; 钱被骗走了
        my card was stolen; someone hacked my account; i've been scammed; there is a fraudulent charge on my card
        someone stole my wallet
    """),
)
def test_danger_is_heard_anywhere(said: str) -> None:
    assert read(said, OPEN).acts[DialogueAct.RISK] > 0.8


@pytest.mark.parametrize(
    "said",
    forms("""
        如果被盗了怎么赔; 账户安全险被盗了赔多少; 万一被骗了怎么办; 怎么防诈骗; 没有被盗
        what if my card is stolen; how do i prevent fraud; does the insurance cover stolen cards; it was not stolen
    """),
)
def test_danger_that_is_only_thought_of_is_none(said: str) -> None:
    assert read(said, OPEN).acts.get(DialogueAct.RISK, 0.0) < 0.5


@pytest.mark.parametrize(
    "said",
    [
        "我这个问题说不清楚帮我转人工客服吧",
        "别跟我讲了我要转人工",
        "this is useless, let me talk to a real person",
        "can you transfer me to an agent please",
    ],
)
def test_who_asks_for_a_person_is_heard_in_the_middle_of_anything(said: str) -> None:
    assert "agent" in likely(said, OPEN)


@pytest.mark.parametrize(
    "said",
    forms(
        "好的谢谢再见; 没有了，谢谢，再见; 嗯好的谢谢; 不用了谢谢; ok thank you bye; no thanks goodbye;yes, thank you very much"
    ),
)
def test_acts_in_a_row_leave_nothing(said: str) -> None:
    reading = read(said)
    assert reading.whole
    assert reading.residue == ""
    assert len(reading.acts) >= 2


def test_thanks_after_a_question_leave_the_question() -> None:
    for said, rest in (
        ("花呗怎么还款，谢谢", "花呗怎么还款"),
        ("how do i close my account, thank you", "how do i close my account"),
    ):
        reading = read(said, OPEN)
        assert DialogueAct.THANKS in reading.acts
        assert rest in reading.residue
        assert "谢" not in reading.residue
        assert "thank" not in reading.residue


def test_fillers_and_courtesies_carry_nothing() -> None:
    assert read("呃那个你好我想问一下花呗怎么还款", OPEN).residue.endswith("花呗怎么还款")
    assert read("um hi so i was wondering how do i close my account", OPEN).residue == "how do i close my account"
    assert read("嗯，呃，是的", YESNO).whole


@given(st.sampled_from(forms(YES) + forms(NO) + forms(NEITHER)), st.sampled_from([YESNO, OPEN, STATEMENT, MORE, TWO]))
def test_probabilities_are_probabilities(said: str, expectation: Expectation) -> None:
    reading = read(said, expectation)
    assert all(0.0 < p <= 1.0 for p in reading.acts.values())
    assert not (reading.whole and reading.residue)


@given(st.text(max_size=60), st.sampled_from([YESNO, OPEN, STATEMENT, MORE, TWO]), st.sampled_from(["zh-CN", "en-US"]))
def test_any_text_can_be_read(text: str, expectation: Expectation, language: Language) -> None:
    reading = read(text, expectation, language)
    assert len(reading.residue) <= len(normalise(text, language)) + 2
