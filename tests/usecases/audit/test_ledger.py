"""The ledger: numbers without gaps, chains, times that never go back, no act alone."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from market.audit import ledger
from market.audit.models import LedgerAct, LedgerEntry, LedgerHead
from market.documents.models import SignedPaper
from market.infra import db
from market.infra.db import use_case
from market.kernel.call import Call
from market.kernel.errors import Kind, MarketError
from signing.core import canonical
from signing.log import tree
from tests.factories.city import TestCity
from tests.factories.said import Said

NO_ENTRY = "(?i)foreign key"  # the driver's own words at the commit


@dataclass(frozen=True)
class Marked:
    marks: tuple[ledger.Mark, ...]

    @property
    def indexes(self) -> list[int]:
        return [mark.index for mark in self.marks]


@use_case
async def say(
    call: Call, abouts: Sequence[str] = ("test:1",), before: datetime | None = None
) -> Marked:
    """One entry about each; the last of them refuses its own time from an instant on."""

    def accept(at: datetime) -> None:
        if before is not None and at >= before:
            raise MarketError("test.late", Kind.CONFLICT)

    marks = [await ledger.record(call, Said(of=a), about=a) for a in abouts[:-1]]
    last = await ledger.record(call, Said(of=abouts[-1]), about=abouts[-1], accept=accept)
    return Marked((*marks, last))


@use_case
async def say_and_fail(call: Call) -> None:
    await ledger.record(call, Said(), about="test:lost")
    raise ZeroDivisionError


async def entries() -> list[tuple[int, dict[str, Any]]]:
    rows = await LedgerEntry.all().order_by("index")
    for row in rows:
        assert tree.leaf_hash(bytes(row.data)) == bytes(row.leaf)
    return [(row.index, canonical.loads(bytes(row.data))) for row in rows]


async def must_be_whole() -> list[dict[str, Any]]:
    """Indexes without gaps, the head beside them, every chain closed, times that never go back."""
    found = await entries()
    assert [index for index, _ in found] == list(range(len(found)))
    assert (await LedgerHead.get(id=1)).size == len(found)
    last: dict[str, int] = {}
    for index, entry in found:
        assert entry["prev"] == (
            None if entry["about"] == "test:loose" else last.get(entry["about"])
        )
        last[entry["about"]] = index
    times = [entry["at"] for _, entry in found]
    assert times == sorted(times)
    acts = await LedgerAct.all().count()
    assert acts == len(found)
    return [entry for _, entry in found]


async def test_an_entry_is_what_the_protocol_says(city: TestCity) -> None:
    assert (await say(city.call())).indexes == [0]
    [entry] = await must_be_whole()
    assert entry == {
        "v": 1,
        "tag": "test:said",
        "at": canonical.instant(city.clock()),
        "about": "test:1",
        "by": "anyone:anonymous",
        "prev": None,
        "facts": {"of": "test:1"},
    }


async def test_many_at_once_are_numbered_without_gaps_though_some_fail(city: TestCity) -> None:
    async def one(n: int) -> None:
        if n % 3 == 0:
            with pytest.raises(ZeroDivisionError):
                await say_and_fail(city.call())
        else:
            await say(city.call(), [f"test:{n % 4}", "test:all"])

    await asyncio.gather(*(one(n) for n in range(24)))
    found = await must_be_whole()
    assert len(found) == 32
    assert "test:lost" not in {entry["about"] for entry in found}


async def test_entries_of_one_unit_follow_in_the_order_of_their_promise(city: TestCity) -> None:
    answer = await say(city.call(), ["a:1", "b:1", "a:1"])
    assert answer.indexes == [0, 1, 2]
    assert [e["about"] for e in await must_be_whole()] == ["a:1", "b:1", "a:1"]


async def test_times_never_go_back_whatever_the_clock_does(city: TestCity) -> None:
    await say(city.call())
    city.clock.forward(hours=-5)
    await say(city.call())
    city.clock.forward(hours=4, minutes=59)
    await say(city.call())
    city.clock.forward(minutes=2)
    await say(city.call())
    first, second, third, fourth = (entry["at"] for entry in await must_be_whole())
    assert first == second == third < fourth


async def test_a_microsecond_is_cut_not_rounded(city: TestCity) -> None:
    call = replace(city.call(), now=city.clock().replace(microsecond=999_999))
    await say(call)
    [entry] = await must_be_whole()
    assert entry["at"].endswith(":00.999Z")


@pytest.mark.parametrize(("early", "held"), [(1, True), (0, False), (-1, False)])
async def test_its_own_time_is_refused_at_one_point(city: TestCity, early: int, held: bool) -> None:
    deadline = city.clock() + timedelta(milliseconds=early)
    if held:
        await say(city.call(), before=deadline)
    else:
        with pytest.raises(MarketError) as refused:
            await say(city.call(), ["test:x", "test:1"], before=deadline)
        assert (refused.value.key, refused.value.kind) == ("test.late", Kind.CONFLICT)
    assert len(await must_be_whole()) == int(held)


async def test_a_clock_that_was_put_back_does_not_reopen_a_deadline(city: TestCity) -> None:
    await say(city.call())
    deadline = city.clock()
    city.clock.forward(hours=-1)
    with pytest.raises(MarketError, match=r"test\.late"):
        await say(city.call(), before=deadline)
    assert len(await must_be_whole()) == 1


async def test_what_is_not_chained_tells_of_nothing_before(city: TestCity) -> None:
    @use_case
    async def twice(call: Call) -> None:
        for _ in range(2):
            await ledger.record(call, Said(), about="test:loose", chained=False)

    await twice(city.call())
    assert [entry["prev"] for entry in await must_be_whole()] == [None, None]


async def test_facts_that_rest_on_their_own_index_are_told_last(city: TestCity) -> None:
    await say(city.call(), ["a:1", "b:1"])
    done: list[object] = []

    async def tell(index: int) -> Said:
        done.append(index)
        return Said()

    @use_case
    async def late(call: Call) -> Marked:
        await ledger.record(call, Said(), about="a:1")
        mark = await ledger.record(call, ledger.Late(Said, tell), about="c")
        done.append("all else")
        return Marked((mark,))

    (mark,) = (await late(city.call())).marks
    assert (mark.told.tag, mark.index) == (Said.tag, 3)
    assert done == ["all else", 3]
    assert (await must_be_whole())[3]["tag"] == Said.tag


async def test_a_token_leads_to_its_index_and_no_index_before_the_end(city: TestCity) -> None:
    async with db.unit():
        mark = await ledger.record(city.call(), Said(), about="a:1")
        with pytest.raises(RuntimeError, match="end of the unit"):
            _ = mark.index
    assert (mark.index, await ledger.index_of(mark.token)) == (0, 0)


@pytest.mark.parametrize(
    "facts",
    [{"price": 1.5}, {"Big": 1}, {"n": 2**60}, {"t": "\ud800"}, {"x": "x" * 70_000}, {"d": b"b"}],
)
async def test_what_is_not_canonical_or_too_long_takes_the_whole_unit_along(
    city: TestCity, facts: dict[str, Any]
) -> None:
    @use_case
    async def bad(call: Call) -> None:
        await ledger.record(call, Said(), about="a:1")
        await ledger.record(call, Said(of=facts), about="a:1")

    with pytest.raises(ValueError):  # noqa: PT011 - each rule of the canonical form has its own words
        await bad(city.call())
    assert await must_be_whole() == []
    await say(city.call())
    assert len(await must_be_whole()) == 1


async def test_an_act_without_its_entry_is_refused_by_the_database(city: TestCity) -> None:
    async def alone() -> None:
        async with db.unit():
            await LedgerAct.create(token="no-entry-follows")

    with pytest.raises(Exception, match=NO_ENTRY):
        await alone()
    assert not await LedgerAct.exists()


async def test_a_business_row_without_its_act_is_refused_by_the_database(city: TestCity) -> None:
    async def paper(act: str) -> None:
        async with db.unit():
            await SignedPaper.create(
                code="abcdefgh",
                kind="notice",
                about="round:x/1",
                data=b"{}",
                data_sha256="0" * 64,
                ordered_at=city.clock(),
                act_id=act,
            )

    with pytest.raises(Exception, match=NO_ENTRY):
        await paper("never-recorded")
    assert not await SignedPaper.exists()


async def test_canary_an_entry_that_is_not_written_takes_its_business_row_along(
    city: TestCity, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def forgets() -> None:
        db.current().pending = []

    monkeypatch.setattr(ledger, "_number", forgets)

    @use_case
    async def order(call: Call) -> None:
        await ledger.record(call, Said(), about="a:1")

    with pytest.raises(Exception, match=NO_ENTRY):
        await order(city.call())
    assert not await LedgerAct.exists()


async def test_recording_needs_a_unit(city: TestCity) -> None:
    with pytest.raises(RuntimeError, match="inside a use case"):
        await ledger.record(city.call(), Said(), about="a:1")


@pytest.mark.parametrize(("first", "then"), [(0, 1), (500, 0), (999, 1000), (1000, 999), (0, 0)])
async def test_times_do_not_go_back_by_a_millisecond(city: TestCity, first: int, then: int) -> None:
    """SQLite keeps a whole second without a fraction; it is compared as an instant all the same."""
    whole = city.clock().replace(microsecond=0) + timedelta(hours=1)
    for milliseconds in (first, then):
        at = whole + timedelta(milliseconds=milliseconds)
        await say(replace(city.call(), now=at))
    await must_be_whole()
    last = await LedgerEntry.all().order_by("-index").first()
    assert last is not None
    assert last.at == whole + timedelta(milliseconds=max(first, then))
