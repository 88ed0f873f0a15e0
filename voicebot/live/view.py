"""A live call on a terminal: levels of both legs, the floor, words as they come, belief, state, figures, and the transcript."""

from collections.abc import Callable
from typing import Any

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
        rows = [Layout(self._head(), size=2), Layout(name="body"), Layout(self._foot(), size=2)]
        layout.split_column(*rows)
        transcript = Layout(self._transcript(max(1, console.height - 6)), name="transcript", ratio=3)
        side = Layout(Panel(self._side(), title="now", border_style="dim"), name="side", minimum_size=44, ratio=2)
        if console.width >= 100:
            layout["body"].split_row(transcript, side)
        else:
            side.size = 18
            layout["body"].split_column(side, transcript)
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

    def _transcript(self, rows: int) -> Panel:
        text = Text()
        for line in list(self._status.lines)[-rows:]:
            shown = self._line(line)
            if shown is not None:
                text.append(f"{line['t']:6.1f}  ", style="dim")
                text.append_text(shown)
                text.append("\n")
        return Panel(_last_rows(text, rows), title="transcript", border_style="dim")

    def _side(self) -> Group:
        status = self._status
        words, style = _FLOOR[status.floor]
        self._caller_db = max(self._live.caller_db, self._caller_db - FALL_DB)
        self._bot_db = max(self._live.bot_db, self._bot_db - FALL_DB)
        meters = Table.grid(padding=(0, 1))
        meters.add_row("caller", _meter(self._caller_db, "green"))
        meters.add_row("bot", _meter(self._bot_db, "cyan"))
        belief = Table.grid(padding=(0, 1))
        for question, p in status.belief.items():
            belief.add_row(Text(question[:26]), _bar(p, BELIEF_WIDTH, "magenta"), f"{p:.2f}")
        return Group(
            meters,
            Text(words + _VOICE.get(status.bot, ""), style=style),
            Text(f"hears   {status.partial}", style="green", no_wrap=True, overflow="ellipsis"),
            Text(f"state   {status.state}"),
            Text(),
            belief,
            Text(),
            self._figures(),
        )

    def _figures(self) -> Text:
        status = self._status
        located = f"{status.located}{', confirmed' if status.confirmed else ''}" if status.located else "no question yet"
        figures = f"turns {status.turns} · interruptions {status.interruptions} · {located}"
        late = f"\nlate frames {status.late}" if status.late else ""
        return Text(figures + late)


def _meter(level_db: float, style: str) -> Text:
    low, high = METER_DB
    share = min(1.0, max(0.0, (level_db - low) / (high - low)))
    return _bar(share, METER_WIDTH, style).append(f" {max(level_db, low):4.0f} dB", style="dim")


def _bar(share: float, width: int, style: str) -> Text:
    full = round(share * width)
    return Text("█" * full, style=style).append("·" * (width - full), style="dim")


def _last_rows(text: Text, rows: int) -> Text:
    """At most the last `rows` lines, so that the newest is in sight."""
    lines = text.split("\n")
    return Text("\n").join(lines[-rows:])
