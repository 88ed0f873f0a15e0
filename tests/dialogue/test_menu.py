"""The key menu: a tree of at most nine options a level, walked by keys."""

import pytest

from voicebot.dialogue.catalogue import OPTIONS_A_LEVEL, Catalogue, MenuNode
from voicebot.dialogue.menu import MISSES, Menu
from voicebot.events import AnswerJudged, CallerTurnTaken, QuestionAnswered, QuestionConfirmed, QuestionLocated, Transferred

from .helpers import QUESTIONS, TITLES, YES, Talk, pack, talk


def menu(language: str = "zh-CN") -> Talk:
    return talk(language, system=Menu)


def leaves(node: MenuNode) -> list[str]:
    return [node.question] if node.question else [leaf for option in node.options for leaf in leaves(option)]


@pytest.mark.parametrize("language", ["zh-CN", "en-US"])
def test_two_keys_lead_to_an_answer(language):
    call = menu(language)
    assert [prompt.name for prompt in call.turns[0]] == ["greet", "menu", "menu_option", "menu_option", "menu_fixed"]
    call.keys("1")
    options = [prompt for prompt in call.turns[-1] if prompt.name == "menu_option"]
    assert [prompt.question for prompt in options] == QUESTIONS[:4]
    assert TITLES[language][QUESTIONS[1]] in options[1].text
    call.keys("2")
    assert call.event(QuestionLocated).how == "picked"
    assert call.event(QuestionConfirmed).question == QUESTIONS[1]
    assert call.event(QuestionAnswered).question == QUESTIONS[1]
    call.keys("1")
    assert call.event(AnswerJudged).accepted
    assert call.outcome == "self_service"


def test_keys_pressed_ahead_walk_down_several_levels():
    call = menu()
    call.keys("12")
    assert call.event(QuestionAnswered).question == QUESTIONS[1]
    assert len(call.events(CallerTurnTaken)) == 1


def test_pound_leads_back_and_star_repeats():
    call = menu()
    first = [prompt.text for prompt in call.turns[0] if prompt.name == "menu_option"]
    call.keys("2")
    call.keys("#")
    assert [prompt.text for prompt in call.turns[-1] if prompt.name == "menu_option"] == first
    call.keys("*")
    assert [prompt.text for prompt in call.turns[-1] if prompt.name == "menu_option"] == first


def test_zero_reaches_an_agent_and_so_does_a_question_for_agents():
    zero, lost = menu(), menu()
    zero.keys("0")
    lost.keys("22")
    assert zero.event(Transferred).reason == "agent"
    assert lost.event(Transferred).question == "card_lost"


@pytest.mark.parametrize("doing", ["9", "words", "silence"])
def test_misses_end_in_a_transfer(doing):
    call = menu()
    for _ in range(MISSES):
        match doing:
            case "words":
                call.say(YES)
            case "silence":
                call.silence()
            case keys:
                call.keys(keys)
    assert call.outcome == "agent"


def test_an_answer_that_is_not_clear_goes_to_an_agent():
    call = menu()
    call.keys("11")
    call.keys("2")
    assert not call.event(AnswerJudged).accepted
    assert call.outcome == "agent"


def test_no_level_has_more_than_nine_options_and_no_question_is_lost():
    hotline = pack()
    many = {f"q{i}": hotline.questions["huabei_repay"].model_copy(update={"id": f"q{i}"}) for i in range(30)}
    root = Catalogue(hotline.model_copy(update={"questions": many})).menu()
    assert sorted(leaves(root)) == sorted(many)
    level = [root]
    while level:
        assert all(len(node.options) <= OPTIONS_A_LEVEL for node in level)
        level = [option for node in level for option in node.options]
