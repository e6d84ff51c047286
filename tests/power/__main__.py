"""R10 of quality.md: checks are broken one at a time, and a test must notice.

``python -m tests.power [GROUP …] [--part N]``, by hand; the figures stand in the README.
"""

import argparse
import importlib
import os
import tempfile
from collections.abc import Sequence
from pathlib import Path

from rich.console import Console

from tests.power.explained import EXPLAINED
from tests.power.groups import GROUPS, Checked
from tests.power.mutants import mutants
from tests.power.runs import from_the_start, must_pass, unnoticed

ROOT = Path(__file__).parents[2]
# What would be imported again for every fault.
WARM = """
    hypothesis _hypothesis_pytestplugin pytest_asyncio pytest_cov xdist.plugin anyio.pytest_plugin
    execnet pdb xml.etree.ElementTree argon2 pybase64 cryptography.x509 tortoise asyncpg pydantic
    starlette.applications jinja2 babel.messages httpx2 uvicorn holidays dateutil.rrule
"""
console = Console(highlight=False, markup=False, soft_wrap=True)


def run(checked: Checked, part: int, scratch: Path) -> tuple[int, int]:
    """Say what lives, one of ``part`` faults tried; (killed, tried)."""
    files = sorted({str(path) for each in checked.modules for path in Path().glob(each)})
    tried = [one for file in files for one in mutants(file, Path(file).read_text("utf-8"))][::part]
    stages = [tests for tests in (checked.near, checked.further) if tests]
    for tests in stages:
        must_pass(tests, scratch)
    alive = 0
    for mutant in unnoticed(checked.near, tried, scratch):
        if all(from_the_start(tests, mutant, scratch) for tests in stages):
            alive += 1
            reason = EXPLAINED.get(mutant.file, {}).get(mutant.change)
            said = f"  # {reason}" if reason else ""
            console.print(f"  lives: {mutant.file}:{mutant.line}  {mutant.change}{said}")
    return len(tried) - alive, len(tried)


def told(name: str, figures: Sequence[tuple[int, int]]) -> tuple[int, int]:
    """Print and give their sum."""
    killed, tried = map(sum, zip(*figures, strict=True))
    console.print(f"{name}: {killed} of {tried} killed ({killed / tried:.1%})")
    return killed, tried


def main() -> None:
    """All groups, or those named."""
    asked = argparse.ArgumentParser(prog="python -m tests.power")
    asked.add_argument("groups", nargs="*", metavar="GROUP", help=f"of {', '.join(GROUPS)}; all")
    asked.add_argument("--part", type=int, default=1, help="try one mutant of so many")
    given = asked.parse_args()
    os.chdir(ROOT)
    for name in WARM.split():
        importlib.import_module(name)
    with tempfile.TemporaryDirectory() as folder:
        os.environ["HYPOTHESIS_STORAGE_DIRECTORY"] = folder  # noqa: TID251 - a run of tests
        told(
            "together",
            [
                told(name, [run(each, given.part, Path(folder)) for each in GROUPS[name]])
                for name in given.groups or GROUPS
            ],
        )


if __name__ == "__main__":
    main()
