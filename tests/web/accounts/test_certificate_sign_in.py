import base64
import json
from pathlib import Path

import httpx2
import pytest
from cryptography.hazmat.primitives.serialization import Encoding

from market.accounts.actions import account
from market.accounts.models import CertificateRecord, Organisation, Session
from market.accounts.queries import actor_of
from market.audit.models import SecurityEvent
from market.kernel.actors import Role
from market.kernel.errors import MarketError
from market.settings import Settings
from signing import authority
from signing.core import canonical
from signing.pki.subjects import Subject
from tests.factories.authority import Authority, Issued, found
from tests.factories.city import TestCity
from tests.factories.clock import FakeClock
from tests.factories.people import enter, post, seconded, settle, sign_in


@pytest.fixture(autouse=True)
async def people(city: TestCity) -> None:
    await settle(city, "regulator", "owner", "security-admin", "audit-admin")


@pytest.fixture
def ca(tmp_path: Path, settings: Settings, clock: FakeClock) -> Authority:
    return found(tmp_path / "ca", settings.data, clock())


@pytest.fixture
async def card(ca: Authority, clock: FakeClock) -> Issued:
    body = await Organisation.get(code="reg-0001")
    subject = Subject("严演督", body.name, "监管", "1", body.credit_code)
    return ca.issue("person", subject, clock())


async def record(
    city: TestCity, client: httpx2.AsyncClient, card: Issued, person: str, whole: bool = False
) -> httpx2.Response:
    await enter(city, client, "security-admin", Role.SECURITY_ADMIN)
    answer = await client.post(
        f"/admin/people/{person}/certificates",
        data={
            "idempotency_key": base64.b16encode(card.sign("key", city.clock())[-16:]).decode(),
            "for": "organisation" if whole else "person",
        },
        files={"certificate": ("a.cer", card.certificate.public_bytes(Encoding.PEM))},
        headers={"sec-fetch-site": "same-origin"},
    )
    client.cookies.clear()
    return await seconded(city, answer)


async def ask(client: httpx2.AsyncClient) -> dict[str, str]:
    answer = await client.post("/api/sign-in/challenge", json={})
    assert answer.status_code == 200
    return dict(answer.json())


async def answer(client: httpx2.AsyncClient, challenge: str, cms: bytes) -> httpx2.Response:
    body = {"id": challenge, "cms_b64": base64.b64encode(cms).decode()}
    return await client.post("/api/sign-in/certificate", json=body)


async def present(client: httpx2.AsyncClient, card: Issued, clock: FakeClock) -> httpx2.Response:
    asked = await ask(client)
    return await answer(client, asked["id"], card.sign(asked["text"], clock()))


async def test_the_challenge_says_what_it_is_for(
    client: httpx2.AsyncClient, clock: FakeClock, settings: Settings
) -> None:
    text = (await ask(client))["text"]
    body = json.loads(text)
    assert canonical.dumps(body).decode() == text
    assert body["kind"] == "sign_in"
    assert body["origin"] == settings.url
    assert body["at"] == canonical.instant(clock())
    assert (await ask(client))["text"] != text


async def test_a_persons_certificate_opens_a_session_without_another_factor(
    city: TestCity, client: httpx2.AsyncClient, card: Issued, clock: FakeClock
) -> None:
    assert (await record(city, client, card, "regulator")).status_code == 303
    done = await present(client, card, clock)
    assert (done.status_code, done.json()) == (200, {"location": "/desk"})
    page = await client.get("/account")
    assert "严演督" in page.text
    assert (await Session.get(grant__person_id="regulator")).method == "certificate"


async def test_an_organisations_certificate_stands_for_its_people(
    city: TestCity, client: httpx2.AsyncClient, ca: Authority, clock: FakeClock
) -> None:
    body = await Organisation.get(code="own-0001")
    seal = ca.issue(
        "organisation", Subject(body.name, body.name, "", "", body.credit_code), clock()
    )
    assert (await record(city, client, seal, "owner", whole=True)).status_code == 303
    assert (await present(client, seal, clock)).json() == {"location": "/desk"}
    assert (await Session.get(grant__person_id="owner", method="seal")).ended_at is None
    actor = await actor_of(client.cookies["session"], clock())
    assert actor is not None
    assert actor.by_seal, "it proves the organisation, not which of its people"
    with pytest.raises(MarketError, match=r"accounts\.not_by_seal"):
        await account.enrol(city.call(actor), "salt", "000000")


async def test_an_unrecorded_certificate_signs_nobody_in(
    client: httpx2.AsyncClient, card: Issued, clock: FakeClock
) -> None:
    refused = await present(client, card, clock)
    assert (refused.status_code, refused.json()["key"]) == (403, "accounts.certificate_unknown")
    assert "session" not in client.cookies
    assert await SecurityEvent.filter(key="accounts.certificate_unknown").exists()


async def test_a_challenge_is_answered_once(
    city: TestCity, client: httpx2.AsyncClient, card: Issued, clock: FakeClock
) -> None:
    await record(city, client, card, "regulator")
    asked = await ask(client)
    signature = card.sign(asked["text"], clock())
    assert (await answer(client, asked["id"], signature)).status_code == 200
    client.cookies.clear()
    replay = await answer(client, asked["id"], signature)
    assert (replay.status_code, replay.json()["key"]) == (409, "accounts.challenge")
    assert "session" not in client.cookies


async def test_a_challenge_lives_five_minutes(
    city: TestCity, client: httpx2.AsyncClient, card: Issued, clock: FakeClock
) -> None:
    await record(city, client, card, "regulator")
    asked, late = await ask(client), await ask(client)
    clock.forward(minutes=5)
    assert (await answer(client, asked["id"], card.sign(asked["text"], clock()))).status_code == 200
    client.cookies.clear()
    clock.forward(milliseconds=1)
    refused = await answer(client, late["id"], card.sign(late["text"], clock()))
    assert refused.json()["key"] == "accounts.challenge"


async def test_a_signature_over_anything_else_is_refused(
    city: TestCity, client: httpx2.AsyncClient, card: Issued, clock: FakeClock
) -> None:
    await record(city, client, card, "regulator")
    asked, other = await ask(client), await ask(client)
    refused = await answer(client, asked["id"], card.sign(other["text"], clock()))
    assert refused.status_code == 422
    assert refused.json()["key"].startswith("signing.")
    assert "session" not in client.cookies


async def test_a_strangers_authority_does_not_count(
    city: TestCity, client: httpx2.AsyncClient, card: Issued, clock: FakeClock, tmp_path: Path
) -> None:
    await record(city, client, card, "regulator")
    body = await Organisation.get(code="reg-0001")
    elsewhere = found(tmp_path / "other", tmp_path / "other-city", clock())
    subject = Subject("严演督", body.name, "监管", "1", body.credit_code)
    refused = await present(client, elsewhere.issue("person", subject, clock()), clock)
    assert refused.status_code == 422
    assert refused.json()["key"] in {"signing.stray_certificate", "signing.unknown_authority"}


async def test_a_revoked_certificate_does_not_count(
    city: TestCity, client: httpx2.AsyncClient, ca: Authority, card: Issued, clock: FakeClock
) -> None:
    await record(city, client, card, "regulator")
    authority.revoke(ca.office, card.certificate, clock(), "keyCompromise")
    clock.forward(seconds=1)
    ca.publish(clock())
    assert (await present(client, card, clock)).json()["key"] == "signing.revoked"


async def test_an_organisations_certificate_that_ran_out_is_told_so(
    city: TestCity, client: httpx2.AsyncClient, clock: FakeClock, ca: Authority
) -> None:
    body = await Organisation.get(code="reg-0001")
    subject = Subject(body.name, body.name, credit_code=body.credit_code)
    whole = ca.issue("organisation", subject, clock())
    clock.forward(days=3000)
    ca.publish(clock())
    refused = await present(client, whole, clock)
    assert (refused.status_code, refused.json()["key"]) == (422, "signing.expired")


async def test_a_struck_certificate_does_not_count(
    city: TestCity, client: httpx2.AsyncClient, card: Issued, clock: FakeClock
) -> None:
    await record(city, client, card, "regulator")
    await enter(city, client, "security-admin", Role.SECURITY_ADMIN)
    sha256 = (await CertificateRecord.get()).sha256
    await seconded(
        city, await post(client, f"/admin/people/regulator/certificates/{sha256}/strike")
    )
    client.cookies.clear()
    assert (await present(client, card, clock)).json()["key"] == "accounts.certificate_ended"


async def test_a_suspended_persons_certificate_does_not_count(
    city: TestCity, client: httpx2.AsyncClient, card: Issued, clock: FakeClock
) -> None:
    await record(city, client, card, "regulator")
    await enter(city, client, "security-admin", Role.SECURITY_ADMIN)
    await seconded(city, await post(client, "/admin/people/regulator/suspend"))
    client.cookies.clear()
    assert (await present(client, card, clock)).json()["key"] == "accounts.suspended"


async def test_a_certificate_stands_for_its_own_organisation_once(
    city: TestCity, client: httpx2.AsyncClient, card: Issued
) -> None:
    foreign = await record(city, client, card, "owner")
    assert foreign.status_code == 422
    assert "统一社会信用代码与单位的不一致" in foreign.text
    assert (await record(city, client, card, "regulator")).status_code == 303
    assert (await record(city, client, card, "regulator")).status_code == 409
    assert await CertificateRecord.all().count() == 1


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"[]",
        b"{",
        b'{"id":"x"}',
        b'{"id":"x","cms_b64":"!!"}',
        b'{"id":"x","cms_b64":""}',
        b'{"id":"x.1.y","cms_b64":"AA=="}',
        b'{"id":"x.' + b"9" * 150 + b'.y","cms_b64":"AA=="}',
        b'{"id":"\\u0000","cms_b64":"AA=="}',
        b'{"id":"\\ud800","cms_b64":"AA=="}',
        '{"id":"é.１.y","cms_b64":"AA=="}'.encode(),
        b'{"id":"x","id":"y","cms_b64":"AA=="}',
        b'{"id":1,"cms_b64":{}}',
        b"[" * 100_000,
    ],
)
async def test_hostile_answers_are_refused_in_words(
    client: httpx2.AsyncClient, body: bytes
) -> None:
    headers = {"content-type": "application/json"}
    refused = await client.post("/api/sign-in/certificate", content=body, headers=headers)
    assert 400 <= refused.status_code < 500
    assert refused.headers["content-type"] == "application/problem+json"
    assert refused.json()["detail"]


@pytest.mark.parametrize("cms", [b"\x30", b"\x30\x80" * 500, b"\x00" * 60_000, b"-----BEGIN"])
async def test_hostile_signatures_are_refused(
    client: httpx2.AsyncClient, ca: Authority, cms: bytes
) -> None:
    asked = await ask(client)
    refused = await answer(client, asked["id"], cms)
    assert refused.status_code == 422
    assert refused.json()["key"].startswith("signing.")


async def test_another_sites_page_gets_nobody_signed_in(client: httpx2.AsyncClient) -> None:
    asked = await ask(client)
    refused = await client.post(
        "/api/sign-in/certificate",
        json={"id": asked["id"], "cms_b64": "AA=="},
        headers={"origin": "https://evil.example"},
    )
    assert (refused.status_code, refused.json()["key"]) == (403, "guard.foreign_page")


async def test_wrong_passwords_do_not_stop_a_certificate(
    city: TestCity, client: httpx2.AsyncClient, card: Issued, clock: FakeClock
) -> None:
    await record(city, client, card, "regulator")
    answers = [await sign_in(client, "regulator", "Wrong-password-1") for _ in range(6)]
    assert answers[-1].status_code == 429
    assert (await present(client, card, clock)).json() == {"location": "/desk"}


async def test_a_certificate_that_names_somebody_else_asks_before_it_binds(
    city: TestCity, client: httpx2.AsyncClient, ca: Authority, clock: FakeClock
) -> None:
    card = ca.issue("person", Subject("罗演之甲"), clock())
    asked = await record(city, client, card, "owner")
    assert asked.status_code == 422
    assert "证书上的姓名是“罗演之甲”，账号的姓名是“罗演之”" in asked.text
    assert 'name="other_name"' in asked.text
    assert not await CertificateRecord.exists()
    await enter(city, client, "security-admin", Role.SECURITY_ADMIN)
    seen = await client.post(
        "/admin/people/owner/certificates",
        data={"idempotency_key": "seen-and-right", "for": "person", "other_name": "yes"},
        files={"certificate": ("a.cer", card.certificate.public_bytes(Encoding.PEM))},
        headers={"sec-fetch-site": "same-origin"},
    )
    assert seen.status_code == 303
    assert (await CertificateRecord.get()).person_id == "owner"
