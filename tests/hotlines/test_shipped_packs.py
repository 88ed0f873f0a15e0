"""The packs that ship: what their authors owe to callers, whatever the wordings are."""

import re
from collections import Counter
from functools import cache
from pathlib import Path

import pytest

from voicebot.hotlines import Hotline, Question, bundled_hotlines, find_hotline, load_hotline, load_profiles, prior
from voicebot.nlu.homophones import syllables
from voicebot.types import LANGUAGES, OTHER, Language

EXAMPLES = 12
"""Distinct wordings that every question has at least."""

OUT_OF_SCOPE = 60
"""Wordings about nothing in the catalogue that every language has at least."""

TITLE: dict[Language, int] = {"zh-CN": 10, "en-US": 6}
"""Characters, or words, in the longest title: two of them have to fit into one short question."""

ANSWER: dict[Language, int] = {"zh-CN": 64, "en-US": 38}
"""Characters, or words, in the longest answer: twelve seconds at the voice's rate."""

SENTENCE_END = {"zh-CN": re.compile(r"[。！？]"), "en-US": re.compile(r"[.!?](?=\s|$)")}
BLANK = re.compile(r"\{\w+\}")

PACKS = [(name, language) for name in bundled_hotlines() for language in LANGUAGES if (find_hotline(name) / language).is_dir()]
pytestmark = pytest.mark.parametrize(("name", "language"), PACKS)


@cache
def pack(name: str, language: Language) -> Hotline:
    return load_hotline(name, language)


def questions(name: str, language: Language) -> list[Question]:
    return list(pack(name, language).questions.values())


def length(text: str, language: Language) -> int:
    return len(text) if language == "zh-CN" else len(text.split())


def test_every_question_has_many_wordings(name: str, language: Language) -> None:
    few = {q.id: len(set(q.examples)) for q in questions(name, language) if len(set(q.examples)) < EXAMPLES}
    assert few == {}


def test_no_wording_is_there_twice(name: str, language: Language) -> None:
    said = Counter(wording for q in questions(name, language) for wording in q.examples)
    said.update(pack(name, language).out_of_scope)
    assert [wording for wording, times in said.items() if times > 1] == []


def test_there_are_many_wordings_out_of_scope(name: str, language: Language) -> None:
    assert len(set(pack(name, language).out_of_scope)) >= OUT_OF_SCOPE


def test_wordings_are_plain_spoken_words(name: str, language: Language) -> None:
    strange = re.compile(r"[^㐀-鿿]") if language == "zh-CN" else re.compile(r"[^a-z' ]")
    wordings = [*pack(name, language).out_of_scope, *(wording for q in questions(name, language) for wording in q.examples)]
    assert [wording for wording in wordings if strange.search(wording)] == []


def test_titles_and_answers_can_be_read_aloud(name: str, language: Language) -> None:
    silent = re.compile(r"[0-9A-Za-z]") if language == "zh-CN" else re.compile(r"[0-9%$]")
    texts = [text for q in questions(name, language) for text in (q.title, BLANK.sub("", q.answer))]
    assert [text for text in texts if silent.search(text)] == []


def test_titles_are_short_and_differ_to_the_ear(name: str, language: Language) -> None:
    titles = [q.title for q in questions(name, language)]
    assert [title for title in titles if length(title, language) > TITLE[language]] == []
    heard = Counter(tuple(syllables(title)) if language == "zh-CN" else tuple(title.lower().split()) for title in titles)
    assert [sound for sound, times in heard.items() if times > 1] == []


def test_answers_are_two_short_sentences(name: str, language: Language) -> None:
    ends, longest = SENTENCE_END[language], ANSWER[language]
    wrong = {q.id: q.answer for q in questions(name, language) if len(ends.findall(q.answer)) != 2}
    assert wrong == {}
    assert [q.id for q in questions(name, language) if length(q.answer, language) > longest] == []


def test_slots_are_used_and_can_be_done_without(name: str, language: Language) -> None:
    for q in questions(name, language):
        assert {slot.name for slot in q.slots} == {blank[1:-1] for blank in BLANK.findall(q.answer)}, q.id
        sentences = [part for part in SENTENCE_END[language].split(q.answer) if part.strip()]
        assert any(not BLANK.search(sentence) for sentence in sentences), q.id


def test_related_questions_name_each_other(name: str, language: Language) -> None:
    related = {q.id: q.related for q in questions(name, language)}
    for question, others in related.items():
        assert 1 <= len(others) <= 6, question
        assert question not in others
        assert [other for other in others if question not in related[other]] == []


def test_languages_agree(name: str, language: Language) -> None:
    def outline(q: Question) -> tuple[object, ...]:
        return q.business, q.skill_group, q.agent_only, q.related, [(slot.name, slot.kind, slot.length) for slot in q.slots]

    first = next(tag for pack_name, tag in PACKS if pack_name == name)
    assert {q.id: outline(q) for q in questions(name, language)} == {q.id: outline(q) for q in questions(name, first)}


def test_everything_in_the_prior_is_known_and_used(name: str, language: Language) -> None:
    hotline = pack(name, language)
    for table, known in ((hotline.prior.events, hotline.events), (hotline.prior.products, hotline.products)):
        assert set(table) == set(known)
        assert {q for weights in table.values() for q in weights} <= set(hotline.questions)
    assert set(hotline.prior.base) <= set(hotline.questions)
    assert {q.business for q in hotline.questions.values()} == set(hotline.businesses)


def test_every_event_brings_its_first_question_to_the_top(name: str, language: Language) -> None:
    hotline = pack(name, language)
    for event, weights in hotline.prior.events.items():
        believed = prior(hotline, {"events": [event]})
        likeliest = max((q for q in believed if q != OTHER), key=believed.__getitem__)
        assert likeliest in weights, event


def test_profiles_know_the_catalogue(name: str, language: Language) -> None:
    path = Path(find_hotline(name)) / "profiles.yaml"
    if not path.is_file():
        pytest.skip("this pack has no profiles")
    labelled = load_profiles(path, pack(name, language))
    assert len(labelled) >= 200
    assert set(pack(name, language).questions) <= {question for _, question in labelled}
    assert any(not profile.get("events") for profile, _ in labelled)
