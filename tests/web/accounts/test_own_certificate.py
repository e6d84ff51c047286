"""One's own certificate is recorded by signing with it; nobody else's is."""

import base64
from pathlib import Path
from uuid import uuid4

import httpx2
import pytest

from market.accounts.actions import requests
from market.accounts.models import CertificateRecord, Organisation, Person, RightsRequest
from market.audit.models import SecurityEvent
from market.kernel.actors import Role
from market.settings import Settings
from signing.pki.subjects import Subject
from tests.factories.authority import Authority, Issued, found
from tests.factories.city import TestCity
from tests.factories.clock import FakeClock
from tests.factories.people import actor, enter, settle

OWN = "/api/account/certificate"


@pytest.fixture(autouse=True)
async def people(city: TestCity) -> None:
    await settle(city, "regulator", "owner", "security-admin", "audit-admin")


@pytest.fixture
def ca(tmp_path: Path, settings: Settings, clock: FakeClock) -> Authority:
    return found(tmp_path / "ca", settings.data, clock())


async def issued(ca: Authority, at: FakeClock, use: str = "person", **other: str) -> Issued:
    """The regulator's own certificate, but for ``other``."""
    person = await Person.get(code="regulator").prefetch_related("organisation")
    body = person.organisation
    given = {"name": person.name, "organisation": body.name, "credit_code": body.credit_code}
    return ca.issue(use, Subject(**given | other), at())


async def confirmed(city: TestCity) -> None:
    """The audit administrator confirms what the regulator has asked for."""
    code = (await RightsRequest.get(person="regulator", state="waiting")).code
    await requests.confirm(city.call(actor("audit-admin", Role.AUDIT_ADMIN)), code)


async def ask(client: httpx2.AsyncClient) -> dict[str, str]:
    answer = await client.post(
        "/api/sign-in/challenge", json={}, headers={"sec-fetch-site": "same-origin"}
    )
    return dict(answer.json())


async def send(
    client: httpx2.AsyncClient, card: Issued, clock: FakeClock, address: str = OWN
) -> httpx2.Response:
    """Ask for a challenge, sign it, send the answer."""
    asked = await ask(client)
    return await answered(client, asked["id"], card.sign(asked["text"], clock()), address)


async def answered(
    client: httpx2.AsyncClient, challenge: str, cms: bytes, address: str = OWN
) -> httpx2.Response:
    body = {"id": challenge, "cms_b64": base64.b64encode(cms).decode()}
    headers = {"idempotency-key": str(uuid4()), "sec-fetch-site": "same-origin"}
    return await client.post(address, json=body, headers=headers)


async def test_whoever_signs_with_it_may_sign_in_with_it(
    city: TestCity, client: httpx2.AsyncClient, ca: Authority, clock: FakeClock
) -> None:
    card = await issued(ca, clock)
    await enter(city, client, "regulator", Role.REGULATOR)
    page = (await client.get("/account")).text
    assert f'data-answer="{OWN}"' in page
    assert "签名并登记" in page
    done = await send(client, card, clock)
    assert (done.status_code, done.json()) == (200, {"location": "/account?done=asked"})
    assert "等另一人复核" in (await client.get(done.json()["location"])).text
    assert not await CertificateRecord.exists()
    await confirmed(city)
    assert (await CertificateRecord.get()).person_id == "regulator"
    event = await SecurityEvent.get(key="accounts.event.certificate_recorded")
    assert event.actor == "audit_admin:audit-admin"
    client.cookies.clear()
    entered = await send(client, card, clock, "/api/sign-in/certificate")
    assert entered.json() == {"location": "/desk"}


async def test_it_needs_a_session(
    client: httpx2.AsyncClient, ca: Authority, clock: FakeClock
) -> None:
    refused = await send(client, await issued(ca, clock), clock)
    assert refused.status_code == 401
    assert not await CertificateRecord.exists()


@pytest.mark.parametrize(
    ("use", "other"),
    [
        ("person", {"name": "别人"}),
        ("person", {"name": "别人", "credit_code": ""}),
        ("person", {"name": "严演督 "}),
        ("organisation", {"name": "某某单位（演示）"}),
    ],
)
async def test_another_ones_certificate_is_no_way_into_this_account(
    city: TestCity,
    client: httpx2.AsyncClient,
    ca: Authority,
    clock: FakeClock,
    use: str,
    other: dict[str, str],
) -> None:
    await enter(city, client, "regulator", Role.REGULATOR)
    refused = await send(client, await issued(ca, clock, use, **other), clock)
    assert (refused.status_code, refused.json()["key"]) == (422, "accounts.certificate_not_yours")
    assert not await CertificateRecord.exists()


async def test_it_names_the_own_organisation_or_none(
    city: TestCity, client: httpx2.AsyncClient, ca: Authority, clock: FakeClock
) -> None:
    await enter(city, client, "regulator", Role.REGULATOR)
    foreign = (await Organisation.get(code="own-0001")).credit_code
    refused = await send(client, await issued(ca, clock, credit_code=foreign), clock)
    assert (refused.status_code, refused.json()["key"]) == (422, "accounts.certificate_other")
    assert (await send(client, await issued(ca, clock, credit_code=""), clock)).status_code == 200


async def test_a_challenge_and_a_certificate_count_once(
    city: TestCity, client: httpx2.AsyncClient, ca: Authority, clock: FakeClock
) -> None:
    card = await issued(ca, clock)
    await enter(city, client, "regulator", Role.REGULATOR)
    asked = await ask(client)
    signature = card.sign(asked["text"], clock())
    assert (await answered(client, asked["id"], signature)).status_code == 200
    again = await answered(client, asked["id"], signature)
    assert (again.status_code, again.json()["key"]) == (409, "accounts.challenge")
    waiting = await send(client, card, clock)
    assert (waiting.status_code, waiting.json()["key"]) == (409, "accounts.asked_already")
    await confirmed(city)
    known = await send(client, card, clock)
    assert (known.status_code, known.json()["key"]) == (409, "accounts.certificate_known")
    other = await ask(client)
    stray = await answered(client, other["id"], signature)
    assert (stray.status_code, stray.json()["key"][:8]) == (422, "signing.")
    for hostile in (b"", b"\x30", b"\x30\x80" * 500):
        refused = await answered(client, other["id"], hostile)
        assert refused.status_code == 422
    assert await CertificateRecord.all().count() == 1
