"""Who sees the desk, and of which regions; pure."""

from typing import Final

from market.kernel.actors import Actor, Role

_READERS: Final = frozenset({Role.REGULATOR, Role.AUDIT_ADMIN})


def is_overseer(actor: Actor) -> bool:
    """Regulators and audit administrators; what they see is what ``selection.blind`` gives them."""
    return actor.role in _READERS


def oversees(actor: Actor, region: str) -> bool:
    """A reader of the desk sees the regions that the role was granted for."""
    return is_overseer(actor) and actor.covers(region)
