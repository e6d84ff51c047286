"""Who may do what with a round; pure predicates. ``None`` means yes, else why not."""

from market.kernel.actors import Actor, Role
from market.kernel.errors import Kind, Refusal
from market.selection.states import RoundState, State
from signing.ways.pools import POOLS


def why_not_ask_admission(actor: Actor, state: RoundState, pool: str) -> Refusal | None:
    """An agency may ask while applications are accepted."""
    if actor.role is not Role.AGENCY or actor.organisation is None:
        return Refusal("selection.agencies_only", Kind.FORBIDDEN)
    if not POOLS[pool].applied_for:
        return Refusal("selection.no_applications_needed", Kind.CONFLICT)
    if state is State.PUBLISHED:
        return Refusal("selection.not_yet_accepting", Kind.CONFLICT)
    if state is not State.ACCEPTING:
        return Refusal("selection.closed", Kind.CONFLICT)
    return None


def is_winner(actor: Actor, winner: str | None) -> bool:
    """Whether the actor acts for the agency that was chosen."""
    return actor.role is Role.AGENCY and winner is not None and actor.organisation == winner


def why_not_explain(
    actor: Actor, winner: str | None, state: RoundState, accepted: bool | None, *, flagged: bool
) -> Refusal | None:
    """The winner explains a price far below the others, while the result is public.

    ``accepted`` is what the owner said of it, None while nothing was said.
    """
    if not is_winner(actor, winner):
        return Refusal("selection.not_the_winner", Kind.FORBIDDEN)
    if not flagged or state is not State.REVEALED:
        return Refusal("selection.nothing_to_explain", Kind.CONFLICT)
    return _why_not_once(accepted)


def why_not_judge_explanation(
    actor: Actor,
    owner: str,
    state: RoundState,
    explanation: str | None,
    accepted: bool | None,
    *,
    overdue: bool,
) -> Refusal | None:
    """The owner says once whether the explanation holds, or that none came in time."""
    if actor.role is not Role.OWNER or actor.organisation != owner:
        return Refusal("selection.not_the_owner", Kind.FORBIDDEN)
    if actor.drafts_only:
        return Refusal("project.only_drafts", Kind.FORBIDDEN)
    if state is not State.REVEALED or not (explanation or overdue):
        return Refusal("selection.nothing_to_judge", Kind.CONFLICT)
    return _why_not_once(accepted)


def _why_not_once(accepted: bool | None) -> Refusal | None:
    return None if accepted is None else Refusal("selection.judged_already", Kind.CONFLICT)


def is_explained_to(actor: Actor, owner: str, winner: str | None, region: str) -> bool:
    """Whether a winner's explanation is for these eyes; in which states, ``blind`` says."""
    if actor.role is Role.REGULATOR:
        return actor.covers(region)
    return actor.organisation is not None and actor.organisation in {owner, winner}


def why_not_order_opening(actor: Actor, region: str) -> Refusal | None:
    """The regulator of the region; for which codes, ``rules.UNNAMED`` says."""
    if actor.role is not Role.REGULATOR or not actor.covers(region):
        return Refusal("selection.not_the_regulator", Kind.FORBIDDEN)
    return None


def why_not_audit(actor: Actor, region: str, state: RoundState, pool: str) -> Refusal | None:
    """The regulator of the region, once nobody else can be chosen any more (PROTOCOL.md §5.7)."""
    if actor.role is not Role.REGULATOR or not actor.covers(region):
        return Refusal("selection.audit.not_the_regulator", Kind.FORBIDDEN)
    if not POOLS[pool].applied_for:
        return Refusal("selection.audit.no_applicants", Kind.CONFLICT)
    if state is not State.CONCLUDED:
        return Refusal("selection.audit.too_early", Kind.CONFLICT)
    return None
