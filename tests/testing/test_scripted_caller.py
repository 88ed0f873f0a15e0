"""The scripted caller speaks when it is due, relative to what the bot does."""

from typing import Any

import numpy as np
import pytest

from voicebot.events import Decided, PromptFinished, PromptStarted, Record
from voicebot.testing.caller import BotWatch
from voicebot.testing.script import Script
from voicebot.testing.scripted_caller import ScriptedCaller

LOUD = np.full(3200, 1000, dtype=np.int16)
"""0.2 s of the caller."""


def run(
    script: Script, bot: list[tuple[float, float]], seconds: float, background: Any = None
) -> tuple[ScriptedCaller, dict[str, list[float]]]:
    """Play `script` against a bot that sounds in the given spans of seconds; when the caller sounded, pressed keys, hung up."""
    audio = [LOUD if "caller" in type(turn).model_fields else None for turn in script.turns]
    caller = ScriptedCaller(script, audio, background)
    heard: dict[str, list[float]] = {"speech": [], "keys": [], "hung_up": []}
    for frame in range(round(seconds * 50)):
        news = [Record(frame, PromptStarted("p", "ask", "…")) for start, _ in bot if round(start * 50) == frame]
        news += [Record(frame, PromptFinished("p", "ask")) for _, end in bot if round(end * 50) == frame]
        out = caller.next_frame(news)
        heard["speech"] += [frame / 50] if np.abs(out.frame).max() >= 1000 else []
        heard["keys"] += [frame / 50] if out.keys else []
        if out.hung_up:
            heard["hung_up"].append(frame / 50)
            break
    return caller, heard


def script(*turns: dict[str, Any]) -> Script:
    return Script.model_validate({"name": "x", "turns": list(turns)})


def test_an_answer_comes_after_the_bots_turn() -> None:
    _, heard = run(script({"caller": "对"}), [(0.0, 2.0)], 4)
    assert heard["speech"] == [2.4 + i / 50 for i in range(10)]


def test_a_gap_between_two_prompts_is_not_the_end_of_the_turn() -> None:
    _, heard = run(script({"caller": "对"}), [(0.0, 1.0), (1.16, 3.0)], 5)
    assert heard["speech"][0] == 3.4


def test_barging_in_counts_from_the_start_of_the_prompt() -> None:
    _, heard = run(script({"caller": "好"}, {"caller": "不是", "at": "prompt+1.2s"}), [(0.0, 1.0), (3.0, 9.0)], 9)
    assert heard["speech"][0] == 1.4
    assert heard["speech"][10] == 4.2


def test_going_on_after_a_pause_of_ones_own() -> None:
    _, heard = run(script({"caller": "三八"}, {"caller": "六二", "at": "caller+0.6s"}), [(0.0, 1.0)], 4)
    assert heard["speech"][10] == 2.2


def test_silence_lasts_until_the_bot_speaks_up() -> None:
    _, heard = run(script({"silence": "9s"}, {"caller": "喂"}), [(0.0, 1.0), (7.0, 8.0)], 12)
    assert heard["speech"][0] == 8.4


def test_keys_and_hanging_up() -> None:
    _, heard = run(script({"keys": "12#"}, {"hangup": "end+1s"}), [(0.0, 1.0), (2.0, 3.0)], 9)
    assert heard["keys"] == [1.4]
    assert heard["hung_up"] == [4.0]


def test_a_bot_that_stays_silent_does_not_silence_the_caller() -> None:
    _, heard = run(script({"caller": "一"}, {"caller": "二"}), [(0.0, 1.0)], 30)
    assert len(heard["speech"]) == 20
    assert heard["hung_up"]


def test_the_background_is_there_from_the_first_frame() -> None:
    caller = ScriptedCaller(script({"caller": "一"}), [LOUD], np.arange(500, dtype=np.int16))
    first = caller.next_frame([]).frame
    second = caller.next_frame([]).frame
    assert first.tolist() == list(range(320))
    assert second.tolist() == list(range(320, 500)) + list(range(140))


def test_the_breath_between_two_prompts_ends_no_silence() -> None:
    caller, _ = run(script({"silence": "2s"}, {"silence": "2s"}), [(0.0, 1.0), (1.14, 2.0)], 4.5)
    assert caller.unsaid == 1


@pytest.mark.parametrize(
    ("asked", "answer"),
    [
        (["mine"], "对"),
        (["another"], "不对"),
        (["another", "mine"], "第二个"),
        ([], "我说的是这个"),
    ],
)
def test_an_answer_depends_on_what_the_bot_asks_about(asked: list[str], answer: str) -> None:
    act = "clarify" if len(asked) > 1 else "confirm" if asked else "guide"
    words = script(
        {"caller": "对", "when": "confirm", "about": "mine"},
        {"caller": "不对", "when": "confirm", "unless_about": "mine"},
        {"caller": "第二个", "when": "clarify", "about": ["mine"]},
        {"caller": "我说的是这个", "when": "guide"},
    )
    caller = ScriptedCaller(words, [LOUD] * 4)
    caller.next_frame(
        [Record(0, Decided("open", "evidence", act, act, questions=asked)), Record(0, PromptStarted("p", act, "…"))]
    )
    caller.next_frame([Record(1, PromptFinished("p", act))])
    for _ in range(50):
        caller.next_frame([])
    assert [words.turns[spoken.step].caller for spoken in caller.spoken][:1] == [answer]


def test_a_prompt_that_names_its_question_goes_before_what_was_decided() -> None:
    watch = BotWatch()
    watch.notice([Record(0, Decided("open", "evidence", "clarify", "clarify", questions=["one", "two"]))])
    watch.notice([Record(1, PromptStarted("p", "sorry", "…"))])
    assert watch.last_questions == ("one", "two")
    watch.notice([Record(2, PromptStarted("p", "confirm", "…", "two"))])
    assert watch.last_questions == ("two",)


def test_an_answer_to_what_was_not_asked_is_left_out() -> None:
    words = script({"caller": "对", "when": "confirm"}, {"caller": "清楚了", "when": ["ask", "clear"]})
    caller, heard = run(words, [(0.0, 2.0)], 4)
    assert [spoken.step for spoken in caller.spoken] == [1]
    assert heard["speech"][0] == 2.4


@pytest.mark.parametrize(
    ("when", "begins"),
    [
        ("confirm", 1.2),  # the bot only asks: what cuts in does not wait for the end of a prompt to which 对 is no answer
        ("ask", 6.4),  # the bot asks what 对 answers: it is said after that, and the next prompt is the one that is cut into
    ],
)
def test_an_answer_that_is_left_out_does_not_keep_the_next_words_from_cutting_in(when: str, begins: float) -> None:
    words = script({"caller": "对", "when": when}, {"caller": "不是", "at": "prompt+1.2s"})
    _, heard = run(words, [(0.0, 6.0)], 7)
    assert heard["speech"][0] == begins
