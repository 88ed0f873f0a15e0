"""Stage 2b: recordings of people as training utterances: words joined into longer ones, voices bent, lines added.

    python scripts/train/splice.py zh-CN WORK PART [--shards 8] [--noise DIR]

Writes WORK/LANGUAGE/PART. A part is some of the speakers (`parts.py`), so that tests can leave it out of training. Isolated
words alone would teach a network pauses, so two to nine of a speaker are spliced, half of them with tight or overlapping joins:
any at all, figures, and in Mandarin syllables that make a sentence of the language model's.
"""

import argparse
import pickle
import random
import time
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

import mandarin
import numpy as np
import texts
from arguments import command
from augment import RATE, Aligned, Line, Segment, tempo, throat
from build_graph import default_packs
from inventory import Inventory
from parts import part_of
from recordings import AlignedRecording
from shards import Shard, make_all

from voicebot.errors import VoicebotError

UTTERANCES = 240
SHORTEST = 1.9
"""Seconds an utterance has at least."""

FIGURES = {
    "tan": tuple("零一二三四五六七八九两"),
    "wang": ("ling2", "yi1", "yao1", "er4", "san1", "si4", "wu3", "liu4", "qi1", "ba1", "jiu3"),
}
"""What figures are called among the recordings of the Mandarin speakers."""

_THROATS = {"zh-CN": (84, 88, 92, 96, 100, 104, 109, 114, 120), "en-US": (86, 90, 94, 97, 100, 100, 103, 107, 111, 115)}
_DIGITS_SHARE = 0.22
_SENTENCES_SHARE = 0.35
_DRAWS = 50
"""Sentences looked at for one of which every syllable was recorded."""


class Deck:
    """Recordings by speaker, each drawn once before any is drawn again."""

    def __init__(self, recordings: list[AlignedRecording], chance: random.Random) -> None:
        self._by: dict[str, list[AlignedRecording]] = {}
        for aligned in recordings:
            self._by.setdefault(aligned.recording.speaker, []).append(aligned)
        self._left: dict[str, list[AlignedRecording]] = {speaker: [] for speaker in self._by}
        self._named = {(aligned.recording.speaker, aligned.recording.text): aligned for aligned in recordings}
        self._chance = chance
        self.speakers = sorted(self._by)

    def draw(self, speaker: str) -> AlignedRecording:
        if not self._left[speaker]:
            self._left[speaker] = self._chance.sample(self._by[speaker], len(self._by[speaker]))
        return self._left[speaker].pop()

    def named(self, speaker: str, texts: Iterable[str]) -> list[AlignedRecording]:
        """Recordings of these texts, those that there are."""
        return [found for text in texts if (found := self._named.get((speaker, text)))]


class MandarinPlan:
    """Which recordings make an utterance."""

    def __init__(self, deck: Deck, sentences: Sequence[str], chance: random.Random) -> None:
        """`sentences`: what the speaker of syllables is made to say."""
        (self.speaker,) = deck.speakers
        self._deck = deck
        self._sentences = sentences
        self._chance = chance
        self._figures = deck.named(self.speaker, FIGURES[self.speaker])

    def pieces(self) -> list[AlignedRecording]:
        """Two to nine recordings."""
        kind = self._chance.random()
        syllables = self.speaker == "wang"
        count = self._chance.randint(4, 9) if syllables else self._chance.randint(2, 6)
        if self._figures and kind < _DIGITS_SHARE:
            return self._chance.choices(self._figures, k=self._chance.randint(3, 9))
        if syllables and kind < _DIGITS_SHARE + _SENTENCES_SHARE:
            return self._part_of_a_sentence(count) or self._any(count)
        return self._any(count)

    def _any(self, count: int) -> list[AlignedRecording]:
        return [self._deck.draw(self.speaker) for _ in range(count)]

    def _part_of_a_sentence(self, count: int) -> list[AlignedRecording]:
        """So many syllables of it on end, a neutral tone as a high one where it was not recorded; empty when some are missing."""
        for _ in range(_DRAWS):
            said = mandarin.syllables(self._chance.choice(self._sentences))
            start = self._chance.randint(0, max(0, len(said) - count))
            ways = [(text, text.replace(mandarin.NEUTRAL_TONE, "1")) for text in said[start : start + count]]
            found = [self._deck.named(self.speaker, way)[:1] for way in ways]
            if len(found) >= 2 and all(found):
                return [recording for (recording,) in found]
        return []


def utterances(language: str, deck: Deck, chance: random.Random) -> Iterator[Aligned]:
    """Without end."""
    plan = None
    if language == "zh-CN":
        plan = MandarinPlan(deck, [text for text, _ in texts.gather(language, default_packs()).weighted], chance)
    sentences = [speaker for speaker in deck.speakers if speaker.startswith("sentences:")]
    digits = [speaker for speaker in deck.speakers if speaker.startswith("digits:")]
    while True:
        bend = chance.choice(_THROATS[language])
        if plan:
            pace = chance.uniform(0.45, 1.0) if plan.speaker == "wang" else chance.uniform(0.6, 1.1)
            pace /= (bend / 100) ** chance.choice((0, 1))
            drawn = plan.pieces()
        elif digits and chance.random() < _DIGITS_SHARE:
            speaker, pace = chance.choice(digits), chance.uniform(0.8, 1.25)
            drawn = [deck.draw(speaker) for _ in range(chance.randint(2, 8))]
        else:
            drawn, pace = [deck.draw(chance.choice(sentences))], chance.uniform(0.75, 1.15)
        yield _spliced([_bent(_cut(piece, chance), bend, pace, chance) for piece in drawn], chance)


def _cut(aligned: AlignedRecording, chance: random.Random) -> Aligned:
    """What is said, with a little of the room before and behind it, faded."""
    sound = aligned.recording.samples.astype(np.float32) / 32768
    start = max(0, int((aligned.segments[0].start - chance.uniform(0.03, 0.12)) * RATE))
    end = min(len(sound), int((aligned.segments[-1].end + chance.uniform(0.03, 0.15)) * RATE))
    piece = sound[start:end].copy()
    edge = min(160, len(piece) // 4)
    piece[:edge] *= np.linspace(0, 1, edge)
    piece[len(piece) - edge :] *= np.linspace(1, 0, edge)
    return Aligned(piece, tuple(segment.moved(-start / RATE) for segment in aligned.segments))


def _bent(piece: Aligned, bend: int, pace: float, chance: random.Random) -> Aligned:
    moved = tempo(throat(piece, bend), pace)
    level = 10 ** (chance.uniform(-4, 4) / 20) / (np.abs(moved.audio).max() + 1e-6)
    return Aligned((moved.audio * level).astype(np.float32), moved.segments)


def _spliced(pieces: list[Aligned], chance: random.Random) -> Aligned:
    tight = chance.random() < 0.5
    sounds: list[np.ndarray] = []
    segments: list[Segment] = []
    at = 0
    for piece in pieces:
        if sounds:
            gap = int((chance.uniform(-0.05, 0.04) if tight else chance.uniform(0, 0.5)) * RATE)
            if gap < 0:
                cut = min(-gap, len(sounds[-1]) // 3)
                sounds[-1] = sounds[-1][: len(sounds[-1]) - cut]
                at -= cut
            else:
                sounds.append(np.zeros(gap, np.float32))
                at += gap
        segments += [segment.moved(at / RATE) for segment in piece.segments]
        sounds.append(piece.audio)
        at += len(piece.audio)
    sound = np.concatenate(sounds)
    sound = np.pad(sound, (0, max(0, int(SHORTEST * RATE) - len(sound))))
    hiss = np.random.default_rng(chance.getrandbits(32)).standard_normal(len(sound)) * 10 ** (chance.uniform(-75, -45) / 20)
    ends = [*(segment.start for segment in segments[1:]), float("inf")]
    parted = (
        Segment(segment.phone, segment.state, segment.start, min(segment.end, max(segment.start, end)))
        for segment, end in zip(segments, ends, strict=True)
    )
    return Aligned((sound + hiss).astype(np.float32), tuple(parted))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("language", choices=("zh-CN", "en-US"))
    parser.add_argument("work", type=Path)
    parser.add_argument("part", help="which speakers")
    parser.add_argument("--shards", type=int, default=8)
    parser.add_argument("--noise", type=Path, help="folder of sounds to mix in")
    parser.add_argument("--processes", type=int, default=1)
    arguments = parser.parse_args()
    home = arguments.work / arguments.language
    with (home / "aligned.pickle").open("rb") as stream:
        everything: list[AlignedRecording] = pickle.load(stream)
    own = [aligned for aligned in everything if part_of(aligned.recording) == arguments.part]
    if not own:
        raise VoicebotError(f"{arguments.language}: no recording is in the part {arguments.part}")
    noises = sorted(arguments.noise.rglob("*.ogg"))[::2] if arguments.noise else []
    folder = home / arguments.part
    folder.mkdir(parents=True, exist_ok=True)
    line = Line(noises, np.random.default_rng(0))

    def make(path: Path) -> None:
        started = time.monotonic()
        seed = int(path.stem.rpartition("_")[2])
        chance = random.Random(f"{arguments.language} {arguments.part} {seed}")
        line.reseed(seed)
        shard = Shard(Inventory.load(arguments.language))
        for spoken, _ in zip(utterances(arguments.language, Deck(own, chance), chance), range(UTTERANCES), strict=False):
            shard.add(*line(spoken))
        print(f"{path.stem}: {shard.save(path):.2f} h, {time.monotonic() - started:.0f} s", flush=True)

    make_all([folder / f"people_{seed}.npz" for seed in range(arguments.shards)], make, arguments.processes)


if __name__ == "__main__":
    command(main)
