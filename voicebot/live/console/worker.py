"""The life of a worker process: load the engines once, hold the calls it is given, end when the server is gone.

What happens in a native library happens here: if one of them kills the process, the server finds the socket closed.
"""

import base64
import gc
import os
import signal
import socket
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from voicebot.engine import Engine, load_engine
from voicebot.errors import VoicebotError
from voicebot.live.console.chat import ChatCall
from voicebot.live.console.held import HeldCall
from voicebot.live.console.orders import Order
from voicebot.live.console.spoken import SpokenCall
from voicebot.live.console.wire import Kind, Message, WorkerEnd, as_json
from voicebot.live.warming import SWITCH_SECONDS, warm_up
from voicebot.tts import Renderer
from voicebot.types import Language

APOLOGIES: Mapping[Language, str] = {
    "zh-CN": "非常抱歉，系统出了故障，这通电话没法继续。请您重新拨打。",
    "en-US": "I'm very sorry, something broke on our side and this call cannot go on. Please call again.",
}
"""Said to callers whose worker died; rendered beforehand."""

FAREWELL_SECONDS = 5.0
"""How long calls get to end in good order when the server is gone."""


@dataclass(frozen=True, slots=True)
class Loaded:
    """What a worker loads."""

    packs: tuple[tuple[str, Language], ...]
    """Hotline (a name or a folder) and language."""
    model: str | None = None


def run_worker(link: socket.socket, loaded: Loaded) -> None:
    """Serve calls until the link closes. The target of a process."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the server, which ends its workers in good order
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    sys.setswitchinterval(SWITCH_SECONDS)
    end = WorkerEnd(link)
    try:
        engines = {pack: _warm(pack, loaded.model) for pack in loaded.packs}
    except VoicebotError as error:
        end.send(Kind.READY, 0, as_json({"error": str(error).partition("\n")[0]}))
        return
    gc.collect()
    gc.freeze()  # what was loaded stays: looking through it again and again would make frames late
    end.send(Kind.READY, 0, as_json({"pid": os.getpid(), "apologies": _apologies(engines)}))
    _Desk(end, engines).serve()


def _warm(pack: tuple[str, Language], model: str | None) -> Engine:
    engine = load_engine(*pack, model=model)
    warm_up(engine)
    return engine


def _apologies(engines: Mapping[tuple[str, Language], Engine]) -> dict[str, str]:
    """Language → samples (int16, base64) of the apology in the voice of a pack."""
    spoken: dict[str, str] = {}
    for (_, language), engine in engines.items():
        if language not in spoken:
            hotline = engine.hotline
            samples = engine.synthesizer.render(APOLOGIES[language], hotline.voice, hotline.rate).samples
            spoken[language] = base64.b64encode(samples.astype("<i2").tobytes()).decode()
    return spoken


class _Desk:
    """The calls of this worker."""

    def __init__(self, end: WorkerEnd, engines: Mapping[tuple[str, Language], Engine]) -> None:
        self._end = end
        self._engines = engines
        self._voice = Renderer()
        self._calls: dict[int, HeldCall] = {}

    def serve(self) -> None:
        while (message := self._end.receive()) is not None:
            if message.kind is Kind.OPEN:
                self._open(message.call, message.json())
            elif (call := self._calls.get(message.call)) is not None:
                _take(call, message)
        for call in list(self._calls.values()):
            call.hang_up()
        for call in list(self._calls.values()):
            call.join(FAREWELL_SECONDS)

    def _open(self, number: int, document: dict[str, Any]) -> None:
        order = Order.of(document)
        engine = self._engines[order.hotline, order.language]

        def send(kind: Kind, body: bytes) -> None:
            self._end.send(kind, number, body)

        def done() -> None:
            self._calls.pop(number, None)
            engine.remember()

        call: HeldCall = (
            ChatCall(order, engine, send, done) if order.doing == "chat" else SpokenCall(order, engine, self._voice, send, done)
        )
        self._calls[number] = call
        call.start()


def _take(call: HeldCall, message: Message) -> None:
    match message.kind:
        case Kind.FRAME:
            call.frame(message.body)
        case Kind.KEY:
            call.press(message.body.decode())
        case Kind.SAY:
            call.say(message.body.decode())
        case Kind.CLOSE:
            call.hang_up()
