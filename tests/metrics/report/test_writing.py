"""The page of a folder of calls: whole, self-contained, safe, and of a size that opens."""

import base64
import hashlib
import os
import re
from pathlib import Path

import pytest

from tests.metrics.helpers import BYE, GONE, answer, certain, confirm, log, turn
from tests.metrics.report.helpers import Page, full_call, put
from voicebot.errors import VoicebotError
from voicebot.metrics.report import make_report, write_page, writing
from voicebot.types import Language

EVIL = "</script><script>alert(1)</script><img src=x onerror=alert(2)>\" onload='x' {{7*7}} &lt;b&gt; ]]> --> \u202e\u2028"


def page_of(top: Path, language: Language | None = None, **settings: int) -> Page:
    write_page(make_report(top), top / "report.html", language=language, **settings)
    return Page((top / "report.html").read_text("utf8"))


def test_a_call_with_everything(tmp_path: Path) -> None:
    put(tmp_path / "one", full_call(true_question="huabei_repayment_failed"), audio=True)
    page = page_of(tmp_path)
    for shown in (
        "花呗还款失败",
        "机器人",
        "bot",
        "问题识别覆盖率",
        "coverage",
        "★ 定位",
        "↩ the caller goes on",
        "barge-in",
        "评分 5",
    ):
        assert shown in page.text
    for class_ in ("bot", "hush", "pause", "stop", "caller", "gone", "key"):
        assert page.all("rect", class_=class_), class_
    assert page.all("path", class_="resume")
    assert page.all("circle", class_="partial")
    assert page.all("line", class_="rejoin")
    assert page.all("path", class_="wave")
    assert page.all("rect", class_="s0"), "belief"


def test_nothing_that_is_said_becomes_markup(tmp_path: Path) -> None:
    put(tmp_path / "evil", full_call(EVIL, EVIL, true_question=EVIL, also_asks=[EVIL]))
    (tmp_path / "<img src=x onerror=alert(3)>").mkdir()
    (tmp_path / "<img src=x onerror=alert(3)>" / "events.jsonl").write_text(EVIL)
    page = page_of(tmp_path)
    assert not page.all("img")
    assert len(page.all("script")) == 1
    assert not any(name.startswith("on") for _, attrs in page.tags for name in attrs)
    assert EVIL in page.text
    assert "alert" not in page.scripts


def test_a_folder_cannot_make_a_link_of_its_own(tmp_path: Path) -> None:
    put(tmp_path / "javascript:alert(1)" / "a b?#&\"'%41", full_call(), audio=True)
    page = page_of(tmp_path)
    (link,) = {attrs["href"] for attrs in page.all("a") if attrs["href"].endswith("call.wav")}
    assert link == "./javascript%3Aalert%281%29/a%20b%3F%23%26%22%27%2541/call.wav"


def test_nothing_comes_from_outside_and_only_the_pages_own_script_may_run(tmp_path: Path) -> None:
    put(tmp_path / "one", full_call(), audio=True)
    page = page_of(tmp_path)
    (policy,) = [attrs["content"] for attrs in page.all("meta") if attrs.get("http-equiv") == "Content-Security-Policy"]
    markup = (tmp_path / "report.html").read_text("utf8")
    for tag in ("script", "style"):
        (inside,) = re.findall(f"<{tag}>(.*?)</{tag}>", markup, re.DOTALL)
        assert base64.b64encode(hashlib.sha256(inside.encode()).digest()).decode() in policy
    for _, attrs in page.tags:
        for name in ("src", "href"):
            assert attrs.get(name, "#").startswith(("#", "./", "data:audio/wav;base64,"))
        assert "style" not in attrs
    assert "http" not in page.scripts.replace("http://www.w3.org/2000/svg", "")
    assert "@import" not in markup
    assert "url(" not in markup


def test_the_audio_is_in_the_page_and_as_long_as_the_call(tmp_path: Path) -> None:
    put(tmp_path / "one", full_call(), audio=True)
    (player,) = page_of(tmp_path).all("audio")
    wav = base64.b64decode(player["src"].partition(",")[2])
    seconds = make_report(tmp_path).records[0].seconds
    assert wav[:4] == b"RIFF"
    assert len(wav) == pytest.approx(8000 * seconds, abs=200)


def test_audio_that_does_not_fit_is_played_from_the_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(writing, "AUDIO_BYTES", 1_000)
    put(tmp_path / "one", full_call(), audio=True)
    page = page_of(tmp_path)
    assert [player["src"] for player in page.all("audio")] == ["./one/call.wav"]
    assert "played from the file beside it" in page.text


@pytest.mark.parametrize("damage", [b"", b"RIFF", b"no audio"])
def test_a_damaged_recording_costs_the_audio_alone(tmp_path: Path, damage: bytes) -> None:
    put(tmp_path / "one", full_call())
    (tmp_path / "one" / "call.wav").write_bytes(damage)
    assert "花呗还款失败" in page_of(tmp_path).text


def test_times_are_buttons_only_where_there_is_something_to_hear(tmp_path: Path) -> None:
    put(tmp_path / "with" / "one", full_call(), audio=True)
    put(tmp_path / "without" / "one", full_call())
    heard, silent = (page_of(tmp_path / name) for name in ("with", "without"))
    assert heard.all("button", class_="time")
    assert not silent.all("button", class_="time")
    assert "There is no recording beside this log." in silent.text


def test_everything_is_there_in_both_languages_and_one_is_shown(tmp_path: Path) -> None:
    put(tmp_path / "one", full_call(), audio=True)
    for language, shown in (("zh-CN", "zh"), ("en-US", "en")):
        page = page_of(tmp_path, language)  # type: ignore[arg-type]
        assert page.all("html", lang=language, **{"data-shown": shown})
        chinese, english = (sum(class_ in attrs.get("class", "").split() for _, attrs in page.tags) for class_ in ("zh", "en"))
        assert chinese == english > 100


def test_the_language_is_that_of_most_calls(tmp_path: Path) -> None:
    put(tmp_path / "one", full_call())
    assert page_of(tmp_path).all("html", lang="zh-CN")


def test_charts_and_tables_have_names_for_those_who_do_not_see_them(tmp_path: Path) -> None:
    put(tmp_path / "one", full_call(true_question="huabei_repayment_failed"), audio=True)
    page = page_of(tmp_path)
    images = page.all("svg", role="img")
    assert len(images) == 4
    assert all(image["aria-label"] and image["data-zh"] and image["data-en"] for image in images)
    assert all("aria-hidden" in lanes for lanes in page.all("div", class_="lanes"))
    assert all(cell.get("scope") in ("row", "col") for cell in page.all("th"))
    assert page.all("audio")[0]["aria-label"] == "one"
    assert page.all("a", class_="skip") == [{"href": "#main", "class": "skip"}]


def test_of_many_calls_those_that_went_wrong_are_laid_out_first(tmp_path: Path) -> None:
    right = log(turn(), confirm("a"), answer("a", confirmed=True), BYE, true_question="a")
    for number in range(8):
        put(tmp_path / f"right-{number}", right)
    put(tmp_path / "wrong", log(turn(), certain("b"), answer("b"), BYE, true_question="a"))
    put(tmp_path / "zz-left", log(turn(), GONE))
    page = page_of(tmp_path, timelines=3)
    assert [view["id"] for view in page.all("details", class_="call")] == ["call-0", "call-8", "call-9"]
    assert "3 of 10 calls are laid out here" in page.text
    assert len(page.all("tr")) >= 10
    assert {attrs["href"] for attrs in page.all("a") if attrs["href"].endswith(".jsonl")} == {
        f"./right-{number}/events.jsonl" for number in range(1, 8)
    }
    assert not page_of(tmp_path, timelines=0).all("details", class_="call")


def test_every_link_inside_the_page_leads_somewhere(tmp_path: Path) -> None:
    put(tmp_path / "one", full_call())
    put(tmp_path / "two", full_call())
    page = page_of(tmp_path)
    ids = [attrs["id"] for _, attrs in page.tags if "id" in attrs]
    assert len(ids) == len(set(ids))
    assert {attrs["href"][1:] for attrs in page.all("a") if attrs["href"].startswith("#")} <= set(ids)


def test_systems_stand_beside_each_other(tmp_path: Path) -> None:
    for system in ("menu", "full", "one-shot", "other"):
        put(tmp_path / system, log(turn(), certain("a"), answer("a"), BYE, system=system, true_question="a"))
    report = make_report(tmp_path)
    assert list(report.document["systems"]) == ["full", "one-shot", "menu", "other"]
    page = page_of(tmp_path)
    for name in ("完整系统", "一问一答", "按键菜单"):
        assert name in page.text


def test_names_come_from_the_pack(tmp_path: Path) -> None:
    question = "huabei_repayment_failed"
    put(tmp_path / "one", log(turn(), certain(question), answer(question), BYE, hotline="hotline_95188", true_question=question))
    assert list(make_report(tmp_path).document["businesses"]["full"]) == ["credit pay and loans"]
    page = page_of(tmp_path)
    assert "各业务的覆盖率" in page.text
    assert "花呗还款失败" in page.text
    assert question not in page.text


def test_without_its_pack_a_log_alone_suffices(tmp_path: Path) -> None:
    put(tmp_path / "one", log(turn(), certain("some_question"), answer("some_question"), BYE, true_question="some_question"))
    page = page_of(tmp_path)
    assert "Coverage by question" in page.text
    assert make_report(tmp_path).document["businesses"]["full"]["some_question"]["coverage"]["k"] == 1


def test_a_very_long_call_is_drawn_in_part(tmp_path: Path) -> None:
    records = full_call()
    long = [
        record if index < len(records) - 1 else type(record)(50 * 3600 * 3, record.event) for index, record in enumerate(records)
    ]
    put(tmp_path / "one", long)
    page = page_of(tmp_path)
    assert len(page.all("svg", class_="piece")) == 100
    assert "The lanes show the first 10 minutes." in page.text


def test_the_page_is_the_same_every_time(tmp_path: Path) -> None:
    put(tmp_path / "one", full_call(), audio=True)
    page_of(tmp_path)
    first = (tmp_path / "report.html").read_bytes()
    page_of(tmp_path)
    assert (tmp_path / "report.html").read_bytes() == first


def test_where_it_cannot_be_written(tmp_path: Path) -> None:
    put(tmp_path / "one", full_call())
    report = make_report(tmp_path)
    (tmp_path / "file").touch()
    for out in (tmp_path / "one", tmp_path / "file" / "report.html"):
        with pytest.raises(VoicebotError, match="is a folder|cannot be written"):
            write_page(report, out)
    assert not list(tmp_path.glob("**/*.part"))


def test_names_that_are_no_utf8(tmp_path: Path) -> None:
    name = os.fsdecode(b"gesp\xe4ch")
    try:
        put(tmp_path / name, full_call())
    except (OSError, UnicodeEncodeError):
        pytest.skip("this file system has no such names")
    assert "gesp?ch" in page_of(tmp_path).text
