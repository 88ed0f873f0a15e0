"""What callers do about what they heard."""

import pytest

from voicebot.simulation.ear import Understood
from voicebot.types import OTHER


@pytest.fixture(scope="module")
def mind_of(cast):
    """A mind of a caller with certain traits, found among those drawn."""

    def find(system="full", **traits):
        for number in range(5000):
            caller = cast.caller(31, number)
            plain = {"vague": False, "agent_first": False, "keys": False, "pauses_in_numbers": False}
            persona = {name: traits.get(name, value) for name, value in plain.items()}
            if all(getattr(caller.persona, name) == value for name, value in persona.items()):
                wanted = traits.get("question")
                if wanted is None and caller.goal.question != OTHER and caller.goal.second is None:
                    return caller, cast.mind(caller, system)
                if wanted is not None and caller.goal.question == wanted:
                    return caller, cast.mind(caller, system)
        raise AssertionError("nobody is like that")

    return find


def _heard(wants, *questions, cast=None, **more):
    titles = tuple(cast.hotline.questions[q].title for q in questions) if cast else ()
    return Understood(wants, tuple(questions), titles, **more)


def test_yes_to_the_right_question_and_no_to_others(mind_of, cast):
    caller, mind = mind_of()
    reaction = mind.react([_heard("is_it", caller.goal.question, cast=cast)])
    assert reaction.does == "say"
    assert any(reaction.utterance.text.startswith(yes) for yes in cast.bank.affirm)
    caller, mind = mind_of()
    wrong = next(name for name in cast.hotline.questions if name != caller.goal.question)
    said = mind.react([_heard("is_it", wrong, cast=cast)]).utterance.text
    begins = [template.partition("{question}")[0] for template in cast.bank.corrections]
    assert said in cast.bank.deny or any(said.startswith(start) for start in begins)


def test_asked_openly_the_question_is_put(mind_of, cast):
    caller, mind = mind_of()
    said = mind.react([_heard("describe")]).utterance.text
    words = said.replace("，", "")
    assert any(
        wording.replace("，", "") in words or words in wording for wording in cast.bank.questions[caller.goal.question].clear
    ) or any(filler in said for filler in cast.bank.hesitations)


def test_vague_callers_are_vague_at_first(mind_of, cast):
    caller, mind = mind_of(vague=True)
    said = mind.react([_heard("describe")]).utterance.text
    wordings = cast.bank.questions[caller.goal.question]
    assert not any(clear == said for clear in wordings.clear)


def test_who_wants_a_person_asks_for_one_first(mind_of, cast):
    _, mind = mind_of(agent_first=True)
    assert mind.react([_heard("describe")]).utterance.text in cast.bank.agent


def test_a_pick_from_a_list(mind_of, cast):
    caller, mind = mind_of()
    other = next(name for name in cast.hotline.questions if name != caller.goal.question)
    said = mind.react([_heard("which", other, caller.goal.question, cast=cast)]).utterance.text
    title = cast.hotline.questions[caller.goal.question].title
    assert said in cast.bank.second or title in said or said not in cast.bank.first


def test_numbers_are_given_and_checked(mind_of, cast):
    caller, mind = mind_of(question="card_unbind", keys=True)
    reaction = mind.react([_heard("value", slot="卡号后四位")])
    if reaction.does == "press":
        assert len(reaction.keys) == 4
        right = mind.react([_heard("value_right", slot="卡号后四位", value=reaction.keys)])
        assert right.utterance.text in cast.bank.affirm
        wrong = mind.react([_heard("value_right", slot="卡号后四位", value="0000" if reaction.keys != "0000" else "1111")])
        assert wrong.utterance.text in cast.bank.deny
    else:
        assert reaction.utterance.text in cast.bank.lacks_value


def test_patience_runs_out(mind_of):
    caller, mind = mind_of()
    for _ in range(40):
        reaction = mind.react([_heard("not_heard"), _heard("describe")])
        if reaction.does == "hang_up":
            break
    assert reaction.does == "hang_up"
    assert caller.persona.patience < 20


def test_menu_keys(mind_of, cast):
    caller, mind = mind_of("menu")
    business = cast.hotline.businesses[cast.hotline.questions[caller.goal.question].business].title["zh-CN"]
    others = [_heard("menu_option", title="别的", value="1"), _heard("menu_option", title=business, value="2")]
    assert mind.react(others).keys == "2"
    assert mind.cut_in() is None


def test_nothing_is_said_after_the_end(mind_of):
    _, mind = mind_of()
    assert mind.react([_heard("end")]).does == "wait"
