"""PKCS#12 files of many kinds become CAdES-B that `signing`, pyHanko and openssl accept."""

import base64
import re
import subprocess
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from asn1crypto import cms as asn1_cms
from asn1crypto import x509 as asn1_x509
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519
from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, pkcs12
from pyhanko.sign.validation import async_validate_detached_cms
from pyhanko_certvalidator import ValidationContext

from market.web.data import data
from signing.authority import holder_file, office, profiles, revocation
from signing.core.errors import Refused
from signing.pki.subjects import Subject
from signing.pki.trust import Trust
from signing.statements import cades

Run = Callable[..., Awaitable[dict[str, Any]]]
pytestmark = pytest.mark.browser

AT = datetime(2026, 11, 22, 1, 0, tzinfo=UTC)
CODE = "91511799MA0000000X"
AGENCY = Subject("达州测试造价所", "达州测试造价所", credit_code=CODE)
TEXT = '{"kind":"application_identity","about":"轮次"}'

SIGN = """const binary = (text) => Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
const opened = await lib.openP12(binary(given.p12), given.password);
lib.mustBeValidAt(opened.certificate, new Date(given.at));
const exported = await crypto.subtle.exportKey("pkcs8", opened.key).catch(({name}) => name);
const content = new TextEncoder().encode(given.text);
const cms = await lib.signDetached(opened, content, new Date(given.at));
const text = (bytes) => btoa(String.fromCharCode(...bytes));
return {exported, holder: lib.holderOf(opened.certificate), cms: text(cms),
  certificate: text(lib.certificateDer(opened.certificate))};"""


@pytest.fixture(scope="module", params=profiles.KEY_KINDS)
def authority(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> office.Office:
    folder = tmp_path_factory.mktemp("ca")
    begun = AT - timedelta(days=30)
    return office.found(
        folder, code="ca", name="测试认证", city="达州", key=request.param, at=begun
    )


def _p12(
    authority: office.Office, password: str, key: Any = None, ends: datetime | None = None
) -> tuple[bytes, Any]:
    key = key or profiles.new_key("ec")
    begins = AT - timedelta(days=2)
    issued = office.issue(authority, "organisation", AGENCY, key.public_key(), begins, ends)
    return holder_file.pkcs12("agency", key, issued, authority.chain, password), issued


def _given(p12: bytes, password: str, **more: Any) -> dict[str, Any]:
    text = base64.b64encode(p12).decode()
    return {"p12": text, "password": password, "text": TEXT, "at": AT.isoformat()} | more


def _trust(authority: office.Office) -> Trust:
    one = office.recognised(authority, ("organisation",), AT - timedelta(days=10))
    return Trust((one,)).with_crls(revocation.crls(authority, AT))


@pytest.mark.parametrize("kind", profiles.KEY_KINDS)
@pytest.mark.parametrize("password", ["demo", "密码 é Ω", "p" * 100])
async def test_the_signature_is_accepted_by_all_three(
    run: Run, authority: office.Office, kind: str, password: str, tmp_path: Path
) -> None:
    p12, issued = _p12(authority, password, profiles.new_key(kind))
    made = (await run("sign", SIGN, _given(p12, password)))["value"]
    assert made["exported"] == "InvalidAccessError"
    assert made["holder"] == {
        "name": AGENCY.name, "organisation": AGENCY.organisation, "creditCode": CODE,
    }  # fmt: skip
    der = issued.public_bytes(serialization.Encoding.DER)
    assert base64.b64decode(made["certificate"]) == der
    signature = base64.b64decode(made["cms"])

    signed = cades.accept(TEXT.encode(), signature, _trust(authority), "organisation", AT)
    assert signed.holder.credit_code == CODE
    with pytest.raises(Refused):
        cades.accept(TEXT.encode() + b" ", signature, _trust(authority), "organisation", AT)

    status = await async_validate_detached_cms(
        TEXT.encode(),
        asn1_cms.ContentInfo.load(signature)["content"],
        signer_validation_context=ValidationContext(
            trust_roots=[_asn1(authority.root)],
            crls=list(revocation.crls(authority, AT)),
            revocation_mode="require",
            moment=AT,
            allow_fetching=False,
        ),
    )
    assert (status.intact, status.valid, status.trusted) == (True, True, True)
    assert _openssl_verifies(authority, signature, TEXT.encode(), tmp_path)
    assert not _openssl_verifies(authority, signature, b"another text", tmp_path)


def _asn1(certificate: Any) -> asn1_x509.Certificate:
    return asn1_x509.Certificate.load(certificate.public_bytes(serialization.Encoding.DER))


def _openssl_verifies(
    authority: office.Office, signature: bytes, content: bytes, folder: Path
) -> bool:
    (folder / "sig.der").write_bytes(signature)
    (folder / "content").write_bytes(content)
    (folder / "root.pem").write_bytes(authority.root.public_bytes(serialization.Encoding.PEM))
    command = [
        "openssl", "cms", "-verify", "-cades", "-binary", "-inform", "DER", "-in", "sig.der",
        "-content", "content", "-CAfile", "root.pem", "-purpose", "any",
        "-attime", str(int(AT.timestamp())), "-out", "/dev/null",
    ]  # fmt: skip
    return subprocess.run(command, cwd=folder, capture_output=True, check=False).returncode == 0


async def test_curves_that_no_statement_may_use_are_refused(
    run: Run, authority: office.Office
) -> None:
    key = ec.generate_private_key(ec.SECP384R1())
    p12, _ = _p12(authority, "demo", key)
    assert (await run("sign", SIGN, _given(p12, "demo")))["refused"] == "p12.key_kind"


async def test_refusals_name_what_is_wrong(run: Run, authority: office.Office) -> None:
    p12, issued = _p12(authority, "demo")
    assert (await run("sign", SIGN, _given(p12, "Demo")))["refused"] == "p12.password"
    assert (await run("sign", SIGN, _given(p12, "")))["refused"] == "p12.password"
    for junk in (b"", b"junk", p12[:200], b"\x30\x80" * 50, bytes(1000)):
        assert (await run("sign", SIGN, _given(junk, "demo")))["refused"] == "p12.not_pkcs12"
    late = _given(p12, "demo", at=(AT + timedelta(days=4000)).isoformat())
    assert (await run("sign", SIGN, late))["refused"] == "p12.expired"
    early = _given(p12, "demo", at=(AT - timedelta(days=20)).isoformat())
    assert (await run("sign", SIGN, early))["refused"] == "p12.not_yet_valid"
    locked = BestAvailableEncryption(b"demo")
    no_key = pkcs12.serialize_key_and_certificates(b"x", None, issued, None, locked)
    assert (await run("sign", SIGN, _given(no_key, "demo")))["refused"] == "p12.no_key"
    stranger = profiles.new_key("ec")
    alone = pkcs12.serialize_key_and_certificates(b"x", stranger, None, None, locked)
    assert (await run("sign", SIGN, _given(alone, "demo")))["refused"] == "p12.no_certificate"
    odd = pkcs12.serialize_key_and_certificates(
        b"x", ed25519.Ed25519PrivateKey.generate(), None, None, locked
    )
    assert (await run("sign", SIGN, _given(odd, "demo")))["refused"] == "p12.key_kind"


async def test_a_flipped_byte_of_the_file_never_signs(run: Run, authority: office.Office) -> None:
    p12, _ = _p12(authority, "demo")
    for at in range(40, len(p12), len(p12) // 12):
        spoilt = p12[:at] + bytes([p12[at] ^ 1]) + p12[at + 1 :]
        answer = await run("sign", SIGN, _given(spoilt, "demo"))
        assert str(answer.get("refused", "signed")).startswith("p12."), at


@pytest.fixture
def pem(authority: office.Office, tmp_path: Path) -> Path:
    key = profiles.new_key("ec")
    _, issued = _p12(authority, "demo", key)
    kind = serialization.Encoding.PEM
    plain = key.private_bytes(kind, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    chain = b"".join(one.public_bytes(kind) for one in (issued, *authority.chain))
    (tmp_path / "both.pem").write_bytes(plain + chain)
    return tmp_path


def _exported(folder: Path, *options: str) -> bytes:
    command = [
        "openssl", "pkcs12", "-export", "-in", "both.pem", "-out", "out.p12",
        "-passout", "pass:demo", *options,
    ]  # fmt: skip
    subprocess.run(command, cwd=folder, capture_output=True, check=True)
    return (folder / "out.p12").read_bytes()


@pytest.mark.parametrize(
    ("options", "refused"),
    [
        ([], None),
        (["-keypbe", "AES-128-CBC", "-certpbe", "NONE", "-macalg", "sha1"], None),
        (["-legacy"], "p12.legacy"),
        (["-legacy", "-keypbe", "PBE-SHA1-3DES", "-certpbe", "PBE-SHA1-3DES"], "p12.legacy"),
        (["-keypbe", "DES-EDE3-CBC", "-certpbe", "DES-EDE3-CBC"], "p12.legacy"),
        (["-nomac"], "p12.no_mac"),
    ],
)
async def test_files_of_openssl(
    run: Run, pem: Path, options: list[str], refused: str | None
) -> None:
    answer = await run("sign", SIGN, _given(_exported(pem, *options), "demo"))
    assert answer.get("refused") == refused


def _remedied(folder: Path) -> bytes:
    texts = (data("templates") / "parts" / "crypto" / "texts.html").read_text("utf-8")
    commands = re.findall(r"openssl pkcs12 [-a-z0-9. ]+", texts)
    for command, password in zip(commands, ("-passin", "-passout"), strict=True):
        run_it = [*command.split(), password, "pass:demo"]
        subprocess.run(run_it, cwd=folder, capture_output=True, check=True)
    return (folder / "new.p12").read_bytes()


async def test_the_remedy_that_the_page_names_works(run: Run, pem: Path) -> None:
    (pem / "old.p12").write_bytes(_exported(pem, "-legacy"))
    answer = await run("sign", SIGN, _given(_remedied(pem), "demo"))
    assert answer["value"]["holder"]["creditCode"] == CODE
