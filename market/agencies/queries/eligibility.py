"""Who may offer an item, and how agencies stand: what the rooms above build on.

``candidates`` is what a draw begins from, so it is ordered, whole, and cheap for a million rows.
"""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from market.agencies.models import Agency, Offer
from market.agencies.rules import Reason, hindrance
from market.agencies.states import Standing
from market.catalogue import queries as catalogue
from market.infra import db
from market.kernel.errors import Kind, Refusal, not_found

NOT_REGISTERED: Final = Refusal(Reason.NOT_REGISTERED, Kind.FORBIDDEN)
_BATCH: Final = 10_000
# Not through the ORM: a draw may begin from a million rows, and typed rows cost several times more.
_ROWS: Final = f"""
SELECT o.number, o.valid_until, a.code, a.region, a.red, a.standing, a.employer
  FROM agencies_offer o JOIN agencies_agency a ON a.code = o.agency_id
 WHERE o.item_id = ? AND o.number > ? ORDER BY o.number LIMIT {_BATCH}
"""  # noqa: S608 - a number of our own


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
    statement = _ROWS.replace("?", "$1", 1).replace("?", "$2", 1) if db.is_postgres() else _ROWS
    # Standing and last day together have few values: each pair is judged once.
    verdicts: dict[tuple[str, date | str | None], str | None] = {}
    after = 0
    while True:
        rows = await db.connection().execute_query_dict(statement, [item, after])
        for row in rows:
            pair = (row["standing"], row["valid_until"])
            if pair not in verdicts:
                standing, until = Standing(pair[0]), _day(pair[1])
                verdicts[pair] = _key(hindrance(standing, until, now, item_open=item_open))
            reason = verdicts[pair]
            yield Candidate(
                code=row["code"],
                region=row["region"],
                red=bool(row["red"]),
                standing=row["standing"],
                qualified=reason is None,
                reason=reason,
                employer=row["employer"],
            )
        if len(rows) < _BATCH:
            return
        after = rows[-1]["number"]


async def why_not_offer(agency: str, item: str, now: datetime) -> Refusal | None:
    """Why ``agency`` may not offer ``item`` at ``now``; None when it may."""
    return (await offers_of(agency, now, item_id=item)).get(item, NOT_REGISTERED)


async def offers_of(agency: str, now: datetime, **among: str) -> dict[str, Refusal | None]:
    """Each item that ``agency`` is registered for: why it may not offer it at ``now``, or None."""
    rows = await Offer.filter(agency_id=agency, **among).select_related("agency")
    is_open = {item.code: item.is_open for item in await catalogue.item_names()}
    found = {
        row.item_id: hindrance(
            row.agency.standing, row.valid_until, now, item_open=is_open.get(row.item_id, False)
        )
        for row in rows
    }
    return {item: Refusal(why, Kind.FORBIDDEN) if why else None for item, why in found.items()}


async def identity_for_admission(agency: str) -> Admitted:
    """What the signed-in agency is told about itself; raises NOT_FOUND. Never for anybody else."""
    row = await Agency.get_or_none(code=agency)
    if row is None:
        raise not_found("agency")
    return Admitted(row.code, row.name, row.credit_code, row.red)


async def _is_open(item: str) -> bool:
    return any(i.code == item and i.is_open for i in await catalogue.item_names())


def _day(stored: date | str | None) -> date | None:
    return date.fromisoformat(stored) if isinstance(stored, str) else stored


def _key(reason: Reason | None) -> str | None:
    return reason.value if reason else None
