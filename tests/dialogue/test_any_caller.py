"""Whatever a caller does, the call ends; the bot never goes round in circles, and never says the same three times running."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from voicebot.dialogue.policy import Thresholds
from voicebot.events import QuestionAnswered, Transferred
from voicebot.types import OTHER, DialogueAct, Heard, SlotValue, Understanding

from .helpers import AGENT, FLAT, NO, NOTHING, QUESTIONS, WARM, YES, Talk, about, act, digits, talk, vague

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
