"""Scripts run typed: what holds, what fails and where, and what cannot be checked."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from voicebot.engine import Engine
from voicebot.events import CallEnded, PromptStopped
from voicebot.testing.loading import LoadedScript
from voicebot.testing.outcome import Door, ScriptResult, Status
from voicebot.testing.running import RunSettings, run_script
from voicebot.testing.timeline import page

Load = Callable[..., list[LoadedScript]]
Run = Callable[..., ScriptResult]

CONFIRMED = """
name: 还款失败
turns:
  - bot: {act: ask, state: open, says~: 请问有什么可以帮您}
  - caller: 我这花呗一直还款失败
  - bot: {act: confirm, question: repay_failed, belief: [p(repay_failed) > 0.5, p(repay) >= p(card), p(card_lost) < 0.2]}
  - caller: 对
  - bot:
      act: answer
      state: clear
      says~: [核对银行卡余额, "/再还一次。$/"]
      events: [QuestionConfirmed, {QuestionAnswered: {question: repay_failed, confirmed: true}}]
      not: {any_of: [{act: transfer}, {says~: 人工}]}
  - caller: 没有了
  - bot: {act: goodbye, questions: []}
ends: {outcome: self_service, located: repay_failed, confirmed: true, turns: 2, total_turns: "<= 3", events: [CallEnded]}
"""


@pytest.fixture
def run(load: Load, small: Engine) -> Run:
    def runner(text: str, door: Door = Door.TYPED, **more: object) -> ScriptResult:
        [loaded] = load(text)
        return run_script(loaded, door, engine=small, **more)  # type: ignore[arg-type]

    return runner


def test_a_script_that_holds_passes(run: Run) -> None:
    result = run(CONFIRMED)
    assert result.failures == ()
    assert result.status is Status.PASSED
    assert result.turns == 3


@pytest.mark.parametrize(
    ("old", "new", "line", "happened"),
    [
        ("act: confirm", "act: clarify", 5, "act: confirm"),
        ("question: repay_failed, belief", "question: card_lost, belief", 5, "question: repay_failed"),
        ("p(card_lost) < 0.2", "p(card_lost) > 0.2", 5, r"p\(card_lost\) = 0\.0"),
        ("核对银行卡余额", "打电话", 7, "says~: 关于花呗还款失败"),
        ("/再还一次。$/", "/^再还/", 7, "says~: 关于"),
        ("confirmed: true}}", "confirmed: false}}", 7, r"QuestionAnswered\(question: repay_failed, confirmed: True\)"),
        ("[QuestionConfirmed, ", "[Transferred, ", 7, "no Transferred"),
        ("says~: 人工", "says~: 核对", 7, "核对"),
        ("outcome: self_service", "outcome: agent", 15, "outcome: self_service"),
        ("turns: 2", "turns: 1", 15, "turns: 2"),
        ("events: [CallEnded]", "not: {outcome: self_service}", 15, "outcome: self_service"),
    ],
)
def test_what_does_not_hold_is_named_with_its_line(run: Run, old: str, new: str, line: int, happened: str) -> None:
    assert old in CONFIRMED
    result = run(CONFIRMED.replace(old, new))
    assert result.status is Status.FAILED
    [failure] = result.failures
    assert failure.line == line
    assert failure.path.endswith("x.call.yaml")
    assert re.search(happened, failure.happened)


def test_events_must_come_in_their_order(run: Run) -> None:
    text = CONFIRMED.replace("[QuestionConfirmed, {QuestionAnswered", "[QuestionAnswered, QuestionConfirmed, {QuestionAnswered")
    result = run(text)
    assert result.failures[0].expected == "event QuestionConfirmed"


def test_what_needs_audio_is_unchecked_when_typed_and_never_passed(run: Run) -> None:
    result = run("""
name: x
turns:
  - bot: {act: ask, within: 1s}
  - caller: 转人工
    at: prompt+1s
  - bot: {stopped_within: 1ms, any_of: [{act: transfer}, {events: [Hushed]}], not: {events: [SpeechDiscarded]}}
ends: {within: 1s}
""")
    assert result.failures == ()
    assert [finding.expected for finding in result.unchecked] == [
        "within: 1s",
        "stopped_within: 0.001s",
        "any of: act: transfer | event Hushed",
        "not: event SpeechDiscarded",
        "within: 1s",
    ]


def test_a_caller_who_cuts_in_is_heard_where_they_do(run: Run) -> None:
    result = run("""
name: x
profile: {events: [repayment_failed]}
turns:
  - bot: {act: proactive_guess}
  - caller: 对
    at: prompt+3.5s
  - bot: {act: answer, question: repay_failed, events: [{PromptStopped: {name: proactive_guess}}]}
""")
    assert result.failures == ()
    assert len([r for r in result.records if isinstance(r.event, PromptStopped)]) == 1


def test_backchannels_and_noises_are_left_out_when_typed(run: Run) -> None:
    result = run("""
name: x
turns:
  - caller: 我这花呗一直还款失败
  - bot: {act: confirm}
  - caller: 嗯
    backchannel: true
    at: prompt+0.5s
  - noise: {kind: babble, seconds: 2}
  - bot: {act: confirm, events: [Resumed]}
  - caller: 对
  - bot: {act: answer}
""")
    assert result.failures == ()
    assert [finding.expected for finding in result.unchecked] == ["event Resumed"]
    assert result.turns == 2


def test_words_that_go_on_are_one_typed_turn(run: Run) -> None:
    result = run("""
name: x
turns:
  - caller: 我想解绑一张银行卡
  - caller: 对
  - bot: {act: supplement}
  - caller: 三八
  - caller: 六二
    at: caller+0.6s
  - bot: {slots: {card_tail: "3862"}}
ends: {slots: {card_tail: "3862"}}
""")
    assert result.failures == ()


def test_keys_silence_and_hanging_up(run: Run) -> None:
    result = run("""
name: x
turns:
  - bot: {act: ask}
  - silence: 2s
  - silence: 7s
  - bot: {act: noinput, events: [{CallerSilentFor: {count: 1}}]}
  - caller: 我这花呗一直还款失败
  - keys: "1"
  - bot: {act: answer}
  - hangup: prompt+1s
ends: {outcome: hung_up}
""")
    assert result.failures == ()


def test_a_call_that_ends_too_early_fails_at_the_step_that_was_not_said(run: Run) -> None:
    result = run("name: x\nturns:\n  - caller: 我的钱被骗了\n  - bot: {act: transfer}\n  - caller: 喂\n  - caller: 还在吗\n")
    [failure] = result.failures
    assert failure.line == 5
    assert "the call was over (agent)" in failure.happened


def test_a_caller_may_be_gone_before_the_bot_says_a_word(run: Run) -> None:
    result = run("name: x\nturns:\n  - hangup: caller+0s\nends: {outcome: abandoned}\n")
    assert result.failures == ()
    assert [type(r.event).__name__ for r in result.records] == ["CallOpened", "Decided", "CallEnded"]


def test_settings_change_the_pack_for_one_script(run: Run, small: Engine) -> None:
    result = run("""
name: x
settings: {survey: true, thresholds: {read_back: 2, noinputs: 1}}
turns:
  - caller: 我想解绑一张银行卡
  - caller: 对
  - caller: "3862"
  - bot: {act: read_back, state: read_back}
  - caller: 对
  - caller: 没有了
  - bot: {state: survey}
  - keys: "5"
  - bot: {act: goodbye, events: [{SurveyAnswered: {top: true}}]}
""")
    assert result.failures == ()
    assert small.hotline.survey is False


def test_expectations_belong_to_what_the_bot_does_before_the_callers_next_step(run: Run) -> None:
    ordered = "name: x\nturns:\n  - bot: {act: ask}\n  - silence: 7s\n  - bot: {act: noinput}\n  - bot: {state: open}\n"
    assert run(ordered).failures == ()
    swapped = "name: x\nturns:\n  - bot: {act: noinput}\n  - silence: 7s\n  - bot: {act: greet}\n"
    assert [failure.line for failure in run(swapped).failures] == [3, 5]


@pytest.mark.parametrize(
    ("text", "door", "reason"),
    [
        ("name: x\nonly: spoken\nturns:\n  - caller: 好\n", Door.TYPED, "only spoken"),
        ("name: x\nonly: typed\nturns:\n  - caller: 好\n", Door.SPOKEN, "only typed"),
    ],
)
def test_what_makes_no_sense_is_skipped_with_its_reason(run: Run, text: str, door: Door, reason: str) -> None:
    result = run(text, door)
    assert (result.status, result.reason) == (Status.SKIPPED, reason)


def test_that_the_caller_hangs_up_in_the_end_is_no_answer_in_which_nothing_wrong_happens(run: Run) -> None:
    result = run("name: x\nturns:\n  - caller: 我这花呗一直还款失败\n  - bot: {not: {act: confirm}}\n")
    (failure,) = result.failures
    assert failure.expected == "not: act: confirm"
    gone = run("name: x\nturns:\n  - hangup: end+1s\n  - bot: {act: hung_up}\n")
    assert gone.status is Status.PASSED


def test_the_same_script_gives_the_same_log(run: Run) -> None:
    assert run(CONFIRMED).records == run(CONFIRMED).records


def test_a_failure_shows_the_call_in_two_columns(run: Run) -> None:
    text = page(run(CONFIRMED.replace("act: confirm", "act: clarify")))
    lines = text.splitlines()
    assert lines[0].startswith("✗ 还款失败  typed, ")
    where = next(index for index, line in enumerate(lines) if "x.call.yaml:5" in line)
    assert "expected  act: clarify" in lines[where + 1]
    assert "happened  act: confirm" in lines[where + 2]
    assert any(re.search(r"0\.\d{3} repay_failed", line) for line in lines[where : where + 5]), "the belief stands beside"
    assert any("我这花呗一直还款失败" in line and line.index("我") > 40 for line in lines), "the caller has the right column"


def test_a_failed_call_is_kept(run: Run, tmp_path: Path) -> None:
    result = run(CONFIRMED.replace("act: confirm", "act: clarify"), settings=RunSettings(out=str(tmp_path / "kept")))
    assert (Path(result.audio) / "events.jsonl").read_text("utf8").count("\n") == len(result.records) + 1
    assert any(isinstance(record.event, CallEnded) for record in result.records)


def test_words_that_may_be_left_out_do_not_lose_the_moment_of_the_next(run: Run) -> None:
    """A confirmation that may not be asked for, and digits into the prompt after it: they cut into that prompt and no other."""
    text = """
name: x
turns:
  - caller: ${words}
  - caller: 对
    when: [confirm]
  - caller: 四零七一
    at: prompt+0.9s
  - bot: {act: answer, slots: {card_tail: "4071"}, events: [{PromptStopped: {act: supplement}}, {PromptFinished: {act: answer}}]}
ends: {not: {events: [PromptStopped, PromptStopped]}}
"""
    for words in ("我要解绑一张卡", "取消绑定"):
        result = run(text.replace("${words}", words))
        assert result.failures == (), page(result)
