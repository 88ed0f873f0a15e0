"""The console from start to stop: socket, workers, web server."""

import asyncio
import logging
import socket
import sys
from collections.abc import Callable
from typing import TYPE_CHECKING

from voicebot.errors import VoicebotError
from voicebot.live.console.catalogue import read_catalogue
from voicebot.live.console.library import Library
from voicebot.live.console.pool import Pool
from voicebot.live.console.settings import ANY_HOST, ConsoleSettings
from voicebot.live.console.worker import Loaded
from voicebot.live.warming import SWITCH_SECONDS

if TYPE_CHECKING:
    import uvicorn

MISSING = "the browser console needs two more packages: pip install 'voicebot[serve]'"

LARGEST_MESSAGE = 16 * 1024
"""Bytes of a WebSocket message; frames have 640."""

CONNECTIONS = 500
"""Open at once, beside those of calls; more are told that the server is busy."""

GRACE_SECONDS = 10
"""How long connections get to end when the server stops."""

Notice = Callable[[str], None]


def serve(settings: ConsoleSettings, notice: Notice) -> None:
    """Serve until stopped by a signal. `notice` is told the address when calls can be taken. Raises `VoicebotError`."""
    try:
        import uvicorn

        from voicebot.live.console.app import make_app
        from voicebot.live.console.desk import Desk
    except ImportError as error:
        raise VoicebotError(f"{MISSING} ({error.name} is missing)") from None
    settings.check()
    listening = _listen(settings)
    catalogue = read_catalogue(settings.packs)
    for line in catalogue.broken:
        logging.getLogger("voicebot.serve").warning("%s", line)
    pool = Pool(Loaded(settings.packs, settings.model), settings.processes, settings.calls)
    desk = Desk(settings, pool, catalogue, Library(catalogue, settings.record, settings.model))
    config = uvicorn.Config(
        make_app(desk),
        log_config=None,
        access_log=False,
        ws="websockets-sansio",
        ws_max_size=LARGEST_MESSAGE,
        ws_per_message_deflate=False,
        ws_ping_interval=20.0,
        ws_ping_timeout=20.0,
        limit_concurrency=2 * settings.calls + CONNECTIONS,
        timeout_graceful_shutdown=GRACE_SECONDS,
        server_header=False,
        proxy_headers=False,
        ssl_certfile=settings.certificate,
        ssl_keyfile=str(settings.key) if settings.key else None,
    )
    address = _address(settings, listening)
    sys.setswitchinterval(SWITCH_SECONDS)  # threads here read files while frames of calls pass through
    asyncio.run(_run(uvicorn.Server(config), listening, pool, address, notice))


async def _run(server: "uvicorn.Server", listening: socket.socket, pool: Pool, address: str, notice: Notice) -> None:
    serving = asyncio.create_task(server.serve(sockets=[listening]))
    begun = asyncio.create_task(pool.begun.wait())
    await asyncio.wait({serving, begun}, return_when=asyncio.FIRST_COMPLETED)
    if begun.done() and pool.failure is not None and not pool.ready:
        server.should_exit = True
        await serving
        raise VoicebotError(pool.failure)
    if begun.done():
        notice(f"console at {address} ({pool.calls} calls at once; Ctrl-C ends it)")
    begun.cancel()
    await serving


def _listen(settings: ConsoleSettings) -> socket.socket:
    """The socket, bound before anything is loaded. Raises `VoicebotError`."""
    try:
        family, kind, proto, _, where = socket.getaddrinfo(
            settings.host, settings.port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
        listening = socket.socket(family, kind, proto)
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind(where)
        listening.listen(256)
    except OSError as error:
        raise VoicebotError(
            f"--host {settings.host} --port {settings.port}: cannot listen there ({error.strerror}); choose another --port"
        ) from None
    return listening


def _address(settings: ConsoleSettings, listening: socket.socket) -> str:
    scheme = "https" if settings.secure else "http"
    named = socket.gethostname() if settings.host in ANY_HOST else settings.host
    host = f"[{named}]" if ":" in named else named
    address = f"{scheme}://{host}:{listening.getsockname()[1]}/"
    return address + (f"?token={settings.token}" if settings.token else "")
