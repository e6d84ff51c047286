"""What each folder of tests costs, beside what it may cost: printed after a run, never asserted.

The budgets stand in ``pyproject.toml``, in seconds of one process on an idle machine; a folder
without one counts to the folder above it.
"""

from collections import defaultdict

import pytest

_spent: defaultdict[str, float] = defaultdict(float)


def pytest_addoption(parser: pytest.Parser) -> None:
    """The list of budgets."""
    parser.addini("budgets", "folder of tests, its seconds", type="linelist")


def budgets(config: pytest.Config) -> dict[str, int]:
    """{folder: seconds}."""
    rows = (row.split() for row in config.getini("budgets"))
    return {folder: int(seconds) for folder, seconds in rows}


def folder_of(nodeid: str, known: dict[str, int]) -> str:
    """The nearest folder with a budget."""
    above = [folder for folder in known if nodeid.startswith(f"{folder}/")]
    return max(above, key=len, default="tests")


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    """Count set-up, call and clearing up, wherever they ran."""
    if "::" in report.nodeid:
        _spent[report.nodeid] += report.duration


def pytest_terminal_summary(
    terminalreporter: pytest.TerminalReporter, config: pytest.Config
) -> None:
    """One line a folder."""
    known = budgets(config)
    rows: defaultdict[str, list[float]] = defaultdict(list)
    for nodeid, seconds in _spent.items():
        rows[folder_of(nodeid, known)].append(seconds)
    terminalreporter.section("seconds by folder, of its budget")
    for folder, each in sorted(rows.items()):
        spent, most = sum(each), known.get(folder, 0)
        over = "  over" if spent > most else ""
        terminalreporter.line(f"{folder:<28}{len(each):>6} tests{spent:>8.1f} of {most:>4}{over}")
