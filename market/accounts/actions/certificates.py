"""Certificates: signing in with one, and what a certificate file asks for.

The signature is checked before the unit (PROTOCOL.md §7); the unit spends the challenge and looks
up for whom the certificate stands.
"""

import asyncio
import base64

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from tortoise.exceptions import IntegrityError

from market.accounts import challenges
from market.accounts.actions import progress
from market.accounts.actions.progress import Way
from market.accounts.actions.wishes import Recording
from market.accounts.models import CertificateRecord, Challenge, Person
from market.accounts.states import Method, PersonState
from market.infra import db
from market.infra.db import use_case
from market.kernel.call import Call
from market.kernel.errors import Kind, MarketError
from signing.pki import trust_files
from signing.pki.subjects import Holder
from signing.statements import cades


async def signer(call: Call, asked: challenges.Asked, cms_b64: str) -> Holder:
    """Whose certificate signed the challenge, checked as of now against the city's authorities.

    Raises Refused with the code of the check that failed.
    """
    signature = decoded(cms_b64)
    text = asked.text.encode()
    trust = call.tools.trust()
    signed = await asyncio.to_thread(cades.accept_of_either, text, signature, trust, call.now)
    return signed.holder


def decoded(cms_b64: str) -> bytes:
    """The bytes of a signature; raises unprocessable."""
    try:
        return base64.b64decode(cms_b64, validate=True)
    except ValueError as error:
        raise MarketError("accounts.cms_unreadable", Kind.UNPROCESSABLE) from error


@use_case
async def by_certificate(
    call: Call, asked: challenges.Asked, sha256: str, next_path: str, device: str
) -> Way:
    """Recognise the one for whom the certificate stands.

    Raises conflict for a challenge that was answered before, forbidden for a certificate that is
    not recorded or no longer good here.
    """
    await spend(call, asked)
    record = await CertificateRecord.get_or_none(sha256=sha256)
    if record is None:
        raise MarketError("accounts.certificate_unknown", Kind.FORBIDDEN)
    if record.revoked_at is not None or record.valid_until <= call.now:
        raise MarketError("accounts.certificate_ended", Kind.FORBIDDEN)
    if record.person_id:
        person = await Person.get(code=record.person_id)
        if person.state is not PersonState.ACTIVE:
            raise MarketError("accounts.suspended", Kind.FORBIDDEN)
    return await progress.begin(
        call,
        Method.SEAL if record.organisation_id else Method.CERTIFICATE,
        next_path,
        device,
        person=record.person_id,
        organisation=record.organisation_id,
    )


def recording(data: bytes, *, for_organisation: bool, other_name: bool = False) -> Recording:
    """What is asked by a certificate file (PEM or DER); raises Refused (unreadable_certificate)."""
    certificate = pem(trust_files.read_certificate(data))
    return Recording(certificate, for_organisation, other_name)


def pem(certificate: x509.Certificate) -> str:
    """A certificate as text."""
    return certificate.public_bytes(Encoding.PEM).decode()


async def spend(call: Call, asked: challenges.Asked) -> None:
    """Let a challenge count as answered; raises conflict when it does. Inside a unit."""
    await Challenge.filter(until_at__lt=call.now).delete()
    try:
        async with db.savepoint():
            await Challenge.create(nonce=asked.nonce, until_at=asked.until_at)
    except IntegrityError as error:
        raise MarketError("accounts.challenge", Kind.CONFLICT) from error
