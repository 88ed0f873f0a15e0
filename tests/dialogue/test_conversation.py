"""Scripted talks: what a caller does on the left, what must come of it on the right."""

import pytest

from voicebot.dialogue.states import IllegalTriggerError, State
from voicebot.dialogue.steps import unheard
from voicebot.events import (
    AnswerJudged,
    CallerTurnTaken,
    GuessAnswered,
    QuestionAnswered,
    QuestionConfirmed,
    QuestionLocated,
    SlotFilled,
    Transferred,
)
from voicebot.types import CallStarted, DialogueAct, Expect, Prompt, SpeechRate, Understanding

from .helpers import (
    AGENT,
    CLEAR,
    DONE,
    NO,
    NOTHING,
    TITLES,
    WARM,
    YES,
    about,
    act,
    digits,
    heard,
    talk,
    unsure,
    vague,
)

both = pytest.mark.parametrize("language", ["zh-CN", "en-US"])


# ---------------------------------------------------------------- the straight ways


@both
def test_a_clear_question_is_answered_after_one_turn_and_confirmed_in_the_prompt_after_it(language):
    call = talk(language)
    assert call.acts == ["greet", "ask"]
    call.say(about("huabei_repay", 0.97))
    assert call.acts == ["answer", "clear"]
    assert call.asks.question == "huabei_repay"
    assert TITLES[language]["huabei_repay"] in call.asks.text
    assert call.event(QuestionLocated).how == "certain"
    assert not call.event(QuestionAnswered).confirmed
    assert call.events(QuestionConfirmed) == []
    call.say(CLEAR)
    assert call.event(QuestionConfirmed).question == "huabei_repay"
    assert call.event(AnswerJudged).accepted
    assert call.acts == ["anything_else"]
    call.say(DONE)
    assert call.acts == ["goodbye"]
    assert call.outcome == "self_service"


@both
def test_a_guess_that_is_right_answers_after_one_yes(language):
    call = talk(language, WARM)
    assert call.acts == ["greet", "proactive_guess"]
    assert call.asks.question == "huabei_repay"
    assert call.expectation.kind == "yesno"
    call.say(YES)
    assert call.acts == ["answer", "clear"]
    assert call.event(GuessAnswered).accepted
    assert call.event(QuestionLocated).how == "confirmed"
    assert call.event(QuestionAnswered).confirmed
    assert len(call.events(CallerTurnTaken)) == 1


def test_a_wrong_guess_is_withdrawn_and_the_question_asked_openly():
    call = talk(prior=WARM)
    call.say(NO)
    assert not call.event(GuessAnswered).accepted
    assert call.asks.act == "ask"
    assert call.conversation.belief.p("huabei_repay") == 0.0
    call.say(about("jiebei_repay", 0.97))
    assert call.event(QuestionAnswered).question == "jiebei_repay"


def test_a_correction_in_one_breath_is_answered_at_once():
    call = talk(prior=WARM)
    call.say(about("jiebei_repay", 0.9, DialogueAct.DENY, also={"huabei_repay": 0.08}))
    assert not call.event(GuessAnswered).accepted
    assert call.event(QuestionAnswered).question == "jiebei_repay"


def test_naming_the_guessed_question_accepts_the_guess():
    call = talk(prior=WARM)
    call.say(about("huabei_repay", 0.9))
    assert call.event(GuessAnswered).accepted
    assert call.event(QuestionLocated).how == "confirmed"


def test_a_likely_question_is_confirmed_before_it_is_answered():
    call = talk()
    call.say(about("huabei_repay", 0.8))
    assert call.asks.act == "confirm"
    assert call.events(QuestionAnswered) == []
    call.say(YES)
    assert call.event(QuestionAnswered).confirmed


def test_words_half_heard_are_no_turn_to_act_on():
    call = talk()
    call.say(unsure(about("huabei_repay", 0.98), 0.1))
    assert call.acts == ["nomatch", "ask"]
    assert call.conversation.belief.p("huabei_repay") == pytest.approx(1 / 7)


def test_giving_up_is_no_mere_no():
    call = talk()
    call.say(about("huabei_repay", 0.8))
    call.say(Understanding("算了", acts={DialogueAct.CANCEL: 0.97, DialogueAct.DENY: 0.75}))
    assert call.asks.act == "anything_else"
    assert call.expectation.slot == "anything_else"


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


def test_yes_and_more_answers_the_confirmed_question_first_then_the_other():
    call = talk(prior=WARM)
    call.say(about("huabei_limit", 0.97, DialogueAct.AFFIRM))
    assert [event.question for event in call.events(QuestionAnswered)] == ["huabei_repay", "huabei_limit"]
    assert [event.confirmed for event in call.events(QuestionAnswered)] == [True, False]


def test_a_pick_and_another_question_in_one_breath():
    call, names = clarifying("huabei_repay", "huabei_prepay")
    call.say(about("card_unbind", 0.95, DialogueAct.CHOOSE_FIRST))
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
    assert call.events(QuestionAnswered)[-1].question == "huabei_limit"
    call.say(CLEAR)
    assert call.asks.act == "supplement"
    assert any(prompt.name == "return_to" for prompt in call.turns[-1])
    call.say(digits("1234"))
    assert call.events(QuestionAnswered)[-1].question == "card_unbind"


# ---------------------------------------------------------------- slots


@both
def test_a_slot_is_asked_for_read_back_and_filled(language):
    call = talk(language)
    call.say(about("card_unbind", 0.97))
    assert call.expectation.kind == "digits"
    assert call.expectation.length == 4
    assert call.expectation.slot == "card_tail"
    call.say(digits("1234"))
    assert call.event(SlotFilled).value == "1234"
    assert "read_back" in call.acts
    assert call.acts[-2:] == ["answer", "clear"]
    spoken = next(prompt.spoken for prompt in call.turns[-1] if prompt.act == "read_back")
    assert ("幺二三四" if language == "zh-CN" else "1 2 3 4") in spoken


def test_a_value_said_before_it_was_asked_for_is_used():
    call = talk()
    told = about("card_unbind", 0.97)
    call.say(type(told)(told.text, questions=told.questions, slots=digits("1234").slots, residue=told.residue))
    assert call.event(SlotFilled).value == "1234"
    assert call.event(QuestionAnswered).question == "card_unbind"


def test_a_value_half_heard_is_asked_back():
    call = talk()
    call.say(about("card_unbind", 0.97))
    call.say(unsure(digits("1234"), 0.6))
    assert call.asks.act == "read_back"
    assert call.events(SlotFilled) == []
    call.say(NO)
    assert call.asks.act == "supplement"
    call.say(digits("5678"))
    assert call.event(SlotFilled).value == "5678"


def test_a_corrected_value_in_one_breath():
    call = talk()
    call.say(about("card_unbind", 0.97))
    call.say(unsure(digits("1234"), 0.6))
    call.say(act(DialogueAct.DENY, slots=digits("5678").slots))
    assert call.event(SlotFilled).value == "5678"


def test_keys_fill_a_slot_and_too_few_do_not():
    call = talk()
    call.say(about("card_unbind", 0.97))
    call.keys("12")
    assert call.events(SlotFilled) == []
    assert call.asks.act == "supplement"
    call.keys("1234")
    assert call.event(SlotFilled).value == "1234"


def test_who_does_not_know_the_value_gets_the_answer_without_it():
    call = talk()
    call.say(about("card_unbind", 0.97))
    call.say(act(DialogueAct.DONT_KNOW))
    assert call.event(QuestionAnswered).question == "card_unbind"


# ---------------------------------------------------------------- silence and words not understood


@both
def test_silence_escalates_with_different_prompts_and_ends_in_a_transfer(language):
    call = talk(language)
    first, second = call.silence(), call.silence()
    assert {prompt.text for prompt in first}.isdisjoint(prompt.text for prompt in second)
    call.silence()
    assert call.event(Transferred).reason == "noinput"
    assert call.outcome == "agent"


@both
def test_words_not_understood_escalate_and_end_in_a_transfer(language):
    call = talk(language)
    first, second = call.say(NOTHING), call.say(NOTHING)
    assert {prompt.text for prompt in first}.isdisjoint(prompt.text for prompt in second)
    call.say(NOTHING)
    assert call.event(Transferred).reason == "nomatch"


def test_a_good_turn_resets_the_counts():
    call = talk()
    call.say(NOTHING)
    call.say(NOTHING)
    call.say(vague("huabei_repay", "huabei_prepay"))
    call.say(NOTHING)
    call.say(NOTHING)
    assert call.events(Transferred) == []


def test_silence_after_an_answer_ends_the_call_without_confirming():
    call = talk()
    call.say(about("huabei_repay", 0.97))
    call.silence()
    call.silence()
    assert call.outcome == "self_service"
    assert call.events(QuestionConfirmed) == []


def test_a_yes_to_the_second_asking_confirms_nothing():
    call = talk()
    call.say(about("huabei_repay", 0.97))
    call.say(NOTHING)
    call.say(CLEAR)
    assert call.event(AnswerJudged).accepted
    assert call.events(QuestionConfirmed) == []


# ---------------------------------------------------------------- commands


def test_repeat_says_the_answer_again():
    call = talk()
    call.say(about("huabei_repay", 0.97))
    answer = next(prompt.text for prompt in call.prompts if prompt.act == "answer")
    call.say(act(DialogueAct.REPEAT))
    assert answer in [prompt.text for prompt in call.turns[-1]]
    assert len(call.events(QuestionAnswered)) == 1


def test_slower_slows_the_voice_down():
    call = talk()
    call.say(act(DialogueAct.SLOWER))
    (rate,) = [action for action in call.actions if isinstance(action, SpeechRate)]
    assert rate.factor < 1.0


def test_back_leads_to_the_question_before():
    call = talk()
    call.say(vague("huabei_repay", "huabei_prepay"))
    call.say(act(DialogueAct.BACK))
    assert call.asks.act == "ask"
    assert call.conversation.state is State.OPEN


def test_start_over_forgets_what_was_said():
    call = talk()
    call.say(vague("huabei_repay", "huabei_prepay"))
    call.say(act(DialogueAct.START_OVER))
    assert call.asks.act == "ask"
    assert call.conversation.belief.p("huabei_repay") == pytest.approx(1 / 7)


def test_wait_keeps_the_question_on_the_floor_and_waits_longer():
    call = talk(prior=WARM)
    usual = call.expectation.timeouts.noinput
    call.say(act(DialogueAct.WAIT))
    assert call.acts == ["wait"]
    assert call.expectation.timeouts.noinput > usual
    call.say(YES)
    assert call.event(QuestionAnswered).question == "huabei_repay"


def test_star_repeats_and_zero_asks_for_an_agent():
    call = talk()
    call.keys("*")
    assert call.acts == ["repeat", "ask"]
    call.keys("0")
    assert call.conversation.state is State.BRIEF
    call.keys("0")
    assert call.event(Transferred).reason == "agent"


# ---------------------------------------------------------------- agents


def test_who_asks_for_an_agent_is_asked_once_what_it_is_about():
    call = talk()
    call.say(AGENT)
    assert call.acts == ["brief"]
    call.say(about("huabei_repay", 0.97))
    assert call.event(Transferred).question == "huabei_repay"
    assert call.event(QuestionLocated).how == "transfer"
    assert call.outcome == "agent"


def test_who_asks_again_goes_at_once_and_nothing_is_located():
    call = talk()
    call.say(AGENT)
    call.say(AGENT)
    assert call.event(Transferred).question is None
    assert call.events(QuestionLocated) == []


def test_a_likely_question_is_confirmed_before_the_transfer():
    call = talk()
    call.say(about("huabei_repay", 0.7, DialogueAct.AGENT))
    assert call.acts == ["confirm"]
    call.say(YES)
    assert call.event(QuestionLocated).how == "confirmed"
    assert call.event(Transferred).skill_group == "credit_desk"


def test_risk_goes_to_an_agent_at_once():
    call = talk(prior=WARM)
    call.say(act(DialogueAct.RISK, text="我的卡被盗刷了"))
    assert call.acts == ["transfer"]
    assert call.event(Transferred).reason == "risk"
    assert call.event(Transferred).skill_group == "security"


def test_a_question_for_agents_is_handed_over_and_named():
    call = talk()
    call.say(about("card_lost", 0.97))
    assert call.event(Transferred).question == "card_lost"
    assert call.event(QuestionLocated).question == "card_lost"


def test_a_transfer_carries_what_is_known():
    call = talk()
    call.say(about("card_unbind", 0.97))
    call.say(digits("1234"))
    call.say(AGENT)
    context = call.event(Transferred).context
    assert context["question"] == "card_unbind"
    assert context["slots"] == {"card_tail": "1234"}
    assert context["profile"] == {"name": "张三"}
    assert [line["leg"] for line in context["transcript"]][:3] == ["bot", "bot", "caller"]
    assert "解绑银行卡" in context["summary"]
    assert "1234" in context["summary"]


def test_words_about_nothing_in_the_catalogue_are_asked_about_once_then_handed_over():
    call = talk()
    call.say(about("other", 0.95))
    assert call.asks.act == "guide"
    call.say(about("other", 0.95))
    assert call.event(Transferred).question is None
    assert call.events(QuestionAnswered) == []


# ---------------------------------------------------------------- after the answer


def test_a_disputed_answer_offers_the_close_rival_then_an_agent():
    call = talk(answer=0.55)
    call.say(about("huabei_repay", 0.6, also={"huabei_prepay": 0.3}))
    assert call.event(QuestionAnswered).question == "huabei_repay"
    call.say(act(DialogueAct.NOT_UNDERSTOOD))
    assert not call.event(AnswerJudged).accepted
    assert call.asks.act in ("confirm", "clarify")
    call.say(YES if call.asks.act == "confirm" else act(DialogueAct.CHOOSE_FIRST))
    assert call.events(QuestionAnswered)[-1].question == "huabei_prepay"


def test_a_confirmed_answer_that_did_not_help_offers_an_agent():
    call = talk(prior=WARM)
    call.say(YES)
    call.say(act(DialogueAct.NOT_UNDERSTOOD))
    assert call.asks.act == "offer_agent"
    call.say(YES)
    assert call.event(Transferred).reason == "offered"


def test_the_answer_to_the_wrong_question_is_corrected():
    call = talk()
    call.say(about("huabei_repay", 0.97))
    call.say(about("jiebei_repay", 0.95, DialogueAct.DENY))
    assert not call.event(AnswerJudged).accepted
    assert call.events(QuestionAnswered)[-1].question == "jiebei_repay"


def test_thanks_accept_the_answer_confirm_nothing_and_end_the_call():
    call = talk()
    call.say(about("huabei_repay", 0.97))
    call.say(act(DialogueAct.THANKS))
    assert call.event(AnswerJudged).accepted
    assert call.events(QuestionConfirmed) == []
    assert call.outcome == "self_service"


def test_clear_and_thanks_ends_early():
    call = talk()
    call.say(about("huabei_repay", 0.97))
    call.say(act(DialogueAct.UNDERSTOOD, DialogueAct.THANKS))
    assert call.event(QuestionConfirmed)
    assert call.outcome == "self_service"


def test_nothing_more_right_after_the_answer_confirms_nothing():
    call = talk()
    call.say(about("huabei_repay", 0.97))
    call.say(act(DialogueAct.DENY, DialogueAct.DONE, text="没有了"))
    assert call.events(QuestionConfirmed) == []
    assert call.outcome == "self_service"


def test_a_question_that_comes_to_mind_during_the_goodbye_is_heard():
    call = talk()
    call.say(about("huabei_repay", 0.97))
    call.say(act(DialogueAct.UNDERSTOOD, DialogueAct.THANKS))
    call.say(about("jiebei_repay", 0.97))
    assert call.outcome is None
    assert call.events(QuestionAnswered)[-1].question == "jiebei_repay"


def test_whatever_is_said_after_a_transfer_ends_the_call_all_the_same():
    call = talk()
    call.say(act(DialogueAct.RISK))
    call.say(YES)
    assert call.outcome == "agent"


def test_cancelling_drops_the_question():
    call = talk()
    call.say(about("card_unbind", 0.97))
    call.say(act(DialogueAct.CANCEL))
    assert call.asks.act == "anything_else"
    call.say(DONE)
    assert call.outcome == "closed"


@pytest.mark.parametrize(("before", "outcome"), [([], "abandoned"), ([about("huabei_repay", 0.97)], "hung_up")])
def test_hanging_up(before, outcome):
    call = talk()
    for said in before:
        call.say(said)
    call.hang_up()
    assert call.outcome == outcome


# ---------------------------------------------------------------- interrupted answers


def test_clear_into_the_answer_accepts_it_but_confirms_nothing():
    call = talk()
    call.say(about("huabei_repay", 0.97))
    answer = next(prompt for prompt in call.prompts if prompt.act == "answer")
    call.say(CLEAR, heard(answer, answer.text[:8]))
    assert call.events(QuestionConfirmed) == []
    assert call.event(AnswerJudged).accepted


def test_noise_into_the_answer_goes_on_with_it():
    call = talk()
    call.say(about("huabei_repay", 0.97))
    answer = next(prompt for prompt in call.prompts if prompt.act == "answer")
    call.say(NOTHING, heard(answer, answer.text[:4]))
    assert answer.text in [prompt.text for prompt in call.turns[-1]]
    assert call.acts[-2:] == ["answer", "clear"]
    assert len(call.events(QuestionAnswered)) == 1


def test_a_yes_into_the_beginning_of_an_answer_is_a_sign_of_listening():
    call = talk()
    call.say(about("huabei_repay", 0.97))
    answer = next(prompt for prompt in call.prompts if prompt.act == "answer")
    call.say(YES, heard(answer, answer.text[:3]))
    assert call.events(AnswerJudged) == []
    assert call.acts == ["continue", "answer", "clear"]


def test_a_no_into_an_unconfirmed_answer_means_another_question():
    call = talk()
    call.say(about("huabei_repay", 0.97))
    answer = next(prompt for prompt in call.prompts if prompt.act == "answer")
    call.say(NO, heard(answer, answer.text[:8]))
    assert not call.event(AnswerJudged).accepted
    assert call.asks.act == "ask"
    assert call.conversation.belief.p("huabei_repay") == 0.0


def test_an_answer_goes_on_from_the_sentence_it_was_cut_off_in():
    prompt = Prompt("answer", "answer", "先打开应用。再点还款。最后确认。", "")
    assert unheard(heard(prompt, "先打开应用。再点")) == "再点还款。最后确认。"
    assert unheard(heard(prompt, "先打")) == prompt.text


# ---------------------------------------------------------------- the machine


def test_an_illegal_input_raises_and_changes_nothing():
    call = talk()
    before, logged = call.conversation.snapshot(), len(call.log)
    with pytest.raises(IllegalTriggerError):
        call.conversation.on(CallStarted(), 1.0)
    assert call.conversation.snapshot() is before
    assert len(call.log) == logged


def test_nothing_is_heard_before_the_call_starts():
    call = talk(opened=False)
    with pytest.raises(IllegalTriggerError):
        call.say(YES)


def test_a_withdrawn_turn_leaves_no_trace_in_the_dialogue():
    call = talk()
    before = call.conversation.snapshot()
    call.say(vague("huabei_repay", "huabei_prepay"))
    call.conversation.restore(before)
    call.say(about("jiebei_repay", 0.97))
    assert call.event(QuestionAnswered).question == "jiebei_repay"
    assert [event.number for event in call.events(CallerTurnTaken)] == [1, 1]


def test_played_prompts_leave_the_floor_as_it_is():
    call = talk()
    assert call.played() == []
    assert not any(isinstance(action, Expect) for action in call.actions)
