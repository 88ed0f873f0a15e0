"""The figures of the turn-taking benchmark: latencies and rates by kind, in the JSON shapes of docs/json.md."""

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from voicebot.bench.clips import LISTENING_KINDS, SPEECH_KINDS
from voicebot.bench.turn_taking import EndOfTurn, ScoredClip
from voicebot.metrics.intervals import latency, rate

KNOWN = ("digits:", "phone")
"""Expectations that tell how many digits come."""


def figures(clips: Sequence[ScoredClip]) -> dict[str, Any]:
    """The document of `bench turn-taking`, without its failures."""
    listening = [clip.barge_in for clip in clips if clip.kind in LISTENING_KINDS]
    hushed = [barge_in for barge_in in listening if barge_in.hushed]
    return {
        "hush_ms": _by_kind(clips, SPEECH_KINDS, lambda clip: clip.barge_in.hush_ms),
        "stop_ms": _by_kind(clips, SPEECH_KINDS, lambda clip: clip.barge_in.stop_ms),
        "not_stopped": _rates(clips, SPEECH_KINDS, lambda clip: clip.barge_in.stop_ms is None),
        "false_stop": rate(sum(not barge_in.carried_on for barge_in in listening), len(listening)),
        "false_pause": rate(sum(barge_in.paused for barge_in in listening), len(listening)),
        "resumed": rate(sum(barge_in.resumed for barge_in in hushed), len(hushed)),
        "by_listening_kind": {kind: _listening(clips, kind) for kind in _occurring(clips, LISTENING_KINDS)},
        **_ends(clips, lambda clip: clip.end_of_turn),
        "digits_by_length": {
            "known": _digits([clip for clip in clips if clip.expects.startswith(KNOWN)]),
            "unknown": _digits([clip for clip in clips if not clip.expects.startswith(KNOWN)]),
        },
        "expects_ignored": _ends(clips, lambda clip: clip.unexpected),
        "clips": [clip.document() for clip in clips],
    }


def _ends(clips: Sequence[ScoredClip], of: Callable[[ScoredClip], EndOfTurn | None]) -> dict[str, Any]:
    """End of turn, response, cut-ins, turns never handed over, and joins, by kind."""
    heard = [clip for clip in clips if of(clip) is not None]

    def field(name: str) -> Callable[[ScoredClip], Any]:
        return lambda clip: getattr(of(clip), name)

    return {
        "end_of_turn_ms": _by_kind(heard, SPEECH_KINDS, field("end_of_turn_ms")),
        "response_ms": _by_kind(heard, SPEECH_KINDS, field("response_ms")),
        "cut_in": _rates(heard, SPEECH_KINDS, field("cut_in")),
        "rejoined": _rates(heard, SPEECH_KINDS, lambda clip: field("rejoined")(clip) > 0),
        "never_over": _rates(heard, SPEECH_KINDS, lambda clip: field("end_of_turn_ms")(clip) is None),
    }


def _digits(clips: Sequence[ScoredClip]) -> dict[str, Any]:
    ends = [clip.end_of_turn for clip in clips if clip.kind == "dig" and clip.end_of_turn is not None]
    return {
        "end_of_turn_ms": latency([end.end_of_turn_ms for end in ends if end.end_of_turn_ms is not None]),
        "cut_in": rate(sum(end.cut_in for end in ends), len(ends)),
    }


def _listening(clips: Sequence[ScoredClip], kind: str) -> dict[str, Any]:
    mine = [clip.barge_in for clip in clips if clip.kind == kind]
    return {
        "false_stop": rate(sum(not barge_in.carried_on for barge_in in mine), len(mine)),
        "false_pause": rate(sum(barge_in.paused for barge_in in mine), len(mine)),
        "hushed": rate(sum(barge_in.hushed for barge_in in mine), len(mine)),
    }


def _by_kind(clips: Sequence[ScoredClip], kinds: Iterable[str], of: Callable[[ScoredClip], float | None]) -> dict[str, Any]:
    found = {kind: [of(clip) for clip in clips if clip.kind == kind] for kind in _occurring(clips, kinds)}
    return {kind: latency([value for value in values if value is not None]) for kind, values in found.items()}


def _rates(clips: Sequence[ScoredClip], kinds: Iterable[str], of: Callable[[ScoredClip], bool]) -> dict[str, Any]:
    found = {kind: [of(clip) for clip in clips if clip.kind == kind] for kind in _occurring(clips, kinds)}
    return {kind: rate(sum(values), len(values)) for kind, values in found.items()}


def _occurring(clips: Sequence[ScoredClip], kinds: Iterable[str]) -> list[str]:
    return [kind for kind in kinds if any(clip.kind == kind for clip in clips)]
