"""Who may touch whose rights: each answer for each role."""

import pytest

from market.accounts import policy
from market.kernel.actors import Actor, Role
from market.kernel.errors import Kind, Refusal

OTHERS_DO = Refusal("guard.forbidden", Kind.FORBIDDEN)


def by(role: Role, code: str = "a", *, session: str | None = "s") -> Actor:
    return Actor(role, code, session=session)


@pytest.mark.parametrize("role", Role)
def test_the_system_administrator_opens_accounts_and_changes_no_rights(role: Role) -> None:
    opens = None if role is Role.SYSTEM_ADMIN else OTHERS_DO
    assert policy.why_not_open_account(by(role)) == opens
    changes = None if role is Role.SECURITY_ADMIN else OTHERS_DO
    assert policy.why_not_change_rights(by(role), "b") == changes


def test_nobody_changes_their_own_rights() -> None:
    own = policy.why_not_change_rights(by(Role.SECURITY_ADMIN), "a")
    assert own == Refusal("accounts.own_rights", Kind.FORBIDDEN)


@pytest.mark.parametrize("role", Role)
def test_at_the_machine_the_first_owner_and_administrators_are_entered_once(role: Role) -> None:
    first = {Role.OWNER, Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN, Role.AUDIT_ADMIN}
    elsewhere = Refusal("accounts.not_at_the_machine", Kind.CONFLICT)
    held = Refusal("accounts.not_the_first", Kind.CONFLICT)
    fits = role in first
    assert policy.why_not_enter_first(role, was_held=False) == (None if fits else elsewhere)
    assert policy.why_not_enter_first(role, was_held=True) == (held if fits else elsewhere)


@pytest.mark.parametrize(
    ("actor", "fine"),
    [
        (by(Role.AGENCY), True),
        (by(Role.AGENCY, "b"), False),
        (by(Role.SECURITY_ADMIN, "b"), True),
        (by(Role.SYSTEM_ADMIN, "b"), False),
        (by(Role.AGENCY, session=None), False),
        (by(Role.SECURITY_ADMIN, "b", session=None), False),
    ],
)
def test_who_ends_a_session(actor: Actor, *, fine: bool) -> None:
    hidden = Refusal("not_found.session", Kind.NOT_FOUND)
    assert policy.why_not_end_session(actor, "a") == (None if fine else hidden)
