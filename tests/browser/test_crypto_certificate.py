"""PKCS#12 files of many kinds become CAdES-B that `signing`, pyHanko and openssl accept."""

import base64
import hashlib
import hmac
import shutil
import subprocess
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from asn1crypto import cms as asn1_cms
from asn1crypto import pkcs12 as asn1_pkcs12
from asn1crypto import x509 as asn1_x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519
from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, pkcs12
from pyhanko.sign.validation import async_validate_detached_cms
from pyhanko_certvalidator import ValidationContext

from signing.authority import holder_file, office, profiles, revocation
from signing.core.errors import Refused
from signing.pki import subjects
from signing.pki.subject_profiles import read_profile
from signing.pki.subjects import Subject
from signing.pki.trust import Trust
from signing.statements import cades
from tests.signing.pki.made import KEY
from tests.signing.pki.test_subjects import CLERK, SEAL, SUBJECTS, WRONG, certificate
from tests.signing.pki.test_subjects import CODE as RIGHT

Run = Callable[..., Awaitable[dict[str, Any]]]
pytestmark = pytest.mark.browser

AT = datetime(2026, 11, 22, 1, 0, tzinfo=UTC)
CODE = "91511799MA0000000X"  # of the demo: its check digits are not right
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
    return _founded(tmp_path_factory.mktemp("ca"), request.param)


def _founded(folder: Path, kind: str) -> office.Office:
    begun = AT - timedelta(days=30)
    return office.found(folder, code="ca", name="测试认证", city="达州", key=kind, at=begun)


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


READ = """const read = [];
for (const {p12, profiles, agency} of given) {
  const bytes = Uint8Array.from(atob(p12), (letter) => letter.charCodeAt(0));
  const {certificate} = await lib.openP12(bytes, "demo");
  const holder = lib.holderOf(certificate, profiles);
  read.push({...holder, stands: lib.standsFor(holder, agency)});
}
return read;"""


async def test_a_subject_is_read_as_the_server_reads_it(run: Run) -> None:
    quick = serialization.PrivateFormat.PKCS12.encryption_builder().kdf_rounds(1)
    locked = quick.hmac_hash(hashes.SHA256()).build(b"demo")
    given, expected = [], []
    for attributes in SUBJECTS:
        one = certificate(*attributes)
        p12 = pkcs12.serialize_key_and_certificates(b"x", KEY, one, None, locked)
        for told in ([], [SEAL, CLERK]):
            found = subjects.holder(one, [read_profile(each) for each in told])
            name = found.organisation or "某公司"
            issuer = base64.b64encode(one.issuer.public_bytes()).decode()
            written = [{"issuer": issuer, **each} for each in told]
            for code in (RIGHT, WRONG):
                agency = {"name": name, "credit_code": code}
                p12_text = base64.b64encode(p12).decode()
                given.append({"p12": p12_text, "profiles": written, "agency": agency})
                expected.append(
                    {
                        "name": found.name,
                        "organisation": found.organisation,
                        "creditCode": found.credit_code,
                        "stands": found.stands_for(name, code),
                    }
                )
    assert (await run("sign", READ, given))["value"] == expected


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
def pem(tmp_path: Path) -> Path:
    authority = _founded(tmp_path / "ca", "ec")
    key = profiles.new_key("ec")
    _, issued = _p12(authority, "demo", key)
    kind = serialization.Encoding.PEM
    plain = key.private_bytes(kind, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    chain = b"".join(one.public_bytes(kind) for one in (issued, *authority.chain))
    (tmp_path / "both.pem").write_bytes(plain + chain)
    return tmp_path


def _run_in(folder: Path, *command: str) -> None:
    subprocess.run(command, cwd=folder, capture_output=True, check=True)


def _exported(folder: Path, *options: str, password: str = "demo") -> bytes:
    command = ["openssl", "pkcs12", "-export", "-in", "both.pem", "-out", "out.p12"]
    _run_in(folder, *command, "-passout", f"pass:{password}", *options)
    return (folder / "out.p12").read_bytes()


def _both(cipher: str) -> list[str]:
    return ["-legacy", "-keypbe", cipher, "-certpbe", cipher]


OPENED = [
    [],
    ["-keypbe", "AES-128-CBC", "-certpbe", "NONE", "-macalg", "sha1"],
    ["-legacy"],  # RC2-40 for the certificates, 3DES for the key
    ["-legacy", "-descert"],
    ["-legacy", "-macalg", "sha256"],
    ["-legacy", "-certpbe", "NONE"],
    ["-legacy", "-iter", "5000"],
    ["-legacy", "-nomaciter"],
    _both("PBE-SHA1-3DES"),
    _both("PBE-SHA1-2DES"),
    _both("PBE-SHA1-RC2-128"),
    _both("PBE-SHA1-RC2-40"),
    ["-keypbe", "DES-EDE3-CBC", "-certpbe", "DES-EDE3-CBC"],
    ["-keypbe", "AES-256-CBC", "-certpbe", "DES-EDE3-CBC", "-macalg", "sha512"],
]
SECRETS = ["", "密码 é Ω", "p" * 70]


@pytest.mark.parametrize("options", OPENED, ids=" ".join)
async def test_files_of_openssl_open(run: Run, pem: Path, options: list[str]) -> None:
    for password in ("demo", *(SECRETS if options in (OPENED[0], OPENED[2]) else ())):
        p12 = _exported(pem, *options, password=password)
        answer = await run("sign", SIGN, _given(p12, password))
        assert answer["value"]["holder"]["creditCode"] == CODE, (options, password)
        wrong = await run("sign", SIGN, _given(p12, password + " "))
        assert wrong["refused"] == "p12.password"


@pytest.mark.parametrize(
    ("options", "refused"),
    [
        (_both("PBE-SHA1-RC4-128"), "p12.cipher"),
        (_both("PBE-SHA1-RC4-40"), "p12.cipher"),
        (["-nomac"], "p12.no_mac"),
    ],
)
async def test_files_of_openssl_refused(
    run: Run, pem: Path, options: list[str], refused: str
) -> None:
    answer = await run("sign", SIGN, _given(_exported(pem, *options), "demo"))
    assert answer.get("refused") == refused


FEW, MANY, MORE = b"\x02\x03\x01\x86\xa0", b"\x02\x03\x7a\x12\x00", b"\x02\x03\xff\xff\xff"


@pytest.mark.parametrize("cipher", [["-legacy"], ["-macalg", "sha1"]], ids=["old", "new"])
async def test_rounds_have_an_end(run: Run, pem: Path, cipher: list[str]) -> None:
    stamped = _exported(pem, "-iter", "100000", *cipher)
    opened = _exported(pem, "-iter", "100000", "-nomaciter", *cipher)
    for many in (MANY, MORE):
        inside = _restamped(opened.replace(FEW, many))
        for p12 in (stamped.replace(FEW, many), inside):
            answer = await run("sign", SIGN, _given(p12, "demo"))
            assert answer.get("refused") == "p12.rounds"
    assert "value" in await run("sign", SIGN, _given(_restamped(opened), "demo"))


def _restamped(p12: bytes) -> bytes:
    """Another integrity check, of one round of SHA-1 (RFC 7292 B.2)."""
    salt, secret = p12[-8:], "demo\0".encode("utf-16-be")
    input_ = b"\3" * 64 + salt * 8 + (secret * 7)[:64]
    content = asn1_pkcs12.Pfx.load(p12)["auth_safe"]["content"].native
    key = hashlib.sha1(input_).digest()  # noqa: S324 - what old files have
    stamp = hmac.digest(key, content, "sha1")
    return p12[:-30] + stamp + p12[-10:]


async def test_a_flipped_byte_of_an_old_file_never_signs(run: Run, pem: Path) -> None:
    p12 = _exported(pem, "-legacy", "-nomaciter", "-noiter")
    for at in range(10, len(p12), len(p12) // 20):
        spoilt = p12[:at] + bytes([p12[at] ^ 1]) + p12[at + 1 :]
        answer = await run("sign", SIGN, _given(spoilt, "demo"))
        assert str(answer.get("refused", "signed")).startswith("p12."), at


@pytest.mark.parametrize(
    ("key", "refused"),
    [
        (["rsa", "-pkeyopt", "rsa_keygen_bits:1024"], "p12.key_size"),
        (["EC", "-pkeyopt", "ec_paramgen_curve:SM2"], "p12.sm2"),
        (["EC", "-pkeyopt", "ec_paramgen_curve:secp256k1"], "p12.key_kind"),
    ],
)
async def test_a_key_is_called_what_it_is(
    run: Run, tmp_path: Path, key: list[str], refused: str
) -> None:
    make = ["req", "-x509", "-subj", "/CN=x", "-days", "999", "-nodes", "-newkey"]
    _run_in(tmp_path, "openssl", *make, *key, "-keyout", "key.pem", "-out", "one.pem")
    both = (tmp_path / "key.pem").read_bytes() + (tmp_path / "one.pem").read_bytes()
    (tmp_path / "both.pem").write_bytes(both)
    for options in ([], ["-legacy"]):
        answer = await run("sign", SIGN, _given(_exported(tmp_path, *options), "demo"))
        assert answer.get("refused") == refused, options
    assert (await run("sign", SIGN, _given(_exported(tmp_path), "no")))["refused"] == "p12.password"


@pytest.mark.skipif(shutil.which("keytool") is None, reason="no Java here")
async def test_files_of_java_open(run: Run, pem: Path) -> None:
    _exported(pem)
    copy = ["keytool", "-importkeystore", "-srckeystore", "out.p12", "-destkeystore", "java.p12"]
    kinds = ["-srcstoretype", "PKCS12", "-deststoretype", "PKCS12"]
    secrets = ["-srcstorepass", "demo", "-deststorepass", "demo12"]
    _run_in(pem, *copy, *kinds, *secrets, "-J-Dkeystore.pkcs12.legacy")
    answer = await run("sign", SIGN, _given((pem / "java.p12").read_bytes(), "demo12"))
    assert answer["value"]["holder"]["creditCode"] == CODE
