"""What one's own account page shows: profile, authenticator, certificates, sessions, roles."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from tortoise.expressions import Q

from market.accounts import masking, regions, session_activity, totp, vault
from market.accounts.models import CertificateRecord, Person, Session
from market.accounts.queries import Choice, choices, holds
from market.accounts.states import Method, PersonState
from market.kernel.actors import Role
from market.kernel.call import Call


@dataclass(frozen=True, slots=True)
class Profile:
    """A person, personal data masked (masking.py)."""

    code: str
    login: str
    name: str
    phone: str
    identity_number: str
    organisation_name: str
    credit_code: str
    state: PersonState
    password_at: datetime
    password_until: datetime
    has_second_factor: bool
    recovery_left: int
    totp_step: int


@dataclass(frozen=True, slots=True)
class SessionRow:
    """An open session."""

    code: str
    device: str
    method: Method
    role: Role
    opened_at: datetime
    seen_at: datetime
    is_this: bool


@dataclass(frozen=True, slots=True)
class CertificateRow:
    """A recorded certificate; ``state`` is good, ended or expired."""

    sha256: str
    subject: str
    issuer: str
    serial: str
    valid_until: datetime
    for_organisation: bool
    state: str


@dataclass(frozen=True, slots=True)
class AccountPage:
    """The whole page."""

    profile: Profile
    sessions: list[SessionRow]
    certificates: list[CertificateRow]
    choices: list[Choice]


@dataclass(frozen=True, slots=True)
class Enrolment:
    """An authenticator that is offered: the secret to type, and the picture to scan."""

    secret: str
    picture: str


async def enrolment(call: Call, code: str, salt: str) -> Enrolment:
    """What an authenticator app needs; nothing is kept until its first code has come back."""
    person = await Person.get(code=code)
    shared = totp.secret(call.tools.keys.secret("totp"), code, salt)
    return Enrolment(shared, totp.picture(shared, person.login, call.tools.city.name))


async def recovery_codes(call: Call, code: str) -> tuple[str, ...]:
    """The recovery codes of an enrolled person, for the one page that shows them."""
    person = await Person.get(code=code)
    return totp.recovery_codes(call.tools.keys.secret("totp"), code, person.totp_salt or "")


async def account_page(call: Call) -> AccountPage:
    """The page of the asker."""
    person = await profile(call, call.actor.code)
    return AccountPage(
        person,
        await sessions_of(call, person.code),
        await certificates_of(call, person.code),
        await choices(call.now, person=person.code),
    )


async def profile(call: Call, code: str) -> Profile:
    """A person's masked profile."""
    row = await Person.get(code=code).prefetch_related("organisation")
    keys = call.tools.keys
    days = regions.rules_of(call.tools.city.region, call.now).password_days
    number = vault.opened(keys, code, "identity_number", row.identity_number)
    return Profile(
        code=row.code,
        login=row.login,
        name=row.name,
        phone=masking.phone(vault.opened(keys, code, "phone", row.phone)),
        identity_number=masking.identity_number(number),
        organisation_name=row.organisation.name,
        credit_code=row.organisation.credit_code,
        state=row.state,
        password_at=row.password_at,
        password_until=row.password_at + timedelta(days=days),
        has_second_factor=row.totp_salt is not None,
        recovery_left=10 - len(row.recovery_used),
        totp_step=row.totp_step,
    )


async def sessions_of(call: Call, code: str) -> list[SessionRow]:
    """The sessions under which ``code`` can act now, the last used first."""
    rows = await Session.filter(
        holds(call.now, "grant__"), grant__person_id=code, ended_at=None, until_at__gt=call.now
    ).prefetch_related("grant")
    listed = [
        SessionRow(
            code=row.code,
            device=row.device,
            method=row.method,
            role=row.grant.role,
            opened_at=row.opened_at,
            seen_at=session_activity.last(row.token_sha256, row.seen_at),
            is_this=row.code == call.actor.session,
        )
        for row in rows
        if call.now - session_activity.last(row.token_sha256, row.seen_at)
        <= timedelta(seconds=row.idle_seconds)
    ]
    return sorted(listed, key=lambda s: (s.is_this, s.seen_at), reverse=True)


async def certificates_of(call: Call, code: str) -> list[CertificateRow]:
    """The certificates that stand for a person, and for their organisation."""
    person = await Person.get(code=code)
    rows = await CertificateRecord.filter(
        Q(person_id=code) | Q(organisation_id=person.organisation_id)
    ).order_by("-recorded_at", "sha256")
    return [
        CertificateRow(
            row.sha256,
            row.subject,
            row.issuer,
            row.serial,
            row.valid_until,
            row.organisation_id is not None,
            _standing(row, call.now),
        )
        for row in rows
    ]


def _standing(row: CertificateRecord, now: datetime) -> str:
    if row.revoked_at is not None:
        return "ended"
    return "good" if now < row.valid_until else "expired"
