"""The policy: what it chooses for a belief, and that its thresholds do what their documentation says."""

import re
from dataclasses import fields, replace
from pathlib import Path
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from voicebot.dialogue.belief import Belief
from voicebot.dialogue.policy import Act, Thresholds, close_rivals, decide, greet
from voicebot.types import OTHER

LIMITS = Thresholds()
DOCS = Path(__file__).parents[2] / "docs" / "dialogue.md"


def belief(**shares: float) -> Belief:
    """`a=0.6, b=0.3`; what is left goes to twenty others and `OTHER`."""
    rest = max(0.0, 1.0 - sum(shares.values())) / 21
    return Belief.of({**{f"rest{i}": rest for i in range(20)}, OTHER: rest, **shares})


@pytest.mark.parametrize(
    ("shares", "act", "named"),
    [
        ({"a": 0.98}, Act.ANSWER, ("a",)),
        ({"a": 0.8, "b": 0.05}, Act.CONFIRM, ("a",)),
        ({"a": 0.5, "b": 0.4}, Act.CLARIFY, ("a", "b")),
        ({"a": 0.36, "b": 0.32, "c": 0.3}, Act.CLARIFY, ("a", "b", "c")),
        ({"a": 0.2, "b": 0.1}, Act.GUIDE, ()),
        ({OTHER: 0.8, "a": 0.1}, Act.GUIDE, ()),
    ],
)
def test_what_is_chosen(shares, act, named):
    choice = decide(belief(**shares), LIMITS)
    assert (choice.act, choice.questions) == (act, named)
    assert choice.why


def test_something_else_is_described_once_more_then_handed_over():
    outside = belief(**{OTHER: 0.95})
    assert decide(outside, LIMITS).act == Act.GUIDE
    assert decide(outside, LIMITS, guided=1, asked=1).act == Act.TRANSFER


def test_the_nearest_questions_are_offered_once_before_the_caller_is_given_up():
    unlikely = belief(**{OTHER: 0.86, "a": 0.08, "b": 0.03})
    last = decide(unlikely, LIMITS, guided=1, asked=1)
    assert (last.act, last.questions, last.last) == (Act.CLARIFY, ("a", "b"), True)
    assert decide(unlikely, LIMITS, guided=1, asked=int(LIMITS.patience) + 1).act == Act.TRANSFER
    alone = belief(**{OTHER: 0.9, "a": 0.08})
    assert decide(alone, LIMITS, guided=1, asked=1).act == Act.CONFIRM


def test_whoever_has_no_more_to_say_is_not_asked_to_describe_it_again():
    unlikely = belief(**{OTHER: 0.4, "a": 0.2, "b": 0.1})
    assert not decide(unlikely, LIMITS, guided=1, asked=1).last
    last = decide(unlikely, LIMITS, guided=1, asked=1, again=True)
    assert (last.act, last.questions, last.last) == (Act.CLARIFY, ("a", "b"), True)
    assert decide(belief(a=0.98), LIMITS, again=True).act == Act.ANSWER


def test_patience_ends_in_a_last_offer_and_a_transfer_unless_the_answer_is_certain():
    patience = int(LIMITS.patience)
    assert decide(belief(a=0.5, b=0.4), LIMITS, asked=patience).last
    refused = belief(**{OTHER: 0.85, "a": 0.08, "b": 0.03}).deny("b")
    assert decide(refused, LIMITS, asked=patience).act == Act.TRANSFER
    assert decide(refused, replace(LIMITS, no_offer=1.01), asked=patience).last
    assert decide(belief(a=0.5, b=0.4), LIMITS, asked=patience + 1).act == Act.TRANSFER
    assert decide(belief(a=0.99), LIMITS, asked=99).act == Act.ANSWER


def test_only_a_question_that_the_first_words_name_is_answered_at_the_lower_threshold():
    likely = belief(a=0.9)
    assert decide(likely, LIMITS, named="a").act == Act.ANSWER
    assert decide(likely, LIMITS).act == Act.CONFIRM
    assert decide(likely, LIMITS, named="b").act == Act.CONFIRM
    assert decide(likely, LIMITS, named="a", asked=1).act == Act.CONFIRM
    assert decide(likely, LIMITS, named="a", unasked=True).act == Act.CONFIRM
    assert decide(belief(a=0.99), LIMITS, asked=1).act == Act.ANSWER


def test_what_the_caller_was_asked_about_or_said_no_to_is_not_answered_without_their_yes():
    certain = belief(a=0.995)
    assert decide(certain, LIMITS, named="a", pending=("a",)).act == Act.CONFIRM
    back = belief(a=0.5).deny("a").update({"a": 1.0}).update({"a": 1.0})
    assert back.p("a") > LIMITS.answer_asked
    assert decide(back, LIMITS, named="a").act == Act.CONFIRM
    assert decide(certain, LIMITS, named="a", answered=("a",)).act == Act.CONFIRM


def test_something_else_counts_less_for_what_is_asked_and_the_probability_stays_the_belief():
    doubted = belief(**{OTHER: 0.6, "a": 0.3})
    choice = decide(doubted, LIMITS)
    assert (choice.act, choice.questions) == (Act.CONFIRM, ("a",))
    assert choice.probability == pytest.approx(doubted.p("a"))
    assert decide(doubted, replace(LIMITS, outside_weight=1.0)).act == Act.GUIDE


def test_denied_questions_are_never_named():
    denied = belief(a=0.5, b=0.4).deny("a")
    assert "a" not in decide(denied, LIMITS).questions
    assert "a" not in close_rivals(denied, "b", LIMITS)


def test_rivals_are_those_that_were_in_the_running():
    assert close_rivals(belief(a=0.6, b=0.3), "a", LIMITS) == ("b",)
    assert close_rivals(Belief.of({"a": 0.999, "b": 0.001, OTHER: 0.0}), "a", LIMITS) == ()


@given(
    shares=st.dictionaries(st.sampled_from("abcdefgh"), st.floats(0.0, 1.0), min_size=1),
    other=st.floats(0.0, 1.0),
    asked=st.integers(0, 6),
    guided=st.integers(0, 3),
)
def test_whatever_the_belief_the_choice_is_within_its_thresholds(shares, other, asked, guided):
    now = Belief.of({**shares, OTHER: other})
    choice = decide(now, LIMITS, asked=asked, guided=guided)
    assert len(choice.questions) == len(set(choice.questions)) <= LIMITS.options
    assert OTHER not in choice.questions
    whole = 1.0 - now.p(OTHER) * (1.0 - LIMITS.outside_weight)
    counted = [now.p(name) / whole for name in choice.questions]
    match choice.act:
        case _ if choice.last:
            assert asked <= LIMITS.patience
            assert all(share >= LIMITS.last_offer - 1e-9 for share in counted)
        case Act.ANSWER:
            assert now.p(choice.questions[0]) >= LIMITS.answer
        case Act.CONFIRM:
            assert counted[0] >= LIMITS.confirm - 1e-9
        case Act.CLARIFY:
            assert all(share >= LIMITS.option - 1e-9 for share in counted)
            assert sum(counted) >= LIMITS.clarify_together - 1e-9
        case Act.TRANSFER:
            assert asked >= LIMITS.patience or guided
        case _:
            assert choice.questions == ()


@given(p=st.floats(0.01, 0.99))
def test_a_guess_is_made_exactly_when_it_saves_more_than_it_risks(p):
    choice = greet(Belief.of({"a": p, **{f"r{i}": (1 - p) / 9 for i in range(8)}, OTHER: (1 - p) / 9}), LIMITS)
    top = max(p, (1 - p) / 9)
    saves = top * (LIMITS.open_turns - 1.0) - (1.0 - top) * LIMITS.wrong_guess_turns
    assert (choice.act == Act.PROACTIVE_GUESS) == (saves > 0)


def test_dearer_wrong_guesses_are_made_less():
    prior = belief(a=0.6)
    assert greet(prior, LIMITS).act == Act.PROACTIVE_GUESS
    assert greet(prior, replace(LIMITS, wrong_guess_turns=2.0)).act == Act.ASK


def test_a_pack_sets_thresholds_by_name_from_a_mapping_or_an_object():
    assert Thresholds.of({"answer": 0.8, "unknown": 1}).answer == 0.8
    assert Thresholds.of(SimpleNamespace(confirm=0.5, answer=None)) == replace(LIMITS, confirm=0.5)


def test_every_threshold_is_documented_with_its_default():
    text = DOCS.read_text(encoding="utf-8")
    for field in fields(Thresholds):
        assert re.search(rf"^\| `{field.name}` \| {field.default:g} \| \S", text, re.MULTILINE), field.name
