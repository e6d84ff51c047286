"""Chains that look right and are not: each lacks one thing that RFC 5280 asks for."""

from datetime import timedelta
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.serialization import Encoding

from signing.pki.chains import LONGEST, NEVER, Standing, standings
from signing.pki.revocation_lists import Lists
from signing.pki.subjects import Subject, named
from tests.factories.pki import FOUNDED, NOW

CA = x509.BasicConstraints(ca=True, path_length=None)
LEAF = x509.BasicConstraints(ca=False, path_length=None)
SIGNS = frozenset({"key_cert_sign", "crl_sign"})
_FLAGS = (
    *("digital_signature", "content_commitment", "key_encipherment", "data_encipherment"),
    *("key_agreement", "key_cert_sign", "crl_sign", "encipher_only", "decipher_only"),
)


class Made:
    """A certificate and its key."""

    def __init__(self, name: str, above: "Made | None" = None, **more: Any) -> None:
        self.key = more.get("key") or ec.generate_private_key(ec.SECP256R1())
        self.name = named(Subject(name))
        signer = above or self
        builder = (
            x509.CertificateBuilder()
            .subject_name(self.name)
            .issuer_name(signer.name)
            .public_key(self.key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(FOUNDED)
            .not_valid_after(NOW + timedelta(days=900))
        )
        constraints = more.get("constraints", CA)
        if constraints is not None:
            builder = builder.add_extension(constraints, critical=True)
        usage = more.get("usage", SIGNS)
        if usage is not None:
            flags = x509.KeyUsage(**{flag: flag in usage for flag in _FLAGS})
            builder = builder.add_extension(flags, critical=True)
        for extension, critical in more.get("extensions", ()):
            builder = builder.add_extension(extension, critical)
        digest = more.get("digest", hashes.SHA256())
        plain = isinstance(signer.key, ed25519.Ed25519PrivateKey)
        self.certificate = builder.sign(signer.key, None if plain else digest)

    def crl(self, *revoked: x509.RevokedCertificate, **more: Any) -> x509.CertificateRevocationList:
        builder = (
            x509.CertificateRevocationListBuilder()
            .issuer_name(self.name)
            .last_update(more.get("at", NOW))
            .next_update(more.get("until", NOW + timedelta(days=7)))
        )
        for entry in revoked:
            builder = builder.add_revoked_certificate(entry)
        for extension, critical in more.get("extensions", ()):
            builder = builder.add_extension(extension, critical)
        return builder.sign(self.key, more.get("digest", hashes.SHA256()))


def _leaf(above: Made, **more: Any) -> Made:
    return Made("leaf", above, **{"constraints": LEAF, "usage": {"content_commitment"}} | more)


def _found(leaf: Made, between: list[Made], root: Made, *crls: Any) -> tuple[Standing, ...]:
    middle = [each.certificate for each in between]
    return standings(leaf.certificate, middle, [root.certificate], Lists(crls), stamps=False)


def test_a_sound_chain_is_found_with_and_without_a_middle() -> None:
    root = Made("root")
    middle = Made("middle", root)
    assert len(_found(_leaf(middle), [middle], root)) == 1
    assert len(_found(_leaf(root), [middle], root)) == 1
    assert _found(_leaf(middle), [], root) == ()


_UNKNOWN = x509.UnrecognizedExtension(x509.ObjectIdentifier("1.2.3.4"), b"\x05\x00")
_ONLY_CN = x509.NameConstraints([x509.DirectoryName(named(Subject("x")))], None)


FLAWS: dict[str, dict[str, Any]] = {
    "a leaf's constraints": {"constraints": LEAF},
    "no constraints": {"constraints": None},
    "another usage": {"usage": {"digital_signature"}},
    "no usage": {"usage": None},
    "unknown and critical": {"extensions": [(_UNKNOWN, True)]},
    "names, critical": {"extensions": [(_ONLY_CN, True)]},
    "names": {"extensions": [(_ONLY_CN, False)]},
    "Ed25519": {"key": ed25519.Ed25519PrivateKey.generate()},
    "another curve": {"key": ec.generate_private_key(ec.SECP256K1())},
    "RSA of 1024 bits": {"key": rsa.generate_private_key(public_exponent=65537, key_size=1024)},  # noqa: S505  # meant
}


@pytest.mark.parametrize("flaw", FLAWS.values(), ids=FLAWS)
def test_a_middle_with_one_flaw_carries_nothing(flaw: dict[str, Any]) -> None:
    root = Made("root")
    middle = Made("middle", root, **flaw)
    assert _found(_leaf(middle), [middle], root) == ()


def test_a_certificate_signed_over_sha1_counts_nothing() -> None:
    root = Made("root", key=rsa.generate_private_key(public_exponent=65537, key_size=2048))
    weak = _sha1(_leaf(root).certificate)
    assert standings(weak, [], [root.certificate], Lists([]), stamps=False) == ()


def _sha1(certificate: x509.Certificate) -> x509.Certificate:
    """Rename the signature algorithm: what the parser sees first must be enough to refuse."""
    der = certificate.public_bytes(Encoding.DER)
    sha256, sha1 = bytes.fromhex("2a864886f70d01010b"), bytes.fromhex("2a864886f70d010105")
    return x509.load_der_x509_certificate(der.replace(sha256, sha1))


@pytest.mark.parametrize(("days", "fresh"), [(1, 1), (7, 7), (30, 7)])
def test_a_list_is_fresh_until_the_next_or_for_a_week(days: int, fresh: int) -> None:
    root = Made("root")
    daily = root.crl(until=NOW + timedelta(days=days))
    (standing,) = _found(_leaf(root), [], root, daily)
    assert standing.covered == daily.last_update_utc + timedelta(days=fresh)


def test_path_length_is_kept() -> None:
    none_below = x509.BasicConstraints(ca=True, path_length=0)
    root = Made("root")
    first = Made("first", root, constraints=none_below)
    second = Made("second", first)
    assert len(_found(_leaf(first), [first, second], root)) == 1
    assert _found(_leaf(second), [first, second], root) == ()


def test_chains_do_not_run_in_circles_nor_on_and_on() -> None:
    root = Made("root")
    above, between = root, []
    for number in range(LONGEST):
        above = Made(f"m{number}", above)
        between.append(above)
    assert _found(_leaf(above), between, root) == ()
    assert len(_found(_leaf(between[LONGEST - 3]), between, root)) == 1
    one, other = Made("one"), Made("other")
    loop = [Made("one", other, key=one.key), Made("other", one, key=other.key)]
    assert _found(_leaf(one), loop, root) == ()


def test_the_same_name_with_another_key_is_no_issuer() -> None:
    root, false = Made("root"), Made("root")
    assert _found(_leaf(false), [], root) == ()


_PART = x509.IssuingDistributionPoint(
    full_name=None,
    relative_name=None,
    only_contains_user_certs=True,
    only_contains_ca_certs=False,
    only_some_reasons=None,
    indirect_crl=False,
    only_contains_attribute_certs=False,
)


@pytest.mark.parametrize(
    "flaw", [{"extensions": [(_PART, True)]}, {"extensions": [(x509.DeltaCRLIndicator(1), True)]}]
)
def test_a_partial_list_vouches_for_nothing(flaw: dict[str, Any]) -> None:
    root = Made("root")
    leaf = _leaf(root)
    (whole,) = _found(leaf, [], root, root.crl())
    (partial,) = _found(leaf, [], root, root.crl(**flaw))
    assert whole.covered > NOW > partial.covered


def test_who_may_not_sign_lists_vouches_for_nothing() -> None:
    root = Made("root", usage={"key_cert_sign"})
    (found,) = _found(_leaf(root), [], root, root.crl())
    assert found.covered < NOW


def _entry(leaf: Made) -> x509.RevokedCertificate:
    number = leaf.certificate.serial_number
    return x509.RevokedCertificateBuilder().serial_number(number).revocation_date(NOW).build()


def test_an_entry_without_a_reason_counts_from_its_date() -> None:
    root = Made("root")
    leaf = _leaf(root)
    entry = _entry(leaf)
    (found,) = _found(leaf, [], root, root.crl(entry))
    assert found.revoked == NOW.replace(microsecond=0)
    (stamps,) = standings(
        leaf.certificate, [], [root.certificate], Lists([root.crl(entry)]), stamps=True
    )
    assert stamps.revoked == found.revoked
    (free,) = _found(_leaf(root), [], root, root.crl(entry))
    assert free.revoked == NEVER


def test_what_tells_something_is_who_is_named_and_the_newest_sound_list() -> None:
    root, stranger = Made("root"), Made("root")
    leaf = _leaf(root)
    entry = _entry(leaf)
    plain = [root.crl(at=NOW + timedelta(hours=hour)) for hour in range(5)]
    naming = root.crl(entry, at=NOW + timedelta(hours=1))
    forged = stranger.crl(at=NOW + timedelta(hours=9))
    naming_forged = stranger.crl(entry, at=NOW)
    lists = Lists([*plain, naming, forged, naming_forged])
    serials = {leaf.certificate.serial_number}
    given = list(lists.telling([root.certificate], serials, leaf.certificate))
    assert given == [plain[-1], naming, naming_forged]
    assert list(lists.telling([], serials, leaf.certificate)) == []
