"""State machines as tables: ``Machine("round", {(State, Event): State})``.

The README's diagrams are printed from these tables; ``tests/house`` checks that every state can be
reached and that every transition has a ledger tag.
"""

from collections.abc import Mapping
from enum import StrEnum
from typing import Generic, TypeVar

from market.kernel.errors import Kind, MarketError

S = TypeVar("S", bound=StrEnum)
E = TypeVar("E", bound=StrEnum)


class Machine(Generic[S, E]):
    """One table of transitions for one kind of thing."""

    def __init__(self, name: str, start: S, table: Mapping[tuple[S, E], S]) -> None:
        self.name = name
        self.start = start
        self.table = dict(table)

    def after(self, state: S, event: E) -> S:
        """The state after ``event``; raises a conflict that names both when no such step exists."""
        try:
            return self.table[state, event]
        except KeyError:
            raise MarketError(
                f"{self.name}.no_transition", Kind.CONFLICT, state=str(state), event=str(event)
            ) from None

    def at(self, state: S) -> str:
        """How a thing is named that stands in ``state``, for whoever says what it waits for."""
        return f"{self.name}:{state}"

    def allows(self, state: S, event: E) -> bool:
        """Whether ``event`` may happen in ``state``."""
        return (state, event) in self.table

    @property
    def states(self) -> tuple[S, ...]:
        """Every state that the start can reach, in the order in which it is reached."""
        seen = [self.start]
        for state in seen:
            seen += [to for (at, _), to in self.table.items() if at is state and to not in seen]
        return tuple(dict.fromkeys(seen))

    def diagram(self) -> str:
        """A Mermaid state diagram of the table."""
        rows = [f"  [*] --> {self.start}"]
        rows += [f"  {at} --> {to}: {event}" for (at, event), to in self.table.items()]
        return "\n".join(["stateDiagram-v2", *rows])
