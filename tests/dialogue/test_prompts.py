"""Every template in both languages, variants that take turns, the pack's wording before the house's, blanks left out."""

import re

import pytest

from voicebot.dialogue.catalogue import Catalogue
from voicebot.dialogue.memory import Line
from voicebot.dialogue.prompts import Phrasebook, fill, without_blanks
from voicebot.dialogue.wording import WORDING

from .helpers import pack

BLANK = re.compile(r"\{(\w+)\}")


def book(**prompts: tuple[str, ...]) -> Phrasebook:
    return Phrasebook(Catalogue(pack(prompts=prompts)))


def test_both_languages_have_the_same_templates_with_the_same_blanks():
    chinese, english = WORDING["zh-CN"], WORDING["en-US"]
    assert set(chinese) == set(english)
    for name in chinese:
        blanks = {blank for text in chinese[name] + english[name] for blank in BLANK.findall(text)}
        if name not in ("read_back", "read_back_passing", "slot_missing", "supplement"):
            assert all(set(BLANK.findall(text)) == blanks for text in chinese[name] + english[name]), name


@pytest.mark.parametrize("language", ["zh-CN", "en-US"])
def test_what_asks_asks_last(language):
    asking = [
        "proactive_guess",
        "clarify_2",
        "clarify_3",
        "confirm",
        "clear",
        "more",
        "offer_agent",
        "brief",
        "brief_confirm",
        "read_back",
    ]
    for name in asking:
        for text in WORDING[language][name]:
            assert text.rstrip()[-1] in "？?" or text.endswith("Right?"), text


def test_variants_take_turns_and_come_round():
    phrases = book()
    texts = [phrases.render(Line("go_on", "go_on"), turn).text for turn in range(5)]
    assert len(set(texts[:4])) == 4
    assert texts[4] == texts[0]


def test_the_pack_words_it_its_own_way():
    assert book(goodbye=("回见。",)).render(Line("goodbye", "goodbye"), 7).text == "回见。"


def test_values_are_filled_in_once_and_what_they_contain_is_not_touched():
    assert fill("{a}{b}", {"a": "{b}", "b": "x"}) == "{b}x"
    assert fill("{unknown}", {}) == "{unknown}"


@pytest.mark.parametrize(
    ("filled", "text"),
    [
        (["tail"], "先打开应用。尾号{tail}的卡可以解绑。"),
        ([], "先打开应用。"),
    ],
)
def test_sentences_that_need_what_nobody_said_are_left_out(filled, text):
    assert without_blanks("先打开应用。尾号{tail}的卡可以解绑。", {"tail": "卡号后四位"}, filled) == text


def test_when_every_sentence_needs_it_its_name_stands_in():
    assert without_blanks("The card {tail} is fine.", {"tail": "last four digits"}, []) == "The card last four digits is fine."


def test_an_english_sentence_begins_with_a_capital():
    phrases = Phrasebook(Catalogue(pack("en-US", prompts={"clear": ("{question}: is that clear?",)})))
    assert phrases.render(Line("clear", "clear", values=(("question", "a lost card"),))).text == "A lost card: is that clear?"
