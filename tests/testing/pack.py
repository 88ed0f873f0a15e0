"""A small pack in two languages, quick to train: what the tests of scripts are held against."""

from pathlib import Path

HOTLINE = """
name: small
notice: a pack for tests
skill_group: general
risk_group: security
businesses:
  credit: {title: {zh-CN: 花呗借呗, en-US: credit}, skill_group: credit}
  cards: {title: {zh-CN: 银行卡, en-US: cards}, skill_group: cards}
events:
  repayment_failed: {zh-CN: 还款失败, en-US: a repayment failed}
prior:
  other: 0.2
  events: {repayment_failed: {repay_failed: 4.6}}
"""

LANGUAGE = """
title: 测试热线
voice: cmn
rate: 220
"""

QUESTIONS = """
questions:
  - id: repay_failed
    business: credit
    title: 花呗还款失败
    examples: [花呗还不了款, 花呗还款失败了, 还花呗老是不成功, 花呗扣款没扣成, 花呗怎么还不进去, 我的花呗还款提示失败]
    answer: 请核对银行卡余额，再还一次。
    related: [repay_early]
  - id: repay_early
    business: credit
    title: 花呗提前还款
    examples: [花呗能提前还吗, 我想提前还花呗, 花呗没到期先还掉, 花呗提前还款怎么弄, 提前结清花呗, 早点还花呗行不行]
    answer: 在还款页选提前还款。
  - id: card_unbind
    business: cards
    title: 解绑银行卡
    examples: [怎么解绑银行卡, 我要解绑一张卡, 银行卡解除绑定, 把绑定的卡删掉, 不想绑这张卡了, 卡怎么取消绑定]
    answer: 尾号{card_tail}的卡在卡包里解绑。
    slots: [{name: card_tail, title: 卡号后四位, kind: digits, length: 4}]
  - id: card_lost
    business: cards
    title: 银行卡挂失
    examples: [我的银行卡丢了, 银行卡怎么挂失, 卡找不到了要挂失, 我要挂失银行卡, 卡不见了怎么办, 挂失一张卡]
    answer: 请马上联系发卡银行。
    agent_only: true
"""


def small_pack(folder: Path) -> Path:
    """Write the pack below `folder`; its path."""
    home = folder / "small"
    (home / "zh-CN" / "questions").mkdir(parents=True)
    (home / "hotline.yaml").write_text(HOTLINE.lstrip(), encoding="utf8")
    (home / "zh-CN" / "language.yaml").write_text(LANGUAGE.lstrip(), encoding="utf8")
    (home / "zh-CN" / "questions" / "all.yaml").write_text(QUESTIONS.lstrip(), encoding="utf8")
    return home
