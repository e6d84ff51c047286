"""People of a small city, and a browser that signs in as one of them."""

from html import unescape
from re import search
from uuid import uuid4

import httpx2

from market.accounts import seed, steps
from market.accounts.actions import requests
from market.accounts.actions.progress import SignedIn
from market.accounts.passwords import DEMO_PASSWORD
from market.infra.db import use_case
from market.kernel.actors import Actor, Role
from market.kernel.call import Call
from signing.core.credit_codes import check_digit, organisation_check_digit
from tests.factories.city import TestCity

PERSONAS = (
    "owner",
    "department",
    "regulator",
    "system-admin",
    "security-admin",
    "audit-admin",
)


def few(*codes: str) -> dict[str, list[dict[str, object]]]:
    """The demo's organisations, and of its people these."""
    given = seed.read()
    return given | {"people": [p for p in given["people"] if p["code"] in codes]}


async def settle(city: TestCity, *codes: str) -> None:
    """Enter people of the demo, everyone with the demo's password; all that need no agency."""
    await seed.seed(city.demo_call(), few(*(codes or PERSONAS)))


@use_case
async def _open(call: Call, code: str, role: Role) -> SignedIn:
    return SignedIn(await steps.open_session(call, code, role), role)


async def enter(city: TestCity, client: httpx2.AsyncClient, code: str, role: Role) -> str:
    """Give the browser a session without signing in; returns its token."""
    token = (await _open(city.call(), code, role)).session
    carry(client, token)
    return token


def carry(client: httpx2.AsyncClient, token: str) -> None:
    """Let the browser carry this session and nothing else, as one who replays it would."""
    client.cookies.clear()
    client.cookies.set("session", token)


def actor(code: str, role: Role) -> Actor:
    """Somebody who asks without a browser."""
    return Actor(role, code, session="of-a-test")


async def seconded(
    city: TestCity, answer: httpx2.Response, by: Role = Role.AUDIT_ADMIN
) -> httpx2.Response:
    """The answer to an act; where it takes two, the second person confirms it."""
    place = answer.headers.get("location", "")
    if place.startswith("/admin/requests/"):
        who = actor(str(by).replace("_", "-"), by)
        await requests.confirm(city.call(who), place.rsplit("/", 1)[1])
    return answer


def credit_code(number: int, division: str = "000000") -> str:
    """A code of a division that is none, with right check digits: codes of 511799 are refused."""
    body = f"MX{number:06d}"
    first = f"12{division}{body}{organisation_check_digit(body)}"
    return first + check_digit(first)


async def sign_in(
    client: httpx2.AsyncClient, login: str, password: str = DEMO_PASSWORD, **more: str
) -> httpx2.Response:
    """Send the sign-in form; the browser keeps what it gets."""
    data = {"login": login, "password": password, **more}
    return await client.post("/sign-in", data=data, headers={"sec-fetch-site": "same-origin"})


async def post(client: httpx2.AsyncClient, path: str, **data: str) -> httpx2.Response:
    """Send a form as our own page does, under a fresh Idempotency-Key."""
    given = {"idempotency_key": str(uuid4()), **data}
    return await client.post(path, data=given, headers={"sec-fetch-site": "same-origin"})


def alert(page: str) -> str:
    """The first error of a page."""
    found = search(r'<li><a href="#\w+">([^<]*)</a></li>', page)
    return unescape(found[1]) if found else ""
