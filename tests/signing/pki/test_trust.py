import errno
import os
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.serialization import Encoding
from hypothesis import given
from hypothesis import strategies as st

from signing import authority
from signing.cms.signer import Signer
from signing.core.canonical import loads
from signing.core.errors import Refused
from signing.pki import trust_files
from signing.pki.chains import FRESH
from signing.pki.trust import Trust, must_count
from tests.factories.pki import CLOCK, FOUNDED, NOW, CityPki, issued, pem

MOMENT = timedelta(seconds=1)


def _why(trust: Trust, certificate: x509.Certificate, use: str, at: datetime) -> str:
    try:
        must_count(trust, certificate, use, at)
    except Refused as refused:
        return refused.code
    return ""


def test_both_cities_count_and_say_which(pki: CityPki, expert: Signer, centre: Signer) -> None:
    trust = pki.trust()
    assert must_count(trust, expert.certificate, "person", NOW).city == "达州"
    assert must_count(trust, centre.certificate, "organisation", NOW).id == "other"


def test_every_reason_has_its_code(pki: CityPki, expert: Signer) -> None:
    leaf = expert.certificate
    trust = pki.trust()
    brief = issued(pki.home, begins=FOUNDED, ends=NOW - timedelta(days=1)).certificate
    coming = issued(pki.home, begins=NOW + timedelta(days=1)).certificate
    only_papers = pki.trust(uses=("paper", "tsa"))
    past = Trust(tuple(replace(a, ends=NOW) for a in trust.authorities), crls=trust.crls)
    future = Trust(
        tuple(replace(a, begins=NOW + MOMENT) for a in trust.authorities), crls=trust.crls
    )
    assert _why(trust, leaf, "person", NOW) == ""
    assert _why(trust, leaf, "king", NOW) == "use"
    assert _why(trust, leaf, "tsa", NOW) == "key_usage"
    assert _why(trust, pki.service.signer.certificate, "person", NOW) == "key_usage"
    assert _why(trust, pki.home.intermediate, "person", NOW) == "key_usage"
    assert _why(trust, issued(pki.stranger).certificate, "person", NOW) == "unknown_authority"
    assert _why(only_papers, leaf, "person", NOW) == "use_not_recognised"
    assert _why(past, leaf, "person", NOW) == "not_recognised_then"
    assert _why(future, leaf, "person", NOW) == "not_recognised_then"
    assert _why(future, leaf, "person", NOW + MOMENT) == ""
    assert _why(trust, brief, "person", NOW) == "expired"
    assert _why(trust, coming, "person", NOW) == "not_yet_valid"
    assert _why(Trust(trust.authorities), leaf, "person", NOW) == "revocation_unknown"


def test_a_list_counts_for_a_week_and_a_later_one_for_all_before(
    pki: CityPki, expert: Signer
) -> None:
    made = NOW.replace(microsecond=0)
    trust = pki.trust(made)
    assert _why(trust, expert.certificate, "person", made + FRESH) == ""
    assert _why(trust, expert.certificate, "person", made + FRESH + MOMENT) == "revocation_unknown"
    later = trust.with_crls(pki.lists(made + timedelta(days=20)))
    assert _why(later, expert.certificate, "person", made + timedelta(days=5)) == ""


def test_one_missing_list_leaves_it_unknown(pki: CityPki, expert: Signer) -> None:
    trust = Trust(pki.trust().authorities)
    root, own = authority.crls(pki.home, NOW)
    for alone in (root, own):
        assert _why(trust.with_crls([alone]), expert.certificate, "person", NOW) == (
            "revocation_unknown"
        )
    assert _why(trust.with_crls([root, own]), expert.certificate, "person", NOW) == ""


def test_a_list_signed_by_someone_else_says_nothing(pki: CityPki, expert: Signer) -> None:
    forged = (
        x509.CertificateRevocationListBuilder()
        .issuer_name(pki.home.intermediate.subject)
        .last_update(NOW)
        .next_update(NOW + timedelta(days=7))
        .sign(pki.stranger.intermediate_key, hashes.SHA256())
    )
    root, _ = authority.crls(pki.home, NOW)
    trust = Trust(pki.trust().authorities).with_crls([root, forged.public_bytes(Encoding.DER)])
    assert _why(trust, expert.certificate, "person", NOW) == "revocation_unknown"


def test_a_list_made_after_the_certificate_ended_says_nothing(pki: CityPki) -> None:
    end = NOW + timedelta(days=2)
    brief = issued(pki.home, ends=end).certificate
    trust = Trust(pki.trust().authorities)
    assert _why(trust.with_crls(pki.lists(end)), brief, "person", NOW) == ""
    late = trust.with_crls(pki.lists(end + timedelta(days=1)))
    assert _why(late, brief, "person", NOW) == "revocation_unknown"


@given(seconds=st.integers(-100_000, 100_000))
def test_revocation_counts_from_its_instant_on(pki: CityPki, seconds: int) -> None:
    trust, leaf, at = _revoked(pki)
    signed = at + timedelta(seconds=seconds)
    assert _why(trust, leaf, "person", signed) == ("revoked" if seconds >= 0 else "")


_made: list[tuple[Trust, x509.Certificate, datetime]] = []


def _revoked(pki: CityPki) -> tuple[Trust, x509.Certificate, datetime]:
    if not _made:
        at = NOW.replace(microsecond=0)
        leaf = issued(pki.home).certificate
        authority.revoke(pki.home, leaf, at, "superseded")
        _made.append((pki.trust(at + timedelta(days=3)), leaf, at))
    return _made[0]


def test_a_revoked_intermediate_takes_all_below_with_it(tmp_path: Path) -> None:
    town = authority.found(
        tmp_path / "town", code="town", name="小城", city="小城", key="ec", at=FOUNDED
    )
    leaf = issued(town).certificate
    authority.revoke(town, town.intermediate, NOW, "cessationOfOperation")
    known = Trust((authority.recognised(town, ("person",), FOUNDED),))
    trust = known.with_crls(authority.crls(town, NOW + timedelta(days=1)))
    assert _why(trust, leaf, "person", NOW - timedelta(days=1)) == ""
    assert _why(trust, leaf, "person", NOW) == "revoked"


@pytest.mark.parametrize(("reason", "earlier"), [("superseded", ""), ("keyCompromise", "revoked")])
def test_a_stolen_timestamp_key_spoils_earlier_stamps_too(
    pki: CityPki, reason: str, earlier: str
) -> None:
    clock = issued(pki.other, "tsa", CLOCK, key="rsa").certificate
    authority.revoke(pki.other, clock, NOW, reason)
    trust = pki.trust(NOW + timedelta(days=1))
    assert _why(trust, clock, "tsa", NOW - timedelta(days=3)) == earlier
    assert _why(trust, clock, "tsa", NOW) == "revoked"


def test_it_survives_the_disk_in_every_form(pki: CityPki, expert: Signer, tmp_path: Path) -> None:
    trust = pki.trust()
    trust_files.save(trust, tmp_path)
    assert trust_files.load(tmp_path) == trust
    for path in list(tmp_path.rglob("*.cer")):
        certificate = x509.load_der_x509_certificate(path.read_bytes())
        path.with_suffix(".pem").write_bytes(pem([certificate]))
        path.unlink()
    again = trust_files.load(tmp_path)
    assert must_count(again, expert.certificate, "person", NOW).name == pki.home.name
    loads((tmp_path / "trust.json").read_bytes())


def test_who_reads_while_it_is_written_finds_the_old_or_the_new(
    pki: CityPki, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    trust_files.save(pki.trust(), tmp_path)
    before = {p: p.read_bytes() for p in tmp_path.rglob("*") if p.is_file()}

    def full(_descriptor: int) -> None:
        raise OSError(errno.ENOSPC, "no space left")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="no space"):
        trust_files.save(pki.trust(NOW + timedelta(days=1)), tmp_path)
    assert {p: p.read_bytes() for p in tmp_path.rglob("*") if p.is_file()} == before
    monkeypatch.undo()
    trust_files.save(pki.trust(NOW + timedelta(days=1)), tmp_path)
    after = {p for p in tmp_path.rglob("*") if p.is_file()}
    assert before.keys() < after
    assert not [p for p in after if p.name.startswith(".")]
    assert trust_files.load(tmp_path).authorities == pki.trust().authorities


def test_a_file_that_cannot_be_read_is_left_out_and_told(pki: CityPki, tmp_path: Path) -> None:
    trust = pki.trust()
    trust_files.save(trust, tmp_path)
    (tmp_path / "crls" / "weekly.crl").write_bytes(b"\x30\x03\x02\x01\x01")
    (tmp_path / "roots" / "readme.pem").write_text("none", "utf-8")
    read = trust_files.load(tmp_path)
    assert read.unread == ("crls/weekly.crl", "roots/readme.pem")
    assert replace(read, unread=()) == trust


def test_the_description_anchors_and_the_files_do_not(pki: CityPki) -> None:
    trust = pki.trust()
    told, beside = trust_files.described(trust), trust_files.files(trust)
    assert trust_files.assembled(told, beside) == trust
    added = beside | {"roots/x.cer": trust_files.dumped(pki.stranger.root)}
    assert trust_files.assembled(told, added) == trust
    some = {path: data for path, data in beside.items() if "roots" not in path}
    with pytest.raises(Refused) as refused:
        trust_files.assembled(told, some)
    assert refused.value.code == "missing_certificate"


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"uses": ["king"]}, "shape"),
        ({"from_at": "yesterday"}, "shape"),
        ({"roots": ["00"]}, "shape"),
        ({"roots": ["00" * 32]}, "missing_certificate"),
        ({"more": 1}, "shape"),
    ],
)
def test_a_bad_description_is_refused(pki: CityPki, change: dict[str, object], code: str) -> None:
    trust = pki.trust()
    told = [trust_files.described(trust)[0] | change]
    with pytest.raises(Refused) as refused:
        trust_files.assembled(told, trust_files.files(trust))
    assert refused.value.code == code


@pytest.mark.parametrize(
    "junk", [b"", b"junk", b"-----BEGIN X509 CRL-----\n", b"\x30\x03\x02\x01\x01"]
)
def test_junk_is_no_list_and_no_certificate(pki: CityPki, junk: bytes) -> None:
    with pytest.raises(Refused) as refused:
        pki.trust().with_crls([junk])
    assert refused.value.code == "unreadable_crl"
    with pytest.raises(Refused) as refused:
        trust_files.read_certificate(junk)
    assert refused.value.code == "unreadable_certificate"
