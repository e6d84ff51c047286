"""Codes: both check digits catch every mistyped character; demo codes only in demo cities."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from market.kernel.errors import MarketError
from market.kernel.ids import (
    DEMO_REGION,
    must_be_credit_code,
    new_code,
    new_token,
)
from signing.core.credit_codes import check_digit, organisation_check_digit

ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"


def complete(kind: str, region: str, body8: str) -> str:
    first17 = kind + region + body8 + organisation_check_digit(body8)
    return first17 + check_digit(first17)


CODES = st.builds(
    complete,
    st.sampled_from(["91", "11", "52", "93"]),
    st.just(DEMO_REGION),
    st.text(ALPHABET, min_size=8, max_size=8),
)


@pytest.mark.parametrize(
    ("first8", "digit"),
    [("MA6D1X2H", "7"), ("MAC4T9W2", "5"), ("00875432", "5"), ("D2143569", "X")],
)
def test_worked_organisation_digits(first8: str, digit: str) -> None:
    assert organisation_check_digit(first8) == digit


@pytest.mark.parametrize(
    ("first17", "digit"),
    [
        ("91511702MA6D1X2H7", "C"),
        ("91511723MAC4T9W25", "N"),
        ("11511702008754325", "Q"),
        ("91350100M000100Y4", "3"),
    ],
)
def test_worked_credit_digits(first17: str, digit: str) -> None:
    assert check_digit(first17) == digit


@given(CODES)
def test_a_code_of_the_demo_region_holds_in_a_demo_city_only(code: str) -> None:
    assert must_be_credit_code(f" {code.lower()} ", demo=True) == code
    with pytest.raises(MarketError, match=r"credit_code\.demo_region"):
        must_be_credit_code(code, demo=False)


@given(CODES, st.integers(0, 17), st.sampled_from(ALPHABET))
def test_any_one_changed_character_is_noticed(code: str, place: int, other: str) -> None:
    changed = code[:place] + other + code[place + 1 :]
    if changed == code:
        return
    with pytest.raises(MarketError) as refused:
        must_be_credit_code(changed, demo=True)
    assert refused.value.key in {
        "credit_code.shape",
        "credit_code.organisation_digit",
        "credit_code.check_digit",
    }


@given(CODES, st.integers(0, 16))
def test_two_neighbours_that_changed_places_are_noticed(code: str, place: int) -> None:
    swapped = code[:place] + code[place + 1] + code[place] + code[place + 2 :]
    if swapped != code:
        with pytest.raises(MarketError):
            must_be_credit_code(swapped, demo=True)


@pytest.mark.parametrize(
    "text",
    ["", "9", "9" * 19, "91511799MA6D1X2HIC", "٩1511799MA6D1X2H7C", "91511799MA6D1X2H7\n", "统一"],
)
def test_what_has_not_the_shape_is_refused_as_such(text: str) -> None:
    with pytest.raises(MarketError, match=r"credit_code\.shape"):
        must_be_credit_code(text, demo=True)


@given(CODES)
def test_full_width_blanks_and_small_letters_are_the_same_code(code: str) -> None:
    wide = code.translate({ord(sign): ord(sign) + 0xFEE0 for sign in code})
    for typed in (wide, code.lower(), " ".join(code), f"{code[:8]}-{code[8:]}"):
        assert must_be_credit_code(typed, demo=True) == code


@given(st.text(max_size=40))
def test_no_text_whatever_crashes_the_check(text: str) -> None:
    try:
        code = must_be_credit_code(text, demo=True)
    except MarketError:
        return
    assert len(code) == 18


def test_each_rule_has_its_own_sentence() -> None:
    good = complete("91", DEMO_REGION, "MA6D1X2H")
    wrong_inner = good[:16] + ("0" if good[16] != "0" else "1")
    with pytest.raises(MarketError, match=r"credit_code\.organisation_digit"):
        must_be_credit_code(wrong_inner + check_digit(wrong_inner), demo=True)
    with pytest.raises(MarketError, match=r"credit_code\.check_digit"):
        must_be_credit_code(good[:17] + ("0" if good[17] != "0" else "1"), demo=True)


def test_random_codes_have_no_look_alikes_and_do_not_repeat() -> None:
    made = [new_code() for _ in range(500)]
    assert len(set(made)) == 500
    assert {len(code) for code in made} == {10}
    assert not set("".join(made)) & set("01ilo")
    assert len({new_token() for _ in range(500)}) == 500
    assert len(new_token(32)) == 43
