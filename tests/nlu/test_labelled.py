"""Files of labelled utterances: what is read, and one line for everything else."""

from pathlib import Path

import pytest

from voicebot.errors import VoicebotError
from voicebot.nlu.labelled import MOST_LABELS, check_training, read_labelled


def write(folder: Path, text: str, name: str = "rows.csv", encoding: str = "utf-8") -> Path:
    path = folder / name
    path.write_bytes(text.encode(encoding))
    return path


@pytest.mark.parametrize(
    "text",
    [
        'text,label\n"hello, you",greet\nbye,part\n',
        '\ufefftext,label\r\n"hello, you",greet\r\nbye,part\r\n',
        'Text , LABEL\n"hello, you",greet\n\nbye,part',
        'label,text,note\ngreet,"hello, you",x\npart,bye,y\n',
        'text,category\n"hello, you",greet\nbye,part\n',
        "text\tlabel\nhello, you\tgreet\nbye\tpart\n",
    ],
)
def test_usual_shapes_of_a_file_are_read_alike(tmp_path: Path, text: str) -> None:
    found = read_labelled(write(tmp_path, text))
    assert [(row.text, row.label) for row in found.rows] == [("hello, you", "greet"), ("bye", "part")]
    assert found.labels == ("greet", "part")
    assert not found.out_of_scope


def test_utf_16_is_read_and_lines_are_counted_in_the_file(tmp_path: Path) -> None:
    found = read_labelled(write(tmp_path, 'text,label\n"花呗\n还款",a\n借呗,oos\n', encoding="utf-16"))
    assert [row.line for row in found.rows] == [3, 4]
    assert found.labels == ("a",)
    assert found.out_of_scope


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "is empty"),
        (b" \n\n", "is empty"),
        (b"text,label\n", "has a header and no rows"),
        (b"question,label\na,b\n", ":1: there is no column 'text'"),
        (b"text,class\na,b\n", ":1: there is no column 'label'"),
        (b"text,text,label\na,b,c\n", "occurs twice"),
        (b"text,label\na,b\nc\n", ":3: 1 fields where the header has 2"),
        (b"text,label\nhello, you,b\n", ":2: 3 fields where the header has 2"),
        (b"text,label\n ,b\n", ":2: the text is empty"),
        (b"text,label\na,\n", ":2: the label is empty"),
        ("text,label\n好,甲\n花呗,乙\n".encode("gb18030"), ":2: not UTF-8 text"),
        (b"text,label\na,b\0\n", "zero bytes"),
        (b'text,label\n"a,b\n', "not readable as CSV"),
        (b"\xff\xfet", "not UTF-16 text"),
    ],
)
def test_mistakes_are_said_in_one_line(tmp_path: Path, data: bytes, message: str) -> None:
    path = tmp_path / "rows.csv"
    path.write_bytes(data)
    with pytest.raises(VoicebotError) as caught:
        read_labelled(path)
    assert message in str(caught.value)
    assert "rows.csv" in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_missing_file_and_a_folder_are_said_too(tmp_path: Path) -> None:
    for path in (tmp_path / "none.csv", tmp_path):
        with pytest.raises(VoicebotError, match="cannot be read"):
            read_labelled(path)


def test_what_cannot_be_trained_on(tmp_path: Path) -> None:
    one = read_labelled(write(tmp_path, "text,label\na,x\nb,x\nc,oos\n"))
    with pytest.raises(VoicebotError, match="only the label 'x'"):
        check_training(one, [])
    none = read_labelled(write(tmp_path, "text,label\na,oos\n"))
    with pytest.raises(VoicebotError, match="nothing but 'oos'"):
        check_training(none, [])
    many = read_labelled(write(tmp_path, "text,label\n" + "".join(f"a,l{i}\n" for i in range(MOST_LABELS + 1))))
    with pytest.raises(VoicebotError, match=f"{MOST_LABELS + 1} labels"):
        check_training(many, [])


def test_labels_that_training_does_not_know_are_located(tmp_path: Path) -> None:
    train = read_labelled(write(tmp_path, "text,label\na,x\nb,y\n", "train.csv"))
    check_training(train, [read_labelled(write(tmp_path, "text,label\na,x\nb,oos\n", "good.csv"))])
    bad = read_labelled(write(tmp_path, "text,label\na,x\nb,z\n", "bad.csv"))
    with pytest.raises(VoicebotError, match=r"bad\.csv:3: label 'z' does not occur in .*train\.csv"):
        check_training(train, [bad])
