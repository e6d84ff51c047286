"""Statements: a detached CAdES-B-T signature over bytes as they are (PROTOCOL.md §7).

ETSI EN 319 122-1 with SHA-256, signing time and signing-certificate-v2; the timestamp stands over
the signature value as an unsigned attribute. Signatures are made here (`sign`) or elsewhere, by a
browser or a token, and then accepted (`accept`), stamped (`stamped`) and kept; the tests hold
`verify_fast` against an independent library. Signed attributes made elsewhere must be in DER order.
What the bytes say, who must have signed them and how old `signed_at` may be, is the caller's to
check.
"""

from collections.abc import Callable
from datetime import datetime
from hashlib import sha256

from cryptography.hazmat import asn1

from signing.cms import shapes
from signing.cms.signed_data import STATEMENT, Opened, opened
from signing.cms.signer import Signer, detached
from signing.cms.verdicts import Signed, Stamp
from signing.core.errors import Refused
from signing.pki import der, oids
from signing.pki.trust import Trust, must_count
from signing.time.timestamps import Stamper
from signing.time.tokens import must_stand


def sign(data: bytes, signer: Signer, at: datetime) -> bytes:
    """Sign with a key at hand; gives a DER CAdES-B without timestamp."""
    return detached(signer, data, at)


def imprint(signature: bytes) -> bytes:
    """Give the SHA-256 digest that a timestamp for this DER signature must stand over.

    Refuses with `malformed`.
    """
    return sha256(_only(_read(signature)).signature).digest()


def stamped(signature: bytes, token: bytes) -> bytes:
    """Put a DER timestamp token into a DER CAdES-B: gives CAdES-B-T.

    Refuses with `malformed`, or `stamped_already`.
    """
    info = _read(signature)
    signer = _only(info)
    if signer.unsigned is not None:
        raise Refused("stamped_already", "the signature carries a timestamp already")
    value = asn1.SetOf([der.left_unread(token)])
    signer.unsigned = asn1.SetOf([shapes.Attribute(oid=oids.TIMESTAMP, values=value)])
    info.content.signers = asn1.SetOf([signer])
    return asn1.encode_der(info)


def sign_and_stamp(data: bytes, signer: Signer, at: datetime, stamper: Stamper) -> bytes:
    """Sign and stamp; gives DER CAdES-B-T. Refuses as the stamper does."""
    signature = sign(data, signer, at)
    return stamped(signature, stamper(imprint(signature)))


def accept(data: bytes, signature: bytes, trust: Trust, use: str, at: datetime) -> Signed:
    """Check a CAdES-B made elsewhere, as of now (`at`), before it is stamped or signs somebody in.

    Refuses as `verify_fast` does, and with `stamped_already`.
    """
    found = opened(signature, STATEMENT, data, trust)
    if found.unsigned is not None:
        raise Refused("stamped_already", "the signature carries a timestamp already")
    return _signed(found, None, trust, use, at)


def accept_of_either(data: bytes, signature: bytes, trust: Trust, at: datetime) -> Signed:
    """The same for who may sign as a person or for an organisation; refuses as `accept` does."""
    return _of_either(lambda use: accept(data, signature, trust, use, at))


def verify_fast(data: bytes, signature: bytes, trust: Trust, use: str) -> Signed:
    """Check a CAdES-B-T over `data` for a use of `trust.USES`, as of its timestamp.

    Refuses with the codes of `signed_data.opened` and `trust.must_count`; `timestamp_missing`; or
    `timestamp_refused`, whose fact `reason` is the code for the token.
    """
    found = opened(signature, STATEMENT, data, trust)
    stamp = attached_stamp(found, trust)
    return _signed(found, stamp, trust, use, stamp.at)


def verify_of_either(data: bytes, signature: bytes, trust: Trust) -> Signed:
    """The same by a person or for an organisation; refuses as `verify_fast` does."""
    return _of_either(lambda use: verify_fast(data, signature, trust, use))


def attached_stamp(found: Opened, trust: Trust) -> Stamp:
    """Check the one timestamp that an opened signature carries.

    Refuses with `timestamp_missing`, `malformed` or `timestamp_refused`.
    """
    if not found.unsigned:
        raise Refused("timestamp_missing", "the signature carries no timestamp")
    values = found.unsigned[0].values.as_list()
    if len(found.unsigned) != 1 or len(values) != 1 or found.unsigned[0].oid != oids.TIMESTAMP:
        raise Refused("malformed", "the signature carries more beside it than one timestamp")
    return must_stand(der.whole(values[0]), sha256(found.signature).digest(), trust)


def _signed(found: Opened, stamp: Stamp | None, trust: Trust, use: str, at: datetime) -> Signed:
    authority = must_count(trust, found.certificate, use, at)
    if found.signing_time is None:
        raise Refused("malformed", "the signature states no signing time")
    return Signed(found.holder, authority.id, found.signing_time, stamp)


def _read(signature: bytes) -> shapes.ContentInfo:
    return der.read(shapes.ContentInfo, signature)


def _only(info: shapes.ContentInfo) -> shapes.SignerInfo:
    signers = info.content.signers.as_list()
    if len(signers) != 1:
        raise Refused("malformed", "a statement has exactly one signer")
    return signers[0]


def _of_either(check: Callable[[str], Signed]) -> Signed:
    try:
        return check("person")
    except Refused as refusal:
        if refusal.code != "holder_kind":
            raise
        return check("organisation")
