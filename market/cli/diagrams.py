"""``mingxuan diagrams``: the state machines as Mermaid, for the README (tests hold it to them)."""

from typing import Any, Final

from market import rooms
from market.kernel.machine import Machine
from signing import terminal

MACHINES: Final[tuple[Machine[Any, Any], ...]] = tuple(
    dict.fromkeys(machine for machine, _ in rooms.gathered("events", "TRANSITIONS"))
)


def diagrams() -> None:
    """Print every state diagram."""
    for machine in MACHINES:
        terminal.say(f"```mermaid\n---\ntitle: {machine.name}\n---\n{machine.diagram()}\n```")
