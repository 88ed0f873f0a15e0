""" "You got me wrong", "what I meant is": what corrects the bot, what is left to describe, and what only looks like it."""

import pytest

from voicebot.nlu.acts import ANYTHING_ELSE
from voicebot.types import DialogueAct, Expectation

from .tables import forms, table
from .test_acts import MORE, OPEN, STATEMENT, TWO, YESNO, likely, read, verdict

CORRECTED = table("""
    你没明白，我的花呗怎么还 → 我的花呗怎么还; 你听岔了，我的卡解绑不了 → 我的卡解绑不了
    您误会我的意思了，我的密码忘了 → 我的密码忘了
    你没听懂我的意思我的密码忘了 → 我的密码忘了; 你好像理解得不对，提现失败了 → 提现失败了; 你扯哪去了，退款没到 → 退款没到
    我问的不是这个，退款没到 → 退款没到; 我不是要这个，我是说退款没到 → 退款没到; 我刚才说的不是那个退款没到 → 退款没到
    不是这么回事，退款没到 → 退款没到; 跟你说的不一样，退款没到 → 退款没到; 你讲的跟我问的不是一回事，退款没到 → 退款没到
    我问的是借呗利息 → 借呗利息; 我说的是银行卡 → 银行卡; 我的意思是借呗 → 借呗; 我是想问借呗利息 → 借呗利息
    我的意思是，借呗 → 借呗
    什么呀，我问的是借呗 → 借呗; 不是啦，我说的是借呗 → 借呗; 哎呀不是，我是说借呗 → 借呗; 我不是问花呗，我是问借呗 → 借呗
    我的意思是那个，借呗 → 借呗; 我说的是这个，借呗怎么还 → 借呗怎么还
    那我换个说法，借呗 → 借呗; 不是不是，你没弄懂，借呗 → 借呗
    you got me wrong, my card is blocked → my card is blocked; you misunderstood me my card is blocked → my card is blocked
    no, you didn't get it, my card is blocked → my card is blocked
    i think you misheard, my card is blocked → my card is blocked
    that's not what i asked, my card is blocked → my card is blocked; that isn't my question, my card → my card
    i'm not asking about that, my card is blocked → my card is blocked; there's a misunderstanding, my card → my card
    no no i meant my card is blocked → my card is blocked; what i'm asking is my card → my card; i said my card → my card
    i was talking about my card → my card; sorry, i think you got that wrong, my card → my card
    that's a different thing, i'm talking about my card → my card; what i want is a refund → a refund
    i'm not asking about the loan, i'm asking about the card → the card
""")

RIGHT = forms("""
    我没问题，是的; 我的意思就是这个; 我说的就是这个; 我问的就是这个; 我要问的就是这个; 我想说的就是这个; 我的意思就是那个
    我说的是它; 我说的是这个; 我的意思是那个; 这就是我说的; 对这就是我要问的; 这就是我想问的
    yes that's why i'm calling; yes that's what i'm saying; that's what i said; this is what i need; you've got it
    yes you've got it; yeah you got that; you got that right; that's what i mean; that's what i meant; that's the one i meant
    you have got it; you get it; you've got me; you got my question; that is what i said; it's what i asked; this is why i called
    that's exactly what i want; that's what this is about; that is what i'm after
""")

DESCRIPTIONS = forms("""
    我搞错了账号; 转错了; 转错人了怎么办; 听不懂这个条款; 我把银行卡号填错了; 商家搞错了我的订单; 你们扣错了钱
    你们搞错了我的账单
    客服说错了时间; 我没明白这个利息怎么算; 我没听懂客服说的步骤; 这不是我要的商品怎么退; 这笔钱不是我花的; 那不是我的手机号
    我是说明书没收到; 我问了商家他不给退; 我说了密码可是不对; 我是问了银行才知道卡冻结了; 我误会了活动规则; 我理解错了还款日
    搞混了两张银行卡; 系统说我的身份证不对; 对方说没收到钱; 我的意思写在备注里了; 跟宣传的不一样; 实际到账和显示的不一样
    我想换个说法写申诉; 我再说一遍密码还是错; 你说的验证码我没收到; 你们没听我解释就封号; 账单不是这个数; 名字弄错了一个字
    我不明白为什么降额度; 听说花呗可以分期
    i got the wrong amount; i sent it to the wrong person; i entered the wrong account number
    the merchant misunderstood my order
    they got my name wrong; you charged me twice; you got my name wrong on the card; you didn't get my payment
    you don't have my address; i don't understand the interest; i didn't understand the terms; i meant to send fifty dollars
    i meant to pay yesterday; i asked the merchant for a refund; i asked my bank and they said no; i said no to the seller
    i was talking to an agent and got cut off; i was told it would arrive today; that's not my card on the statement
    this is not my account number; it's not what i ordered and i want a refund; the wrong item was delivered
    wrong password keeps coming up; i misread the due date; there's a mistake on my statement
    i didn't mean to send it, my son did
    我不是说了吗是添加银行卡; 我不是说过是添加银行卡吗; 我说的不是很清楚吗是花呗; 我没问题要问银行
    you got that charge wrong; that's what i paid last month; i'm not asking for much, but my card is blocked
    what i want is missing from the page; you didn't send the code; i'm not listed on the account
""")


@pytest.mark.parametrize(("said", "rest"), CORRECTED)
@pytest.mark.parametrize("expectation", [YESNO, TWO])
def test_a_correction_denies_and_leaves_the_description(said: str, rest: str, expectation: Expectation) -> None:
    reading = read(said, expectation)
    assert verdict(said, expectation) == "no"
    assert reading.residue == rest


@pytest.mark.parametrize("said", RIGHT)
def test_the_same_words_without_a_not_are_a_yes(said: str) -> None:
    assert verdict(said) == "yes"
    assert read(said).whole


@pytest.mark.parametrize("said", DESCRIPTIONS)
@pytest.mark.parametrize("expectation", [YESNO, TWO, OPEN, MORE])
def test_mistakes_of_others_and_of_the_caller_are_described_not_corrected(said: str, expectation: Expectation) -> None:
    assert likely(said, expectation) <= {"risk"}
    assert len(read(said, expectation).residue) >= 0.6 * len(said)


@pytest.mark.parametrize(
    "said",
    forms("""
        你没明白; 你听错了吧; 我说的不是这个; 你误会了; 我没问这个; 不是这么回事; 你说的不是我要问的; 您理解有误
        你没听懂我的意思
        you got me wrong; you misunderstood me; that's not what i asked; that isn't what i meant; i didn't ask about that
        wrong question; you got that all wrong; you've got the wrong idea; you got the wrong end of the stick
        that's not why i called; it isn't what i was asking; that's really not what i'm after; 我的意思不是这个
    """),
)
def test_a_correction_alone_is_a_no(said: str) -> None:
    assert verdict(said) == "no"
    assert read(said).whole


def test_what_was_meant_is_a_no_only_where_something_was_offered() -> None:
    for said in ("我问的是借呗利息", "i meant my card"):
        assert DialogueAct.DENY in read(said, YESNO).acts
        assert read(said, YESNO).acts[DialogueAct.MEANT] == read(said, YESNO).acts[DialogueAct.DENY]
        for expectation in (OPEN, STATEMENT, MORE):
            assert not read(said, expectation).acts
    assert read("我问的是借呗利息", OPEN).residue == "借呗利息"


@pytest.mark.parametrize("said", ["你没明白我的意思", "你理解有误", "you've misunderstood me"])
def test_who_is_asked_for_more_and_was_misunderstood_is_not_done(said: str) -> None:
    assert likely(said, Expectation("yesno", slot=ANYTHING_ELSE)) == {"not_understood"}


def test_an_unfinished_correction_is_not_yet_an_answer() -> None:
    for said in ("我说的是", "what i meant was"):
        assert not read(said).whole


def test_sorry_before_a_sentence_asks_for_no_repetition() -> None:
    assert not likely("sorry, my card is blocked", YESNO)
    assert likely("sorry", YESNO) == {"repeat"}
