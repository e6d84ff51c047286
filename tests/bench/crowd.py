"""Many applicants at once: beside a minimal Django that does the same work, and in a last rush.

Needs ``--extra bench``.
"""

import os
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing
from dataclasses import dataclass
from functools import partial
from threading import local

from market.settings import Settings
from tests.bench import uploads
from tests.bench.measure import Goal, Race, Row, Sizes, apart, percentile
from tests.bench.servers import Client, city, folder, free_port, postgres, running
from tests.factories import rounds

CLIENTS = 16
RUSH = 10.0
PEERS: Mapping[str, tuple[str, ...]] = {
    "sync": ("-k", "sync"),
    "4 threads": ("-k", "gthread", "--threads", "4"),
}
Send = Callable[[bytes], float]


@dataclass(frozen=True, slots=True)
class Turn:
    """What a crowd needed for one turn, and what each of them waited; in seconds."""

    total: float
    waits: Sequence[float]


def rows(sizes: Sizes) -> Iterator[Row]:
    """One worker beside Django on SQLite and on PostgreSQL; then the rush upon two workers."""
    with folder() as path:
        yield _beside_django("SQLite", Settings(data=path / "city"), str(path / "peer"), sizes)
    with folder() as path, postgres() as socket:
        own, peer = uploads.databases(socket)
        yield _beside_django("PostgreSQL", Settings(data=path / "city", database=own), peer, sizes)
    with folder() as path, postgres() as socket:
        own, _ = uploads.databases(socket)
        yield _rush(Settings(data=path / "city", database=own), sizes)


def _beside_django(name: str, settings: Settings, peer: str, sizes: Sizes) -> Row:
    size = sizes.uploads * 2
    bodies = _applicants(settings, size * (sizes.rounds + 1))
    own: list[Turn] = []
    theirs: dict[str, list[Turn]] = {said: [] for said in PEERS}
    with ExitStack() as stack:
        port, _ = stack.enter_context(city(uploads.environment(settings)))
        send = _sender(stack, [port])
        peers = {said: _sender(stack, [_django(stack, said, peer)]) for said in PEERS}
        for at in range(0, len(bodies), size):
            own.append(_turn(send, bodies[at : at + size]))
            for said in PEERS:
                theirs[said].append(_turn(peers[said], bodies[at : at + size]))
    best = min(theirs, key=lambda said: sum(turn.total for turn in theirs[said][1:]))
    sides = own[1:], theirs[best][1:]
    race = Race(*([turn.total for turn in side] for side in sides))
    late = [1000 * percentile([w for turn in side for w in turn.waits], 0.99) for side in sides]
    return race.row(
        f"crowd, {name}",
        f"sealed applications over HTTP, durable, 1 worker, {CLIENTS} clients",
        f"the same work by a minimal Django, gunicorn {best}",
        size,
        Goal("≥", 2),
        f"p99 {late[0]:.0f} ms beside {late[1]:.0f}",
    )


def _rush(settings: Settings, sizes: Sizes) -> Row:
    bodies = _applicants(settings, sizes.envelopes)
    environment = uploads.environment(settings)
    with ExitStack() as stack:
        ports = [stack.enter_context(city(environment))[0] for _ in range(2)]
        send = _sender(stack, ports)
        step = RUSH * sizes.envelopes / 1000 / len(bodies)
        begin = time.perf_counter() + 0.5
        planned = [begin + n * step for n in range(len(bodies))]
        with ThreadPoolExecutor(CLIENTS * 4) as crowd:
            waits = list(crowd.map(partial(_at, send), planned, bodies))
    return Row(
        "rush, PostgreSQL",
        f"{len(bodies):,} applications in {step * len(bodies):.0f} s, 2 workers, p99 of the wait",
        "ms",
        1000 * percentile(waits, 0.99),
        goal=Goal("≤", 1000, of_ratio=False),
        note=f"median {1000 * percentile(waits, 0.5):.0f} ms; every one answered 201",
    )


def _at(send: Send, instant: float, body: bytes) -> float:
    """Send at that instant; how long after it the answer was there."""
    time.sleep(max(0.0, instant - time.perf_counter()))
    send(body)
    return time.perf_counter() - instant


def _turn(send: Send, bodies: Sequence[bytes]) -> Turn:
    with ThreadPoolExecutor(CLIENTS) as crowd:
        began = time.perf_counter()
        waits = list(crowd.map(send, bodies))
        return Turn(time.perf_counter() - began, waits)


def _applicants(settings: Settings, count: int) -> list[bytes]:
    """As many uploads, their keys admitted to a round that accepts."""
    apart(uploads.open_round, settings, [rounds.public(str(n)).hex() for n in range(count)])
    return [uploads.upload_of(str(n)) for n in range(count)]


def _sender(stack: ExitStack, ports: Sequence[int]) -> Send:
    """Sends an upload on a connection of the thread's own; the seconds until the answer."""
    mine, opened = local(), iter(range(10**9))

    def send(body: bytes) -> float:
        if not hasattr(mine, "client"):
            mine.client = stack.enter_context(closing(Client(ports[next(opened) % len(ports)])))
        return uploads.seconds(mine.client, body)

    return send


def _django(stack: ExitStack, said: str, database: str) -> int:
    port = free_port()
    how = ["-m", "gunicorn", "tests.bench.peer:app", "-b", f"127.0.0.1:{port}", "-w", "1"]
    env = {**os.environ, "BENCH_DATABASE": database}  # noqa: TID251 - handed on as it is
    stack.enter_context(running([*how, *PEERS[said]], port, env=env))
    return port
