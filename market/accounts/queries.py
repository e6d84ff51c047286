"""Reads that other rooms and the edge ask for: who acts, and what an organisation is."""

import hashlib
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from tortoise.expressions import Q

from market.accounts import session_activity
from market.accounts.models import (
    CertificateRecord,
    Grant,
    Organisation,
    Person,
    Session,
    SignInFailure,
)
from market.accounts.second_person import WATCHING
from market.accounts.states import Method, OrganisationKind, PersonState
from market.kernel.actors import Actor, Role
from market.kernel.errors import not_found

LONGEST_LOGIN = 64
_ACTOR = (
    "code",
    "token_sha256",
    "seen_at",
    "idle_seconds",
    "method",
    "grant__role",
    "grant__regions",
    "grant__drafts_only",
    "grant__person__code",
    "grant__person__name",
    "grant__person__organisation__code",
    "grant__person__organisation__name",
)


@dataclass(frozen=True, slots=True)
class OrganisationCard:
    """An organisation as other rooms show it."""

    code: str
    name: str
    credit_code: str
    kind: OrganisationKind
    region: str


@dataclass(frozen=True, slots=True)
class Choice:
    """A grant that somebody may act in now."""

    grant: str
    person: str
    person_name: str
    organisation_name: str
    role: Role
    regions: tuple[str, ...]
    drafts_only: bool


def token_hash(token: str) -> str:
    """How a token is kept: its SHA-256 in hex."""
    return hashlib.sha256(token.encode()).hexdigest()


def holds(now: datetime, prefix: str = "") -> Q:
    """The condition that a grant holds at ``now`` and its person is active."""
    active: dict[str, Any] = {
        f"{prefix}ended_at": None,
        f"{prefix}begins_at__lte": now,
        f"{prefix}person__state": PersonState.ACTIVE,
    }
    open_end: dict[str, Any] = {f"{prefix}until_at": None}
    later_end: dict[str, Any] = {f"{prefix}until_at__gt": now}
    return Q(Q(**open_end) | Q(**later_end), **active)


async def actor_of(token: str, now: datetime) -> Actor | None:
    """Who acts under a session token at ``now``: one query, asked anew at every request.

    None when the session is unknown, ended, idle or too old, its grant does not hold, or its person
    is suspended.
    """
    rows = (
        await Session.filter(
            holds(now, "grant__"),
            token_sha256=token_hash(token),
            ended_at=None,
            until_at__gt=now,
        )
        .limit(1)
        .values(*_ACTOR)
    )
    for row in rows:
        used_at = session_activity.last(row["token_sha256"], row["seen_at"])
        if now - used_at > timedelta(seconds=row["idle_seconds"]):
            return None
        session_activity.note(row["token_sha256"], now)
        return Actor(
            role=Role(row["grant__role"]),
            code=row["grant__person__code"],
            name=row["grant__person__name"],
            organisation=row["grant__person__organisation__code"],
            organisation_name=row["grant__person__organisation__name"],
            regions=tuple(row["grant__regions"]),
            session=row["code"],
            drafts_only=row["grant__drafts_only"],
            by_seal=row["method"] == Method.SEAL,
        )
    return None


async def organisation(code: str) -> OrganisationCard:
    """The organisation of that code; raises not_found."""
    found = await organisations([code])
    if code not in found:
        raise not_found("organisation")
    return found[code]


async def organisations(codes: Iterable[str]) -> dict[str, OrganisationCard]:
    """The organisations of these codes, by code; unknown codes are left out."""
    rows = await Organisation.filter(code__in=list(set(codes)))
    return {row.code: _card(row) for row in rows}


async def certificate_holder(sha256: str) -> str | None:
    """The organisation that a recorded certificate (SHA-256 of its DER, hex) stands for, or None.

    A person's certificate stands for the person's organisation.
    """
    found = await CertificateRecord.get_or_none(sha256=sha256, revoked_at=None)
    if found is None or found.organisation_id:
        return found.organisation_id if found else None
    person = await Person.get(code=found.person_id)
    return person.organisation_id


async def signs_for(actor: Actor, sha256: str) -> bool:
    """Whether a recorded certificate is the actor's own, or that of the actor's organisation."""
    found = await CertificateRecord.get_or_none(sha256=sha256, revoked_at=None)
    if found is None:
        return False
    whose = found.person_id or found.organisation_id
    return whose == (actor.code if found.person_id else actor.organisation)


async def names(people: Iterable[str]) -> dict[str, str]:
    """What these people are called, by code; unknown codes are left out."""
    rows = await Person.filter(code__in=list(set(people))).values_list("code", "name")
    return {str(code): str(name) for code, name in rows}


async def choices(
    now: datetime, *, person: str | None = None, organisation: str | None = None
) -> list[Choice]:
    """The grants that hold now, of a person or of everyone in an organisation.

    Who watches acts for no whole organisation: its certificate would be one person in every office.
    """
    if person:
        offered = Grant.filter(holds(now), person_id=person)
    else:
        offered = Grant.filter(holds(now), person__organisation_id=organisation)
        offered = offered.exclude(role__in=WATCHING)
    rows = await offered.order_by("begins_at", "code").values(
        "code",
        "role",
        "regions",
        "drafts_only",
        "person__code",
        "person__name",
        "person__organisation__name",
    )
    return [
        Choice(
            row["code"],
            row["person__code"],
            row["person__name"],
            row["person__organisation__name"],
            Role(row["role"]),
            tuple(row["regions"]),
            row["drafts_only"],
        )
        for row in rows
    ]


def login_name(typed: str) -> str:
    """A login name as it is compared: NFKC, no blanks around, no case."""
    return unicodedata.normalize("NFKC", typed).strip().casefold()


async def person_named(typed: str) -> str | None:
    """The code of the person with that login name, for the security event of a failed sign-in."""
    name = login_name(typed)
    found = await Person.get_or_none(login=name) if len(name) <= LONGEST_LOGIN else None
    return found.code if found else None


async def paused_until(login: str, now: datetime) -> datetime | None:
    """Until when somebody somewhere has to pause after wrong sign-ins under that name."""
    rows = SignInFailure.filter(login_sha256=token_hash(login), locked_until__gt=now)
    last = await rows.order_by("-locked_until").first()
    return last.locked_until if last else None


def _card(row: Organisation) -> OrganisationCard:
    return OrganisationCard(row.code, row.name, row.credit_code, row.kind, row.region)
