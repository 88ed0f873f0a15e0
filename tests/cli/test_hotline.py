"""`voicebot hotline` as a user meets it: a new pack, its check, the schema for editors, and a prior from past calls."""

import json
import re
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from ruamel.yaml import YAML

from tests.hotlines.packs import replace_text, shop
from voicebot.cli import main
from voicebot.engine import load_engine
from voicebot.events import write_log
from voicebot.hotlines import find_hotline, load_hotline, prior
from voicebot.hotlines.editor_schema import editor_schema
from voicebot.typed import TypedCall
from voicebot.types import LANGUAGES

LOCATED = re.compile(r"^\S+\.yaml:\d+: \S.*")


def run(capsys: pytest.CaptureFixture[str], *argv: str) -> tuple[int, str, str]:
    code = main(["hotline", *argv])
    printed = capsys.readouterr()
    return code, printed.out, printed.err


# ---------------------------------------------------------------- new


def test_a_new_pack_has_nothing_to_be_found(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = str(tmp_path / "my_line")
    code, out, err = run(capsys, "new", folder)
    assert (code, err) == (0, "")
    assert f"voicebot hotline check {folder}" in out
    assert run(capsys, "check", folder) == (0, f"{folder}: zh-CN and en-US: no findings\n", "")


def test_a_new_pack_in_one_language(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = tmp_path / "my_line"
    code, out, _ = run(capsys, "new", str(folder), "--lang", "en-US", "--json")
    assert code == 0
    assert json.loads(out)["files"] == [
        str(folder / name) for name in ("en-US/language.yaml", "en-US/questions/questions.yaml", "hotline.yaml")
    ]
    assert run(capsys, "check", str(folder))[:2] == (0, f"{folder}: en-US: no findings\n")


def test_a_new_pack_is_never_written_over(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = str(tmp_path / "my_line")
    assert run(capsys, "new", folder)[0] == 0
    code, _, err = run(capsys, "new", folder)
    assert code == 2
    assert err.count("\n") == 1
    assert "is there already" in err


@pytest.mark.parametrize("name", ["my-line", "Line", "9", "我的热线"])
def test_a_name_that_is_none(tmp_path: Path, capsys: pytest.CaptureFixture[str], name: str) -> None:
    code, _, err = run(capsys, "new", str(tmp_path / name))
    assert code == 2
    assert "is no name for a hotline" in err
    assert not (tmp_path / name).exists()


# ---------------------------------------------------------------- check


def test_an_unknown_pack_is_one_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, _, err = run(capsys, "check", "nosuch")
    assert code == 2
    assert "no such hotline" in err
    code, _, err = run(capsys, "check", str(tmp_path))
    assert code == 2
    assert (
        err == f"voicebot: {tmp_path}: has no hotline.yaml; give the folder of a pack, or begin one with `voicebot hotline new`\n"
    )


def test_a_mistyped_key_is_one_located_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = shop(tmp_path)
    path = folder / "en-US" / "language.yaml"
    replace_text(path, "voice:", "vioce:")
    code, out, err = run(capsys, "check", str(folder))
    assert (code, out) == (2, "")
    assert err == f"voicebot: {path}:3: `vioce:` is not known here; did you mean `voice`?\n"


def _spoilt(tmp_path: Path) -> Path:
    """A pack that loads, with one of each finding that does not depend on an acoustic model."""
    folder = shop(tmp_path)
    hotline, questions = folder / "hotline.yaml", folder / "en-US" / "questions" / "questions.yaml"
    replace_text(hotline, "parcel_late: {parcel_late: 3.0}", "parcel_late: {parcel_late: 6.0}")
    replace_text(hotline, "    refund_pending: {refund_status: 3.0}\n", "")
    replace_text(hotline, "products:", "  club:\n    title: {zh-CN: 会员卡, en-US: the club}\n    skill_group: club\nproducts:")
    text = hotline.read_text(encoding="utf-8")
    club = text[text.index("  club:") : text.index("products:")]
    text = text.replace(club, "", 1).replace("  account:\n", club + "  account:\n", 1)
    hotline.write_text(
        text.replace("parts:\n", "timeouts: {survey: {noinput: 5}}\nparts:\n").replace("  survey:\n", "").replace("parts:\n", "")
    )
    replace_text(questions, "answer: A refund goes", f"answer: A refund {'goes on and on ' * 30} and goes")
    replace_text(questions, "check my refund", "where is my parcel")
    replace_text(folder / "zh-CN" / "language.yaml", "prompts:", "prompts:\n  goodbye: [再见。]")
    return folder


FOUND = {
    "prior": "hotline.yaml",
    "unreachable": "hotline.yaml",
    "unused": "hotline.yaml",
    "too_long": "en-US/questions/questions.yaml",
    "same_words": "en-US/questions/questions.yaml",
    "untranslated": "zh-CN/language.yaml",
}


def test_every_finding_names_file_and_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = _spoilt(tmp_path)
    code, out, _ = run(capsys, "check", str(folder), "--json")
    assert code == 1
    findings = json.loads(out)["findings"]
    assert {finding["kind"]: finding["where"].split(":")[0].removeprefix(f"{folder}/") for finding in findings} == FOUND | {
        "confusable": "en-US/questions/questions.yaml"
    }
    for finding in findings:
        path, line = finding["where"].rsplit(":", 1)
        shown = Path(path).read_text(encoding="utf-8").splitlines()[int(line) - 1]
        assert shown.strip(), "a finding points at something"
    long = next(finding for finding in findings if finding["kind"] == "too_long")
    path, line = long["where"].rsplit(":", 1)
    assert "goes on and on" in Path(path).read_text(encoding="utf-8").splitlines()[int(line) - 1]


def test_findings_for_people(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = _spoilt(tmp_path)
    code, out, _ = run(capsys, "check", str(folder), "--lang", "en-US")
    assert code == 1
    *lines, last = out.splitlines()
    assert all(LOCATED.match(line) for line in lines)
    assert last == f"{folder}: en-US: {len(lines)} findings"


# ---------------------------------------------------------------- schema


def _kind(path: Path) -> str:
    own = {"hotline.yaml": "hotline", "language.yaml": "language", "profiles.yaml": "profiles", "prior.yaml": "prior"}
    return own.get(path.name) or ("part" if path.parent.name == "parts" else "questions")


def _accepts(kind: str | None, data: Any) -> bool:
    return bool(jsonschema.Draft202012Validator(editor_schema(kind)).is_valid(data))


def test_editors_accept_what_ships(tmp_path: Path) -> None:
    shipped = find_hotline("hotline_95188")
    paths = [*shop(tmp_path).rglob("*.yaml"), *(shipped.parent / "parts").glob("*.yaml"), shipped / "hotline.yaml"]
    paths += [path for tag in LANGUAGES for path in (shipped / tag).rglob("*.yaml")]
    for path in paths:
        data = YAML(typ="safe").load(path.read_text(encoding="utf-8"))
        assert _accepts(_kind(path), data), path
        assert _accepts(None, data), path


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        ("hotline", "parts: [survey, survey]"),
        ("hotline", "parts: {Survey: }"),
        ("hotline", "thresholds: {anwser: 0.9}"),
        ("hotline", "businesses: {My Orders: {title: {en-US: orders}, skill_group: orders}}"),
        ("language", "prompts: {gret: [hello]}"),
        ("language", "vioce: cmn"),
        ("questions", "questions: [{id: a, business: b, title: c, anwser: d}]"),
        ("prior", "events: {late: {parcel: much}}"),
        ("profile", "products: all"),
    ],
)
def test_editors_mark_mistakes(kind: str, text: str) -> None:
    model = jsonschema.Draft202012Validator(editor_schema(kind))
    mistakes = [
        error for error in model.iter_errors(YAML(typ="safe").load(text)) if "is a required property" not in error.message
    ]
    assert mistakes


def test_the_schema_is_printed_or_written(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = run(capsys, "schema", "language")
    assert code == 0
    document = json.loads(out)
    assert document == editor_schema("language")
    target = tmp_path / "schema.json"
    assert run(capsys, "schema", "language", "--out", str(target))[0] == 0
    assert json.loads(target.read_text(encoding="utf-8")) == document
    assert run(capsys, "schema", "language", "--out", str(target))[0] == 2, "nothing is written over"
    code, _, err = run(capsys, "schema", "langage")
    assert code == 2
    assert "choose one of hotline, language" in err


# ---------------------------------------------------------------- fit-prior

HISTORY = [
    ("parcel_late", "parcel_late"),
    ("parcel_late", "phone_change"),
    ("refund_pending", "refund_status"),
    ("", "phone_change"),
]
"""Latest event, question. In the pack a late parcel all but always means that parcel; in these calls, half the time."""


def _history(folder: Path) -> Path:
    path = folder / "calls.csv"
    rows = [f"{question},{event},membership" for event, question in HISTORY * 15]
    path.write_text("\n".join(["question,events,products", *rows]) + "\n", encoding="utf-8")
    return path


def test_a_prior_from_a_table_of_calls_takes_effect(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = shop(tmp_path)
    late = {"events": ["parcel_late"], "products": ["membership"]}
    before = prior(load_hotline(str(folder), "en-US"), late)
    out_file, plot = folder / "prior.yaml", tmp_path / "plot.svg"
    code, out, err = run(capsys, "fit-prior", str(folder), str(_history(tmp_path)), "--out", str(out_file), "--plot", str(plot))
    assert (code, err) == (0, "")
    assert "60 calls (0 left out)" in out
    assert "the fitted weights are better" in out
    assert plot.read_text(encoding="utf-8").startswith("<svg")
    text = (folder / "hotline.yaml").read_text(encoding="utf-8")
    (folder / "hotline.yaml").write_text(text[: text.index("# How likely a question is")], encoding="utf-8")
    after = prior(load_hotline(str(folder), "en-US"), late)
    assert before["parcel_late"] > 0.8
    assert 0.4 < after["parcel_late"] < 0.7, "it was half of them"
    assert after["phone_change"] > 2 * before["phone_change"]


def test_scores_are_a_document(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, out, err = run(capsys, "fit-prior", str(shop(tmp_path)), str(_history(tmp_path)), "--json")
    assert (code, err) == (0, "")
    document = json.loads(out)
    assert document["calls"] == 60
    assert document["skipped"] == []
    for judged in (document["fitted"], document["before"]):
        assert judged["brier"] > 0
        assert judged["log_loss"] > 0
        assert judged["reliability"]
    assert document["fitted"]["brier"] < document["before"]["brier"]


@pytest.fixture(scope="module")
def logs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """32 calls to the shop: 26 labelled; of the others four confirm their question, one is not labelled and does not, one is
    not about a question of the catalogue. And one log that is broken."""
    folder = shop(tmp_path_factory.mktemp("packs"))
    engine = load_engine(str(folder), "en-US", audio=False)
    kept = folder.parent / "logs"
    for number, (event, question) in enumerate(HISTORY * 8):
        labels = {} if number < 5 else {"true_question": "other" if number == 5 else question}
        call = TypedCall(engine, profile={"events": [event] if event else [], "products": ["membership"]}, labels=labels)
        call.open()
        call.say("yes" if event else "i am not sure")
        call.hang_up()
        path = kept / f"{number:02d}" / "events.jsonl"
        path.parent.mkdir(parents=True)
        path.write_text(write_log(call.log), encoding="utf-8")
    (kept / "broken").mkdir()
    (kept / "broken" / "events.jsonl").write_text("{", encoding="utf-8")
    return folder.parent


def test_a_prior_from_the_event_logs_of_calls(logs: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Labelled calls count by their label, others by what the caller confirmed; the rest are left out, and listed."""
    code, out, err = run(capsys, "fit-prior", str(logs / "shop"), str(logs / "logs"), "--json")
    assert (code, err) == (0, "")
    document = json.loads(out)
    assert document["calls"] == 31
    reasons = sorted(reason.removeprefix(f"{logs}/logs/") for reason in document["skipped"])
    assert reasons == [
        "03/events.jsonl: neither labelled nor confirmed by the caller",
        "broken/events.jsonl:1: not a voicebot event log; expected the line a replay writes to events.jsonl",
    ]


def test_logs_of_another_hotline_are_left_out(logs: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, out, err = run(capsys, "fit-prior", "hotline_95188", str(logs / "logs"))
    assert (code, out) == (2, "")
    assert "calls whose question is known: 0; give 30 or more; left out: " in err
    assert "a call to shop and 32 more" in err


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (
            "question,events,products\nparcel_lat,,\n",
            ":2: question `parcel_lat` is not in the catalogue; did you mean `parcel_late`?",
        ),
        ("question,events,products\nparcel_late,late,\n", "`late` is none of the events of hotline.yaml"),
        ("question,events,products\nparcel_late,,\n", ": calls whose question is known: 1; give 30 or more"),
        ("events,products\nparcel_late,\n", "no column `question`"),
        ("", "no column `question`"),
    ],
)
def test_a_table_with_a_mistake(tmp_path: Path, capsys: pytest.CaptureFixture[str], text: str, said: str) -> None:
    path = tmp_path / "calls.csv"
    path.write_text(text, encoding="utf-8")
    code, out, err = run(capsys, "fit-prior", str(shop(tmp_path)), str(path))
    assert (code, out) == (2, "")
    assert said in err
    assert err.count("\n") == 1


def test_nothing_is_written_over(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    there = tmp_path / "prior.yaml"
    there.write_text("other: 1\n", encoding="utf-8")
    code, _, err = run(capsys, "fit-prior", str(shop(tmp_path)), str(_history(tmp_path)), "--out", str(there))
    assert code == 2
    assert "is there already" in err
    assert there.read_text(encoding="utf-8") == "other: 1\n"
