"""A call held by a worker, on a thread of its own: `Call.push` once a frame, everything that happens told to the server.

The thread alone knows wall time. A frame whose answer comes later than the page keeps in hand is late: counted, logged
(`VoiceLate`), and made good by the page.
"""

import logging
import threading
import time
from abc import ABC, abstractmethod
from collections import deque
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np

from voicebot.audio.effects import set_level
from voicebot.call import Call
from voicebot.engine import Engine
from voicebot.errors import VoicebotError
from voicebot.events import EventLog, Record, VoiceLate
from voicebot.live.console.callers import Clocked, Hand, Microphone, Source
from voicebot.live.console.kept import Kept
from voicebot.live.console.news import figures, packed, titles_of, told
from voicebot.live.console.orders import Order
from voicebot.live.console.watched import Watched, watched
from voicebot.live.console.wire import FRAME_BYTES, Kind, as_json, sound
from voicebot.live.warming import announcement
from voicebot.metrics.call_record import call_record
from voicebot.testing.scene import DEFAULT_RATES, DEFAULT_VOICES, SPEECH_LEVEL_DB
from voicebot.typed import TypedCall
from voicebot.types import FRAME_SAMPLES, Frame, Samples

LOG = logging.getLogger("voicebot.serve")

AHEAD_SECONDS = 0.08
"""The page keeps four frames of the bot in hand; an answer that takes longer than they last may leave a hole."""

LONGEST_CALL_SECONDS = 1800.0
"""Half an hour; then the line is closed."""

LONGEST_QUIET_CHAT_SECONDS = 600.0
"""A chat in which nothing is typed for so long is over."""

Send = Callable[[Kind, bytes], None]
"""Sends a message about this call."""


class HeldCall(ABC):
    """One call. `start` begins it; the others may come from any thread."""

    def __init__(self, order: Order, send: Send, done: Callable[[], None]) -> None:
        """`done` is called when the last message has been sent."""
        self._order = order
        self._send = send
        self._done = done
        self._thread = threading.Thread(target=self._live, name="voicebot call", daemon=True)
        self._untold: list[Record] = []

    def start(self) -> None:
        self._thread.start()

    def join(self, seconds: float) -> None:
        self._thread.join(seconds)

    def frame(self, body: bytes) -> None:
        """The caller's 20 ms; ignored where nobody is at a microphone."""
        return

    @abstractmethod
    def press(self, key: str) -> None: ...

    @abstractmethod
    def say(self, text: str) -> None: ...

    @abstractmethod
    def hang_up(self) -> None: ...

    @abstractmethod
    def _run(self) -> dict[str, Any]:
        """Hold the call to its end; what to tell of it."""

    def _live(self) -> None:
        try:
            told_last = self._run()
        except VoicebotError as error:
            told_last = {"type": "failed", "error": str(error).partition("\n")[0]}
        except Exception as error:  # a defect ends this call alone
            LOG.exception("internal error, please report it")
            told_last = {"type": "failed", "error": f"internal error: {type(error).__name__}: {error}"}
        self._send(Kind.OVER, as_json(told_last))
        self._done()

    def _log(self, engine: Engine) -> EventLog:
        self._titles = titles_of(engine.hotline)
        return EventLog(on_record=self._untold.append)

    def _tell(self) -> None:
        """Send what was logged since the last time."""
        if self._untold:
            events = [told(record, self._titles) for record in self._untold]
            self._untold.clear()
            self._send(Kind.NEWS, as_json({"type": "events", "events": events}))


class SpokenCall(HeldCall):
    """A call in sound: with a person at a microphone or a keyboard, or watched."""

    def __init__(self, order: Order, engine: Engine, send: Send, done: Callable[[], None]) -> None:
        super().__init__(order, send, done)
        self._engine = engine
        self._hand = Hand()
        self._microphone = Microphone(self._hand) if order.doing == "talk" else None
        self._pushes: list[float] = []
        self._late = 0
        self._kept: Kept | None = None

    def frame(self, body: bytes) -> None:
        if self._microphone is not None and len(body) == FRAME_BYTES:
            self._microphone.put(np.frombuffer(body, dtype="<i2").astype(np.int16))

    def press(self, key: str) -> None:
        self._hand.press(key)

    def say(self, text: str) -> None:
        """Speak `text` into the call in a synthetic caller's voice, rendered on a thread of its own: it may take a while."""
        threading.Thread(target=self._render, args=(text,), name="voicebot typed words", daemon=True).start()

    def hang_up(self) -> None:
        self._hand.hang_up()
        if self._microphone is not None:
            self._microphone.wake()

    def _render(self, text: str) -> None:
        language = self._order.language
        try:
            speech = self._engine.renderer.render(text, DEFAULT_VOICES[language], DEFAULT_RATES[language])
        except VoicebotError as error:
            self._send(Kind.NEWS, as_json({"type": "notice", "text": str(error)}))
            return
        self._hand.say(set_level(speech.samples, SPEECH_LEVEL_DB))

    def _run(self) -> dict[str, Any]:
        who = watched(self._order, self._engine) if self._order.doing == "watch" else None
        call = self._call(who)
        source: Source = self._microphone or Clocked(self._hand, who.caller if who is not None else None)
        if self._order.keep is not None:
            self._kept = Kept(Path(self._order.keep), self._order, self._engine)
        saved = None
        try:
            self._announce(source)
            self._hold(call, source, who.hear_bot if who is not None else None)
        finally:
            if not call.log.records:
                call.hang_up()  # a call that ends before its first frame has no head in its log yet
            if self._kept is not None:
                saved = self._kept.finish(call.log)
        self._tell()
        return {"type": "ended", **self._summary(call, source), "saved": saved}

    def _call(self, who: Watched | None) -> Call:
        order = self._order
        engine = who.engine if who is not None else self._engine
        return Call(
            engine,
            profile=who.profile if who is not None else order.profile,
            seed=who.seed if who is not None else order.seed,
            labels=who.labels if who is not None else None,
            telephone=who.telephone if who is not None else False,
            echo=who.echo if who is not None else False,
            log=self._log(engine),
        )

    def _hold(self, call: Call, source: Source, hear_bot: Callable[[Frame], None] | None) -> None:
        """Frame by frame, until the call ends or the caller is gone."""
        seen = 0
        while not call.ended:
            news, seen = call.log.records[seen:], len(call.log.records)
            turn, due = source.next(news)
            if turn.hung_up or call.seconds >= LONGEST_CALL_SECONDS:
                call.hang_up()
                break
            number = len(self._pushes)
            out = self._push(call, turn.frame, turn.keys)
            if hear_bot is not None:
                hear_bot(out)
            self._send(Kind.SOUND, sound(number, out, turn.frame, both=self._microphone is None))
            if time.monotonic() - due > AHEAD_SECONDS:
                self._late += 1
                call.log.append(VoiceLate(frames=1))
            self._tell()

    def _push(self, call: Call, frame: Frame, keys: str) -> Frame:
        for key in keys:
            call.key(key)
            if self._kept is not None:
                self._kept.press(key)
        before = time.perf_counter()
        out = call.push(frame)
        self._pushes.append(time.perf_counter() - before)
        if self._kept is not None:
            self._kept.frame(frame, out)
        return out

    def _announce(self, source: Source) -> None:
        """Say that the call is recorded, the caller unheard, before it begins: frames with negative numbers."""
        if self._kept is None:
            return
        frames = list(_frames(announcement(self._engine)))
        for index, frame in enumerate(frames):
            turn, _ = source.next(())
            if turn.hung_up:
                return
            self._send(Kind.SOUND, sound(index - len(frames), frame, np.zeros_like(frame), both=self._microphone is None))

    def _summary(self, call: Call, source: Source) -> dict[str, Any]:
        milliseconds = 1000 * np.array(self._pushes or [0.0])
        record = call_record(call.log.records)
        return {
            "call": figures(record),
            "record": packed(record),
            "sound": {"frames": len(self._pushes), "late": self._late, "lost": source.lost},
            "push_ms": {
                "p50": round(float(np.percentile(milliseconds, 50)), 2),
                "p99": round(float(np.percentile(milliseconds, 99)), 2),
                "max": round(float(milliseconds.max()), 2),
            },
        }


class ChatCall(HeldCall):
    """A call by typing: turns in, what the bot says in the log, virtual time."""

    def __init__(self, order: Order, engine: Engine, send: Send, done: Callable[[], None]) -> None:
        super().__init__(order, send, done)
        self._call = TypedCall(engine, profile=order.profile, seed=order.seed, log=self._log(engine))
        self._typed: deque[tuple[str, str]] = deque()
        self._news = threading.Condition()

    def press(self, key: str) -> None:
        """A whole key entry: in a chat keys are typed together."""
        self._put("keys", key)

    def say(self, text: str) -> None:
        self._put("say", text)

    def hang_up(self) -> None:
        self._put("gone", "")

    def _put(self, what: str, text: str) -> None:
        with self._news:
            self._typed.append((what, text))
            self._news.notify()

    def _run(self) -> dict[str, Any]:
        self._call.open()
        while not self._call.ended:
            self._tell()
            what, text = self._next()
            if what == "gone":
                self._call.hang_up()
            elif what == "keys":
                self._call.keys(text)
            elif text.strip():
                self._call.say(text)
            else:
                self._call.silence()
        self._tell()
        record = call_record(self._call.log.records)
        return {"type": "ended", "call": figures(record), "record": packed(record), "saved": None}

    def _next(self) -> tuple[str, str]:
        with self._news:
            self._news.wait_for(lambda: self._typed, LONGEST_QUIET_CHAT_SECONDS)
            return self._typed.popleft() if self._typed else ("gone", "")


def _frames(samples: Samples) -> Iterator[Frame]:
    padded = np.pad(samples, (0, -len(samples) % FRAME_SAMPLES))
    yield from padded.reshape(-1, FRAME_SAMPLES)
