"""Scripts are found and read, and mistakes come with their line and a proposal."""

from collections.abc import Callable
from pathlib import Path

import pytest

from voicebot.engine import Engine
from voicebot.errors import PackError, VoicebotError
from voicebot.testing.loading import LoadedScript, find_scripts
from voicebot.testing.names import check_names, questions_named

Load = Callable[..., list[LoadedScript]]
Write = Callable[..., Path]


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("name: x\nturns:\n  - bot: {act: ask}\n  - caler: 好\n", "x.call.yaml:4: a turn is one of"),
        ("name: x\nturns:\n  - keys: 12a\n", "x.call.yaml:3: `keys:` `12a` are no keys of a telephone; write 0-9"),
        ("name: x\nturns:\n  - hangup: true\n", "x.call.yaml:3: `hangup:` must be a moment, not yes/no; write prompt"),
        ("name: x\nturns:\n  - bot: {act: [ask, guide]}\n", "x.call.yaml:3: `act:` is one, not a list; .* write any_of"),
        ("name: x\nturns:\n  - caller: 好\n    bot: {act: ask}\n", "x.call.yaml:3: the bot and the caller take turns"),
        ("name: x\nturns:\n  - caller: a: b\n", "x.call.yaml:3: not valid YAML: .*; put a text that holds a colon in quotes"),
        ("name: x\nfragments: gone.yaml\nturns:\n  - caller: 好\n", "x.call.yaml:2: fragments: gone.yaml is not there"),
        ("name: x\nturns:\n  - bot:\n      acts: ask\n", "x.call.yaml:4: `acts:` is not known here; did you mean `act`"),
        ("name: x\nturns:\n  - bot: {belief: huabei > 0.7}\n", "x.call.yaml:3: .*is no condition on the belief"),
        ("name: x\nturns:\n  - bot: {says~: /(/}\n", "x.call.yaml:3: .*is no regular expression"),
        ("name: x\nturns:\n  - bot: {}\n", "x.call.yaml:3: .*expects nothing"),
        ("name: x\nturns:\n  - bot: {events: [{A: 1, B: 2}]}\n", "x.call.yaml:3: .*an event is its name"),
        ("name: x\nturns:\n  - caller: 好\n    at: soon\n", "x.call.yaml:4: .*is not a moment"),
        ("name: x\nturn: []\nturns:\n  - caller: 好\n", "x.call.yaml:2: `turn:` is not known here; did you mean `turns`"),
        ("name: x\nturns:\n  - caller: 好\nends: {turns: few}\n", "x.call.yaml:4: .*is no count"),
        ("name: x\nturns:\n  - caller: 好\n    audio: no.wav\n", "x.call.yaml:4: audio: no.wav is not there"),
        ("name: x\nturns:\n  - noise: {audio: no.wav}\n", "x.call.yaml:3: noise: no.wav is not there"),
        ("name: x\nonly: sung\nturns:\n  - caller: 好\n", "x.call.yaml:2: .*not one of: typed or spoken"),
    ],
)
def test_mistakes_have_a_line_and_a_proposal(load: Load, text: str, says: str) -> None:
    with pytest.raises(PackError, match=says):
        load(text)


def test_all_mistakes_of_a_file_are_named_at_once(load: Load) -> None:
    with pytest.raises(PackError) as caught:
        load("name: x\nline: radio\nturns:\n  - bot: {acts: a}\n  - keys: abc\n")
    lines = str(caught.value).splitlines()
    assert [line.split(":")[1] for line in lines] == ["4", "5", "2"]


@pytest.mark.parametrize(
    ("turn", "says"),
    [
        ("bot: {act: confrim}", "act `confrim` is not known; did you mean `confirm`"),
        ("bot: {question: repay_failled}", "question `repay_failled` is not known; did you mean `repay_failed`"),
        ("bot: {state: opened}", "state `opened` is not known; did you mean `open`"),
        ("bot: {slots: {card_tale: '1'}}", "slot `card_tale` is not known; did you mean `card_tail`"),
        ("bot: {belief: p(repai) > 0.1}", "question `repai` is not known"),
        ("bot: {events: [Transfered]}", "event `Transfered` is not known; did you mean `Transferred`"),
        ("bot: {events: [{Transferred: {reson: x}}]}", "field of Transferred `reson` is not known; did you mean `reason`"),
        ("bot: {any_of: [{act: ask}, {not: {act: aks}}]}", "act `aks` is not known; did you mean `ask`"),
    ],
)
def test_names_the_pack_does_not_have_are_mistakes(load: Load, small: Engine, turn: str, says: str) -> None:
    [loaded] = load(f"name: x\nturns:\n  - {turn}\n")
    with pytest.raises(PackError, match=f"x.call.yaml:3: {says}"):
        check_names(loaded, small.hotline)


def test_a_prefix_names_several_questions() -> None:
    known = ["repay_failed", "repay_early", "card_lost"]
    assert questions_named("repay", known) == ["repay_failed", "repay_early"]
    assert questions_named("card_lost", known) == ["card_lost"]
    assert questions_named("repa", known) == []


def test_folders_are_searched_and_files_taken_as_given(write: Write, tmp_path: Path) -> None:
    inner = write("name: x\nturns:\n  - caller: 好\n", "a/b/y.call.yaml")
    write("", "a/call.yaml")
    write("", "a/notes.yaml")
    assert list(find_scripts([tmp_path])) == [inner]
    assert list(find_scripts([tmp_path / "a" / "notes.yaml"])) == [tmp_path / "a" / "notes.yaml"]


@pytest.mark.parametrize(
    ("path", "says"), [("nowhere", "no such file"), ("x.txt", "is no dialogue script"), (".", r"holds no \*.call")]
)
def test_paths_with_no_scripts_are_named(tmp_path: Path, path: str, says: str) -> None:
    (tmp_path / "x.txt").write_text("")
    with pytest.raises(VoicebotError, match=says):
        list(find_scripts([tmp_path / path]))
