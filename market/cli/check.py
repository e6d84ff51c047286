"""``mingxuan check``: everything that keeps the house in order, the same command here and in CI."""

import subprocess
import sys
from typing import Annotated, Final

import typer
from rich.console import Console

PYTHON: Final = sys.executable
CONTRACT: Final = "from importlinter.cli import lint_imports_command as run; run()"
CHECKS: Final = (
    ("ruff", (PYTHON, "-m", "ruff", "check", ".")),
    ("ruff format", (PYTHON, "-m", "ruff", "format", "--check", ".")),
    ("mypy", (PYTHON, "-m", "mypy")),
    ("import contract", (PYTHON, "-c", CONTRACT, "--no-cache")),
    ("templates", (PYTHON, "-m", "djlint", "templates", "--lint", "--quiet")),
    ("house", (PYTHON, "-m", "pytest", "-q", "tests/house")),
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
