"""Who comes in: for each guard those who may, and everybody else."""

import pytest

from market.kernel.actors import NOBODY, Actor, Role
from market.kernel.errors import Kind, MarketError
from market.web import guards
from market.web.guards import Guard

PEOPLE = set(Role) - {Role.ANYONE, Role.CLOCK, Role.TRUSTEE}
THREE = {Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN, Role.AUDIT_ADMIN}


def why_not(guard: Guard, actor: Actor) -> tuple[str, Kind] | None:
    try:
        guard.must_admit(actor)
    except MarketError as refused:
        return refused.key, refused.kind
    return None


@pytest.mark.parametrize(
    ("guard", "name", "roles"),
    [
        (guards.SIGNED_IN, "signed_in", PEOPLE),
        (guards.OWNER, "owner", {Role.OWNER}),
        (guards.AGENCY, "agency", {Role.AGENCY}),
        (guards.DEPARTMENT, "department", {Role.DEPARTMENT}),
        (guards.REGULATOR, "regulator", {Role.REGULATOR}),
        (guards.ADMINISTRATOR, "administrator", THREE),
        (guards.SECURITY_ADMIN, "security_admin", {Role.SECURITY_ADMIN}),
        (guards.OVERSIGHT, "oversight", {Role.REGULATOR, Role.AUDIT_ADMIN}),
    ],
)
def test_a_guard_admits_its_roles_and_tells_the_others_why(
    guard: Guard, name: str, roles: set[Role]
) -> None:
    assert (guard.name, guard.demo) == (name, False)
    assert why_not(guard, NOBODY) == ("guard.sign_in", Kind.SIGN_IN)
    for role in Role:
        refused = None if role in roles else ("guard.forbidden", Kind.FORBIDDEN)
        assert why_not(guard, Actor(role, "p", session="s")) == refused, role


def test_two_guards_let_everybody_in_and_one_of_them_only_where_the_city_is_a_demo() -> None:
    open_ = (guards.ANYONE, guards.DEMO)
    assert [(guard.name, guard.demo) for guard in open_] == [("anyone", False), ("demo", True)]
    assert [why_not(guard, NOBODY) for guard in open_] == [None, None]
