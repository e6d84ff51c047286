"""Money: what people type is read exactly or refused; the words say the same sum as the figures."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from market.kernel.errors import MarketError
from market.kernel.money import MAX_FEN, in_words, parse_fen, wan, yuan

SUMS = st.integers(0, MAX_FEN)
DIGITS = {word: value for value, word in enumerate("零壹贰叁肆伍陆柒捌玖")}
UNITS = {"拾": 10, "佰": 100, "仟": 1000}


def spoken(words: str) -> int:
    """Fen of an amount in words; an independent reading of 《支付结算办法》 annex 1."""
    total = group = digit = 0
    fen = 0
    for word in words.removesuffix("整"):
        if word in DIGITS:
            digit = DIGITS[word]
        elif word in UNITS:
            group, digit = group + digit * UNITS[word], 0
        elif word == "万":
            total, group, digit = total + (group + digit) * 10**4, 0, 0
        elif word == "亿":
            total, group, digit = (total + group + digit) * 10**8, 0, 0
        elif word == "元":
            fen, digit = (total + group + digit) * 100, 0
        else:
            fen, digit = fen + digit * {"角": 10, "分": 1}[word], 0
    return fen


@pytest.mark.parametrize(
    ("fen", "words"),
    [
        (0, "零元整"),
        (1, "壹分"),
        (10, "壹角整"),
        (101, "壹元零壹分"),
        (110, "壹元壹角整"),
        (1000, "壹拾元整"),
        (140950, "壹仟肆佰零玖元伍角整"),
        (600714, "陆仟零柒元壹角肆分"),
        (168032, "壹仟陆佰捌拾元叁角贰分"),
        (10700053, "壹拾万柒仟元伍角叁分"),
        (1640902, "壹万陆仟肆佰零玖元零贰分"),
        (32504, "叁佰贰拾伍元零肆分"),
        (12345600, "壹拾贰万叁仟肆佰伍拾陆元整"),
        (1_0000_0000_00, "壹亿元整"),
        (1_0000_0001_00, "壹亿零壹元整"),
        (1_0001_0000_00, "壹亿零壹万元整"),
        (500_0000_1000_00, "伍佰亿零壹仟元整"),
        (10_0500_3000_00, "壹拾亿零伍佰万叁仟元整"),
        (MAX_FEN, "壹仟亿元整"),
    ],
)
def test_the_words_of_papers(fen: int, words: str) -> None:
    written = in_words(fen)
    assert written == words
    assert spoken(written) == fen


@given(SUMS)
def test_the_words_say_the_sum_and_are_well_formed(fen: int) -> None:
    words = in_words(fen)
    assert spoken(words) == fen
    assert "零零" not in words
    assert "零元" not in words or fen == 0
    assert not words.startswith("零") or fen == 0
    assert words.endswith("分") != words.endswith("整")


@pytest.mark.parametrize("fen", [-1, MAX_FEN + 1, 10**30])
def test_no_words_for_what_is_no_sum(fen: int) -> None:
    with pytest.raises(MarketError) as refused:
        in_words(fen)
    assert refused.value.key == "money.too_large"


@pytest.mark.parametrize(
    ("fen", "words"),
    [
        (1_099_900, "壹万零玖佰玖拾玖元整"),
        (1_100_000, "壹万壹仟元整"),
        (1_100_100, "壹万壹仟零壹元整"),
    ],
)
def test_a_full_thousand_needs_no_zero_before_it(fen: int, words: str) -> None:
    assert in_words(fen) == words


@given(SUMS)
def test_what_is_written_is_read_back(fen: int) -> None:
    assert parse_fen(yuan(fen)) == fen
    assert parse_fen(wan(fen), 1_000_000) == fen
    assert parse_fen(f"{fen // 100}.{fen % 100:02d}") == fen
    assert Decimal(yuan(fen).replace(",", "")) * 100 == fen


@given(SUMS)
def test_full_width_figures_are_figures(fen: int) -> None:
    wide = yuan(fen).translate(str.maketrans("0123456789.,", "０１２３４５６７８９．，"))
    assert parse_fen(f"　{wide} ") == fen


@pytest.mark.parametrize(
    ("text", "unit", "fen"),
    [
        ("12", 100, 1200),
        ("1,234,567.8", 100, 123456780),
        ("1.50", 100, 150),
        ("1.500000", 100, 150),
        ("8.5", 1_000_000, 8_500_000),
        ("0.000001", 1_000_000, 1),
        ("00012", 100, 1200),
    ],
)
def test_sums_as_people_type_them(text: str, unit: int, fen: int) -> None:
    assert parse_fen(text, unit) == fen


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("", "money.not_a_sum"),
        ("-1", "money.not_a_sum"),
        ("+1", "money.not_a_sum"),
        ("1e3", "money.not_a_sum"),
        ("1,23", "money.not_a_sum"),
        ("1,2345", "money.not_a_sum"),
        ("1.", "money.not_a_sum"),
        (".5", "money.not_a_sum"),
        ("1.2.3", "money.not_a_sum"),
        ("1 000", "money.not_a_sum"),
        ("一百", "money.not_a_sum"),
        ("½", "money.not_a_sum"),
        ("1\0", "money.not_a_sum"),
        ("9" * 41, "money.not_a_sum"),
        ("inf", "money.not_a_sum"),
        ("0.001", "money.finer_than_fen"),
        ("1.005", "money.finer_than_fen"),
        ("100000000000.01", "money.too_large"),
        ("9" * 40, "money.too_large"),
    ],
)
def test_what_is_no_sum_is_refused_by_name(text: str, key: str) -> None:
    with pytest.raises(MarketError) as refused:
        parse_fen(text)
    assert refused.value.key == key


@given(st.text(max_size=60))
def test_no_text_whatever_crashes_the_reader(text: str) -> None:
    try:
        fen = parse_fen(text)
    except MarketError:
        return
    assert 0 <= fen <= MAX_FEN


def test_shown_sums() -> None:
    assert (yuan(1234567), yuan(-5), yuan(0)) == ("12,345.67", "-0.05", "0.00")
    assert (wan(12_000_000), wan(12_345_678), wan(1_000_000_000_000)) == (
        "12.00",
        "12.345678",
        "1,000,000.00",
    )
