"""YAML: plain data and lines, and a located complaint for everything else."""

import time

import pytest

from voicebot.errors import PackError
from voicebot.hotlines.yaml_source import LARGEST_FILE, YamlSource


def source(tmp_path, text):
    path = tmp_path / "file.yaml"
    path.write_bytes(text if isinstance(text, bytes) else text.encode("utf-8", "surrogatepass"))
    return YamlSource(path)


def complaint(tmp_path, text):
    with pytest.raises(PackError) as refusal:
        source(tmp_path, text)
    message = str(refusal.value)
    assert "\n" not in message
    return message.removeprefix(f"{tmp_path}/file.yaml")


def test_plain_data_is_what_stands_there(tmp_path):
    text = "a: 1\nb: [x, 2.5, true, ~, no]\nc: {d: 2024-01-01, e: 'true', f: 0x10}\n"
    assert source(tmp_path, text).data == {
        "a": 1,
        "b": ["x", 2.5, True, None, "no"],
        "c": {"d": "2024-01-01", "e": "true", "f": 16},
    }


def test_aliases_stand_for_what_they_name(tmp_path):
    assert source(tmp_path, "a: &x [1, 2]\nb: *x\n").data == {"a": [1, 2], "b": [1, 2]}


@pytest.mark.parametrize(
    ("location", "line"),
    [((), 1), (("a",), 1), (("list",), 2), (("list", 1), 4), (("list", 1, "b"), 5), (("list", 7), 2), (("gone", "b"), 1)],
)
def test_lines_of_places(tmp_path, location, line):
    text = "a: 1\nlist:\n  - {b: 2}\n  - a: 1\n    b: 2\n"
    assert source(tmp_path, text).line(location) == line


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("a: 1\na: 2", ":2: `a:` is there twice; keep one"),
        ("x: 1\nb: {a: 1, a: 2}", ":2: `a:` is there twice; keep one"),
        ("a:\n\t- b", ":2: not valid YAML: found character '\\t' that cannot start any token; indent with spaces"),
        (
            "a:\n  - b: 1\n    c: 1\n   - b: 2",
            ":4: not valid YAML: expected <block end>, but found '<block sequence start>'; indent this line",
        ),
        ("a: 1\nb： 2\nc: 3", ":3: not valid YAML: could not find expected ':'; on this line or the one above"),
        ("a: *b", ":1: not valid YAML: found undefined alias 'b'"),
        ("a: 'b", ":1: not valid YAML: found unexpected end of stream"),
        ("a: 1\n---\nb: 2", ":2: not valid YAML: but found another document"),
        ("a: !!python/object:os.system x", ":1: the tag !!python/object:os.system is not used here"),
        ("a: !!binary aGk=", ":1: the tag !!binary is not used here"),
        ("a: !!set {x, y}", ":1: the tag !!set is not used here; take it out"),
        ("? [a]\n: b", ":1: a key is a list or a mapping; write a word as key"),
        ("a: 1\n<<: {b: 2}", ":2: merge keys (`<<:`) are not used here; write the lines out"),
        ("&a [*a]", ":1: nested more than 40 deep; a pack needs five levels"),
        ("a: \x07", ":1: holds the control character 0x07; take it out"),
        (b"a: \xff\xfe", ":1: not UTF-8 text; save the file as UTF-8"),
        ("a: " + "9" * 5000, "is no number that can be read; write it with digits"),
    ],
)
def test_mistakes_are_located(tmp_path, text, said):
    assert said in complaint(tmp_path, text)


def test_bombs_are_defused_at_once(tmp_path):
    def bomb(line):
        return "a0: &a0 {x: 1}\n" + "".join(line.format(n=n, refs=", ".join([f"*a{n - 1}"] * 9)) for n in range(1, 12))

    began = time.perf_counter()
    assert "values up to here" in complaint(tmp_path, bomb("a{n}: &a{n} [{refs}]\n"))
    assert "merge keys" in complaint(tmp_path, bomb("a{n}: &a{n} {{<<: [{refs}]}}\n"))
    assert "brackets are opened and not closed" in complaint(tmp_path, "[" * 3000)
    assert "nested too deeply" in complaint(tmp_path, "- " * 3000)
    assert f"a file may have {LARGEST_FILE}" in complaint(tmp_path, "#" * (LARGEST_FILE + 1))
    assert time.perf_counter() - began < 30  # not a timing: without the guards it takes hours


def test_a_file_that_is_no_mapping_says_so(tmp_path):
    for text, kind in (("", "empty"), ("- a", "a list"), ("hello", "text"), ("12", "a number")):
        with pytest.raises(PackError, match=f":1: the file is {kind}; write `key: value` lines"):
            source(tmp_path, text).mapping()


def test_a_missing_file_and_a_folder_say_so(tmp_path):
    for path in (tmp_path / "none.yaml", tmp_path):
        with pytest.raises(PackError, match="cannot be read"):
            YamlSource(path)
