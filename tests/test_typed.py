"""The typed door: what is said, what is cut off, and how the call ends."""

import pytest

from voicebot.engine import Engine, load_engine
from voicebot.events import CallEnded, CallerTurnTaken, PromptFinished, PromptStarted, PromptStopped
from voicebot.typed import TypedCall


@pytest.fixture(scope="module")
def engine() -> Engine:
    return load_engine("hotline_95188", "zh-CN", audio=False)


def events(call: TypedCall, *kinds: type) -> list[object]:
    return [record.event for record in call.log if isinstance(record.event, kinds)]


def test_a_prompt_is_heard_to_its_end_unless_the_caller_cuts_in(engine: Engine) -> None:
    call = TypedCall(engine)
    call.open()
    assert not events(call, PromptStopped)
    assert len(events(call, PromptStarted)) == len(events(call, PromptFinished)) == 2


def test_cutting_in_stops_the_prompt_and_tells_the_dialogue_how_much_was_heard(engine: Engine) -> None:
    call = TypedCall(engine, profile={"events": ["huabei_repayment_failed"]})
    call.cut_in(1.0)
    call.open()
    assert not events(call, PromptStopped), "nobody has spoken yet"
    call.say("转人工")
    [stopped] = events(call, PromptStopped)
    assert isinstance(stopped, PromptStopped)
    assert (stopped.name, stopped.flushed) == ("greet", 1)
    assert 0.3 < stopped.fraction < 0.6
    assert "您好，这里是智能客服。".startswith(stopped.heard)
    [turn] = events(call, CallerTurnTaken)
    assert isinstance(turn, CallerTurnTaken)
    assert turn.interrupted == "greet"


def test_the_next_prompt_is_heard_whole_again(engine: Engine) -> None:
    call = TypedCall(engine)
    call.cut_in(0.5)
    call.open()
    call.say("我的花呗还款老是失败")
    call.say("对")
    assert len(events(call, PromptStopped)) == 1


def test_a_transfer_cannot_be_interrupted(engine: Engine) -> None:
    call = TypedCall(engine)
    call.open()
    call.cut_in(0.3)
    call.say("我的钱被骗走了")
    assert call.ended
    assert not events(call, PromptStopped)


def test_a_goodbye_that_is_interrupted_is_not_the_end(engine: Engine) -> None:
    call = TypedCall(engine)
    call.open()
    call.cut_in(0.5)
    call.say("没有了")
    assert not call.ended
    call.say("等一下，我的花呗还款失败了")
    assert not call.ended
    assert not events(call, CallEnded)


def test_hanging_up_into_the_goodbye_keeps_its_outcome(engine: Engine) -> None:
    call = TypedCall(engine)
    call.open()
    call.cut_in(0.5)
    call.say("没有了")
    call.hang_up()
    [ended] = events(call, CallEnded)
    assert ended == CallEnded(outcome="closed", by="caller")


def test_slower_prompts_take_longer(engine: Engine) -> None:
    call = TypedCall(engine)
    call.open()
    first = call.seconds
    call.say("说慢一点")
    starts = [r.frame for r in call.log if isinstance(r.event, PromptStarted) and r.event.name == "ask"]
    ends = [r.frame for r in call.log if isinstance(r.event, PromptFinished) and r.event.name == "ask"]
    texts = [r.event.text for r in call.log if isinstance(r.event, PromptStarted) and r.event.name == "ask"]
    speeds = [(end - start) / len(text) for start, end, text in zip(starts, ends, texts, strict=True)]
    assert speeds[1] > speeds[0] * 1.1
    assert first > 0


def test_who_says_nothing_after_all_hears_the_bot_out(engine: Engine) -> None:
    whole, call = TypedCall(engine), TypedCall(engine)
    whole.open()
    call.cut_in(1.0)
    call.open()
    call.hear_out()
    assert events(call, PromptStarted, PromptFinished) == events(whole, PromptStarted, PromptFinished)
    assert abs(call.seconds - whole.seconds) < 0.1
    assert call.hear_out() == []
    call.cut_in(0.5)
    call.say("没有了")
    call.hear_out()
    assert call.ended
    assert not events(call, PromptStopped)


def test_a_key_is_pressed_as_soon_as_its_option_was_named(engine: Engine) -> None:
    call = TypedCall(engine, system="menu")
    call.cut_in_after(lambda prompt: "银行卡" in prompt.text, 0.4)
    prompts = call.open()
    assert call.cut_off is not None
    named = next(index for index, prompt in enumerate(prompts) if "银行卡" in prompt.text)
    assert call.cut_off.prompt is prompts[named + 1]
    call.keys("4")
    assert len(events(call, PromptStopped)) == 1
