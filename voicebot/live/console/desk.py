"""What all connections share: the pool, what may be called, the library, and the figures of the calls so far."""

import itertools
import time
from collections import deque
from typing import Any

from voicebot.errors import VoicebotError
from voicebot.hotlines import load_profile
from voicebot.live.console.catalogue import Catalogue
from voicebot.live.console.library import Library
from voicebot.live.console.news import unpacked
from voicebot.live.console.orders import Order
from voicebot.live.console.pool import Pool
from voicebot.live.console.protocol import Start
from voicebot.live.console.settings import ConsoleSettings
from voicebot.metrics.call_record import CallRecord
from voicebot.metrics.kpis import kpis

REMEMBERED = 2_000
"""Calls whose figures are kept in memory, the newest."""

SIMULATED = "simulated"
"""The source of calls by the simulator's callers; `seed` says which."""


class Desk:
    """The server's one place of truth."""

    def __init__(self, settings: ConsoleSettings, pool: Pool, catalogue: Catalogue, library: Library) -> None:
        self.settings = settings
        self.pool = pool
        self.catalogue = catalogue
        self.library = library
        self._finished: deque[CallRecord] = deque(maxlen=REMEMBERED)
        self._kept = itertools.count(1)
        self._offer = catalogue.document()

    def order(self, start: Start) -> Order:
        """What a worker is to do for this page; from any thread. Raises `VoicebotError` for what is not offered."""
        if (start.hotline, start.language) not in self.catalogue.packs:
            raise VoicebotError(f"{start.hotline} ({start.language}) is not offered here")
        if start.doing == "watch":
            return self._watching(start)
        pack = self.catalogue.packs[start.hotline, start.language]
        profile = load_profile(start.profile, pack) if start.profile else {}
        keep = None
        if start.record and start.doing != "chat":
            if self.settings.record is None:
                raise VoicebotError("calls are not recorded here; start the server with --record DIR")
            keep = str(self.settings.record / f"{time.strftime('%Y%m%d-%H%M%S')}-{next(self._kept):03}")
        return Order(start.doing, start.hotline, start.language, profile, start.seed, keep)

    def _watching(self, start: Start) -> Order:
        if start.source == SIMULATED:
            return Order("watch", start.hotline, start.language, seed=start.seed, source={"kind": "simulated"})
        listed = self.catalogue.scripts.get(start.source)
        if listed is not None:
            source = {"kind": "script", "path": str(listed.path), "row": listed.row}
            return Order("watch", listed.hotline, listed.language, source=source)
        entry = self.library.find(start.source)
        return Order("watch", entry.hotline, entry.language, source={"kind": "script", "path": str(entry.script)})

    def note(self, said: dict[str, Any]) -> None:
        """A call is over."""
        if "record" in said:
            self._finished.append(unpacked(said["record"]))

    def figures(self) -> dict[str, Any]:
        """KPIs of the calls of this server, and how busy it is."""
        return {"kpis": kpis(self._finished), **self.state()}

    def state(self) -> dict[str, Any]:
        """How busy the server is."""
        pool = self.pool
        return {
            "running": pool.running,
            "waiting": pool.waiting,
            "calls": pool.calls,
            "workers": pool.pids,
            "crashes": pool.crashes,
            "finished": len(self._finished),
            "failure": pool.failure,
        }

    def document(self) -> dict[str, Any]:
        """What the page needs to know at first."""
        settings = self.settings
        return {
            **self._offer,
            "language": settings.language,
            "recording": settings.record is not None,
            "secure": settings.secure or settings.loopback or bool(settings.origins),
        }
