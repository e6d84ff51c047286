"""Who may do what with a project: pure predicates, asked by the actions and by the pages.

Whoever may not see a project is told that it is not there (404): a draft's existence is nobody's
business but its owner's.
"""

from market.kernel.actors import Actor, Role
from market.projects.states import MACHINE, OPEN_TO_OWNER, Event, State


def may_start(actor: Actor) -> bool:
    """Whether the actor may open a new draft: an owner who acts for an organisation."""
    return actor.role is Role.OWNER and actor.organisation is not None


def is_owner(actor: Actor, owner: str) -> bool:
    """Whether the actor acts for the organisation that owns the project."""
    return actor.role is Role.OWNER and actor.organisation == owner


def may_see(actor: Actor, owner: str, *, was_published: bool) -> bool:
    """Whether the project exists for the actor."""
    return was_published or is_owner(actor, owner)


def may_edit(actor: Actor, owner: str, state: State) -> bool:
    """Whether the answers may be changed: until publication."""
    return is_owner(actor, owner) and state in OPEN_TO_OWNER


def may_discard(actor: Actor, owner: str, state: State, *, was_published: bool) -> bool:
    """Whether it may be thrown away; what was once public stays on record."""
    return is_owner(actor, owner) and not was_published and MACHINE.allows(state, Event.DISCARDED)


def may_go_on(actor: Actor, owner: str, state: State) -> bool:
    """Whether a failed project may be tried again or given up."""
    return is_owner(actor, owner) and MACHINE.allows(state, Event.RETRIED)


def may_countersign(actor: Actor, owner: str, region: str) -> bool:
    """Whether the actor may agree to another attempt: a regulator of the region, not the owner."""
    return actor.role is Role.REGULATOR and actor.covers(region) and actor.organisation != owner


def may_restore(actor: Actor, owner: str, state: State) -> bool:
    """Whether a discarded draft may be taken back."""
    return is_owner(actor, owner) and MACHINE.allows(state, Event.RESTORED)
