"""The terminal view holds what matters, on wide and narrow terminals."""

import io
from types import SimpleNamespace

import pytest
from rich.cells import cell_len
from rich.console import Console
from rich.text import Text

from tests.live.soft_line import SoftLine, silence
from voicebot.call import Call
from voicebot.engine import Engine
from voicebot.live.session import LiveCall
from voicebot.live.status import CallStatus
from voicebot.live.view import CallView


def drawn(view: CallView, width: int, height: int) -> list[str]:
    console = Console(file=io.StringIO(), width=width, height=height, force_terminal=False)
    console.print(view.render(console))
    return console.file.getvalue().splitlines()  # type: ignore[attr-defined]


@pytest.mark.parametrize(("width", "height"), [(200, 60), (140, 40), (100, 24), (80, 40), (80, 24)])
def test_the_view_shows_both_legs_the_floor_the_belief_and_the_keys(english_engine: Engine, width: int, height: int) -> None:
    live = LiveCall(Call(english_engine), SoftLine(silence(3)), limit_seconds=1)
    live.start()
    assert live.wait(60)
    status = CallStatus()
    for record in live.call.log.records:
        if record.frame < len(live.timing.pushes):  # without the end
            status.take(record)
    view = CallView(live, status, lambda line: Text(line["text"]), recording=True, devices=lambda: "'headset', 16000 Hz")
    view.notices.append("microphone went away")
    lines = drawn(view, width, height)
    assert len(lines) <= height
    shown = "\n".join(lines)
    for part in ("the bot has the floor", "caller", "bot", "dB", "q hang up", "this call is recorded", "'headset'", "went away"):
        assert part in shown
    for name in status.belief:
        assert name[:17] in shown
    assert next(line["text"] for line in status.lines if line["leg"] == "bot") in shown


@pytest.mark.parametrize(("width", "height"), [(200, 60), (100, 24), (80, 24)])
def test_the_newest_line_is_in_sight_however_long_those_before_it_are(width: int, height: int) -> None:
    call = SimpleNamespace(seconds=61.0)
    live = SimpleNamespace(call=call, caller_db=-20.0, bot_db=-96.0)
    status = CallStatus()
    status.lines.extend({"t": number, "text": f"{number} {'关于花呗还款失败，请您先看看。' * 9}"} for number in range(30))
    status.lines.append({"t": 31.5, "text": "the newest line"})
    view = CallView(live, status, lambda line: Text(line["text"]), recording=False, devices=lambda: "'headset'")  # type: ignore[arg-type]
    lines = drawn(view, width, height)
    assert any("31.5  the newest line" in line for line in lines)
    assert not any(line.strip("│ ").startswith(("，", "。")) for line in lines), "no line begins with a sign that closes"
    assert all(cell_len(line) <= width for line in lines)
