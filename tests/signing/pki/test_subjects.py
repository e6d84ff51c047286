"""Who holds a certificate, as authorities really write it: numbers for names, codes anywhere."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.x509.oid import NameOID
from hypothesis import given
from hypothesis import strategies as st

from signing.core import credit_codes
from signing.core.errors import Refused
from signing.pki import key_uses, trust_files
from signing.pki.subject_profiles import ATTRIBUTES, read_profile
from signing.pki.subjects import holder
from signing.pki.trust import must_count
from signing.statements import cades
from tests.factories.pki import CENTRE, NOW, CityPki, issued
from tests.signing.pki.made import made_for

BODY8 = "MA000001"
FIRST17 = f"91511799{BODY8}{credit_codes.organisation_check_digit(BODY8)}"
CODE = FIRST17 + credit_codes.check_digit(FIRST17)
WRONG = CODE[:-1] + ("0" if CODE[-1] != "0" else "1")
IDENTITY = "11010519491231002X"  # the example of GB 11643


def reads(**patterns: Any) -> list[dict[str, Any]]:
    return [{"attribute": name, "pattern": text} for name, text in patterns.items()]


SEAL = {"holder": "organisation", "reads": reads(CN="{digits}", O="{credit_code}{organisation}")}
CLERK = {"holder": "person", "reads": reads(CN="{name}@{credit_code}", OU="部门：{role}")}


def certificate(*attributes: tuple[str, str]) -> x509.Certificate:
    stated = [(name, text) for name, text in attributes if text]
    return made_for(
        x509.Name([x509.NameAttribute(ATTRIBUTES[name], text) for name, text in stated])
    )


CODES: list[tuple[list[tuple[str, str]], str]] = [
    ([("organizationIdentifier", f"NTRCN-{CODE}")], CODE),
    ([("serialNumber", CODE)], CODE),
    ([("serialNumber", f"USCC-{CODE}")], CODE),
    ([("serialNumber", f"TYSHXYDM:{CODE.lower()}")], CODE),
    ([("OU", "财务部"), ("OU", CODE)], ""),  # free text: of whom it speaks nobody has checked
    ([("OU", f"合作单位 {CODE.lower()}")], ""),
    ([("serialNumber", WRONG)], ""),
    ([("serialNumber", IDENTITY)], ""),
    ([("serialNumber", f"SF{IDENTITY}")], ""),
    ([("serialNumber", CODE[:17])], ""),
    ([("serialNumber", "")], ""),
]
SUBJECTS = [[("CN", "李静"), ("O", "某公司"), *whose] for whose, _ in CODES] + [
    [("CN", "13205820012345"), ("O", f"{CODE}苏州市某局")],
    [("CN", "13205820012345"), ("O", f"{CODE.lower()}苏州市某局")],
    [("CN", "13205820012345"), ("O", f"{WRONG}某局")],
    [("CN", "13205820012345"), ("O", CODE)],
    [("CN", f"李静@{CODE}"), ("OU", "无关"), ("OU", "部门：采购科")],
    [("CN", f"李静@{CODE}"), ("OU", "采购科")],
    [("CN", "李静"), ("O", "某公司"), ("organizationIdentifier", f"NTRCN-{WRONG}")],
    [("CN", "李静"), ("O", "某公司"), ("organizationIdentifier", f"VATCN-{CODE}")],
    [("CN", "李静")],
    [("O", "某公司")],
]


@pytest.mark.parametrize(("attributes", "code"), CODES)
def test_where_the_credit_code_stands(attributes: list[tuple[str, str]], code: str) -> None:
    found = holder(certificate(("CN", "李静"), ("O", "某公司"), *attributes))
    assert (found.credit_code, found.organisation) == (code, "某公司")


def test_a_code_before_the_name_is_told_from_it() -> None:
    found = holder(certificate(("CN", "13205820012345"), ("O", f"{CODE}苏州市某局")))
    assert (found.credit_code, found.organisation) == (CODE, "苏州市某局")
    assert found.stands_for("苏州市某局", CODE)
    assert holder(certificate(("CN", "x"), ("O", f"{WRONG}某局"))).organisation == f"{WRONG}某局"


def test_a_seal_that_bears_a_number_is_its_organisations() -> None:
    seal = certificate(("CN", "13205820012345"), ("O", f"{CODE.lower()}苏州市某局"))
    found = holder(seal, [read_profile(SEAL)])
    assert found.is_organisation
    assert (found.name, found.credit_code) == ("苏州市某局", CODE)
    key_uses.must_allow(seal, "organisation", [read_profile(SEAL)])
    with pytest.raises(Refused) as refused:
        key_uses.must_allow(seal, "person", [read_profile(SEAL)])
    assert refused.value.code == "holder_kind"
    with pytest.raises(Refused):
        key_uses.must_allow(seal, "organisation")


def test_the_first_profile_that_fits_is_taken() -> None:
    profiles = [read_profile(one) for one in (SEAL, CLERK)]
    clerk = certificate(("CN", f"李静@{CODE}"), ("OU", "无关"), ("OU", "部门：采购科"))
    found = holder(clerk, profiles)
    assert (found.name, found.role, found.credit_code) == ("李静", "采购科", CODE)
    assert not found.is_organisation
    other = certificate(("CN", "李静"), ("O", "某公司"))
    assert holder(other, profiles) == holder(other)


@pytest.mark.parametrize(
    "profile",
    [
        SEAL | {"holder": "king"},
        SEAL | {"reads": {}},
        SEAL | {"reads": []},
        SEAL | {"reads": reads(CN="{digits}{digits}")},
        SEAL | {"reads": reads(CN="{digits}{name}")},
        SEAL | {"reads": reads(CN="{digits}-{digits}{name}")},
        SEAL | {"reads": reads(CN="{name}") + reads(CN="{name}")},
        SEAL | {"reads": reads(DC="{name}")},
        SEAL | {"reads": reads(CN="{digits}")},
        SEAL | {"reads": reads(CN="{name}{number}")},
        SEAL | {"reads": reads(CN="{name}", O="{name}")},
        SEAL | {"reads": reads(CN="{surname}")},
        SEAL | {"reads": reads(CN="")},
        SEAL | {"reads": reads(CN="{name}" + "x" * 200)},
        SEAL | {"reads": reads(CN=5)},
        CLERK | {"reads": reads(O="{organisation}")},
        SEAL | {"more": 1},
        {"holder": "person"},
    ],
)
def test_a_bad_profile_is_refused(profile: dict[str, Any]) -> None:
    with pytest.raises(Refused) as refused:
        read_profile(profile)
    assert refused.value.code == "shape"


@given(st.text(max_size=60), st.text(max_size=60))
def test_whatever_stands_in_a_subject_is_read_or_left(name: str, body: str) -> None:
    stated = {attribute: [] for attribute in ATTRIBUTES} | {"CN": [name], "O": [body]}
    read = read_profile(SEAL).read(stated)
    assert read is None or (name.isdigit() and read["name"] in body)


def test_an_authoritys_profile_counts_for_its_own_and_is_kept(pki: CityPki, tmp_path: Path) -> None:
    signer = issued(pki.home, "organisation", replace(CENTRE, name="13205820012345"))
    assert signer.certificate.subject.get_attributes_for_oid(NameOID.COMMON_NAME)
    profile = {"holder": "organisation", "reads": reads(CN="{digits}", O="{organisation}")}
    plain = pki.trust()
    told: list[Any] = trust_files.described(plain)
    assert all("subjects" not in one for one in told)
    with pytest.raises(Refused, match="not the kind of holder"):
        must_count(plain, signer.certificate, "organisation", NOW)
    mine = [one | {"subjects": [profile]} if one["name"] == pki.home.name else one for one in told]
    trust = trust_files.assembled(mine, trust_files.files(plain))
    assert must_count(trust, signer.certificate, "organisation", NOW)
    assert trust_files.described(trust) == mine
    written = trust_files.written_subjects(trust)
    assert trust_files.profiles_in(written, signer.certificate) == (read_profile(profile),)
    for bad in ([{}], [1], "x", [one | {"holder": "king"} for one in written]):
        with pytest.raises(Refused):
            trust_files.profiles_in(bad, signer.certificate)
    assert trust_files.profiles_in(None, signer.certificate) == ()
    trust_files.save(trust, tmp_path)
    assert trust_files.load(tmp_path) == trust
    made = cades.sign_and_stamp(b"{}", signer, NOW, pki.stamper())
    assert cades.verify_fast(b"{}", made, trust, "organisation").holder == trust.holder(
        signer.certificate
    )
    assert trust.holder(signer.certificate).name == CENTRE.organisation
    elsewhere = issued(pki.other, "organisation", replace(CENTRE, name="13205820012345"))
    with pytest.raises(Refused, match="not the kind of holder"):
        must_count(trust, elsewhere.certificate, "organisation", NOW)


def test_a_code_in_an_ou_counts_where_the_authority_puts_it() -> None:
    profile = {
        "holder": "person",
        "reads": reads(CN="{name}", O="{organisation}", OU="{credit_code}"),
    }
    clerk = certificate(("CN", "李静"), ("O", "某公司"), ("OU", "财务部"), ("OU", CODE))
    assert holder(clerk, [read_profile(profile)]).credit_code == CODE


def test_long_texts_fit_nothing() -> None:
    stated = {attribute: ["9" * 60_000] for attribute in ATTRIBUTES}
    assert read_profile(CLERK).read(stated) is None
    assert read_profile(SEAL).read(stated) is None
