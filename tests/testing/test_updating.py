"""New behaviour is written down in its place, turn by turn, and nothing else is touched."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from voicebot.engine import Engine
from voicebot.testing.loading import load_scripts
from voicebot.testing.outcome import Door
from voicebot.testing.running import run_script
from voicebot.testing.updating import Change, Update, sharing, update

Write = Callable[..., Path]
Renew = Callable[..., tuple[Update, Path]]


@pytest.fixture
def renew(write: Write, small: Engine) -> Renew:
    def runner(text: str, accept: Callable[[Change], bool] = lambda _: True) -> tuple[Update, Path]:
        path = write(text)
        scripts = load_scripts(path)
        results = [run_script(script, Door.TYPED, engine=small) for script in scripts]
        return update(results, accept, sharing(scripts)), path

    return runner


OLD = """# the first comment
name: x   # of the script
turns:
  - caller: 我这花呗一直还款失败
  - bot: {act: clarify, question: card_lost}   # what the bot asks
  - caller: 对
  - bot:
      act: answer
      says~:
        - 核对银行卡
        - 打电话
      state: more
ends: {outcome: agent, turns: 5}
"""


def test_only_what_failed_is_written_anew(renew: Renew, small: Engine) -> None:
    outcome, path = renew(OLD)
    new = path.read_text("utf8")
    assert "  - bot: {act: confirm, question: repay_failed}   # what the bot asks\n" in new
    assert "        - 核对银行卡\n" in new
    assert "      state: clear\n" in new
    assert "ends: {outcome: hung_up, turns: 2}\n" in new
    assert new.startswith("# the first comment\nname: x   # of the script\n")
    assert (len(outcome.written), outcome.left) == (3, [])
    [again] = load_scripts(path)
    assert run_script(again, Door.TYPED, engine=small).failures == ()


def test_turn_by_turn_each_may_be_refused(renew: Renew) -> None:
    seen: list[int] = []

    def first_only(change: Change) -> bool:
        seen.append(change.line)
        return len(seen) == 1

    outcome, path = renew(OLD, first_only)
    assert seen == [5, 7, 13]
    assert (len(outcome.written), len(outcome.refused)) == (1, 2)
    assert "act: confirm" in path.read_text("utf8")
    assert "outcome: agent" in path.read_text("utf8")


def test_what_changed_is_shown_as_it_was_and_as_it_is(renew: Renew) -> None:
    shown: list[str] = []
    renew(OLD, lambda change: bool(shown.extend(change.lines())))
    assert shown[:4] == ["- act: clarify", "+ act: confirm", "- question: card_lost", "+ question: repay_failed"]


WORDED = """name: x
turns:
  - caller: 我这花呗一直还款失败
  - bot:
      act: confirm
      says: >-
        您是不是想问
        花呗还款失败？
      # parts of it
      says~:
        - 您是不是想问   # one
        - "/还款成.*[？]/"
  # the end
"""


def test_wordings_are_put_anew_by_the_sentence_most_like_them(renew: Renew, small: Engine) -> None:
    shown: list[str] = []
    outcome, path = renew(WORDED, lambda change: not shown.extend(change.lines()))
    assert (len(outcome.written), outcome.left) == (1, [])
    new = path.read_text("utf8")
    said = "是花呗还款失败，对吗？"
    assert f"      says: {said}\n      # parts of it\n      says~:\n        - {said}   # one\n" in new
    assert new.endswith("  # the end\n")
    assert f"+ says: {said}" in shown, "what is shown is what is written"
    [again] = load_scripts(path)
    assert run_script(again, Door.TYPED, engine=small).failures == ()


ROWS = """name: x
rows:
  - {id: 花呗还款失败, then: {act: clarify, question: repay_failed}}   # the first
  - {id: 我想解绑一张银行卡, then: {act: confirm}}
  - {id: 转人工, then: {act: repeat}, state: open}
turns:
  - caller: ${id}
  - bot: ${then}
ends: {not: {outcome: self_service}}
"""


def test_what_a_row_expects_of_its_own_is_written_into_the_row(renew: Renew) -> None:
    outcome, path = renew(ROWS)
    new = path.read_text("utf8").splitlines()
    assert new[2] == "  - {id: 花呗还款失败, then: {act: answer, question: repay_failed}}   # the first"
    assert new[4] == "  - {id: 转人工, then: {act: brief}, state: open}"
    assert [change.line for change in outcome.written] == [3, 5]
    assert [change.scripts for change in outcome.written] == [("x (花呗还款失败)",), ("x (转人工)",)]
    assert outcome.left == []


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("name: x\nvars: {a: clarify}\nturns:\n  - caller: 花呗还款失败\n  - bot: {act: '${a}'}\n", "comes from a variable"),
        (
            "name: x\nrows: [{w: 花呗还款失败}, {w: 转人工}]\nturns:\n  - caller: '${w}'\n  - bot: {act: brief}\n",
            "others that share this turn still expect it",
        ),
        (
            "name: x\nrows: [{w: 花呗还款失败}, {w: 转人工}]\nturns:\n  - caller: '${w}'\n  - bot: {act: repeat}\n",
            "its rows differ in what they would have here",
        ),
        (
            "name: x\nrows: [{w: 花呗还款失败}]\nturns:\n  - caller: '${w}'\n  - bot: {says~: '${w}了吗'}\n",
            "comes from a variable",
        ),
        (
            "name: x\nrows: [{w: 转人工, a: ask}]\nturns:\n  - bot: {act: '${a}'}\n  - caller: '${w}'\n  - bot: {act: '${a}'}\n",
            "comes from a variable",
        ),
        (
            "name: x\nfragments: {f: [{bot: '${a}'}]}\nvars: {a: {act: confirm}}\nturns:\n  - include: f\n",
            "stands in a variable or a fragment",
        ),
        ("name: x\nturns:\n  - bot: {belief: p(card_lost) > 0.9}\n", r"expected p\(card_lost\) > 0.9"),
        ("name: x\nturns:\n  - bot: {events: [Transferred]}\n", "no Transferred"),
    ],
)
def test_what_cannot_be_written_is_left_and_listed(renew: Renew, text: str, why: str) -> None:
    outcome, path = renew(text)
    assert path.read_text("utf8") == text
    [line] = outcome.left
    assert line.startswith(f"{path}:")
    assert re.search(why, line)
