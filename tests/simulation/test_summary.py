"""Curves, summary and page of a run, and whether two tiers agree."""

from dataclasses import replace
from html import unescape

from tests.simulation.test_pairing import LOST, RIGHT, WRONG
from voicebot.simulation.batch import Lost
from voicebot.simulation.calibration import agreement
from voicebot.simulation.curves import curves
from voicebot.simulation.page import write_page
from voicebot.simulation.results import CallResult, ResultsFile
from voicebot.simulation.settings import SimulationSettings
from voicebot.simulation.summary import summary
from voicebot.types import OTHER


def _labelled(record, **labels):
    return replace(record, labels={"snr_db": 12.0, "profile_kind": "neutral", "vague": False, **labels})


def _run(*records):
    return {number: CallResult(number, record, 0.5) for number, record in enumerate(records)}


def test_a_call_lies_where_its_labels_say():
    calls = [
        _labelled(RIGHT, snr_db=3.0, vague=True),
        _labelled(LOST, snr_db=5.0),
        _labelled(WRONG, snr_db=25.0, profile_kind="misleading"),
        _labelled(replace(RIGHT, true_question=OTHER), snr_db=3.0),
    ]
    found = curves(calls)
    assert {place: point["n"] for place, point in found["snr"].items()} == {"≤ 5 dB": 2, "> 20 dB": 1}
    assert found["snr"]["≤ 5 dB"]["correct_coverage"]["rate"] == 0.5
    assert found["profile"]["misleading"]["coverage"]["rate"] == 1.0
    assert found["profile"]["misleading"]["correct_coverage"]["rate"] == 0.0
    assert found["vague"]["yes"]["n"] == 1
    assert curves([RIGHT])["snr"] == {}


def test_systems_stand_in_the_order_of_the_comparison():
    systems = {"menu": _run(RIGHT, RIGHT), "full": _run(RIGHT, LOST), "no-guess": _run(WRONG, RIGHT)}
    document = summary(systems, 4, [Lost("menu", 7, "died")])
    assert list(document["systems"]) == ["full", "menu", "no-guess"]
    assert set(document["differences"]) == {"menu", "no-guess"}
    assert document["differences"]["menu"]["coverage"]["value"] == 0.5
    assert document["speed"]["full"]["calls_a_second"] == 2.0
    assert document["failed"] == [{"system": "menu", "number": 7, "error": "died"}]


def test_nothing_that_was_said_can_break_the_page(tmp_path):
    document = summary({"full": _run(RIGHT, WRONG)}, 0, [Lost("full", 1, "<script>alert(1)</script>")])
    write_page(document, tmp_path / "page.html", SimulationSettings(2, hotline="<b>&"))
    page = (tmp_path / "page.html").read_text("utf8")
    assert "<script" not in page
    assert "&lt;script&gt;" in page
    assert "<b>" not in page


def test_the_page_names_every_file_that_repeating_the_run_takes_and_says_how_its_figures_are_read(tmp_path):
    settings = SimulationSettings(2, tier="text", hotline="my pack", population="p.yaml", channel="c.json", seed=4)
    write_page(summary({"full": _run(RIGHT), "menu": _run(WRONG)}, 4), tmp_path / "page.html", settings)
    page = unescape((tmp_path / "page.html").read_text("utf8"))
    assert "--seed 4 --lang zh-CN --hotline 'my pack' --population p.yaml --channel c.json<" in page
    assert "bootstrap" in page
    assert "question of the catalogue" in page


def test_tiers_agree_where_their_intervals_overlap(tmp_path):
    for name, records in (("a", [RIGHT] * 40), ("b", [RIGHT] * 38 + [LOST] * 2), ("c", [LOST] * 40)):
        (tmp_path / name).mkdir()
        file = ResultsFile(tmp_path / name)
        file.open()
        for result in _run(*records).values():
            file.append(result)
        file.close()
    near, far = agreement(tmp_path / "a", tmp_path / "b")["full"], agreement(tmp_path / "a", tmp_path / "c")["full"]
    assert near["coverage"]["agree"]
    assert not far["coverage"]["agree"]
    assert (far["coverage"]["audio"], far["coverage"]["text"]) == (1.0, 0.0)
