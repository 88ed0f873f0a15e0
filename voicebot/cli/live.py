"""`voicebot live`"""

import argparse
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from voicebot.cli.common import call_arguments, hotline_arguments, json_argument, print_json
from voicebot.errors import VoicebotError

if TYPE_CHECKING:
    from voicebot.events import Record
    from voicebot.live.microphone import LiveResult, LiveSettings, OnAir

HELP = "talk to the hotline through this machine's microphone"

REFRESH_SECONDS = 0.1
"""Between two pictures of the terminal view, and between two looks at what to print."""


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--headset", action="store_true", help="the microphone does not hear the speaker: no echo to cancel")
    parser.add_argument("--list-devices", action="store_true", help="show microphones and speakers, then stop")
    parser.add_argument("--input", metavar="N|NAME", help="microphone: its number or a part of its name (default: the system's)")
    parser.add_argument("--output", metavar="N|NAME", help="speaker, likewise")
    parser.add_argument("--save", metavar="DIR", help="keep the call, which is announced to the caller, as a fixture to replay")
    parser.add_argument("--seconds", type=float, metavar="N", help="hang up after N seconds of call")
    hotline_arguments(parser)
    call_arguments(parser)
    json_argument(parser)


def run(args: argparse.Namespace) -> int:
    from voicebot.live.quiet import quiet_libraries

    with quiet_libraries():
        return _list_devices(args.json) if args.list_devices else _talk(args)


def _talk(args: argparse.Namespace) -> int:
    if args.seconds is not None and args.seconds <= 0:
        raise VoicebotError(f"--seconds {args.seconds:g}: give a number of seconds above 0")
    settings = _settings(args)
    signal.signal(signal.SIGTERM, _interrupt)
    if sys.stdout.isatty() and not args.json:
        result, stopped = _on_screen(settings)
    else:
        result, stopped = _in_lines(settings, quiet=args.json)
    if args.json:
        print_json(result.document())
    else:
        _print_end(result)
    if stopped:
        raise KeyboardInterrupt
    return 0


def _settings(args: argparse.Namespace) -> "LiveSettings":
    from voicebot.live.line import Choice
    from voicebot.live.microphone import LiveSettings
    from voicebot.replay import DEFAULT_HOTLINE

    return LiveSettings(
        hotline=args.hotline or DEFAULT_HOTLINE,
        language=args.lang or "zh-CN",
        choice=Choice(args.input, args.output),
        model=args.model,
        profile=args.profile,
        seed=args.seed,
        echo=not args.headset,
        save=Path(args.save) if args.save else None,
        seconds=args.seconds,
        unmasked=args.unmasked,
    )


def _interrupt(number: int, frame: Any) -> None:
    """SIGTERM ends the call as Ctrl-C does: what was kept must be written."""
    raise KeyboardInterrupt


def _in_lines(settings: "LiveSettings", quiet: bool) -> "tuple[LiveResult, bool]":
    """Run the call, printing the transcript as it forms."""
    from queue import SimpleQueue

    from voicebot.live.microphone import on_air

    news: SimpleQueue[Record] = SimpleQueue()
    stopped = False

    def show() -> None:
        while not news.empty():
            _print_line(news.get(), quiet)

    with on_air(settings, _say, news.put) as air:
        _say(f"{air.line.describe()}; {_heard_through(air)}")
        if air.recorded:
            _say("this call is recorded")
        try:
            air.live.start()
            while not air.live.wait(REFRESH_SECONDS):
                show()
        except KeyboardInterrupt:
            stopped = True
    show()
    return air.result(), stopped


def _on_screen(settings: "LiveSettings") -> "tuple[LiveResult, bool]":
    """Run the call in the terminal view; its transcript stays on the terminal afterwards."""
    from queue import SimpleQueue

    from rich.console import Console
    from rich.live import Live
    from rich.text import Text

    from voicebot.cli.screen import sentence, style
    from voicebot.live.keyboard import Keyboard
    from voicebot.live.microphone import on_air
    from voicebot.live.status import CallStatus
    from voicebot.live.view import CallView

    def line(body: dict[str, Any]) -> Text | None:
        text = sentence(body)
        return Text(text, style=style(body)) if text is not None else None

    console = Console(highlight=False)
    news: SimpleQueue[Record] = SimpleQueue()
    notices: list[str] = []
    status, stopped = CallStatus(), False
    console.print("loading …", style="dim", end="\r")
    with on_air(settings, notices.append, news.put) as air:
        notices.append(_heard_through(air))
        view = CallView(air.live, status, line, recording=air.recorded, devices=air.line.describe)
        view.notices = notices
        try:
            with Keyboard() as keyboard, Live(console=console, screen=True, auto_refresh=False) as screen:
                air.live.start()
                while not air.live.wait(0):
                    _press(air, keyboard.read(REFRESH_SECONDS))
                    while not news.empty():
                        status.take(news.get())
                    screen.update(view.render(console), refresh=True)
        except KeyboardInterrupt:
            stopped = True
    for record in air.live.call.log.records:
        _print_line(record, quiet=False)
    for notice in notices:
        _say(notice)
    return air.result(), stopped


def _press(air: "OnAir", typed: str) -> None:
    """Keys of the terminal: the phone's, q and r."""
    for key in typed:
        if key in "0123456789*#":
            air.live.press(key)
        elif key in "qQ":
            air.live.hang_up()
        elif key in "rR":
            air.live.reconnect()


def _heard_through(air: "OnAir") -> str:
    assert air.engine.model is not None
    return f"acoustic model {air.engine.model.name}"


def _print_line(record: "Record", quiet: bool) -> None:
    from voicebot.cli.screen import sentence
    from voicebot.metrics.transcript import transcript_line

    body = transcript_line(record)
    text = sentence(body) if body is not None else None
    if not quiet and body is not None and text is not None:
        print(f"{body['t']:7.2f}  {text}", flush=True)


def _print_end(result: "LiveResult") -> None:
    counts = result.counts
    print(f"{result.record.outcome}: {result.record.located or 'no question located'}, {result.record.seconds:.1f} s")
    if not counts.clean:
        wrong = [f"{name.replace('_', ' ')} {count}" for name, count in counts.document().items() if count]
        print(f"sound: {', '.join(wrong)}")
    if result.failure is not None:
        print(f"voicebot: error in the sound callback: {result.failure!r}", file=sys.stderr)
    if result.saved is not None:
        print(f"kept: {result.saved}; repeat it with: voicebot replay {result.saved.parent}")


def _say(text: str) -> None:
    print(f"voicebot: {text}", file=sys.stderr, flush=True)


def _list_devices(as_json: bool) -> int:
    from dataclasses import asdict

    from voicebot.live.sound import Device, SoundCard

    def marks(device: Device) -> str:
        kinds: list[tuple[str, Callable[[Device], bool]]] = [
            ("microphone", lambda d: d.does("input")),
            ("speaker", lambda d: d.does("output")),
            ("default microphone", lambda d: d.default_input),
            ("default speaker", lambda d: d.default_output),
        ]
        return ", ".join(name for name, holds in kinds if holds(device))

    devices = SoundCard().devices()
    if as_json:
        print_json({"devices": [asdict(device) for device in devices]})
        return 0
    if not devices:
        raise VoicebotError("PortAudio shows no sound device; plug one in, or start the sound server of this machine")
    for device in devices:
        print(f"{device.index:3}  {device.name}  ({device.host}, {device.rate} Hz)  {marks(device)}")
    return 0
