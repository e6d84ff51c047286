"""Who may do what with a round; pure predicates. ``None`` means yes, else the key of the reason."""

from market.kernel.actors import Actor, Role
from market.selection.states import State


def may_publish(actor: Actor, owner: str) -> str | None:
    """Only the owner of the need publishes it."""
    if actor.role is not Role.OWNER or actor.organisation != owner:
        return "selection.not_the_owner"
    return None


def may_ask_admission(actor: Actor, state: State, pool: str) -> str | None:
    """An agency may ask while applications are accepted."""
    if actor.role is not Role.AGENCY or actor.organisation is None:
        return "selection.agencies_only"
    if pool != "applicants":
        return "selection.no_applications_needed"
    if state is State.PUBLISHED:
        return "selection.not_yet_accepting"
    if state is not State.ACCEPTING:
        return "selection.closed"
    return None


def may_explain(actor: Actor, winner: str | None, state: State, *, flagged: bool) -> str | None:
    """The winner explains a price far below the others, while the result is public."""
    if actor.role is not Role.AGENCY or winner is None or actor.organisation != winner:
        return "selection.not_the_winner"
    if not flagged or state is not State.REVEALED:
        return "selection.nothing_to_explain"
    return None


def may_judge_explanation(
    actor: Actor, owner: str, state: State, explanation: str | None, *, overdue: bool
) -> str | None:
    """The owner says whether the explanation holds, or that none came in time."""
    if actor.role is not Role.OWNER or actor.organisation != owner:
        return "selection.not_the_owner"
    if state is not State.REVEALED or not (explanation or overdue):
        return "selection.nothing_to_judge"
    return None


def may_order_opening(actor: Actor, region: str) -> str | None:
    """The regulator of the region; for which codes, ``rules.UNNAMED`` says."""
    if actor.role is not Role.REGULATOR or not actor.covers(region):
        return "selection.not_the_regulator"
    return None


def may_audit(actor: Actor, region: str, state: State, pool: str) -> str | None:
    """The regulator of the region, once nobody else can be chosen any more (PROTOCOL.md §5.7)."""
    if actor.role is not Role.REGULATOR or not actor.covers(region):
        return "selection.audit.not_the_regulator"
    if pool != "applicants":
        return "selection.audit.no_applicants"
    if state is not State.CONCLUDED:
        return "selection.audit.too_early"
    return None
