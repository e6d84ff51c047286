"""What a server weighs when it is idle again after a flood."""

import socket
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing
from functools import partial
from statistics import median

from market.settings import Settings
from tests.bench import uploads
from tests.bench.measure import Goal, Row, Sizes, apart, resident
from tests.bench.register import fill
from tests.bench.servers import Client, answer, city, folder
from tests.factories import rounds

CLIENTS = 64
BODY = 500_000  # of the 512 KiB that a route takes
IDLE = 3
HEAD = (
    "POST {path} HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\n"
    "idempotency-key: a-key-of-a-flood\r\ncontent-length: {length}\r\n\r\n"
)
FORM = {"content-type": "application/x-www-form-urlencoded", "sec-fetch-site": "same-origin"}


def rows(sizes: Sizes) -> Iterator[Row]:
    """One city a run: idle, flooded, idle again."""
    runs = [_flooded(sizes) for _ in range(sizes.rounds)]
    before, after, most = (median(run[at] for run in runs) for at in range(3))
    if before:
        yield Row(
            "idle memory after a flood",
            f"{sizes.few} half-sent bodies, {CLIENTS * 3} wrong passwords, uploads, pages",
            "MB",
            after,
            "before the flood",
            before,
            after / before,
            Goal("≤", 200, of_ratio=False),
            f"{most:.0f} MB while {sizes.few} bodies of {BODY // 1000} KB were held",
        )


def _flooded(sizes: Sizes) -> tuple[float, float, float]:
    """MB before, after, and in the middle."""
    with folder() as path:
        settings = Settings(data=path / "city", demo=True)
        apart(fill, settings, min(sizes.few, 300), min(sizes.few, 300))
        names = [str(number) for number in range(sizes.uploads * 4)]
        apart(uploads.open_round, settings, [rounds.public(name).hex() for name in names])
        bodies = list(map(uploads.upload_of, names))
        environment = uploads.environment(settings) | {"MINGXUAN_DEMO": "1"}
        with city(environment) as (port, process):
            time.sleep(IDLE)
            before = resident(process.pid) or 0.0
            most = _hold(port, sizes.few, process.pid)
            with ThreadPoolExecutor(CLIENTS) as crowd:
                list(crowd.map(partial(_sign_in, port), range(CLIENTS)))
                list(crowd.map(partial(_visit, port), ["/", "/agencies", "/log/"] * CLIENTS))
                list(crowd.map(partial(_upload, port), bodies))
            time.sleep(IDLE)
            return before, resident(process.pid) or 0.0, most


def _hold(port: int, many: int, pid: int) -> float:
    """Send nearly all of many bodies and leave; what the server held meanwhile."""
    with ExitStack() as held:
        head = HEAD.format(path=uploads.PATH, length=BODY + 1).encode()
        for _ in range(many):
            one = held.enter_context(socket.create_connection(("127.0.0.1", port), 60))
            one.sendall(head + b"x" * BODY)
        time.sleep(IDLE)
        return resident(pid) or 0.0


def _sign_in(port: int, number: int) -> None:
    with closing(Client(port)) as client:
        for _ in range(3):
            form = f"login=nobody-{number}&password=Wrong-pass-1".encode()
            answer(client, "POST", "/sign-in", form, FORM)


def _visit(port: int, page: str) -> None:
    with closing(Client(port)) as client:
        for _ in range(3):
            answer(client, "GET", page, headers={"accept-encoding": "gzip"})


def _upload(port: int, body: bytes) -> None:
    with closing(Client(port)) as client:
        uploads.seconds(client, body)
