"""Draws depend on seed, caller, topic and count alone."""

from collections import Counter

from voicebot.simulation.chance import Chance


def test_the_same_name_gives_the_same_draw():
    assert Chance(3, 5).unit("x", 2) == Chance(3, 5).unit("x", 2)
    draws = {
        Chance(seed, number).unit(topic, count) for seed in (1, 2) for number in (1, 2) for topic in "ab" for count in (0, 1)
    }
    assert len(draws) == 16


def test_picks_go_through_all_items_before_one_comes_again():
    chance = Chance(0, 0)
    for length in (1, 2, 3, 7, 12):
        items = list(range(length))
        assert sorted(chance.pick(items, f"of {length}", count) for count in range(length)) == items


def test_weights_and_shares_are_kept():
    drawn = Counter(Chance(0, number).weighted({"a": 3.0, "b": 1.0, "c": 0.0}, "w") for number in range(4000))
    assert drawn["c"] == 0
    assert 0.72 < drawn["a"] / 4000 < 0.78
    assert 0.27 < sum(Chance(0, number).happens(0.3, "h") for number in range(4000)) / 4000 < 0.33


def test_quantities_have_their_middle():
    normal = sorted(Chance(0, number).normal(10, 2, "n") for number in range(2001))
    lognormal = sorted(Chance(0, number).lognormal(3, 0.5, "l") for number in range(2001))
    assert 9.8 < normal[1000] < 10.2
    assert 2.85 < lognormal[1000] < 3.15
