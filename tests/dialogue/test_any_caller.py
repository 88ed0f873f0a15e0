"""Whatever a caller does, the call ends; the bot never goes round in circles, and never says the same three times running."""

import random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from voicebot.dialogue import Conversation, Menu, OneShot
from voicebot.dialogue.policy import Thresholds
from voicebot.events import QuestionAnswered, Transferred
from voicebot.types import OTHER, DialogueAct, Heard, SlotValue, Understanding

from .helpers import AGENT, FLAT, NO, NOTHING, QUESTIONS, WARM, YES, Talk, about, act, digits, pack, talk, vague

LIMIT = int(Thresholds().turns)

slots = st.builds(
    SlotValue,
    kind=st.sampled_from(["digits", "card", "phone", "amount", "date"]),
    value=st.sampled_from(["1234", "12", "6222020200112233445", "13800138000"]),
    text=st.just(""),
    valid=st.booleans(),
)
shares = st.dictionaries(st.sampled_from([*QUESTIONS, OTHER]), st.floats(0.0, 1.0), max_size=7)
understandings = st.one_of(
    st.sampled_from([YES, NO, NOTHING, AGENT, digits("1234"), vague("huabei_repay", "huabei_prepay", "huabei_limit")]),
    st.builds(about, st.sampled_from(QUESTIONS), st.floats(0.3, 0.99)),
    st.builds(act, st.sampled_from(list(DialogueAct))),
    st.builds(
        Understanding,
        text=st.sampled_from(["", "嗯", "那个", "我那个还不上"]),
        acts=st.dictionaries(st.sampled_from(list(DialogueAct)), st.floats(0.05, 1.0), max_size=4),
        questions=shares,
        slots=st.lists(slots, max_size=2).map(tuple),
        confidence=st.floats(0.0, 1.0),
        residue=st.sampled_from(["", "我那个还不上"]),
    ),
)
inputs = st.one_of(
    st.tuples(st.just("say"), understandings, st.booleans(), st.floats(0.0, 1.0)),
    st.tuples(st.just("keys"), st.text("0123456789*#", min_size=1, max_size=6)),
    st.just(("silence",)),
    st.just(("played",)),
)


def give(call: Talk, what: tuple[Any, ...]) -> None:
    match what:
        case ("say", understanding, interrupts, fraction):
            prompt = call.asks
            words = prompt.text[: int(fraction * len(prompt.text))]
            call.say(understanding, Heard(prompt, fraction, words) if interrupts else None)
        case ("keys", keys):
            call.keys(keys)
        case ("silence",):
            call.silence()
        case _:
            call.played()


def same_words_three_times(call: Talk) -> bool:
    said = [tuple(prompt.text for prompt in turn) for turn in call.turns]
    texts = [prompt.text for prompt in call.prompts]
    return any(len(set(seen[i : i + 3])) == 1 for seen in (said, texts) for i in range(len(seen) - 2))


@settings(max_examples=150, deadline=None)
@given(script=st.lists(inputs, min_size=1, max_size=90), warm=st.booleans(), chinese=st.booleans())
def test_every_call_ends_or_waits_for_the_caller(script, warm, chinese):
    call = talk("zh-CN" if chinese else "en-US", WARM if warm else FLAT)
    taken = 0
    for what in script:
        give(call, what)
        taken += what[0] != "played"
        if call.outcome is not None:
            break
        assert taken <= LIMIT
    assert not same_words_three_times(call)


@settings(max_examples=60, deadline=None)
@given(cycle=st.lists(inputs, min_size=1, max_size=4), warm=st.booleans())
def test_the_same_over_and_over_ends_the_call(cycle, warm):
    call = talk(prior=WARM if warm else FLAT)
    for _ in range(LIMIT + 1):
        for what in cycle if any(what[0] != "played" for what in cycle) else [("silence",)]:
            give(call, what)
            if call.outcome is not None:
                assert not same_words_three_times(call)
                return
    pytest.fail("the call goes on and on")


@settings(max_examples=60, deadline=None)
@given(script=st.lists(inputs, min_size=1, max_size=20), at=st.integers(0, 19))
def test_a_withdrawn_turn_changes_nothing_that_comes_after(script, at):
    plain, withdrawn = talk(), talk()
    for index, what in enumerate(script):
        if index == at:
            before = withdrawn.conversation.snapshot()
            prompts = list(withdrawn.prompts)
            give(withdrawn, ("say", vague("huabei_repay", "jiebei_repay"), False, 0.0))
            withdrawn.conversation.restore(before)
            withdrawn.prompts = prompts
        give(plain, what)
        give(withdrawn, what)
        assert plain.actions == withdrawn.actions
        if plain.outcome is not None:
            return


@settings(max_examples=100, deadline=None)
@given(script=st.lists(inputs, min_size=1, max_size=40))
def test_nothing_is_answered_that_was_neither_certain_nor_confirmed(script):
    call = talk()
    for what in script:
        give(call, what)
    for event in call.events(QuestionAnswered):
        assert event.confirmed or event.probability >= Thresholds().answer - 1e-3
    for event in call.events(Transferred):
        assert event.skill_group


@pytest.mark.parametrize("doing", [*DialogueAct, "silence", "nothing", "keys 9", "vague", "star"])
@pytest.mark.parametrize("warm", [False, True])
def test_one_thing_over_and_over_ends_the_call_soon(doing, warm):
    call = talk(prior=WARM if warm else FLAT)
    for _ in range(12):
        match doing:
            case "silence":
                call.silence()
            case "nothing":
                call.say(NOTHING)
            case "keys 9":
                call.keys("9")
            case "star":
                call.keys("*")
            case "vague":
                call.say(vague("huabei_repay", "huabei_prepay", "jiebei_repay", "card_unbind"))
            case _:
                call.say(act(DialogueAct(doing)))
        if call.outcome is not None:
            break
    assert call.outcome is not None
    assert not same_words_three_times(call)


# ---------------------------------------------------------------- many random calls, as likely as callers are to do each thing


def random_words(chance: random.Random) -> Understanding:
    """One act mostly, words about one question or two mostly, half heard sometimes."""
    acts = {act: chance.uniform(0.4, 1.0) for act in chance.sample(list(DialogueAct), chance.choice([0, 1, 1, 1, 2, 3]))}
    about_these = chance.sample([*QUESTIONS, OTHER], chance.choice([1, 1, 2, 3]))
    shares = {name: 0.9 / len(about_these) if name in about_these else 0.02 for name in [*QUESTIONS, OTHER]}
    value = SlotValue("digits", chance.choice(["1234", "1", "2", "12"]), "", chance.random() < 0.8)
    return Understanding(
        text=chance.choice(["", "嗯", "甲", "乙", "丙"]),
        acts=acts,
        questions=shares if chance.random() < 0.6 else {},
        slots=(value,) if chance.random() < 0.3 else (),
        confidence=chance.choice([1.0, 1.0, 1.0, 0.8, 0.5, 0.2]),
        residue=chance.choice(["", "甲"]),
    )


def random_input(chance: random.Random, call: Talk) -> bool:
    """Something happens; whether it is a turn or a silence of the caller."""
    kind = chance.random()
    if kind < 0.75:
        prompt, fraction = chance.choice(call.turns[-1]), chance.random()
        heard = Heard(prompt, fraction, prompt.text[: int(fraction * len(prompt.text))])
        call.say(random_words(chance), heard if chance.random() < 0.3 else None)
    elif kind < 0.85:
        call.keys("".join(chance.choice("0123456789*#") for _ in range(chance.choice([1, 1, 1, 2, 4]))))
    elif kind < 0.95:
        call.silence()
    else:
        call.played()
    return kind < 0.95


@pytest.mark.parametrize("system", [Conversation, OneShot, Menu])
@pytest.mark.parametrize("seed", range(10))
def test_random_calls_of_every_system_end_in_one_of_the_outcomes(system, seed):
    chance = random.Random(seed)
    for _ in range(20):
        hotline = pack(chance.choice(["zh-CN", "en-US"]), survey=chance.random() < 0.3)
        call = talk(prior=chance.choice([FLAT, WARM]), system=system, hotline=hotline)
        after = chance.choice([0, 0, 3])
        left = LIMIT + 2
        while left:
            left -= random_input(chance, call)
            if call.outcome is not None and (after := after - 1) < 0:
                break
        assert call.outcome in ("agent", "self_service", "closed")
        assert not any(len({*turns}) == 1 for turns in threes([tuple(prompt.text for prompt in turn) for turn in call.turns]))


def threes(items: list[Any]) -> list[list[Any]]:
    return [items[index : index + 3] for index in range(len(items) - 2)]
