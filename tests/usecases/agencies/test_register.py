"""The register as the rooms above see it: who may, why not, to the instant."""

from datetime import UTC, datetime, timedelta

import pytest

from market.accounts.models import Organisation
from market.agencies import events, identity
from market.agencies.models import Agency, Offer, Work
from market.agencies.queries import candidates, identity_for_admission, why_not_offer
from market.agencies.rules import today
from market.agencies.seed import seed
from market.agencies.states import Standing
from market.audit.models import LedgerEntry
from market.catalogue import queries as catalogue
from market.catalogue.seed import Loaded
from market.catalogue.seed import seed as enter_items
from market.kernel.actors import THE_CLOCK
from market.kernel.clock import CITY_ZONE
from market.kernel.errors import Kind, MarketError, Refusal
from signing.core.canonical import loads
from tests.factories.city import TestCity
from tests.factories.register import fill


async def test_loading_twice_changes_nothing_and_is_logged_once(city: TestCity) -> None:
    await fill(city)
    before = (await Agency.all().count(), await Offer.all().count(), await Work.all().count())
    assert before[0] == 634
    assert await seed(city.demo_call(THE_CLOCK)) == Loaded(0)
    assert await enter_items(city.demo_call(THE_CLOCK)) == Loaded(0)
    assert before == (
        await Agency.all().count(),
        await Offer.all().count(),
        await Work.all().count(),
    )
    items, register = await LedgerEntry.all().order_by("index")
    assert (items.tag, register.tag) == ("catalogue:items:loaded", "agencies:register:loaded")
    assert events.Loaded.read(loads(bytes(register.data))["facts"]).count == 634
    assert await Organisation.filter(kind="agency").count() == 634


async def test_invented_agencies_do_not_enter_a_real_city(city: TestCity) -> None:
    with pytest.raises(MarketError) as refusal:
        await seed(city.call(THE_CLOCK))
    assert refusal.value.key == "agencies.demo_only"
    assert not await Agency.exists()


async def test_candidates_are_everybody_registered_with_the_reason_of_those_left_out(
    city: TestCity,
) -> None:
    await fill(city, 60)
    now = city.clock()
    for item in await catalogue.items():
        found = await candidates(item.code, now)
        assert len(found) == await Offer.filter(item_id=item.code).count()
        assert [c.code for c in found] == sorted(c.code for c in found)
        for c in found[:8]:
            refusal = await why_not_offer(c.code, item.code, now)
            assert (refusal and refusal.key) == c.reason
            assert c.qualified is (c.reason is None)
            assert type(c.standing) is str
    assert await candidates("nothing", now) == []


def forbidden(key: str | None) -> Refusal | None:
    return key and Refusal(key, Kind.FORBIDDEN)


async def test_an_agency_may_until_its_certificate_ends(city: TestCity) -> None:
    await fill(city, 60)
    now = city.clock()
    offer = await Offer.filter(agency__standing=Standing.GOOD, valid_until__gte=today(now)).first()
    assert offer is not None
    assert offer.valid_until is not None
    last = datetime.combine(offer.valid_until, datetime.min.time(), CITY_ZONE) + timedelta(days=1)
    just = last - timedelta(milliseconds=1)
    assert await why_not_offer(offer.agency_id, offer.item_id, just.astimezone(UTC)) is None
    over = await why_not_offer(offer.agency_id, offer.item_id, last.astimezone(UTC))
    assert over == forbidden("agencies.reason.expired")
    (then,) = [c for c in await candidates(offer.item_id, last) if c.code == offer.agency_id]
    assert (then.qualified, then.reason) == (False, "agencies.reason.expired")


@pytest.mark.parametrize(
    ("standing", "reason"),
    [
        (Standing.WATCH, None),
        (Standing.SUSPENDED, "agencies.reason.suspended"),
        (Standing.REMOVED, "agencies.reason.removed"),
    ],
)
async def test_standing_decides_at_once(
    city: TestCity, standing: Standing, reason: str | None
) -> None:
    await fill(city, 60)
    await Agency.filter(code="ag-0001").update(standing=standing)
    assert await why_not_offer("ag-0001", "soil-conservation", city.clock()) == forbidden(reason)


async def test_others_reasons(city: TestCity) -> None:
    await fill(city, 60)
    now = city.clock()
    assert await why_not_offer("ag-0001", "surveying", now) == forbidden(
        "agencies.reason.not_registered"
    )
    assert await why_not_offer("nobody", "surveying", now) == forbidden(
        "agencies.reason.not_registered"
    )
    await Offer.filter(agency_id="ag-0001", item_id="flood-impact").update(item_id="lightning-risk")
    assert await why_not_offer("ag-0001", "lightning-risk", now) == forbidden(
        "agencies.reason.item_closed"
    )


async def test_a_name_has_one_door_and_an_admission_names_the_asker(city: TestCity) -> None:
    await fill(city, 60)
    row = await Agency.get(code="ag-0007")
    known = await identity.of("ag-0007")
    assert (known.code, known.name, known.credit_code) == (row.code, row.name, row.credit_code)
    asked = await identity_for_admission("ag-0007")
    assert (asked.name, asked.red) == (row.name, row.red)
    for door in (identity.of, identity_for_admission):
        with pytest.raises(MarketError):
            await door("ag-9999")
