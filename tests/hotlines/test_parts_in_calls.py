"""Every part in a typed call, in both languages: asked, checked, chosen, read back, refused, handed over."""

import shutil

import pytest

from tests.hotlines.packs import QUESTIONS, replace_text, shop
from voicebot.engine import load_engine
from voicebot.events import EventLog, QuestionAnswered, SlotFilled, SurveyAnswered, Transferred
from voicebot.typed import TypedCall

ORDERS = {
    "zh-CN": [{"title": "昨天的运动鞋", "number": "2026030112345678"}, {"title": "蓝色雨伞", "number": "20260301998877"}],
    "en-US": [{"title": "running shoes", "number": "2026030112345678"}, {"title": "a blue umbrella", "number": "20260301998877"}],
}
CARDS = [{"title": "工商银行", "number": "6222020200111234"}, {"title": "招商银行", "number": "6225880137705678"}]
KNOWN = {"phone": "13800138000", "id_tail": "1234"}


class Talk:
    """A typed call with a pack."""

    def __init__(self, engine, profile):
        self.log = EventLog(unmasked=True)
        self.call = TypedCall(engine, profile=profile, log=self.log)
        self.said = self.call.open()

    def say(self, text):
        self.said = self.call.say(text)
        return " ".join(prompt.text for prompt in self.said)

    def keys(self, keys):
        self.said = self.call.keys(keys)
        return " ".join(prompt.text for prompt in self.said)

    @property
    def acts(self):
        return [prompt.act for prompt in self.said]

    @property
    def slots(self):
        return {event.slot: event.value for event in self.events(SlotFilled)}

    def events(self, kind):
        return [record.event for record in self.log if isinstance(record.event, kind)]

    @property
    def answered(self):
        return [event.question for event in self.events(QuestionAnswered)]


@pytest.fixture(scope="module")
def engines(tmp_path_factory):
    """A shop whose three questions use every part."""
    folder = shop(tmp_path_factory.mktemp("packs"))
    cache = tmp_path_factory.mktemp("cache")
    replace_text(folder / "hotline.yaml", "  survey:\n", "  survey:\n  callback: {business: account}\n")
    refund = {
        "zh-CN": (
            "    answer: 退款会退回",
            "    use: [amount, date, card_choice]\n    answer: 您{date}的{amount}退到尾号{card_tail}。退款会退回",
        ),
        "en-US": (
            "    answer: A refund",
            "    use: [amount, date, card_choice]\n    answer: We have {amount} of {date}, to {card_tail}. A refund",
        ),
    }
    for language, (old, new) in refund.items():
        replace_text(folder / QUESTIONS[language], old, new)
        replace_text(folder / QUESTIONS[language], "use: [identity_check]", "use: [identity_check, agent_transfer]")
    loaded = {language: load_engine(str(folder), language, audio=False, cache=cache) for language in QUESTIONS}
    shutil.rmtree(folder)  # a loaded pack needs its files no more
    return loaded


@pytest.fixture
def talk(engines):
    def begin(language="zh-CN", **profile):
        return Talk(engines[language], profile)

    return begin


PARCEL = {"zh-CN": "我的包裹怎么还没到", "en-US": "where is my parcel"}
REFUND = {"zh-CN": "退款什么时候到账", "en-US": "when do i get my refund"}
PHONE = {"zh-CN": "我要换手机号", "en-US": "i want to change my phone number"}
CALLBACK = {"zh-CN": "你们给我回个电话", "en-US": "please call me back"}


# ---------------------------------------------------------------- choosing


@pytest.mark.parametrize(
    ("language", "words", "tail"),
    [
        ("zh-CN", "雨伞", "998877"),
        ("zh-CN", "第一笔", "345678"),
        ("zh-CN", "昨天的运动鞋那个", "345678"),
        ("zh-CN", "九九八八七七", "998877"),
        ("en-US", "the umbrella", "998877"),
        ("en-US", "the second one", "998877"),
        ("en-US", "running shoes", "345678"),
    ],
)
def test_an_order_is_chosen_by_name_by_place_or_by_number(talk, language, words, tail):
    call = talk(language, orders=ORDERS[language])
    asked = call.say(PARCEL[language])
    assert all(order["title"] in asked for order in ORDERS[language])
    assert call.call.expectation.kind == "choice"
    answer = call.say(words)
    assert call.slots == {"order_tail": tail}
    assert tail in answer
    assert call.answered == ["parcel_late"]


def test_an_order_is_chosen_with_a_key(talk):
    call = talk(orders=ORDERS["zh-CN"])
    call.say(PARCEL["zh-CN"])
    call.keys("2")
    assert call.slots == {"order_tail": "998877"}


def test_a_single_order_is_confirmed_and_a_no_asks_for_the_number(talk):
    call = talk(orders=ORDERS["zh-CN"][:1])
    assert "是昨天的运动鞋，对吗" in call.say(PARCEL["zh-CN"])
    call.say("对")
    assert call.slots == {"order_tail": "345678"}
    call = talk(orders=ORDERS["zh-CN"][:1])
    call.say(PARCEL["zh-CN"])
    assert "订单号的后六位" in call.say("不是")


def test_none_of_those_named_asks_for_the_number_and_only_the_callers_own_is_taken(talk):
    call = talk(
        orders=[*ORDERS["zh-CN"], {"title": "茶叶", "number": "20260228456456"}, {"title": "书", "number": "20260227111222"}]
    )
    assert "书" not in call.say(PARCEL["zh-CN"]), "three are named"
    assert "订单号的后六位" in call.say("都不是")
    assert "没有查到这个订单" in call.say("654321")
    call.say("111222")
    assert call.slots == {"order_tail": "111222"}


def test_without_orders_on_file_the_number_is_asked_for(talk):
    call = talk()
    assert "订单号的后六位" in call.say(PARCEL["zh-CN"])
    assert "好像不对" not in call.say("123456")
    assert call.slots == {"order_tail": "123456"}


def test_whoever_has_no_number_gets_the_answer_as_far_as_it_goes(talk):
    call = talk()
    call.say(PARCEL["zh-CN"])
    answer = call.say("我不知道")
    assert "超过三天" in answer
    assert "{" not in answer
    assert call.answered == ["parcel_late"]


# ---------------------------------------------------------------- amount, date, card


@pytest.mark.parametrize(
    ("language", "turns", "slots", "said"),
    [
        ("zh-CN", ("三百五十块", "三月五号", "招商银行那张"), {"amount": "350", "card_tail": "5678"}, "350元"),
        (
            "en-US",
            ("thirty five dollars", "march the fifth", "five six seven eight"),
            {"amount": "35", "card_tail": "5678"},
            "$35",
        ),
    ],
)
def test_amount_date_and_card_one_after_another(talk, language, turns, slots, said):
    call = talk(language, cards=CARDS)
    call.say(REFUND[language])
    for turn in turns:
        answer = call.say(turn)
    assert call.answered == ["refund_status"]
    assert {name: value.removesuffix(".00") for name, value in call.slots.items() if name != "date"} == slots
    assert call.slots["date"].endswith("-03-05")
    assert said in answer


def test_an_amount_out_of_range_is_asked_for_again(talk):
    call = talk()
    call.say(REFUND["zh-CN"])
    assert "金额好像不对" in call.say("一亿块")
    call.say("二十块")
    assert call.slots["amount"].removesuffix(".00") == "20"


def test_a_card_is_named_with_its_bank_and_end(talk):
    call = talk(cards=CARDS)
    call.say(REFUND["zh-CN"])
    call.say("二十块")
    assert "工商银行尾号1234，还是招商银行尾号5678" in call.say("三月五号")
    assert "尾号幺二三四" in call.said[-1].spoken


# ---------------------------------------------------------------- identity, agent


def test_an_identity_that_matches_goes_to_the_agent_with_what_was_asked(talk):
    call = talk(**KNOWN)
    assert "登记的手机号" in call.say(PHONE["zh-CN"])
    assert "13800138000" not in call.say("13800138000"), "what identifies somebody is not read back"
    assert call.acts[-1] == "supplement"
    call.say("1234")
    (transfer,) = call.events(Transferred)
    assert (transfer.reason, transfer.question) == ("question", "phone_change")
    assert transfer.context["slots"] == {"id_phone": "13800138000", "id_tail": "1234"}
    assert call.call.ended


@pytest.mark.parametrize("language", ["zh-CN", "en-US"])
def test_an_identity_that_never_matches_goes_to_an_agent_unverified(talk, language):
    other = {"zh-CN": "13900139000", "en-US": "2025550199"}[language]
    call = talk(language, phone="13800138000")
    call.say(PHONE[language])
    for _ in range(2):
        call.say(other)
        assert call.acts == ["bad_slot", "supplement"]
    call.say(other)
    (transfer,) = call.events(Transferred)
    assert transfer.reason == "slot"
    assert transfer.context["slots"] == {}
    assert not call.answered


def test_whoever_will_not_say_who_they_are_goes_to_an_agent(talk):
    call = talk(**KNOWN)
    call.say(PHONE["zh-CN"])
    call.say("我不记得了")
    assert call.events(Transferred)[0].reason == "slot"


def test_a_number_said_in_passing_does_not_identify_an_unknown_caller(talk):
    call = talk()
    assert "登记的手机号" in call.say("我要换手机号，新号码是13900139000")


# ---------------------------------------------------------------- callback, survey


@pytest.mark.parametrize(
    ("language", "number", "yes", "time", "said"),
    [
        ("zh-CN", "13800138000", "对", "下午吧", "我们会在下午拨打13800138000联系您"),
        ("en-US", "2025550123", "yes", "in the evening", "call 2025550123 in the evening"),
    ],
)
def test_a_callback_is_booked_at_a_number_that_is_read_back(talk, language, number, yes, time, said):
    call = talk(language)
    call.say(CALLBACK[language])
    assert number in call.say(number)
    assert call.acts[-1] == "read_back"
    call.say(yes)
    assert call.call.expectation.kind == "choice"
    assert said in call.say(time)
    assert call.answered == ["callback"]


def test_a_callback_to_a_wrong_number_is_put_right(talk):
    call = talk()
    call.say(CALLBACK["zh-CN"])
    call.say("13800138001")
    call.say("不对")
    call.say("13800138000")
    call.say("对")
    call.say("第三个")
    assert call.slots == {"callback_phone": "13800138000", "callback_time": "晚上"}


@pytest.mark.parametrize(("said", "score"), [("五分", 5), ("#3", 3)])
def test_the_survey_comes_last(talk, said, score):
    call = talk()
    for turn in (PARCEL["zh-CN"], "123456", "清楚了", "没有了"):
        call.say(turn)
    assert call.acts == ["survey"]
    assert call.call.expectation.timeouts.noinput == 4.0
    if said.startswith("#"):
        call.keys(said[1:])
    else:
        call.say(said)
    assert [event.score for event in call.events(SurveyAnswered)] == [score]
    assert call.call.ended
