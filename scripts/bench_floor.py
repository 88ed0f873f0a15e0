"""What the clips do not show: whether the bot interrupts itself, what listening costs, and what endless sounds do to a call.

    python scripts/bench_floor.py [echo] [cost] [sounds] [mixed] [--prompts N] [--minutes M] [--jump]

echo: N answers of the shipped hotlines, each into a call of its own whose caller says nothing and leaks the bot 10 dB down.
`--jump`: in the middle of each the echo takes another way, 20–80 ms longer or shorter.
cost: CPU seconds over audio seconds, of hearing (VAD, key tones, endpointing and floor) and of the echo canceller.
sounds: M minutes of each unpleasant sound into a call with the hotline, and into another one whenever the hotline has ended it:
how long calls last, and the longest time without the bot. mixed: the same of all of them, in turn and at once.
"""

import argparse
from collections.abc import Callable
from time import process_time

import numpy as np
from turn_taking_sounds import music

from voicebot.audio.dtmf import DtmfDetector
from voicebot.audio.echo import EchoCanceller
from voicebot.audio.effects import coloured_noise, echo_path, lose_packets
from voicebot.audio.hold_music import hold_music
from voicebot.audio.levels import mix, scale
from voicebot.audio.tones import progress
from voicebot.call import Call
from voicebot.engine import Engine, load_engine
from voicebot.events import Hushed, Paused, PromptStarted, PromptStopped
from voicebot.metrics.intervals import rate
from voicebot.turntaking.turns import TurnTaking
from voicebot.turntaking.vad import VoiceActivity
from voicebot.types import (
    FRAME_SAMPLES,
    FRAMES_PER_SECOND,
    LANGUAGES,
    SAMPLE_RATE,
    SILENCE,
    Completion,
    Hearing,
    Observation,
    Samples,
)

ECHO_DB = 10.0


def frames_of(samples: Samples) -> Samples:
    return samples[: len(samples) // FRAME_SAMPLES * FRAME_SAMPLES].reshape(-1, FRAME_SAMPLES)


# ------------------------------------------------------------ the bot's own voice


def self_interruption(prompts: int, jump: bool) -> None:
    """The listening half of a call (canceller, VAD, turn taking) under each prompt: Vosk's words would only make it surer."""
    chance = np.random.default_rng(0)
    touched = {Hushed: 0, Paused: 0, PromptStopped: 0}
    engines = [load_engine("hotline_95188", language) for language in LANGUAGES]
    for number in range(prompts):
        far = _answer(engines[number % 2], number // 2)
        near = _leaked(far, chance, jump)
        for kind in _reactions(near, far):
            touched[kind] += 1
    for kind, count in touched.items():
        print(f"{kind.__name__}: {count} of {prompts} prompts, {rate(count, prompts)}")


def _answer(engine: Engine, number: int) -> Samples:
    answers = [question.answer for question in engine.hotline.questions.values()]
    return engine.synthesizer.render(answers[number % len(answers)], engine.hotline.voice, engine.hotline.rate).samples


def _leaked(far: Samples, chance: np.random.Generator, jump: bool) -> Samples:
    """The echo as the canceller gets it: a frame later than it was played, and the way from loudspeaker to microphone."""
    late = np.concatenate([SILENCE, far])[: len(far)]
    delay = chance.uniform(0.02, 0.12)
    near = echo_path(late, ECHO_DB, delay, chance)
    if jump:
        other = echo_path(late, ECHO_DB, abs(delay + chance.choice([-1, 1]) * chance.uniform(0.02, 0.08)), chance)
        at = int(chance.uniform(0.3, 0.7) * len(far))
        near = np.concatenate([near[:at], other[at:]])
    return mix(near, chance.normal(0, 12, len(far)).astype(np.int16))


def _reactions(near: Samples, far: Samples) -> set[type]:
    canceller, vad, turns, played = EchoCanceller(), VoiceActivity(), TurnTaking(), SILENCE
    turns.prompt_started("speech", asks=False)
    kinds: dict[str, type] = {"hush": Hushed, "pause": Paused, "stop": PromptStopped}
    found = set()
    for mine, bots in zip(frames_of(near), frames_of(far), strict=True):
        seen = vad.observe(canceller.push(mine, played))
        played = bots
        observation = Observation(seen.speech, seen.level_db, Hearing.NOTHING, Completion.UNKNOWN, intent=seen.intent)
        found |= {kinds[action.value] for action in turns.step(observation) if action.value in kinds}
    return found


# ------------------------------------------------------------ cost


def cost() -> None:
    engine = load_engine("hotline_95188", "zh-CN")
    talk = np.concatenate([_answer(engine, number) for number in range(6)])
    vad, keys, turns = VoiceActivity(), DtmfDetector(), TurnTaking()

    def hear(frame: Samples) -> None:
        keys.push(frame)
        seen = vad.observe(frame)
        turns.step(Observation(seen.speech, seen.level_db, Hearing.NOTHING, Completion.UNKNOWN, intent=seen.intent))

    canceller = EchoCanceller()
    for name, work in (("hearing", hear), ("echo", lambda frame: canceller.push(frame, frame))):
        began = process_time()
        for frame in frames_of(talk):
            work(frame)
        share = (process_time() - began) / (len(talk) / SAMPLE_RATE)
        print(f"{name}: {100 * share:.2f} % of a core over {len(talk) / SAMPLE_RATE:.0f} s of speech")


# ------------------------------------------------------------ endless sounds


def _makers(chance: np.random.Generator) -> dict[str, Callable[[int], Samples]]:
    """Unpleasant sounds of any length."""
    talk = _answer(load_engine("hotline_95188", "en-US"), 3)
    return {
        "hold music": lambda length: np.resize(music(chance, 30.0), length),
        "tunes on hold": lambda length: hold_music(length, chance),
        "ringback": lambda length: np.resize(progress("ringback_us", 6.0), length),
        "television": lambda length: scale(np.resize(talk, length), -18.0),
        "talk without an end": lambda length: np.resize(talk, length),
        "clipped talk": lambda length: np.clip(np.resize(talk, length).astype(np.int32) * 40, -32768, 32767).astype(np.int16),
        "babble": lambda length: np.resize(coloured_noise("babble", 30 * SAMPLE_RATE, chance), length),
        "white noise": lambda length: np.resize(coloured_noise("white", 30 * SAMPLE_RATE, chance), length),
        "offset": lambda length: np.full(length, 9000, np.int16),
        "digital silence": lambda length: np.zeros(length, np.int16),
        "lost packets": lambda length: lose_packets(np.resize(talk, length), chance, 0.3),
    }


def _everything(length: int, chance: np.random.Generator) -> Samples:
    """Stretches of 3–30 s of all of them, every third of two at once."""
    sounds = list(_makers(chance).values())
    parts: list[Samples] = []
    while sum(map(len, parts)) < length:
        first, second = chance.choice(len(sounds), 2, replace=False)
        span = round(chance.uniform(3.0, 30.0) * SAMPLE_RATE)
        part = sounds[first](span)
        parts.append(mix(part, sounds[second](span)) if chance.random() < 1 / 3 else part)
    return np.concatenate(parts)[:length]


def sounds(minutes: float) -> None:
    chance = np.random.default_rng(1)
    for name, make in _makers(chance).items():
        _endure(name, make(round(60 * minutes * SAMPLE_RATE)))


def mixed(minutes: float) -> None:
    _endure("all of it", _everything(round(60 * minutes * SAMPLE_RATE), np.random.default_rng(1)))


def _endure(name: str, line: Samples) -> None:
    """A call with the hotline over `line`, and another one whenever the hotline has ended it."""
    engine = load_engine("hotline_95188", "en-US")
    lasted: list[float] = []
    longest, prompts, began = 0.0, 0, process_time()
    call = Call(engine)
    for frame in frames_of(line):
        if call.ended:
            longest, prompts = max(longest, _longest_wait(call)), prompts + len(_started(call))
            lasted.append(call.seconds)
            call = Call(engine)
        call.push(frame)
    longest, prompts = max(longest, _longest_wait(call)), prompts + len(_started(call))
    print(
        f"{name}: {len(line) / SAMPLE_RATE / 60:.0f} min, {len(lasted)} calls ended after "
        f"{min(lasted, default=0.0):.0f}–{max(lasted, default=0.0):.0f} s, one on after {call.seconds:.0f} s; {prompts} prompts, "
        f"{longest:.1f} s between two at most, {process_time() - began:.0f} s of CPU",
        flush=True,
    )


def _started(call: Call) -> list[int]:
    return [record.frame for record in call.log if isinstance(record.event, PromptStarted)]


def _longest_wait(call: Call) -> float:
    """Longest time between the beginnings of two prompts, or to the end of the call."""
    return float(max(np.diff([*_started(call), round(call.seconds * FRAMES_PER_SECOND)]))) / FRAMES_PER_SECOND


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", nargs="*", metavar="WHAT", default=["echo", "cost", "mixed"])
    parser.add_argument("--prompts", type=int, default=200)
    parser.add_argument("--minutes", type=float, default=80.0)
    parser.add_argument("--jump", action="store_true")
    args = parser.parse_args()
    if "echo" in args.what:
        self_interruption(args.prompts, args.jump)
    if "cost" in args.what:
        cost()
    if "sounds" in args.what:
        sounds(args.minutes)
    if "mixed" in args.what:
        mixed(args.minutes)


if __name__ == "__main__":
    main()
