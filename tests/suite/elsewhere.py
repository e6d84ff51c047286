"""The suite on PostgreSQL: a run of its own, beside a run of everything, with a report of its own.

Rounds, refusals, kills, races and secrets run again there. It begins with ``pytest`` alone; who
names a path, a word or a marker gets what was named. What it says is printed at the end, and its
failure is a failure of the whole.
"""

import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import pytest

from tests.factories.postgres import VARIABLE, wanted

NAME = "the same on PostgreSQL"
ROOT = Path(__file__).parents[2]
SUITE = (
    "tests/usecases",
    "tests/web/selection",
    "tests/web/projects",
    "tests/house/test_schema.py",
)
COMMAND = (sys.executable, "-m", "pytest", "-q", "-n", "0", *SUITE)
MOST_SECONDS = 3600


def is_everything(config: pytest.Config) -> bool:
    """Whether this is the run of the whole suite, asked for without a choice."""
    option = config.option
    chosen = (option.keyword, option.markexpr, option.lf, option.failedfirst, option.collectonly)
    named = config.args_source is not pytest.Config.ArgsSource.TESTPATHS
    return not (named or any(chosen) or wanted() or hasattr(config, "workerinput"))


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """The other run, and the file of what it says."""

    process: subprocess.Popen[bytes]
    said: Path

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        """What cannot be collected here need not be run there."""
        if report.failed:
            self.process.terminate()

    @pytest.hookimpl(trylast=True)
    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        """Wait for it; its end counts as one more test."""
        broken = session.exitstatus > pytest.ExitCode.TESTS_FAILED
        if broken or session.shouldstop or session.shouldfail:
            self.process.terminate()
        code = self.process.wait(MOST_SECONDS)
        text = self.said.read_text() if code else None
        outcome: Literal["failed", "passed"] = "failed" if code else "passed"
        report = pytest.TestReport(NAME, (NAME, None, NAME), {}, outcome, text, "call")
        session.config.hook.pytest_runtest_logreport(report=report)
        if code and session.exitstatus == pytest.ExitCode.OK:
            session.exitstatus = pytest.ExitCode.TESTS_FAILED

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        """Its report, unless it failed and stands among the failures."""
        if self.process.returncode == 0:
            terminalreporter.section(NAME)
            terminalreporter.write(self.said.read_text())


def pytest_sessionstart(session: pytest.Session) -> None:
    """Begin it."""
    if not is_everything(session.config):
        return
    folder = session.config.cache.mkdir("postgres")
    command = [*COMMAND, "-o", f"cache_dir={folder / 'cache'}"]
    command += ["--whole"] * session.config.option.whole
    environment = {**os.environ, VARIABLE: "postgres"}  # noqa: TID251 - a run of tests, not a city
    said = folder / "report.txt"
    with said.open("wb") as out:
        process = subprocess.Popen(
            command, cwd=ROOT, env=environment, stdout=out, stderr=subprocess.STDOUT
        )
    session.config.pluginmanager.register(Elsewhere(process, said))
