from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from market.accounts import rules
from market.accounts.rules import Failures, Progress, next_step, why_not_grant
from market.accounts.states import PERSON, Method, OrganisationKind, PersonState, Step
from market.kernel.actors import ADMINISTRATORS, Role
from market.kernel.errors import Kind, Refusal
from signing.core.credit_codes import is_identity_number

NOW = datetime(2026, 11, 23, 1, tzinfo=UTC)
KINDS = st.sampled_from(list(OrganisationKind))


@given(st.lists(st.sampled_from(list(Role)), max_size=12), KINDS)
def test_whatever_is_asked_for_in_any_order_an_administrator_holds_one_role_only(
    wishes: list[Role], kind: OrganisationKind
) -> None:
    held: list[Role] = []
    for wish in wishes:
        if why_not_grant(held, wish, kind) is None:
            held.append(wish)
    assert len(held) == len(set(held))
    assert not ADMINISTRATORS.intersection(held) or len(held) == 1


@given(st.sets(st.sampled_from(rules.GRANTABLE)), st.sampled_from(rules.GRANTABLE), KINDS)
def test_administrators_are_refused_beside_anything_and_anything_beside_them(
    held: set[Role], new: Role, kind: OrganisationKind
) -> None:
    refusal = why_not_grant(held, new, kind)
    if held and new not in held and (new in ADMINISTRATORS or held & ADMINISTRATORS):
        assert refusal == Refusal("accounts.three_administrators", Kind.CONFLICT)
    if refusal is None:
        assert all({new, role} == {Role.OWNER, Role.DEPARTMENT} for role in held)


@pytest.mark.parametrize(
    ("held", "new", "kind", "refusal"),
    [
        ([], Role.OWNER, OrganisationKind.OWNER, None),
        ([Role.DEPARTMENT], Role.OWNER, OrganisationKind.DEPARTMENT, None),
        ([Role.OWNER], Role.OWNER, OrganisationKind.OWNER, "accounts.role_held"),
        ([Role.OWNER], Role.AGENCY, OrganisationKind.AGENCY, "accounts.roles_exclude"),
        ([Role.REGULATOR], Role.OWNER, OrganisationKind.OWNER, "accounts.roles_exclude"),
        ([], Role.AGENCY, OrganisationKind.OWNER, "accounts.role_not_of_kind"),
        ([], Role.SYSTEM_ADMIN, OrganisationKind.REGULATOR, "accounts.role_not_of_kind"),
        ([], Role.TRUSTEE, OrganisationKind.OPERATOR, "accounts.role_unknown"),
        ([], Role.CLOCK, OrganisationKind.OPERATOR, "accounts.role_unknown"),
    ],
)
def test_each_refusal_says_why(
    held: list[Role], new: Role, kind: OrganisationKind, refusal: str | None
) -> None:
    expected = None if refusal is None else Refusal(refusal, Kind.CONFLICT)
    assert why_not_grant(held, new, kind) == expected


HOLDS = {
    OrganisationKind.OWNER: {Role.OWNER},
    OrganisationKind.AGENCY: {Role.AGENCY},
    OrganisationKind.DEPARTMENT: {Role.DEPARTMENT, Role.OWNER},
    OrganisationKind.REGULATOR: {Role.REGULATOR},
    OrganisationKind.OPERATOR: {Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN, Role.AUDIT_ADMIN},
}


@pytest.mark.parametrize("kind", OrganisationKind)
def test_an_organisation_s_people_hold_its_roles_and_no_others(kind: OrganisationKind) -> None:
    assert {role for role in Role if why_not_grant([], role, kind) is None} == HOLDS[kind]


@pytest.mark.parametrize(
    ("name", "fine"),
    [
        ("abc", True),
        ("ab", False),
        ("A" * 64, True),
        ("a" * 65, False),
        ("0._@-", True),
        ("_abc", False),
        ("a bc", False),
        ("abc\n", False),
        ("明选网", False),
    ],
)
def test_a_login_name_has_three_to_64_plain_characters(name: str, fine: bool) -> None:
    assert bool(rules.is_login_name(name)) is fine


@pytest.mark.parametrize(
    ("number", "fine"),
    [
        ("13000000000", True),
        ("19999999999", True),
        ("12999999999", False),
        ("1300000000", False),
        ("130000000000", False),
        ("１3000000000", False),
    ],
)
def test_a_mobile_number_has_its_digits(number: str, fine: bool) -> None:
    assert bool(rules.is_mobile_number(number)) is fine


def test_a_password_that_somebody_else_set_is_over_after_its_hours() -> None:
    tick = timedelta(milliseconds=1)
    for ago, over in ((timedelta(hours=24) - tick, False), (timedelta(hours=24), True)):
        assert rules.one_time_is_over(True, NOW - ago, NOW, 24) is over
        assert not rules.one_time_is_over(False, NOW - ago, NOW, 24)


def test_five_failures_lock_for_fifteen_minutes_and_then_the_count_starts_anew() -> None:
    found = Failures()
    for number in range(1, 6):
        assert not found.is_locked(NOW)
        found = found.after_one_more(NOW, 5, 15)
        assert found.count == number
    assert found.is_locked(NOW)
    assert found.is_locked(NOW + timedelta(minutes=15, milliseconds=-1))
    later = NOW + timedelta(minutes=15)
    assert not found.is_locked(later)
    assert found.after_one_more(later, 5, 15) == Failures(1, None)


BASE = Progress(Method.PASSWORD, False, False, False, False, 1)


@pytest.mark.parametrize(
    ("progress", "step"),
    [
        (BASE, None),
        (Progress(Method.PASSWORD, True, False, True, True, 2), Step.SECOND_FACTOR),
        (Progress(Method.PASSWORD, False, False, True, True, 2), Step.ENROL),
        (Progress(Method.PASSWORD, True, True, True, True, 2), Step.NEW_PASSWORD),
        (Progress(Method.PASSWORD, True, True, True, False, 2), Step.ROLE),
        (Progress(Method.PASSWORD, True, True, True, False, 1), None),
        (Progress(Method.CERTIFICATE, True, False, True, True, 2), Step.ROLE),
        (Progress(Method.CERTIFICATE, True, False, True, True, 1), None),
    ],
)
def test_a_sign_in_waits_for_one_thing_after_another(progress: Progress, step: Step) -> None:
    assert next_step(progress) is step


@pytest.mark.parametrize(
    ("path", "fine"),
    [
        ("/my/projects?x=1", True),
        ("//evil.example", False),
        ("/\\evil.example", False),
        ("https://evil.example", False),
        ("javascript:alert(1)", False),
        ("/a\r\nset-cookie: session=x", False),
        ("/sign-in/role", False),
        ("/sign-out", False),
        ("", False),
        ("/" + "a" * 199, True),
        ("/" + "a" * 200, False),
        ("/signatures", True),
    ],
)
def test_a_sign_in_leads_to_this_site_only(path: str, fine: bool) -> None:
    assert rules.may_go_on_to(path) is fine


@given(st.text())
def test_no_text_leads_elsewhere(text: str) -> None:
    if rules.may_go_on_to(text):
        assert text[0] == "/"
        assert text[1:2] not in {"/", "\\"}
        assert "\n" not in text


def test_identity_numbers_have_a_check_digit() -> None:
    assert is_identity_number("11010519491231002X")  # the standard's own example
    assert not is_identity_number("110105194912310021")
    assert not is_identity_number("1101051949123100２X")
    assert not is_identity_number("")


def test_both_states_of_a_person_can_be_reached() -> None:
    assert set(PERSON.states) == set(PersonState)
