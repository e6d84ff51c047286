"""What running rounds wait for, and for whom: nothing is void because somebody stays silent.

Every page that says where a round stands says it from here.

Names trustees and the owner, never applicants; between the deadline and the freeze nobody is named,
for who has not reported yet would tell that there is something to report.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from market.audit.publish import latest
from market.selection.deciding import inputs
from market.selection.deciding.missing import Missing, missing_in
from market.selection.deciding.released import givers
from market.selection.models import Round
from market.selection.progress import Progress
from market.selection.states import State
from market.selection.ways.registry import WAYS
from signing.draw.contributions import OWNER
from signing.ways.pools import POOLS

WINNER = "winner"
PARTIES = (OWNER, WINNER)


@dataclass(frozen=True, slots=True)
class Awaited:
    """``key`` is the tail of the sentence's; ``on``: ids of trustees, or a party, that must act.

    ``until``: the hour that is waited for, or by which they have to act.
    """

    key: str
    on: tuple[str, ...] = ()
    until: datetime | None = None

    @property
    def said(self) -> str:
        """The key of the sentence."""
        return f"selection.wait.{self.key}"

    @property
    def names(self) -> tuple[str, ...]:
        """The keys of the names of those who must act."""
        return tuple(f"by.{one}" if one in PARTIES else f"trustee.{one}" for one in self.on)


@dataclass(frozen=True, slots=True)
class _Given:
    """What is there already for some rounds.

    ``missing``: of those that are published; ``givers``: round → trustees that have given their
    shares; ``entries``: act → index of its entry; ``witnessed``: the size of the newest tree that
    the quorum has seen.
    """

    missing: dict[str, Missing]
    givers: dict[str, set[str]]
    entries: dict[str, int]
    witnessed: int


async def awaited(rounds: Sequence[Progress], now: datetime) -> dict[str, Awaited]:
    """What each of the rounds waits for at ``now``, by name; asks as often for many as for one."""
    given = await _given(rounds)
    return {one.round.about: _wait(one, given, now) for one in rounds}


async def _given(rounds: Sequence[Progress]) -> _Given:
    rows = [one.round for one in rounds]
    missing = await missing_in([row for row in rows if row.state is State.PUBLISHED])
    shares = await givers(rounds)
    entries = await inputs.entry_times([row.act_id for row in rows if row.about in shares])
    seen = await latest(witnessed=True)
    indices = {act: index for act, (index, _) in entries.items()}
    return _Given(missing, shares, indices, seen.size if seen else 0)


def _wait(one: Progress, given: _Given, now: datetime) -> Awaited:
    row = one.round
    if row.about in given.givers:
        return _shares(row, given)
    match row.state:
        case State.PUBLISHED:
            return _parts(given.missing[row.about])
        case State.ACCEPTING:
            return _sign_up(row, now)
        case State.REVEALED:
            return _publicity(one, now)
        case _:
            return _own(one)


def _sign_up(row: Round, now: datetime) -> Awaited:
    if now >= row.deadline_at:
        return Awaited("closing")
    key = "deadline" if POOLS[row.pool].applied_for else "announced"
    return Awaited(key, until=row.deadline_at)


def _parts(missing: Missing) -> Awaited:
    if missing.nothing:
        return Awaited("accepting")
    key = "contribution" if missing.parts else "boxes"
    roles = missing.parts or missing.reports
    return Awaited(key, tuple(role.removeprefix("trustee:") for role in roles))


def _shares(row: Round, given: _Given) -> Awaited:
    there = given.givers[row.about]
    if len(there) >= row.terms["k"]:
        return Awaited(str(row.state))
    missing = tuple(t["id"] for t in row.terms["trustees"] if t["id"] not in there)
    seen = given.witnessed > given.entries[row.act_id]
    return Awaited("shares" if seen else "witness", missing)


def _own(one: Progress) -> Awaited:
    """It is over, or in a state that its way adds: the hour of the stage, if it has one."""
    state = one.round.state
    hours = [stage.hour for stage in WAYS[one.round.way].stages if stage.state is state]
    hour = next(filter(None, hours), None)
    return Awaited(str(state), until=one.hour(hour) if hour else None)


def _publicity(one: Progress, now: datetime) -> Awaited:
    """``silent``: the price should have been explained by now, and the owner may end it."""
    asked, until = one.clarification, one.result.publicity_until if one.result else None
    is_over = until is None or now >= until
    if asked is None or asked.accepted is not None:
        return Awaited("concluding") if is_over else Awaited("publicity", until=until)
    if asked.explanation:
        return Awaited("verdict", (OWNER,), until)
    key, who = ("silent", OWNER) if is_over else ("explanation", WINNER)
    return Awaited(key, (who,), until)
