"""Numbers are the same however they are typed."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from market.kernel import typed_numbers

CODE = "91350100M000100Y43"


@pytest.mark.parametrize(
    "text",
    [
        CODE,
        CODE.lower(),
        f"  {CODE} ",
        "91350100 M000100Y 43",
        "913501-00M000100Y-43",
        "913501\u201300M000100Y\u201443",
        "９１３５０１００Ｍ０００１００Ｙ４３",
        "91350100\u3000M000100Y43\t",
    ],
)
def test_a_code_is_the_same_however_it_is_typed(text: str) -> None:
    assert typed_numbers.code(text) == CODE


def test_the_x_of_a_persons_number_is_a_capital() -> None:
    assert typed_numbers.code("110105 19491231 002x") == "11010519491231002X"


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("0818-2100000", "0818-2100000"),
        ("（0818）2100000", "0818-2100000"),
        ("(0818) 210 0000", "0818-2100000"),
        ("+86 0818 2100000", "08182100000"),
        ("0086-0818-2100000", "0818-2100000"),
        ("０８１８－２１０００００", "0818-2100000"),
        ("0818-2100000转801", "0818-2100000-801"),
        ("0818-2100000 ext. 801", "0818-2100000-801"),
        ("0818-2100000 分机 801", "0818-2100000-801"),
        ("0818-2100000x801", "0818-2100000-801"),
        ("138 0000 0000", "13800000000"),
        ("138-0000-0000", "13800000000"),
        ("+86 138 0000 0000", "13800000000"),
        ("（+86）138 0000 0000", "13800000000"),
        ("8613800000000", "13800000000"),
        ("0138-0000-0000", "13800000000"),
        ("（0）138 0000 0000", "(0)13800000000"),
        ("010-12345678", "010-12345678"),
        ("400 800 1234", "4008001234"),
        ("12345", "12345"),
        ("٠٨١٨٢١٠٠٠٠٠", "٠٨١٨٢١٠٠٠٠٠"),
        ("请打电话", "请打电话"),
    ],
)
def test_a_telephone_number_is_the_same_however_it_is_typed(text: str, number: str) -> None:
    assert typed_numbers.phone(text) == number


@given(st.text("0123456789aXx-－ \u3000（）()９", max_size=30))
def test_a_cleaned_code_is_clean(text: str) -> None:
    assert typed_numbers.code(typed_numbers.code(text)) == typed_numbers.code(text)


@given(st.text(max_size=60))
def test_nothing_that_is_typed_breaks_it(text: str) -> None:
    assert isinstance(typed_numbers.code(text) + typed_numbers.phone(text), str)
