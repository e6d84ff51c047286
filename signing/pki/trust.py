"""Which authorities a region recognises, for what and when; what a certificate counts for then.

PROTOCOL.md §7: a signature counts if its chain leads to an authority recognised at the timestamp's
time for that use, and the certificate was valid and not revoked then. Several authorities, of this
city and of others, stand side by side. A `Trust` never changes: new CRLs make a new one, so what it
remembers about a certificate stays true. Where CRLs come from, and the signature itself, are not
decided here.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import cached_property
from typing import TypeAlias

from cryptography import x509
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding

from signing.core.canonical import instant
from signing.core.errors import Refused
from signing.pki import chains
from signing.pki.key_uses import must_allow
from signing.pki.revocation_lists import Lists
from signing.pki.subject_profiles import SubjectProfile
from signing.pki.subjects import UNREADABLE, Holder, holder

REMEMBERED = 4096

_SENTENCES = {
    "use_not_recognised": "{authority} is not recognised for the use {use}",
    "not_recognised_then": "{authority} was not recognised at {at}",
    "not_yet_valid": "the certificate was not valid yet at {at}",
    "expired": "the certificate had expired at {at}",
    "revoked": "the certificate was revoked before {at}",
    "revocation_unknown": "no revocation list at hand is recent enough for {at}",
}


@dataclass(frozen=True, slots=True)
class Authority:
    """An authority as a region recognises it: from `begins` on, until `ends` (None: open).

    `subjects` say how it writes them, where it does so in a way of its own.
    """

    id: str
    name: str
    city: str
    uses: tuple[str, ...]
    begins: datetime
    ends: datetime | None
    roots: tuple[x509.Certificate, ...]
    intermediates: tuple[x509.Certificate, ...] = ()
    subjects: tuple[SubjectProfile, ...] = ()

    def recognises(self, at: datetime) -> bool:
        """Tell whether the recognition covers this instant."""
        return self.begins <= at and (self.ends is None or at < self.ends)


_Ruling: TypeAlias = tuple[Authority, chains.Standing]


@dataclass(frozen=True)
class Trust:
    """Authorities and the CRLs at hand; `unread` are files beside them that are neither.

    `remembered` saves work and never changes an answer. It goes by identity (and keeps the
    certificates alive): hashing a certificate would cost more than the answer.
    """

    authorities: tuple[Authority, ...]
    crls: tuple[x509.CertificateRevocationList, ...] = ()
    unread: tuple[str, ...] = ()
    remembered: dict[tuple[int, str], tuple[x509.Certificate, tuple[_Ruling, ...]]] = field(
        default_factory=dict, repr=False, compare=False
    )

    def with_crls(self, crls: Iterable[bytes]) -> "Trust":
        """Add DER or PEM CRLs; refuses (`unreadable_crl`) what is none."""
        own = {crl.fingerprint(SHA256()): crl for crl in self.crls}
        merged = {crl.fingerprint(SHA256()): crl for crl in map(read_crl, crls)} | own
        if len(merged) == len(self.crls):
            return self
        return replace(self, crls=tuple(merged[k] for k in sorted(merged)), remembered={})

    def narrowed(self, certificate: x509.Certificate, *serials: int) -> "Trust":
        """Leave only the CRLs that tell something: of `certificate`, other `serials`, authorities.

        For libraries whose work grows with the square of the lists.
        """
        above = [c for a in self.authorities for c in (*a.roots, *a.intermediates)]
        asked = {certificate.serial_number, *serials, *(c.serial_number for c in above)}
        few = tuple(self.lists.telling(above, asked, certificate))
        return replace(self, crls=few, remembered={})

    def holder(self, certificate: x509.Certificate) -> Holder:
        """Read who holds a certificate as its authority writes subjects."""
        return holder(certificate, self.profiles(certificate))

    def profiles(self, certificate: x509.Certificate) -> tuple[SubjectProfile, ...]:
        """Give how the subjects of a certificate's issuer are to be read."""
        return self._profiles.get(certificate.issuer, ()) if self._profiles else ()

    @cached_property
    def _profiles(self) -> dict[x509.Name, tuple[SubjectProfile, ...]]:
        some = (authority for authority in self.authorities if authority.subjects)
        return {c.subject: a.subjects for a in some for c in (*a.roots, *a.intermediates)}

    @cached_property
    def lists(self) -> Lists:
        """The CRLs by who issued them."""
        return Lists(self.crls)

    @cached_property
    def known(self) -> frozenset[bytes]:
        """Roots and intermediates of every authority, whenever it is recognised, as DER."""
        every = (c for a in self.authorities for c in (*a.roots, *a.intermediates))
        return frozenset(c.public_bytes(Encoding.DER) for c in every)


def must_count(trust: Trust, certificate: x509.Certificate, use: str, at: datetime) -> Authority:
    """Give the authority that makes `certificate` count for `use` (of `uses.USES`) at an instant.

    Refuses with the codes of `uses.must_allow`, `unknown_authority`, `use_not_recognised`,
    `not_recognised_then`, `not_yet_valid`, `expired`, `revoked` or `revocation_unknown`.
    """
    rulings = _rulings(trust, certificate, use)
    for authority, standing in rulings:
        if (
            use in authority.uses
            and authority.recognises(at)
            and standing.begins <= at <= standing.ends
            and at < standing.revoked
            and at <= standing.covered
        ):
            return authority
    if not rulings:
        raise Refused("unknown_authority", "no recognised authority stands behind this certificate")
    raise _refusal(*rulings[0], use, at)


def _rulings(trust: Trust, certificate: x509.Certificate, use: str) -> tuple[_Ruling, ...]:
    key = (id(certificate), use)
    known = trust.remembered.get(key)
    if known is not None:
        return known[1]
    must_allow(certificate, use, trust.profiles(certificate))
    standings = chains.standings(
        certificate,
        [c for a in trust.authorities for c in a.intermediates],
        [c for a in trust.authorities for c in a.roots],
        trust.lists,
        stamps=use == "tsa",
    )
    rulings = tuple((a, s) for s in standings for a in trust.authorities if s.chain[-1] in a.roots)
    if len(trust.remembered) >= REMEMBERED:
        trust.remembered.clear()
    trust.remembered[key] = (certificate, rulings)
    return rulings


def _refusal(authority: Authority, standing: chains.Standing, use: str, at: datetime) -> Refused:
    fails = {
        "use_not_recognised": use not in authority.uses,
        "not_recognised_then": not authority.recognises(at),
        "not_yet_valid": at < standing.begins,
        "expired": at > standing.ends,
        "revoked": at >= standing.revoked,
        "revocation_unknown": at > standing.covered,
    }
    code = next(code for code, failed in fails.items() if failed)
    return Refused(code, _SENTENCES[code], authority=authority.id, use=use, at=instant(at))


def read_crl(data: bytes) -> x509.CertificateRevocationList:
    """Read one CRL, DER or PEM; refuses with `unreadable_crl`."""
    try:
        if data.lstrip().startswith(b"-----"):
            crl = x509.load_pem_x509_crl(data)
        else:
            crl = x509.load_der_x509_crl(data)
        list(crl.extensions), crl.signature_hash_algorithm  # parsed lazily: fail now
    except UNREADABLE:
        raise Refused("unreadable_crl", "this is not an X.509 revocation list") from None
    return crl
