from pathlib import Path

import pytest
from cryptography import x509

from signing.cms.signer import Signer
from signing.cms.verdicts import Signed
from signing.core.errors import Refused
from signing.statements import cades
from tests.factories.forged import Recipe
from tests.factories.pki import CENTRE, NOW, CityPki, key_pem, pem

from .conftest import DATA, Openssl, both


def test_both_paths_tell_the_same_of_both_key_kinds(
    pki: CityPki, expert: Signer, centre: Signer
) -> None:
    trust = pki.trust()
    for signer, use in ((expert, "person"), (centre, "organisation")):
        made = cades.sign_and_stamp(DATA, signer, NOW, pki.stamper())
        fast, library = both(DATA, made, trust, use)
        assert fast == library
        assert isinstance(fast, Signed)
        assert fast.signed_at == NOW.replace(microsecond=0)
        assert fast.stamp is not None
        assert fast.stamp.at == NOW
    assert fast.holder.credit_code == CENTRE.credit_code


def test_the_untouched_recipe_is_what_we_make(pki: CityPki, centre: Signer) -> None:
    """RSA signatures repeat, so the forger's bench can be compared byte for byte."""
    ours = cades.sign(DATA, centre, NOW)
    assert Recipe(centre, DATA, NOW, pki.stamper(), stamped=False).made() == ours


def test_openssl_accepts_what_we_make(
    pki: CityPki, expert: Signer, centre: Signer, openssl: Openssl, tmp_path: Path
) -> None:
    lists = [x509.load_der_x509_crl(der) for der in pki.lists(NOW)]
    (tmp_path / "known.pem").write_bytes(pem([pki.home.root, pki.other.root, *lists]))
    (tmp_path / "data").write_bytes(DATA)
    (tmp_path / "changed").write_bytes(DATA + b" ")
    for signer in (expert, centre):
        made = cades.sign_and_stamp(DATA, signer, NOW, pki.stamper())
        (tmp_path / "made.p7s").write_bytes(made)
        ask = (
            *("cms", "-verify", "-cades", "-binary", "-inform", "DER", "-in", "made.p7s"),
            *("-CAfile", "known.pem", "-crl_check_all", "-purpose", "any"),
            *("-attime", str(int(NOW.timestamp())), "-out", "out"),
        )
        told = openssl(*ask, "-content", "data")
        assert told.returncode == 0, told.stderr
        assert openssl(*ask, "-content", "changed").returncode != 0


def test_we_accept_what_openssl_makes(
    pki: CityPki, expert: Signer, centre: Signer, openssl: Openssl, tmp_path: Path
) -> None:
    trust = pki.trust()
    (tmp_path / "data").write_bytes(DATA)
    for signer, use in ((expert, "person"), (centre, "organisation")):
        (tmp_path / "leaf.pem").write_bytes(pem([signer.certificate]))
        (tmp_path / "key.pem").write_bytes(key_pem(signer.key))
        (tmp_path / "between.pem").write_bytes(pem(signer.chain[:1]))
        for more in ((), ("-certfile", "between.pem"), ("-nosmimecap",)):
            told = openssl(
                *("cms", "-sign", "-cades", "-binary", "-md", "sha256", "-in", "data"),
                *("-signer", "leaf.pem", "-inkey", "key.pem", "-outform", "DER", "-out", "s"),
                *more,
            )
            assert told.returncode == 0, told.stderr
            signature = (tmp_path / "s").read_bytes()
            assert cades.accept(DATA, signature, trust, use, NOW).stamp is None
            made = cades.stamped(signature, pki.stamper()(cades.imprint(signature)))
            fast, library = both(DATA, made, trust, use)
            assert isinstance(fast, Signed)
            assert fast == library


def test_a_signature_is_stamped_once_and_accepted_before(pki: CityPki, expert: Signer) -> None:
    trust = pki.trust()
    bare = cades.sign(DATA, expert, NOW)
    token = pki.stamper()(cades.imprint(bare))
    made = cades.stamped(bare, token)
    for act in (
        lambda: cades.stamped(made, token),
        lambda: cades.accept(DATA, made, trust, "person", NOW),
    ):
        with pytest.raises(Refused) as refused:
            act()
        assert refused.value.code == "stamped_already"
    assert both(DATA, bare, trust) == ("timestamp_missing", "timestamp_missing")
    for junk in (b"", b"junk", made[:-1], made + b"\0"):
        with pytest.raises(Refused) as refused:
            cades.imprint(junk)
        assert refused.value.code == "malformed"
