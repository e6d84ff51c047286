"""A price is read exactly or refused with its own code; nothing is rounded."""

from collections.abc import Awaitable, Callable
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

Run = Callable[..., Awaitable[dict[str, Any]]]
pytestmark = pytest.mark.browser
PARSE = "return given.map(([text, unit, ceiling]) => lib.parsePrice(text, unit, ceiling));"


@pytest.mark.parametrize(
    ("text", "unit", "fen"),
    [
        ("85000", "yuan", 8_500_000),
        (" 85,000.00 ", "yuan", 8_500_000),
        ("８５，０００．５０", "yuan", 8_500_050),
        ("8.5", "wan", 8_500_000),
        ("0.000001", "wan", 1),
        ("0.01", "yuan", 1),
        ("1.2300", "yuan", 123),
        ("90071992547.99", "yuan", 9_007_199_254_799),
        ("100000000000.00", "yuan", 10**13),
        ("10000000", "wan", 10**13),
        ("0.29", "yuan", 29),
        ("1.10", "yuan", 110),
    ],
)
async def test_prices_are_exact(run: Run, text: str, unit: str, fen: int) -> None:
    assert await run("seal", PARSE, [[text, unit, None]]) == {"value": [fen]}


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "price.empty"),
        ("   ", "price.empty"),
        ("0", "price.zero"),
        ("0.00", "price.zero"),
        ("-5", "price.negative"),
        ("－5", "price.negative"),
        ("−5", "price.negative"),
        ("1e5", "price.not_a_number"),
        ("8.5E4", "price.not_a_number"),
        ("+5", "price.not_a_number"),
        ("0x10", "price.not_a_number"),
        ("1,00", "price.not_a_number"),
        ("1.2.3", "price.not_a_number"),
        (".5", "price.not_a_number"),
        ("5.", "price.not_a_number"),
        ("八万", "price.not_a_number"),
        ("85000元", "price.not_a_number"),
        ("NaN", "price.not_a_number"),
        ("Infinity", "price.not_a_number"),
        ("٣", "price.not_a_number"),
        ("0.001", "price.finer_than_fen"),
        ("9" * 30, "price.too_large"),
        ("100000000000.01", "price.too_large"),
    ],
)
async def test_what_is_no_price_is_refused(run: Run, text: str, code: str) -> None:
    assert (await run("seal", PARSE, [[text, "yuan", None]]))["refused"] == code


async def test_the_control_price_is_the_limit(run: Run) -> None:
    assert await run("seal", PARSE, [["85000", "yuan", 8_500_000]]) == {"value": [8_500_000]}
    for text in ("85000.01", "9" * 30):
        answer = await run("seal", PARSE, [[text, "yuan", 8_500_000]])
        assert answer["refused"] == "price.over_control_price"
        assert answer["facts"] == {"limit": "85,000.00"}
    wrong_unit = await run("seal", PARSE, [["85000", "wan", 8_500_000]])
    assert wrong_unit["refused"] == "price.over_control_price"


@settings(
    max_examples=5, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.lists(st.integers(1, 10**13), min_size=200, max_size=200))
async def test_every_sum_survives_being_written_and_read(run: Run, sums: list[int]) -> None:
    yuan = [[f"{Decimal(fen) / 100:,.2f}", "yuan", None] for fen in sums]
    wan = [[f"{Decimal(fen) / 1_000_000:,.6f}", "wan", None] for fen in sums]
    assert await run("seal", PARSE, yuan) == {"value": sums}
    assert await run("seal", PARSE, wan) == {"value": sums}
    body = "return given.map((fen) => [lib.formatYuan(fen), lib.formatWan(fen)]);"
    for fen, (shown, in_wan) in zip(sums, (await run("seal", body, sums))["value"], strict=True):
        assert shown == f"{Decimal(fen) / 100:,.2f}"
        assert Decimal(in_wan.replace(",", "")) == Decimal(fen) / 1_000_000
