"""What a rival is given and what it gives back: plain JSON, so that it can run in an environment of its own.

A task file holds clips (`wav`, `kind`, `lang`, `text`, `segs`, `statement`: the WAV of what the bot is saying). For each of them
a rival is asked what happened to the bot's voice when the clip was spoken into the statement (`voice`), and when it handed turns
over while the bot was silent (`turns`), in seconds from the beginning of the clip.
"""

import json
import sys
import wave
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

RATE = 16_000
FRAME = 320
FRAME_SECONDS = FRAME / RATE

INTO_STATEMENT = 1.0
"""Seconds of the statement before the clip begins."""

LISTENING_LEAD = 0.5
"""Seconds of silence before the clip, where the bot is silent."""

TAIL = 5.0
"""Seconds of silence after it."""


@dataclass(slots=True)
class Heard:
    """What a rival did with one clip."""

    wav: str
    voice: list[tuple[float, str]] = field(default_factory=list)
    """`pause`, `resume` and `stop` of the bot's voice, with their times."""
    turns: list[float] = field(default_factory=list)


def samples(wav: str) -> bytes:
    """A WAV file's samples: int16, mono, 16 kHz."""
    with wave.open(wav, "rb") as file:
        if (file.getframerate(), file.getnchannels(), file.getsampwidth()) != (RATE, 1, 2):
            raise SystemExit(f"{wav}: is not 16 kHz mono int16")
        return file.readframes(file.getnframes())


def line(clip: dict[str, Any], lead: float) -> Iterator[bytes]:
    """The caller's leg in frames of 20 ms: silence, the clip, silence."""
    audio = bytes(2 * round(lead * RATE)) + samples(clip["wav"]) + bytes(2 * round(TAIL * RATE))
    for start in range(0, len(audio) - 2 * FRAME + 1, 2 * FRAME):
        yield audio[start : start + 2 * FRAME]


def words(clip: dict[str, Any]) -> list[tuple[float, str]]:
    """What a perfect recogniser says and when: each segment's share of the text, the moment the segment ends.

    The rivals' recognisers are services in the network. This one is given in their place: no service knows the words so soon.
    """
    if clip["kind"] == "noise" or not clip["text"]:
        return []
    parts, ends = len(clip["segs"]), [end for _, end in clip["segs"]]
    text = clip["text"] if " " not in clip["text"] else clip["text"].split()
    cuts = [round(len(text) * number / parts) for number in range(parts + 1)]
    shares = [text[cuts[number] : max(cuts[number + 1], cuts[number] + 1)] or text[-1:] for number in range(parts)]
    return [(end, share if isinstance(share, str) else " ".join(share)) for end, share in zip(ends, shares, strict=True)]


def main(
    into_statement: Callable[[dict[str, Any]], list[tuple[float, str]]], listening: Callable[[dict[str, Any]], list[float]]
) -> None:
    """`python RIVAL_side.py TASKS RESULTS`: play every clip of the task file and write what happened, a line each."""
    clips = json.loads(Path(sys.argv[1]).read_text(encoding="utf8"))
    with Path(sys.argv[2]).open("w", encoding="utf8") as out:
        for clip in clips:
            heard = Heard(clip["wav"], into_statement(clip))
            if clip["kind"] in ("utt", "dig", "pause"):
                heard.turns = listening(clip)
            out.write(json.dumps(asdict(heard)) + "\n")
            out.flush()
