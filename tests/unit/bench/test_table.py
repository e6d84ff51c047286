"""The benches run, with tiny sizes; no time is judged."""

import json

import pytest

from tests.bench.__main__ import BENCHES, as_json, as_table, run
from tests.bench.measure import QUICK, Goal, Race, Row

# they found cities or start servers
SLOW = {"crowd", "dossiers", "flood", "growth", "reading", "register", "start", "uploads", "weight"}


@pytest.mark.parametrize("name", [name for name in BENCHES if name not in SLOW])
def test_a_bench_gives_rows(name: str) -> None:
    rows = [json.loads(line) for line in as_json(run([name], QUICK))]
    assert rows
    assert all(row["ours"] > 0 and row["name"] and row["what"] for row in rows)
    assert all((row["ratio"] is None) == (row["floor"] is None) for row in rows)


def test_uploads_reach_a_real_server_and_the_bare_one() -> None:
    from tests.bench import uploads  # noqa: PLC0415 - loads the market

    (row,) = uploads.on_sqlite(QUICK)
    assert row.ours > 0
    assert row.floor is not None


def test_a_goal_is_held_against_the_ratio_or_the_figure() -> None:
    raced = Race([2.0, 4.0, 2.0], [1.0, 1.0, 2.0])
    row = raced.row("x", "what", "beside", 10, Goal("≥", 0.5))
    assert (row.ours, row.floor, row.ratio) == (5, 10, 0.5)
    assert Goal("≥", 0.5).is_met(row) is True
    assert Goal("≥", 0.51).is_met(row) is False
    assert Goal("≤", 4, of_ratio=False).is_met(row) is False
    assert Goal("≤", 2).is_met(Row("x", "what", "s", 1.0)) is None


def test_the_table_says_what_is_met() -> None:
    row = Row("x", "what", "s", 4.0, goal=Goal("≤", 5, of_ratio=False))
    assert list(as_table(iter([row])))[-1] == "| x | what | 4.0 s | – | – | ≤ 5 s | yes |"
