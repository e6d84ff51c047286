"""Certificates as authorities really write them: recorded, and somebody signs in with each."""

import subprocess
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import httpx2
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509.oid import ExtensionOID

from market.accounts.models import Organisation
from market.settings import Settings
from signing import authority
from signing.authority.profiles import PrivateKey
from signing.cms.signer import Signer
from signing.pki import trust_files
from signing.pki.subject_profiles import ATTRIBUTES, read_profile
from signing.pki.trust import Trust
from tests.factories.authority import LONG, Authority, Issued, found
from tests.factories.city import TestCity
from tests.factories.clock import FakeClock
from tests.factories.people import settle
from tests.signing.pki.made import usage

from .test_certificate_sign_in import present, record

CA_FALSE, LEFT_OUT = b"\x30\x03\x01\x01\x00", b"\x30\x00"
SEAL = {
    "holder": "organisation",
    "reads": [
        {"attribute": "CN", "pattern": "{digits}"},
        {"attribute": "O", "pattern": "{credit_code}{organisation}"},
    ],
}
Names = Callable[[Organisation], list[tuple[str, str]]]


@pytest.fixture(autouse=True)
async def people(city: TestCity) -> None:
    await settle(city, "regulator", "owner", "security-admin")


@pytest.fixture
def ca(tmp_path: Path, settings: Settings, clock: FakeClock) -> Authority:
    """One that has a subject profile, and a list in its folder that nobody can read."""
    made = found(tmp_path / "ca", settings.data, clock())
    known = authority.recognised(made.office, ("person", "organisation"), clock() - LONG)
    profiled = Trust((replace(known, subjects=(read_profile(SEAL),)),))
    trust_files.save(profiled.with_crls(authority.crls(made.office, clock())), made.trust)
    (made.trust / "crls" / "of-sm2.crl").write_bytes(b"\x30\x03\x02\x01\x01")
    return made


def issue(
    ca: Authority,
    clock: FakeClock,
    names: list[tuple[str, str]],
    constraints: bytes,
    key: PrivateKey,
) -> Issued:
    raw = x509.UnrecognizedExtension(ExtensionOID.BASIC_CONSTRAINTS, constraints)
    subject = x509.Name([x509.NameAttribute(ATTRIBUTES[name], text) for name, text in names])
    certificate = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(ca.office.intermediate.subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(clock() - timedelta(days=9))
        .not_valid_after(clock() + timedelta(days=900))
        .add_extension(raw, critical=False)
        .add_extension(usage("digital_signature", "content_commitment"), critical=True)
        .sign(ca.office.intermediate_key, hashes.SHA256())
    )
    return Issued(Signer(certificate, key, ca.office.chain))


PERSONS: dict[str, Names] = {
    "a name and an organisation": lambda body: [("O", body.name), ("CN", "严演督")],
    "a code in lower case behind a prefix": lambda body: [
        ("O", body.name),
        ("serialNumber", f"TYSHXYDM:{body.credit_code.lower()}"),
        ("CN", "严演督"),
    ],
    "several units, one with a code": lambda body: [
        ("O", body.name),
        ("OU", body.credit_code),
        ("OU", "监管科"),
        ("CN", "严演督"),
    ],
    "no organisation at all": lambda _: [("CN", "严演督")],
}
SEALS: dict[str, Names] = {
    "a number for a name, code and name in O": lambda body: [
        ("O", f"{body.credit_code}{body.name}"),
        ("CN", "13205820012345"),
    ],
    "its name twice and the identifier": lambda body: [
        ("O", body.name),
        ("organizationIdentifier", f"NTRCN-{body.credit_code}"),
        ("CN", body.name),
    ],
}


@pytest.mark.parametrize("constraints", [CA_FALSE, LEFT_OUT], ids=["written", "left"])
@pytest.mark.parametrize("kind", PERSONS)
async def test_a_person_signs_in_with_it(
    city: TestCity,
    client: httpx2.AsyncClient,
    ca: Authority,
    clock: FakeClock,
    kind: str,
    constraints: bytes,
) -> None:
    body = await Organisation.get(code="reg-0001")
    key = ec.generate_private_key(ec.SECP256R1())
    card = issue(ca, clock, PERSONS[kind](body), constraints, key)
    assert (await record(city, client, card, "regulator")).status_code == 303
    assert (await present(client, card, clock)).json() == {"location": "/desk"}


@pytest.mark.parametrize("kind", SEALS)
async def test_an_organisation_signs_in_with_it(
    city: TestCity, client: httpx2.AsyncClient, ca: Authority, clock: FakeClock, kind: str
) -> None:
    body = await Organisation.get(code="own-0001")
    key = rsa.generate_private_key(65537, 2048)
    seal = issue(ca, clock, SEALS[kind](body), CA_FALSE, key)
    assert (await record(city, client, seal, "owner", whole=True)).status_code == 303
    assert (await present(client, seal, clock)).json() == {"location": "/desk"}


def _of_sm2(folder: Path) -> x509.Certificate:
    for command in (
        "openssl ecparam -name SM2 -genkey -noout -out key.pem",
        "openssl req -x509 -new -key key.pem -sm3 -subj /CN=x -days 99 -out sm2.pem",
    ):
        subprocess.run(command.split(), cwd=folder, capture_output=True, check=True)
    return x509.load_pem_x509_certificate((folder / "sm2.pem").read_bytes())


async def test_short_keys_and_sm2_are_called_what_they_are(
    city: TestCity, client: httpx2.AsyncClient, ca: Authority, clock: FakeClock, tmp_path: Path
) -> None:
    short = rsa.generate_private_key(65537, 1024)  # noqa: S505 - to be refused
    card = issue(ca, clock, [("CN", "严演督")], LEFT_OUT, short)
    refused = await record(city, client, card, "regulator")
    assert (refused.status_code, "只有 1024 位" in refused.text) == (422, True)
    assert (await present(client, card, clock)).json()["key"] == "signing.key_size"
    sm2 = _of_sm2(tmp_path)
    chinese = Issued(replace(card.signer, certificate=sm2))
    refused = await record(city, client, chinese, "regulator")
    assert (refused.status_code, "国密 SM2 证书" in refused.text) == (422, True)
    assert (await present(client, chinese, clock)).json()["key"] == "signing.sm2"
