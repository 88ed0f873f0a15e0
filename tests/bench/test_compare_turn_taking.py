"""The comparison with other frameworks: how their doings are scored, and that their clock is not the wall's."""

import asyncio
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from voicebot.bench.clips import Clip

SCRIPTS = Path(__file__).resolve().parents[2] / "scripts" / "compare_turn_taking"


@pytest.fixture
def scripts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(str(SCRIPTS))
    for name in ("scene", "rivals", "virtual_time"):
        monkeypatch.delitem(sys.modules, name, raising=False)


def _clip(kind: str = "utt") -> Clip:
    return Clip(Path("a.wav"), kind, "en-US", ((0.5, 1.0), (1.5, 2.0)), "so my card does")  # type: ignore[arg-type]


@pytest.mark.usefixtures("scripts")
def test_a_pause_that_is_not_taken_back_is_a_stop_from_its_beginning() -> None:
    from rivals import scored
    from scene import Heard

    ours = scored(_clip(), Heard("a.wav", [(0.9, "pause"), (1.6, "stop")], [1.2, 2.7])).barge_in
    assert (ours.hush_ms, ours.stop_ms, ours.carried_on) == (pytest.approx(400.0), pytest.approx(400.0), False)
    resumed = scored(_clip("noise"), Heard("a.wav", [(0.9, "pause"), (1.6, "resume")], [])).barge_in
    assert (resumed.stop_ms, resumed.carried_on, resumed.paused, resumed.resumed) == (None, True, True, True)
    late = scored(_clip("noise"), Heard("a.wav", [(0.9, "pause"), (3.4, "resume")], [])).barge_in
    assert not late.resumed, "more than a second after the sound's end"


@pytest.mark.usefixtures("scripts")
def test_a_turn_handed_over_before_the_end_is_a_cut_and_the_last_one_counts() -> None:
    from rivals import scored
    from scene import Heard

    ends = scored(_clip(), Heard("a.wav", [], [1.2, 2.7])).end_of_turn
    assert ends is not None
    assert ends.cut_in
    assert ends.end_of_turn_ms == pytest.approx(700.0)
    assert scored(_clip("bc"), Heard("a.wav", [], [1.2])).end_of_turn is None


@pytest.mark.usefixtures("scripts")
def test_the_perfect_recogniser_says_each_segments_share_when_it_ends() -> None:
    from scene import words

    clip: dict[str, Any] = {"kind": "pause", "text": "so my card does", "segs": [[0.5, 1.0], [1.5, 2.0]]}
    assert words(clip) == [(1.0, "so my"), (2.0, "card does")]
    assert words({**clip, "text": "我的卡不行"}) == [(1.0, "我的"), (2.0, "卡不行")]
    assert words({**clip, "kind": "noise"}) == []


@pytest.mark.usefixtures("scripts")
def test_an_hour_on_the_virtual_clock_takes_no_time() -> None:
    from virtual_time import run

    async def wait() -> tuple[float, float]:
        before = time.time(), time.monotonic()
        await asyncio.gather(asyncio.sleep(3600.0), asyncio.sleep(10.0))
        return time.time() - before[0], time.monotonic() - before[1]

    began = time.perf_counter()
    assert run(wait) == (pytest.approx(3600.0), pytest.approx(3600.0))
    assert time.perf_counter() - began < 60.0
