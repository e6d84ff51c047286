import re
from datetime import timedelta
from pathlib import Path
from stat import S_IMODE

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding, pkcs12
from cryptography.x509.oid import ExtendedKeyUsageOID, ExtensionOID

from signing import authority
from signing.cms.signer import Signer
from signing.core.errors import Refused
from signing.pki.subjects import Subject, holder
from tests.factories.pki import CENTRE, EXPERT, FOUNDED, NOW, CityPki, issued, pem

from .conftest import Openssl


def _office(folder: Path) -> authority.Office:
    return authority.found(folder, code="town", name="小城认证", city="小城", key="ec", at=FOUNDED)


def test_names_are_read_as_they_were_written(expert: Signer, centre: Signer) -> None:
    person, body = holder(expert.certificate), holder(centre.certificate)
    assert (person.name, person.organisation, person.role, person.number) == (
        EXPERT.name,
        EXPERT.organisation,
        EXPERT.role,
        EXPERT.number,
    )
    assert person.credit_code == EXPERT.credit_code
    assert (body.name, body.credit_code, body.role) == (CENTRE.name, CENTRE.credit_code, "")
    assert body.issuer == "演示认证中心乙签发证书"


def test_a_credit_code_in_the_serial_number_is_found_too(pki: CityPki) -> None:
    code = "91350100M000100Y43"  # the example of GB 32100
    signer = issued(pki.home, subject=Subject("某公司", number=code))
    assert holder(signer.certificate).credit_code == code
    signer = issued(pki.home, subject=Subject("某人", number="E-7"))
    assert holder(signer.certificate).credit_code == ""


def test_profiles_say_what_the_key_may_do(pki: CityPki, expert: Signer) -> None:
    usage = expert.certificate.extensions.get_extension_for_class(x509.KeyUsage)
    assert usage.critical
    assert usage.value.digital_signature
    assert usage.value.content_commitment
    assert not usage.value.key_cert_sign
    clock = pki.service.signer.certificate
    purpose = clock.extensions.get_extension_for_oid(ExtensionOID.EXTENDED_KEY_USAGE)
    assert purpose.critical
    assert list(purpose.value) == [ExtendedKeyUsageOID.TIME_STAMPING]
    assert clock.public_key().key_size == 2048


def test_openssl_follows_both_chains(
    pki: CityPki, expert: Signer, centre: Signer, openssl: Openssl, tmp_path: Path
) -> None:
    lists = [x509.load_der_x509_crl(der) for der in pki.lists(NOW)]
    (tmp_path / "known.pem").write_bytes(pem([pki.home.root, pki.other.root, *lists]))
    between = pem([pki.home.intermediate, pki.other.intermediate])
    (tmp_path / "between.pem").write_bytes(between)
    at = str(int(NOW.timestamp()))
    for signer in (expert, centre):
        (tmp_path / "leaf.pem").write_bytes(pem([signer.certificate]))
        told = openssl(
            *("verify", "-crl_check_all", "-attime", at, "-CAfile", "known.pem"),
            *("-untrusted", "between.pem", "leaf.pem"),
        )
        assert told.stdout.strip() == "leaf.pem: OK", told.stderr


def test_keys_are_for_their_owner_alone_and_state_survives(tmp_path: Path) -> None:
    office = _office(tmp_path / "town")
    signer = issued(office)
    assert {S_IMODE(p.stat().st_mode) for p in (tmp_path / "town").glob("*.key")} == {0o600}
    again = authority.opened(tmp_path / "town")
    authority.revoke(again, signer.certificate, NOW, "superseded")
    assert again.root == office.root
    _, der = authority.crls(again, NOW)
    listed = x509.load_der_x509_crl(der)
    assert listed.get_revoked_certificate_by_serial_number(signer.certificate.serial_number)


def test_lists_are_numbered_and_name_what_is_revoked_by_their_time(
    tmp_path: Path, openssl: Openssl
) -> None:
    office = _office(tmp_path / "town")
    first, second = issued(office), issued(office)
    authority.revoke(office, first.certificate, NOW, "keyCompromise")
    authority.revoke(office, second.certificate, NOW + timedelta(days=1), "superseded")
    (root, early), (_, late) = (
        authority.crls(office, NOW),
        authority.crls(office, NOW + timedelta(days=2)),
    )
    serials = [{e.serial_number for e in x509.load_der_x509_crl(d)} for d in (early, late)]
    assert serials == [
        {first.certificate.serial_number},
        {first.certificate.serial_number, second.certificate.serial_number},
    ]
    assert len(x509.load_der_x509_crl(root)) == 0
    (tmp_path / "late.crl").write_bytes(late)
    told = openssl("crl", "-in", "late.crl", "-inform", "DER", "-noout", "-crlnumber", "-text")
    assert "crlNumber=0x02" in told.stdout
    assert "Key Compromise" in told.stdout


def test_an_intermediate_is_revoked_by_the_root(tmp_path: Path) -> None:
    office = _office(tmp_path / "town")
    authority.revoke(office, office.intermediate, NOW, "keyCompromise")
    root, own = authority.crls(office, NOW)
    assert [e.serial_number for e in x509.load_der_x509_crl(root)] == [
        office.intermediate.serial_number
    ]
    assert len(x509.load_der_x509_crl(own)) == 0


def test_what_the_desk_refuses(tmp_path: Path, pki: CityPki, expert: Signer) -> None:
    office = _office(tmp_path / "town")
    key = authority.new_key("ec").public_key()
    signer = issued(office)
    authority.revoke(office, signer.certificate, NOW, "superseded")
    for code, act in {
        "authority_exists": lambda: _office(tmp_path / "town"),
        "no_authority": lambda: authority.opened(tmp_path / "nowhere"),
        "certificate_kind": lambda: authority.issue(office, "king", EXPERT, key, NOW),
        "certificate_life": lambda: authority.issue(office, "person", EXPERT, key, NOW, NOW),
        "key_kind": lambda: authority.issue(office, "tsa", EXPERT, key, NOW),
        "revocation_reason": lambda: authority.revoke(office, signer.certificate, NOW, "why not"),
        "not_issued_here": lambda: authority.revoke(office, expert.certificate, NOW, "superseded"),
        "already_revoked": lambda: authority.revoke(office, signer.certificate, NOW, "superseded"),
    }.items():
        with pytest.raises(Refused) as refused:
            act()
        assert refused.value.code == code
    with pytest.raises(Refused, match="kind of key"):
        authority.new_key("dsa")


@pytest.mark.parametrize("password", ["demo", "口令 一二三"])
def test_a_file_for_the_browser(
    expert: Signer, openssl: Openssl, tmp_path: Path, password: str
) -> None:
    packed = authority.pkcs12("赵一鸣", expert.key, expert.certificate, expert.chain, password)
    opened = pkcs12.load_pkcs12(packed, password.encode())
    assert opened.cert is not None
    assert opened.cert.certificate == expert.certificate
    assert {c.certificate for c in opened.additional_certs} == set(expert.chain)
    (tmp_path / "file.p12").write_bytes(packed)
    (tmp_path / "word").write_text(password + "\n", encoding="utf-8")
    told = openssl("pkcs12", "-in", "file.p12", "-passin", "file:word", "-info", "-noout")
    assert told.returncode == 0, told.stderr
    assert "PBES2, PBKDF2, AES-256-CBC, Iteration 50000, PRF hmacWithSHA256" in told.stderr
    assert "MAC: sha256" in told.stderr
    wrong = openssl("pkcs12", "-in", "file.p12", "-passin", "pass:wrong", "-noout")
    assert wrong.returncode != 0


def test_no_two_serial_numbers_are_alike(pki: CityPki) -> None:
    serials = {issued(pki.home).certificate.serial_number for _ in range(20)}
    assert len(serials) == 20
    der = issued(pki.home).certificate.public_bytes(Encoding.DER)
    assert re.fullmatch("[0-9a-f]+", holder(x509.load_der_x509_certificate(der)).serial)
