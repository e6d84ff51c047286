"""An embedded timestamp authority (RFC 3161 §2.4): for the demo and for a city without network.

It answers requests of any client, also behind an HTTP endpoint of the caller's. The clock is handed
in with each request; serial numbers are random below 2^127, so that no two are equal without a
counter that somebody could lose.
"""

import secrets
from dataclasses import dataclass
from datetime import UTC, datetime

from cryptography.hazmat import asn1
from cryptography.x509 import ObjectIdentifier as Oid

from signing.cms.signer import Signer, enveloping
from signing.core.errors import Refused
from signing.pki import der, oids
from signing.time.shapes import Accuracy, Request, TimestampInfo

POLICY = "2.25.142239043485874322330184713000638300104"
REPLY_TYPE = "application/timestamp-reply"
GRANTED = 0
REJECTION = 2

# PKIFailureInfo: bit numbers of RFC 3161 §2.4.2
_BAD_ALGORITHM, _BAD_REQUEST, _BAD_DATA, _BAD_POLICY, _BAD_EXTENSION = 0, 2, 5, 15, 16


@dataclass(frozen=True, slots=True)
class Service:
    """An embedded timestamp authority: an RSA signer with a timestamp certificate."""

    signer: Signer
    policy: str = POLICY


def respond(service: Service, query: bytes, at: datetime) -> bytes:
    """Answer a DER TimeStampReq at an instant with a DER TimeStampResp; never raises.

    A bad request is answered by a rejection that says why. Times have milliseconds.
    """
    try:
        asked = der.read(Request, query)
    except Refused:
        return _rejected(_BAD_DATA)
    failure = _failure(service, asked)
    return _rejected(failure) if failure is not None else granted(_token(service, asked, at))


def granted(token: bytes) -> bytes:
    """Wrap a DER token as the DER TimeStampResp that grants it."""
    return der.sequence(der.sequence(asn1.encode_der(GRANTED)), token)


def _failure(service: Service, asked: Request) -> int | None:
    digest = oids.DIGESTS.get(asked.imprint.algorithm.oid)
    fails = {
        _BAD_REQUEST: asked.version != 1,
        _BAD_ALGORITHM: digest is None or digest[1].digest_size != len(asked.imprint.digest),
        _BAD_POLICY: asked.policy not in {None, Oid(service.policy)},
        _BAD_EXTENSION: bool(asked.extensions),
    }
    return next((failure for failure, failed in fails.items() if failed), None)


def _token(service: Service, asked: Request, at: datetime) -> bytes:
    whole = at.astimezone(UTC).replace(microsecond=at.microsecond // 1000 * 1000)
    info = TimestampInfo(
        version=1,
        policy=Oid(service.policy),
        imprint=asked.imprint,
        serial=secrets.randbits(127) + 1,
        at=asn1.GeneralizedTime(whole),
        accuracy=Accuracy(seconds=1, millis=None, micros=None),
        ordering=False,
        nonce=asked.nonce,
        authority=None,
        extensions=None,
    )
    return enveloping(
        service.signer,
        oids.TIMESTAMP_INFO,
        asn1.encode_der(info),
        certificates=asked.certificates,
    )


def _rejected(failure: int) -> bytes:
    size = failure // 8 + 1
    bits = bytearray(size)
    bits[-1] = 0x80 >> failure % 8
    flags = asn1.encode_der(asn1.BitString(bytes(bits), 7 - failure % 8))
    return der.sequence(der.sequence(asn1.encode_der(REJECTION), flags))
