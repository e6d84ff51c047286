"""Who may do what with a project: pure predicates, asked by the actions and by the pages.

Whoever may not see a project is told that it is not there (404): a draft's existence is nobody's
business but its owner's.
"""

from typing import Final

from market.kernel.actors import Actor, Role
from market.kernel.errors import Kind, Refusal
from market.projects.states import MACHINE, OPEN_TO_OWNER, Event, State

_BY_SEAL: Final = Refusal("project.by_seal", Kind.FORBIDDEN)
_HIDDEN: Final = Refusal("not_found.project", Kind.NOT_FOUND)


def is_owner(actor: Actor, owner: str) -> bool:
    """Whether the actor acts for the organisation that owns the project."""
    return actor.role is Role.OWNER and actor.organisation == owner


def is_visible(actor: Actor, owner: str, *, was_published: bool) -> bool:
    """Whether the project exists for the actor."""
    return was_published or is_owner(actor, owner)


def why_not_start(actor: Actor) -> Refusal | None:
    """An owner who acts for an organisation opens drafts."""
    if actor.role is not Role.OWNER or actor.organisation is None:
        return Refusal("project.owners_only", Kind.FORBIDDEN)
    return None


def why_not_edit(actor: Actor, owner: str, state: State) -> Refusal | None:
    """The owner changes the answers until publication."""
    closed = Refusal("project.closed", Kind.CONFLICT)
    return _why_not(actor, owner, None if state in OPEN_TO_OWNER else closed)


def why_not_discard(
    actor: Actor, owner: str, state: State, *, was_published: bool
) -> Refusal | None:
    """The owner throws a draft away; what was once public stays on record."""
    stays = Refusal("project.not_discardable", Kind.CONFLICT)
    fits = not was_published and MACHINE.allows(state, Event.DISCARDED)
    return _why_not(actor, owner, None if fits else stays)


def why_not_restore(actor: Actor, owner: str, state: State) -> Refusal | None:
    """The owner takes a discarded draft back."""
    there = Refusal("project.not_discarded", Kind.CONFLICT)
    return _why_not(actor, owner, None if MACHINE.allows(state, Event.RESTORED) else there)


def why_not_check(actor: Actor, *, needs_second: bool) -> Refusal | None:
    """Where a second person publishes, the first one shows who that is."""
    return _BY_SEAL if needs_second and actor.by_seal else None


def why_not_publish(actor: Actor, owner: str, state: State, barred: str | None) -> Refusal | None:
    """Somebody of the owner publishes what is checked, but nobody who only drafts.

    ``barred`` may not either: a second one must, who shows to be that person.
    """
    if not is_owner(actor, owner):
        return Refusal("project.not_the_owner", Kind.FORBIDDEN)
    if not MACHINE.allows(state, Event.PUBLISHED):
        return Refusal("project.no_transition", Kind.CONFLICT)
    if actor.drafts_only:
        return Refusal("project.drafts_only", Kind.FORBIDDEN)
    if barred is not None and actor.by_seal:
        return _BY_SEAL
    if actor.code == barred:
        return Refusal("project.second_person", Kind.FORBIDDEN)
    return None


def why_not_send_back(actor: Actor, owner: str, state: State, drafter: str) -> Refusal | None:
    """Whoever did not draft what is checked may send it back instead of publishing it."""
    own = Refusal("project.own_draft", Kind.CONFLICT) if actor.code == drafter else None
    moved = Refusal("project.no_transition", Kind.CONFLICT)
    return _why_not(actor, owner, own if state is State.READY else moved)


def why_not_go_on(actor: Actor, owner: str, state: State) -> Refusal | None:
    """The owner tries a failed project again, or gives it up; nobody who only drafts."""
    if not MACHINE.allows(state, Event.RETRIED):
        return _why_not(actor, owner, Refusal("project.not_failed", Kind.CONFLICT))
    drafts = Refusal("project.only_drafts", Kind.FORBIDDEN) if actor.drafts_only else None
    return _why_not(actor, owner, drafts)


def why_not_countersign(actor: Actor, owner: str, region: str) -> Refusal | None:
    """A regulator of the region, not the owner's own, agrees to another attempt."""
    is_regulator = actor.role is Role.REGULATOR and actor.covers(region)
    if not is_regulator or actor.organisation == owner:
        return Refusal("project.not_the_regulator", Kind.FORBIDDEN)
    return None


def _why_not(actor: Actor, owner: str, refusal: Refusal | None) -> Refusal | None:
    """Nobody but the owner learns that there is something, let alone what is in its way."""
    return refusal if is_owner(actor, owner) else _HIDDEN
