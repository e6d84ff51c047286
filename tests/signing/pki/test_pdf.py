import random  # noqa: TID251  # seeded damage decides nothing
import subprocess
from datetime import timedelta
from io import BytesIO
from pathlib import Path

import pytest
import typst
from asn1crypto import keys, tsp
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign import PdfSignatureMetadata, PdfSigner, SimpleSigner
from pyhanko.sign.fields import SigSeedSubFilter
from pyhanko.sign.timestamps import TimeStamper
from pyhanko_certvalidator.registry import SimpleCertificateStore
from pylopdf_fonts_zh_cn import serif_path

from signing import authority
from signing.cms.signer import Signer
from signing.core.errors import Refused
from signing.pdf import hanko, pades, paper_check
from signing.pki.trust import Trust
from signing.time.authority import respond
from tests.factories.pki import CENTRE, NOW, CityPki, issued

SEAL = pades.Seal(CENTRE.name)
ATTACHED = b'{"v":1}'
SOURCE = """
#set page(paper: "a4")
#set text(font: "Noto Serif SC")
= 中选公告
达州市演示交易中心
#pdf.attach("data.json", bytes("{\\"v\\":1}"), mime-type: "application/json",
  relationship: "data", description: "data")
"""


@pytest.fixture(scope="module")
def paper() -> bytes:
    made = typst.compile(
        SOURCE.encode(),
        font_paths=[str(serif_path().parent)],
        ignore_system_fonts=True,
        pdf_standards=["a-3b"],
    )
    assert isinstance(made, bytes)
    return made


@pytest.fixture(scope="module")
def signed(paper: bytes, pki: CityPki, centre: Signer) -> bytes:
    return pades.sign(paper, centre, NOW, pki.stamper(), pki.trust(), SEAL)


def _code(data: bytes, trust: Trust) -> str:
    with pytest.raises(Refused) as refused:
        paper_check.verify(data, trust)
    return refused.value.code


def test_a_signed_paper_says_who_when_and_what(signed: bytes, pki: CityPki) -> None:
    (found,) = paper_check.verify(signed, pki.trust())
    assert found.holder.credit_code == CENTRE.credit_code
    assert found.authority == "other"
    assert found.signed_at == NOW.replace(microsecond=0)
    assert found.stamp is not None
    assert found.stamp.at == NOW
    assert paper_check.attached(signed) == {"data.json": ATTACHED}


async def test_it_can_be_checked_within_a_server(signed: bytes, pki: CityPki) -> None:
    assert len(paper_check.verify(signed, pki.trust())) == 1


def test_it_carries_its_own_revocation_lists(signed: bytes, pki: CityPki) -> None:
    bare = Trust(pki.trust().authorities)
    assert paper_check.verify(signed, bare) == paper_check.verify(signed, pki.trust())


def test_pdfsig_agrees(signed: bytes, tmp_path: Path) -> None:
    (tmp_path / "paper.pdf").write_bytes(signed)
    told = _ask(tmp_path, "pdfsig", "-nocert", "paper.pdf")
    assert "Signature is Valid." in told
    assert "Total document signed" in told
    assert "ETSI.CAdES.detached" in told
    assert f"Signer Certificate Common Name: {CENTRE.name}" in told
    broken = signed[:900] + bytes([signed[900] ^ 1]) + signed[901:]
    (tmp_path / "paper.pdf").write_bytes(broken)
    assert "Signature is Valid." not in _ask(tmp_path, "pdfsig", "-nocert", "paper.pdf")


def _ask(folder: Path, *command: str) -> str:
    told = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    return told.stdout + told.stderr


def test_the_seal_is_red_and_its_glyphs_are_embedded(signed: bytes, tmp_path: Path) -> None:
    (tmp_path / "paper.pdf").write_bytes(signed)
    fonts = _ask(tmp_path, "pdffonts", "paper.pdf").splitlines()[2:]
    assert fonts
    assert all(line.split()[-5:-2] == ["yes", "yes", "yes"] for line in fonts)
    box = ("-x", "400", "-y", str(842 - 120 - 119), "-W", "119", "-H", "119")
    _ask(tmp_path, "pdftoppm", "-r", "72", *box, "paper.pdf", "seal")
    picture = next(tmp_path.glob("seal*.ppm")).read_bytes()
    pixels = picture[-119 * 119 * 3 :]
    red = sum(pixels[i] > 120 > pixels[i + 1] + 20 for i in range(0, len(pixels), 3))
    assert 500 < red < 6000


def test_not_one_byte_can_be_changed(signed: bytes, pki: CityPki) -> None:
    rng = random.Random(20261123)
    trust = pki.trust()
    end = signed.rindex(b"00>")
    start = signed.rindex(b"/Contents <", 0, end)
    spots = [rng.randrange(len(signed)) for _ in range(30)]
    spots += [rng.randrange(start, end) for _ in range(25)]
    for at in spots:
        damaged = signed[:at] + bytes([signed[at] ^ (1 << rng.randrange(7))]) + signed[at + 1 :]
        with pytest.raises(Refused):
            paper_check.verify(damaged, trust)


def test_nothing_can_be_added_cut_or_put_beside(signed: bytes, paper: bytes, pki: CityPki) -> None:
    trust = pki.trust()
    assert _code(signed + b"\n", trust) == "not_covered"
    assert _code(signed[:-1], trust) in {"unreadable_pdf", "not_covered"}
    assert _code(paper, trust) == "not_signed"
    padding = signed.rindex(b"00>")
    assert _code(signed[:padding] + b"01>" + signed[padding + 3 :], trust) == "not_covered"
    for junk in (b"", b"junk", b"%PDF-1.7\n", signed[:400]):
        assert _code(junk, trust) == "unreadable_pdf"
        with pytest.raises(Refused):
            paper_check.attached(junk)


def test_a_later_page_is_found(signed: bytes, pki: CityPki) -> None:
    writer = IncrementalPdfFileWriter(BytesIO(signed))
    writer.root["/Changed"] = generic.NameObject("/Yes")  # the catalogue is signed as well
    writer.update_root()
    out = BytesIO()
    writer.write(out)
    assert _code(out.getvalue(), pki.trust()) in {"changed_afterwards", "not_covered"}


def test_two_may_sign_one_after_the_other(signed: bytes, pki: CityPki) -> None:
    other = issued(pki.home, "organisation", CENTRE)
    where = pades.Seal("另一方", field="second", x=100)
    later = NOW + timedelta(minutes=5)
    twice = pades.sign(signed, other, later, pki.stamper(later), pki.trust(later), where)
    first, second = paper_check.verify(twice, pki.trust(later))
    assert (first.authority, second.authority) == ("other", "home")
    assert paper_check.attached(twice) == {"data.json": ATTACHED}


@pytest.mark.parametrize(("since", "code"), [(-1, "revoked"), (1, "")])
def test_revocation_counts_from_its_instant_on(
    paper: bytes, pki: CityPki, since: int, code: str
) -> None:
    signer = issued(pki.home, "organisation", CENTRE)
    made = pades.sign(paper, signer, NOW, pki.stamper(), pki.trust(), SEAL)
    at = NOW + timedelta(hours=since)
    authority.revoke(pki.home, signer.certificate, at, "keyCompromise")
    trust = pki.trust(NOW + timedelta(days=1))
    if code:
        assert _code(made, trust) == code
    else:
        assert len(paper_check.verify(made, trust)) == 1


def test_who_may_not_sign_papers(signed: bytes, paper: bytes, pki: CityPki) -> None:
    assert _code(signed, pki.trust(uses=("person", "tsa"))) == "use_not_recognised"
    assert _code(signed, Trust(())) == "stray_certificate"
    with pytest.raises(Refused) as refused:
        pades.sign(
            paper,
            issued(pki.stranger, "organisation", CENTRE),
            NOW,
            pki.stamper(),
            pki.trust(),
            SEAL,
        )
    assert refused.value.code == "unknown_authority"
    bare = Trust(pki.trust().authorities)
    with pytest.raises(Refused) as refused:
        pades.sign(paper, issued(pki.home, "organisation", CENTRE), NOW, pki.stamper(), bare, SEAL)
    assert refused.value.code == "revocation_unknown"
    late = pki.stamper(NOW + timedelta(days=8))
    with pytest.raises(Refused) as refused:
        pades.sign(paper, issued(pki.home, "organisation", CENTRE), NOW, late, pki.trust(), SEAL)
    assert refused.value.code == "timestamp_refused"
    with pytest.raises(Refused) as refused:
        pades.sign(
            signed, issued(pki.home, "organisation", CENTRE), NOW, pki.stamper(), pki.trust(), SEAL
        )
    assert refused.value.code == "cannot_sign"
    with pytest.raises(Refused) as refused:
        pades.sign(
            b"junk", issued(pki.home, "organisation", CENTRE), NOW, pki.stamper(), pki.trust(), SEAL
        )
    assert refused.value.code == "unreadable_pdf"
    with pytest.raises(Refused) as refused:
        pades.sign(paper, issued(pki.home), NOW, pki.stamper(), pki.trust(), SEAL)
    assert refused.value.code == "holder_kind"


def test_the_stampers_refusal_comes_through(paper: bytes, pki: CityPki, centre: Signer) -> None:
    def down(_: bytes) -> bytes:
        raise Refused("timestamp_unreachable", "nobody answers")

    with pytest.raises(Refused) as refused:
        pades.sign(paper, centre, NOW, down, pki.trust(), SEAL)
    assert refused.value.code == "timestamp_unreachable"


def test_a_paper_without_attachments(pki: CityPki) -> None:
    plain = typst.compile(b"hello")
    assert isinstance(plain, bytes)
    assert paper_check.attached(plain) == {}


def _stamps(pki: CityPki) -> TimeStamper:
    class Stamps(TimeStamper):
        async def async_request_tsa_response(self, req: tsp.TimeStampReq) -> tsp.TimeStampResp:
            return tsp.TimeStampResp.load(respond(pki.service, req.dump(), NOW))

    return Stamps()


async def test_what_pyhanko_signs_is_read_too(paper: bytes, pki: CityPki, centre: Signer) -> None:
    """Another maker: no revocation lists inside, its own attributes, its own order."""
    key = keys.PrivateKeyInfo.load(
        centre.key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
    )
    store = SimpleCertificateStore.from_certs([hanko.their_certificate(c) for c in centre.chain])
    out = await PdfSigner(
        PdfSignatureMetadata(field_name="theirs", subfilter=SigSeedSubFilter.PADES),
        signer=SimpleSigner(hanko.their_certificate(centre.certificate), key, store),
        timestamper=_stamps(pki),
    ).async_sign_pdf(IncrementalPdfFileWriter(BytesIO(paper)))
    theirs = out.getvalue()
    (found,) = paper_check.verify(theirs, pki.trust())
    assert found.holder.name == CENTRE.name
    assert _code(theirs, Trust(pki.trust().authorities)) == "timestamp_refused"


def test_size_has_an_end(signed: bytes, pki: CityPki, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(paper_check, "LARGEST", 1000)
    assert _code(signed, pki.trust()) == "too_large"
    with pytest.raises(Refused):
        paper_check.attached(signed)


def test_a_tree_of_attachments_without_end(paper: bytes) -> None:
    writer = IncrementalPdfFileWriter(BytesIO(paper))
    node = generic.DictionaryObject()
    reference = writer.add_object(node)
    node["/Kids"] = generic.ArrayObject([reference])
    writer.root["/Names"] = generic.DictionaryObject({"/EmbeddedFiles": reference})
    writer.update_root()
    out = BytesIO()
    writer.write(out)
    with pytest.raises(Refused) as refused:
        paper_check.attached(out.getvalue())
    assert refused.value.code == "unreadable_pdf"
