"""One file over HTTP: resumed where it broke off, never longer than allowed, never waiting for ever."""

import contextlib
import http.client
import socket
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass
from io import FileIO
from pathlib import Path
from typing import TypeAlias

from voicebot.asr.room import check_room, unwritten
from voicebot.errors import ModelError

Progress: TypeAlias = Callable[[int, int | None], None]
"""Called with the bytes there are and the bytes there will be (None while unknown)."""

_CHUNK = 1 << 16

_UNREACHED_ATTEMPTS = 2
"""Tries where the host is not known or refuses: a machine without network should say so soon."""


@dataclass(frozen=True, slots=True)
class Limits:
    """How long to wait, how often to try, how much to take."""

    timeout: float = 20.0
    """Seconds without a byte before the connection counts as broken."""
    attempts: int = 5
    """Tries in a row that bring nothing new before giving up; one that brought bytes starts the count again."""
    pause: float = 1.0
    """Seconds before the second try; doubled for each further one."""
    most_bytes: int = 4_000_000_000


def download(url: str, target: Path, limits: Limits | None = None, progress: Progress | None = None) -> None:
    """Fetch `url` into the file `target`. What came before a failure stays in `target` + ".part" and is resumed next time.

    Raises `ModelError` when the server is not reached, refuses, keeps breaking off or sends more than `limits.most_bytes`, and
    `StorageError` when the disk takes no more: then no other try would fare better.
    """
    limits = limits or Limits()
    part = target.with_name(target.name + ".part")
    tag = target.with_name(target.name + ".tag")
    failures = 0
    while True:
        before = _size(part)
        try:
            _fetch(url, part, tag, limits, progress)
        except urllib.error.HTTPError as error:
            if error.code < 500:
                raise ModelError(f"{url}: the server answers {error.code} {error.reason}; {_BY_HAND}") from None
            reason: Exception = error
        except (OSError, http.client.HTTPException) as error:
            reason = error
        else:
            part.replace(target)
            tag.unlink(missing_ok=True)
            return
        failures = 1 if _size(part) > before else failures + 1
        if failures >= (min(_UNREACHED_ATTEMPTS, limits.attempts) if _unreached(reason) else limits.attempts):
            kept = f"; {_size(part)} bytes are kept and the next try goes on from there" if _size(part) else ""
            raise ModelError(f"{url}: cannot be downloaded ({_reason(reason)}){kept}; {_BY_HAND}")
        time.sleep(limits.pause * 2 ** (failures - 1))


_BY_HAND = "check the network, or fetch the file elsewhere and use: voicebot models install --from FILE"


def _fetch(url: str, part: Path, tag: Path, limits: Limits, progress: Progress | None) -> None:
    """One connection: everything from where `part` ends, or from the start when the server's file is another one."""
    have = _size(part)
    request = urllib.request.Request(url, headers={"User-Agent": "voicebot", "Accept-Encoding": "identity"})
    if have and tag.is_file():
        request.add_header("Range", f"bytes={have}-")
        request.add_header("If-Range", tag.read_text(encoding="ascii"))
    else:
        have = 0
    try:
        response = urllib.request.urlopen(request, timeout=limits.timeout)
    except urllib.error.HTTPError as error:
        if error.code == 416:  # our part does not fit the server's file: begin again
            part.unlink(missing_ok=True)
            raise ConnectionError("the part downloaded before is not of this file") from error
        raise
    with contextlib.closing(response):
        if url.startswith("https:") and not response.url.startswith("https:"):
            raise ModelError(f"{url}: the server redirects to an address that is not secure ({response.url}); {_BY_HAND}")
        if response.status != 206 or not str(response.headers.get("Content-Range", "")).startswith(f"bytes {have}-"):
            have = 0
        _note_tag(response.headers, tag)
        _save(response, part, have, limits, progress)


def _save(response: http.client.HTTPResponse, part: Path, have: int, limits: Limits, progress: Progress | None) -> None:
    length = response.headers.get("Content-Length")
    total = have + int(length) if length is not None and length.isdigit() else None
    if total is not None and total > limits.most_bytes:
        raise ModelError(f"{response.url}: {total} bytes, more than the {limits.most_bytes} this model may have; {_BY_HAND}")
    if total is not None:
        check_room(part.parent, total - have)
    with _opened(part, "ab" if have else "wb") as file:
        while chunk := response.read1(_CHUNK):
            have += len(chunk)
            if have > limits.most_bytes:
                raise ModelError(f"{response.url}: more than the {limits.most_bytes} bytes this model may have; {_BY_HAND}")
            _append(file, chunk, part)
            if progress is not None:
                progress(have, total)
    if total is not None and have != total:
        raise ConnectionError(f"broke off after {have} of {total} bytes")


def _opened(part: Path, mode: str) -> FileIO:
    try:
        return FileIO(part, mode)
    except OSError as error:
        raise unwritten(part, error) from None


def _append(file: FileIO, chunk: bytes, part: Path) -> None:
    """Write all of `chunk`; past any buffer, so that a full disk shows here and not when the file is closed."""
    left = memoryview(chunk)
    try:
        while left:
            left = left[file.write(left) :]
    except OSError as error:
        raise unwritten(part, error, f"; {_size(part)} bytes are kept") from None


def _note_tag(headers: http.client.HTTPMessage, tag: Path) -> None:
    """What tells the server's file from a later one: a strong ETag, else the time it was changed."""
    mark = headers.get("ETag", "")
    if not mark or mark.startswith("W/"):
        mark = headers.get("Last-Modified", "")
    try:
        if mark and mark.isascii() and mark.isprintable():
            tag.write_text(mark, encoding="ascii")
        else:
            tag.unlink(missing_ok=True)
    except OSError as error:
        raise unwritten(tag, error) from None


def _size(file: Path) -> int:
    return file.stat().st_size if file.is_file() else 0


def _unreached(error: Exception) -> bool:
    inner = error.reason if isinstance(error, urllib.error.URLError) else error
    return isinstance(inner, socket.gaierror | ConnectionRefusedError)


def _reason(error: Exception) -> str:
    inner = error.reason if isinstance(error, urllib.error.URLError) else error
    if isinstance(inner, TimeoutError):
        return "the server stopped sending"
    return str(inner) or type(inner).__name__
