"""An escrow is opened on a regulator's signed order, by trustees that pin the key, and not else."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from market.infra import db
from market.kernel.errors import MarketError
from market.selection.escrow.opening_order import order_opening
from market.selection.forms import SignedOrder
from market.selection.jobs import open_ordered
from market.selection.models import Envelope, Opened, OpeningOrder, TrusteeAlarm
from market.selection.states import State
from market.selection.trustees import messages
from market.selection.trustees.messages import as_trustee
from signing.core.canonical import dumps
from signing.rounds import admission
from signing.trustee import order_key, wire
from signing.trustee.orders import opening_order
from signing.trustee.trustee import Trustee
from tests.factories.openings import REASON, REGULATOR, Case
from tests.factories.town import OWNER, entries, tags


async def test_the_next_follows_and_nobody_is_named(case: Case) -> None:
    assert case.round.state is State.REVEALED
    assert [move["cause"] for move in case.round.moves] == ["IDENTITY_UNBOUND"]
    row = await case.row()
    assert (row.code, row.order, row.agency, row.given) == (row.code, None, None, ())
    assert case.gone.code not in json.dumps(await entries(case.round.about))


async def test_an_order_opens_the_escrow_and_publishes_the_breach(case: Case) -> None:
    await order_opening(case.town.call(REGULATOR), case.round.about, await case.order())
    assert (await case.row()).opened_at is None
    await case.turns()
    row = await case.row()
    assert (row.binds, row.agency, row.reason) == (True, case.gone.code, REASON)
    assert len(row.given) >= case.round.terms["k"]
    told = {e["tag"].rsplit(":", 1)[-1]: e["facts"] for e in await entries(case.round.about)}
    assert told["escrow_ordered"]["order"] == row.order
    assert (told["escrow_opened"]["opens"], told["escrow_opened"]["binds"]) == (True, True)
    breach = told["breached"]
    assert breach["agency"]["credit_code"] == case.gone.credit_code
    opened = admission.agency_commit(bytes.fromhex(breach["agency_salt"]), case.gone.code)
    payloads = await Opened.filter(envelope__kind="application")
    commits = [json.loads(bytes(p.payload))["admission"]["agency_commit"] for p in payloads]
    assert opened in commits
    assert await Opened.filter(envelope__kind="escrow").count() == 1


async def test_after_the_opening_nothing_happens_twice(case: Case) -> None:
    order = await case.order()
    call = case.town.call(REGULATOR)
    await order_opening(call, case.round.about, order)
    await case.turns()
    said = await tags(case.round.about)
    await case.turns()
    assert await tags(case.round.about) == said
    with pytest.raises(MarketError, match=r"selection\.ordered_already"):
        await order_opening(call, case.round.about, order)


async def test_with_too_few_trustees_it_waits_visibly(
    case: Case, monkeypatch: pytest.MonkeyPatch
) -> None:
    case.town.down = {"notary", "platform"}
    await order_opening(case.town.call(REGULATOR), case.round.about, await case.order())
    with monkeypatch.context() as patch:
        patch.setattr(db, "unit", lambda: pytest.fail("who waits for trustees takes no lock"))
        await open_ordered(case.town.call())
    await case.turns()
    row = await case.row()
    assert (row.given, row.opened_at) == (("regulator",), None)
    case.town.down = set()
    await case.turns()
    assert (await case.row()).agency == case.gone.code


async def test_who_may_order(case: Case) -> None:
    order = await case.order()
    elsewhere = replace(REGULATOR, regions=("510100",))
    for actor in (OWNER, case.gone.actor, elsewhere):
        with pytest.raises(MarketError, match=r"selection\.not_the_regulator"):
            await order_opening(case.town.call(actor), case.round.about, order)
    assert not await OpeningOrder.exists()


@pytest.mark.parametrize(
    ("changes", "key"),
    [
        ({"about": "round:DZ-2026-999999/1"}, "selection.order.about"),
        ({"envelope": "ab" * 32}, "selection.order.envelope"),
        ({"reason": "短"}, "selection.order.reason"),
        ({"at": "yesterday"}, "selection.order.shape"),
        ({"envelope": "AB"}, "selection.order.shape"),
    ],
)
async def test_an_order_for_something_else_is_refused(
    case: Case, changes: dict[str, str], key: str
) -> None:
    order = await case.order(**changes)
    with pytest.raises(MarketError, match=key) as refused:
        await order_opening(case.town.call(REGULATOR), case.round.about, order)
    assert refused.value.fields == {"order": (key, {})}
    assert not await OpeningOrder.exists()


@pytest.mark.parametrize(
    "text", ["", "{}", "[1]", '{"v":1,"v":1}', "\ud7ff", "not json", "{" * 500]
)
async def test_hostile_texts_are_refused_with_a_sentence(case: Case, text: str) -> None:
    with pytest.raises(MarketError, match=r"selection\.order\.shape"):
        await order_opening(case.town.call(REGULATOR), case.round.about, SignedOrder(order=text))


async def test_a_loser_cannot_be_ordered_open(case: Case) -> None:
    row = await case.row()
    others = await Envelope.filter(kind="escrow").exclude(sha256=row.escrow)
    assert len(others) == 2
    for other in others:
        with pytest.raises(MarketError, match=r"selection\.order\.envelope"):
            await order_opening(
                case.town.call(REGULATOR),
                case.round.about,
                await case.order(envelope=other.sha256),
            )


async def test_a_key_that_is_not_pinned_orders_nothing(case: Case, tmp_path: Path) -> None:
    order_key.make(tmp_path / "other.json")
    case.key = tmp_path / "other.json"
    with pytest.raises(MarketError, match=r"selection\.order\.signature"):
        await order_opening(case.town.call(REGULATOR), case.round.about, await case.order())


async def test_the_platform_alone_cannot_make_an_order_that_trustees_obey(case: Case) -> None:
    """The canary of the whole: rights over the database do not open an escrow."""
    row = await case.row()
    at = "2026-11-23T01:00:00.000Z"
    forged = opening_order(
        case.town.city.tools.keys.ed25519("platform"),
        about=case.round.about,
        envelope=row.escrow,
        reason=REASON,
        at=at,
    )
    act = (await Envelope.get(sha256=row.escrow)).act_id
    await OpeningOrder.create(
        sha256="00" * 32,
        round_id=case.round.about,
        leaf=row.leaf,
        envelope_id=row.escrow,
        body=forged,
        ordered_at=case.town.clock(),
        act_id=act,
    )
    await case.turns()
    row = await case.row()
    assert (row.given, row.agency) == ((), None)
    assert {a.code for a in await TrusteeAlarm.all()} >= {"opening_order"}


async def test_shares_that_nobody_ordered_are_not_taken(case: Case) -> None:
    row = await case.row()
    one: Trustee = case.town.trustees[0]
    body = wire.release(
        one.own,
        about=case.round.about,
        what="escrow",
        at="2026-11-23T01:00:00.000Z",
        envelopes=[row.escrow],
        freeze_index=None,
        tree_size=None,
    )
    release = wire.Release(one.own.id, case.round.about, "escrow", body, {row.escrow: b"x" * 32})
    with pytest.raises(MarketError, match=r"selection\.not_ordered"):
        await messages.take_release(as_trustee(case.town.call(), one.own.id), release)
    assert dumps(body)
