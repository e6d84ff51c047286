"""``mingxuan diagrams``: the state machines as Mermaid and whose turn it is in which state.

For the README; tests hold it to them.
"""

from itertools import chain
from typing import Any, Final

from market import rooms
from market.kernel.actors import Role
from market.kernel.machine import Machine
from market.selection.machine import STAGES
from market.selection.stages import Givers
from market.web.i18n import LOCALES, say
from market.web.panels import DutyKind, WaitKind
from signing import terminal

MACHINES: Final[tuple[Machine[Any, Any], ...]] = tuple(
    dict.fromkeys(machine for machine, _ in rooms.gathered("events", "TRANSITIONS"))
)


def turns() -> str:
    """What waits where, who has to act then, and who sees it wait, as a table in Markdown."""
    kinds: list[DutyKind] = rooms.gathered("panels", "DUTIES")
    waits: list[WaitKind] = rooms.gathered("panels", "WAITS")
    rows = ["| what | waits for | seen to wait by |", "|---|---|---|"]
    there = [*(kind.at for kind in kinds), *(kind.at for kind in waits)]
    for at in dict.fromkeys(chain.from_iterable(there)):
        acts = [f"{_who(one.roles)} {say(LOCALES[0], one.verb)}" for one in kinds if at in one.at]
        seen = [_who(one.roles) for one in waits if at in one.at]
        rows.append(f"| `{at}` | {' · '.join([*acts, *_else(at)])} | {' · '.join(seen)} |")
    return "\n".join(rows)


def _else(at: str) -> list[str]:
    """The trustees, or the column with the hour, that a stage waits for beside parties."""
    stages = [stage for stage in STAGES if stage.at == at]
    found = [what for stage in stages for what in (stage.givers, stage.hour)]
    return [f"`{what}`" for what in found if what and what != Givers.PARTIES]


def _who(roles: frozenset[Role]) -> str:
    return ", ".join(say(LOCALES[0], f"role.{role}") for role in Role if role in roles)


def diagrams() -> None:
    """Print every state diagram, and whose turn it is."""
    for machine in MACHINES:
        terminal.say(f"```mermaid\n---\ntitle: {machine.name}\n---\n{machine.diagram()}\n```")
    terminal.say(turns())
