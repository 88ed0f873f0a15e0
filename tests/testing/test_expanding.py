"""Variables, fragments and rows are written out, and every turn knows where it was written."""

from collections.abc import Callable
from pathlib import Path

import pytest

from voicebot.errors import PackError
from voicebot.testing.loading import LoadedScript, load_script
from voicebot.testing.script import Expected, Utterance

Load = Callable[..., list[LoadedScript]]
Write = Callable[..., Path]


def words(loaded: LoadedScript) -> list[str]:
    return [turn.caller for turn in loaded.script.turns if isinstance(turn, Utterance)]


def test_a_row_can_say_which_fragment(load: Load) -> None:
    one, two = load("""
name: x
fragments: {a: [{caller: 甲}], b: [{caller: 乙}, {caller: 丙}]}
rows: [{id: a}, {id: b}]
turns:
  - include: ${id}
""")
    assert (words(one), words(two)) == (["甲"], ["乙", "丙"])


def test_variables_fill_texts_and_keep_their_kind(load: Load) -> None:
    [loaded] = load("""
name: ${product}的事
vars: {product: 花呗, want: {act: confirm}, whole: "我的${product}"}
turns:
  - caller: ${whole}还不上
  - bot: ${want}
""")
    assert loaded.name == "花呗的事"
    assert words(loaded) == ["我的花呗还不上"]
    [expected] = [turn for turn in loaded.script.turns if isinstance(turn, Expected)]
    assert expected.bot.act == "confirm"


def test_each_row_is_a_script_with_its_own_line(load: Load) -> None:
    first, second = load("""
name: 开场
vars: {end: 了}
rows:
  - {id: a, words: 还不上}
  - {id: b, words: 提前还}
turns:
  - caller: ${words}${end}
""")
    assert (first.name, second.name) == ("开场 (a)", "开场 (b)")
    assert words(first) + words(second) == ["还不上了", "提前还了"]
    assert (first.origin.line, second.origin.line) == (4, 5)


def test_rows_without_an_id_are_told_apart(load: Load) -> None:
    assert [
        loaded.row
        for loaded in load("""
name: x
rows: [{w: 好}, {w: 好}]
turns: [{caller: "${w}"}]
""")
    ] == ["好", "好 #2"]


def test_fragments_are_put_in_place_with_their_variables(load: Load) -> None:
    [loaded] = load("""
name: x
vars: {who: 我}
fragments:
  ask:
    - caller: ${who}问${what}
    - bot: {act: confirm}
  twice:
    - include: ask
      with: {what: 一}
    - include: ask
      with: {what: "${last}"}
turns:
  - include: twice
    with: {last: 二}
""")
    assert words(loaded) == ["我问一", "我问二"]
    assert [origin.line for origin in loaded.turns] == [5, 6, 5, 6]


def test_fragments_come_from_files_beside_the_script(load: Load, write: Write) -> None:
    write("ending:\n  - caller: 没有了\n", "common.yaml")
    [loaded] = load("name: x\nfragments: common.yaml\nturns:\n  - include: ending\n")
    assert words(loaded) == ["没有了"]
    assert str(loaded.turns[0]).endswith("common.yaml:2")


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("name: x\nvars: {product: a}\nturns:\n  - caller: ${prodct}\n", r"yaml:4: `\$\{prodct\}` .* did you mean `product`"),
        ("name: x\nfragments: {ende: []}\nturns:\n  - include: end\n", "yaml:4: there is no fragment `end`; did you mean `ende`"),
        ("name: x\nfragments:\n  a:\n    - include: a\nturns:\n  - include: a\n", "x.call.yaml:4: .*includes itself"),
        ("name: x\nfragments: ../a.yaml\nturns: []\n", "leads out of the script's folder"),
        ("name: x\nrows: []\nturns:\n  - caller: a\n", "x.call.yaml:2: `rows:` must be a list"),
        ("name: x\nrows: [1]\nturns:\n  - caller: a\n", "x.call.yaml:2: a row must be a mapping"),
        ("name: x\nturns:\n  - include: a\n    wiht: {}\n", "x.call.yaml:3: an include is"),
    ],
)
def test_what_is_not_there_is_named_with_its_line(load: Load, text: str, says: str) -> None:
    with pytest.raises(PackError, match=says):
        load(text)


def test_a_file_of_rows_is_not_one_script(write: Write) -> None:
    path = write("name: x\nrows: [{a: 1}, {a: 2}]\nturns:\n  - caller: 好\n")
    with pytest.raises(PackError, match="holds 2 scripts"):
        load_script(path)
