"""Papers are signed after the unit, again until it has worked, and logged exactly once."""

import asyncio
from functools import partial
from pathlib import Path
from typing import Any, NoReturn

import pytest

from market.audit.models import LedgerEntry
from market.documents import jobs, queries
from market.documents.jobs import sign_ordered
from market.documents.models import PaperState, SignedPaper
from market.kernel.call import Call
from market.kernel.errors import Kind, MarketError
from signing.core import canonical
from signing.core.hashing import sha256
from signing.pdf.paper_check import attached, verify
from signing.statements import cades
from tests.factories.city import TestCity
from tests.factories.papers import STATEMENT, install, order


@pytest.fixture(autouse=True)
def sealed(city: TestCity, offices: Path) -> None:
    install(city, offices)


async def said() -> list[str]:
    return [str(row.tag) for row in await LedgerEntry.all().order_by("index")]


def away(*_: Any, **__: Any) -> NoReturn:
    raise TimeoutError("the timestamp authority is away")


async def test_an_ordered_paper_is_signed_and_logged_with_its_hash(city: TestCity) -> None:
    code = await order(city)
    assert (await queries.paper(code)).signed is False
    await sign_ordered(city.call())
    card = await queries.paper(code)
    assert card.pdf_sha256 is not None
    pdf = await city.tools.files.get(card.pdf_sha256)
    [seal] = verify(pdf, city.tools.trust())
    assert seal.holder.name == "达州市中介超市（演示）"
    assert attached(pdf)["statement.json"] == canonical.dumps(STATEMENT)
    ordered, signed = [
        canonical.loads(bytes(r.data)) for r in await LedgerEntry.all().order_by("index")
    ]
    assert ordered["facts"] == {"paper": "notice", "data_sha256": card.data_sha256}
    assert signed["facts"]["sha256"] == sha256(pdf).hex()
    assert signed["facts"]["data_sha256"] == card.data_sha256
    statement, made = await queries.signature_of(code.upper())
    assert cades.verify_fast(statement, made, city.tools.trust(), "paper").holder == seal.holder


async def test_a_failed_try_is_repeated_later_over_the_same_bytes(
    city: TestCity, monkeypatch: pytest.MonkeyPatch
) -> None:
    code = await order(city)
    with monkeypatch.context() as broken:
        broken.setattr("signing.pdf.pades.sign", away)
        with pytest.raises(ExceptionGroup) as caught:
            await sign_ordered(city.call())
    assert isinstance(caught.value.exceptions[0], TimeoutError)
    row = await SignedPaper.get(code=code)
    assert (row.state, row.tries, row.pdf_sha256) == (PaperState.ORDERED, 1, None)
    before = await city.tools.files.get(str(row.digest))
    assert attached(before)["statement.json"] == canonical.dumps(STATEMENT)
    await sign_ordered(city.call())
    assert (await queries.paper(code)).signed is False, "the second try comes a second later"
    city.clock.forward(seconds=1)
    monkeypatch.setattr(jobs.typeset, "typeset", away)
    await sign_ordered(city.call())
    card = await queries.paper(code)
    assert card.signed
    pdf = await city.tools.files.get(str(card.pdf_sha256))
    assert pdf.startswith(before)
    assert await said() == ["documents:paper:ordered", "documents:paper:signed"]


async def test_of_two_workers_one_sets_and_stamps_a_paper(
    city: TestCity, monkeypatch: pytest.MonkeyPatch
) -> None:
    signed: list[str] = []
    codes = [await order(city), await order(city, about="round:DZ-2026-000002/1")]

    async def sign(_call: Call, row: SignedPaper) -> None:
        signed.append(row.code)
        await asyncio.sleep(0)

    monkeypatch.setattr(jobs, "_sign", sign)
    await asyncio.gather(*(sign_ordered(city.call()) for _ in range(3)))
    assert sorted(signed) == sorted(codes)


async def test_who_sets_a_paper_second_signs_the_bytes_of_the_first(city: TestCity) -> None:
    row = await SignedPaper.get(code=await order(city))
    first = await jobs._plain(city.call(), row, "one")
    assert await jobs._plain(city.call(), row, "another") == first


async def test_an_authority_that_is_away_for_a_day_is_waited_for(
    city: TestCity, monkeypatch: pytest.MonkeyPatch
) -> None:
    code = await order(city)
    await SignedPaper.filter(code=code).update(tries=293)
    city.clock.forward(days=1)
    await sign_ordered(city.call())
    assert (await queries.paper(code)).signed


async def test_a_paper_that_fails_holds_up_no_other(
    city: TestCity, monkeypatch: pytest.MonkeyPatch
) -> None:
    bad = await order(city, about="round:DZ-2026-000002/1")
    await SignedPaper.filter(code=bad).update(data=b"{}")
    city.clock.forward(seconds=1)
    good = await order(city)
    with pytest.raises(ExceptionGroup) as caught:
        await sign_ordered(city.call())
    assert len(caught.value.exceptions) == 1
    assert (await queries.paper(good)).signed
    assert not (await queries.paper(bad)).signed


async def test_signing_twice_changes_nothing(city: TestCity) -> None:
    code = await order(city)
    row = await SignedPaper.get(code=code)
    await sign_ordered(city.call())
    first = await queries.paper(code)
    await jobs._sign(city.call(), row)
    await sign_ordered(city.call())
    assert await queries.paper(code) == first
    assert (await said()).count("documents:paper:signed") == 1


async def test_cut_off_between_signing_and_keeping_it_is_signed_again(
    city: TestCity, monkeypatch: pytest.MonkeyPatch
) -> None:
    code = await order(city)
    with monkeypatch.context() as broken:
        broken.setattr(jobs.ledger, "record", away)
        with pytest.raises(ExceptionGroup):
            await sign_ordered(city.call())
    assert await said() == ["documents:paper:ordered"]
    city.clock.forward(seconds=1)
    await sign_ordered(city.call())
    assert (await queries.paper(code)).signed
    assert await said() == ["documents:paper:ordered", "documents:paper:signed"]


async def test_one_paper_of_a_kind_about_one_thing(city: TestCity) -> None:
    await order(city)
    with pytest.raises(Exception, match=r"(?i)unique"):
        await order(city)
    assert await SignedPaper.all().count() == 1
    assert await said() == ["documents:paper:ordered"]


@pytest.mark.parametrize("code", ["", "nope", "%", "' OR 1=1 --"])
async def test_an_unknown_number_is_not_found(city: TestCity, code: str) -> None:
    for ask in (queries.paper, queries.signature_of, partial(queries.paper_of, kind="notice")):
        with pytest.raises(MarketError) as refused:
            await ask(code)
        assert refused.value.kind is Kind.NOT_FOUND
    assert await queries.paper_with(code) is None
