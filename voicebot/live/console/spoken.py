"""A call in sound: `Call.push` once a frame, for a person at a microphone or a keyboard, or to be watched.

The thread alone knows wall time. A frame whose answer comes later than the page keeps in hand is late: counted, logged
(`VoiceLate`), and made good by the page.
"""

import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np

from voicebot.audio.effects import set_level
from voicebot.call import Call
from voicebot.engine import Engine
from voicebot.errors import VoicebotError
from voicebot.events import VoiceLate
from voicebot.live.console.callers import Clocked, Hand, Microphone, Source
from voicebot.live.console.held import HeldCall, Send
from voicebot.live.console.kept import Kept
from voicebot.live.console.news import figures, packed
from voicebot.live.console.orders import Order
from voicebot.live.console.watched import Watched, watched
from voicebot.live.console.wire import FRAME_BYTES, Kind, as_json, sound
from voicebot.live.warming import announcement
from voicebot.metrics.call_record import call_record
from voicebot.testing.caller import CallerFrame
from voicebot.testing.scene import DEFAULT_RATES, DEFAULT_VOICES, SPEECH_LEVEL_DB
from voicebot.types import FRAME_SAMPLES, Frame, Samples, Synthesizer

AHEAD_SECONDS = 0.08
"""The page keeps four frames of the bot in hand; an answer that takes longer than they last may leave a hole."""

LONGEST_CALL_SECONDS = 1800.0
"""Half an hour; then the line is closed."""


class SpokenCall(HeldCall):
    """A call in sound: with a person at a microphone or a keyboard, or watched."""

    def __init__(self, order: Order, engine: Engine, voice: Synthesizer, send: Send, done: Callable[[], None]) -> None:
        """`voice`: of callers who do not speak themselves; not the bot's, which must not wait for it."""
        super().__init__(order, send, done)
        self._engine = engine
        self._voice = voice
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
            speech = self._voice.render(text, DEFAULT_VOICES[language], DEFAULT_RATES[language])
        except VoicebotError as error:
            self._send(Kind.NEWS, as_json({"type": "notice", "text": str(error)}))
            return
        self._hand.say(set_level(speech.samples, SPEECH_LEVEL_DB))

    def _run(self) -> dict[str, Any]:
        who = watched(self._order, self._engine, self._voice) if self._order.doing == "watch" else None
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
            out = self._push(call, turn)
            if hear_bot is not None:
                hear_bot(out)
            self._send(Kind.SOUND, sound(number, out, turn.frame, both=self._microphone is None))
            if time.monotonic() - due > AHEAD_SECONDS:
                self._late += 1
                call.log.append(VoiceLate(frames=1))
            self._tell()

    def _push(self, call: Call, turn: CallerFrame) -> Frame:
        for key in turn.keys:
            call.key(key)
            if self._kept is not None:
                self._kept.press(key)
        before = time.perf_counter()
        out = call.push(turn.frame, turn.played)
        self._pushes.append(time.perf_counter() - before)
        if self._kept is not None:
            self._kept.frame(turn.frame, out)
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


def _frames(samples: Samples) -> Iterator[Frame]:
    padded = np.pad(samples, (0, -len(samples) % FRAME_SAMPLES))
    yield from padded.reshape(-1, FRAME_SAMPLES)
