"""The same suite on PostgreSQL, in a process of its own, on a server that is made for it.

Rounds, refusals, kills, races and secrets run again there, beside the rest of this run: it begins
here, and the last test of all asks what came of it.
"""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.factories.postgres import VARIABLE

ROOT = Path(__file__).parents[2]
SUITE = ("tests/usecases", "tests/web/selection", "tests/web/projects")
COMMAND = (sys.executable, "-m", "pytest", "-q", "-m", "not browser", *SUITE)
MOST_SECONDS = 3600

pytestmark = [pytest.mark.postgres, pytest.mark.on_sqlite]


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """The other run, and where it writes what it says."""

    process: subprocess.Popen[bytes]
    said: Path


@pytest.fixture(scope="session")
def elsewhere(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Elsewhere]:
    """The suite on PostgreSQL, begun."""
    said = tmp_path_factory.mktemp("elsewhere") / "said.txt"
    environment = {**os.environ, VARIABLE: "postgres"}  # noqa: TID251 - a run of tests, not a city
    with said.open("wb") as out:
        process = subprocess.Popen(
            COMMAND, cwd=ROOT, env=environment, stdout=out, stderr=subprocess.STDOUT
        )
    yield Elsewhere(process, said)
    process.send_signal(signal.SIGINT)
    process.wait()


def test_the_same_suite_begins_on_postgresql(elsewhere: Elsewhere) -> None:
    assert elsewhere.process.poll() is None, elsewhere.said.read_text()


@pytest.mark.last
def test_the_same_suite_holds_on_postgresql(elsewhere: Elsewhere) -> None:
    code = elsewhere.process.wait(MOST_SECONDS)
    text = elsewhere.said.read_text()
    assert code == 0, text[-8000:]
    assert " passed" in text
