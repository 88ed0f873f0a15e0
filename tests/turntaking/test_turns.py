"""Turn taking, frame by frame without audio: who gets the floor when, and what may never happen."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.turntaking.world import SILENT, Voice, World, sound
from voicebot.turntaking.turns import TurnSettings
from voicebot.types import FRAME_SECONDS, Bargein, Completion, Expectation, Hearing, Observation, Timeouts, TurnAction

SETTINGS = TurnSettings()
LIKELY_A_TURN, ENOUGH_WORDS = 0.9, 0.84
"""A sound as likely as this to be a turn, with words for so many seconds, takes the floor by any of the settings."""
UTTERANCE = sound(intent=0.995)
MURMUR = sound(intent=0.1)


def bot_speaking(**how: object) -> World:
    world = World(prompt_frames=500, **how)  # type: ignore[arg-type]
    world.run(SILENT, 0.2)
    return world


def frames_until(world: World, action: TurnAction, observation: Observation, limit: float = 5.0) -> float:
    for frame in range(round(limit / FRAME_SECONDS)):
        if action in world.step(observation):
            return (frame + 1) * FRAME_SECONDS
    raise AssertionError(f"no {action.value} within {limit} s")


# ------------------------------------------------------------ barge-in


def test_the_bot_hushes_at_the_first_evidence_and_recognition_begins() -> None:
    world = bot_speaking()
    assert frames_until(world, TurnAction.HUSH, UTTERANCE) <= 0.1
    assert world.recognising
    assert world.voices[-1] is Voice.LOW


def test_it_falls_silent_for_an_utterance_and_stops_before_any_word_is_recognised() -> None:
    world = bot_speaking()
    silent = frames_until(world, TurnAction.PAUSE, UTTERANCE)
    assert silent <= 0.2
    assert silent + frames_until(world, TurnAction.STOP, UTTERANCE) <= 0.65
    assert world.voices[-1] is Voice.SILENT


def test_one_misheard_syllable_is_less_than_a_sentence() -> None:
    one, four = bot_speaking(), bot_speaking()
    assert TurnAction.STOP not in one.run(sound(Hearing.WORDS, intent=0.8, said=1), 0.4)
    assert TurnAction.STOP in four.run(sound(Hearing.WORDS, intent=0.8, said=4), 0.4)


def test_what_goes_on_after_a_short_silence_is_weighed_with_what_came_before() -> None:
    """ "So … my card": a piece that was nothing by itself counts for the next one."""
    piece = sound(intent=0.97)
    at_once, after = bot_speaking(), bot_speaking()
    after.run(piece, 0.5)
    assert TurnAction.RESUME in after.run(SILENT, 0.6)
    assert frames_until(after, TurnAction.STOP, piece) < frames_until(at_once, TurnAction.STOP, piece)


def test_a_murmur_recognised_during_the_pause_ends_it() -> None:
    world = bot_speaking()
    frames_until(world, TurnAction.PAUSE, sound(intent=0.95))
    assert world.step(sound(Hearing.BACKCHANNEL, intent=0.95)) == (TurnAction.HUSH,)
    assert TurnAction.PAUSE not in world.run(sound(Hearing.BACKCHANNEL, intent=0.95), 0.3)


def test_a_command_that_was_all_that_was_said_is_taken_however_it_sounds() -> None:
    world = bot_speaking()
    world.run(sound(Hearing.HOTWORD, Completion.COMPLETE, intent=0.3, said=1), 0.3)
    silent = Observation(False, -70.0, Hearing.HOTWORD, Completion.COMPLETE, said=1, intent=0.3)
    actions = world.run(silent, 0.4)
    assert actions.index(TurnAction.STOP) < actions.index(TurnAction.END)


def test_what_began_before_the_question_is_no_answer_to_it() -> None:
    world = bot_speaking(asks=False)
    world.run(MURMUR, 0.2)
    world.turns.prompt_started("speech", asks=True)
    assert TurnAction.STOP not in world.run(sound(Hearing.HOTWORD, intent=0.1, said=1), 0.1)


def test_it_stops_for_words_at_once() -> None:
    world = bot_speaking()
    assert TurnAction.STOP not in world.run(sound(intent=0.99), 0.26)
    assert TurnAction.STOP in world.run(sound(Hearing.WORDS, intent=0.99), 0.04)


def test_it_stops_for_talk_that_sounds_like_no_turn_once_it_is_long_and_has_words() -> None:
    world = bot_speaking()
    talk = sound(Hearing.WORDS, intent=0.2)
    at = frames_until(world, TurnAction.STOP, talk)
    assert at == pytest.approx(SETTINGS.talk, abs=0.05)


def test_it_does_not_stop_for_words_that_a_noise_was_taken_for() -> None:
    world = bot_speaking()
    assert TurnAction.STOP not in world.run(sound(Hearing.WORDS, intent=0.05), 0.5)


def test_a_sign_of_listening_that_was_recognised_too_late_gives_the_floor_back() -> None:
    world = bot_speaking()
    frames_until(world, TurnAction.STOP, sound(Hearing.WORDS, intent=0.99))
    late = Observation(False, -70.0, Hearing.BACKCHANNEL, Completion.UNKNOWN, intent=0.5)
    assert world.run(late, SETTINGS.fade_taken + 0.06) == [TurnAction.TAKE_UP, TurnAction.DISCARD]
    assert world.voices[-1] is Voice.FULL


def test_a_noise_that_stopped_the_bot_gives_the_floor_back_and_is_no_noinput() -> None:
    world = bot_speaking()
    frames_until(world, TurnAction.STOP, sound(intent=0.999))
    after = world.run(SILENT, 3.0)
    assert after[:2] == [TurnAction.TAKE_UP, TurnAction.DISCARD]
    assert TurnAction.NOINPUT not in after


@pytest.mark.parametrize(("asks", "completion", "turn"), [
    (False, Completion.INCOMPLETE, False), (False, Completion.COMPLETE, True), (True, Completion.INCOMPLETE, True),
])  # fmt: skip
def test_one_word_that_means_nothing_is_a_sign_misheard_unless_something_is_asked(
    asks: bool, completion: Completion, turn: bool
) -> None:
    world = bot_speaking(asks=asks)
    frames_until(world, TurnAction.STOP, sound(Hearing.WORDS, intent=0.999, said=1))
    after = world.run(Observation(False, -70.0, Hearing.WORDS, completion, said=1, beside_signs=True, intent=0.5), 2.0)
    assert after[0] is (TurnAction.END if turn else TurnAction.TAKE_UP)


def test_one_word_alone_is_a_turn() -> None:
    world = bot_speaking()
    frames_until(world, TurnAction.STOP, sound(Hearing.WORDS, intent=0.999, said=1))
    after = world.run(Observation(False, -70.0, Hearing.WORDS, Completion.INCOMPLETE, said=1, intent=0.5), 2.0)
    assert after[0] is TurnAction.END


def test_a_sound_without_words_that_goes_on_and_on_counts_as_noinput_and_stops_the_bot_once() -> None:
    world = bot_speaking(answer_frames=0)
    actions = world.run(sound(intent=0.999), 30.0)
    assert TurnAction.TAKE_UP not in actions
    assert actions.count(TurnAction.NOINPUT) >= 2


def test_noises_while_nobody_speaks_do_not_count_against_the_next_prompt() -> None:
    noises, none = (World(answer_frames=0) for _ in range(2))
    for world in (noises, none):
        for _ in range(6):
            world.run(sound(intent=0.5) if world is noises else SILENT, 0.4)
            world.run(SILENT, 1.0)
        world.prompt_frames = 500
        world.run(SILENT, 0.1)
    piece = sound(intent=0.97)
    assert frames_until(noises, TurnAction.STOP, piece) == frames_until(none, TurnAction.STOP, piece)


def test_words_that_stopped_the_bot_are_a_turn() -> None:
    world = bot_speaking()
    frames_until(world, TurnAction.STOP, sound(Hearing.WORDS, intent=0.99))
    said = Observation(False, -70.0, Hearing.WORDS, Completion.COMPLETE, said=4, intent=0.5)
    assert world.run(said, 1.0)[0] is TurnAction.END


def test_a_murmur_only_hushes_and_the_bot_comes_back() -> None:
    world = bot_speaking()
    during = world.run(MURMUR, 0.3)
    after = world.run(SILENT, SETTINGS.fade + 0.06)
    assert during == [TurnAction.HUSH, TurnAction.BEGIN]
    assert after == [TurnAction.RESUME, TurnAction.DISCARD]
    assert world.voices[-1] is Voice.FULL


def test_a_likely_caller_makes_it_pause_for_a_moment_and_no_longer() -> None:
    world = bot_speaking()
    likely = sound(intent=0.7)
    frames_until(world, TurnAction.PAUSE, likely)
    assert frames_until(world, TurnAction.HUSH, likely) == pytest.approx(SETTINGS.doubt, abs=1e-6)
    assert TurnAction.PAUSE not in world.run(likely, 0.1), "once a sound"


def test_a_row_of_backchannels_takes_the_floor_only_when_it_is_long() -> None:
    world = bot_speaking()
    murmuring = sound(Hearing.BACKCHANNEL, intent=0.9)
    world.run(murmuring, 0.1)
    at = 0.1 + frames_until(world, TurnAction.STOP, murmuring)
    assert at >= SETTINGS.backchannel_voiced


def test_words_that_may_still_become_a_sign_of_listening_wait_like_one() -> None:
    world = bot_speaking()
    beginning = sound(Hearing.WORDS, intent=0.995, said=0)
    at = frames_until(world, TurnAction.STOP, beginning)
    assert at >= SETTINGS.backchannel_voiced - 0.1


def test_an_answer_to_the_question_being_asked_stops_it() -> None:
    world = bot_speaking(asks=True)
    assert TurnAction.STOP not in world.run(sound(intent=0.9), 0.2)
    assert TurnAction.STOP in world.run(sound(Hearing.HOTWORD, intent=0.9), 0.04)
    murmured = bot_speaking(asks=True)
    murmured.run(MURMUR, 0.3)
    assert TurnAction.STOP in murmured.run(sound(Hearing.HOTWORD, intent=0.1), 0.04), "a yes sounds like a sign of listening"


@pytest.mark.parametrize("bargein", ["off", "hotword"])
def test_a_protected_prompt_goes_on_and_what_is_said_is_kept(bargein: Bargein) -> None:
    world = bot_speaking(bargein=bargein)
    during = world.run(sound(Hearing.WORDS), 1.0)
    assert during == [TurnAction.BEGIN]
    assert set(world.voices) == {Voice.FULL}
    assert frames_until(world, TurnAction.END, SILENT) < 2.0
    assert world.voices[-1] is Voice.FULL


def test_hotword_lets_the_hotword_through() -> None:
    world = bot_speaking(bargein="hotword")
    world.run(sound(Hearing.WORDS), 0.3)
    assert TurnAction.STOP in world.step(sound(Hearing.HOTWORD))


def test_off_lets_nothing_through_but_a_key() -> None:
    world = bot_speaking(bargein="off")
    assert TurnAction.STOP not in world.run(sound(Hearing.HOTWORD), 1.0)
    assert TurnAction.STOP in world.step(sound(key=True))


def test_a_key_stops_the_bot_in_the_same_frame() -> None:
    world = bot_speaking()
    assert world.step(sound(speech=False, key=True)) == (TurnAction.STOP,)
    assert world.voices[-1] is Voice.SILENT


# ------------------------------------------------------------ turns


def test_a_turn_ends_after_its_silence() -> None:
    world = World()
    world.run(SILENT, 0.5)
    world.run(sound(Hearing.WORDS, Completion.COMPLETE), 1.0)
    silent = Observation(False, -70.0, Hearing.WORDS, Completion.COMPLETE)
    assert frames_until(world, TurnAction.END, silent) == pytest.approx(Timeouts().completetimeout, abs=0.021)


def test_a_noise_without_words_is_forgotten() -> None:
    world = World()
    world.run(SILENT, 0.5)
    world.run(MURMUR, 0.4)
    assert world.run(SILENT, 1.0) == [TurnAction.DISCARD]


def test_a_turn_that_goes_on_is_joined_again() -> None:
    world = World(answer_frames=200)
    world.run(SILENT, 0.5)
    world.run(sound(Hearing.WORDS, Completion.COMPLETE), 1.0)
    frames_until(world, TurnAction.END, Observation(False, -70.0, Hearing.WORDS, Completion.COMPLETE))
    world.run(SILENT, 0.3)
    actions = world.run(UTTERANCE, 0.3)
    assert TurnAction.REJOIN in actions
    assert world.voices[-1] is Voice.SILENT, "the answer that had begun is withdrawn"


def test_talk_without_an_end_is_not_joined_for_ever() -> None:
    world = World(answer_frames=200)
    world.run(SILENT, 0.5)
    talk, pause = sound(Hearing.WORDS, Completion.COMPLETE), Observation(False, -70.0, Hearing.WORDS, Completion.COMPLETE)
    parts, since_begun = [], 0.0
    for _ in range(40):
        actions = world.run(talk, 1.5) + world.run(pause, 0.4)
        since_begun = 0.0 if TurnAction.BEGIN in actions else since_begun + 1.9
        parts.append(since_begun)
    assert max(parts) < Timeouts().maxspeechtimeout + 4.0


def test_speech_later_on_is_a_turn_of_its_own() -> None:
    world = World(answer_frames=10)
    world.run(SILENT, 0.5)
    world.run(sound(Hearing.WORDS, Completion.COMPLETE), 1.0)
    frames_until(world, TurnAction.END, Observation(False, -70.0, Hearing.WORDS, Completion.COMPLETE))
    world.run(SILENT, SETTINGS.rejoin + 0.5)
    assert TurnAction.BEGIN in world.run(UTTERANCE, 0.3)


def test_noinput_comes_after_its_timeout_and_again_after_the_next_prompt() -> None:
    world = World(answer_frames=50)
    actions = world.run(SILENT, 2 * Timeouts().noinput + 3.0)
    assert actions == [TurnAction.NOINPUT, TurnAction.NOINPUT]


def test_a_noise_does_not_stop_the_noinput_clock() -> None:
    world = World()
    world.run(SILENT, 0.5)
    assert TurnAction.NOINPUT in world.run(sound(intent=0.1), 3 * Timeouts().noinput)


# ------------------------------------------------------------ whatever happens

OBSERVATIONS = st.builds(
    Observation,
    speech=st.booleans(),
    level_db=st.just(-30.0),
    hearing=st.sampled_from(list(Hearing)),
    completion=st.sampled_from(list(Completion)),
    key=st.sampled_from([False] * 19 + [True]),
    said=st.sampled_from([1, 2, 3, 6]),
    intent=st.sampled_from([0.05, 0.3, 0.5, 0.7, 0.95]),
)
STRETCHES = st.lists(st.tuples(OBSERVATIONS, st.integers(1, 60)), max_size=25)
WORLDS = st.builds(
    World,
    prompt_frames=st.integers(0, 300),
    bargein=st.sampled_from(["speech", "hotword", "off"]),
    asks=st.booleans(),
    answer_frames=st.integers(1, 200),
)


@settings(max_examples=150, deadline=None)
@given(WORLDS, STRETCHES)
def test_the_bot_never_talks_over_a_confirmed_turn_for_more_than_one_frame(
    world: World, stretches: list[tuple[Observation, int]]
) -> None:
    has_floor = 0
    for observation, frames in stretches:
        for _ in range(frames):
            actions = world.step(observation)
            if not world.recognising:
                has_floor = 0
            elif has_floor or TurnAction.STOP in actions or TurnAction.REJOIN in actions:
                has_floor += 1
            assert has_floor <= 1 or world.voices[-1] is Voice.SILENT


@settings(max_examples=100, deadline=None)
@given(WORLDS, STRETCHES, OBSERVATIONS)
def test_the_bot_is_never_silent_for_ever(world: World, stretches: list[tuple[Observation, int]], last: Observation) -> None:
    for observation, frames in stretches:
        for _ in range(frames):
            world.step(observation)
    last = Observation(last.speech, last.level_db, last.hearing, last.completion, False, last.said, last.intent)
    longest = Timeouts().maxspeechtimeout + Timeouts().noinput + 5.0
    before = len(world.voices)
    world.run(last, 2 * longest)
    sounded = [at for at in range(before, len(world.voices)) if world.voices[at] is not Voice.SILENT]
    gaps = [after - at for at, after in zip([before, *sounded], [*sounded, len(world.voices)], strict=True)]
    assert max(gaps) * FRAME_SECONDS <= longest


@settings(max_examples=150, deadline=None)
@given(WORLDS, STRETCHES)
def test_speech_is_never_lost(world: World, stretches: list[tuple[Observation, int]]) -> None:
    """Every utterance that begins is handed over or discarded, and none is discarded that had words and the caller's intent."""
    meant = 0
    for observation, frames in [*stretches, (SILENT, 1500)]:
        for _ in range(frames):
            was_recognising = world.recognising
            actions = world.step(observation)
            spoken = was_recognising and observation.speech and observation.intent >= LIKELY_A_TURN
            words = observation.hearing is Hearing.WORDS and observation.said >= SETTINGS.talk_said
            meant = meant + 1 if spoken and words else 0
            if TurnAction.DISCARD in actions:
                assert meant * FRAME_SECONDS < ENOUGH_WORDS or world.turns.end_reason == "key"
    begun = sum(action in (TurnAction.BEGIN, TurnAction.REJOIN) for _, action in world.actions)
    ended = sum(action in (TurnAction.END, TurnAction.DISCARD) for _, action in world.actions)
    assert begun - ended == int(world.recognising)


@settings(max_examples=50, deadline=None)
@given(STRETCHES)
def test_the_same_frames_give_the_same_actions(stretches: list[tuple[Observation, int]]) -> None:
    worlds = [World(prompt_frames=200), World(prompt_frames=200)]
    for world in worlds:
        world.turns.expect(Expectation(kind="yesno"))
        for observation, frames in stretches:
            for _ in range(frames):
                world.step(observation)
    assert worlds[0].actions == worlds[1].actions
