"""`voicebot nlu evaluate` as a user meets it: figures, one JSON document, one line for every mistake."""

import json
from pathlib import Path

import pytest

from voicebot.cli import main

TRAIN = "text,label\n" + "".join(
    f"{way} {topic},{topic}\n" for topic in ("refund", "password", "limit") for way in ("my", "the", "about", "no")
)
TEST = "text,label\nwhere is the refund,refund\nforgot my password,password\nwhat limit,limit\n"


def evaluate(folder: Path, train: str | bytes, test: str | bytes, *more: str) -> int:
    for name, text in (("train.csv", train), ("test.csv", test)):
        (folder / name).write_bytes(text if isinstance(text, bytes) else text.encode())
    return main(["nlu", "evaluate", "--train", str(folder / "train.csv"), "--test", str(folder / "test.csv"), *more])


def test_figures_for_people(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert evaluate(tmp_path, TRAIN, TEST) == 0
    out = capsys.readouterr().out
    assert "accuracy           100.00%" in out
    assert "3 utterances" in out


def test_one_document_and_nothing_else(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert evaluate(tmp_path, TRAIN, TEST, "--json", "--lang", "en-US") == 0
    printed = capsys.readouterr()
    document = json.loads(printed.out)
    assert document["accuracy"] == 1.0
    assert document["oos_recall"] is None
    assert document["confusions"] == []
    assert printed.err == ""


def test_rejection_is_shown_where_something_is_out_of_scope(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert evaluate(tmp_path, TRAIN, TEST + "sing a song,oos\n") == 0
    out = capsys.readouterr().out
    assert "out of scope" in out
    assert "rejected from" in out


@pytest.mark.parametrize(
    ("train", "test", "message"),
    [
        ("", TEST, "train.csv is empty"),
        ("text\nhello\n", TEST, "train.csv:1: there is no column 'label'"),
        ("text,label\na,x\n", TEST, "only the label 'x'"),
        (TRAIN, "text,label\nhello,nothing\n", "test.csv:2: label 'nothing' does not occur"),
        (TRAIN, "text,label\nhallö,refund\n".encode("latin-1"), "test.csv:2: not UTF-8 text"),
        ("text,label\n!!!,x\n???,y\n", "text,label\n!,x\n", "no Chinese or English words"),
    ],
)
def test_mistakes_take_one_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], train: str, test: str | bytes, message: str
) -> None:
    assert evaluate(tmp_path, train, test) == 2
    printed = capsys.readouterr()
    assert printed.out == ""
    assert message in printed.err
    assert printed.err.count("\n") == 1


def test_a_file_that_is_not_there(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["nlu", "evaluate", "--train", str(tmp_path / "none.csv"), "--test", str(tmp_path / "none.csv")]) == 2
    assert "none.csv cannot be read" in capsys.readouterr().err
