"""Longer and looser replies: to an answer, to "anything else?", to a list, and of those who did not hear."""

import pytest

from voicebot.types import Expectation

from .tables import forms
from .test_acts import MORE, OPEN, TWO, YESNO, likely, read

ACCEPTED = """
    那我去试试; 行，回头弄弄看; 我这就去办; 原来要这样; 晓得了; 我照着弄一下; 我按你说的做; 这下清楚了; 现在我都明白了
    听你这么一说就懂了
    心里有数了; 怪不得呢; 我说呢; 你说得很清楚; 问题解决了; 收到; 就这么办; 没疑问了; 那我再等等看; 我去找找那个入口
    知道怎么弄了
    i'll give that a go; i'll have a look; let me try it; i'll do that right away; got it, makes sense now; that explains it
    crystal clear
    i know what to do now; sounds easy enough; so that's how it works; problem solved; i think i can manage that; i'll wait then
"""
UNHELPED = """
    这个办法我试过了不行; 你说的这些我都弄过了; 没解决我的问题; 没帮上忙; 帮不到我; 我还是不会弄; 还是搞不懂; 越听越糊涂
    太复杂了
    跟我的情况不一样; 我的情况不是这样; 你说了半天等于没说; 牛头不对马嘴; 你没回答我的问题; 没找到你说的那个按钮
    这对我没什么帮助; 这些我早就知道了
    that doesn't help me at all; i've tried that already; you didn't answer my question; it's still not working
    i'm still confused
    that has nothing to do with my problem; that's useless; this doesn't apply to me; i still don't get it; you lost me
"""
LEAVING = """
    没什么要问的了; 暂时就这样; 先这样吧; 有问题我再打; 以后有事再找你; 不麻烦你了; 都问完了; 没得了; 就这一个问题
    没事儿了您忙吧; 够了谢谢
    that was my only question; that's everything for today; i'll call back if i need anything; i'm all set for now
    nothing right now; i need nothing else; 我没问题了
"""
ANOTHER = """
    还有; 还有一件事; 我还有事要问; 嗯还有别的; 好像还有一个; 还想问个别的事; 另外有一个问题; 还有个小问题
    one more thing; there's one more; i have another question; yes there is; actually i've got something else; i do
    我有个问题; 有件事想问; 我有事; 再问一个
    i need something else; i have an issue; i have a question; i've got a problem; i have a different question; i need more help
"""
UNLISTED = """
    你说的这几个都不是; 都不是我要的; 哪样都不是; 一个都不沾边; 没一个对的; 里面没有我的问题; 全不对; 不是这两个; 别的
    是其他问题; 这俩都不是我想问的
    none of these are what i want; not one of those; none of them fit; i don't want either of those; it's something else
    all wrong
"""
UNHEARD = """
    刚才没听清楚; 前面那句没听着; 从头再讲一遍; 你刚才讲的是什么; 最后一句是什么; 第一步是啥来着; 你大点声; 声音太小了
    信号不好; 我走神了
    could you say it once more; i missed that last bit; i didn't quite catch that; you're breaking up; speak up please
    what was the last step
"""
DESCRIPTIONS = """
    我去银行查了还是没到账; 我试过很多次都付不了款; 我看看花呗额度为什么降了; 按你们说的做了还是失败
    原来的手机号不用了怎么改; 没找到解绑的按钮
    没有收到验证码; 里面没有我的余额; 都不是我本人操作的; 我没听见短信提示; 第一步付款就失败; 现在知道密码但是登不上
    以后有事想取消自动续费
    别的银行的卡能绑吗; 其他的账户怎么注销; 等几天才能到账; 声音太小的提示音怎么调; 就这一个订单没退款
    太复杂的密码记不住怎么改; 我去办了新卡怎么绑
    怎么处理重复扣款; 不在国内怎么付款; 收到的红包用不了; 清楚明细在哪看; 我问问利息怎么算
    i'll lose my discount if i pay late; i tried to pay but it failed; it doesn't help when the app crashes
    the other account is frozen
    i can't hear the verification call; i missed the payment; my only card is blocked; none of my cards work
    neither my bank nor you refunded me
    i know my password but can't log in; everything i need is in that account; i can't find the button to unlink my card
    let me try to explain my refund; i wait for a refund since monday; i didn't get the refund
    it's not on the statement; i already know my limit was cut; something else was charged to my card
    i missed the last instalment
    i'm confused about the interest; the line of credit was reduced; what was the fee for; clear my history please
    that helps the seller not me
    you didn't refund me; i see a charge i don't know
"""


@pytest.mark.parametrize("said", forms(ACCEPTED))
def test_who_will_try_it_or_sees_it_now_has_understood(said: str) -> None:
    assert likely(said, YESNO) & {"understood", "affirm", "wait"}
    assert read(said, YESNO).whole


@pytest.mark.parametrize(
    "said", ["it's still working", "that's still clear", "still working", "i certainly know that", "都没关系", "还是可以的"]
)
@pytest.mark.parametrize("expectation", [YESNO, MORE, TWO])
def test_who_says_nothing_against_it_has_not_been_let_down(said: str, expectation: Expectation) -> None:
    assert not likely(said, expectation) & {"not_understood", "deny", "choose_neither"}


@pytest.mark.parametrize("said", forms(UNHELPED))
def test_who_was_not_helped_has_not(said: str) -> None:
    assert likely(said, YESNO) & {"not_understood", "deny"}
    assert read(said, YESNO).whole


@pytest.mark.parametrize("said", forms(LEAVING))
def test_who_takes_leave_is_done(said: str) -> None:
    assert "done" in likely(said, MORE)
    assert read(said, MORE).whole


@pytest.mark.parametrize("said", forms(ANOTHER))
def test_who_has_more_says_yes_to_anything_else(said: str) -> None:
    assert "affirm" in likely(said, MORE)
    assert read(said, MORE).whole


@pytest.mark.parametrize("said", forms(UNLISTED))
def test_who_finds_none_of_the_options_right_picks_neither(said: str) -> None:
    assert likely(said, TWO) & {"choose_neither", "deny"}
    assert read(said, TWO).whole


@pytest.mark.parametrize("said", ["都不是我要还款", "都不是我要问的，花呗怎么关", "none of those i want a refund"])
def test_neither_leaves_what_it_is_instead(said: str) -> None:
    reading = read(said, TWO)
    assert "choose_neither" in likely(said, TWO)
    assert "都不是" not in reading.residue
    assert reading.residue


@pytest.mark.parametrize("said", forms(UNHEARD))
@pytest.mark.parametrize("expectation", [YESNO, TWO, OPEN])
def test_who_did_not_hear_wants_it_again(said: str, expectation: Expectation) -> None:
    assert "repeat" in likely(said, expectation)
    assert read(said, expectation).whole


@pytest.mark.parametrize("said", forms(DESCRIPTIONS))
@pytest.mark.parametrize("expectation", [YESNO, MORE, OPEN])
def test_descriptions_that_begin_like_a_reply_are_none(said: str, expectation: Expectation) -> None:
    assert likely(said, expectation) <= {"risk"}
    assert len(read(said, expectation).residue) >= 0.6 * len(said)
