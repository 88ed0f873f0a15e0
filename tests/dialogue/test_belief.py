"""The belief is arithmetic: what must hold for any numbers, and what must hold for the caller."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from voicebot.dialogue import belief as room
from voicebot.dialogue.belief import NAMING, Belief
from voicebot.types import OTHER, OTHER_SHARE

NAMES = ["huabei_repay", "huabei_prepay", "jiebei_repay", "card_lost"]

anything = st.floats(allow_nan=True, allow_infinity=True)
chance = st.floats(0.0, 1.0)
wild = st.dictionaries(st.sampled_from([*NAMES, OTHER, "unheard_of"]), anything, max_size=6)
fair = st.dictionaries(st.sampled_from([*NAMES, OTHER]), st.floats(0.01, 1.0), min_size=1)


def flat() -> Belief:
    return Belief.of(dict.fromkeys([*NAMES, OTHER], 1.0))


def sure_of(question: str, share: float = 0.9) -> dict[str, float]:
    rest = [name for name in [*NAMES, OTHER] if name != question]
    return {question: share} | {name: (1 - share) / len(rest) for name in rest}


def assert_sound(belief: Belief) -> None:
    chances = belief.probabilities
    assert all(0.0 <= value <= 1.0 for value in chances.values())
    assert math.isclose(math.fsum(chances.values()), 1.0, abs_tol=1e-9)


@given(prior=wild, turns=st.lists(st.tuples(wild, anything), max_size=8), said_no=st.sets(st.sampled_from(NAMES)))
def test_any_numbers_leave_probabilities_that_sum_to_one(prior, turns, said_no):
    belief = Belief.of(dict.fromkeys(NAMES, 1.0) | prior)
    for likelihoods, confidence in turns:
        belief = belief.update(likelihoods, confidence)
        assert_sound(belief)
    for changed in (belief.deny(said_no), belief.affirm(NAMES[0], 0.5), belief.narrow(NAMES[:2]), belief.deny(NAMES)):
        assert_sound(changed)


@given(turns=st.lists(st.tuples(fair, chance), min_size=2, max_size=6), data=st.data())
def test_order_of_independent_evidence_does_not_matter(turns, data):
    shuffled = data.draw(st.permutations(turns))
    one, two = flat(), flat()
    for likelihoods, confidence in turns:
        one = one.update(likelihoods, confidence)
    for likelihoods, confidence in shuffled:
        two = two.update(likelihoods, confidence)
    assert one.probabilities == pytest.approx(two.probabilities, abs=1e-9)


@given(turns=st.lists(st.tuples(fair, chance), max_size=8))
def test_a_denied_question_does_not_come_back_by_itself(turns):
    belief = flat().deny("huabei_repay")
    for likelihoods, confidence in turns:
        total = sum(likelihoods.values())
        named = confidence * likelihoods.get("huabei_repay", 0.0) / total >= NAMING
        belief = belief.update(likelihoods, confidence)
        if named:
            return
        assert belief.p("huabei_repay") == 0.0


@given(confidence=st.floats(0.05, 1.0), prior=fair)
def test_a_yes_never_lowers_and_a_no_removes(confidence, prior):
    belief = Belief.of(dict.fromkeys(NAMES, 0.1) | prior)
    assert belief.affirm("card_lost", confidence).p("card_lost") >= belief.p("card_lost") - 1e-12
    assert belief.deny("card_lost").p("card_lost") == 0.0


@given(confidence=st.floats(0.05, 1.0), prior=fair)
def test_speaking_past_a_question_lowers_it_and_brings_nothing_back(confidence, prior):
    belief = Belief.of(dict.fromkeys(NAMES, 0.1) | prior).deny("card_lost")
    evaded = belief.evade(("huabei_repay", "card_lost"), confidence)
    assert evaded.p("huabei_repay") <= belief.p("huabei_repay") + 1e-12
    assert evaded.p("card_lost") == 0.0


def test_new_evidence_naming_a_denied_question_brings_it_back():
    belief = flat().update(sure_of("huabei_repay")).deny("huabei_repay")
    assert belief.p("huabei_repay") == 0.0
    back = belief.update(sure_of("huabei_repay", 0.95))
    assert back.ranked()[0][0] == "huabei_repay"


def test_half_heard_words_do_not_bring_a_denied_question_back():
    belief = flat().deny("huabei_repay").update(sure_of("huabei_repay", 0.95), confidence=0.3)
    assert belief.p("huabei_repay") == 0.0


def test_correction_moves_to_the_new_question_even_when_its_words_name_the_old_one():
    belief = flat().update(sure_of("huabei_repay"))
    moved = belief.correct("huabei_repay", {"huabei_repay": 0.6, "jiebei_repay": 0.35, "card_lost": 0.02})
    assert moved.p("huabei_repay") == 0.0
    assert moved.ranked()[0][0] == "jiebei_repay"
    assert moved.p("jiebei_repay") > 0.8


def test_unsure_words_move_less():
    low, high = flat().update(sure_of("card_lost"), 0.3), flat().update(sure_of("card_lost"), 1.0)
    assert flat().p("card_lost") < low.p("card_lost") < high.p("card_lost")


def test_words_that_say_nothing_change_nothing():
    belief = flat().update(sure_of("card_lost"))
    assert belief.update({}) is belief
    assert belief.update({"unheard_of": 1.0}) is belief
    assert belief.update(sure_of("huabei_repay"), 0.0).probabilities == pytest.approx(belief.probabilities)


def test_narrowing_keeps_the_order_within_and_lifts_above_the_rest():
    belief = flat().update({"card_lost": 0.5, "huabei_repay": 0.3, "huabei_prepay": 0.15, "jiebei_repay": 0.05})
    narrowed = belief.narrow(["huabei_repay", "huabei_prepay"])
    assert [name for name, _ in narrowed.questions()[:3]] == ["huabei_repay", "huabei_prepay", "card_lost"]


def test_a_second_question_starts_from_the_prior_with_the_answered_one_made_unlikely():
    prior = {"huabei_repay": 0.6, "card_lost": 0.2, OTHER: 0.2}
    belief = Belief.of(prior).deny("card_lost").affirm("huabei_repay")
    again = belief.renew(prior, answered=["huabei_repay"])
    assert again.denied == frozenset()
    assert again.p("card_lost") > again.p("huabei_repay") > 0.0
    assert again.doubted == {"card_lost"}


def test_when_every_question_is_denied_something_else_remains():
    assert flat().deny(NAMES).p(OTHER) == 1.0
    assert flat().deny(OTHER).p(OTHER) > 0.0


def test_a_thousand_turns_stay_finite():
    belief = flat()
    for _ in range(1000):
        belief = belief.update(sure_of("card_lost", 1.0)).update(sure_of("huabei_repay", 1.0))
    assert_sound(belief)
    assert belief.p("card_lost") == pytest.approx(0.5)


@pytest.mark.parametrize("count", [2, 20, 200])
def test_words_that_fit_one_question_speak_for_it_however_large_the_catalogue(count: int) -> None:
    """Half a posterior on one of many questions is far more than its share; the same on `OTHER` is hardly more than its own."""
    names = [f"q{index}" for index in range(count)]
    posteriors = dict.fromkeys(names[1:], 0.05 / (count - 1)) | {names[0]: 0.5, OTHER: 0.45}
    prior = dict.fromkeys(names, (1.0 - OTHER_SHARE) / count) | {OTHER: OTHER_SHARE}
    belief = Belief.of(prior).update(room.likelihoods(posteriors))
    assert belief.p(names[0]) == pytest.approx(0.5, abs=0.01)
    assert belief.p(OTHER) == pytest.approx(0.45, abs=0.01)


def test_no_evidence_is_no_evidence() -> None:
    prior = {"a": 0.3, "b": 0.58, OTHER: OTHER_SHARE}
    assert room.likelihoods({}) == {}
    assert room.likelihoods({"a": 0.44, "b": 0.44, OTHER: OTHER_SHARE}) == pytest.approx(dict.fromkeys(prior, 1 / 3))
