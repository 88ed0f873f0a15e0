"""What whoever starts the console chose, checked before anything is loaded."""

import ipaddress
import os
import secrets
from dataclasses import dataclass, field
from pathlib import Path

from voicebot.asr import find_model
from voicebot.errors import ModelError, VoicebotError
from voicebot.hotlines import find_hotline
from voicebot.hotlines.loader import bundled_hotlines, languages_of
from voicebot.types import LANGUAGES, Language

DEFAULT_PORT = 8188
ANY_HOST = frozenset({"0.0.0.0", "::", ""})
"""What listens on every address of the machine."""

LEAST_TOKEN = 16
"""Characters of a token that cannot be guessed."""

CALLS_A_WORKER = 10
"""Calls that a core holds without a late frame (docs/serve.md has the figures)."""


@dataclass(frozen=True, slots=True)
class ConsoleSettings:
    """How to serve."""

    host: str = "127.0.0.1"
    port: int = DEFAULT_PORT
    token: str | None = field(default=None, repr=False)
    hotline: str | None = None
    """The only pack to offer, by name or folder; by default those that ship."""
    language: Language | None = None
    """The one that the page begins with."""
    model: str | None = None
    record: Path | None = None
    """Where calls are kept, if they are."""
    workers: int | None = None
    max_calls: int | None = None
    origins: tuple[str, ...] = ()
    """Addresses at which a proxy shows the page: https://console.example."""
    certificate: Path | None = None
    key: Path | None = None

    @property
    def hotlines(self) -> tuple[str, ...]:
        """Packs that may be called."""
        return (self.hotline,) if self.hotline is not None else tuple(bundled_hotlines())

    @property
    def packs(self) -> tuple[tuple[str, Language], ...]:
        """Packs in each of their languages; with a model of one's own, in those that it understands."""
        known = tuple((name, language) for name in self.hotlines for language in languages_of(find_hotline(name)))
        return known if self.model is None else tuple(pack for pack in known if self._understood(pack[1]))

    def _understood(self, language: Language) -> bool:
        try:
            find_model(language, self.model)
        except ModelError:
            return False
        return True

    @property
    def processes(self) -> int:
        """Worker processes: all cores but the one that serves."""
        return self.workers or max(1, (os.cpu_count() or 2) - 1)

    @property
    def calls(self) -> int:
        """Calls at once."""
        return self.max_calls or CALLS_A_WORKER * self.processes

    @property
    def loopback(self) -> bool:
        """Whether only this machine can reach it."""
        if self.host == "localhost":
            return True
        try:
            return ipaddress.ip_address(self.host).is_loopback
        except ValueError:
            return False

    @property
    def secure(self) -> bool:
        return self.certificate is not None

    def check(self) -> None:
        """Raise `VoicebotError` for what cannot be served."""
        if not self.loopback and self.token is None:
            raise VoicebotError(
                f"--host {self.host} can be reached from other machines: give a --token, e.g. --token {secrets.token_urlsafe(24)}"
            )
        if self.token is not None and len(self.token) < LEAST_TOKEN:
            raise VoicebotError(f"--token has {len(self.token)} characters; give {LEAST_TOKEN} or more that nobody can guess")
        for name, value in (("workers", self.workers), ("max-calls", self.max_calls)):
            if value is not None and value < 1:
                raise VoicebotError(f"--{name} {value}: give a number from 1 up")
        if not 0 <= self.port <= 65535:
            raise VoicebotError(f"--port {self.port}: give a number from 0 (any free one) to 65535")
        if (self.certificate is None) != (self.key is None):
            raise VoicebotError("--tls-cert and --tls-key belong together; give both or neither")
        for origin in self.origins:
            if not origin.startswith(("http://", "https://")) or origin.rstrip("/").count("/") != 2:
                raise VoicebotError(f"--origin {origin}: give scheme, host and port alone, e.g. https://console.example")
        for path in filter(None, (self.certificate, self.key)):
            if not path.is_file():
                raise VoicebotError(f"{path}: no such file; give the certificate (and its key) in PEM")
        self._check_packs()

    def _check_packs(self) -> None:
        spoken = {language for _, language in self.packs} or {self.language or LANGUAGES[0]}
        if self.language is not None and self.language not in spoken:
            raise VoicebotError(f"--lang {self.language}: {', '.join(self.hotlines)} does not speak it")
        for language in spoken:
            find_model(language, self.model)
        if self.record is not None:
            try:
                self.record.mkdir(parents=True, exist_ok=True)
            except OSError as error:
                raise VoicebotError(f"--record {self.record}: cannot be made ({error.strerror}); choose another folder") from None
