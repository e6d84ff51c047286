"""The same key, the same answer: done once, never twice, kept or lost together with the deed."""

import asyncio
import re
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

from market.audit import ledger
from market.audit.models import LedgerEntry, SecurityEvent
from market.infra.db import use_case
from market.infra.idempotency import Answer, Index, Known, kept_as
from market.kernel.actors import Role
from market.kernel.call import Call, Retry
from market.kernel.errors import Kind, MarketError
from tests.factories.city import TestCity
from tests.factories.said import Said

ROOT = Path(__file__).parents[3]


@dataclass(frozen=True, slots=True)
class Done:
    row: int


@dataclass(frozen=True, slots=True)
class Recorded:
    entry: Index
    deep: tuple[Index, ...]
    role: Role
    at: datetime
    wishes: dict[str, str | None]


@use_case
async def deed(call: Call, word: str = "done") -> Done:
    """Leave one row and say something that differs every time."""
    row = await SecurityEvent.create(at=call.now, key=word, actor="a", path="/", facts={})
    return Done(row.id)


@use_case
async def recorded(call: Call) -> Recorded:
    mark = await ledger.record(call, Said(), about="test:1")
    return Recorded(mark, (mark,), Role.OWNER, call.now, {"index": None, "明": "选"})


@use_case
async def silent(call: Call) -> None:
    await SecurityEvent.create(at=call.now, key="silent", actor="a", path="/", facts={})


@use_case
async def failing(call: Call) -> Done:
    await SecurityEvent.create(at=call.now, key="failing", actor="a", path="/", facts={})
    raise MarketError("test.refused", Kind.CONFLICT)


def under(city: TestCity, key: str = "key-0001", payload: str = "0" * 64) -> Call:
    return replace(city.call(), retry=Retry(key, payload))


async def test_a_repeated_key_gives_the_first_answer_and_does_nothing(city: TestCity) -> None:
    first = await deed(under(city))
    assert await deed(under(city)) == first
    assert await deed(under(city), "other words, same bytes sent") == first
    assert await SecurityEvent.all().count() == 1
    assert await deed(under(city, "key-0002")) != first


async def test_without_a_key_every_call_counts(city: TestCity) -> None:
    assert await deed(city.call()) != await deed(city.call())
    assert not await Answer.exists()


async def test_an_answer_without_words_is_remembered_too(city: TestCity) -> None:
    assert [await silent(under(city)), await silent(under(city))] == [None, None]
    assert await SecurityEvent.all().count() == 1


@pytest.mark.parametrize("action", [deed, silent])
async def test_the_same_key_for_something_else_is_refused(city: TestCity, action: Any) -> None:
    await deed(under(city))
    other = under(city) if action is silent else under(city, payload="1" * 64)
    with pytest.raises(MarketError) as refused:
        await action(other)
    assert refused.value.key == "idempotency.other_payload"
    assert refused.value.kind is Kind.UNPROCESSABLE
    assert await SecurityEvent.all().count() == 1


async def test_a_refusal_is_not_kept_so_that_one_may_try_again(city: TestCity) -> None:
    with pytest.raises(MarketError, match=r"test\.refused"):
        await failing(under(city))
    assert not await Answer.exists()
    assert not await SecurityEvent.exists()
    assert (await deed(under(city))).row


async def test_many_at_once_under_one_key_are_one(city: TestCity) -> None:
    answers = await asyncio.gather(*(deed(under(city)) for _ in range(8)))
    assert len({one.row for one in answers}) == 1
    assert await SecurityEvent.all().count() == 1


async def test_a_ledger_index_is_in_the_answer_and_in_what_is_kept(city: TestCity) -> None:
    first = await recorded(under(city))
    index = (await LedgerEntry.get()).index
    assert (first.entry.index, first.deep[0].index) == (index, index)
    again = await recorded(under(city))
    assert again == replace(first, entry=Known(index), deep=(Known(index),))
    assert (type(again.role), again.at.tzinfo) == (Role, UTC)
    assert await LedgerEntry.all().count() == 1


async def test_an_answer_of_another_version_is_refused_and_nothing_is_done_twice(
    city: TestCity,
) -> None:
    await deed(under(city))
    await Answer.filter(key="key-0001").update(result={"location": "/projects/1"})
    with pytest.raises(MarketError) as refused:
        await deed(under(city))
    assert (refused.value.key, refused.value.kind) == ("idempotency.other_version", Kind.CONFLICT)
    assert await SecurityEvent.all().count() == 1


def test_what_every_use_case_answers_can_be_kept_and_read_back() -> None:
    found = 0
    for path in (ROOT / "market").rglob("*.py"):
        names = re.findall(r"^@use_case\nasync def (\w+)", path.read_text("utf-8"), re.MULTILINE)
        module = ".".join(path.relative_to(ROOT).with_suffix("").parts)
        for name in names:
            assert kept_as(getattr(import_module(module), name).__wrapped__), (module, name)
            found += 1
    assert found > 50


@pytest.mark.parametrize("at", ["market.infra.db.keep_answer", "market.audit.ledger._number"])
async def test_canary_the_deed_is_lost_together_with_its_answer(
    city: TestCity, monkeypatch: pytest.MonkeyPatch, at: str
) -> None:
    async def dies(*_: Any) -> None:
        raise OSError("the power fails")

    with monkeypatch.context() as broken:
        broken.setattr(at, dies)
        with pytest.raises(OSError, match="power"):
            await recorded(under(city))
    assert not await Answer.exists()
    assert not await LedgerEntry.exists()
    assert (await recorded(under(city))).entry.index == 0
