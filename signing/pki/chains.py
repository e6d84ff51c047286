"""From a certificate up to a root: which chains there are, and when each of them holds.

RFC 5280 §6, narrowed: authority certificates must say so (basicConstraints, keyCertSign, path
length), keys are EC on a NIST curve or RSA of 2048 bits and more, certificates and CRLs are signed
over SHA-2, name constraints and unknown critical extensions are refused. Everything that depends on
the instant is boiled down to four instants per chain (`Standing`), so that a verdict for a
signature is a few comparisons. CRLs: every list of the issuer counts, also one issued long after;
a revocation counts from its date on. Which roots are recognised for what is decided in `trust`.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from itertools import pairwise
from typing import TypeVar

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509.oid import ExtensionOID

from signing.pki import extensions
from signing.pki.revocation_lists import HASHES, Lists
from signing.pki.subjects import UNREADABLE

_Kind = TypeVar("_Kind", bound=x509.ExtensionType)

FRESH = timedelta(days=7)
LONGEST = 5
NEVER = datetime.max.replace(tzinfo=UTC)
ALWAYS = datetime.min.replace(tzinfo=UTC)

_CURVES = {"secp256r1", "secp384r1", "secp521r1"}
_UNDERSTOOD = {
    ExtensionOID.BASIC_CONSTRAINTS,
    ExtensionOID.KEY_USAGE,
    ExtensionOID.EXTENDED_KEY_USAGE,
    ExtensionOID.SUBJECT_ALTERNATIVE_NAME,
    ExtensionOID.CERTIFICATE_POLICIES,
}
_FORGIVABLE = {  # RFC 3161 §4: for these reasons an authority's earlier timestamps stay good
    x509.ReasonFlags.unspecified,
    x509.ReasonFlags.affiliation_changed,
    x509.ReasonFlags.superseded,
    x509.ReasonFlags.cessation_of_operation,
}


@dataclass(frozen=True, slots=True)
class Standing:
    """One chain, leaf first, and the instants that decide: all of them aware, in UTC.

    The chain holds at t when `begins ≤ t ≤ ends`, `t < revoked`, and `t ≤ covered` (until then
    the CRLs at hand say for sure that nothing was revoked).
    """

    chain: tuple[x509.Certificate, ...]
    begins: datetime
    ends: datetime
    revoked: datetime
    covered: datetime


def standings(
    leaf: x509.Certificate,
    authorities: Sequence[x509.Certificate],
    roots: Sequence[x509.Certificate],
    lists: Lists,
    *,
    stamps: bool,
) -> tuple[Standing, ...]:
    """Find every chain of `leaf` and judge it; none at all gives an empty tuple.

    `stamps`: the leaf makes timestamps, and a compromise of its key spoils the earlier ones too.
    """
    if not _is_sound(leaf):
        return ()
    return tuple(_judge(c, lists, stamps=stamps) for c in _chains((leaf,), authorities, roots))


def _chains(
    below: tuple[x509.Certificate, ...],
    authorities: Sequence[x509.Certificate],
    roots: Sequence[x509.Certificate],
) -> Iterator[tuple[x509.Certificate, ...]]:
    last = below[-1]
    for root in roots:
        if _issued(last, root, len(below) - 1):
            yield (*below, root)
    if len(below) + 1 < LONGEST:
        for between in authorities:
            if between not in below and _issued(last, between, len(below) - 1):
                yield from _chains((*below, between), authorities, roots)


def _issued(child: x509.Certificate, issuer: x509.Certificate, authorities_below: int) -> bool:
    if child.issuer != issuer.subject or child == issuer or not _is_sound(issuer):
        return False
    constraints = _extension(issuer, x509.BasicConstraints)
    usage = _extension(issuer, x509.KeyUsage)
    if constraints is None or not constraints.ca or usage is None or not usage.key_cert_sign:
        return False
    if constraints.path_length is not None and authorities_below > constraints.path_length:
        return False
    try:
        child.verify_directly_issued_by(issuer)
    except (*UNREADABLE, InvalidSignature):
        return False
    return True


def _is_sound(certificate: x509.Certificate) -> bool:
    try:
        stated = extensions.of(certificate)
        key = certificate.public_key()
        digest = certificate.signature_hash_algorithm
    except UNREADABLE:
        return False
    strong = (isinstance(key, ec.EllipticCurvePublicKey) and key.curve.name in _CURVES) or (
        isinstance(key, rsa.RSAPublicKey) and key.key_size >= 2048
    )
    return (
        strong
        and digest is not None
        and digest.name in HASHES
        and all(e.oid in _UNDERSTOOD for e in stated if e.critical)
        and not any(e.oid == ExtensionOID.NAME_CONSTRAINTS for e in stated)
    )


def _judge(chain: tuple[x509.Certificate, ...], lists: Lists, *, stamps: bool) -> Standing:
    revoked, covered = NEVER, NEVER
    for place, (certificate, issuer) in enumerate(pairwise(chain)):
        is_leaf = place == 0
        # One made after the certificate expired may have dropped the entry (RFC 5280 §3.3).
        ends = certificate.not_valid_after_utc
        made = [crl for crl in lists.named_by(issuer) if crl.last_update_utc <= ends]
        for crl in made:
            entry = crl.get_revoked_certificate_by_serial_number(certificate.serial_number)
            if entry is not None and lists.is_sound(crl, issuer):
                revoked = min(revoked, _revocation(entry, spoils=stamps and is_leaf))
        made.sort(key=partial(_reach, strict=is_leaf), reverse=True)
        furthest = next((crl for crl in made if lists.is_sound(crl, issuer)), None)
        covered = min(covered, ALWAYS if furthest is None else _reach(furthest, strict=is_leaf))
    return Standing(
        chain=chain,
        begins=max(c.not_valid_before_utc for c in chain),
        ends=min(c.not_valid_after_utc for c in chain),
        revoked=revoked,
        covered=covered,
    )


def _revocation(entry: x509.RevokedCertificate, *, spoils: bool) -> datetime:
    try:
        reason = entry.extensions.get_extension_for_class(x509.CRLReason).value.reason
    except x509.ExtensionNotFound:
        reason = x509.ReasonFlags.unspecified
    return ALWAYS if spoils and reason not in _FORGIVABLE else entry.revocation_date_utc


def _reach(crl: x509.CertificateRevocationList, *, strict: bool) -> datetime:
    """Until which instant this list vouches for a certificate it does not name.

    For a signer that is seven days after it was made (PROTOCOL.md §7); for an authority's own
    certificate its nextUpdate, because roots issue their lists a few times a year.
    """
    until = crl.next_update_utc or ALWAYS
    return min(crl.last_update_utc + FRESH, until) if strict else until


def _extension(certificate: x509.Certificate, kind: type[_Kind]) -> _Kind | None:
    try:
        return extensions.of(certificate).get_extension_for_class(kind).value
    except x509.ExtensionNotFound:
        return None
