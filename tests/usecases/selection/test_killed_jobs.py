"""R1 for what time does: killed at points of freezing, deciding, naming, concluding, sealing.

The process of time dies at one point of each kind, or with ``--whole`` one point further each time,
and is begun again; the round comes out as if
it had never died: the same entries, each once, and a notice.
"""

from collections import Counter

import pytest

from market.audit.models import LedgerAct, LedgerEntry, LedgerHead
from market.audit.publish import must_not_be_shorter
from market.demo.players import trustees_turn
from market.documents.models import PaperState, SignedPaper
from market.selection.round_secrets import round_key_name
from market.selection.states import State
from tests.factories.mortal_time import Time, time_over
from tests.factories.points import Kinds
from tests.factories.standing import RoundAsItStands
from tests.factories.town import Town, tags
from tests.usecases.selection.test_rounds import BEGUN, DONE, NAMED, OPENED

JOBS = ("checkpoint", "rounds", "papers", "round keys")
MOST = 30


async def broken(town: Town) -> list[str]:
    """What does not hold of the ledger as it stands."""
    said = []
    indexes = await LedgerEntry.all().order_by("index").values_list("index", flat=True)
    tokens = set(await LedgerEntry.all().values_list("token", flat=True))
    if list(indexes) != list(range((await LedgerHead.get(id=1)).size)):
        said.append("its head does not fit its entries")
    if not tokens >= set(await LedgerAct.all().values_list("token", flat=True)):
        said.append("an act has no entry")
    await must_not_be_shorter(town.city.tools)
    return said


async def pushed(
    town: Town, time: Time, job: str, spared: set[str] | None
) -> tuple[Counter[str], list[str]]:
    """Let time do a job, dying elsewhere each time; where it died, and what broke.

    ``spared`` are the kinds of points at which it died already; None is one point after the other.
    """
    died: Counter[str] = Counter()
    while True:
        place = died.total() if spared is None else None
        done = await time.run(job, town.clock(), place, spared or ())
        said = await broken(town) + (["a job failed"] if done.failed else [])
        if said or not done.killed:
            return died, said
        died[done.points[-1].split()[1]] += 1
        if spared is not None:
            kinds = Kinds()
            spared.add([kinds.of(point) for point in done.points][-1])
        if job == "papers":
            town.clock.forward(minutes=30)  # a paper that failed waits longer every time
            town.renew()


async def lived(
    town: Town, about: str, bug: str = "", *, whole: bool = False
) -> tuple[Counter[str], list[str]]:
    """A round from its deadline to its notice under a dying time."""
    died: Counter[str] = Counter()
    spared: dict[str, set[str] | None] = {job: None if whole else set() for job in JOBS}
    town.clock.now = max(town.clock.now, (await town.round(about)).deadline_at)
    async with time_over(town, bug) as time:
        for _ in range(MOST):
            town.renew()
            await trustees_turn(town.call(), town.trustees)
            for job in JOBS:
                more, said = await pushed(town, time, job, spared[job])
                died += more
                if said:
                    return died, said
            found = await town.round(about)
            if found.state is State.REVEALED and found.publicity_until:
                town.clock.now = max(town.clock.now, found.publicity_until)
            if await SignedPaper.exists(state=PaperState.SIGNED):
                break
            town.clock.forward(minutes=6)
    return died, []


async def test_a_round_whose_time_dies_ends_as_any_other(
    town: Town, applied: RoundAsItStands, *, whole: bool
) -> None:
    died, said = await lived(town, applied.about, whole=whole)
    assert said == []
    assert died["commit"] >= 6
    assert died.total() > (150 if whole else 50)
    found = await town.round(applied.about)
    assert (found.state, found.winner) == (State.CONCLUDED, town.applicants[1].code)
    assert await tags(found.about) == [*BEGUN, "frozen", *OPENED, *NAMED, *DONE]
    assert town.city.tools.keys.names(round_key_name(found.about)) == []


@pytest.mark.on_sqlite  # the fault is in the step, whatever lies below
async def test_the_harness_catches_a_step_that_is_two_transactions(
    town: Town, applied: RoundAsItStands
) -> None:
    _, said = await lived(town, applied.about, "split")
    assert said == ["a job failed"]
