"""Two owners, some agencies, and pages asked for in anybody's name."""

from dataclasses import dataclass, field, replace
from datetime import datetime
from itertools import count
from typing import Any

import httpx2

from market.agencies.invent import invent
from market.agencies.models import Agency
from market.agencies.seed import demo_world, store
from market.audit.models import LedgerEntry
from market.catalogue.seed import seed
from market.infra.db import use_case
from market.kernel.actors import Actor, Role
from market.kernel.call import Call
from market.projects import steps
from market.projects.actions import Begun
from market.projects.models import Project
from signing.core import canonical
from tests.factories.city import TestCity
from tests.factories.needs import typed

OWNER = Actor(Role.OWNER, "owner-a", "张三", "org-a", "通川区水务局", ("511702",), "a")
RIVAL = Actor(Role.OWNER, "owner-b", "李四", "org-b", "达川区住建局", ("511703",), "b")
AGENCY = Actor(Role.AGENCY, "clerk", "王五", "agency-a", "某机构", ("511700",), "c")
REGULATOR = Actor(Role.REGULATOR, "watch", "赵六", "org-r", "数据局", ("511700",), "d")
PEOPLE = {a.code: a for a in (OWNER, RIVAL, AGENCY, REGULATOR)}
_keys = count(1)


async def open_market(city: TestCity, agencies: int = 3) -> list[str]:
    """Items and some agencies; gives the agencies' codes. Whoever shows a code as session is it."""
    await seed(city.call())
    world = demo_world(city.call())
    made = [invent(number, world) for number in range(1, agencies + 1)]
    await _store(city.call(), made)

    async def find_actor(token: str, _now: datetime) -> Actor | None:
        return PEOPLE.get(token)

    city.app.state.door = replace(city.app.state.door, find_actor=find_actor)
    return [str(c) for c in await Agency.all().order_by("number").values_list("code", flat=True)]


@use_case
async def _store(_call: Call, made: list[Any]) -> None:
    await store(made)


@use_case
async def ready(call: Call, values: dict[str, str]) -> Begun:
    """A project that passed every check."""
    return Begun(await steps.create_ready(call, values))


@use_case
async def move(call: Call, step: str, code: str, *values: Any) -> None:
    """What ``selection`` does to a project, in a unit of its own."""
    await getattr(steps, step)(call, code, *values)


async def make_ready(city: TestCity, actor: Actor = OWNER, **changes: str) -> str:
    """The code of a ready project of ``actor``."""
    return (await ready(city.call(actor), typed(city.clock(), **changes))).code


async def publish(city: TestCity, actor: Actor = OWNER, **changes: str) -> str:
    """The code of a project whose sign-up runs."""
    code = await make_ready(city, actor, **changes)
    row = await Project.get(code=code)
    await move(city.call(actor), "published", code, row.deadline_at, "accepting")
    return code


async def entries(code: str) -> list[dict[str, Any]]:
    """What the ledger says about a project, oldest first."""
    rows = await LedgerEntry.filter(about=f"project:{code}").order_by("index")
    return [canonical.loads(bytes(row.data)) for row in rows]


@dataclass
class Browser:
    """Asks for pages as one person; ``lang`` as the reader's cookie."""

    client: httpx2.AsyncClient
    actor: Actor | None = OWNER
    lang: str = "zh_CN"
    headers: dict[str, str] = field(default_factory=dict)

    async def get(self, path: str) -> httpx2.Response:
        """A page."""
        return await self.client.get(path, headers=self._headers())

    async def post(self, path: str, key: str = "", **data: str) -> httpx2.Response:
        """A form under a fresh Idempotency-Key, or under ``key``."""
        given = {"idempotency_key": key or f"key-of-a-test-{next(_keys):06d}", **data}
        return await self.client.post(path, data=given, headers=self._headers())

    def _headers(self) -> dict[str, str]:
        cookies = f"lang={self.lang}"
        if self.actor:
            cookies += f"; session={self.actor.code}"
        return {"cookie": cookies, "sec-fetch-site": "same-origin", **self.headers}
