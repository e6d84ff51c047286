"""What overseers read: true figures, what is waited for, and nothing that tells of applicants."""

from dataclasses import replace
from datetime import timedelta
from uuid import uuid4

import pytest

from market.kernel.actors import NOBODY, Actor, Role
from market.kernel.errors import MarketError
from market.oversight.queries import alarms, figures, regulator_page, rounds, tree
from market.selection.models import Round, TrusteeAlarm
from market.selection.states import State
from market.selection.waiting import Awaited, awaited
from market.web import panels
from market.web.i18n import catalogue
from market.web.panels import Scope
from signing.core.canonical import dumps
from signing.trustee import work
from tests.factories.openings import REGULATOR
from tests.factories.standing import RoundAsItStands
from tests.factories.town import OWNER, Town

AUDITOR = Actor(Role.AUDIT_ADMIN, "audit-admin", regions=("511700",), session="a")
ELSEWHERE = replace(REGULATOR, regions=("510100",))
READERS = pytest.mark.parametrize("reader", [REGULATOR, AUDITOR])


async def wait(town: Town, about: str) -> Awaited:
    return (await awaited([(await town.round(about)).progress], town.clock()))[about]


@READERS
async def test_nothing_that_an_overseer_reads_tells_of_applicants(
    town: Town, accepting: RoundAsItStands, reader: Actor
) -> None:

    async def seen() -> list[object]:
        shown = await regulator_page.desk(town.call(reader))
        index = await rounds.round_index(accepting.about, reader)
        return [
            replace(shown, trustees=()),
            replace(index, timeline=tuple(replace(e, witnessed=True) for e in index.timeline)),
            await tree.tree(reader, "project", accepting.project),
            await alarms.alarms(reader),
            await wait(town, accepting.about),
        ]

    before = await seen()
    await town.apply(accepting.about, 9_000_000, 8_000_000, 7_000_000)
    assert await seen() == before
    assert (await rounds.round_index(accepting.about, reader)).reports is None
    town.clock.now = accepting.deadline_at
    assert (await wait(town, accepting.about)) == Awaited("closing")


async def test_after_the_freeze_reports_releases_and_documents_are_shown(
    town: Town, revealed: RoundAsItStands
) -> None:
    index = await rounds.round_index(revealed.about, REGULATOR)
    assert index.reports is not None
    assert {(r.trustee, r.good, r.bad) for r in index.reports} == {
        (one, 6, 0) for one in ("regulator", "notary", "platform")
    }
    assert {r.kind for r in index.releases} == {"application", "identity"}
    assert set(index.documents) == {"freeze", "transcript", "ranking"}
    assert [row.tag.rsplit(":", 1)[-1] for row in index.timeline][-1] == "revealed"
    assert index.moves == ()


async def test_a_round_says_whom_it_waits_for(town: Town) -> None:
    await town.turns()
    town.down = {"notary"}
    found = await town.publish(way="price")
    assert await wait(town, found.about) == Awaited("contribution", ("notary",))
    town.down = set()
    await town.turns()
    assert await wait(town, found.about) == Awaited("deadline", until=found.opens_at)
    await town.apply(found.about, 9_000_000, 8_000_000)
    town.down = {"notary"}
    await town.to_reveal(found.about)
    waiting = await wait(town, found.about)
    assert waiting.key in {"witness", "shares"}
    assert "notary" in waiting.on
    row = next(r for r in (await regulator_page.desk(town.call(REGULATOR))).running)
    assert (row.project, row.wait) == (found.project, waiting)
    town.down = set()
    await town.turns()
    after = await town.round(found.about)
    assert await wait(town, found.about) == Awaited("publicity", until=after.publicity_until)
    await town.later(days=3)
    assert await wait(town, found.about) == Awaited("concluded")
    assert (await regulator_page.desk(town.call(REGULATOR))).running == ()


async def test_trustees_that_fall_silent_are_shown_so(town: Town) -> None:
    await town.turns()
    assert {t.health for t in await regulator_page.trustees(town.call())} == {"well"}
    assert not any(t.demo_clock for t in await regulator_page.trustees(town.call()))
    town.down = {"notary"}
    await town.later(hours=1)
    health = {t.id: t.health for t in await regulator_page.trustees(town.call())}
    assert health == {"regulator": "well", "notary": "quiet", "platform": "well"}
    await town.publish(way="price")
    await town.later(days=1)
    found = {t.id: t for t in await regulator_page.trustees(town.call())}
    assert found["notary"].health == "gone"
    assert found["notary"].behind > found["regulator"].behind == 0


async def test_the_figures_are_those_of_the_rounds(town: Town) -> None:
    empty = await figures.figures(town.clock())
    assert (empty.this_month, empty.year, empty.failed) == (0, 0, 0)
    price = await town.publish(way="price")
    await town.apply(price.about, 9_000_000, 8_000_000)
    await town.to_reveal(price.about)
    lot = await town.publish(way="random", pool="qualified")
    await town.to_reveal(lot.about)
    nobody = await town.publish(way="random", pool="applicants")
    await town.to_reveal(nobody.about)
    await town.to_reveal(nobody.about)
    assert (await town.round(nobody.about)).state is State.FAILED
    now = await figures.figures(town.clock())
    assert {way: sum(row) for way, row in now.by_way.items()} == {"random": 1, "price": 1}
    assert (now.year, now.failed, sum(now.counties.values())) == (2, 1, 2)
    strip = {one.label: one for one in await panels.figures(Scope.OVERSIGHT, town.clock())}
    assert strip["竞价平均节省"].value == "33.3%"
    assert strip["账本见证"].value.replace(",", "").isdigit()
    texts = {text for one in strip.values() for text in (one.label, one.unit, one.note) if text}
    assert {text for text in texts if catalogue("en").gettext(text) == text} == set()
    rows = [row async for batch in figures.selections() for row in batch]
    prices = {row.project: row.price_fen for row in rows}
    assert prices == {price.project: 8_000_000, lot.project: None}
    shown = await regulator_page.desk(town.call(REGULATOR))
    assert [(row.project, row.note) for row in shown.failed] == [(nobody.project, "TOO_FEW")]


async def test_flagged_prices_are_on_the_desk_until_they_are_judged(town: Town) -> None:
    found = await town.publish(way="price")
    await town.apply(found.about, 9_000_000, 2_000_000, 8_500_000)
    await town.to_reveal(found.about)
    shown = await regulator_page.desk(town.call(REGULATOR))
    assert [(row.project, row.note) for row in shown.flagged] == [(found.project, "silent")]
    until = (await town.round(found.about)).publicity_until
    assert shown.running[0].wait == Awaited("explanation", ("winner",), until)


async def alarm(town: Town, about: str, *, grave: bool) -> str:
    row = await TrusteeAlarm.create(
        id=uuid4(),
        trustee="notary",
        about=about,
        code="blind_entry" if grave else "too_early",
        body={"sentence": "said 3", "grave": grave, "evidence": ["one side", "the other"]},
        at=town.clock(),
    )
    return str(row.id)


@READERS
async def test_alarms_keep_back_before_the_freeze_what_would_tell(
    town: Town, applied: RoundAsItStands, reader: Actor
) -> None:
    grave = await alarm(town, applied.about, grave=True)
    light = await alarm(town, applied.about, grave=False)
    (shown,) = await alarms.alarms(reader)
    assert (shown.id, shown.withheld, shown.sentence, shown.evidence) == (grave, True, None, ())
    assert (shown.code, shown.group) == (None, "other")
    with pytest.raises(MarketError, match=r"not_found\.alarm"):
        await alarms.alarm(light, reader)
    await town.to_reveal(applied.about)
    shown = await alarms.alarm(grave, reader)
    assert (shown.withheld, shown.evidence) == (False, ("one side", "the other"))
    assert [a.grave for a in await alarms.alarms(reader) if a.id in {grave, light}] == [True, False]


async def test_what_is_about_the_ledger_is_shown_at_once(town: Town) -> None:
    name = await alarm(town, "", grave=True)
    assert (await alarms.alarm(name, REGULATOR)).sentence == "said 3"


async def test_what_a_trustee_does_not_speak_is_kept_and_blames_nobody(town: Town) -> None:
    asked = work.read(dumps({"v": 1, "kind": "work", "ballots": [{"vote": 1}]}))
    town.trustees[0].alarm(None, asked.unspoken[0], town.clock())
    await town.turns(most=1)
    (shown,) = await alarms.alarms(REGULATOR)
    assert (shown.code, shown.group, shown.grave) == ("not_spoken", "version", False)
    assert shown.sentence == "work: ballots (kind ballots) is not spoken here"


async def test_a_regulator_sees_the_own_region_only(town: Town, accepting: RoundAsItStands) -> None:
    name = await alarm(town, accepting.about, grave=True)
    for stranger in (ELSEWHERE, OWNER, NOBODY):
        with pytest.raises(MarketError, match=r"not_found\.round"):
            await rounds.round_index(accepting.about, stranger)
        with pytest.raises(MarketError, match=r"not_found\.alarm"):
            await alarms.alarm(name, stranger)
        assert await alarms.alarms(stranger) == ()
        assert (await tree.tree(stranger, "region", "")).total == 0
    assert (await regulator_page.desk(town.call(ELSEWHERE))).running == ()


@pytest.mark.parametrize("by", ["region", "project", "month", "'; drop", ""])
async def test_the_tree_hangs_open_where_the_address_says(
    town: Town, accepting: RoundAsItStands, by: str
) -> None:
    row = await Round.get(about=accepting.about)
    key = {"project": accepting.project, "month": "2026-11"}.get(by, row.region)
    shown = await tree.tree(REGULATOR, by, key)
    assert (shown.by in tree.BY, shown.total) == (True, 1)
    (branch,) = shown.branches
    assert (branch.open, [leaf.project for leaf in branch.leaves]) == (True, [accepting.project])
    closed = await tree.tree(REGULATOR, by, "elsewhere")
    assert [b.open for b in closed.branches] == [False]


async def test_a_later_attempt_is_on_the_desk(town: Town, accepting: RoundAsItStands) -> None:
    await Round.filter(about=accepting.about).update(attempt=2)
    shown = await regulator_page.desk(town.call(REGULATOR))
    assert [(row.project, row.attempt) for row in shown.repeated] == [(accepting.project, 2)]
    assert timedelta(0) < accepting.deadline_at - town.clock()
