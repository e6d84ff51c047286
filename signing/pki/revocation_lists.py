"""Revocation lists, by who issued them: which are sound, and which tell something (RFC 5280 §5).

A list counts for an authority when it bears its name, is complete, says when the next one comes,
and is signed by a key that may sign lists. Signatures are asked for late and once: most lists of
an archive say the same, and only those that name somebody or reach furthest decide. What follows
from a list for a certificate at an instant is judged in `chains`.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, rsa

from signing.pki import extensions

Crl = x509.CertificateRevocationList

HASHES = {"sha256", "sha384", "sha512"}


class Lists:
    """Lists at hand; what is remembered of their signatures saves work and changes no answer."""

    def __init__(self, crls: Iterable[Crl]) -> None:
        self._by_name: defaultdict[x509.Name, list[Crl]] = defaultdict(list)
        self._sound: dict[tuple[int, int], tuple[x509.Certificate, bool]] = {}
        for crl in crls:
            if crl.next_update_utc is not None:
                self._by_name[crl.issuer].append(crl)
        for some in self._by_name.values():
            some.sort(key=lambda crl: crl.last_update_utc, reverse=True)

    def named_by(self, issuer: x509.Certificate) -> list[Crl]:
        """Give the lists that bear the issuer's name, newest first; whether sound, `is_sound`."""
        return self._by_name.get(issuer.subject, [])

    def is_sound(self, crl: Crl, issuer: x509.Certificate) -> bool:
        """Tell whether this list, one of `named_by`, is the issuer's own and complete."""
        key = (id(crl), id(issuer))
        if key not in self._sound:
            self._sound[key] = (issuer, _is_sound(crl, issuer))
        return self._sound[key][1]

    def telling(
        self, authorities: Iterable[x509.Certificate], serials: set[int], latest: x509.Certificate
    ) -> Iterator[Crl]:
        """Give what must be known: lists naming one of `serials`, and each newest sound one.

        Newest of those that were made before `latest` expired.
        """
        given: set[int] = set()
        for issuer in authorities:
            newest = None
            for crl in self.named_by(issuer):
                names = any(crl.get_revoked_certificate_by_serial_number(n) for n in serials)
                in_time = crl.last_update_utc <= latest.not_valid_after_utc
                if newest is None and in_time and self.is_sound(crl, issuer):
                    newest = crl
                if (names or crl is newest) and id(crl) not in given:
                    given.add(id(crl))
                    yield crl


def _is_sound(crl: Crl, issuer: x509.Certificate) -> bool:
    try:
        usage = extensions.of(issuer).get_extension_for_class(x509.KeyUsage).value
    except x509.ExtensionNotFound:
        return False
    key = issuer.public_key()
    digest = crl.signature_hash_algorithm
    return (
        usage.crl_sign
        and digest is not None
        and digest.name in HASHES
        and not any(extension.critical for extension in crl.extensions)
        and isinstance(key, ec.EllipticCurvePublicKey | rsa.RSAPublicKey)
        and crl.is_signature_valid(key)
    )
