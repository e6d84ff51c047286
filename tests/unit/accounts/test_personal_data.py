from pathlib import Path

import pytest
from cryptography.exceptions import InvalidTag
from hypothesis import given
from hypothesis import strategies as st

from market.accounts import masking, seed, vault
from market.accounts.rules import is_mobile_number
from market.accounts.user_agent import device_of
from market.infra.keys import KeyFolder
from market.kernel.ids import DEMO_REGION, must_be_credit_code
from signing.core.credit_codes import is_identity_number


def test_numbers_are_masked_as_people_know_it() -> None:
    assert masking.phone("13812345678") == "138****5678"
    assert masking.identity_number("511799198503120012") == "511***********0012"
    assert masking.person_name("张晓明") == "张**"


@given(st.text(alphabet="0123456789X", max_size=30))
def test_never_more_than_seven_characters_are_shown(number: str) -> None:
    for shown in (masking.phone(number), masking.identity_number(number)):
        assert len(shown.replace("*", "")) <= 7
        assert number not in shown or not number


def test_personal_data_at_rest_is_bound_to_its_person_and_field(tmp_path: Path) -> None:
    keys = KeyFolder(tmp_path)
    data = vault.sealed(keys, "p-1", "phone", "13812345678")
    assert data is not None
    assert b"1381234" not in data
    assert vault.opened(keys, "p-1", "phone", data) == "13812345678"
    for person, field in (("p-2", "phone"), ("p-1", "identity_number")):
        with pytest.raises(InvalidTag):
            vault.opened(keys, person, field, data)
    assert vault.sealed(keys, "p-1", "phone", "") is None
    assert vault.opened(keys, "p-1", "phone", None) == ""


def test_two_seals_of_one_number_differ(tmp_path: Path) -> None:
    keys = KeyFolder(tmp_path)
    first, second = (vault.sealed(keys, "p", "phone", "13812345678") for _ in range(2))
    assert first != second


@pytest.mark.parametrize(
    ("header", "device"),
    [
        (
            "Mozilla/5.0 (Windows NT 10.0; Win64; x64) Chrome/120.0 Safari/537.36 Edg/120.0",
            "Edge · Windows",
        ),
        (
            "Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X) Mobile Safari/604.1",
            "Safari · iPhone",
        ),
        (
            "Mozilla/5.0 (X11; Linux x86_64; rv:120.0) Gecko/20100101 Firefox/120.0",
            "Firefox · Linux",
        ),
        ("<script>alert(1)</script>", ""),
        ("", ""),
    ],
)
def test_devices_in_plain_words(header: str, device: str) -> None:
    assert device_of(header) == device


def test_the_demos_people_are_invented_and_well_formed() -> None:
    given = seed.read()
    organisations = {row["code"]: row for row in given["organisations"]}
    codes = [row["credit_code"] for row in organisations.values()]
    assert len(set(codes)) == len(codes) == len(given["organisations"])
    for row in organisations.values():
        assert must_be_credit_code(row["credit_code"], demo=True) == row["credit_code"]
        assert row["credit_code"][2:8] == DEMO_REGION
        assert row["name"].endswith("（演示）")
    for person in given["people"]:
        assert is_identity_number(person["identity_number"])
        assert person["identity_number"].startswith(DEMO_REGION)
        assert is_mobile_number(person["phone"])
        assert person["organisation"] in organisations or person["organisation"].startswith("ag-")
    assert list(seed.personas()) == [
        "owner",
        "owner_b",
        "agency_a",
        "agency_b",
        "agency_c",
        "department",
        "regulator",
        "system_admin",
        "security_admin",
        "audit_admin",
    ]
