"""The notice tells the ledger's times, also where the ledger was ahead of the act that it logs."""

from datetime import timedelta

from market.audit.models import LedgerHead
from market.documents.models import SignedPaper
from market.selection.states import State
from signing.core.canonical import loads
from tests.factories.town import Town, entries


async def test_decision_and_reveal_have_the_ledgers_times(town: Town) -> None:
    """Others write while a step is taken, and times in the ledger never go back."""
    found = await town.publish(way="price")
    await town.apply(found.about, 9_000_000, 8_000_000)
    ahead = found.deadline_at + timedelta(minutes=20)
    await LedgerHead.filter(id=1).update(last_at=ahead)
    found = await town.to_reveal(found.about)
    assert found.state is State.REVEALED
    assert found.decided_at is not None
    assert found.decided_at < ahead
    await town.later(days=3)
    logged = {one["tag"].rsplit(":", 1)[1]: one["at"] for one in await entries(found.about)}
    said = loads(bytes((await SignedPaper.get()).data))
    told = said["decided_at"], said["published_from_at"]
    assert told == (logged["decided"], logged["revealed"])
