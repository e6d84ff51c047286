"""A trustee that lies is refused with a sentence, in its own name, and the round does not pay."""

from typing import Any

import httpx2
import pytest

from market.audit.models import Checkpoint, LedgerHead, SecurityEvent
from market.audit.publish import publish
from market.selection.models import Envelope, Share, Submission
from signing.core.canonical import JsonObject, dumps, instant
from signing.rounds import admission
from signing.trustee import wire
from signing.trustee.boxes import share_of
from signing.trustee.trustee import Trustee
from tests.factories.standing import RoundAsItStands
from tests.factories.town import Town, tags

LIAR = "notary"


def liar(town: Town) -> Trustee:
    return next(one for one in town.trustees if one.own.id == LIAR)


async def release(
    town: Town, found: RoundAsItStands, what: str, hashes: list[str], **tied: Any
) -> JsonObject:
    """Shares that fit their envelopes; only what is said of them can be a lie."""
    given = {}
    for sha in hashes:
        envelope = liar(town).memory.envelope(sha)
        assert envelope is not None
        given[sha] = share_of(liar(town), envelope) or b""
    own, at = liar(town).own, instant(town.clock())
    newest = await Checkpoint.filter(witnessed=True).order_by("-size").first()
    true = {"freeze_index": found.freeze_index, "tree_size": newest.size if newest else None}
    named = sorted(given)
    body = wire.release(own, about=found.about, what=what, at=at, envelopes=named, **true | tied)
    return wire.shares(own, body, given, at)


async def post(client: httpx2.AsyncClient, path: str, body: JsonObject) -> httpx2.Response:
    return await client.post(f"/trustee/{path}", content=dumps(body))


async def refused(client: httpx2.AsyncClient, path: str, body: JsonObject, key: str) -> None:
    """Refused in words; the event names the liar; the ledger and the shares are as before."""
    before = (await LedgerHead.get(id=1)).size, await Share.all().count()
    answer = await post(client, path, body)
    assert (answer.status_code, answer.json()["key"]) == (422, key), answer.text
    assert len(answer.json()["detail"]) > 10
    event = await SecurityEvent.all().order_by("-id").first()
    assert event is not None
    assert (event.key, event.actor) == (key, f"trustee:{LIAR}")
    assert before == ((await LedgerHead.get(id=1)).size, await Share.all().count())


async def hashes(found: RoundAsItStands, kind: str) -> list[str]:
    rows = Envelope.filter(round_id=found.about, kind=kind).order_by("sha256")
    return [str(sha) for sha in await rows.values_list("sha256", flat=True)]


async def test_shares_before_the_freeze(
    town: Town, client: httpx2.AsyncClient, applied: RoundAsItStands
) -> None:
    for what, kind in (("application", "application"), ("identity", "identity")):
        body = await release(town, applied, what, await hashes(applied, kind))
        await refused(client, "release", body, "selection.released_early")
    found = await town.to_reveal(applied.about)
    assert (found.winner_price_fen, (await tags(found.about)).count("released")) == (8_000_000, 6)


async def test_identities_before_the_decision(
    town: Town, client: httpx2.AsyncClient, applied: RoundAsItStands
) -> None:
    town.down = {one.own.id for one in town.trustees}
    frozen = await town.to_reveal(applied.about)
    assert frozen.freeze_index is not None
    body = await release(town, frozen, "identity", await hashes(frozen, "identity"))
    await refused(client, "release", body, "selection.released_early")
    due = await hashes(frozen, "application")
    unseen = await release(town, frozen, "application", due)
    await refused(client, "release", unseen, "selection.released_otherwise")
    town.down = set()
    await town.turns()
    assert (await town.round(frozen.about)).winner_price_fen == 8_000_000


@pytest.mark.parametrize(
    "tied", [{"freeze_index": 3}, {"freeze_index": None}, {"tree_size": None}, {"tree_size": 2**52}]
)
async def test_a_release_that_speaks_of_something_else(
    town: Town, client: httpx2.AsyncClient, revealed: RoundAsItStands, tied: dict[str, int | None]
) -> None:
    body = await release(town, revealed, "application", [], **tied)
    await refused(client, "release", body, "selection.released_otherwise")


async def test_what_stays_shut(
    town: Town, client: httpx2.AsyncClient, revealed: RoundAsItStands
) -> None:
    identities = await hashes(revealed, "identity")
    for what in ("application", "identity"):
        body = await release(town, revealed, what, identities)
        await refused(client, "release", body, "selection.stays_shut")


async def test_the_same_in_other_words_is_logged_once(
    town: Town, client: httpx2.AsyncClient, revealed: RoundAsItStands
) -> None:
    before = await tags(revealed.about)
    again = await release(town, revealed, "application", await hashes(revealed, "application"))
    assert (await post(client, "release", again)).status_code == 200
    assert await tags(revealed.about) == before


async def test_wrong_shares_and_shares_of_no_form(
    town: Town, client: httpx2.AsyncClient, revealed: RoundAsItStands
) -> None:
    own, at = liar(town).own, instant(town.clock())
    honest = await release(town, revealed, "application", await hashes(revealed, "application"))
    wrong = {row["envelope"]: bytes(32) for row in honest["shares"]}
    await refused(
        client, "release", wire.shares(own, honest["release"], wrong, at), "signing.share"
    )
    for rows in (5, True, {}, "x", [1], [[]], [{}]):
        body = own.signed("shares", release=honest["release"], shares=rows, at=at)
        await refused(client, "release", body, "signing.shape")


async def test_a_report_on_what_the_round_does_not_hold(
    town: Town, client: httpx2.AsyncClient, applied: RoundAsItStands
) -> None:
    own, at = liar(town).own, instant(town.clock())
    report = admission.box_report(
        own.ed25519, about=applied.about, envelope="ab" * 32, trustee=LIAR, ok=False, at=at
    )
    body = wire.reports(own, [report], at)
    await refused(client, "report", body, "selection.unknown_envelope")
    assert await Submission.filter(round_id=applied.about).count() == 3


async def test_a_text_that_not_every_database_keeps(town: Town, client: httpx2.AsyncClient) -> None:
    said = {"code": "fork", "about": None, "grave": True, "evidence": []}
    own, at = liar(town).own, instant(town.clock())
    for text in ("\0", "\\\0"):
        await refused(
            client, "alarm", own.signed("alarm", at=at, sentence=text, **said), "http.misfit"
        )
    quoted = own.signed("alarm", at=at, sentence=r"\u0000", **said)
    assert (await post(client, "alarm", quoted)).status_code == 200


async def test_a_trustee_is_asked_of_no_round_that_its_ledger_cannot_show(
    town: Town, client: httpx2.AsyncClient
) -> None:
    """It could only refuse, and its alarms are for what is wrong."""
    await town.turns()
    about = await town.publish_ready(await town.ready(way="price"))
    hello = liar(town).greeting(town.clock(), demo=False)
    asked = (await post(client, "hello", hello)).json()
    assert (asked["contribute"], asked["boxes"]) == ([], [])
    await publish(town.call())
    asked = (await post(client, "hello", liar(town).greeting(town.clock(), demo=False))).json()
    assert asked["contribute"] == [about]
    assert len(asked["boxes"]) == 1
