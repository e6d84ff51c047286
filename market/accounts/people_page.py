"""What the administrators read: the list of people, one person, the security events.

Lists go on by the last key shown (keyset), so that a page never shifts while one reads.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from tortoise.expressions import Q
from tortoise.queryset import QuerySet

from market.accounts.account_page import (
    CertificateRow,
    Profile,
    SessionRow,
    certificates_of,
    profile,
    sessions_of,
)
from market.accounts.concerned import concerned
from market.accounts.models import Grant, Person
from market.accounts.policy import why_not_change_rights
from market.accounts.queries import holds, paused_until
from market.accounts.requests_page import RequestRow, waiting_about
from market.accounts.second_person import Concerned, why_not_ask
from market.accounts.states import Act, OrganisationKind, PersonState
from market.audit.models import SecurityEvent
from market.kernel.actors import Role
from market.kernel.call import Call
from market.kernel.errors import not_found
from market.web.paging import Count, counted

PAGE = 40


@dataclass(frozen=True, slots=True)
class PersonRow:
    """One line of the list."""

    code: str
    login: str
    name: str
    organisation_name: str
    state: PersonState
    roles: tuple[Role, ...]


@dataclass(frozen=True, slots=True)
class GrantRow:
    """A role somebody holds or held; ``state`` is holds, ended or ran_out."""

    code: str
    role: Role
    regions: tuple[str, ...]
    begins_at: datetime
    until_at: datetime | None
    ended_at: datetime | None
    state: str
    drafts_only: bool


@dataclass(frozen=True, slots=True)
class PersonPage:
    """One person, for the security administrator."""

    profile: Profile
    kind: OrganisationKind
    grants: list[GrantRow]
    sessions: list[SessionRow]
    certificates: list[CertificateRow]
    locked_until: datetime | None
    takes_two: bool
    may: frozenset[Act]
    waiting: list[RequestRow]


@dataclass(frozen=True, slots=True)
class EventRow:
    """One security event."""

    id: int
    at: datetime
    key: str
    actor: str
    path: str
    facts: dict[str, Any]


def _people(search: str) -> QuerySet[Person]:
    if not search:
        return Person.all()
    return Person.filter(
        Q(name__icontains=search)
        | Q(login__icontains=search)
        | Q(code__icontains=search)
        | Q(organisation__name__icontains=search)
    )


async def how_many_people(search: str) -> Count:
    """How many the list has."""
    return await counted(_people(search))


async def people(call: Call, search: str, after: str) -> tuple[list[PersonRow], str]:
    """A page of people by login name, and the key after which the next begins (or none)."""
    wanted = _people(search).filter(login__gt=after) if after else _people(search)
    rows = await wanted.order_by("login").limit(PAGE + 1).prefetch_related("organisation")
    shown = rows[:PAGE]
    roles: dict[str, list[Role]] = {}
    held = Grant.filter(holds(call.now), person_id__in=[row.code for row in shown])
    for grant in await held.order_by("begins_at"):
        roles.setdefault(grant.person_id, []).append(grant.role)
    listed = [
        PersonRow(
            row.code,
            row.login,
            row.name,
            row.organisation.name,
            row.state,
            tuple(roles.get(row.code, ())),
        )
        for row in shown
    ]
    return listed, shown[-1].login if len(rows) > PAGE else ""


async def person_page(call: Call, code: str) -> PersonPage:
    """Everything about one person; raises not_found."""
    person = await Person.get_or_none(code=code).prefetch_related("organisation")
    if person is None:
        raise not_found("person")
    grants = await Grant.filter(person_id=code).order_by("-begins_at", "code")
    whose = await concerned(person)
    return PersonPage(
        profile=await profile(call, code),
        kind=person.organisation.kind,
        grants=[_grant(row, call.now) for row in grants],
        sessions=await sessions_of(call, code),
        certificates=await certificates_of(call, code),
        locked_until=await paused_until(person.login, call.now),
        takes_two=whose.takes_two,
        may=_may(call, whose),
        waiting=await waiting_about(code),
    )


def _events(search: str) -> QuerySet[SecurityEvent]:
    if not search:
        return SecurityEvent.all()
    return SecurityEvent.filter(Q(key__icontains=search) | Q(actor__icontains=search))


async def how_many_events(search: str) -> Count:
    """How many the list has."""
    return await counted(_events(search))


async def security_events(search: str, before: int | None) -> tuple[list[EventRow], int | None]:
    """A page of security events, newest first, and the id before which the next begins."""
    wanted = _events(search).filter(id__lt=before) if before else _events(search)
    rows = await wanted.order_by("-id").limit(PAGE + 1)
    listed = [
        EventRow(row.id, row.at, row.key, row.actor, row.path, dict(row.facts))
        for row in rows[:PAGE]
    ]
    return listed, listed[-1].id if len(rows) > PAGE else None


def _may(call: Call, whose: Concerned) -> frozenset[Act]:
    """What the reader may do, or ask for."""
    if call.actor.code == whose.person:
        return frozenset()
    if not whose.takes_two:
        return (
            frozenset(Act) if not why_not_change_rights(call.actor, whose.person) else frozenset()
        )
    return frozenset(act for act in Act if not why_not_ask(call.actor, whose, act))


def _grant(row: Grant, now: datetime) -> GrantRow:
    ran_out = row.until_at is not None and row.until_at <= now
    state = "ended" if row.ended_at else "ran_out" if ran_out else "holds"
    return GrantRow(
        row.code,
        row.role,
        tuple(row.regions),
        row.begins_at,
        row.until_at,
        row.ended_at,
        state,
        row.drafts_only,
    )
