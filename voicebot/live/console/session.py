"""One page's connection: what it asks for, its place in the queue, its call, and how that ends."""

import asyncio
import json
import logging
import time
from typing import Any

import numpy as np
from starlette.websockets import WebSocket, WebSocketDisconnect, WebSocketState

from voicebot.errors import VoicebotError
from voicebot.live.console import limits
from voicebot.live.console.desk import Desk
from voicebot.live.console.phone_line import Line
from voicebot.live.console.pool import Full, Ticket
from voicebot.live.console.protocol import HangUp, Key, Say, read_said, read_start
from voicebot.live.console.wire import FRAME_BYTES, Kind, sound
from voicebot.types import FRAME_SAMPLES, FRAME_SECONDS, SILENCE

LOG = logging.getLogger("voicebot.serve")

DONE, REFUSED, BUSY = 1000, 1008, 1013
"""WebSocket close codes: normal; policy violation; try again later."""

LAST_WORDS_SECONDS = 10.0
"""How long a page that hung up waits for the figures of its call."""


class _Refused(VoicebotError):
    """The page is told why and the connection closed."""

    def __init__(self, why: str, text: str, code: int = REFUSED) -> None:
        super().__init__(text)
        self.why, self.code = why, code


class Session:
    """Runs one WebSocket from acceptance to close."""

    def __init__(self, page: WebSocket, desk: Desk) -> None:
        self._page = page
        self._desk = desk
        self._line: Line | None = None
        self._frames = limits.frames()
        self._words = limits.words()
        self._moves: asyncio.Queue[int] = asyncio.Queue()
        self._gone = False
        """The connection is closed: nothing can be told any more."""

    async def run(self) -> None:
        """Never raises for what the page does."""
        await self._page.accept()
        ticket: Ticket | None = None
        hearing: asyncio.Task[None] | None = None
        try:
            order = await asyncio.to_thread(self._desk.order, read_start(await self._first()))  # it may read files
            ticket = self._desk.pool.ask(order, self._moves.put_nowait)
            hearing = asyncio.create_task(self._hear())
            self._line = await self._wait(ticket, hearing)
            if self._line is not None:
                await self._call(self._line, hearing, recorded=order.keep is not None)
        except Full as error:
            await self._refuse(_Refused("full", str(error), BUSY))
        except _Refused as error:
            await self._refuse(error)
        except VoicebotError as error:
            await self._refuse(_Refused("invalid", str(error).partition("\n")[0]))
        except (WebSocketDisconnect, RuntimeError):  # the page went away while it was being told something
            pass
        finally:
            if ticket is not None:
                self._leave(ticket)
            if hearing is not None:
                hearing.cancel()
                await asyncio.gather(hearing, return_exceptions=True)

    def _leave(self, ticket: Ticket) -> None:
        """Whatever happened: no place in the queue is kept, and no call goes on without its page."""
        self._desk.pool.withdraw(ticket)
        if self._line is None and ticket.line.done():
            self._line = ticket.line.result()
        if self._line is not None:
            self._line.send(Kind.CLOSE)

    # ------------------------------------------------------------ before the call

    async def _first(self) -> str:
        try:
            async with asyncio.timeout(limits.START_SECONDS):
                return self._text(await self._page.receive())
        except TimeoutError:
            raise _Refused("invalid", f"nothing was asked for within {limits.START_SECONDS:.0f} s") from None

    async def _wait(self, ticket: Ticket, hearing: "asyncio.Task[None]") -> Line | None:
        """The call when it is there; None when the page hung up first."""
        while True:
            moved = asyncio.ensure_future(self._moves.get())
            try:
                events: set[asyncio.Future[Any]] = {ticket.line, hearing, moved}
                await asyncio.wait(events, return_when=asyncio.FIRST_COMPLETED)
            finally:
                moved.cancel()
            if ticket.line.done():
                return ticket.line.result()
            if hearing.done():
                hearing.result()
                return None
            if self._desk.pool.failure is not None and not self._desk.pool.ready:
                raise _Refused("broken", self._desk.pool.failure)
            why = "busy" if self._desk.pool.ready else "loading"
            await self._tell({"type": "queued", "position": moved.result(), "why": why})

    # ------------------------------------------------------------ the call

    async def _call(self, line: Line, hearing: "asyncio.Task[None]", *, recorded: bool) -> None:
        await self._tell({"type": "opened", "recorded": recorded})
        telling = asyncio.create_task(self._relay(line))
        try:
            await asyncio.wait({telling, hearing}, return_when=asyncio.FIRST_COMPLETED)
            if hearing.done():
                hearing.result()  # raises what was wrong with the page
                line.send(Kind.CLOSE)
                if not self._gone:  # hung up in good order: the page still gets the end of its call
                    await asyncio.wait({telling}, timeout=LAST_WORDS_SECONDS)
            else:
                telling.result()
        finally:
            telling.cancel()
            await asyncio.gather(telling, return_exceptions=True)
        await self._close(DONE)

    async def _relay(self, line: Line) -> None:
        """Everything the call says, to the page."""
        while (message := await line.news.get()) is not None:
            if message.kind is Kind.SOUND:
                await self._page.send_bytes(message.body)
                continue
            if message.kind is Kind.OVER:
                said = message.json()
                self._desk.note(said)
                if said["type"] == "failed":
                    LOG.error("call %d failed: %s", line.number, said["error"])
                    await self._apologise(line.language)
                said.pop("record", None)
                await self._tell(said)
                continue
            await self._page.send_text(message.body.decode())
        if line.slow:
            raise _Refused("slow", "the page could not keep up with the sound, and the line was dropped")
        if line.crashed:
            await self._apologise(line.language)
            await self._tell({"type": "failed", "error": "the process that held this call died"})

    async def _apologise(self, language: str) -> None:
        """Play the apology in real time, as the call would have spoken."""
        samples = self._desk.pool.apologies.get(language)
        if samples is None:
            return
        frames = np.pad(samples, (0, -len(samples) % FRAME_SAMPLES)).reshape(-1, FRAME_SAMPLES)
        await self._tell({"type": "apology"})
        began = time.monotonic()
        for index, frame in enumerate(frames):
            await asyncio.sleep(began + index * FRAME_SECONDS - time.monotonic())
            await self._page.send_bytes(sound(index - len(frames), frame, SILENCE, both=False))

    async def _hear(self) -> None:
        """What the page says, until it hangs up or goes away. Raises `_Refused` for what it may not."""
        while True:
            message = await self._page.receive()
            if message["type"] == "websocket.disconnect":
                self._gone = True
                return
            body = message.get("bytes")
            if body is not None:
                self._frame(body)
            elif not self._said(self._text(message)):
                return

    def _frame(self, body: bytes) -> None:
        if len(body) != FRAME_BYTES:
            raise _Refused("invalid", f"a frame has {FRAME_BYTES} bytes; one of {len(body)} came")
        if not self._frames.take():
            raise _Refused("fast", "more sound came than time has passed")
        if self._line is not None:
            self._line.send(Kind.FRAME, body)

    def _said(self, text: str) -> bool:
        """Pass a message on; False when it hangs up."""
        if not self._words.take():
            raise _Refused("fast", "too many messages at once")
        said = read_said(text)
        match said:
            case HangUp():
                return False
            case Key() if self._line is not None:
                self._line.send(Kind.KEY, said.key.encode())
            case Say() if self._line is not None:
                self._line.send(Kind.SAY, said.text.encode())
        return True

    # ------------------------------------------------------------ small things

    @staticmethod
    def _text(message: Any) -> str:
        if message["type"] == "websocket.disconnect":
            raise WebSocketDisconnect(message.get("code", DONE))
        text: str | None = message.get("text")
        if text is None:
            raise _Refused("invalid", "sound came before the call was asked for")
        if len(text.encode("utf8", "surrogatepass")) > limits.TEXT_BYTES:
            raise _Refused("invalid", f"a message may have {limits.TEXT_BYTES} bytes at most")
        return text

    async def _tell(self, document: dict[str, Any]) -> None:
        await self._page.send_text(json.dumps(document, ensure_ascii=False))

    async def _refuse(self, error: _Refused) -> None:
        try:
            await self._tell({"type": "refused", "why": error.why, "text": str(error)})
            await self._close(error.code)
        except (WebSocketDisconnect, RuntimeError):  # nobody is there to be told
            return

    async def _close(self, code: int) -> None:
        if not self._gone and self._page.application_state is WebSocketState.CONNECTED:
            await self._page.close(code)
