"""Whose items are whose. Reading is everyone's; a department's own page is the department's."""

from market.kernel.actors import Actor, Role


def is_own(actor: Actor, department: str) -> bool:
    """Whether ``actor`` acts for the department that answers for an item."""
    return actor.role is Role.DEPARTMENT and actor.organisation == department
