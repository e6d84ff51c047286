"""Who may offer an item, and how agencies stand: what the rooms above build on.

``candidates`` is what a draw begins from, so it is ordered, whole, and cheap for a million rows.
"""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import datetime

from market.agencies.models import Agency, Offer
from market.agencies.rules import Reason, hindrance
from market.agencies.states import Standing
from market.catalogue import queries as catalogue
from market.kernel.errors import not_found

_BATCH = 10_000


@dataclass(frozen=True, slots=True)
class Candidate:
    """A registered agency of an item at an instant; ``reason`` is None exactly when qualified.

    ``employer`` is shared by agencies that the same people hold or run.
    """

    code: str
    region: str
    red: bool
    standing: str
    qualified: bool
    reason: str | None
    employer: str


@dataclass(frozen=True, slots=True)
class Admitted:
    """What an admission hands back to the asking agency about itself."""

    code: str
    name: str
    credit_code: str
    red: bool


async def candidates(item: str, now: datetime) -> list[Candidate]:
    """Everybody registered for ``item``, in the order of registration.

    Empty for an unknown item.
    """
    return [c async for c in each_candidate(item, now)]


async def each_candidate(item: str, now: datetime) -> AsyncIterator[Candidate]:
    """The same one by one, holding ``_BATCH`` rows at most."""
    item_open = await _is_open(item)
    after = 0
    while True:
        rows = (
            await Offer.filter(item_id=item, id__gt=after)
            .order_by("id")
            .limit(_BATCH)
            .values_list(
                "id",
                "agency_id",
                "valid_until",
                "agency__region",
                "agency__red",
                "agency__standing",
                "agency__employer",
            )
        )
        for after, code, until, region, red, held, employer in rows:  # noqa: B007 - read by the next batch
            standing = Standing(held)
            reason = hindrance(standing, until, now, item_open=item_open)
            yield Candidate(
                code, region, bool(red), standing.value, reason is None, _key(reason), employer
            )
        if len(rows) < _BATCH:
            return


async def may_offer(agency: str, item: str, now: datetime) -> str | None:
    """None when ``agency`` may offer ``item`` at ``now``, else the key of the reason."""
    row = await Offer.get_or_none(agency_id=agency, item_id=item).select_related("agency")
    if row is None:
        return Reason.NOT_REGISTERED.value
    item_open = await _is_open(item)
    return _key(hindrance(row.agency.standing, row.valid_until, now, item_open=item_open))


async def identity_for_admission(agency: str) -> Admitted:
    """What the signed-in agency is told about itself; raises NOT_FOUND. Never for anybody else."""
    row = await Agency.get_or_none(code=agency)
    if row is None:
        raise not_found("agency")
    return Admitted(row.code, row.name, row.credit_code, row.red)


async def _is_open(item: str) -> bool:
    return any(i.code == item and i.is_open for i in await catalogue.items())


def _key(reason: Reason | None) -> str | None:
    return reason.value if reason else None
