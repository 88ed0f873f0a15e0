"""The terminal view holds what matters, on wide and narrow terminals."""

import io

import pytest
from rich.console import Console
from rich.text import Text

from tests.live.soft_line import SoftLine, silence
from voicebot.call import Call
from voicebot.engine import Engine
from voicebot.live.session import LiveCall
from voicebot.live.status import CallStatus
from voicebot.live.view import CallView


@pytest.mark.parametrize(("width", "height"), [(140, 40), (80, 40)])
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
    console = Console(file=io.StringIO(), width=width, height=height, force_terminal=False)
    console.print(view.render(console))
    shown = console.file.getvalue()  # type: ignore[attr-defined]
    for part in ("the bot has the floor", "caller", "bot", "dB", "q hang up", "this call is recorded", "'headset'", "went away"):
        assert part in shown
    assert max(status.belief, key=lambda name: status.belief[name])[:20] in shown
    assert next(line["text"] for line in status.lines if line["leg"] == "bot") in shown
