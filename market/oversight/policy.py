"""Who sees the desk, and of which regions; pure."""

from typing import Final

from market.kernel.actors import Actor, Role

_READERS: Final = frozenset({Role.REGULATOR, Role.AUDIT_ADMIN})


def may_see_desk(actor: Actor) -> bool:
    """Regulators and audit administrators; what they see is what ``selection.blind`` gives them."""
    return actor.role in _READERS


def may_see_region(actor: Actor, region: str) -> bool:
    """A reader of the desk sees the regions that the role was granted for."""
    return may_see_desk(actor) and actor.covers(region)
