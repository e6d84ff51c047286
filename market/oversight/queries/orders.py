"""What regulators order of trustees, escrows to open and blind audits: what waits, what may be."""

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from market.accounts.regions import Place, place
from market.kernel.actors import Actor
from market.oversight.queries.regions import regions_of
from market.oversight.queries.unnamed import fell_away
from market.projects import queries as projects
from market.selection.models import BlindAudit, OpeningOrder, Round, SealedShare
from market.selection.states import State
from signing.ways.pools import APPLIED_FOR

LISTED = 50


@dataclass(frozen=True, slots=True)
class OrderLine:
    """A round of which something may be ordered; ``note``: how far that is."""

    project: str
    attempt: int
    title: str
    place: Place
    note: str


@dataclass(frozen=True, slots=True)
class Orders:
    """What ``actor`` may order: names behind codes, and blind audits."""

    unnamed: tuple[OrderLine, ...]
    audits: tuple[OrderLine, ...]


@dataclass(frozen=True, slots=True)
class RunningAudit:
    """A round with a blind audit that has no finding yet, and how many trustees answered."""

    round: Round
    given: int

    @property
    def is_answered(self) -> bool:
        """Whether enough trustees have sealed their shares."""
        needed: int = self.round.terms["k"]
        return self.given >= needed


async def running_audits(
    regions: Collection[str], most: int, among: Collection[str] | None = None
) -> list[RunningAudit]:
    """Those of the regions, the longest waiting first; at ``most`` so many."""
    if not regions:
        return []
    rows = BlindAudit.filter(finding__isnull=True, round__region__in=list(regions))
    if among is not None:
        rows = rows.filter(round__project__in=list(among))
    ordered = await rows.order_by("ordered_at").limit(most).select_related("round")
    shares = SealedShare.filter(round_id__in=[row.round_id for row in ordered])
    senders: list[Any] = await shares.values_list("round_id", flat=True) if ordered else []
    given = Counter(map(str, senders))
    return [RunningAudit(row.round, given[row.round_id]) for row in ordered]


async def running_openings(regions: Collection[str], most: int) -> list[Round]:
    """The rounds of the regions with an escrow that is ordered open and is not, each once."""
    if not regions:
        return []
    rows = OpeningOrder.filter(opened_at__isnull=True, round__region__in=list(regions))
    ordered = await rows.order_by("ordered_at").limit(most).select_related("round")
    return list({row.round_id: row.round for row in ordered}.values())


async def orders(actor: Actor) -> Orders:
    """The newest rounds of ``actor``'s regions of which something may be ordered, or was."""
    regions = regions_of(actor)
    unnamed = await fell_away(regions, LISTED)
    done = Round.filter(state=State.CONCLUDED, pool__in=APPLIED_FOR, region__in=regions)
    rows = await done.order_by("-published_at").limit(LISTED) if regions else []
    audits = BlindAudit.filter(round_id__in=[row.about for row in rows])
    found = dict(await audits.values_list("round_id", "found_at")) if rows else {}
    titles = await projects.titles({row.project for row in [*(o.round for o in unnamed), *rows]})

    def line(row: Round, note: str) -> OrderLine:
        return OrderLine(row.project, row.attempt, titles[row.project], place(row.region), note)

    def note(row: Round) -> str:
        if row.about not in found:
            return "open"
        return "found" if found[row.about] else "ordered"

    return Orders(
        tuple(line(one.round, "ordered" if one.ordered else "open") for one in unnamed),
        tuple(line(row, note(row)) for row in rows),
    )
