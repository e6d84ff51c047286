"""Who sees which part of a round in which state: one table, pure. Queries hand out nothing else.

Nobody, the operator included, has a row that says more: before the decision there is nothing to
see, and who applied without being chosen is never named.
"""

from typing import Final

from market.kernel.actors import Role
from market.selection.machine import AFTER_FREEZE
from market.selection.states import AFTER_DECISION, AFTER_REVEAL, RoundState, State
from market.selection.ways.registry import WAYS
from signing.ways.pools import POOLS

ALWAYS: Final = frozenset({"terms", "deadline", "trustees", "contributions"})
_COMMON: Final = {
    "count": AFTER_FREEZE,
    "codes": AFTER_DECISION,
    "draw": AFTER_DECISION,
    "winner": AFTER_REVEAL,
}
_NOBODY_APPLIES: Final = frozenset({State.PUBLISHED, State.ACCEPTING, State.FROZEN})
_EXPLANATION_READERS: Final = frozenset({Role.OWNER, Role.REGULATOR, Role.AGENCY})


def parts(way: str) -> dict[str, frozenset[RoundState]]:
    """Every part of a round by ``way`` that is not always seen, with the states that show it."""
    return {**_COMMON, **WAYS[way].parts}


def visible(role: Role, state: RoundState, way: str) -> frozenset[str]:
    """The parts of a round by ``way`` that ``role`` sees in ``state``."""
    open_parts = {name for name, states in parts(way).items() if state in states}
    if role not in _EXPLANATION_READERS:
        open_parts.discard("explanation")
    return ALWAYS | open_parts


def sentence(state: RoundState, pool: str) -> str:
    """The key of the sentence that says who can see what now; where nobody applies, its own."""
    own = not POOLS[pool].applied_for and state in _NOBODY_APPLIES
    return f"selection.who_sees.{'qualified.' if own else ''}{state}"
