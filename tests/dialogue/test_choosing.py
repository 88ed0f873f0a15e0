"""Words about a question: evidence, yes and no, corrections, picking from a list."""

from dataclasses import replace

import pytest

from voicebot.events import (
    QuestionAnswered,
    QuestionConfirmed,
    QuestionLocated,
)
from voicebot.types import DialogueAct

from .helpers import (
    CLEAR,
    NO,
    TITLES,
    WARM,
    YES,
    about,
    act,
    digits,
    heard,
    talk,
    vague,
)

both = pytest.mark.parametrize("language", ["zh-CN", "en-US"])


# ---------------------------------------------------------------- clarifying


@both
def test_two_close_questions_are_clarified_by_name(language):
    call = talk(language)
    call.say(vague("huabei_repay", "huabei_prepay"))
    assert call.asks.act == "clarify"
    assert call.expectation.kind == "choice"
    assert set(call.expectation.phrases) == {TITLES[language]["huabei_repay"], TITLES[language]["huabei_prepay"]}
    first = call.expectation.phrases[0]
    call.say(act(DialogueAct.CHOOSE_FIRST))
    assert TITLES[language][call.event(QuestionAnswered).question] == first
    assert call.event(QuestionLocated).how == "picked"
    assert call.event(QuestionConfirmed)


def options(call) -> list[str]:
    return [name for phrase in call.expectation.phrases for name, title in TITLES["zh-CN"].items() if title == phrase]


def clarifying(*questions: str):
    call = talk()
    call.say(vague(*questions))
    assert call.asks.act == "clarify"
    return call, options(call)


def test_an_option_is_picked_by_its_name():
    call, names = clarifying("huabei_repay", "huabei_prepay")
    call.say(about(names[1], 0.8))
    assert call.event(QuestionAnswered).question == names[1]
    assert call.event(QuestionLocated).how == "picked"


def test_the_key_of_an_option_picks_it():
    call, names = clarifying("huabei_repay", "huabei_prepay", "huabei_limit")
    call.keys("3")
    assert call.event(QuestionAnswered).question == names[2]
    assert call.event(QuestionAnswered).confirmed


def test_not_the_first_of_two_picks_the_second():
    call, names = clarifying("huabei_repay", "huabei_prepay")
    call.say(act(DialogueAct.DENY, DialogueAct.CHOOSE_FIRST))
    assert call.event(QuestionAnswered).question == names[1]


def test_the_other_one_picks_the_one_not_named_first():
    call, names = clarifying("huabei_repay", "huabei_prepay")
    call.say(act(DialogueAct.CHOOSE_OTHER))
    assert call.event(QuestionAnswered).question == names[1]


def test_both_are_answered_one_after_the_other():
    call, names = clarifying("huabei_repay", "huabei_prepay")
    call.say(act(DialogueAct.CHOOSE_BOTH))
    assert [event.question for event in call.events(QuestionAnswered)] == names
    assert [event.question for event in call.events(QuestionConfirmed)].count(names[0]) == 1
    assert all(event.confirmed for event in call.events(QuestionAnswered))


def test_neither_asks_for_a_description_and_forgets_both():
    call, names = clarifying("huabei_repay", "huabei_prepay")
    call.say(act(DialogueAct.CHOOSE_NEITHER))
    assert all(call.conversation.belief.p(name) == 0.0 for name in names)
    assert call.asks.act in ("guide", "confirm", "clarify")
    assert call.events(QuestionAnswered) == []


def test_yes_right_after_the_first_option_was_heard_means_that_one():
    call, names = clarifying("huabei_repay", "huabei_prepay")
    said = call.asks.text[: call.asks.text.index(TITLES["zh-CN"][names[0]]) + len(TITLES["zh-CN"][names[0]])]
    call.say(YES, heard(call.asks, said))
    assert call.event(QuestionAnswered).question == names[0]


def test_no_into_a_list_refers_to_what_was_heard():
    call, names = clarifying("huabei_repay", "huabei_prepay")
    said = call.asks.text[: call.asks.text.index(TITLES["zh-CN"][names[0]]) + len(TITLES["zh-CN"][names[0]])]
    call.say(NO, heard(call.asks, said))
    belief = call.conversation.belief
    assert belief.p(names[0]) == 0.0
    assert belief.p(names[1]) > 0.0


def test_yes_after_the_whole_list_asks_which():
    call, names = clarifying("huabei_repay", "huabei_prepay")
    call.say(YES)
    assert call.events(QuestionAnswered) == []
    assert call.asks.act == "clarify"


# ---------------------------------------------------------------- more than one question


def test_of_two_questions_in_one_breath_the_second_comes_after_the_answer():
    call = talk()
    both = replace(about("huabei_repay", 0.97), also=about("card_lost", 0.97).questions)
    call.say(both)
    assert call.acts[0] == "one_by_one"
    assert call.event(QuestionAnswered).question == "huabei_repay"
    call.say(act(DialogueAct.UNDERSTOOD))
    assert call.acts[0] == "also"
    assert call.conversation.belief.ranked()[0][0] == "card_lost"


def test_the_same_two_questions_again_set_nothing_aside():
    call = talk()
    both = replace(about("huabei_repay", 0.5), also=about("card_lost", 0.97).questions)
    call.say(both)
    call.say(both)
    assert "one_by_one" not in call.acts


def test_yes_and_more_answers_the_confirmed_question_first_then_the_other():
    call = talk(prior=WARM)
    call.say(about("huabei_limit", 0.97, DialogueAct.AFFIRM))
    assert [event.question for event in call.events(QuestionAnswered)] == ["huabei_repay", "huabei_limit"]
    assert [event.confirmed for event in call.events(QuestionAnswered)] == [True, False]


def test_a_pick_and_another_question_in_one_breath():
    call, names = clarifying("huabei_repay", "huabei_prepay")
    call.say(about("card_unbind", 0.99, DialogueAct.CHOOSE_FIRST))
    assert call.event(QuestionAnswered).question == names[0]
    call.say(CLEAR)
    assert call.asks.act == "supplement"
    call.say(digits("1234"))
    assert call.events(QuestionAnswered)[-1].question == "card_unbind"


def test_a_second_question_after_the_answer():
    call = talk()
    call.say(about("huabei_repay", 0.97))
    call.say(CLEAR)
    call.say(about("card_unbind", 0.97))
    assert call.asks.act == "supplement"
    call.say(digits("1234"))
    assert [event.question for event in call.events(QuestionAnswered)] == ["huabei_repay", "card_unbind"]


def test_a_digression_is_answered_and_the_slot_asked_again_afterwards():
    call = talk()
    call.say(about("card_unbind", 0.97))
    assert call.asks.act == "supplement"
    call.say(about("huabei_limit", 0.97))
    assert (call.asks.act, call.asks.question) == ("confirm", "huabei_limit")
    call.say(YES)
    assert call.events(QuestionAnswered)[-1].question == "huabei_limit"
    call.say(CLEAR)
    assert call.asks.act == "supplement"
    assert any(prompt.name == "return_to" for prompt in call.turns[-1])
    call.say(digits("1234"))
    assert call.events(QuestionAnswered)[-1].question == "card_unbind"


def test_the_same_words_again_say_nothing_new():
    call = talk()
    call.say(vague("huabei_repay", "huabei_prepay"))
    once = call.conversation.belief.probabilities
    call.say(vague("huabei_repay", "huabei_prepay"))
    assert call.conversation.belief.probabilities == once
    assert call.asks.act == "clarify"


def described(words: str, *questions: str, share: float = 0.9):
    """A description in these words, which could be about any of `questions`."""
    said = about(questions[0], share / len(questions), also=dict.fromkeys(questions[1:], share / len(questions)))
    return replace(said, text=words, residue=words)


def test_the_same_words_again_are_no_answer_and_deny_what_was_asked():
    call = talk()
    call.say(described("外币现钞在哪里可以取", "huabei_repay", share=0.5))
    assert (call.asks.act, call.asks.question) == ("confirm", "huabei_repay")
    call.say(described("外币现抄在哪里可以去", "huabei_repay", share=0.6))
    assert not call.events(QuestionAnswered)
    assert call.conversation.belief.p("huabei_repay") == 0.0
    assert call.asks.question != "huabei_repay"


def test_the_same_words_again_after_an_interruption_deny_nothing():
    call = talk()
    call.say(described("外币现钞在哪里可以取", "huabei_repay", share=0.5))
    call.say(described("外币现抄在哪里可以去", "huabei_limit", share=0.3), heard(call.asks, "是花"))
    assert call.conversation.belief.p("huabei_repay") > 0.0


def test_an_option_in_the_words_it_was_named_by_is_a_yes_though_said_before():
    call = talk()
    call.say(described("还款失败花呗还款失败", "huabei_repay", share=0.5))
    assert call.asks.question == "huabei_repay"
    call.say(described("花呗还款失败还款失败", "huabei_repay", share=0.9))
    assert call.event(QuestionConfirmed).question == "huabei_repay"


def test_another_question_in_like_words_is_not_the_same_again():
    call = talk()
    call.say(described("请问我的花呗怎么开通", "huabei_limit", share=0.5))
    assert call.asks.question == "huabei_limit"
    call.say(described("请问我的花呗怎么关闭", "huabei_repay", share=0.95))
    assert call.asks.question == "huabei_repay"


def test_speaking_of_the_matter_without_a_yes_makes_the_question_less_likely():
    call = talk()
    call.say(described("外币现钞在哪里可以取", "huabei_repay", share=0.5))
    before = call.conversation.belief.p("huabei_repay")
    call.say(described("柜台那边说的又不一样啊", *TITLES["zh-CN"]))
    assert 0.0 < call.conversation.belief.p("huabei_repay") < before


def test_whoever_says_the_same_when_asked_to_describe_it_gets_a_last_offer_then_an_agent():
    call = talk()
    call.say(described("外币现钞在哪里可以取", *TITLES["zh-CN"]))
    assert call.asks.act == "guide"
    call.say(described("外币现钞在哪里可以取", *TITLES["zh-CN"]))
    assert call.asks.act == "clarify"
    call.say(act(DialogueAct.CHOOSE_NEITHER))
    assert call.outcome == "agent"


def test_words_that_merely_paraphrase_the_option_bring_up_no_second_question():
    call, names = clarifying("huabei_repay", "huabei_prepay")
    call.say(about("jiebei_repay", 0.6, DialogueAct.CHOOSE_FIRST, also={names[0]: 0.3}))
    call.say(CLEAR)
    assert call.asks.act == "anything_else"
