"""Pure rules of rights and sign-in: which roles exclude one another, what a sign-in still needs.

Sources: 三员分立 and failed sign-ins GB/T 22239-2019 §8.1.4; the figures are the region's.
Whether a password is right, and who may change whose rights, is decided elsewhere.
"""

import re
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from market.accounts.states import Method, OrganisationKind, Step
from market.kernel.actors import ADMINISTRATORS, Role
from market.kernel.errors import Kind, Refusal

GRANTABLE = (
    Role.OWNER,
    Role.AGENCY,
    Role.DEPARTMENT,
    Role.REGULATOR,
    Role.SYSTEM_ADMIN,
    Role.SECURITY_ADMIN,
    Role.AUDIT_ADMIN,
)
# Whoever buys, sells, or watches both must not be one person; a department may buy for itself.
TOGETHER = frozenset({frozenset({Role.OWNER, Role.DEPARTMENT})})
ROLES_OF = {
    OrganisationKind.OWNER: frozenset({Role.OWNER}),
    OrganisationKind.AGENCY: frozenset({Role.AGENCY}),
    OrganisationKind.DEPARTMENT: frozenset({Role.DEPARTMENT, Role.OWNER}),
    OrganisationKind.REGULATOR: frozenset({Role.REGULATOR}),
    OrganisationKind.OPERATOR: ADMINISTRATORS,
}

is_login_name = re.compile(r"[0-9A-Za-z][0-9A-Za-z._@-]{2,63}").fullmatch
is_mobile_number = re.compile(r"1[3-9][0-9]{9}").fullmatch


def why_not_grant(held: Collection[Role], new: Role, kind: OrganisationKind) -> Refusal | None:
    """Why ``new`` cannot join the roles ``held`` by a person of such an organisation."""
    if new not in GRANTABLE:
        return Refusal("accounts.role_unknown", Kind.CONFLICT)
    if new in held:
        return Refusal("accounts.role_held", Kind.CONFLICT)
    if any(frozenset({new, role}) not in TOGETHER for role in held):
        if new in ADMINISTRATORS or not ADMINISTRATORS.isdisjoint(held):
            return Refusal("accounts.three_administrators", Kind.CONFLICT)
        return Refusal("accounts.roles_exclude", Kind.CONFLICT)
    if new not in ROLES_OF[kind]:
        return Refusal("accounts.role_not_of_kind", Kind.CONFLICT)
    return None


def why_not_for_drafting(role: Role, *, drafts_only: bool) -> Refusal | None:
    """Only an owner's role can be for drafting alone."""
    if drafts_only and role is not Role.OWNER:
        return Refusal("accounts.drafts_only", Kind.UNPROCESSABLE)
    return None


@dataclass(frozen=True, slots=True)
class Failures:
    """Wrong sign-ins in a row under one login name, and until when it is locked."""

    count: int = 0
    locked_until: datetime | None = None

    def is_locked(self, now: datetime) -> bool:
        """Whether even the right password is refused."""
        return self.locked_until is not None and now < self.locked_until

    def after_one_more(self, now: datetime, limit: int, minutes: int) -> "Failures":
        """The count after a wrong one at ``now``: ``limit`` in a row lock for ``minutes``.

        A lock that has run out starts the count anew.
        """
        expired = self.locked_until is not None and not self.is_locked(now)
        count = 1 if expired else self.count + 1
        lock = now + timedelta(minutes=minutes) if count >= limit else None
        return Failures(count, lock)


def one_time_is_over(must_change: bool, set_at: datetime, now: datetime, hours: int) -> bool:
    """Whether a password that somebody else has set was not changed within ``hours``."""
    return must_change and now - set_at >= timedelta(hours=hours)


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a sign-in has come."""

    method: Method
    has_second_factor: bool
    showed_second_factor: bool
    must_have_second_factor: bool
    password_is_old: bool
    choices: int


def next_step(progress: Progress) -> Step | None:
    """What the sign-in still waits for; None when a session may open.

    A certificate is possession and knowledge at once, so it stands for both factors.
    """
    if progress.method is Method.PASSWORD:
        if progress.has_second_factor and not progress.showed_second_factor:
            return Step.SECOND_FACTOR
        if progress.must_have_second_factor and not progress.has_second_factor:
            return Step.ENROL
        if progress.password_is_old:
            return Step.NEW_PASSWORD
    return Step.ROLE if progress.choices > 1 else None


def may_go_on_to(path: str) -> bool:
    """Whether a sign-in may lead to ``path``: of this site, read so by every browser, no loop."""
    return (
        path.startswith("/")
        and not path.startswith(("//", "/sign-"))
        and len(path) <= 200
        and "\\" not in path
        and path.isprintable()
    )
