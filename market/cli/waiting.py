"""While a demo city is founded, its address answers already: a page that says so and looks again.

It answers 503 with ``Retry-After``, so that no program takes it for the city, and hands out the
stylesheets. The socket is the city's own: whoever comes while one hands over to the other waits in
its queue and is not turned away.
"""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http import HTTPStatus
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from socket import socket

from market.web.data import data

STATIC = Path(__file__).parents[1] / "web/static"


class _Waiting(SimpleHTTPRequestHandler):
    """The page for every address, and what it needs to look like one of ours."""

    def __init__(self, *given: object) -> None:
        super().__init__(*given, directory=str(STATIC))  # type: ignore[arg-type]  # as the server calls it

    def do_GET(self) -> None:
        """The page, or one of its stylesheets."""
        if self.path.startswith("/static/"):
            self.path = self.path.removeprefix("/static")
            super().do_GET()
            return
        page = (data("templates") / "demo/founding.html").read_bytes()
        self.send_response(HTTPStatus.SERVICE_UNAVAILABLE)
        self.send_header("content-type", "text/html; charset=utf-8")
        self.send_header("content-length", str(len(page)))
        self.send_header("retry-after", "1")
        self.send_header("cache-control", "no-store")
        self.end_headers()
        self.wfile.write(page)

    def log_message(self, *_said: object) -> None:
        """Nobody wants to read who waited."""


@contextmanager
def told_to_wait(listening: socket) -> Iterator[None]:
    """Answer on ``listening`` until the block ends; the socket stays open."""
    server = ThreadingHTTPServer(("", 0), _Waiting, bind_and_activate=False)
    server.socket.close()
    server.socket = listening
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield
    finally:
        server.shutdown()
        thread.join()
