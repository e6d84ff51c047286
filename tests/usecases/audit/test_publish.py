"""What is published of the ledger: never less than before, nothing that the database forgot."""

import pytest

from market.app import make_app
from market.audit import ledger
from market.audit.models import Checkpoint, LedgerHead
from market.audit.publish import LogFolder, latest, publish, published_size
from market.infra.db import use_case
from market.kernel.call import Call
from market.kernel.errors import Kind, MarketError
from market.settings import Settings
from tests.factories.city import TestCity
from tests.factories.said import Said


@use_case
async def say(call: Call, number: int) -> None:
    await ledger.record(call, Said(number=number), about="test:publish")


async def grown(city: TestCity, count: int) -> int:
    for number in range(count):
        await say(city.call(), number)
    return await publish(city.call())


async def test_a_checkpoint_that_the_folder_lacks_is_shown_again(city: TestCity) -> None:
    size = await grown(city, 3)
    path = city.tools.log / "checkpoint"
    text = path.read_text()
    path.unlink()
    assert published_size(city.tools) == 0
    assert await publish(city.call()) == size
    assert path.read_text() == text


async def test_a_checkpoint_that_the_database_lacks_is_kept_again(city: TestCity) -> None:
    """Killed in between: no witness would ever be asked, and what waits for them would wait on."""
    size = await grown(city, 3)
    await Checkpoint.filter(size=size).delete()
    await publish(city.call())
    newest = await latest()
    assert newest is not None
    assert (newest.size, newest.note) == (size, (city.tools.log / "checkpoint").read_text())


async def test_only_one_publishes_at_a_time(city: TestCity) -> None:
    size = await grown(city, 2)
    await say(city.call(), 2)
    with LogFolder(city.tools.log).alone() as mine:
        assert mine
        assert await publish(city.call()) == size
    assert await publish(city.call()) == size + 1
    assert not [p.name for p in city.tools.log.rglob("*") if len(p.suffix) == len(".") + 16]


async def test_a_restored_older_database_is_neither_published_nor_served(
    city: TestCity, settings: Settings
) -> None:
    size = await grown(city, 4)
    before = (city.tools.log / "checkpoint").read_bytes()
    await LedgerHead.filter(id=1).update(size=size - 1)
    with pytest.raises(MarketError) as caught:
        await publish(city.call())
    assert (caught.value.key, caught.value.kind) == ("audit.shorter_tree", Kind.UNAVAILABLE)
    app = make_app(settings, city.clock, jobs=False)
    with pytest.raises(RuntimeError, match=r"请运维人员恢复.*must restore a newer backup"):
        async with app.router.lifespan_context(app):
            pass
    assert (city.tools.log / "checkpoint").read_bytes() == before
