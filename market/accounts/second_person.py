"""Whose rights take two people, and which two: a table. Pure: ``None`` means yes, else why not.

Who watches (三员 and regulators) is changed by nobody alone: one asks, another confirms, the one
concerned never does. The two act in different offices, so that two people of one office cannot
do it between them (三员分立, GB/T 22239-2019 §8.1.5). What is not asked through this room's pages,
such as the commands at the machine, is no matter of this table.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from market.accounts.states import Act, OrganisationKind
from market.kernel.actors import ADMINISTRATORS, Actor, Role
from market.kernel.errors import Kind, Refusal

LIFE: Final = timedelta(hours=72)
# Only people of these come to watch (rules.ROLES_OF), so that their accounts count from the first.
WATCHED: Final = frozenset({OrganisationKind.OPERATOR, OrganisationKind.REGULATOR})
WATCHING: Final = ADMINISTRATORS | {Role.REGULATOR}
_OTHERS_DO: Final = Refusal("guard.forbidden", Kind.FORBIDDEN)


@dataclass(frozen=True, slots=True)
class Pair:
    """Which offices ask, and which confirm."""

    asks: frozenset[Role]
    confirms: frozenset[Role]


_SECURITY, _SYSTEM, _AUDIT = Role.SECURITY_ADMIN, Role.SYSTEM_ADMIN, Role.AUDIT_ADMIN
_USUAL: Final = Pair(frozenset({_SECURITY}), frozenset({_AUDIT}))
# By the office that the one concerned holds or is to hold; None while there is none yet.
PAIRS: Final[dict[Role | None, Pair]] = {
    None: _USUAL,
    Role.REGULATOR: _USUAL,
    _SYSTEM: _USUAL,
    _SECURITY: Pair(frozenset({_SECURITY, _SYSTEM}), frozenset({_AUDIT})),
    _AUDIT: Pair(frozenset({_SECURITY, _SYSTEM}), frozenset({_SECURITY, _SYSTEM})),
}
OPENING: Final = Pair(frozenset({_SYSTEM}), frozenset({_SECURITY}))


@dataclass(frozen=True, slots=True)
class Concerned:
    """Whose rights they are, in which roles now or after the act, and whether it takes two."""

    person: str
    roles: frozenset[Role]
    takes_two: bool = True


@dataclass(frozen=True, slots=True)
class Asker:
    """Who asked, and in which office."""

    person: str
    role: Role


def pairs(concerned: Concerned, act: Act) -> list[Pair]:
    """The rows of the table that hold, all of them together."""
    if act is Act.OPEN:
        return [OPENING]
    offices: Collection[Role | None] = concerned.roles & WATCHING or {None}
    return [PAIRS[office] for office in offices]


def why_not_ask(actor: Actor, concerned: Concerned, act: Act) -> Refusal | None:
    """Asking is an administrator's; of one's own rights only to record a certificate."""
    if actor.code == concerned.person:
        own = actor.signed_in and act is Act.RECORD_CERTIFICATE
        return None if own else Refusal("accounts.own_rights", Kind.FORBIDDEN)
    may = all(actor.role in pair.asks for pair in pairs(concerned, act))
    return None if may else _OTHERS_DO


def why_not_confirm(actor: Actor, concerned: Concerned, act: Act, asker: Asker) -> Refusal | None:
    """Another person in another office confirms, or refuses; never the one concerned."""
    if actor.code == concerned.person:
        return Refusal("accounts.own_rights", Kind.FORBIDDEN)
    if actor.code == asker.person or actor.role is asker.role:
        return Refusal("accounts.second_person", Kind.FORBIDDEN)
    may = all(actor.role in pair.confirms for pair in pairs(concerned, act))
    return None if may else _OTHERS_DO


def still_asks(concerned: Concerned, act: Act, asker: Asker) -> bool:
    """Whether who asked may have asked this still: offices may have changed meanwhile."""
    own = asker.person == concerned.person and act is Act.RECORD_CERTIFICATE
    return own or all(asker.role in pair.asks for pair in pairs(concerned, act))
