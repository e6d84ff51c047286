"""How long a request may take to arrive, and how large its head may be before it has arrived.

uvicorn waits for ever for the rest of a head or body, and keeps a head of any size in memory; so
anybody could hold connections with a byte a minute. Here the head must be there within ``seconds``,
the whole request within twice that: the door (``door.limited_body``) answers a slow body in words
at half time, whoever goes on dripping is cut off. How long an answer takes is not limited: live
events stay open.
"""

import asyncio

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from market.web.headers import MAX_HEADERS, too_large

MAX_HEAD = MAX_HEADERS + 8 * 1024  # the request line and what stands between the headers


class Patient(HttpToolsProtocol):
    """uvicorn's protocol with an end to its patience."""

    seconds: float = 60
    _alarm: asyncio.TimerHandle | None = None
    _head: int | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as uvicorn's
        """Somebody has connected and owes us a request."""
        super().connection_made(transport)
        self._wait(self.seconds)

    def connection_lost(self, exc: Exception | None) -> None:
        """Whoever is gone is not waited for."""
        self._stop_waiting()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Something more of a request; 431 when its head has no end."""
        if self._alarm is None:
            self._wait(self.seconds)
        amid = self._head is not None
        super().data_received(data)
        if amid and self._head is not None:
            self._head += len(data)
            if self._head > MAX_HEAD and not self.transport.is_closing():
                self._refuse()

    def on_message_begin(self) -> None:
        """The first byte of a head."""
        super().on_message_begin()
        self._head = 0

    def on_headers_complete(self) -> None:
        """The head is there; its body has as long again for the door, and for leaving."""
        super().on_headers_complete()
        self._head = None
        self._wait(2 * self.seconds)

    def on_message_complete(self) -> None:
        """All is there."""
        super().on_message_complete()
        self._stop_waiting()

    def _refuse(self) -> None:
        answer = too_large()
        head = b"".join(b"%s: %s\r\n" % pair for pair in answer.raw_headers)
        line = b"HTTP/1.1 431 Request Header Fields Too Large\r\n"
        self.transport.write(line + head + b"connection: close\r\n\r\n" + bytes(answer.body))
        self.transport.close()

    def _wait(self, seconds: float) -> None:
        self._stop_waiting()
        self._alarm = self.loop.call_later(seconds, self.transport.abort)

    def _stop_waiting(self) -> None:
        if self._alarm is not None:
            self._alarm.cancel()
            self._alarm = None


def patient(seconds: float) -> type[Patient]:
    """The protocol for uvicorn's ``http`` with this patience."""
    return type("Patient", (Patient,), {"seconds": seconds})
