"""What a screen shows follows from the log alone."""

from voicebot.events import (
    BeliefChanged,
    CallEnded,
    CallerTurnTaken,
    CallOpened,
    Decided,
    Event,
    Hushed,
    PartialHeard,
    Paused,
    PromptFinished,
    PromptStarted,
    PromptStopped,
    QuestionConfirmed,
    QuestionLocated,
    Record,
    Resumed,
    SpeechDiscarded,
    SpeechEnded,
    SpeechStarted,
    VoiceLate,
)
from voicebot.live.status import Bot, CallStatus


def after(*events: Event) -> CallStatus:
    status = CallStatus()
    for frame, event in enumerate(events):
        status.take(Record(frame, event))
    return status


def test_the_floor_goes_from_bot_to_both_to_caller() -> None:
    events: list[Event] = [CallOpened("h", "zh-CN"), PromptStarted("p", "answer", "很长的回答"), SpeechStarted(0.3, "p")]
    assert after(*events[:1]).floor == "nobody"
    assert after(*events[:2]).floor == "bot"
    assert after(*events).floor == "both"
    assert after(*events, Hushed("p")).bot is Bot.HUSHED
    assert after(*events, Hushed("p"), Paused("p")).floor == "caller"
    stopped = after(*events, Hushed("p"), PromptStopped("p", "answer", "很", 0.2))
    assert (stopped.floor, stopped.interruptions) == ("caller", 1)
    assert after(*events, Paused("p"), SpeechDiscarded("backchannel"), Resumed("p", "很")).floor == "bot"
    assert after(*events, SpeechEnded("complete", 1.0), PromptFinished("p", "answer")).floor == "nobody"


def test_what_was_stopped_for_nothing_is_no_interruption() -> None:
    started = PromptStarted("answer", "answer", "一二三四", None, "speech", 2.0)
    stopped = PromptStopped("answer", "answer", "一二", 0.5)
    assert after(started, stopped).interruptions == 1
    taken_up = after(started, stopped, Resumed("answer", "一"))
    assert taken_up.interruptions == 0
    assert taken_up.bot is Bot.SPEAKING
    at_once = PromptStopped("answer", "answer", "", 0.0)
    assert after(started, at_once, Resumed("answer", "")).interruptions == 0


def test_words_belief_state_and_figures_are_the_newest() -> None:
    status = after(
        CallOpened("h", "zh-CN"),
        BeliefChanged({"a": 0.5}, "prior"),
        PartialHeard("我的"),
        PartialHeard("我的 花呗"),
        VoiceLate(2),
        VoiceLate(1),
    )
    assert (status.partial, status.belief, status.late) == ("我的花呗", {"a": 0.5}, 3)
    assert after(PartialHeard("my refund")).partial == "my refund"
    status.take(Record(9, CallerTurnTaken("我的花呗还款失败了", 1)))
    status.take(Record(9, Decided("open", "turn", "confirm", "confirming")))
    status.take(Record(9, QuestionLocated("a", "confirmed", 0.9)))
    status.take(Record(9, QuestionConfirmed("a")))
    assert (status.partial, status.turns, status.state) == ("我的花呗还款失败了", 1, "confirming")
    assert (status.located, status.confirmed, status.outcome) == ("a", True, None)
    status.take(Record(10, CallEnded("self_service", "bot")))
    assert (status.outcome, status.floor) == ("self_service", "nobody")
    assert [line["leg"] for line in status.lines][:2] == ["caller", "note"]
