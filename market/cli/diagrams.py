"""``mingxuan diagrams``: the state machines as Mermaid, for the README (tests hold it to them)."""

from typing import Final

import typer

from market.projects.states import MACHINE
from market.selection.states import ROUND

MACHINES: Final = (MACHINE, ROUND)


def diagrams() -> None:
    """Print every state diagram."""
    for machine in MACHINES:
        typer.echo(f"```mermaid\n---\ntitle: {machine.name}\n---\n{machine.diagram()}\n```")
