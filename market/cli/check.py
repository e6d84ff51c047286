"""``mingxuan check``: everything that keeps the house in order, the same command here and in CI."""

import subprocess
import sys
from typing import Annotated, Final

import typer
from rich.console import Console

CHECKS: Final = (
    ("ruff", ("ruff", "check", ".")),
    ("ruff format", ("ruff", "format", "--check", ".")),
    ("mypy", ("mypy",)),
    ("import contract", ("lint-imports", "--no-cache")),
    ("templates", ("djlint", "templates", "--lint", "--quiet")),
    ("house", (sys.executable, "-m", "pytest", "-q", "tests/house")),
)


def check(
    only: Annotated[str | None, typer.Option(help="Run just the check of this name.")] = None,
) -> None:
    """Run every check; the exit code says whether all hold."""
    console = Console()
    failed = []
    for name, command in CHECKS:
        if only is not None and name != only:
            continue
        done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603 - our own commands
        console.print(f"{'[green]✓' if done.returncode == 0 else '[red]✗'} {name}")
        if done.returncode:
            failed.append(name)
            console.print(done.stdout + done.stderr, markup=False, highlight=False)
    raise typer.Exit(1 if failed else 0)
