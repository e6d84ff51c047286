"""Rights that take two, as a closed system: what one person alone brings about, and any order.

What makes one person another is a whole password, a certificate, a lost authenticator, a role, an
account. Each person alone tries every act on everybody; then orders of everybody's acts are drawn,
and each change is held against who asked for it and who confirmed it.
"""

from collections.abc import Iterator
from contextlib import suppress
from itertools import product
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from market.accounts import passwords, rules, second_person
from market.accounts.actions import opening, requests, rights
from market.accounts.actions.certificates import pem
from market.accounts.actions.changes import CHANGES
from market.accounts.actions.people import add_person
from market.accounts.actions.wishes import (
    Ending,
    Granting,
    NewOrganisation,
    NewPerson,
    Plain,
    Recording,
    Resetting,
    Striking,
    Wish,
)
from market.accounts.models import CertificateRecord, Grant, Person, RightsRequest
from market.accounts.second_person import PAIRS, WATCHED, WATCHING, Asker, Concerned
from market.accounts.states import Act, OrganisationKind, RequestState
from market.accounts.steps import grant_role
from market.infra.db import use_case
from market.kernel.actors import ADMINISTRATORS, Actor, Role
from market.kernel.call import Call
from market.kernel.errors import MarketError
from market.settings import Settings
from signing.core.errors import Refused
from signing.pki.subjects import Subject
from tests.factories.authority import found
from tests.factories.city import TestCity
from tests.factories.people import actor, credit_code, settle

PEOPLE = {
    "system-admin": Role.SYSTEM_ADMIN,
    "security-admin": Role.SECURITY_ADMIN,
    "security-2": Role.SECURITY_ADMIN,
    "audit-admin": Role.AUDIT_ADMIN,
    "audit-2": Role.AUDIT_ADMIN,
    "regulator": Role.REGULATOR,
    "spare": None,
}
Snapshot = dict[str, tuple[object, ...]]


@use_case
async def _beside(call: Call, code: str, role: Role | None) -> None:
    new = NewPerson(code, "试演", "opr-0001", code=code)
    person = await add_person(call, new, "no hash")
    if role:
        await grant_role(call, person, role, ["511700"], None)


@pytest.fixture
async def certificate(city: TestCity, tmp_path: Path, settings: Settings) -> str:
    """A certificate that names nobody's organisation, so that it might stand for each of them."""
    ca = found(tmp_path / "ca", settings.data, city.clock())
    return pem(ca.issue("person", Subject("严演督"), city.clock()).certificate)


@pytest.fixture(autouse=True)
async def people(city: TestCity) -> None:
    await settle(city)
    for code in ("security-2", "audit-2", "spare"):
        await _beside(city.call(), code, PEOPLE[code])


async def watchers() -> Snapshot:
    """All that makes somebody who watches, or might, what they are."""
    rows = await Person.filter(organisation__kind__in=WATCHED)
    grants = await Grant.filter(ended_at=None).order_by("code")
    cards = await CertificateRecord.filter(revoked_at=None)
    return {
        row.code: (
            row.state,
            row.password_hash,
            row.totp_salt,
            tuple(g.role for g in grants if g.person_id == row.code),
            tuple(c.sha256 for c in cards if c.person_id == row.code),
        )
        for row in rows
    }


async def acting(code: str) -> Actor:
    """Somebody in the role held now, or as one who has a session left."""
    grant = await Grant.get_or_none(person_id=code, ended_at=None)
    return actor(code, grant.role if grant else Role.OWNER)


async def wishes_for(act: Act, person: str, role: Role, certificate: str) -> Wish:
    if act is Act.GRANT:
        return Granting(role, ("511700",))
    if act is Act.END_GRANT:
        grant = await Grant.filter(person_id=person, ended_at=None).first()
        return Ending(grant.code if grant else "")
    if act is Act.RECORD_CERTIFICATE:
        return Recording(certificate, for_organisation=False, other_name=True)
    if act is Act.STRIKE_CERTIFICATE:
        card = await CertificateRecord.filter(person_id=person, revoked_at=None).first()
        return Striking(card.sha256 if card else "")
    return Resetting() if act is Act.RESET_PASSWORD else Plain()


async def tried(city: TestCity, by: str, act: Act, person: str, role: Role, card: str) -> None:
    """One act; a refusal is fine, a crash is not."""
    call = city.call(await acting(by))
    with suppress(MarketError, Refused):
        if act is Act.OPEN:
            kind = OrganisationKind.REGULATOR
            body = NewOrganisation(credit_code(7), "测试监督办", kind, "511700")
            await opening.open_account(call, NewPerson(f"new-{by}", "新", ""), body, "")
        else:
            await rights.change(call, person, act, await wishes_for(act, person, role, card))


async def answered(city: TestCity, by: str, code: str, answer: str) -> None:
    call = city.call(await acting(by))
    with suppress(MarketError):
        await getattr(requests, answer)(call, code)


@pytest.mark.parametrize("alone", PEOPLE)
async def test_nobody_alone_brings_anything_about(
    city: TestCity, certificate: str, alone: str
) -> None:
    before = await watchers()
    for act, person, role in product(Act, PEOPLE, sorted(WATCHING)):
        if act is Act.GRANT or role is Role.REGULATOR:
            await tried(city, alone, act, person, role, certificate)
            assert await watchers() == before, (act, person, role)
    waiting = await RightsRequest.filter(state=RequestState.WAITING).values_list("code", flat=True)
    assert bool(waiting) is (PEOPLE[alone] in {Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN})
    for answer, code in product(("confirm", "refuse", "withdraw"), waiting):
        await answered(city, alone, str(code), answer)
        assert await watchers() == before, (answer, code)


STEPS = st.lists(
    st.tuples(
        st.sampled_from(["ask", "ask", "confirm", "confirm", "confirm", "refuse", "withdraw"]),
        st.sampled_from(list(PEOPLE)),
        st.sampled_from(list(Act)),
        st.sampled_from(list(PEOPLE)),
        st.sampled_from(sorted(WATCHING)),
        st.integers(0, 99),
    ),
    min_size=10,
    max_size=40,
)


@settings(
    max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(order=STEPS)
async def test_no_order_of_acts_lets_one_do_what_takes_two(
    city: TestCity, certificate: str, order: list[tuple[str, str, Act, str, Role, int]]
) -> None:
    for what, by, act, person, role, number in order:
        before = await watchers()
        if what == "ask":
            await tried(city, by, act, person, role, certificate)
        else:
            rows = await RightsRequest.filter(state=RequestState.WAITING).order_by("code")
            if rows:
                await answered(city, by, rows[number % len(rows)].code, what)
        after = await watchers()
        changed = {code for code in after if after[code] != before.get(code)}
        if changed:
            await must_have_taken_two(city, changed, by)
        for _, _, _, roles, _ in after.values():
            assert len(roles) <= 1, "nobody watches in two offices"


async def must_have_taken_two(city: TestCity, changed: set[str], by: str) -> None:
    """The last confirmed request is about the one who changed, and of two people in two offices."""
    (person,) = changed
    confirmed = RightsRequest.filter(state=RequestState.CONFIRMED, person=person, closed_by=by)
    row = await confirmed.filter(closed_at=city.clock()).order_by("-asked_at").first()
    assert row is not None
    assert row.asked_by != by != person
    assert row.asked_by != person or row.act is Act.RECORD_CERTIFICATE
    held = await Grant.filter(person_id=by).values_list("role", flat=True)
    assert any(role in ADMINISTRATORS and role is not row.asked_as for role in held)


def subjects() -> Iterator[Concerned]:
    for role in (None, *sorted(WATCHING)):
        yield Concerned("x", frozenset({role} if role else ()))


def test_the_table_wants_two_offices_for_everything_and_somebody_can_confirm_it() -> None:
    assert PAIRS.keys() == {None, *WATCHING}
    assert set(Act) == {*CHANGES, Act.OPEN}
    assert {kind for kind, roles in rules.ROLES_OF.items() if roles & WATCHING} == WATCHED
    for whose, act in product(subjects(), Act):
        asks = {r for r in Role if second_person.why_not_ask(actor("a", r), whose, act) is None}
        assert asks
        assert asks <= ADMINISTRATORS
        for asker in asks:
            may = {
                role
                for role in Role
                if second_person.why_not_confirm(actor("b", role), whose, act, Asker("a", asker))
                is None
            }
            assert may, (whose, act, asker)
            assert asker not in may
            assert may <= ADMINISTRATORS
            for same in ("a", "x"):
                said = second_person.why_not_confirm(
                    actor(same, next(iter(may))), whose, act, Asker("a", asker)
                )
                assert said is not None, "neither who asked nor the one concerned"


@pytest.mark.parametrize("lost", sorted(ADMINISTRATORS))
def test_whoever_of_the_three_is_lost_the_other_two_bring_back(lost: Role) -> None:
    others = ADMINISTRATORS - {lost}
    whose = Concerned("lost", frozenset({lost}))
    assert any(
        second_person.why_not_ask(actor("a", asker), whose, Act.RESET_PASSWORD) is None
        and second_person.why_not_confirm(
            actor("b", other), whose, Act.RESET_PASSWORD, Asker("a", asker)
        )
        is None
        for asker, other in product(others, others)
    )


def test_the_halves_are_two_and_make_a_good_password() -> None:
    for number in range(200):
        first, second = passwords.halves(b"k" * 32, f"request-{number}")
        assert len(first) == len(second) == 9
        assert first != second
        assert passwords.weakness(f"{first}-{second}", "login") is None
    assert passwords.halves(b"k" * 32, "a") != passwords.halves(b"l" * 32, "a")
    assert passwords.halves(b"k" * 32, "a") == passwords.halves(b"k" * 32, "a")
