"""Coverage counts what the log shows, and names what is missing."""

from collections.abc import Callable
from pathlib import Path

import pytest

from voicebot.dialogue.states import TABLE
from voicebot.engine import Engine
from voicebot.hotlines import load_hotline
from voicebot.testing.coverage import DIMENSIONS, Coverage, prompts, transitions
from voicebot.testing.coverage_page import coverage_page
from voicebot.testing.loading import LoadedScript
from voicebot.testing.outcome import Door
from voicebot.testing.running import run_script

Load = Callable[..., list[LoadedScript]]

SCRIPT = """
name: x
turns:
  - caller: 我想解绑一张银行卡
  - caller: 对
  - caller: 三八六二
  - caller: 没有了，谢谢
"""


@pytest.fixture
def covered(load: Load, small: Engine, pack: Path) -> Coverage:
    [loaded] = load(SCRIPT)
    coverage = Coverage()
    coverage.add(run_script(loaded, Door.TYPED, engine=small).records, str(pack))
    return coverage


def test_what_was_reached_is_counted_and_the_rest_named(covered: Coverage) -> None:
    figures = covered.figures()
    assert tuple(figures) == ("total", *DIMENSIONS)
    missing = {name: set(figures[name]["missing"]) for name in DIMENSIONS}
    assert {"new", "open", "confirm", "supplement", "clear", "bye"}.isdisjoint(missing["states"])
    assert "survey" in missing["states"]
    assert "confirm affirm" not in missing["transitions"]
    assert "confirm deny" in missing["transitions"]
    assert missing["questions"] == {f"small zh-CN {name}" for name in ("repay_failed", "repay_early", "card_lost")}
    assert missing["slots"] == set()
    assert "small zh-CN supplement" not in missing["prompts"]
    assert "zh-CN commands <thanks>" not in missing["rules"]
    assert "zh-CN commands <slower>" in missing["rules"]
    assert figures["slots"]["k"] == figures["slots"]["n"] == 1
    assert figures["total"]["k"] == sum(figures[name]["k"] for name in DIMENSIONS)


def test_cells_that_do_nothing_are_no_transitions() -> None:
    cells = transitions()
    assert "open evidence" in cells
    assert "open played" not in cells, "listening to what was said anyway leaves no trace"
    assert "bye thanks" not in cells, "what comes too late is ignored"
    assert len(cells) < sum(len(row) for row in TABLE.values())


def test_only_prompts_that_a_call_may_hold_are_counted() -> None:
    known = prompts(load_hotline("hotline_95188", "zh-CN"))
    assert {"offer_card_tail", "ask_card_tail", "again_card_tail", "bad_slot", "supplement", "choose_one"} <= set(known)
    assert "choose_slot" not in known, "every slot with a choice words its own"
    assert not any(name.startswith("menu") for name in known), "the key menu is another system"


def test_the_page_holds_every_missing_name_and_nothing_from_elsewhere(covered: Coverage) -> None:
    figures = covered.figures()
    page = coverage_page(figures, 1)
    assert all(f"<code>{name}</code>" in page for name in figures["states"]["missing"])
    assert "zh-CN commands &lt;slower&gt;" in page
    assert "http" not in page


def test_nothing_run_is_nothing_reached() -> None:
    figures = Coverage().figures()
    assert figures["states"]["k"] == 0
    assert figures["questions"]["rate"] is None
