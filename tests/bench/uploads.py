"""A sealed application over HTTP until it is durable, beside the bare insert of the same bytes."""

import asyncio
import json
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, closing
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

from market.audit import ledger
from market.city import make_tools, open_database
from market.infra.db import use_case
from market.kernel.actors import THE_CLOCK
from market.kernel.call import Call
from market.selection.models import Admitted, Round
from market.selection.states import State
from market.settings import Settings
from signing.rounds.facts import Accepting
from signing.sealing import sealed
from tests.bench.measure import Goal, Race, Row, Sizes, apart, percentile
from tests.bench.servers import Client, answer, city, folder, free_port, postgres, running
from tests.factories import rounds

PATH = "/api/rounds/DZ-2026-000318/1/envelopes"
GOAL = Goal("≥", 0.6)


def rows(sizes: Sizes) -> Iterator[Row]:
    """On SQLite, then on PostgreSQL."""
    yield from on_sqlite(sizes)
    yield from on_postgres(sizes)


def on_sqlite(sizes: Sizes) -> Iterator[Row]:
    """One worker over a file."""
    with folder() as path:
        settings, bare = Settings(data=path / "city"), str(path / "bare.sqlite")
        yield _raced("SQLite", settings, bare, sizes)


def on_postgres(sizes: Sizes) -> Iterator[Row]:
    """One worker over an embedded server's socket."""
    with folder() as path, postgres() as socket:
        own, bare = databases(socket)
        settings = Settings(data=path / "city", database=own)
        yield _raced("PostgreSQL", settings, bare, sizes)


def databases(socket: Path) -> tuple[str, str]:
    """Ours and the floor's on one PostgreSQL, as JSON."""
    base = {"host": str(socket), "port": 5432, "user": "postgres", "password": ""}
    own, bare = {**base, "database": "postgres", "maxsize": 8}, {**base, "database": "template1"}
    return json.dumps(own), json.dumps(bare)


def upload_of(name: str) -> bytes:
    """The body of an upload by the applicant of that name."""
    application = rounds.payload(name)
    contents = {"application": application, "identity": rounds.identity(name, application)}
    key, terms = rounds.signer(name), rounds.terms()
    return json.dumps(
        {kind: sealed.seal(kind, data, terms, key, 1).decode() for kind, data in contents.items()}
    ).encode()


def _raced(name: str, settings: Settings, bare: str, sizes: Sizes) -> Row:
    bodies = list(map(upload_of, map(str, range((sizes.rounds + 1) * sizes.uploads))))
    apart(open_round, settings, [rounds.public(str(n)).hex() for n in range(len(bodies))])
    with ExitStack() as stack:
        port, _ = stack.enter_context(city(environment(settings)))
        floor = free_port()
        stack.enter_context(running(["-m", "tests.bench.bare", str(floor), bare], floor))
        ours, theirs = (stack.enter_context(closing(Client(at))) for at in (port, floor))
        pairs = [(seconds(ours, body), seconds(theirs, body)) for body in bodies]
    turns = [pairs[at : at + sizes.uploads] for at in range(0, len(pairs), sizes.uploads)][1:]
    sums = [[sum(pair[side] for pair in turn) for turn in turns] for side in (0, 1)]
    raced = Race(*sums)
    late = [percentile([pair[side] for pair in pairs], 0.99) * 1000 for side in (0, 1)]
    return raced.row(
        f"upload, {name}",
        "a sealed application over HTTP, durable, 1 worker, 1 client",
        "bare insert behind bare Starlette",
        sizes.uploads,
        GOAL,
        f"p99 {late[0]:.1f} ms beside {late[1]:.1f}",
    )


def seconds(client: Client, body: bytes) -> float:
    """From sending an upload to its receipt."""
    headers = {"content-type": "application/json", "idempotency-key": str(uuid4())}
    began = time.perf_counter()
    status, said, _ = answer(client, "POST", PATH, body, headers)
    if status != 201:
        raise RuntimeError(said.decode())
    return time.perf_counter() - began


def environment(settings: Settings) -> Mapping[str, str]:
    """What ``mingxuan serve`` reads."""
    return {"MINGXUAN_DATA": str(settings.data), "MINGXUAN_DATABASE": settings.database}


def open_round(settings: Settings, authors: list[str]) -> None:
    """A database with one round that accepts, and these keys admitted to it."""
    Path(settings.data).mkdir(parents=True, exist_ok=True)
    asyncio.run(_prepare(settings, authors))


async def _prepare(settings: Settings, authors: list[str]) -> None:
    async with open_database(settings):
        tools = make_tools(settings)
        await _open_round(Call(THE_CLOCK, tools.clock(), tools), authors)


@use_case
async def _open_round(call: Call, authors: list[str]) -> None:
    terms = rounds.terms()
    published: dict[str, Any] = {
        "k": terms.k,
        "trustees": [{"id": seat.id, "key": seat.key} for seat in terms.seats],
        "opens_at": terms.opens_at,
    }
    mark = await ledger.record(call, Accepting(), about=rounds.ABOUT)
    later = call.now + timedelta(days=1)
    await Round.create(
        about=rounds.ABOUT,
        project="DZ-2026-000318",
        attempt=1,
        way="random",
        pool="applicants",
        state=State.ACCEPTING,
        owner="own-0001",
        item="surveying",
        region="511702",
        terms=published,
        published_at=call.now,
        opens_at=later,
        deadline_at=later,
        act_id=mark.token,
    )
    await Admitted.bulk_create(
        [
            Admitted(author=one, round_id=rounds.ABOUT, commit="0" * 64, red=False, escrow="0" * 64)
            for one in authors
        ]
    )
