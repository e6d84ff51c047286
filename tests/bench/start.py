"""From the command to the first page of the demo, and what its server weighs when idle."""

import os
import resource
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from statistics import median

from tests.bench.measure import Goal, Row, Sizes, resident
from tests.bench.servers import await_answer, folder, free_port

IDLE = 3


def rows(sizes: Sizes) -> Iterator[Row]:
    """With an empty data folder, then with a founded one; never more than the quick size wants."""
    fresh: list[tuple[float, float, float]] = []
    again: list[tuple[float, float, float]] = []
    for _ in range(sizes.rounds):
        with folder() as path:
            fresh.append(_started(path))
            again.append(_started(path))
    yield _row(
        "demo, first start",
        "to the first page, founding the city",
        fresh,
        Goal("≤", 5, of_ratio=False),
    )
    yield _row(
        "demo, later start",
        "to the first page, over the kept city",
        again,
        Goal("≤", 5, of_ratio=False),
    )
    for name, runs in (("first", fresh), ("later", again)):
        memory = median(run[2] for run in runs)
        if memory:
            yield Row(
                f"demo, memory after a {name} start",
                f"the server's resident memory, {IDLE} s after the page",
                "MB",
                memory,
                goal=Goal("≤", 200, of_ratio=False),
            )


def _row(name: str, what: str, runs: list[tuple[float, float, float]], goal: Goal) -> Row:
    wall, processor = (median(run[at] for run in runs) for at in (0, 1))
    return Row(name, what, "s", wall, goal=goal, note=f"{processor:.1f} s of processor in all")


def _started(path: Path) -> tuple[float, float, float]:
    """Seconds to the page; processor seconds of all processes until the end; idle memory in MB."""
    port, before = free_port(), _used()
    command = ["-m", "market", "demo", "--no-browser", "--port", str(port), "--data", str(path)]
    began = time.perf_counter()
    process = subprocess.Popen(
        [sys.executable, *command], stdout=subprocess.DEVNULL, start_new_session=True
    )
    try:
        await_answer(port, "/", process)
        took = time.perf_counter() - began
        time.sleep(IDLE)
        memory = resident(process.pid) or 0.0
    finally:
        process.send_signal(signal.SIGINT)
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
    return took, _used() - before, memory


def _used() -> float:
    children = resource.getrusage(resource.RUSAGE_CHILDREN)
    return children.ru_utime + children.ru_stime
