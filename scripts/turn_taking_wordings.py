"""What is said in the clips of scripts/make_turn_taking_clips.py: two sets of wordings a language that share no sentence.

Thresholds are set on `dev`; `test` is for the figures alone. Neither is a fixture, a pack's example or a prompt.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Wordings:
    utterances: tuple[str, ...]
    hesitations: tuple[tuple[str, ...], ...]
    """Sentences that come in pieces, with silences between them."""
    yesno: tuple[str, ...]
    """Answers to a yes/no question that nobody would take for a sign of listening."""
    amounts: tuple[str, ...]
    backchannels: tuple[str, ...]


def _lines(text: str) -> tuple[str, ...]:
    return tuple(line.strip() for line in text.strip().splitlines())


def _pieces(text: str) -> tuple[tuple[str, ...], ...]:
    return tuple(tuple(piece.strip() for piece in line.split("|")) for line in _lines(text))


WORDINGS: dict[str, dict[str, Wordings]] = {
    "zh-CN": {
        "dev": Wordings(
            utterances=_lines("""
                我的花呗昨天还款失败了
                借呗的额度为什么突然没有了
                我要转人工
                怎么把银行卡解绑
                余额里面的钱怎么提现到银行卡
                支付密码忘记了怎么办
                退款三天了还没有到账
                不是花呗是借呗
                等一下我还有一个问题
                账号被冻结了登录不了
                手续费为什么这么高
                我想提前还花呗
                能不能晚几天还款
                你先别说了听我讲
                转账转错人了能退回来吗
                怎么开通刷脸支付
                我的手机号换了收不到验证码
                帮我查一下上个月的账单
                信用卡还款多久到账
                我不是要问这个
            """),
            hesitations=_pieces("""
                我想问一下那个 | 花呗为什么还不了
                就是 | 我的银行卡 | 一直绑不上
                因为昨天我转了一笔钱 | 到现在都没有到账
                我的借呗 | 怎么没有额度了
                那个 | 我想把密码改一下
                我在网上买了个东西 | 然后商家不给退款
                你好我这个 | 余额提现不了
                如果我提前还款的话 | 会不会有手续费
            """),
            yesno=_lines("""
                不是这个问题
                对就是这个问题
                不对不对
                没有没有
                是我本人操作的
                不用了
            """),
            amounts=_lines("""
                三百五十块
                一千二百元
                两万
                八十八块五
                六百
            """),
            backchannels=_lines("""
                嗯
                哦
                对
                好的
                对对
                明白
                嗯哼
                是
            """),
        ),
        "test": Wordings(
            utterances=_lines("""
                花呗还不上会怎么样
                我想把借呗关掉
                帮我接一下人工客服
                换手机了怎么登录
                银行卡丢了要怎么处理
                为什么我的付款一直失败
                提现要收多少手续费
                商家一直不发货我要退款
                有人盗了我的账号
                我说的是信用卡不是储蓄卡
                你说的这个我已经试过了
                怎么提高花呗的额度
                自动扣款在哪里取消
                实名认证总是通不过
                我给朋友转的钱他没收到
                账单上有一笔不是我买的
                余额宝的收益怎么没有了
                怎么修改绑定的手机号
                麻烦再说一遍
                我想知道哪天还款
                优惠券为什么用不了
                红包过期了钱会退吗
                我的钱被扣了两次
                指纹支付怎么打开
            """),
            hesitations=_pieces("""
                我那个花呗 | 这个月还不上了
                请问一下 | 怎么把银行卡换掉
                我昨天 | 收到一条短信 | 说我逾期了
                但是我明明 | 已经还过了
                我想知道的是 | 提现为什么要收费
                就是说我买的那个东西 | 一直没有发货
                要是我忘了密码的话 | 应该怎么办
                我的手机号 | 换成新的了
                然后 | 那个验证码收不到
                还有就是 | 额度能不能再高一点
            """),
            yesno=_lines("""
                不是我要问的
                没错就是它
                不行不行
                不需要了
                是这个意思
                不是的
            """),
            amounts=_lines("""
                四百二十块
                两千三百元
                五万
                九十九块九
                七百八
                一百零五块
            """),
            backchannels=_lines("""
                嗯嗯
                哦哦
                对对对
                好
                是的
                了解
                知道
                这样啊
                行
                对的
            """),
        ),
    },
    "en-US": {
        "dev": Wordings(
            utterances=_lines("""
                my payment failed yesterday
                why is my limit gone
                i want to talk to an agent
                how do i remove my bank card
                how do i move money to my bank account
                i forgot my password
                my refund has not arrived after three days
                no not the loan the credit card
                wait i have another question
                my account is locked and i can not log in
                why is the fee so high
                i want to pay my bill early
                can i pay a few days later
                please stop and listen to me
                i sent money to the wrong person
                how do i turn on face payment
                i changed my phone number
                show me the bill of last month
                how long does a transfer take
                that is not what i asked
            """),
            hesitations=_pieces("""
                i wanted to ask about | my last bill
                so | my card | does not work any more
                because yesterday i sent some money | and it has not arrived
                my loan | why is the limit gone
                well | i would like to change my password
                i bought something online and | the shop does not refund me
                hello my | payment does not go through
                if i pay early | do i have to pay a fee
            """),
            yesno=_lines("""
                no that is wrong
                yes that is my question
                no no no
                not really
                yes it was me
                no thank you
            """),
            amounts=_lines("""
                three hundred and fifty dollars
                twelve hundred dollars
                twenty thousand
                eighty eight dollars and fifty cents
                six hundred
            """),
            backchannels=_lines("""
                mm hm
                uh huh
                right
                okay
                i see
                yeah
                sure
                oh
            """),
        ),
        "test": Wordings(
            utterances=_lines("""
                what happens if i can not pay
                i would like to close my loan
                get me a real person please
                how do i log in on a new phone
                i lost my bank card what should i do
                why does my payment keep failing
                what does a withdrawal cost
                the shop never shipped my order
                somebody has taken over my account
                i mean the credit card not the debit card
                i have tried that already
                how can i get a higher limit
                where do i cancel the automatic payment
                my identity check never works
                my friend did not get the money i sent
                there is a charge on my bill that is not mine
                where did my savings interest go
                how do i change the phone number on file
                could you repeat that please
                when is my bill due
                why can i not use my coupon
                does the money come back when a gift expires
                i was charged twice
                how do i turn on the fingerprint
            """),
            hesitations=_pieces("""
                my bill | i can not pay it this month
                could you tell me | how to replace my bank card
                yesterday i | got a message | that i am overdue
                but i | have already paid
                what i want to know is | why there is a fee
                the thing i bought | was never shipped
                when i have lost my password | what should i do
                my phone number | is a new one now
                and then | the code does not arrive
                also | can my limit be higher
            """),
            yesno=_lines("""
                no that is not it
                yes exactly that one
                no way
                no i do not need it
                yes that is what i mean
                i do not think so
            """),
            amounts=_lines("""
                four hundred and twenty dollars
                two thousand three hundred dollars
                fifty thousand
                ninety nine dollars and ninety cents
                seven hundred and eighty
                one hundred and five dollars
            """),
            backchannels=_lines("""
                mm
                mm hmm
                yep
                ok
                oh i see
                got it
                alright
                aha
                all right
                oh okay
            """),
        ),
    },
}
