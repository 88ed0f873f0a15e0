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


def heard(english, *places: str) -> set[str]:
    """Words that one passage through these placed phones may be."""
    arcs, _ = graph._lexicon(english, WORDS, NUMBER)
    steps = [english.transitions[english.number[place], state][1] for place in places for state in range(english.length(place))]
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


def test_speech_as_such_is_an_unknown_word(english):
    assert heard(english, inventory.UNKNOWN) == {graph.UNKNOWN_WORD}
