"""Applications that must not be taken, sent to the real addresses: refused with a sentence, traced,
and nothing else is disturbed."""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import httpx2
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from market.agencies.models import Offer
from market.audit.models import LedgerHead, SecurityEvent
from market.selection.models import Admitted, Envelope, Nullifier, Submission, Withdrawal
from market.web.i18n import catalogue
from signing.core.canonical import b64, dumps, loads
from signing.sealing import sealed
from tests.factories.needs import ITEM
from tests.factories.sending import Sender
from tests.factories.standing import RoundAsItStands
from tests.factories.town import Town

NAMELESS = "anyone:untold"


@pytest.fixture
async def sender(town: Town, accepting: RoundAsItStands, client: httpx2.AsyncClient) -> Sender:
    return Sender(town, client, accepting.about, town.applicants[0])


async def state() -> tuple[Any, ...]:
    rows = [
        await one.all().count() for one in (Submission, Envelope, Withdrawal, Admitted, Nullifier)
    ]
    return ((await LedgerHead.get(id=1)).size, *rows)


async def refused(
    send: Callable[..., Awaitable[httpx2.Response]], key: str, status: int, traced: int = 1
) -> None:
    """Both languages say what to do; one security event each; nothing was kept."""
    before = await state()
    known = [event.id for event in await SecurityEvent.all()] or [-1]
    for tag, locale in (("zh-CN", "zh_CN"), ("en", "en")):
        events = await SecurityEvent.all().count()
        answer = await send(**{"accept-language": tag})
        assert answer.status_code == status, answer.text
        assert answer.headers["content-type"] == "application/problem+json"
        said = answer.json()
        assert said["key"] == key
        assert said["detail"] != key
        assert "%(" not in said["detail"]
        assert said["title"] != f"status.{status}"
        assert said["detail"][:6] == catalogue(locale).gettext(key)[:6]
        assert await SecurityEvent.all().count() == events + traced
    assert {e.key for e in await SecurityEvent.exclude(id__in=known)} == (
        {key} if traced else set()
    )
    assert {e.actor for e in await SecurityEvent.exclude(id__in=known)} <= {NAMELESS}
    assert await state() == before


def of(sender: Sender, form: Any) -> Callable[..., Awaitable[httpx2.Response]]:
    async def send(**headers: str) -> httpx2.Response:
        return await sender.upload(form, **headers)

    return send


async def test_the_honest_one_is_taken(sender: Sender) -> None:
    receipt = await sender.applied(9_000_000)
    form = {"envelopes": receipt["envelopes"], "about": sender.about}
    assert form["about"] == receipt["about"]
    assert await Submission.all().count() == 1
    assert not await SecurityEvent.filter(path__startswith="/api/rounds").exists()


async def test_at_or_after_the_deadline(sender: Sender) -> None:
    form = await sender.honest(9_000_000)
    deadline = (await sender.town.round(sender.about)).deadline_at
    sender.town.clock.now = deadline - timedelta(milliseconds=1)
    early = replace(sender, admitted={}, key=Ed25519PrivateKey.generate())
    early.applicant = sender.town.applicants[1]
    assert (await early.upload(await early.honest(8_000_000))).status_code == 201
    for late in (timedelta(0), timedelta(milliseconds=1), timedelta(days=9)):
        sender.town.clock.now = deadline + late
        await refused(of(sender, form), "selection.late", 409)


async def test_a_transaction_that_begins_too_late(sender: Sender) -> None:
    form = await sender.honest(9_000_000)
    deadline = (await sender.town.round(sender.about)).deadline_at
    clock = sender.town.clock
    sender.town.clock.now = deadline - timedelta(milliseconds=1)
    door = sender.town.city.app.state.door
    slow = replace(door.tools, clock=lambda: clock() + timedelta(milliseconds=1))
    sender.town.city.app.state.door = replace(door, tools=slow)
    await refused(of(sender, form), "selection.late", 409)


PLAIN = '{"agency":"ag-0001","price_fen":9000000,"v":1}'


UNSEALED: list[tuple[dict[str, Any], str]] = [
    ({"application": PLAIN, "identity": PLAIN}, "signing.shape"),
    ({"application": "x", "identity": "y"}, "signing.syntax"),
    ({"price_fen": 9_000_000}, "form.invalid"),
    ({"application": 1, "identity": None}, "form.invalid"),
    ({}, "form.invalid"),
]


async def test_what_is_not_sealed(sender: Sender) -> None:
    for form, key in UNSEALED:
        await refused(of(sender, form), key, 422)


def changed(text: str, key: Ed25519PrivateKey | None = None, **changes: Any) -> str:
    """An envelope with other parts, signed again by ``key`` or with its old signature."""
    body = {**loads(text.encode()), **changes}
    if key is not None:
        unsigned = {k: v for k, v in body.items() if k != "signature_b64"}
        body["signature_b64"] = b64(key.sign(dumps(unsigned)))
    return dumps(body).decode()


WRONG: list[tuple[dict[str, Any], bool, str]] = [
    ({"seq": 2}, False, "signing.signature"),
    ({"ciphertext_b64": "AAAA"}, True, "signing.envelope_size"),
    ({"boxes_b64": ["AAAA"] * 3}, True, "signing.envelope_box"),
    ({"boxes_b64": []}, True, "signing.envelope_counts"),
    ({"suite": "none"}, True, "signing.shape"),
    ({"v": 2}, True, "signing.shape"),
    ({"salt": "00"}, True, "signing.shape"),
    ({"extra": 1}, True, "signing.shape"),
    ({"k": 1}, True, "signing.envelope_terms"),
    ({"opens_at": "2026-11-23T01:00:00.000Z"}, True, "signing.envelope_terms"),
    ({"about": "round:DZ-2026-999999/1"}, True, "signing.envelope_terms"),
    ({"kind": "draw_secret"}, True, "signing.envelope_size"),
]


async def test_what_is_wrongly_sealed(sender: Sender) -> None:
    form = await sender.honest(9_000_000)
    for changes, signed, key in WRONG:
        own = sender.key if signed else None
        wrong = changed(form["application"], own, **changes)
        await refused(of(sender, {**form, "application": wrong}), key, 422)


async def test_an_envelope_that_is_not_canonical(sender: Sender) -> None:
    form = await sender.honest(9_000_000)
    form["application"] = form["application"].replace('"k":2', '"k": 2')
    await refused(of(sender, form), "signing.not_canonical", 422)


async def test_other_trustees_than_published(sender: Sender) -> None:
    await sender.admission()
    terms = await sender.terms()
    payload = sender.application(9_000_000)
    seats = (*terms.seats[:2], sealed.Seat("stranger", "11" * 32))
    for other in (replace(terms, seats=seats), replace(terms, seats=terms.seats[::-1])):
        form = sender.sealed(payload, sender.identity(payload), other)
        await refused(of(sender, form), "signing.envelope_terms", 422)


async def test_sent_again_it_is_the_same_receipt_and_nothing_new(sender: Sender) -> None:
    form = await sender.honest(9_000_000)
    first = await sender.upload(form)
    before = await state()
    again = await sender.upload(form)
    assert (first.status_code, again.status_code) == (201, 201)
    assert again.content == first.content
    assert await state() == before


async def test_the_same_place_with_other_bytes(sender: Sender) -> None:
    await sender.applied(9_000_000)
    form = await sender.honest(8_000_000)
    await refused(of(sender, form), "selection.seq_seen", 409)


async def test_a_lower_place_than_the_withdrawn_one(sender: Sender) -> None:
    await sender.applied(9_000_000)
    withdrawal = sender.withdrawal(5)
    assert (await sender.send("withdrawals", withdrawal)).status_code == 201
    await refused(of(sender, await sender.honest(8_000_000, seq=5)), "selection.seq_seen", 409)
    assert (await sender.upload(await sender.honest(8_000_000, seq=6))).status_code == 201


async def test_replayed_into_another_round(sender: Sender) -> None:
    form = await sender.honest(9_000_000)
    other = await sender.town.publish(way="price", title="另一条路的水土保持方案编制")
    elsewhere = replace(sender, about=other.about)
    await refused(of(elsewhere, form), "signing.envelope_terms", 422)


async def test_a_key_that_was_never_admitted(sender: Sender) -> None:
    await sender.admission()
    sender.key = Ed25519PrivateKey.generate()
    form = await sender.honest(9_000_000)
    await refused(of(sender, form), "selection.key_not_admitted", 403)


async def test_two_authors_or_the_wrong_kinds(sender: Sender) -> None:
    form = await sender.honest(9_000_000)
    payload = sender.application(9_000_000)
    foreign = sender.sealed(
        payload, sender.identity(payload), await sender.terms(), key=Ed25519PrivateKey.generate()
    )
    mixed = {"application": form["application"], "identity": foreign["identity"]}
    await refused(of(sender, mixed), "selection.two_authors", 422)
    swapped = {"application": form["identity"], "identity": form["application"]}
    await refused(of(sender, swapped), "selection.wrong_kinds", 422)


async def test_whoever_sends_a_session_with_it_is_refused_and_not_named(sender: Sender) -> None:
    form = await sender.honest(9_000_000)
    await sender.sign_in()
    await refused(of(sender, form), "selection.send_without_session", 400)


def asking(sender: Sender) -> Callable[..., Awaitable[httpx2.Response]]:
    async def send(**headers: str) -> httpx2.Response:
        return await sender.send("admission", {"author": sender.author}, **headers)

    return send


async def test_a_second_application_of_one_agency(sender: Sender) -> None:
    await sender.applied(9_000_000)
    again = replace(sender, key=Ed25519PrivateKey.generate(), admitted={})
    await again.sign_in()
    await refused(asking(again), "selection.admitted_already", 409)


async def test_a_key_that_sent_nothing_is_exchanged(sender: Sender) -> None:
    first = await sender.honest(9_000_000)
    other = replace(sender, key=Ed25519PrivateKey.generate(), admitted={})
    await other.admission()
    assert await Admitted.all().count() == await Nullifier.all().count() == 1
    await refused(of(sender, first), "selection.key_not_admitted", 403)
    assert (await other.upload(await other.honest(8_000_000))).status_code == 201
    sender.admitted = {}
    await sender.sign_in()
    await refused(asking(sender), "selection.admitted_already", 409)


async def test_a_withdrawn_application_keeps_its_key(sender: Sender) -> None:
    await sender.applied(9_000_000)
    assert (await sender.send("withdrawals", sender.withdrawal(1))).status_code == 201
    again = replace(sender, key=Ed25519PrivateKey.generate(), admitted={})
    await again.sign_in()
    await refused(asking(again), "selection.admitted_already", 409)


async def test_at_sign_in_an_agency_learns_of_every_round_it_may_ask_for(sender: Sender) -> None:
    await sender.sign_in()
    told = (await sender.client.get("/api/my/rounds")).json()
    base = sender.about.removeprefix("round:")
    assert told == {
        "agency": sender.applicant.code,
        "rounds": [{"about": sender.about, "base": f"/api/rounds/{base}"}],
        "next": None,
    }
    await sender.applied(9_000_000)
    await sender.sign_in()
    assert (await sender.client.get("/api/my/rounds")).json() == told
    await Offer.all().delete()
    assert (await sender.client.get("/api/my/rounds")).json()["rounds"] == []


async def test_asked_again_with_the_same_key_it_is_the_same_admission(sender: Sender) -> None:
    await sender.admission()
    before, first = await state(), sender.admitted
    await sender.sign_in()
    assert (await sender.ask()).json() == first
    assert await state() == before


async def test_a_key_that_was_used_in_another_round(sender: Sender) -> None:
    await sender.applied(9_000_000)
    other = await sender.town.publish(way="price", title="另一条路的水土保持方案编制")
    again = replace(sender, about=other.about, admitted={})
    await again.sign_in()
    await refused(asking(again), "selection.key_seen", 409)


async def test_an_agency_that_must_stay_out(town: Town, client: httpx2.AsyncClient) -> None:
    one = town.applicants[0]
    found = await town.publish(way="price", avoid_1=one.credit_code, avoid_tie_1="employment")
    sender = Sender(town, client, found.about, one)
    await sender.sign_in()
    await refused(asking(sender), "selection.avoided", 403)


async def test_an_agency_whose_certificate_for_the_item_ran_out(sender: Sender) -> None:
    await sender.sign_in()
    yesterday = (sender.town.clock() - timedelta(days=1)).date()
    mine = Offer.filter(agency_id=sender.applicant.code, item_id=ITEM.code)
    await mine.update(valid_until=yesterday)
    await refused(asking(sender), "agencies.reason.expired", 403)
    await mine.delete()
    await refused(asking(sender), "agencies.reason.not_registered", 403)


async def test_admission_after_the_deadline_and_before_the_acceptance(sender: Sender) -> None:
    await sender.sign_in()
    sender.town.clock.now = (await sender.town.round(sender.about)).deadline_at
    await sender.sign_in()
    await refused(asking(sender), "selection.late", 409)


async def test_a_withdrawal_by_a_stranger(sender: Sender) -> None:
    await sender.applied(9_000_000)
    mine = sender.withdrawal(1)
    stranger = replace(sender, key=Ed25519PrivateKey.generate())

    def withdrawing(body: Any) -> Callable[..., Awaitable[httpx2.Response]]:
        async def send(**headers: str) -> httpx2.Response:
            return await sender.send("withdrawals", body, **headers)

        return send

    forged = {**mine, "signature_b64": stranger.withdrawal(1)["signature_b64"]}
    await refused(withdrawing(forged), "signing.signature", 422)
    await refused(withdrawing(stranger.withdrawal(1)), "selection.nothing_to_withdraw", 409)
