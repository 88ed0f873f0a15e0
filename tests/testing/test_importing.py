"""Tests of rasa and botium become scripts; what has no counterpart is listed and stands in the script."""

from collections.abc import Callable
from pathlib import Path

import pytest

from voicebot.errors import VoicebotError
from voicebot.testing.importing import Imported, distinct_names, import_file
from voicebot.testing.loading import load_scripts
from voicebot.testing.script import Expected, Script, Utterance

Write = Callable[..., Path]

RASA = """
metadata:
  - zh: {language: zh}
test_cases:
  - test_case: 还款 失败/一
    fixtures: [premium]
    steps:
      - user: 我的花呗还不上了
        assertions:
          - flow_started: repay
          - bot_uttered: {utter_name: utter_confirm, text_matches: "花呗.*吗"}
      - utter: utter_greet
      - user: |
          对
      - bot: 请核对银行卡余额
      - slot_was_set:
          - card_tail: "3862"
          - reason
      - user: '/restart{"a": 1}'
      - action: action_listen
"""

STORIES = """
version: "3.1"
stories:
  - story: one
    steps:
      - user: 你好
        intent: greet
      - action: utter_hello
  - story: two
    steps:
      - user: 转人工
"""

CONVO = """
TC 1 greeting
what it is about

#me
你好
PAUSE 1500

#bot
请问有什么可以帮您
!人工
INTENT greet

#include SHARED

#me
UTT_REPAY

#bot
UTT_ANSWER
$card
"""


def read(imported: Imported, folder: Path) -> Script:
    path = folder / imported.file_name
    path.write_text(imported.text, encoding="utf8")
    [loaded] = load_scripts(path)
    return loaded.script


def carry(path: Path) -> list[Imported]:
    return import_file(path, language="zh-CN", hotline="hotline_95188")


def expected(script: Script) -> list[dict[str, object]]:
    return [turn.bot.model_dump(exclude_unset=True, by_alias=True) for turn in script.turns if isinstance(turn, Expected)]


def test_a_rasa_test_case_keeps_words_wording_acts_and_slots(write: Write, tmp_path: Path) -> None:
    [imported] = carry(write(RASA, "test.yml"))
    script = read(imported, tmp_path)
    assert script.name == "还款 失败/一"
    assert imported.file_name == "还款-失败-一.call.yaml"
    assert [turn.caller for turn in script.turns if isinstance(turn, Utterance)] == ["我的花呗还不上了", "对"]
    assert expected(script) == [
        {"act": "confirm", "says~": ("/花呗.*吗/",)},
        {"act": "greet"},
        {"says": "请核对银行卡余额", "slots": {"card_tail": "3862"}},
    ]


def test_what_a_rasa_test_case_loses_is_listed_with_its_line(write: Write) -> None:
    path = write(RASA, "test.yml")
    [imported] = carry(path)
    assert imported.lost == (
        f"{path}:4: `metadata:` of the whole file",
        f"{path}:4: `fixtures:` of the test",
        f"{path}:7: assertion flow_started: repay",
        f"{path}:15: slot_was_set: reason (a script needs its value)",
        f'{path}:18: user: /restart{{"a": 1}}',
        f"{path}:19: action: action_listen",
    )
    comments = [line.strip() for line in imported.text.splitlines() if "#" in line]
    assert "# not carried over: `fixtures:` of the test" in comments
    assert "# not carried over: line 7: assertion flow_started: repay" in comments
    assert len(comments) == len(imported.lost)


def test_entities_marked_in_a_rasa_message_are_only_words(write: Write, tmp_path: Path) -> None:
    steps = 'my [credit score]{"entity": "product"} [dropped](event)'
    [imported] = carry(write(f"test_cases:\n- test_case: a\n  steps:\n  - user: {steps!r}\n", "test.yml"))
    [said] = [turn for turn in read(imported, tmp_path).turns if isinstance(turn, Utterance)]
    assert said.caller == "my credit score dropped"


def test_tests_of_one_name_become_files_of_their_own(write: Write) -> None:
    case = "- test_case: a\n  steps: [{user: hello}]\n"
    imported = carry(write(f"test_cases:\n{case}{case}", "test.yml"))
    assert distinct_names(imported) == ["a.call.yaml", "a-2.call.yaml"]


def test_rasa_stories_are_tests_too(write: Write, tmp_path: Path) -> None:
    path = write(STORIES, "stories.yml")
    one, two = carry(path)
    assert expected(read(one, tmp_path)) == [{"act": "hello"}]
    assert one.lost == (f"{path}:5: intent: greet",)
    assert [turn.caller for turn in read(two, tmp_path).turns if isinstance(turn, Utterance)] == ["转人工"]


def test_a_botium_convo_keeps_texts_negations_lists_and_pauses(write: Write, tmp_path: Path) -> None:
    write("UTT_REPAY\n花呗还不了款\n花呗还款失败\n", "repay.utterances.txt")
    write("UTT_ANSWER\n余额\n银行卡\n", "answer.utterances.txt")
    path = write(CONVO, "a.convo.txt")
    [imported] = carry(path)
    script = read(imported, tmp_path)
    said = [turn for turn in script.turns if isinstance(turn, Utterance)]
    assert [turn.caller for turn in said] == ["你好", "花呗还不了款"]
    assert said[0].at.seconds == 1.5
    assert expected(script) == [
        {"says~": ("请问有什么可以帮您",), "not": {"says~": ("人工",)}},
        {"any_of": ({"says~": ("余额",)}, {"says~": ("银行卡",)})},
    ]
    assert imported.lost == (f"{path}:11: #bot INTENT greet", f"{path}:13: #include SHARED", f"{path}:20: #bot $card")


ASSERTERS = """asserters

#begin
INCLUDE setup

#me
hello

#bot
TEXT_CONTAINS_ANY card|loan
!TEXT_CONTAINS sorry
?may be missing

#me
yes

#bot
TEXT_CONTAINS_ALL_IC What|Digits
TEXT_REGEXP last (four\\|six)
TEXT_REGEXP (unfinished

#me
go on

#bot
TEXT_EQUALS Which one?
BUTTONS yes|no
"""


def test_a_botium_convo_keeps_what_its_text_asserters_look_for(write: Write, tmp_path: Path) -> None:
    path = write(ASSERTERS, "a.convo.txt")
    [imported] = carry(path)
    assert expected(read(imported, tmp_path)) == [
        {"any_of": ({"says~": ("card",)}, {"says~": ("loan",)}), "not": {"says~": ("sorry",)}},
        {"says~": ("/(?i)What/", "/(?i)Digits/")},
        {"says~": ("/last (four|six)/",)},
        {"says~": (r"/^Which one\?$/",)},
    ]
    assert imported.lost == (
        f"{path}:3: #begin",
        f"{path}:4: #begin INCLUDE setup",
        f"{path}:12: #bot ?may be missing",
        f"{path}:20: #bot TEXT_REGEXP (unfinished",
        f"{path}:27: #bot BUTTONS yes|no",
    )


def test_what_a_rasa_bot_must_not_say_is_kept_and_lines_of_a_message_are_one(write: Write, tmp_path: Path) -> None:
    steps = '[{user: "no\\nthanks", assertions: [{bot_did_not_utter: {text_matches: card}}]}, {slot_was_set: [{done: true}]}]'
    [imported] = carry(write(f"test_cases:\n- test_case: a\n  steps: {steps}\n", "test.yml"))
    script = read(imported, tmp_path)
    assert [turn.caller for turn in script.turns if isinstance(turn, Utterance)] == ["no thanks"]
    assert expected(script) == [{"not": {"says~": ("/card/",)}, "slots": {"done": "true"}}]


@pytest.mark.parametrize(
    ("text", "name", "says"),
    [
        ("a: 1\n", "x.yml", "neither `test_cases:` nor `stories:`"),
        ("name\n\n#bot\nhello\n", "x.txt", "holds no #me section"),
        ("a", "x.json", "neither a rasa test file"),
        ("test_cases: [1]\n", "x.yml", "x.yml:1: a test must be a mapping"),
    ],
)
def test_what_is_no_test_is_said(write: Write, text: str, name: str, says: str) -> None:
    with pytest.raises(VoicebotError, match=says):
        carry(write(text, name))
