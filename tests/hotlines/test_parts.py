"""Parts: those that ship are sound in both languages; packs use them by name and may bring their own."""

from importlib import resources
from pathlib import Path

import pytest

from tests.hotlines.packs import QUESTIONS, complaint, loaded, replace_text, shop
from voicebot.errors import PackError
from voicebot.hotlines.fields import BLANK
from voicebot.hotlines.parts import load_part, part_names
from voicebot.types import LANGUAGES

SHIPPED = Path(str(resources.files("voicebot.hotlines"))) / "parts"
ZH = QUESTIONS["zh-CN"]

OWN = """
title: {zh-CN: 工号, en-US: staff number}
languages:
  zh-CN: {slots: [{name: staff, title: 工号, kind: digits, length: 6}]}
  en-US: {slots: [{name: staff, title: staff number, kind: digits, length: 6}]}
"""


def test_the_parts_that_ship():
    assert part_names() == [
        "agent_transfer",
        "amount",
        "callback",
        "card_choice",
        "date",
        "identity_check",
        "order_choice",
        "survey",
    ]


@pytest.mark.parametrize("name", part_names())
def test_every_part_speaks_every_language_and_asks_in_more_than_one_way(name):
    part = load_part(SHIPPED / f"{name}.yaml")
    assert set(part.languages) == set(part.title) == set(LANGUAGES)
    for words in part.languages.values():
        assert words.slots or words.prompts
        for slot in words.slots:
            assert len(slot.ask) >= 2
            assert len(slot.again) >= 2
        for question in words.questions:
            assert len(question.examples) >= 12
            assert set(BLANK.findall(question.answer)) <= {slot.name for slot in question.slots}


def test_slots_of_parts_are_asked_before_those_of_the_question(tmp_path):
    folder = shop(tmp_path)
    replace_text(
        folder / ZH, "    related: [refund_status]", "    slots: [{name: door, title: 门牌号}]\n    related: [refund_status]"
    )
    replace_text(folder / ZH, "use: [order_choice]", "use: [date, order_choice]")
    assert [slot.name for slot in loaded(folder).questions["parcel_late"].slots] == ["date", "order_tail", "door"]


def test_a_pack_brings_its_own_part_and_its_own_comes_first(tmp_path):
    folder = shop(tmp_path)
    (folder / "parts").mkdir()
    (folder / "parts/staff.yaml").write_text(OWN)
    (folder / "parts/identity_check.yaml").write_text(OWN)
    replace_text(folder / ZH, "use: [order_choice]", "use: [staff]")
    replace_text(folder / ZH, "{order_tail}", "{staff}")
    hotline = loaded(folder)
    assert [slot.name for slot in hotline.questions["parcel_late"].slots] == ["staff"]
    assert [slot.name for slot in hotline.questions["phone_change"].slots] == ["staff"]
    assert hotline.parts == ("identity_check", "staff", "survey")


def test_a_part_in_the_pack_brings_its_questions_prompts_and_settings(tmp_path):
    folder = shop(tmp_path)
    replace_text(
        folder / "hotline.yaml", "  survey:\n", "  callback: {business: account, skill_group: phones}\n  agent_transfer:\n"
    )
    hotline = loaded(folder)
    question = hotline.questions["callback"]
    assert (question.business, question.skill_group) == ("account", "phones")
    assert not hotline.survey
    assert hotline.thresholds == {"noinputs": 2, "nomatches": 2}
    assert "不用再说一遍" in hotline.prompts["transfer"][0]


def test_the_packs_own_words_and_numbers_go_before_those_of_a_part(tmp_path):
    folder = shop(tmp_path)
    replace_text(folder / "hotline.yaml", "  survey:\n", "  agent_transfer:\nthresholds: {noinputs: 5}\n")
    replace_text(folder / "zh-CN/language.yaml", "  greet:", "  transfer: 转给同事了。\n  greet:")
    hotline = loaded(folder)
    assert hotline.thresholds == {"noinputs": 5, "nomatches": 2}
    assert hotline.prompts["transfer"] == ("转给同事了。",)


def test_parts_may_be_a_list(tmp_path):
    folder = shop(tmp_path)
    replace_text(folder / "hotline.yaml", "parts:\n  survey:\n", "parts: [survey, agent_transfer]\n")
    assert loaded(folder).parts == ("agent_transfer", "identity_check", "order_choice", "survey")


def test_a_question_for_agents_by_its_part(tmp_path):
    folder = shop(tmp_path)
    replace_text(folder / ZH, "use: [identity_check]", "use: [identity_check, agent_transfer]")
    question = loaded(folder).questions["phone_change"]
    assert question.agent_only
    assert [slot.name for slot in question.slots] == ["id_phone", "id_tail"]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (
            OWN.replace("kind: digits", "kind: digit", 1),
            "parts/staff.yaml:4: `kind:` `digit` is not one of: open, yesno, choice, digits",
        ),
        (OWN.replace("length: 6", "length: 7", 1), "parts/staff.yaml:5: the slots differ from those in zh-CN"),
        (OWN.replace("  zh-CN: {slots", "  en-UK: {slots"), "parts/staff.yaml:4: `en-UK:` `en-UK` is not one of: zh-CN or en-US"),
        (OWN.replace("languages", "language"), "parts/staff.yaml:3: `language:` is not known here; did you mean `languages`?"),
        (
            OWN.replace("\n  zh-CN: {slots: [{name: staff, title: 工号, kind: digits, length: 6}]}", ""),
            "the part `staff` speaks en-US, not zh-CN",
        ),
        (OWN.replace("length: 6}", "length: 6, ask: '{slots}?'}"), "`ask:` has no value for `{slots}`; did you mean `slot`?"),
        (OWN.replace("length: 6}", "length: 6, least: 1}"), "`least:` and `most:` are for amounts, not for digits"),
        (OWN.replace("length: 6}", "length: 6, options: [a, b]}"), "`kind: choice` and `options:` belong together"),
        (
            OWN.replace("length: 6}", "length: 2, choose_from: cards}"),
            "`choose_from:` needs `kind: digits` and a `length:` of 3 to 8",
        ),
        (OWN.replace("length: 6}", "length: 6, offer: 'which?'}"), "`offer:` belongs to `choose_from:`"),
        (OWN.replace("length: 6}", "length: 6, matches: phone}"), "`matches: phone` does not fit kind digits"),
        (OWN.replace("kind: digits, length: 6", "kind: choice, options: [a, a]"), "two of its `options:` are alike"),
        (OWN + "thresholds: {options: 9}\n", "parts/staff.yaml:6: `options:` must be a whole number from 1 to 3, not 9"),
        ("- " * 2000, "parts/staff.yaml:1: nested"),
    ],
)
def test_a_mistake_in_a_part_is_located(tmp_path, text, said):
    folder = shop(tmp_path)
    (folder / "parts").mkdir()
    (folder / "parts/staff.yaml").write_text(text)
    replace_text(folder / ZH, "use: [order_choice]", "use: [staff]")
    replace_text(folder / ZH, "{order_tail}", "尾号")
    found = complaint(folder)
    assert any(said in mistake for mistake in found), found
    assert all(".yaml:" in mistake for mistake in found)


def test_a_part_alone_is_checked_too(tmp_path):
    path = tmp_path / "staff.yaml"
    path.write_text(OWN.replace("length: 6", "length: 7", 1))
    with pytest.raises(PackError, match="differ from those in zh-CN"):
        load_part(path)


def test_a_question_of_a_part_needs_a_business_of_the_pack(tmp_path):
    folder = shop(tmp_path)
    replace_text(folder / "hotline.yaml", "  survey:\n", "  callback:\n")
    (found,) = complaint(folder)
    assert "the part's question `callback` has no business here; write `callback: {business: …}`" in found


def test_a_slot_of_a_part_and_one_of_the_same_name_must_be_alike(tmp_path):
    folder = shop(tmp_path)
    replace_text(folder / ZH, "    related: [parcel_late]", "    slots: [{name: order_tail, title: 尾号, length: 4}]")
    (found,) = complaint(folder)
    assert "slot `order_tail` is not what it is at" in found
