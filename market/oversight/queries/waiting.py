"""What a running round waits for, and for whom: nothing is void because somebody stays silent.

Names trustees and the owner, never applicants; between the deadline and the freeze nobody is named,
for who has not reported yet would tell that there is something to report.
"""

from dataclasses import dataclass
from datetime import datetime

from market.audit.publish import witnessed_note
from market.selection.deciding import inputs
from market.selection.deciding.reveal import chosen_record
from market.selection.models import BoxReport, Contribution, Round
from market.selection.states import State
from market.selection.trustees.worklist import last_index
from signing.draw.contributions import OWNER
from signing.ways.pools import POOLS


@dataclass(frozen=True, slots=True)
class Wait:
    """``key`` names the sentence; ``on``: ids of trustees (or ``owner``) that are missing."""

    key: str
    on: tuple[str, ...] = ()
    until: datetime | None = None


async def waits_for(row: Round, now: datetime) -> Wait:
    """What ``row`` waits for at ``now``."""
    match row.state:
        case State.PUBLISHED:
            return await _parts(row)
        case State.ACCEPTING:
            over = now >= row.deadline_at
            return Wait("closing") if over else Wait("deadline", until=row.deadline_at)
        case State.FROZEN:
            given = await inputs.released(row, "application")
            return await _shares(row, given, row.freeze_index or 0, "deciding")
        case State.DECIDED:
            return await _identity(row)
        case State.REVEALED:
            return _publicity(row, now)
        case _:
            return Wait("nothing")


async def _parts(row: Round) -> Wait:
    roles = row.terms["rules"]["contributors"]
    there = {c.role: c.envelope for c in await Contribution.filter(round_id=row.about)}
    missing = [role for role in roles if role not in there]
    if missing:
        return Wait("contribution", tuple(role.removeprefix("trustee:") for role in missing))
    rows = BoxReport.filter(envelope_id__in=list(there.values()), ok=True)
    said = {(str(e), str(t)) for e, t in await rows.values_list("envelope_id", "trustee")}
    ids = [role.removeprefix("trustee:") for role in roles if role != OWNER]
    silent = [one for one in ids if any((sha, one) not in said for sha in there.values())]
    return Wait("boxes", tuple(silent)) if silent else Wait("accepting")


async def _identity(row: Round) -> Wait:
    if not POOLS[row.pool].applied_for:
        return Wait("revealing")
    sha = (await chosen_record(row))["identity"]
    given = await inputs.released(row, "identity", [sha])
    return await _shares(row, given, await last_index(row), "revealing")


async def _shares(row: Round, given: list[str], above: int, done: str) -> Wait:
    if len(given) >= row.terms["k"]:
        return Wait(done)
    missing = tuple(t["id"] for t in row.terms["trustees"] if t["id"] not in given)
    return Wait("witness" if await witnessed_note(above) is None else "shares", missing)


def _publicity(row: Round, now: datetime) -> Wait:
    if row.flagged and row.explanation_accepted is None:
        return Wait("verdict" if row.explanation else "explanation")
    until = row.publicity_until
    return Wait("publicity", until=until) if until and now < until else Wait("concluding")
