"""The shipped banks of wordings: large enough for every question, and nothing in them that hotline or recogniser learnt."""

import re
from collections import Counter
from pathlib import Path

import pytest

from voicebot.hotlines import load_hotline
from voicebot.simulation.wordings import load_wordings, too_close
from voicebot.types import LANGUAGES

CLEAR = {"zh-CN": 22, "en-US": 12}
VAGUE = {"zh-CN": 6, "en-US": 5}
WORDINGS = {"zh-CN": 30, "en-US": 15}
OUTSIDE = 60
SENTENCES = Path(__file__).parents[2] / "scripts" / "train" / "sentences"


@pytest.fixture(scope="module", params=LANGUAGES)
def shipped(request):
    hotline = load_hotline("hotline_95188", request.param)
    return hotline, load_wordings(hotline)


def test_no_wording_is_near_an_example(shipped):
    hotline, bank = shipped
    examples = [example for question in hotline.questions.values() for example in question.examples]
    assert [(found.question, found.wording) for found in too_close(bank, examples)] == []


def test_no_wording_is_near_what_the_language_model_reads(shipped):
    _, bank = shipped
    read = (SENTENCES / f"{bank.language}.talk.txt").read_text(encoding="utf-8").splitlines()
    assert len(read) > 1000
    assert [(found.wording, found.example) for found in too_close(bank, read)] == []


def test_every_question_is_worded_in_many_ways(shipped):
    hotline, bank = shipped
    assert set(bank.questions) == set(hotline.questions)
    few = {
        name: (len(of.clear), len(of.vague))
        for name, of in bank.questions.items()
        if len(of.clear) < CLEAR[bank.language]
        or len(of.vague) < VAGUE[bank.language]
        or len(of.clear) + len(of.vague) < WORDINGS[bank.language]
    }
    assert few == {}
    assert len(set(bank.outside)) >= OUTSIDE


def test_no_wording_is_there_twice(shipped):
    _, bank = shipped
    said = Counter(
        re.sub(r"\W", "", wording).lower()
        for wording in (*bank.outside, *(text for of in bank.questions.values() for text in (*of.clear, *of.vague)))
    )
    assert [text for text, times in said.items() if times > 1] == []
