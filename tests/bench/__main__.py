"""``python -m tests.bench``: what is fast, and how it stands to the floor of the same run.

A floor is the least that must be done anyway: the bare hash, the bare signature, the bare insert.
Both sides take turns and the ratio is the median of the pairs, because machines are noisy.
"""

import argparse
import json
import sys
from collections.abc import Iterator
from dataclasses import asdict, replace
from importlib import import_module

from tests.bench.measure import FULL, QUICK, Row, Sizes

BENCHES = (
    "uploads",
    "crowd",
    "opening",
    "draws",
    "ledger",
    "signatures",
    "dossiers",
    "register",
    "reading",
    "growth",
    "start",
    "flood",
    "weight",
)


def main() -> None:
    """Run what was asked for and print it."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument("--json", action="store_true", help="machine-readable")
    parser.add_argument("--only", action="append", choices=BENCHES, help="these benches alone")
    parser.add_argument("--quick", action="store_true", help="tiny sizes: does it run at all?")
    parser.add_argument("--size", type=int, help="candidates and agencies (default 1,000,000)")
    parser.add_argument("--rounds", type=int, help="rounds of every race (default 5)")
    given = parser.parse_args()
    sizes = QUICK if given.quick else FULL
    changes = {"many": given.size, "rounds": given.rounds}
    sizes = replace(sizes, **{key: value for key, value in changes.items() if value})
    rows = run(given.only or BENCHES, sizes)
    for text in as_json(rows) if given.json else as_table(rows):
        sys.stdout.write(text + "\n")
        sys.stdout.flush()


def run(names: Iterator[str] | tuple[str, ...] | list[str], sizes: Sizes) -> Iterator[Row]:
    """The rows of these benches, as they come."""
    for name in names:
        yield from import_module(f"tests.bench.{name}").rows(sizes)


def as_json(rows: Iterator[Row]) -> Iterator[str]:
    """One object a line."""
    for row in rows:
        met = row.goal.is_met(row) if row.goal else None
        yield json.dumps({**asdict(row), "met": met}, ensure_ascii=False)


def as_table(rows: Iterator[Row]) -> Iterator[str]:
    """A table in Markdown."""
    yield "| bench | what | ours | floor | ratio | goal | met |"
    yield "|---|---|---|---|---|---|---|"
    for row in rows:
        goal = row.goal.said(row.unit) if row.goal else "–"
        met = {None: "–", True: "yes", False: "no"}[row.goal.is_met(row) if row.goal else None]
        floor = "–" if row.floor is None else f"{_figure(row.floor, row.unit)} ({row.beside})"
        ratio = "–" if row.ratio is None else f"{row.ratio:.2f}"
        ours = _figure(row.ours, row.unit) + (f"; {row.note}" if row.note else "")
        yield f"| {row.name} | {row.what} | {ours} | {floor} | {ratio} | {goal} | {met} |"


def _figure(value: float, unit: str) -> str:
    return f"{value:,.0f}{unit}" if unit == "/s" else f"{value:,.1f} {unit}"


if __name__ == "__main__":
    main()
