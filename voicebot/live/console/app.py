"""The web application: page, small JSON documents, the WebSocket."""

from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from importlib import resources
from urllib.parse import parse_qs

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import FileResponse, HTMLResponse, JSONResponse, PlainTextResponse, Response
from starlette.routing import Route, WebSocketRoute
from starlette.types import ASGIApp
from starlette.websockets import WebSocket

from voicebot.errors import VoicebotError
from voicebot.live.console.desk import Desk
from voicebot.live.console.gate import REFUSED, Gate
from voicebot.live.console.limits import CONNECTIONS_AN_ADDRESS, TEXT_BYTES
from voicebot.live.console.session import Session
from voicebot.types import LANGUAGES

_TYPES = {
    ".html": "text/html; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
}


def make_app(desk: Desk) -> ASGIApp:
    """The application behind its gate. Its lifespan starts and stops the workers."""
    return _Pages(desk).gate


class _Pages:
    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._connections: Counter[str] = Counter()
        self._files = {
            file.name: file.read_bytes()
            for file in (resources.files("voicebot.live.console") / "page").iterdir()
            if "." + file.name.rpartition(".")[2] in _TYPES
        }
        routes = [
            Route("/", self._page),
            Route("/login", self._login, methods=["GET", "POST"]),
            Route("/page/{name}", self._file),
            Route("/api/console", self._console),
            Route("/api/state", self._state),
            Route("/api/kpis", self._kpis),
            Route("/api/questions/{language}", self._questions),
            Route("/api/library", self._library),
            Route("/api/library/{key}", self._call),
            Route("/api/library/{key}/audio", self._audio),
            WebSocketRoute("/ws", self._line),
        ]
        app = Starlette(routes=routes, lifespan=self._life, exception_handlers={VoicebotError: _complaint})
        self.gate = Gate(app, desk.settings)

    @asynccontextmanager
    async def _life(self, app: Starlette) -> AsyncIterator[None]:
        await self._desk.pool.start()
        try:
            yield
        finally:
            await self._desk.pool.stop()
            self._desk.library.close()

    # ------------------------------------------------------------ the page

    async def _page(self, request: Request) -> Response:
        return self._named("index.html")

    async def _file(self, request: Request) -> Response:
        return self._named(request.path_params["name"])

    def _named(self, name: str) -> Response:
        if name not in self._files:
            raise HTTPException(404)
        media = _TYPES["." + name.rpartition(".")[2]]
        return Response(self._files[name], media_type=media, headers={"Cache-Control": "no-cache"})

    async def _login(self, request: Request) -> Response:
        if self._desk.settings.token is None:
            return self.gate.let_in()
        token = request.query_params.get("token")
        if request.method == "POST":
            body = b""
            async for part in request.stream():
                body += part
                if len(body) > TEXT_BYTES:
                    raise HTTPException(413)
            token = parse_qs(body.decode("latin-1")).get("token", [""])[0]
        if token is None:
            return self._named("login.html")
        right = self.gate.right(token)
        if right:
            return self.gate.let_in()
        page = self._files["login.html"].decode().replace('data-wrong=""', 'data-wrong="yes"')
        return HTMLResponse(page, status_code=429 if right is None else 403)

    # ------------------------------------------------------------ documents

    async def _console(self, request: Request) -> Response:
        return JSONResponse(self._desk.document())

    async def _state(self, request: Request) -> Response:
        return JSONResponse(self._desk.state())

    async def _kpis(self, request: Request) -> Response:
        return JSONResponse(await run_in_threadpool(self._desk.figures))

    async def _questions(self, request: Request) -> Response:
        hotline = request.query_params.get("hotline", "")
        language = next((known for known in LANGUAGES if known == request.path_params["language"]), None)
        if language is None or (hotline, language) not in self._desk.catalogue.packs:
            raise HTTPException(404)
        return JSONResponse(self._desk.catalogue.questions(hotline, language))

    async def _library(self, request: Request) -> Response:
        entries = await run_in_threadpool(self._desk.library.entries)
        return JSONResponse({"calls": [entry.document() for entry in entries]})

    async def _call(self, request: Request) -> Response:
        return JSONResponse(await self._desk.library.laid_out(request.path_params["key"]))

    async def _audio(self, request: Request) -> Response:
        return FileResponse(await self._desk.library.audio(request.path_params["key"]), media_type="audio/wav")

    # ------------------------------------------------------------ calls

    async def _line(self, page: WebSocket) -> None:
        address = page.client.host if page.client is not None else ""
        if self._connections[address] >= CONNECTIONS_AN_ADDRESS + self._desk.pool.calls:
            await page.close(REFUSED, "too many connections from one address")
            return
        self._connections[address] += 1
        try:
            await Session(page, self._desk).run()
        finally:
            self._connections[address] -= 1
            if not self._connections[address]:
                del self._connections[address]


async def _complaint(request: Request, error: Exception) -> Response:
    return PlainTextResponse(str(error).partition("\n")[0] + "\n", status_code=404)
