"""How long a request may take to arrive, how large its head may be, how long an answer may lie.

uvicorn waits for ever for the rest of a head or body, and keeps a head of any size in memory; so
anybody could hold connections with a byte a minute. Here the head must be there within ``seconds``,
the whole request within twice that: the door (``door.limited_body``) answers a slow body in words
at half time, whoever goes on dripping is cut off. How long an answer takes is not limited: live
events stay open; but who takes nothing of it for ``seconds`` is cut off, for it fills our memory.
"""

import asyncio
import socket
import struct
from http import HTTPStatus

from starlette.responses import Response
from uvicorn._types import ASGI3Application
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol, RequestResponseCycle

from market.web.headers import MAX_HEADERS, no_request, too_large

MAX_HEAD = MAX_HEADERS + 8 * 1024  # the request line and what stands between the headers

AT_ONCE = struct.pack("ii", 1, 0)  # linger for no time


class Patient(HttpToolsProtocol):
    """uvicorn's protocol with an end to its patience."""

    seconds: float = 60
    _alarm: asyncio.TimerHandle | None = None
    _untaken: asyncio.TimerHandle | None = None
    _head: int | None = None
    _answered: RequestResponseCycle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as uvicorn's
        """Somebody has connected and owes us a request."""
        super().connection_made(transport)
        self._wait(self.seconds)

    def connection_lost(self, exc: Exception | None) -> None:
        """Whoever is gone is not waited for."""
        self._stop_waiting()
        self._taken()
        self._tell()
        super().connection_lost(exc)

    def pause_writing(self) -> None:
        """What was written lies here untaken."""
        super().pause_writing()
        self._untaken = self.loop.call_later(self.seconds, self._drop)

    def resume_writing(self) -> None:
        """They go on taking."""
        self._taken()
        super().resume_writing()

    def data_received(self, data: bytes) -> None:
        """Something more of a request; 431 when its head has no end."""
        if self._alarm is None:
            self._wait(self.seconds)
        amid = self._head is not None
        super().data_received(data)
        if amid and self._head is not None:
            self._head += len(data)
            if self._head > MAX_HEAD and not self.transport.is_closing():
                self._refuse(too_large())

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

    def send_400_response(self, _msg: str) -> None:
        """What is no request is refused in words too, where uvicorn would say its own."""
        self._refuse(no_request())

    def _refuse(self, answer: Response) -> None:
        status = HTTPStatus(answer.status_code)
        head = b"".join(b"%s: %s\r\n" % pair for pair in answer.raw_headers)
        line = b"HTTP/1.1 %d %s\r\n" % (status, status.phrase.encode())
        self.transport.write(line + head + b"connection: close\r\n\r\n" + bytes(answer.body))
        self.transport.close()

    def _start_asgi_task(self, cycle: RequestResponseCycle, app: ASGI3Application) -> None:
        self._answered = cycle
        super()._start_asgi_task(cycle, app)

    def _drop(self) -> None:
        """Cut off, and keep nothing of the answer in the system's memory either."""
        raw = self.transport.get_extra_info("socket")
        raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, AT_ONCE)
        self._cut_off()

    def _cut_off(self) -> None:
        self._tell()
        self.transport.abort()

    def _tell(self) -> None:
        """Tell the request being answered that nobody is there any more.

        uvicorn tells the last one that arrived, which is another where several came at once.
        """
        if self._answered is not None:
            self._answered.disconnected = True
            self._answered.message_event.set()

    def _wait(self, seconds: float) -> None:
        self._stop_waiting()
        self._alarm = self.loop.call_later(seconds, self._cut_off)

    def _taken(self) -> None:
        if self._untaken is not None:
            self._untaken.cancel()
            self._untaken = None

    def _stop_waiting(self) -> None:
        if self._alarm is not None:
            self._alarm.cancel()
            self._alarm = None


def patient(seconds: float) -> type[Patient]:
    """The protocol for uvicorn's ``http`` with this patience."""
    return type("Patient", (Patient,), {"seconds": seconds})
