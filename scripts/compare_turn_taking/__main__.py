"""Turn taking beside pipecat and livekit-agents, over the same clips.

    python scripts/compare_turn_taking CLIPS --environments FOLDER [--clips N] [--scores FOLDER]

CLIPS is a folder of make_turn_taking_clips.py. N clips are drawn evenly from every kind and language; those with the bot's echo
are left out (the rivals leave it to the caller's device), and those with key tones (they hear none). FOLDER keeps an environment
for each rival, made with pip when it is missing. Each runs with its shipped defaults, in virtual time, with a perfect recogniser
in place of a service in the network: what scene.py, pipecat_side.py and livekit_side.py say. The rivals are not told what is
expected; our row with it, and without, is printed. FOLDER of `--scores` keeps every system's scores, NAME.json; one that holds
these clips is read instead of measured again (`voicebot bench turn-taking CLIPS --json` may be put there as voicebot.json).
"""

import argparse
import json
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table
from rivals import RIVALS, play

from voicebot.bench.clips import LISTENING_KINDS, SPEECH_KINDS, Clip, load_clips
from voicebot.bench.turn_taking import BargeIn, ClipTask, EndOfTurn, ScoredClip, score_clip
from voicebot.bench.turn_taking_figures import figures
from voicebot.metrics.intervals import latency, rate
from voicebot.workers import Done, run_tasks


def sample(clips: Sequence[Clip], count: int) -> list[Clip]:
    """`count` of the clips, evenly drawn from every kind and language; those that the rivals cannot hear are left out."""
    fair = [clip for clip in clips if clip.echo_db is None and not _is_keys(clip)]
    groups: dict[tuple[str, str], list[Clip]] = {}
    for clip in fair:
        groups.setdefault((clip.kind, clip.language), []).append(clip)
    picked: list[Clip] = []
    for group in groups.values():
        share = max(1, round(count * len(group) / len(fair)))
        picked += [group[number * len(group) // share] for number in range(min(share, len(group)))]
    return sorted(picked, key=lambda clip: clip.name)


def _is_keys(clip: Clip) -> bool:
    return json.loads(clip.path.with_suffix(".json").read_text(encoding="utf8")).get("voice") == "keys"


def kept(name: str, clips: Sequence[Clip], folder: Path | None, measure: Callable[[], list[ScoredClip]]) -> list[ScoredClip]:
    """A system's scores of `clips`, from `folder` where it holds all of them."""
    path = folder / f"{name}.json" if folder else None
    if path and path.exists():
        found = {entry["name"]: entry for entry in json.loads(path.read_text(encoding="utf8"))["clips"]}
        if all(clip.name in found for clip in clips):
            return [_scored(found[clip.name]) for clip in clips]
    scores = measure()
    if path:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps({"clips": [clip.document() for clip in scores]}, ensure_ascii=False), encoding="utf8")
    return scores


def _scored(entry: dict[str, Any]) -> ScoredClip:
    ends = {name: EndOfTurn(**entry[name]) if entry[name] else None for name in ("end_of_turn", "unexpected")}
    return ScoredClip(**{**entry, "barge_in": BargeIn(**entry["barge_in"]), **ends})


def ours(clips: Sequence[Clip]) -> list[ScoredClip]:
    """The same clips through our engine."""
    tasks = [ClipTask(clip, "hotline_95188", None) for clip in clips]
    return [happening.result for happening in run_tasks(score_clip, tasks, 1) if isinstance(happening, Done)]


def _percent(part: dict[str, Any]) -> str:
    return f"{100 * part['rate']:.0f} % of {part['n']}" if part["n"] else "–"


def _ms(part: dict[str, Any]) -> str:
    return f"{part['p50']:.0f} / {part['p95']:.0f}" if part["n"] else "–"


def rows(clips: Sequence[ScoredClip]) -> dict[str, str]:
    """The table's rows for one system."""
    document = figures(clips)
    speaking = [clip.barge_in for clip in clips if clip.kind in SPEECH_KINDS]
    listening = {kind: [clip.barge_in for clip in clips if clip.kind == kind] for kind in LISTENING_KINDS}
    return {
        "hush, ms": _ms(latency([b.hush_ms for b in speaking if b.hush_ms is not None])),
        "stop, ms": _ms(latency([b.stop_ms for b in speaking if b.stop_ms is not None])),
        "never stopped": _percent(rate(sum(b.stop_ms is None for b in speaking), len(speaking))),
        "stopped by a sign of listening": _percent(rate(sum(not b.carried_on for b in listening["bc"]), len(listening["bc"]))),
        "stopped by a noise": _percent(rate(sum(not b.carried_on for b in listening["noise"]), len(listening["noise"]))),
        "silent for more than 100 ms for nothing": _percent(document["false_pause"]),
        "back within 1 s, of what was disturbed": _percent(document["resumed"]),
        "end of an utterance, ms": _ms(document["end_of_turn_ms"]["utt"]),
        "cut into: utterances": _percent(document["cut_in"]["utt"]),
        "cut into: sentences with pauses": _percent(document["cut_in"]["pause"]),
        "cut into: spoken digits": _percent(document["cut_in"]["dig"]),
        "end of spoken digits, ms": _ms(document["end_of_turn_ms"]["dig"]),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path, metavar="CLIPS")
    parser.add_argument("--environments", type=Path, required=True)
    parser.add_argument("--clips", type=int, default=240)
    parser.add_argument("--scores", type=Path, metavar="FOLDER", help="keep scores here, and use those that are there")
    args = parser.parse_args()
    clips = sample(load_clips(args.folder), args.clips)
    rivals = {
        rival.name: kept(rival.name, clips, args.scores, partial(play, rival, clips, args.environments)) for rival in RIVALS
    }
    mine = kept("voicebot", clips, args.scores, partial(ours, clips))
    unexpected = [replace(clip, end_of_turn=clip.unexpected) for clip in mine]
    scores = {"voicebot": mine, "expects ignored": unexpected, **rivals}
    table = Table(title=f"{len(clips)} clips; p50 / p95", show_edge=False)
    columns = {name: rows(part) for name, part in scores.items()}
    for name in ("", *columns):
        table.add_column(name)
    for row in columns["voicebot"]:
        table.add_row(row, *(column[row] for column in columns.values()))
    Console(width=140).print(table)


if __name__ == "__main__":
    main()
