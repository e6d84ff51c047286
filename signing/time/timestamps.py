"""Proof of time (RFC 3161): asking an authority, here or elsewhere.

Tokens stand over a SHA-256 digest. An answer must belong to the question; whether its signature
counts is checked against the recognised authorities by whoever uses the token. For decisions the
authority must not be the platform's own (PROTOCOL.md §7); that is a matter of which URL a city
configures.
"""

import secrets
from collections.abc import Callable
from datetime import datetime
from typing import TypeAlias

import httpx2
from cryptography.hazmat import asn1

from signing.cms.shapes import Algorithm, ContentInfo
from signing.core.errors import Refused
from signing.pki import der, oids
from signing.time.authority import Service, respond
from signing.time.shapes import Imprint, Request, Response, TimestampInfo

Stamper: TypeAlias = Callable[[bytes], bytes]
"""From a SHA-256 digest to a DER token over it."""

QUERY_TYPE = "application/timestamp-query"
LARGEST = 64 * 1024
SECONDS = 10.0
GRANTS = {0, 1}  # granted, grantedWithMods: RFC 3161 §2.4.2


def request(digest: bytes) -> bytes:
    """Write a DER TimeStampReq over a SHA-256 digest, with a fresh nonce and certificates asked."""
    imprint = Imprint(algorithm=Algorithm(oid=oids.SHA256, parameters=None), digest=digest)
    return asn1.encode_der(
        Request(
            version=1,
            imprint=imprint,
            policy=None,
            nonce=secrets.randbits(63),
            certificates=True,
            extensions=None,
        )
    )


def token(response: bytes, query: bytes) -> bytes:
    """Take the DER token out of a response to one's own `query`.

    Refuses with `timestamp_denied` (facts: status, text), `malformed`, or `timestamp_of_other` when
    imprint or nonce are not the ones asked for.
    """
    answer = der.read(Response, response)
    if answer.status.status not in GRANTS or answer.token is None:
        raise Refused(
            "timestamp_denied",
            "the timestamp authority refused: status {status} {text}",
            status=answer.status.status,
            text=" ".join(answer.status.text or ()),
        )
    found = asn1.encode_der(answer.token)
    content = der.read(ContentInfo, found).content.encapsulated.content
    info = der.read(TimestampInfo, content or b"")
    asked = der.read(Request, query)
    same = info.imprint.algorithm.oid == asked.imprint.algorithm.oid
    if not same or (info.imprint.digest, info.nonce) != (asked.imprint.digest, asked.nonce):
        raise Refused("timestamp_of_other", "the timestamp belongs to something else")
    return found


def embedded(service: Service, clock: Callable[[], datetime]) -> Stamper:
    """Make a stamper of an authority in this process, on the clock that is handed in."""

    def stamp(digest: bytes) -> bytes:
        query = request(digest)
        return token(respond(service, query, clock()), query)

    return stamp


def remote(url: str, client: httpx2.Client | None = None) -> Stamper:
    """Make a stamper of an authority behind an address. It blocks: call it outside an event loop.

    The stamper refuses with `timestamp_unreachable` or what `token` says.
    """
    post = httpx2.post if client is None else client.post

    def stamp(digest: bytes) -> bytes:
        query = request(digest)
        try:
            answer = post(url, content=query, headers={"Content-Type": QUERY_TYPE}, timeout=SECONDS)
            answer.raise_for_status()
        except httpx2.HTTPError as error:
            raise Refused(
                "timestamp_unreachable",
                "the timestamp authority did not answer: {cause}",
                cause=type(error).__name__,
            ) from error
        if len(answer.content) > LARGEST:
            raise Refused("too_large", "the answer is larger than {limit} bytes", limit=LARGEST)
        return token(answer.content, query)

    return stamp
