"""The graph: which words a sequence of phones may be."""

import pytest

from tests.train.conftest import SCRIPTS

assert SCRIPTS.is_dir()

graph = pytest.importorskip("graph")
inventory = pytest.importorskip("inventory")

WORDS = {"no": {("n", "ow")}, "one": {("w", "ah", "n")}}
NUMBER = {graph.UNKNOWN_WORD: 1, "no": 2, "one": 3}


@pytest.fixture(scope="module")
def english():
    return inventory.Inventory.load("en-US")


COST = 3.0


def heard(english, *places: str) -> set[str]:
    """Words that one passage through these placed phones may be."""
    return passed(
        english,
        [english.transitions[english.number[place], state][1] for place in places for state in range(english.length(place))],
    )


def unknown(english, *phones: str) -> list[int]:
    """Steps through the states of the unknown phone that stand for these."""
    states = [english.output[phone, state] for phone in phones for state in range(english.lengths[phone])]
    number = english.number[inventory.UNKNOWN]
    return [english.transitions[number, state][1] for state in (0, *states, len(english.states))]


def passed(english, steps: list[int]) -> set[str]:
    arcs, _ = graph._lexicon(english, WORDS, NUMBER, COST)
    name = {number: word for word, number in NUMBER.items()}
    found: set[str] = set()
    reached = [(graph._BEFORE, 0, "")]
    while reached:
        node, taken, word = reached.pop()
        if node == graph._BEHIND:
            found |= {word} if taken == len(steps) else set()
            continue
        for start, goal, given, made, _ in arcs:
            if start != node or start == goal:
                continue
            silent = given == 0 or given > english.last_transition
            if silent or (taken < len(steps) and given == steps[taken]):
                reached.append((goal, taken + (not silent), word + name.get(made, "")))
    return found


def test_a_word_is_its_phones_and_nothing_else_is(english):
    assert heard(english, "n_B", "ow_E") == {"no"}
    assert heard(english, "w_B", "ah_I", "n_E") == {"one"}
    assert heard(english, "n_B", "ow_I") == set()
    assert heard(english, "n_B") == set()


def test_any_phones_are_an_unknown_word(english):
    for phones in (("n", "ow"), ("s",), ("ow", "n", "ow", "aa", "t")):
        assert passed(english, unknown(english, *phones)) == {graph.UNKNOWN_WORD}
    assert passed(english, unknown(english)[:1]) == set()


def test_half_a_phone_is_no_unknown_word(english):
    begin, first, _, end = unknown(english, "ow")
    assert passed(english, [begin, first, end]) == set()


def test_an_unknown_word_costs_by_the_phone(english):
    arcs, _ = graph._lexicon(english, WORDS, NUMBER, COST)
    cost = {given: cost for start, goal, given, _, cost in arcs if start != goal and given}
    assert sum(cost[step] for step in unknown(english, "n", "ow", "n")) == 3 * COST


def test_the_last_state_of_the_unknown_phone_alone_ends_it(english):
    """Kaldi finds a word's end by the transition that leaves its phone."""
    number = english.number[inventory.UNKNOWN]
    states = [state for phone, state, _ in english.triples if phone == number]
    assert states == list(range(english.length(inventory.UNKNOWN)))
    assert unknown(english, "n")[-1] == english.transitions[number, states[-1]][1]
