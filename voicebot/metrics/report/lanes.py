"""A call's timeline as SVG: time, bot, caller, what was decided, what was believed, one below the other.

It is cut into pieces of a few seconds that lie side by side: a wide page shows many in a row, a phone one, paper two, and
nothing has to be scrolled sideways.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from voicebot.metrics.audio_clip import PEAKS_A_SECOND, AudioClip
from voicebot.metrics.html import Html, both, element, fragment, joined
from voicebot.metrics.report.marks import Mark
from voicebot.metrics.report.text_fit import cut, part_between, text_width, wrap
from voicebot.metrics.svg import SERIES, line, rect, text
from voicebot.metrics.timeline import Quiet, SpokenPrompt, Timeline, Utterance
from voicebot.types import OTHER

PIECE_SECONDS = 6.0
SCALE = 56.0
"""Units a second: Chinese as it is spoken fits on one line, English on two."""

WIDTH = PIECE_SECONDS * SCALE

_BOT, _CALLER, _TICKS, _MARKS, _BELIEF, _HEIGHT = 20.0, 66.0, 110.0, 116.0, 170.0, 212.0
_LANE, _BELIEF_TALL, _ROW, _MARK_ROWS = 40.0, 40.0, 16.0, 3
"""Where the lanes begin, how tall they are."""

BELIEFS_SHOWN = SERIES - 1
"""Questions with a colour of their own, the likeliest of the call; `other` has the grey one."""

BELIEF_SHOWN = 0.05
"""A question that was never believed more than this has no colour."""

_LEAST_ROOM = 28.0

_WAVE_TALL = 17.0
"""Half the height of the loudness at full scale."""


@dataclass(frozen=True, slots=True)
class _Piece:
    """One stretch of the call."""

    start: float
    end: float

    def x(self, t: float) -> float:
        return (t - self.start) * SCALE

    def within(self, start: float, end: float) -> tuple[float, float] | None:
        """The part of start…end that lies in it, None where there is none."""
        low, high = max(start, self.start), min(end, self.end)
        return (low, high) if low < high or (start == end and self.start <= start < self.end) else None


def lanes(line_up: Timeline, marks: Sequence[Mark], clip: AudioClip | None, limit_seconds: float) -> Html:
    """The pieces of the first `limit_seconds` of the call."""
    length = min(line_up.seconds, limit_seconds)
    coloured = believed_questions(line_up)
    count = max(1, int(np.ceil(length / PIECE_SECONDS)))
    pieces = [_Piece(n * PIECE_SECONDS, (n + 1) * PIECE_SECONDS) for n in range(count)]
    return element(
        "div",
        *(_piece(piece, line_up, marks, clip, coloured) for piece in pieces),
        class_="lanes",
        aria_hidden="true",
    )


def believed_questions(line_up: Timeline) -> dict[str, int]:
    """Question → series, for those that were likeliest at some time of the call."""
    best: dict[str, float] = {}
    for belief in line_up.beliefs:
        for question, p in belief.top.items():
            best[question] = max(p, best.get(question, 0.0))
    best.pop(OTHER, None)
    ranked = sorted(
        (question for question, p in best.items() if p >= BELIEF_SHOWN), key=lambda question: (-best[question], question)
    )[:BELIEFS_SHOWN]
    return {question: series for series, question in enumerate(ranked)}


def _piece(piece: _Piece, line_up: Timeline, marks: Sequence[Mark], clip: AudioClip | None, coloured: dict[str, int]) -> Html:
    parts = [
        _axis(piece),
        joined(_prompt(piece, prompt) for prompt in line_up.prompts),
        joined(_utterance(piece, utterance) for utterance in line_up.utterances),
        _wave(piece, clip.bot if clip else None, _BOT),
        _wave(piece, clip.caller if clip else None, _CALLER),
        joined(_key(piece, t, key) for t, key in line_up.keys if piece.start <= t < piece.end),
        _marks(piece, marks),
        _belief(piece, line_up, coloured),
    ]
    return element(
        "svg", *parts, class_="piece", view_box=f"0 0 {WIDTH:g} {_HEIGHT:g}", width=WIDTH, height=_HEIGHT, data_start=piece.start
    )


def _axis(piece: _Piece) -> Html:
    parts: list[Html] = []
    for second in range(int(piece.start), int(piece.end)):
        x = piece.x(second)
        parts.append(line(x, 14, x, _HEIGHT, "grid"))
        if second % 2 == 0:
            parts.append(text(x + 2, 11, f"{second // 60}:{second % 60:02d}", class_="small"))
    if piece.start == 0:
        parts.append(text(3, _CALLER + 9, both("用户", "caller", "tspan"), class_="lane"))
    return joined(parts)


def _wave(piece: _Piece, peaks: NDArray[np.float64] | None, y: float) -> Html:
    """Loudness of a leg as a filled outline; the root makes soft speech visible."""
    if peaks is None:
        return Html()
    part = peaks[int(piece.start * PEAKS_A_SECOND) : int(piece.end * PEAKS_A_SECOND)]
    if not len(part) or float(part.max()) < 0.002:
        return Html()
    middle, step = y + _LANE / 2, SCALE / PEAKS_A_SECOND
    tall = np.sqrt(part) * _WAVE_TALL
    above = [f"{index * step:.1f} {middle - value:.1f}" for index, value in enumerate(tall)]
    below = [f"{index * step:.1f} {middle + value:.1f}" for index, value in reversed(list(enumerate(tall)))]
    return element("path", d=f"M{'L'.join(above + below)}Z", class_="wave")


# ---------------------------------------------------------------- what was said


def _prompt(piece: _Piece, prompt: SpokenPrompt) -> Html:
    inside = piece.within(prompt.start, prompt.end)
    if inside is None:
        return Html()
    start, end = inside
    x, width = piece.x(start), max(2.0, (end - start) * SCALE)
    parts = [rect(x, _BOT, width, _LANE, "bot", title=f"{prompt.act}: {prompt.text}")]
    parts += [_quiet(piece, quiet) for quiet in prompt.quiet]
    share = part_between(prompt.text, prompt.start, prompt.end, start, end)
    parts += _lines(share, x + 3, _BOT, width - 4)
    if prompt.stopped is not None and piece.start <= prompt.stopped < piece.end:
        at = piece.x(prompt.stopped)
        parts += [line(at, _BOT - 2, at, _BOT + _LANE + 2, "stop"), rect(at - 4, _BOT - 6, 8, 8, "stop", title="stop")]
    for t in prompt.resumed:
        if piece.start <= t < piece.end:
            at, y = piece.x(t), _BOT - 6
            parts.append(element("path", element("title", "resume"), d=f"M{at:.1f} {y}l8 4l-8 4z", class_="resume"))
    return joined(parts)


def _quiet(piece: _Piece, quiet: Quiet) -> Html:
    """Where the bot held back."""
    inside = piece.within(quiet.start, quiet.end)
    if inside is None:
        return Html()
    return rect(piece.x(inside[0]), _BOT, max(2.0, (inside[1] - inside[0]) * SCALE), _LANE, quiet.kind, title=quiet.kind)


def _utterance(piece: _Piece, utterance: Utterance) -> Html:
    inside = piece.within(utterance.start, utterance.end)
    if inside is None:
        return Html()
    start, end = inside
    x, width = piece.x(start), max(2.0, (end - start) * SCALE)
    kind = "gone" if utterance.discarded is not None else "caller"
    parts = [rect(x, _CALLER, width, _LANE, kind, title=utterance.text or utterance.discarded or "")]
    if utterance.words:
        parts.append(_words(piece, utterance.words))
    else:
        share = part_between(utterance.text, utterance.start, utterance.end, start, end)
        parts += _lines(share, x + 3, _CALLER, max(width - 4, 60.0))
    for t, partial in utterance.partials:
        if piece.start <= t < piece.end:
            parts.append(element("circle", element("title", partial), cx=piece.x(t), cy=_TICKS, r=2.0, class_="partial"))
    for t in utterance.rejoined:
        if piece.start <= t < piece.end:
            parts.append(line(piece.x(t), _CALLER, piece.x(t), _CALLER + _LANE, "rejoin"))
    return joined(parts)


def _lines(words: str, x: float, y: float, room: float) -> list[Html]:
    """Up to two lines of text in a lane; none where there is room for hardly a word."""
    if room < _LEAST_ROOM:
        return []
    return [text(x, y + 17 + 15 * row, part) for row, part in enumerate(wrap(words, room, 2))]


def _words(piece: _Piece, words: Iterable[tuple[str, float, float]]) -> Html:
    """Each word where it was said, on the upper or the lower line, whichever has room."""
    ends = [0.0, 0.0]
    parts: list[Html] = []
    for word, start, _ in words:
        if not piece.start <= start < piece.end:
            continue
        row = 0 if ends[0] <= piece.x(start) or ends[0] <= ends[1] else 1
        x = max(piece.x(start), ends[row])
        ends[row] = x + text_width(word) + 3
        parts.append(text(x, _CALLER + 17 + 15 * row, word))
    return joined(parts)


def _key(piece: _Piece, t: float, key: str) -> Html:
    x = piece.x(t)
    return fragment(rect(x, _CALLER + 8, 20, 24, "key", 4, f"key {key}"), text(x + 10, _CALLER + 25, key, "middle", "on"))


# ---------------------------------------------------------------- what was thought


@dataclass(slots=True)
class _Placed:
    """A note with its place in a row."""

    mark: Mark
    x: float
    room: float
    """Width its words may take."""
    leftward: bool = False
    """The words stand before it: there is no room behind."""

    @property
    def end(self) -> float:
        if self.leftward:
            return self.x + 6
        return self.x + 10 + min(self.room, max(map(text_width, self.mark.words)))


def _marks(piece: _Piece, marks: Sequence[Mark]) -> Html:
    """Rows of notes, each in the first row that has room; words are cut where the next note of their row stands."""
    rows: list[list[_Placed]] = [[] for _ in range(_MARK_ROWS)]
    located = {mark.t for mark in marks if mark.kind == "located"}
    for mark in marks:
        if piece.start <= mark.t < piece.end and not (mark.kind == "confirmed" and mark.t in located):
            _place(rows, mark, piece.x(mark.t))
    return joined(_placed(placed, _MARKS + 12 + _ROW * number) for number, row in enumerate(rows) for placed in row)


def _place(rows: list[list[_Placed]], mark: Mark, x: float) -> None:
    free = [row for row in rows if not row or row[-1].end <= x]
    row = free[0] if free else min(rows, key=lambda row: row[-1].x)
    if not free and not row[-1].leftward:
        row[-1].room = max(0.0, x - row[-1].x - 12)
    start = row[-1].end if row else 0.0
    behind, before = WIDTH - x - 10, x - start - 10
    leftward = behind < min(60.0, max(map(text_width, mark.words))) and before > behind
    row.append(_Placed(mark, x, before if leftward else behind, leftward))


def _placed(placed: _Placed, y: float) -> Html:
    mark, x = placed.mark, placed.x
    words = both(cut(mark.words[0], placed.room), cut(mark.words[1], placed.room), "tspan")
    label = element("title", mark.words[0] if mark.words[0] == mark.words[1] else " / ".join(mark.words))
    said = (
        text(x - 6, y, fragment(label, words), "end", "note")
        if placed.leftward
        else text(x + 6, y, fragment(label, words), class_="note")
    )
    return fragment(element("circle", cx=x, cy=y - 4, r=3.0, class_=f"mark {mark.kind}"), said)


def _belief(piece: _Piece, line_up: Timeline, coloured: dict[str, int]) -> Html:
    """Probabilities stacked, the likeliest question of the call at the bottom."""
    parts = [rect(0, _BELIEF, WIDTH, _BELIEF_TALL, "track")]
    for belief in line_up.beliefs:
        inside = piece.within(belief.start, belief.end)
        if inside is None:
            continue
        x, width, y = piece.x(inside[0]), (inside[1] - inside[0]) * SCALE, _BELIEF + _BELIEF_TALL
        for question, series in sorted(coloured.items(), key=lambda item: item[1]):
            p = belief.top.get(question, 0.0)
            if p >= 0.01:
                tall = _BELIEF_TALL * min(p, 1.0)
                y -= tall
                parts.append(rect(x, y, width, tall, f"s{series}", title=f"{question} {p:.2f} ({belief.because})"))
        if (p := belief.top.get(OTHER, 0.0)) >= 0.01:
            tall = _BELIEF_TALL * min(p, 1.0)
            parts.append(rect(x, y - tall, width, tall, "s-other", title=f"{OTHER} {p:.2f}"))
    return joined(parts)
