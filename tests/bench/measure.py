"""Rows of the table, and races: works that take turns, so that a slow minute hits all of them."""

import gc
import os
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from multiprocessing import get_context
from statistics import median
from time import perf_counter, process_time
from typing import ParamSpec, TypeVar

P = ParamSpec("P")
T = TypeVar("T")
Work = Callable[[], object]


@dataclass(frozen=True, slots=True)
class Sizes:
    """How much every bench does; ``many`` is the size of pool and register."""

    rounds: int
    uploads: int
    envelopes: int
    entries: int
    few: int
    many: int
    checks: int


FULL = Sizes(
    rounds=5, uploads=120, envelopes=1000, entries=100_000, few=1000, many=1_000_000, checks=500
)
QUICK = Sizes(rounds=1, uploads=3, envelopes=5, entries=300, few=20, many=60, checks=3)


@dataclass(frozen=True, slots=True)
class Goal:
    """A bound on the ratio of ours to the floor, or on our figure itself."""

    sign: str
    bound: float
    of_ratio: bool = True

    def is_met(self, row: "Row") -> bool | None:
        """Whether the row keeps it; None when there is nothing to hold against it."""
        found = row.ratio if self.of_ratio else row.ours
        if found is None:
            return None
        return found >= self.bound if self.sign == "≥" else found <= self.bound

    def said(self, unit: str) -> str:
        """As a person writes it."""
        return (
            f"{self.sign} {self.bound:.2f}"
            if self.of_ratio
            else f"{self.sign} {self.bound:g} {unit}"
        )


@dataclass(frozen=True, slots=True)
class Row:
    """One line: our figure, the floor's from the same run, their ratio (ours to floor)."""

    name: str
    what: str
    unit: str
    ours: float
    beside: str = ""
    floor: float | None = None
    ratio: float | None = None
    goal: Goal | None = None
    note: str = ""


@dataclass(frozen=True, slots=True)
class Race:
    """Seconds of ours and of the floor, round by round."""

    ours: Sequence[float]
    floor: Sequence[float]

    @property
    def slower(self) -> float:
        """Our time in units of the floor's: the median of the pairs."""
        return median(o / f for o, f in zip(self.ours, self.floor, strict=True))

    def rates(self, times: int) -> tuple[float, float]:
        """How often per second, ours and the floor's."""
        return times / median(self.ours), times / median(self.floor)

    def row(
        self, name: str, what: str, beside: str, times: int, goal: Goal | None, note: str = ""
    ) -> Row:
        """A row of rates; its ratio is our rate in units of the floor's."""
        ours, floor = self.rates(times)
        return Row(name, what, "/s", ours, beside, floor, 1 / self.slower, goal, note)


def race(ours: Work, floor: Work, rounds: int, *, wall: bool = False) -> Race:
    """Both in turn, ``rounds`` times after one warm-up: processor time, or the wall's."""
    clock = perf_counter if wall else process_time
    ours(), floor()
    pairs = [(_seconds(ours, clock), _seconds(floor, clock)) for _ in range(rounds)]
    return Race([a for a, _ in pairs], [b for _, b in pairs])


def _seconds(work: Work, clock: Callable[[], float]) -> float:
    gc.collect()
    began = clock()
    work()
    return clock() - began


def percentile(values: Sequence[float], share: float) -> float:
    """The value that ``share`` of them do not exceed."""
    return sorted(values)[min(len(values) - 1, int(len(values) * share))]


def apart(work: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """The result of ``work`` from a fresh process: its memory and its ORM are its own."""
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        return pool.submit(work, *args, **kwargs).result()


def resident(pid: int) -> float | None:
    """The resident memory of a process in MB; None where the system does not tell."""
    try:
        with open(f"/proc/{pid}/statm", encoding="ascii") as file:  # noqa: PTH123 - no file of ours
            return int(file.read().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 1e6
    except OSError:
        return None
