"""What is almost a good signature: both paths refuse it, for the same reason."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from hashlib import sha256, sha512

import pytest
from cryptography.hazmat import asn1
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, rsa
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509 import ObjectIdentifier as Oid

from signing import authority
from signing.cms.shapes import Algorithm
from signing.cms.signer import Signer
from signing.cms.verdicts import Signed
from signing.core.errors import Refused
from signing.pki import der, oids
from signing.pki.der import sequence, tlv
from signing.pki.trust import Trust
from signing.statements import cades
from signing.time.authority import Service
from signing.time.shapes import Accuracy, Extension, Imprint, Name, TimestampInfo
from signing.time.timestamps import embedded
from tests.factories import second_opinion
from tests.factories.forged import (
    ECDSA_SHA1,
    NULL,
    RSA_PSS,
    SHA1,
    Recipe,
    algorithm,
    attribute,
    named,
)
from tests.factories.pki import CENTRE, CLOCK, EXPERT, FOUNDED, NOW, CityPki, issued

from .conftest import DATA, both
from .test_chains import Made

Change = Callable[[Recipe, CityPki], Recipe]


def _der(signer: Signer) -> bytes:
    return signer.certificate.public_bytes(Encoding.DER)


def _with(oid: Oid, value: bytes | None) -> Change:
    return lambda recipe, _: replace(recipe, attributes={oid: value})


def _extra(*parts: bytes) -> Change:
    return lambda recipe, _: replace(recipe, extra=parts)


def _by(make: Callable[[CityPki], Signer]) -> Change:
    return lambda recipe, pki: replace(recipe, signer=make(pki))


def _stamped_by(make: Callable[[CityPki], Service], late: timedelta = timedelta(0)) -> Change:
    return lambda recipe, pki: replace(recipe, stamper=embedded(make(pki), lambda: NOW + late))


def _sha1(recipe: Recipe, _: CityPki) -> Recipe:
    key = recipe.signer.key
    assert isinstance(key, ec.EllipticCurvePrivateKey)
    return replace(
        recipe,
        digest=algorithm(SHA1),
        signature_algorithm=algorithm(ECDSA_SHA1),
        attributes={oids.MESSAGE_DIGEST: tlv(b"\x04", bytes(20))},
        signed_by=lambda data: key.sign(data, ec.ECDSA(hashes.SHA1())),  # noqa: S303  # the attack
    )


def _pss(recipe: Recipe, pki: CityPki) -> Recipe:
    signer = issued(pki.other, key="rsa")
    assert isinstance(signer.key, rsa.RSAPrivateKey)
    pss, key = padding.PSS(padding.MGF1(hashes.SHA256()), 32), signer.key
    return replace(
        recipe,
        signer=signer,
        signature_algorithm=algorithm(RSA_PSS),
        signed_by=lambda data: key.sign(data, pss, hashes.SHA256()),
    )


def _other_digest(recipe: Recipe, _: CityPki) -> Recipe:
    key = recipe.signer.key
    assert isinstance(key, ec.EllipticCurvePrivateKey)
    return replace(
        recipe,
        signature_algorithm=algorithm(Oid("1.2.840.10045.4.3.3")),
        signed_by=lambda data: key.sign(data, ec.ECDSA(hashes.SHA384())),
    )


def _borrowed(recipe: Recipe, _: CityPki) -> Recipe:
    thief = ec.generate_private_key(ec.SECP256R1())
    return replace(recipe, signed_by=lambda data: thief.sign(data, ec.ECDSA(hashes.SHA256())))


def _revoked(since: timedelta) -> Change:
    def change(recipe: Recipe, pki: CityPki) -> Recipe:
        signer = issued(pki.home)
        authority.revoke(pki.home, signer.certificate, NOW + since, "keyCompromise")
        return replace(recipe, signer=signer)

    return change


def _stray(recipe: Recipe, pki: CityPki) -> Recipe:
    return replace(recipe, certificates=(_der(recipe.signer), _der(issued(pki.stranger))))


def _curve(pki: CityPki) -> Signer:
    key = ec.generate_private_key(ec.SECP384R1())
    made = authority.issue(pki.home, "person", EXPERT, key.public_key(), FOUNDED)
    return Signer(made, key, pki.home.chain)


def _small(pki: CityPki) -> Signer:
    key = rsa.generate_private_key(public_exponent=65537, key_size=1024)  # noqa: S505  # the attack
    made = authority.issue(pki.home, "person", EXPERT, key.public_key(), FOUNDED)
    return Signer(made, key, pki.home.chain)


def _clock(pki: CityPki) -> Signer:
    return issued(pki.other, "tsa", CLOCK, key="rsa")


def _lone(signer: Signer) -> Signer:
    return Signer(signer.certificate, signer.key)


def _brief(pki: CityPki) -> Signer:
    return issued(pki.home, ends=NOW - timedelta(hours=1))


def _token(pki: CityPki, over: bytes, info: dict[str, object], **changes: object) -> bytes:
    usual: dict[str, object] = {
        "version": 1,
        "policy": Oid("1.2.3"),
        "imprint": Imprint(algorithm=Algorithm(oid=oids.SHA256, parameters=None), digest=over),
        "serial": 7,
        "at": asn1.GeneralizedTime(NOW),
        "accuracy": None,
        "ordering": False,
        "nonce": None,
        "authority": None,
        "extensions": None,
    }
    told = asn1.encode_der(TimestampInfo(**(usual | info)))  # type: ignore[arg-type]  # built so
    recipe = Recipe(
        pki.service.signer,
        told,
        NOW,
        pki.stamper(),
        content_type=oids.TIMESTAMP_INFO,
        inside=told,
        versions=(3, 1),
        attributes={oids.CONTENT_TYPE: asn1.encode_der(oids.TIMESTAMP_INFO)},
        stamped=False,
    )
    return replace(recipe, **changes).made()  # type: ignore[arg-type]  # fields of a recipe


def _says(info: dict[str, object], **changes: object) -> Change:
    return lambda recipe, pki: replace(
        recipe, token=lambda over: _token(pki, over, info, **changes)
    )


def _sha512(recipe: Recipe, pki: CityPki) -> Recipe:
    key = pki.service.signer.key
    assert isinstance(key, rsa.RSAPrivateKey)

    wide = _says(
        {},
        digest=algorithm(oids.SHA512),
        hashed=sha512,
        signature_algorithm=algorithm(Oid("1.2.840.113549.1.1.13"), NULL),
        signed_by=lambda data: key.sign(data, padding.PKCS1v15(), hashes.SHA512()),
    )
    return wide(recipe, pki)


def _ed25519(recipe: Recipe, _: CityPki) -> Recipe:
    odd = Made("odd", key=ed25519.Ed25519PrivateKey.generate())
    der = odd.certificate.public_bytes(Encoding.DER)
    return replace(recipe, certificates=(_der(recipe.signer), der))


_OID = asn1.encode_der
_CRITICAL = Extension(oid=Oid("1.2.3.4"), critical=True, value=b"")
_NOW = asn1.encode_der(asn1.UTCTime(NOW.replace(microsecond=0)))
_PROTECTED = sequence(algorithm(oids.SHA256), tlv(b"\xa1", asn1.encode_der(ECDSA_SHA1)))

REFUSED: dict[str, tuple[Change, str]] = {
    "no signing-certificate-v2": (_with(oids.SIGNING_CERTIFICATE, None), "wrong_signer"),
    "it names another certificate": (
        lambda r, p: replace(r, attributes={oids.SIGNING_CERTIFICATE: named(_der(_brief(p)))}),
        "wrong_signer",
    ),
    "it names another serial": (
        lambda r, _: replace(
            r,
            attributes={
                oids.SIGNING_CERTIFICATE: named(
                    _der(r.signer),
                    sequence(
                        sequence(tlv(b"\xa4", r.signer.certificate.issuer.public_bytes())),
                        asn1.encode_der(7),
                    ),
                )
            },
        ),
        "wrong_signer",
    ),
    "no signing time": (_with(oids.SIGNING_TIME, None), "malformed"),
    "no content type": (_with(oids.CONTENT_TYPE, None), "malformed"),
    "no message digest": (_with(oids.MESSAGE_DIGEST, None), "malformed"),
    "another content type": (_with(oids.CONTENT_TYPE, _OID(oids.SIGNED_DATA)), "malformed"),
    "another digest": (_with(oids.MESSAGE_DIGEST, tlv(b"\x04", bytes(32))), "content_changed"),
    "a digest twice": (
        _extra(attribute(oids.MESSAGE_DIGEST, tlv(b"\x04", sha256(DATA).digest()))),
        "malformed",
    ),
    "two signing times": (
        _extra(attribute(oids.CAPABILITIES, _NOW, asn1.encode_der(7))),
        "malformed",
    ),
    "an unknown attribute": (_extra(attribute(Oid("1.2.3.4"), _NOW)), "malformed"),
    "algorithms protected wrongly": (_extra(attribute(oids.PROTECTION, _PROTECTED)), "algorithm"),
    "attributes out of order": (lambda r, _: replace(r, ordered=False), "malformed"),
    "SHA-1": (_sha1, "algorithm"),
    "RSA-PSS": (_pss, "algorithm"),
    "a digest that does not fit": (_other_digest, "algorithm"),
    "P-384": (_by(_curve), "algorithm"),
    "RSA-1024": (_by(_small), "key_size"),
    "another key": (_borrowed, "signature_invalid"),
    "content inside": (lambda r, _: replace(r, inside=DATA), "malformed"),
    "another version": (lambda r, _: replace(r, versions=(3, 1)), "malformed"),
    "another signer version": (lambda r, _: replace(r, versions=(1, 3)), "malformed"),
    "two signers": (lambda r, _: replace(r, infos=2), "malformed"),
    "no certificate": (lambda r, _: replace(r, certificates=()), "signer_missing"),
    "a certificate twice": (
        lambda r, _: replace(r, certificates=(_der(r.signer), _der(r.signer))),
        "malformed",
    ),
    "a certificate of a strange kind beside": (_ed25519, "stray_certificate"),
    "a stranger's certificate beside": (_stray, "stray_certificate"),
    "a foreign root": (_by(lambda p: _lone(issued(p.stranger))), "unknown_authority"),
    "a foreign root and its chain": (_by(lambda p: issued(p.stranger)), "stray_certificate"),
    "expired": (_by(_brief), "expired"),
    "not valid yet": (
        _by(lambda p: issued(p.home, begins=NOW + timedelta(hours=1))),
        "not_yet_valid",
    ),
    "revoked before": (_revoked(timedelta(hours=-1)), "revoked"),
    "an organisation signs as a person": (
        _by(lambda p: issued(p.home, "organisation", CENTRE)),
        "holder_kind",
    ),
    "a timestamp certificate signs": (_by(_clock), "key_usage"),
    "an authority signs": (
        _by(lambda p: Signer(p.home.intermediate, p.home.intermediate_key, p.home.chain[1:])),
        "key_usage",
    ),
    "no timestamp": (lambda r, _: replace(r, stamped=False), "timestamp_missing"),
    "two timestamps": (
        lambda r, p: replace(r, unsigned=(attribute(oids.TIMESTAMP, p.stamper()(bytes(32))),)),
        "malformed",
    ),
    "something beside the timestamp": (
        lambda r, _: replace(r, unsigned=(attribute(Oid("1.2.3.4"), _NOW),)),
        "malformed",
    ),
    "a timestamp of the document": (
        lambda r, p: replace(r, token=lambda _: p.stamper()(sha256(DATA).digest())),
        "timestamp_refused:timestamp_of_other",
    ),
    "a stranger's timestamp": (
        _stamped_by(lambda p: Service(_lone(issued(p.stranger, "tsa", CLOCK, key="rsa")))),
        "timestamp_refused:unknown_authority",
    ),
    "an expired timestamp authority": (
        _stamped_by(
            lambda p: Service(issued(p.other, "tsa", CLOCK, key="rsa", ends=NOW - timedelta(1)))
        ),
        "timestamp_refused:expired",
    ),
    "a person's certificate stamps": (
        _stamped_by(lambda p: Service(issued(p.other, key="rsa"))),
        "timestamp_refused:key_usage",
    ),
    "a timestamp from another key": (
        _stamped_by(
            lambda p: Service(
                Signer(p.service.signer.certificate, authority.new_key("rsa"), p.other.chain)
            )
        ),
        "timestamp_refused:signature_invalid",
    ),
    "a timestamp with a critical extension": (
        _says({"extensions": [_CRITICAL]}),
        "timestamp_refused:malformed",
    ),
    "a timestamp of another version": (_says({"version": 2}), "timestamp_refused:malformed"),
    "a timestamp over another digest": (
        _says(
            {"imprint": Imprint(algorithm=Algorithm(oid=oids.SHA384, parameters=None), digest=b"x")}
        ),
        "timestamp_refused:timestamp_of_other",
    ),
    "a timestamp with something beside": (
        _says({}, unsigned=(attribute(Oid("1.2.3.4"), _NOW),)),
        "timestamp_refused:malformed",
    ),
    "a timestamp of version 1": (_says({}, versions=(1, 1)), "timestamp_refused:malformed"),
    "a timestamp that no list reaches": (
        _stamped_by(lambda p: p.service, late=timedelta(days=8)),
        "timestamp_refused:revocation_unknown",
    ),
}
ACCEPTED: dict[str, Change] = {
    "as it is": lambda r, _: r,
    "revoked after": _revoked(timedelta(hours=1)),
    "a signing time in full": _with(
        oids.SIGNING_TIME, asn1.encode_der(asn1.GeneralizedTime(NOW.replace(microsecond=0)))
    ),
    "a plain timestamp": _says({}),
    "a timestamp with an extension": _says(
        {"extensions": [Extension(oid=Oid("1.2.3.4"), critical=False, value=b"")]}
    ),
    "a timestamp with every field": _says(
        {
            "accuracy": Accuracy(seconds=1, millis=5, micros=7),
            "ordering": True,
            "nonce": 2**70,
            "authority": Name(general=der.left_unread(tlv(b"\xa4", b"\x30\x00"))),
        }
    ),
    "a timestamp over SHA-512": _sha512,
    "without the chain": _by(lambda p: _lone(issued(p.home))),
    "NULL beside SHA-256": lambda r, _: replace(r, digest=algorithm(oids.SHA256, NULL)),
    "rsaEncryption": lambda r, p: replace(
        r,
        signer=issued(p.other, key="rsa"),
        signature_algorithm=algorithm(Oid("1.2.840.113549.1.1.1"), NULL),
    ),
    "issuer and serial named too": lambda r, _: replace(
        r,
        attributes={
            oids.SIGNING_CERTIFICATE: named(
                _der(r.signer),
                sequence(
                    sequence(tlv(b"\xa4", r.signer.certificate.issuer.public_bytes())),
                    asn1.encode_der(r.signer.certificate.serial_number),
                ),
            )
        },
    ),
    "SHA-256 named in full": lambda r, _: replace(
        r,
        attributes={oids.SIGNING_CERTIFICATE: named(_der(r.signer), before=algorithm(oids.SHA256))},
    ),
}


@pytest.mark.parametrize("case", REFUSED)
def test_refused_by_both_for_the_same_reason(pki: CityPki, expert: Signer, case: str) -> None:
    change, code = REFUSED[case]
    recipe = change(Recipe(expert, DATA, NOW, pki.stamper()), pki)
    made = recipe.made()
    assert both(DATA, made, pki.trust()) == (code, code)


@pytest.mark.parametrize("case", ACCEPTED)
def test_accepted_by_both(pki: CityPki, expert: Signer, case: str) -> None:
    made = ACCEPTED[case](Recipe(expert, DATA, NOW, pki.stamper()), pki).made()
    fast, library = both(DATA, made, pki.trust(NOW + timedelta(hours=2)))
    assert isinstance(fast, Signed), fast
    assert fast == library


def test_the_data_the_use_and_the_trust_matter(pki: CityPki, expert: Signer) -> None:
    trust, made = pki.trust(), cades.sign_and_stamp(DATA, expert, NOW, pki.stamper())
    some = pki.trust(uses=("organisation", "tsa"))
    none = pki.trust(uses=("person",))
    old = Trust(trust.authorities).with_crls(pki.lists(NOW - timedelta(days=8)))
    assert both(DATA + b" ", made, trust) == ("content_changed",) * 2
    assert both(DATA, made, some) == ("use_not_recognised",) * 2
    assert both(DATA, made, none) == ("timestamp_refused:use_not_recognised",) * 2
    assert both(DATA, made, old) == ("timestamp_refused:revocation_unknown",) * 2
    assert both(DATA, made, Trust(())) == ("stray_certificate",) * 2
    assert both(DATA, made, trust, "king") == ("use",) * 2


def test_what_is_too_large_is_not_read(pki: CityPki) -> None:
    with pytest.raises(Refused) as refused:
        cades.verify_fast(DATA, bytes(70_000), pki.trust(), "person")
    assert refused.value.code == "too_large"
    with pytest.raises(Refused):
        second_opinion.verify(DATA, bytes(70_000), pki.trust(), "person")
