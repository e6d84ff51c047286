"""Hours, numbers and sums of a round at their exact values."""

from dataclasses import replace
from datetime import datetime, timedelta

import httpx2
import pytest

from market.documents import signatures
from market.documents.signatures import Signature, StatementKind
from market.kernel.actors import Actor
from market.kernel.errors import Kind, MarketError, Refusal
from market.kernel.money import MAX_FEN
from market.selection.deciding.freeze import GRACE
from market.selection.models import TrusteeSeen
from market.selection.publishing.publication import ALIVE, alive, why_not_suffice
from market.selection.states import State
from signing.core.canonical import instant
from tests.factories.owners import Browser
from tests.factories.standing import RoundAsItStands
from tests.factories.town import OWNER, SECOND, Town

TICK = timedelta(milliseconds=1)


async def test_a_trustee_is_alive_for_a_day_to_the_millisecond(town: Town) -> None:
    await town.turns()
    anchors, now = town.city.tools.anchors, town.clock()
    assert timedelta(hours=24) == ALIVE
    await TrusteeSeen.filter(trustee="notary").update(at=now)
    assert "notary" in await alive(anchors, now + ALIVE)
    assert "notary" not in await alive(anchors, now + ALIVE + TICK)


@pytest.mark.parametrize(
    ("seen", "enough"),
    [
        (["regulator", "notary", "platform"], True),
        (["regulator", "notary"], False),
        (["regulator", "platform"], False),
        (["platform"], False),
        ([], False),
    ],
)
def test_enough_trustees_are_one_more_than_open_and_most_of_the_independent(
    town: Town, seen: list[str], *, enough: bool
) -> None:
    anchors = town.city.tools.anchors
    assert (anchors.k, [one.id for one in anchors.trustees]) == (
        2,
        ["regulator", "notary", "platform"],
    )
    too_few = {"seen": len(seen), "need": 3}
    missing = Refusal("selection.trustees_missing", Kind.UNAVAILABLE, too_few)
    assert why_not_suffice(anchors, seen) == (None if enough else missing)


async def test_one_of_two_independent_trustees_is_not_most_of_them(
    town: Town, client: httpx2.AsyncClient
) -> None:
    """Even where a single one could open: half of the independent ones is too few."""
    code = await town.ready(way="price")
    state = town.city.app.state
    anchors = replace(state.door.tools.anchors, k=1)

    async def find_actor(_token: str, _now: datetime) -> Actor:
        return OWNER

    tools = replace(state.door.tools, anchors=anchors)
    state.door = replace(state.door, tools=tools, find_actor=find_actor)
    for other, why_not in (("notary", None), ("platform", "selection.trustees_missing")):
        refusal = why_not_suffice(anchors, ["regulator", other])
        assert (refusal and refusal.key) == why_not
        await TrusteeSeen.all().delete()
        for one in ("regulator", other):
            await TrusteeSeen.create(trustee=one, at=town.clock(), said_at=town.clock(), size=0)
        page = await Browser(client, OWNER).get(f"/projects/{code}/publish")
        assert ("data-publish" in page.text) is (why_not is None)


async def test_what_came_last_is_waited_for_five_minutes_and_no_longer(
    town: Town, accepting: RoundAsItStands
) -> None:
    town.down = {"platform"}  # who looks into boxes too, and whom no quorum needs
    await town.apply(accepting.about, 9_000_000, 8_000_000, 8_500_000)
    await town.until(accepting.deadline_at)
    first = await town.round(accepting.about)
    assert first.state is State.ACCEPTING
    assert timedelta(minutes=5) == GRACE
    town.clock.now = accepting.deadline_at + GRACE - TICK
    await town.turns()
    assert (await town.round(accepting.about)).state is State.ACCEPTING
    town.clock.now = accepting.deadline_at + GRACE
    await town.turns()
    assert (await town.round(accepting.about)).state is not State.ACCEPTING


def test_a_statement_is_fresh_for_its_minutes_and_never_from_tomorrow(town: Town) -> None:
    now = town.clock()
    kind = StatementKind("test", lambda data, _about: {"signed_at": data.decode()}, lambda _b: ())

    def told(ago: timedelta) -> None:
        signature = Signature(instant(now - ago).encode(), b"", holder=None)  # type: ignore[arg-type]  # nobody reads it
        signatures.read(town.call(), kind, "", signature)

    for ago in (timedelta(0), kind.fresh):
        told(ago)
    for ago in (-TICK, kind.fresh + TICK):
        with pytest.raises(MarketError, match=r"documents\.statement_old"):
            told(ago)


async def test_the_largest_sum_goes_through_a_round_to_the_fen(
    town: Town, client: httpx2.AsyncClient
) -> None:
    assert 2**31 < MAX_FEN < 2**53
    typed = {"control_price": "10000000", "control_price_sure": "10000000 wan"}
    await town.turns()
    code = await town.ready(way="price", funding="social", **typed)
    about = await town.publish_ready(code, SECOND)  # so much takes two
    await town.turns()
    found = await town.round(about)
    assert found.control_price_fen == MAX_FEN
    await town.apply(found.about, MAX_FEN, MAX_FEN - 1, MAX_FEN)
    done = await town.to_reveal(found.about)
    assert (done.state, done.winner_price_fen) == (State.REVEALED, MAX_FEN - 1)
    shown = (await client.get(f"/projects/{found.project}")).text
    assert "99,999,999,999.99" in shown
    assert "100,000,000,000.00" in shown
    listed = (await client.get(f"/api/projects/{found.project}")).json()
    assert listed["control_price_fen"] == MAX_FEN
