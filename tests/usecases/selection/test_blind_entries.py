"""A blind entry tells of no round and of nobody; its own time lies before the deadline."""

from datetime import datetime, timedelta

import pytest

from market.audit.models import LedgerEntry
from market.infra.db import use_case
from market.kernel.call import Call
from market.kernel.errors import MarketError
from market.selection.intake import blind_entry
from signing.core import canonical
from tests.factories.city import TestCity


@use_case
async def seal(call: Call, salt: bytes, deadline: datetime | None = None) -> None:
    await blind_entry.record(call, salt, "round:x/1", ["0" * 64], deadline)


async def bodies() -> list[dict[str, object]]:
    rows = await LedgerEntry.filter(about="sealed").order_by("index")
    return [canonical.loads(bytes(row.data)) for row in rows]


async def test_it_stands_in_no_chain_and_names_nobody(city: TestCity) -> None:
    await seal(city.call(), b"1" * 32)
    await seal(city.call(), b"2" * 32)
    one, two = await bodies()
    for entry in (one, two):
        assert {entry["about"], entry["by"], entry["tag"]} == {"sealed"}
        assert entry["prev"] is None
        assert isinstance(entry["facts"], dict)
        assert entry["facts"].keys() == {"commit"}
    assert one["facts"] != two["facts"]


async def test_a_clock_that_was_put_back_does_not_reopen_a_deadline(city: TestCity) -> None:
    deadline = city.clock() + timedelta(milliseconds=1)
    await seal(city.call(), b"1" * 32, deadline)
    city.clock.forward(milliseconds=1)
    await seal(city.call(), b"2" * 32)
    city.clock.forward(hours=-1)
    with pytest.raises(MarketError, match=r"selection\.late"):
        await seal(city.call(), b"3" * 32, deadline)
    assert len(await bodies()) == 2
