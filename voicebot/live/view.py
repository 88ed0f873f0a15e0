"""A live call on a terminal: levels of both legs, the floor, words as they come, belief, state, figures, and the transcript."""

import re
from collections.abc import Callable
from typing import Any

from rich.cells import cell_len
from rich.console import Console, Group, RenderableType
from rich.layout import Layout
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

from voicebot.live.session import LiveCall
from voicebot.live.status import Bot, CallStatus

METER_DB = (-60.0, 0.0)
"""Levels at the ends of a meter, dBFS."""

METER_WIDTH = 24
BELIEF_WIDTH = 16

WIDE = 100
"""Columns from which the transcript has the rest beside it; below, above it."""

SIDE_WIDTH_LEAST, SIDE_WIDTH_MOST = 46, 64
HEAD_ROWS = FOOT_ROWS = 2
LOW_ROWS = 9
"""Of what stands above the transcript: five of belief, two more, and the frame."""

LEFT_WIDTH = 42
"""Of the meters, with their levels and the gap after them."""

TIME_WIDTH = 8
"""Of the time before a line of the transcript."""

FRAME_WIDTH, FRAME_ROWS = 4, 2
"""What a panel's frame takes."""

FALL_DB = 3.0
"""A meter falls by so much a refresh, so that the eye can follow."""

HELP = "0–9 * # keys of the phone · q hang up · r look for sound devices again"

_FLOOR = {
    "bot": ("the bot has the floor", "cyan"),
    "caller": ("the caller has the floor", "bold green"),
    "both": ("both speak", "bold yellow"),
    "nobody": ("nobody speaks", "dim"),
}
_VOICE = {Bot.HUSHED: " (bot turned down)", Bot.PAUSED: " (bot waits)"}

Line = Callable[[dict[str, Any]], Text | None]
"""A transcript line as people read it; None for what is not shown."""


class CallView:
    """Draws a `LiveCall`. `render` gives what to show now; `status` is fed from outside."""

    def __init__(self, live: LiveCall, status: CallStatus, line: Line, *, recording: bool, devices: Callable[[], str]) -> None:
        self._live = live
        self._status = status
        self._line = line
        self._recording = recording
        self._devices = devices
        self._caller_db = self._bot_db = METER_DB[0]
        self.notices: list[str] = []

    def render(self, console: Console) -> RenderableType:
        """The whole screen."""
        layout = Layout()
        layout.split_column(Layout(self._head(), size=HEAD_ROWS), Layout(name="body"), Layout(self._foot(), size=FOOT_ROWS))
        rows = console.height - HEAD_ROWS - FOOT_ROWS
        if console.width >= WIDE:
            beside = max(SIDE_WIDTH_LEAST, min(SIDE_WIDTH_MOST, console.width * 2 // 5))
            side = Layout(Panel(self._side(beside - FRAME_WIDTH), title="now", border_style="dim"), size=beside)
            layout["body"].split_row(Layout(self._transcript(console.width - beside, rows)), side)
        else:
            side = Layout(Panel(self._low_side(console.width - FRAME_WIDTH), title="now", border_style="dim"), size=LOW_ROWS)
            layout["body"].split_column(side, Layout(self._transcript(console.width, rows - LOW_ROWS)))
        return layout

    def _head(self) -> Text:
        seconds = self._live.call.seconds
        head = Text(f" {self._status.hotline}  {int(seconds // 60)}:{seconds % 60:04.1f}  ", style="bold")
        if self._recording:
            head.append("● this call is recorded  ", style="bold red")
        head.append(self._devices(), style="dim")
        return head

    def _foot(self) -> Text:
        foot = Text(f" {HELP}", style="dim")
        if self.notices:
            foot.append(f"\n {self.notices[-1]}", style="yellow")
        return foot

    def _transcript(self, width: int, rows: int) -> Panel:
        """The newest lines that fit into a panel of this size, long ones wrapped."""
        room = max(1, rows - FRAME_ROWS)
        shown: list[Text] = []
        for line in reversed(self._status.lines):
            words = self._line(line)
            if words is None:
                continue
            first, *more = _wrapped(words, width - FRAME_WIDTH - TIME_WIDTH)
            time = Text(f"{line['t']:6.1f}  ", style="dim")
            shown[:0] = [time + first, *(Text(" " * TIME_WIDTH) + part for part in more)]
            if len(shown) >= room:
                break
        return Panel(Text("\n").join(shown[-room:]), title="transcript", border_style="dim")

    def _side(self, width: int) -> Group:
        """Beside the transcript."""
        return Group(
            self._meters(), self._floor(), self._hears(), self._state(), Text(), self._belief(width), Text(), self._figures()
        )

    def _low_side(self, width: int) -> Group:
        """Above the transcript, where the terminal is too narrow for both: the belief stands beside the rest."""
        halves = Table.grid(padding=(0, 2))
        halves.add_row(Group(self._meters(), self._floor(), self._state()), self._belief(width - LEFT_WIDTH))
        return Group(halves, self._hears(), self._figures())

    def _meters(self) -> Table:
        self._caller_db = max(self._live.caller_db, self._caller_db - FALL_DB)
        self._bot_db = max(self._live.bot_db, self._bot_db - FALL_DB)
        meters = Table.grid(padding=(0, 1))
        meters.add_row("caller", _meter(self._caller_db, "green"))
        meters.add_row("bot", _meter(self._bot_db, "cyan"))
        return meters

    def _floor(self) -> Text:
        words, style = _FLOOR[self._status.floor]
        return Text(words + _VOICE.get(self._status.bot, ""), style=style)

    def _hears(self) -> Text:
        return Text(f"hears   {self._status.partial}", style="green", no_wrap=True, overflow="ellipsis")

    def _state(self) -> Text:
        return Text(f"state   {self._status.state}", no_wrap=True, overflow="ellipsis")

    def _belief(self, width: int) -> Table:
        """Names and bars in `width` columns."""
        bar = BELIEF_WIDTH if width >= 2 * BELIEF_WIDTH + 7 else BELIEF_WIDTH // 2
        belief = Table.grid(padding=(0, 1))
        for question, p in self._status.belief.items():
            name = Text(question, no_wrap=True)
            name.truncate(max(8, width - bar - 7), overflow="ellipsis")
            belief.add_row(name, _bar(p, bar, "magenta"), f"{p:.2f}")
        return belief

    def _figures(self) -> Text:
        status = self._status
        located = f"{status.located}{', confirmed' if status.confirmed else ''}" if status.located else "no question yet"
        late = f" · late frames {status.late}" if status.late else ""
        return Text(f"turns {status.turns} · interruptions {status.interruptions}{late} · {located}")


def _meter(level_db: float, style: str) -> Text:
    low, high = METER_DB
    share = min(1.0, max(0.0, (level_db - low) / (high - low)))
    return _bar(share, METER_WIDTH, style).append(f" {max(level_db, low):4.0f} dB", style="dim")


def _bar(share: float, width: int, style: str) -> Text:
    full = round(share * width)
    return Text("█" * full, style=style).append("·" * (width - full), style="dim")


_PIECE = re.compile(r"[\u2e80-\uff60][，。？！、：；”’）》…]*|[^\s\u2e80-\uff60]+|\s+")
"""What is not broken: a Chinese character with the signs that close after it, a word, a space."""


def _wrapped(text: Text, width: int) -> list[Text]:
    """`text` in lines of at most `width` columns, broken between words and between Chinese characters."""
    cuts, used = [], 0
    for piece in _PIECE.finditer(text.plain):
        wide = cell_len(piece.group())
        if used + wide > width and used and not piece.group().isspace():
            cuts.append(piece.start())
            used = 0
        used += wide
    return list(text.divide(cuts))
