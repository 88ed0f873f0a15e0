"""Who may come in: host and origin of a request, the token, and the headers that keep a page's browser honest.

- Host must be ours, else a name that an attacker controls could point at this machine (DNS rebinding).
- Origin must be the page's own on every WebSocket and POST: cookies go with requests that other sites cause, Origin tells which.
- With a token, everything but the login page needs it: as a cookie, or `Authorization: Bearer`.
"""

import hmac
import secrets
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import cookie_parser
from starlette.responses import PlainTextResponse, RedirectResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from voicebot.live.console.limits import guesses
from voicebot.live.console.settings import ANY_HOST, ConsoleSettings

COOKIE = "voicebot"
REFUSED = 1008
"""WebSocket close code: policy violation."""

OPEN_PATHS = frozenset({"/login", "/page/console.css", "/page/icon.svg"})
"""What can be had without the token."""


class Gate:
    """An ASGI application in front of another."""

    def __init__(self, app: ASGIApp, settings: ConsoleSettings) -> None:
        self._app = app
        self._settings = settings
        self._hosts = _hosts(settings)
        self._origins = {origin.rstrip("/") for origin in settings.origins}
        self._session = secrets.token_urlsafe(32)
        self._guesses = guesses()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        why = self._refusal(scope, headers)
        if why:
            await _refuse(scope, receive, send, 403, why)
        elif not self._known(scope, headers):
            await self._ask_for_token(scope, receive, send)
        else:
            await self._app(scope, receive, self._with_headers(scope, headers, send))

    # ------------------------------------------------------------ the token

    def right(self, token: str) -> bool | None:
        """Whether it is the token; None when too many wrong ones were tried."""
        wanted = self._settings.token or ""
        if hmac.compare_digest(token.encode(), wanted.encode()):
            return True
        return False if self._guesses.take() else None

    def let_in(self) -> RedirectResponse:
        """To the page, with the cookie."""
        response = RedirectResponse("/", status_code=303)
        response.set_cookie(COOKIE, self._session, httponly=True, samesite="strict", secure=self._settings.secure)
        return response

    def _known(self, scope: Scope, headers: Headers) -> bool:
        if self._settings.token is None or scope["path"] in OPEN_PATHS:
            return True
        cookie = cookie_parser(headers.get("cookie", "")).get(COOKIE, "")
        if hmac.compare_digest(cookie.encode(), self._session.encode()):
            return True
        scheme, _, token = headers.get("authorization", "").partition(" ")
        return scheme.lower() == "bearer" and self.right(token) is True

    async def _ask_for_token(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and scope["path"] == "/":
            query = scope["query_string"].decode("latin-1")
            await RedirectResponse("/login" + (f"?{query}" if query else ""), status_code=303)(scope, receive, send)
        else:
            await _refuse(scope, receive, send, 401, "this console needs its token")

    # ------------------------------------------------------------ host and origin

    def _refusal(self, scope: Scope, headers: Headers) -> str:
        host = headers.get("host", "")
        if self._hosts is not None and urlsplit(f"//{host}").hostname not in self._hosts:
            return f"this console is not at {host[:100]!r}; for another name give --origin"
        if scope["type"] != "websocket" and scope["method"] in ("GET", "HEAD"):
            return ""
        origin = headers.get("origin", "")
        own = {f"{'https' if self._settings.secure else 'http'}://{host}"}
        return "" if origin in own | self._origins else f"requests from {origin[:100]!r} are not taken"

    def _with_headers(self, scope: Scope, headers: Headers, send: Send) -> Send:
        if scope["type"] != "http":
            return send
        scheme = "wss" if self._settings.secure else "ws"
        lines = (
            f"ws://{headers.get('host', '')} wss://{headers.get('host', '')}"
            if self._origins
            else f"{scheme}://{headers['host']}"
        )
        policy = (
            f"default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self' {lines}; "
            "media-src 'self' blob:; worker-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
        )

        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                answer = MutableHeaders(scope=message)
                answer["Content-Security-Policy"] = policy
                answer["X-Content-Type-Options"] = "nosniff"
                answer["Referrer-Policy"] = "same-origin"  # with none at all, a form's Origin would be null
                answer["Cross-Origin-Opener-Policy"] = "same-origin"
                answer["Cross-Origin-Resource-Policy"] = "same-origin"
                answer["Permissions-Policy"] = "microphone=(self), camera=(), geolocation=()"
                answer.setdefault("Cache-Control", "no-store")
            await send(message)

        return with_headers


def _hosts(settings: ConsoleSettings) -> frozenset[str] | None:
    """Names we answer to; None for any, where we listen on every address."""
    if settings.host in ANY_HOST:
        return None
    named = {urlsplit(origin).hostname or "" for origin in settings.origins}
    local = {"localhost", "127.0.0.1", "::1"} if settings.loopback else set()
    return frozenset(named | local | {settings.host.lower()})


async def _refuse(scope: Scope, receive: Receive, send: Send, status: int, why: str) -> None:
    if scope["type"] == "websocket":
        await receive()
        await send({"type": "websocket.close", "code": REFUSED, "reason": why[:100]})
    else:
        await PlainTextResponse(why + "\n", status_code=status)(scope, receive, send)
