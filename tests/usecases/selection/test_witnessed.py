"""What the witnesses did not see in time, nobody can show to have come in time."""

import httpx2

from market.demo.players import apply_sealed
from market.selection.states import State
from tests.factories.standing import RoundAsItStands
from tests.factories.town import Town, entries, tags


async def unseen(town: Town) -> RoundAsItStands:
    """A round in which somebody has applied while one of the two witnesses was away."""
    found = await town.publish(way="price")
    await town.apply(found.about, 9_000_000, 8_000_000)
    town.down = {"notary"}
    last = town.applicants[2]
    await apply_sealed(town.call(last.actor), found.about, last.signer, 7_500_000)
    await town.turns()
    return found


async def test_the_deadline_moves_until_the_witnesses_have_seen_the_last(town: Town) -> None:
    found = await unseen(town)
    first = found.deadline_at
    moved = await town.to_reveal(found.about)
    assert (moved.state, moved.extended) == (State.ACCEPTING, False)
    assert (await entries(found.about))[-1]["facts"]["reason"] == "UNWITNESSED"
    again = await town.to_reveal(found.about)
    assert again.state is State.ACCEPTING
    assert first < moved.deadline_at < again.deadline_at
    client = httpx2.AsyncClient(
        transport=httpx2.ASGITransport(app=town.city.app), base_url=town.settings.url
    )
    for address in (f"/projects/{found.project}", f"/log/projects/{found.project}"):
        page = (await client.get(address, headers={"accept-language": "en"})).text
        assert page.count("the witnesses had not confirmed every application by then") == 2
    town.down = set()
    await town.turns()
    done = await town.to_reveal(found.about)
    assert (done.state, done.winner_price_fen) == (State.REVEALED, 7_500_000)
    assert (await tags(found.about)).count("extended") == 2


async def test_who_comes_back_before_the_hour_moves_nothing(town: Town) -> None:
    found = await unseen(town)
    town.down = set()
    await town.turns()
    done = await town.to_reveal(found.about)
    assert (done.state, done.deadline_at) == (State.REVEALED, found.deadline_at)
