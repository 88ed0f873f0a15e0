"""A local HTTP server for one file, with the faults that real ones have."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class ModelServer:
    """Serves `body` under every path. Faults are switched on by the attributes below."""

    def __init__(self, body: bytes) -> None:
        self.body = body
        self.tag = '"one"'
        self.break_at: list[int] = []
        """For each coming answer: bytes after which the connection is closed."""
        self.stall_at: list[int] = []
        """For each coming answer: bytes after which nothing more is sent until the test ends."""
        self.extra_length = 0
        """Added to every Content-Length."""
        self.ranges = True
        self.statuses: list[int] = []
        """For each coming answer: an error to give instead."""
        self.redirect = ""
        self.requests: list[str] = []
        """The Range header of every request, empty where there was none."""
        self.url = ""
        self.over = threading.Event()


class _Quiet(ThreadingHTTPServer):
    def handle_error(self, *_: object) -> None:
        """A client that hangs up is what some tests are about."""


@contextmanager
def serving(body: bytes) -> Iterator[ModelServer]:
    """A running server at `server.url`."""
    state = ModelServer(body)

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            wanted = self.headers.get("Range", "")
            state.requests.append(wanted)
            if state.redirect or state.statuses:
                self.send_response(302 if state.redirect else state.statuses.pop(0))
                self.send_header("Location", state.redirect)
                self.send_header("Content-Length", "0")
                self.end_headers()
                return
            start = self._start(wanted)
            if start > len(state.body):
                self.send_response(416)
                self.send_header("Content-Length", "0")
                self.end_headers()
                return
            self._send(start)

        def _start(self, wanted: str) -> int:
            fresh = self.headers.get("If-Range") == state.tag
            return int(wanted.removeprefix("bytes=").rstrip("-")) if wanted and state.ranges and fresh else 0

        def _send(self, start: int) -> None:
            body = state.body[start:]
            self.send_response(206 if start else 200)
            self.send_header("Content-Length", str(len(body) + state.extra_length))
            if state.tag:
                self.send_header("ETag", state.tag)
            if start:
                self.send_header("Content-Range", f"bytes {start}-{len(state.body) - 1}/{len(state.body)}")
            self.end_headers()
            cut = state.break_at.pop(0) if state.break_at else None
            stall = state.stall_at.pop(0) if state.stall_at else None
            self.wfile.write(body[:cut][:stall])
            self.wfile.flush()
            if stall is not None:
                state.over.wait()
            self.close_connection = True

        def log_message(self, format: str, *_: object) -> None:
            """Quiet."""

    server = _Quiet(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    state.url = f"http://127.0.0.1:{server.server_address[1]}/model.zip"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield state
    finally:
        state.over.set()
        server.shutdown()
        thread.join()
        server.server_close()
