"""Who asks: roles, and the actor of one call.

三员 (system, security and audit administrators, GB/T 22239-2019 §8) are three roles that exclude
one another; none of them sees a sealed application.
"""

from dataclasses import dataclass
from enum import StrEnum


class Role(StrEnum):
    """What a person acts as; a session acts in exactly one role."""

    ANYONE = "anyone"
    OWNER = "owner"
    AGENCY = "agency"
    DEPARTMENT = "department"
    REGULATOR = "regulator"
    SYSTEM_ADMIN = "system_admin"
    SECURITY_ADMIN = "security_admin"
    AUDIT_ADMIN = "audit_admin"
    TRUSTEE = "trustee"
    CLOCK = "clock"


ADMINISTRATORS = frozenset({Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN, Role.AUDIT_ADMIN})


@dataclass(frozen=True, slots=True)
class Actor:
    """One asker. ``code`` is stable and appears in the ledger; names never do.

    ``regions`` are division codes (GB/T 2260) that the role covers; a code ending in ``00`` covers
    the whole city. An owner who ``drafts_only`` publishes nothing. Who came in ``by_seal`` showed
    the organisation's certificate, which does not prove which of its people it is.
    """

    role: Role
    code: str
    name: str = ""
    organisation: str | None = None
    organisation_name: str = ""
    regions: tuple[str, ...] = ()
    session: str | None = None
    drafts_only: bool = False
    by_seal: bool = False

    @property
    def signed_in(self) -> bool:
        """Whether this is a person with a session."""
        return self.session is not None

    @property
    def ledger_name(self) -> str:
        """How the ledger names this actor: role and code (PROTOCOL.md §3 ``by``)."""
        return f"{self.role}:{self.code}" if self.role is not Role.CLOCK else "clock"

    def covers(self, region: str) -> bool:
        """Whether ``region`` lies in one of the actor's regions."""
        return any(r == region or (r.endswith("00") and region[:4] == r[:4]) for r in self.regions)


NOBODY = Actor(Role.ANYONE, "anonymous")
THE_CLOCK = Actor(Role.CLOCK, "clock")
