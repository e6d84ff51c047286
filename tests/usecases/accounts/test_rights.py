import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tortoise.exceptions import IntegrityError

from market.accounts import seed, steps
from market.accounts.actions import rights
from market.accounts.actions.progress import SignedIn
from market.accounts.actions.wishes import Ending, Granting, Plain
from market.accounts.models import Grant, Person
from market.accounts.queries import (
    OrganisationCard,
    actor_of,
    certificate_holder,
    organisation,
    organisations,
)
from market.accounts.states import Act, OrganisationKind
from market.audit.models import LedgerEntry, SecurityEvent
from market.infra.db import use_case
from market.kernel.actors import ADMINISTRATORS, THE_CLOCK, Role
from market.kernel.call import Call
from market.kernel.errors import Kind, MarketError
from tests.factories.city import TestCity
from tests.factories.people import actor, few, settle

SECURITY = actor("security-admin", Role.SECURITY_ADMIN)


async def granted(city: TestCity, person: str, role: Role, *regions: str) -> None:
    """Granted, or asked for, by the security administrator."""
    wish = Granting(role, regions or ("511700",))
    await rights.change(city.call(SECURITY), person, Act.GRANT, wish)


async def held(person: str) -> str:
    return (await Grant.get(person_id=person)).code


@pytest.fixture(autouse=True)
async def people(city: TestCity) -> None:
    await settle(city)


@settings(
    max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(wishes=st.lists(st.sampled_from(list(Role)), min_size=1, max_size=6))
async def test_no_order_of_grants_joins_an_administrator_with_anything(
    city: TestCity, wishes: list[Role]
) -> None:
    person = "system-admin"
    for wish in wishes:
        with pytest.raises(MarketError) as refused:
            await granted(city, person, wish)
        assert refused.value.kind is Kind.CONFLICT
    held = await Grant.filter(person_id=person, ended_at=None).values_list("role", flat=True)
    assert list(held) == [Role.SYSTEM_ADMIN]
    assert Role.SYSTEM_ADMIN in ADMINISTRATORS


@pytest.mark.parametrize("role", [r for r in Role if r is not Role.SECURITY_ADMIN])
async def test_only_the_security_administrator_changes_rights(city: TestCity, role: Role) -> None:
    call = city.call(actor("somebody", role))
    entries = await LedgerEntry.all().count()
    for act in (
        rights.change(call, "department", Act.GRANT, Granting(Role.OWNER, ("511700",))),
        rights.change(call, "department", Act.SUSPEND, Plain()),
        rights.unlock(call, "department"),
        rights.change(call, "department", Act.RESET_SECOND_FACTOR, Plain()),
        rights.change(call, "department", Act.END_GRANT, Ending(await held("department"))),
    ):
        with pytest.raises(MarketError) as refused:
            await act
        assert refused.value.kind is Kind.FORBIDDEN
    assert await LedgerEntry.all().count() == entries


async def test_every_change_of_rights_leaves_one_entry_and_one_event(city: TestCity) -> None:
    call = city.call(SECURITY)
    entries, events = await LedgerEntry.all().count(), await SecurityEvent.all().count()
    await granted(city, "department", Role.OWNER, "511702", "511703")
    row = await Grant.get(person_id="department", role=Role.OWNER)
    await rights.change(call, "department", Act.END_GRANT, Ending(row.code))
    for act in (Act.SUSPEND, Act.REACTIVATE):
        await rights.change(call, "department", act, Plain())
    assert await LedgerEntry.all().count() == entries + 4
    assert await SecurityEvent.all().count() == events + 4


async def test_a_refused_change_leaves_nothing(city: TestCity) -> None:
    entries = await LedgerEntry.all().count()
    with pytest.raises(MarketError, match=r"accounts\.regions"):
        await rights.change(
            city.call(SECURITY), "regulator", Act.GRANT, Granting(Role.REGULATOR, ())
        )
    with pytest.raises(MarketError, match="three_administrators"):
        await granted(city, "audit-admin", Role.OWNER)
    assert await LedgerEntry.all().count() == entries


async def test_a_role_given_again_is_a_grant_of_its_own(city: TestCity) -> None:
    call = city.call(SECURITY)
    first = await Grant.get(person_id="department")
    await rights.change(call, "department", Act.END_GRANT, Ending(first.code))
    await granted(city, "department", Role.DEPARTMENT)
    with pytest.raises(MarketError, match=r"accounts\.role_held"):
        await granted(city, "department", Role.DEPARTMENT, "511702")
    assert await Grant.filter(person_id="department").count() == 2


async def test_the_database_itself_refuses_a_second_grant_of_one_role(city: TestCity) -> None:
    row = await Grant.get(person_id="department")
    with pytest.raises(IntegrityError):
        await Grant.create(
            code="another",
            person_id="department",
            role=Role.DEPARTMENT,
            regions=["511700"],
            begins_at=city.clock(),
            held=row.held,
            granted_by="x",
        )


async def test_an_actor_covers_the_regions_of_the_grant_in_use(city: TestCity) -> None:
    @use_case
    async def enter(call: Call) -> SignedIn:
        return SignedIn(await steps.open_session(call, "owner", Role.OWNER), Role.OWNER)

    found = await actor_of((await enter(city.call())).session, city.clock())
    assert found is not None
    assert found.covers("511702")
    assert not found.covers("511703")
    assert found.ledger_name == "owner:owner"
    assert not found.drafts_only
    await Grant.filter(person_id="owner").update(drafts_only=True)
    found = await actor_of((await enter(city.call())).session, city.clock())
    assert found is not None
    assert found.drafts_only
    assert await actor_of("no such token", city.clock()) is None


async def test_a_session_opens_in_a_role_that_is_held_only(city: TestCity) -> None:
    @use_case
    async def enter(call: Call, role: Role) -> SignedIn:
        return SignedIn(await steps.open_session(call, "owner", role), role)

    for role in set(Role) - {Role.OWNER}:
        with pytest.raises(MarketError, match=r"accounts\.no_role"):
            await enter(city.call(), role)


async def test_organisations_are_found_by_code(city: TestCity) -> None:
    card = await organisation("reg-0001")
    assert (card.kind, card.region) == (OrganisationKind.REGULATOR, "511700")
    assert set(await organisations(["reg-0001", "own-0001", "nothing"])) == {"reg-0001", "own-0001"}
    with pytest.raises(MarketError, match=r"not_found\.organisation"):
        await organisation("nothing")
    assert await certificate_holder("00" * 32) is None


@pytest.mark.parametrize("code", ["11511799MX0000019M", "91511702MA6D1X2H7C"])
async def test_an_organisation_is_entered_with_a_right_code_of_its_own(
    city: TestCity, code: str
) -> None:
    @use_case
    async def add(call: Call, card: OrganisationCard) -> None:
        await steps.add_organisations(call, [card])

    card = OrganisationCard("new", "新（演示）", code, OrganisationKind.OWNER, "511700")
    if code.endswith("M"):
        with pytest.raises(MarketError, match="check_digit"):
            await add(city.demo_call(), card)
    else:
        await add(city.call(), card)
        with pytest.raises(IntegrityError):
            await add(city.call(), card)


async def test_seeding_again_changes_nothing(city: TestCity) -> None:
    before = await LedgerEntry.all().count()
    await seed.seed(city.demo_call(THE_CLOCK), few("owner", "regulator"))
    assert await LedgerEntry.all().count() == before
    assert await Person.filter(code="owner").count() == 1
