"""What is said in the development audio of scripts/fit_confidence.py: two sets of wordings a language that share no sentence.

The coefficients are fitted on the first set and judged on the second. None of it is a fixture, a pack's example or a test.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Wordings:
    grammars: tuple[tuple[str, ...], ...]
    """Phrases that are offered together; each is said, and each other grammar's phrases are speech outside it."""
    open: tuple[str, ...]
    """Said to the open model, and outside every grammar."""


def words(text: str) -> tuple[str, ...]:
    """A line of words, as a tuple."""
    return tuple(text.split())


def _lines(text: str) -> tuple[str, ...]:
    return tuple(line.strip() for line in text.strip().splitlines())


WORDINGS: dict[str, dict[str, Wordings]] = {
    "zh-CN": {
        "fit": Wordings(
            grammars=(
                words("是 是的 对 对的 好 好的 可以 没错 嗯 不 不是 不对 不要 不用 没有 没有了 不可以 转人工 再说一遍 返回"),
                (
                    "花呗还款失败",
                    "花呗提前还款",
                    "关闭花呗",
                    "借呗额度降低",
                    "余额提现",
                    "修改密码",
                    "更换手机号",
                    "退款没有到账",
                    "转人工",
                    "返回",
                ),
                words("零 一 二 三 四 五 六 七 八 九 十"),
            ),
            open=_lines("""
                我的花呗还不上了怎么办
                借呗为什么突然没有额度了
                钱转错人了能退回来吗
                我想把银行卡解绑
                余额里面的钱怎么提现
                手机号换了收不到验证码
                退款三天了还没有到账
                支付密码忘记了
                账号被冻结了怎么办
                帮我查一下上个月的账单
                我要投诉商家不发货
                手续费为什么这么高
                对还有一个问题
                不是这个我问的是花呗
                我不知道怎么说
                能不能晚几天还款
                今天天气很好我们去公园吧
                请问附近有没有银行
                他昨天买了两张火车票
                这个电影真的很有意思
                妈妈让我早点回家吃饭
                你能听见我说话吗
                等一下我找一下身份证
                一共是三百五十块钱
                我的尾号是八六二五
                老师说明天不用上课
                房子的贷款还有十年
                你们几点下班
            """),
        ),
        "check": Wordings(
            grammars=(
                words("对对 行 好吧 是啊 嗯嗯 不行 不好 别 算了 没了 错了 不太对 取消 帮助 人工客服 重新开始 慢一点"),
                (
                    "余额宝收益",
                    "信用卡还款",
                    "申请退款",
                    "解绑银行卡",
                    "开通借呗",
                    "查询账单",
                    "提高额度",
                    "冻结账号",
                    "人工客服",
                    "重新开始",
                ),
                words("一百 两百 三百 五百 一千 两千 三千 一万 两万"),
            ),
            open=_lines("""
                花呗这个月的账单怎么比上个月多
                昨天还的款今天还显示没还
                银行卡丢了要怎么处理
                能帮我把额度提高一点吗
                为什么我不能用借呗了
                有人用我的身份证开了账户
                我买的东西商家不给退款
                提现到银行卡要多长时间
                密码输错了很多次登录不了
                自动扣款怎么取消
                我已经还完了
                好的谢谢没有别的问题了
                也不是失败就是没有到账
                你说的我没听清楚
                帮我转一下人工可以吗
                孩子在学校学习很努力
                北京到上海要多少时间
                这本书的内容很丰富
                我觉得那里的风景很漂亮
                他是我最好的朋友
                晚上一起去看比赛吗
                大家都已经知道这件事情了
                两千八百块什么时候到
                验证码是六零三九
                公司的地址在哪里
            """),
        ),
    },
    "en-US": {
        "fit": Wordings(
            grammars=(
                (
                    "yes",
                    "yes please",
                    "that is right",
                    "correct",
                    "sure",
                    "okay",
                    "no",
                    "no thanks",
                    "that is wrong",
                    "not now",
                    "agent",
                    "repeat that",
                ),
                (
                    "pay my bill",
                    "reset my password",
                    "report a lost card",
                    "increase my limit",
                    "get a refund",
                    "change my phone number",
                    "go back",
                ),
                ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"),
            ),
            open=_lines("""
                why was my card declined yesterday
                i want to pay my bill before friday
                how long does a refund take
                my phone number has changed
                i can not log in to my account
                someone has stolen my credit card
                please transfer me to an agent
                i was charged two hundred dollars
                no i did not make this transaction
                can you increase my limit
                i forgot my password again
                the code is four seven one nine
                the weather is lovely in the mountains
                my brother bought a new guitar
                do you know where the museum is
                children were playing near the river
                i would like some coffee with milk
                could you say that more slowly
                i do not know what to say
                yes and my statement is wrong too
            """),
        ),
        "check": Wordings(
            grammars=(
                (
                    "right",
                    "yes it is",
                    "i am sure",
                    "that is correct",
                    "of course",
                    "no it is not",
                    "no thank you",
                    "never",
                    "stop",
                    "help",
                    "operator",
                    "say that again",
                ),
                (
                    "check my balance",
                    "cancel my order",
                    "open an account",
                    "track my order",
                    "update my address",
                    "speak to a manager",
                    "start again",
                ),
                ("ten", "twenty", "thirty", "forty", "sixty", "seventy", "eighty", "one hundred", "one thousand", "two million"),
            ),
            open=_lines("""
                where is the money i sent last week
                my payment is still pending
                i need to close my savings account
                how much do i owe this month
                the website says my card has expired
                what is the fee for a transfer
                i have lost my wallet and my phone
                when will my order arrive
                it is not the loan it is the mortgage
                please call me back tomorrow morning
                thank you that was my question
                the number is eight five zero two
                she walked slowly through the garden
                we watched a film about elephants
                his answer surprised every student
                there was snow on the roof this winter
                can you hear me now
                wait a moment i need to find it
            """),
        ),
    },
}
