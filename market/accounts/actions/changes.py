"""What is done to an account, act by act: what forbids it, and the doing. Inside a unit.

Who may do it, alone or as one of two, was decided before (rights.py, requests.py). Every change
leaves a ledger entry under the person's code and a security event. The last one who holds an
administrator's role cannot lose it: nobody could give it back.
"""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final

from cryptography import x509
from tortoise.expressions import Q
from tortoise.queryset import QuerySet

from market.accounts import rules, steps
from market.accounts.actions.wishes import Ending, Granting, Plain, Recording, Resetting, Striking
from market.accounts.events import (
    TOLD,
    CertificateRecorded,
    CertificateStruck,
    GrantEnded,
    PasswordReset,
    SecondFactorReset,
)
from market.accounts.models import (
    CertificateRecord,
    Grant,
    PasswordHistory,
    Person,
    Session,
    SignIn,
)
from market.accounts.queries import holds
from market.accounts.states import PERSON, Act, PersonEvent
from market.audit import ledger, security
from market.kernel.actors import ADMINISTRATORS
from market.kernel.call import Call
from market.kernel.errors import Kind, MarketError, must, not_found
from market.kernel.names import name_key
from signing.core.facts import Facts
from signing.pki import trust_files


@dataclass(frozen=True, slots=True)
class Change:
    """``must_fit`` raises what forbids it now and writes nothing; ``do`` does it, or raises."""

    must_fit: Callable[[Call, Person, Any], Awaitable[object]]
    do: Callable[[Call, Person, Any], Awaitable[object]]


async def must_be_grantable(call: Call, person: Person, wish: Granting) -> None:
    """Raise conflict when the roles exclude one another, unprocessable for regions or end."""
    must(rules.why_not_for_drafting(wish.role, drafts_only=wish.drafts_only))
    await steps.must_be_grantable(call, person, wish.role, wish.regions, wish.until_at)


async def grant(call: Call, person: Person, wish: Granting) -> None:
    """Grant a role."""
    must(rules.why_not_for_drafting(wish.role, drafts_only=wish.drafts_only))
    given = (wish.role, wish.regions, wish.until_at)
    await steps.grant_role(call, person, *given, drafts_only=wish.drafts_only)
    await security.note(call, "accounts.event.granted", person=person.code, role=str(wish.role))


async def to_be_ended(call: Call, person: Person, wish: Ending) -> Grant:
    """The grant; raises not_found, or conflict for the last administrator of a kind."""
    row = await Grant.get_or_none(code=wish.grant, person_id=person.code, ended_at=None)
    if row is None:
        raise not_found("grant")
    await _must_not_be_last(call, [row])
    return row


async def end_grant(call: Call, person: Person, wish: Ending) -> None:
    """End a role at once; its sessions end with it."""
    row = await to_be_ended(call, person, wish)
    await Grant.filter(code=row.code).update(ended_at=call.now, held=None)
    await steps.end_sessions(call, Session.filter(grant_id=row.code))
    await _told(call, person, GrantEnded(role=str(row.role)))
    await security.note(call, "accounts.event.grant_ended", person=person.code, role=str(row.role))


async def may_rest(call: Call, person: Person, _wish: Plain) -> None:
    """Raise conflict for the last administrator of a kind, or who is suspended."""
    PERSON.after(person.state, PersonEvent.SUSPEND)
    await _must_not_be_last(call, await Grant.filter(person_id=person.code, ended_at=None))


async def suspend(call: Call, person: Person, wish: Plain) -> None:
    """Let every right rest; sessions end at once."""
    await may_rest(call, person, wish)
    await _end_every_session(call, person.code)
    await _move(call, person, PersonEvent.SUSPEND)


async def may_come_back(_call: Call, person: Person, _wish: Plain) -> None:
    """Raise conflict unless suspended."""
    PERSON.after(person.state, PersonEvent.REACTIVATE)


async def reactivate(call: Call, person: Person, _wish: Plain) -> None:
    """Give the rights back; sessions stay ended."""
    await _move(call, person, PersonEvent.REACTIVATE)


async def anybody(_call: Call, _person: Person, _wish: Plain | Resetting) -> None:
    """Nothing forbids it."""


async def reset_password(call: Call, person: Person, wish: Resetting) -> None:
    """Give somebody another one-time password; sessions and sign-ins on their way end."""
    person.password_hash, person.password_at = wish.password_hash, call.now
    person.must_change_password = True
    await person.save(update_fields=["password_hash", "password_at", "must_change_password"])
    await PasswordHistory.create(person=person, password_hash=wish.password_hash, at=call.now)
    await SignIn.filter(person_id=person.code).delete()
    await _end_every_session(call, person.code)
    await _told(call, person, PasswordReset())
    await security.note(call, "accounts.event.password_reset", person=person.code)


async def reset_second_factor(call: Call, person: Person, _wish: Plain) -> None:
    """Forget an authenticator that was lost with its recovery codes."""
    person.totp_salt = None
    await person.save(update_fields=["totp_salt"])
    await _told(call, person, SecondFactorReset())
    await security.note(call, "accounts.event.second_factor_reset", person=person.code)


async def readable(call: Call, person: Person, wish: Recording) -> x509.Certificate:
    """The certificate; raises Refused, conflict or unprocessable (steps.must_stand_for)."""
    certificate = trust_files.read_certificate(wish.certificate.encode())
    if certificate.not_valid_after_utc <= call.now:
        raise MarketError("accounts.certificate_ended", Kind.UNPROCESSABLE)
    named = await steps.must_stand_for(call, certificate, **_whose(person, wish))
    same = wish.for_organisation or wish.other_name or name_key(named.name) == name_key(person.name)
    if not same:
        sentence = ("accounts.certificate_named", {"name": named.name, "account": person.name})
        fields = {"other_name": sentence}
        raise MarketError("form.invalid", Kind.UNPROCESSABLE, fields=fields)
    return certificate


async def record_certificate(call: Call, person: Person, wish: Recording) -> None:
    """Let a certificate stand for the person or the organisation."""
    certificate = await readable(call, person, wish)
    await steps.record_certificate(call, certificate, **_whose(person, wish))
    await _told(call, person, CertificateRecorded(for_organisation=wish.for_organisation))


async def recorded(_call: Call, person: Person, wish: Striking) -> None:
    """Raise not_found unless it stands for the person or the organisation."""
    if not await _standing(person, wish).exists():
        raise not_found("certificate")


async def strike_certificate(call: Call, person: Person, wish: Striking) -> None:
    """Let a certificate stand for nobody any more."""
    await recorded(call, person, wish)
    await _standing(person, wish).update(revoked_at=call.now)
    await _told(call, person, CertificateStruck())
    await security.note(
        call, "accounts.event.certificate_struck", person=person.code, sha256=wish.sha256
    )


CHANGES: Final = {
    Act.GRANT: Change(must_be_grantable, grant),
    Act.END_GRANT: Change(to_be_ended, end_grant),
    Act.SUSPEND: Change(may_rest, suspend),
    Act.REACTIVATE: Change(may_come_back, reactivate),
    Act.RESET_PASSWORD: Change(anybody, reset_password),
    Act.RESET_SECOND_FACTOR: Change(anybody, reset_second_factor),
    Act.RECORD_CERTIFICATE: Change(readable, record_certificate),
    Act.STRIKE_CERTIFICATE: Change(recorded, strike_certificate),
}


async def _told(call: Call, person: Person, told: Facts) -> None:
    await ledger.record(call, told, about=f"person:{person.code}")


async def _move(call: Call, person: Person, event: PersonEvent) -> None:
    person.state = PERSON.after(person.state, event)
    await person.save(update_fields=["state"])
    await _told(call, person, TOLD[event])
    await security.note(call, f"accounts.event.{event}", person=person.code)


async def _end_every_session(call: Call, code: str) -> None:
    grants = await Grant.filter(person_id=code).values_list("code", flat=True)
    await steps.end_sessions(call, Session.filter(grant_id__in=grants))


async def _must_not_be_last(call: Call, leaving: Sequence[Grant]) -> None:
    for row in leaving:
        if row.role in ADMINISTRATORS:
            others = Grant.filter(holds(call.now), role=row.role).exclude(code=row.code)
            if not await others.exists():
                raise MarketError("accounts.last_administrator", Kind.CONFLICT)


def _whose(person: Person, wish: Recording) -> dict[str, str]:
    if wish.for_organisation:
        return {"organisation": person.organisation_id}
    return {"person": person.code}


def _standing(person: Person, wish: Striking) -> QuerySet[CertificateRecord]:
    return CertificateRecord.filter(
        Q(person_id=person.code) | Q(organisation_id=person.organisation_id),
        sha256=wish.sha256,
        revoked_at=None,
    )
