"""Who sees which part of a round in which state: one table, pure. Queries hand out nothing else.

Nobody, the operator included, has a row that says more: before the decision there is nothing to
see, and who applied without being chosen is never named.
"""

from typing import Final

from market.kernel.actors import Role
from market.selection.states import AFTER_DECISION, AFTER_FREEZE, AFTER_REVEAL, State

ALWAYS: Final = frozenset({"terms", "deadline", "trustees", "contributions"})
FIELDS: Final = ("count", "codes", "prices", "draw", "far_below", "winner", "explanation")
_FROM: Final = {
    "count": AFTER_FREEZE,
    "codes": AFTER_DECISION,
    "prices": AFTER_DECISION,
    "draw": AFTER_DECISION,
    "far_below": AFTER_DECISION,
    "winner": AFTER_REVEAL,
    "explanation": AFTER_REVEAL,
}
_NOBODY_APPLIES: Final = frozenset({State.PUBLISHED, State.ACCEPTING, State.FROZEN})
_EXPLANATION_READERS: Final = frozenset({Role.OWNER, Role.REGULATOR, Role.AGENCY})


def visible(role: Role, state: State) -> frozenset[str]:
    """The parts of a round that ``role`` sees in ``state``."""
    open_parts = {name for name in FIELDS if state in _FROM[name]}
    if role not in _EXPLANATION_READERS:
        open_parts.discard("explanation")
    return ALWAYS | open_parts


def sentence(state: State, pool: str = "applicants") -> str:
    """The key of the sentence that says who can see what now; where nobody applies, its own."""
    own = pool == "qualified" and state in _NOBODY_APPLIES
    return f"selection.who_sees.{'qualified.' if own else ''}{state}"
