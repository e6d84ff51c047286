"""Parts of use cases that other rooms take too. Every function here runs inside a unit."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from cryptography import x509
from tortoise.expressions import Q
from tortoise.queryset import QuerySet

from market.accounts import regions as places
from market.accounts import rules
from market.accounts.events import Granted
from market.accounts.models import CertificateRecord, Grant, Organisation, Person, Session
from market.accounts.queries import OrganisationCard, holds, token_hash
from market.accounts.states import Method
from market.audit import ledger, security
from market.kernel.actors import Role
from market.kernel.call import Call
from market.kernel.errors import Kind, MarketError, must
from market.kernel.ids import must_be_credit_code, new_code, new_token
from signing.core.canonical import instant
from signing.pki import keys
from signing.pki.subjects import Holder

DEMO_IDLE = timedelta(days=3650)


async def add_organisations(call: Call, cards: Iterable[OrganisationCard]) -> None:
    """Enter organisations; their codes and credit codes must be new, check digits right."""
    demo = call.tools.city.demo
    await Organisation.bulk_create(
        [
            Organisation(
                code=card.code,
                credit_code=must_be_credit_code(card.credit_code, demo=demo),
                name=card.name,
                kind=card.kind,
                region=card.region,
            )
            for card in cards
        ],
        batch_size=200,
    )


async def must_be_grantable(
    call: Call, person: Person, role: Role, regions: Sequence[str], until_at: datetime | None
) -> None:
    """Raise conflict or unprocessable with the rule that forbids it (rules.why_not_grant)."""
    known = {p.code for p in places.places()}
    if not regions or not set(regions) <= known:
        raise MarketError("accounts.regions", Kind.UNPROCESSABLE)
    if until_at is not None and until_at <= call.now:
        raise MarketError("accounts.until_past", Kind.UNPROCESSABLE)
    organisation = await Organisation.get(code=person.organisation_id)
    lasting = Q(until_at=None) | Q(until_at__gt=call.now)
    rows = await Grant.filter(lasting, person_id=person.code, ended_at=None)
    held = [row.role for row in rows]
    must(rules.why_not_grant(held, role, organisation.kind))


async def grant_role(
    call: Call,
    person: Person,
    role: Role,
    regions: Sequence[str],
    until_at: datetime | None,
    *,
    drafts_only: bool = False,
) -> Grant:
    """Grant ``role`` for ``regions`` (division codes of this city); the person row is locked."""
    await must_be_grantable(call, person, role, regions, until_at)
    await Grant.filter(person_id=person.code, ended_at=None, until_at__lte=call.now).update(
        ended_at=call.now, held=None
    )
    grant = await Grant.create(
        code=new_code(),
        person=person,
        role=role,
        regions=sorted(set(regions)),
        begins_at=call.now,
        until_at=until_at,
        held=f"{person.code}:{role}",
        granted_by=call.actor.ledger_name[:40],
        drafts_only=drafts_only,
    )
    told = Granted(
        role=str(role),
        regions=grant.regions,
        until_at=instant(until_at) if until_at else None,
        drafts_only=drafts_only or None,
    )
    await ledger.record(call, told, about=f"person:{person.code}")
    return grant


async def open_session(
    call: Call,
    person_code: str,
    role: Role,
    *,
    method: Method = Method.DEMO,
    device: str = "",
) -> str:
    """Open a session for a person in one granted role; gives the token for the cookie.

    The token must not become part of a kept answer: use cases that return it take no
    Idempotency-Key. Raises forbidden when no such grant holds. A session of the asker ends.
    """
    grant = await Grant.filter(holds(call.now), person_id=person_code, role=role).first()
    if grant is None:
        raise MarketError("accounts.no_role", Kind.FORBIDDEN)
    numbers = places.rules_of(call.tools.city.region, call.now)
    demo = call.tools.city.demo  # days pass in a click there: nobody shall be signed out by it
    if call.actor.session:
        await end_sessions(call, Session.filter(code=call.actor.session))
    token = new_token(32)
    await Session.create(
        code=new_code(),
        token_sha256=token_hash(token),
        grant=grant,
        method=method,
        device=device[:60],
        opened_at=call.now,
        seen_at=call.now,
        idle_seconds=int(
            (DEMO_IDLE if demo else timedelta(minutes=numbers.session_idle_minutes)).total_seconds()
        ),
        until_at=call.now + (DEMO_IDLE if demo else timedelta(hours=numbers.session_hours)),
    )
    await security.note(
        call, "accounts.event.signed_in", person=person_code, role=str(role), method=str(method)
    )
    return token


async def end_sessions(call: Call, sessions: QuerySet[Session]) -> int:
    """End those of ``sessions`` that are open; gives how many."""
    return await sessions.filter(ended_at=None).update(
        ended_at=call.now, ended_by=call.actor.ledger_name[:40]
    )


async def must_stand_for(
    call: Call,
    certificate: x509.Certificate,
    *,
    person: str | None = None,
    organisation: str | None = None,
) -> Holder:
    """Whom a certificate names, which may stand for one person or one organisation.

    An organisation's must name its credit code; a person's that of the person's organisation, when
    it names one. Raises unprocessable, conflict when it stands for somebody already, and refuses a
    key that signs nothing here, as ``keys.of`` does.
    """
    keys.of(certificate)
    named = call.tools.trust().holder(certificate)
    code = organisation or (await Person.get(code=person)).organisation_id
    body = await Organisation.get(code=code)
    if named.credit_code != body.credit_code and (organisation or named.credit_code):
        raise MarketError("accounts.certificate_other", Kind.UNPROCESSABLE)
    if await CertificateRecord.exists(sha256=named.sha256):
        raise MarketError("accounts.certificate_known", Kind.CONFLICT)
    return named


async def record_certificate(
    call: Call,
    certificate: x509.Certificate,
    *,
    person: str | None = None,
    organisation: str | None = None,
) -> None:
    """Let a certificate stand for one person or one organisation (must_stand_for)."""
    named = await must_stand_for(call, certificate, person=person, organisation=organisation)
    await CertificateRecord.create(
        sha256=named.sha256,
        issuer=named.issuer[:200],
        serial=named.serial[:80],
        subject=named.name[:200],
        person_id=person,
        organisation_id=organisation,
        valid_until=certificate.not_valid_after_utc,
        recorded_at=call.now,
    )
    await security.note(
        call, "accounts.event.certificate_recorded", person=person, organisation=organisation
    )
