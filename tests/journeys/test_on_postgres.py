"""The same suite on PostgreSQL, in a process of its own, on a server that is made for it.

Rounds, refusals, kills, races and secrets run again there.
"""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.factories.postgres import VARIABLE

ROOT = Path(__file__).parents[2]
SUITE = ("tests/usecases", "tests/web/selection", "tests/web/projects")
MOST_SECONDS = 3600


@pytest.mark.postgres
@pytest.mark.on_sqlite
def test_the_same_suite_holds_on_postgresql() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-m", "not browser", *SUITE],
        cwd=ROOT,
        env=_environment(),
        capture_output=True,
        text=True,
        timeout=MOST_SECONDS,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-6000:] + done.stderr[-2000:]
    assert " passed" in done.stdout


def _environment() -> dict[str, str]:
    import os  # noqa: PLC0415 - only the child's surroundings

    return {**os.environ, VARIABLE: "postgres"}  # noqa: TID251 - a run of tests, not a city
