"""Whole rounds with real trustees, from publication to the signed notice."""

import asyncio
import re
from collections import Counter
from collections.abc import Awaitable, Callable
from datetime import timedelta
from threading import current_thread, main_thread
from types import ModuleType
from typing import Any

import pytest

from market.documents.models import PaperState, SignedPaper
from market.infra import db
from market.kernel.actors import NOBODY
from market.projects.models import Project
from market.selection.artifacts import paper
from market.selection.deciding import (
    decision,
    explanation,
    freeze,
    freeze_documents,
    released,
    succession,
)
from market.selection.deciding.pools import applicants, qualified
from market.selection.forms import Explanation, Verdict
from market.selection.models import Envelope, Round
from market.selection.pages.round_page import round_page
from market.selection.states import State
from signing.core.canonical import loads
from signing.draw.transcript import check
from tests.factories.town import OWNER, Applicant, Town, entries, tags

BEGUN = ["published", "contributed", "contributed", "contributed", "contributed", "accepting"]
OPENED = ["released", "released", "released", "unsealed", "decided"]
NAMED = ["released", "released", "released", "revealed"]
DONE = ["concluded", "ordered", "signed"]
WRITTEN = re.compile(r'(?:INSERT\b.*? INTO|UPDATE|DELETE FROM|SELECT .*? FROM) "?(\w+)')
# What is kept with an entry because it holds the entry's index, and the answer to whoever retries.
WITH_THE_HEAD = {
    "ledger_entry",
    "selection_freeze",
    "selection_decision",
    "selection_paper",
    "idempotency_key",
}
TEXT = "我单位在本项目所在地设有常驻团队，成本低于同行，报价已含全部费用。"


async def test_price_the_lowest_wins_and_the_notice_is_signed(town: Town) -> None:
    found = await town.publish(way="price")
    assert found.state is State.ACCEPTING
    who = await town.apply(found.about, 9_000_000, 8_000_000, 8_500_000)
    found = await town.to_reveal(found.about)
    named = (found.state, found.winner, found.winner_price_fen)
    assert named == (State.REVEALED, who[1].code, 8_000_000)
    await town.later(days=3)
    assert (await town.round(found.about)).state is State.CONCLUDED
    signed = await SignedPaper.get()
    assert signed.state is PaperState.SIGNED
    assert await tags(found.about) == [*BEGUN, "frozen", *OPENED, *NAMED, *DONE]
    losers = await Envelope.filter(kind="identity", opened__payload__isnull=False)
    assert len(losers) == 1
    assert (await Project.get(code=found.project)).state == "concluded"


async def test_nothing_long_is_done_once_the_ledger_s_head_is_held(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    done: list[str] = []

    def noted(name: str, real: Callable[..., Awaitable[Any]]) -> Callable[..., Awaitable[Any]]:
        async def call(*args: Any, **kwargs: Any) -> Any:
            done.append(name)
            return await real(*args, **kwargs)

        return call

    monkeypatch.setattr(decision, "keep_paper", noted("head", decision.keep_paper))
    monkeypatch.setattr(decision, "to_thread", noted("long", asyncio.to_thread))
    found = await town.publish(way="random", pool="qualified")
    await town.to_reveal(found.about)
    decided = done.index("head")
    assert "long" in done[:decided]
    assert "long" not in done[decided:]


async def test_what_computes_long_does_so_beside_the_loop(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    ran: Counter[tuple[str, bool]] = Counter()

    def noted(module: ModuleType, name: str) -> None:
        real = getattr(module, name)

        def call(*args: Any, **kwargs: Any) -> Any:
            ran[name, current_thread() is main_thread()] += 1
            return real(*args, **kwargs)

        monkeypatch.setattr(module, name, call)

    for name in ("snapshot", "shown_standing", "qualified_pool", "agency_behind"):
        noted(freeze_documents, name)
    for pool in (applicants, qualified):
        noted(pool, "_frozen")
    noted(freeze, "sort_out")
    noted(succession, "check")
    noted(released, "_record")
    found, who = await flagged(town)
    await explanation.explain(town.call(who[1].actor), found.about, Explanation(text=TEXT))
    verdict = Verdict(accepted=False, reason="未说明成本构成")
    await explanation.judge_explanation(town.call(OWNER), found.about, verdict)
    await town.turns()
    other = await town.publish(way="random", pool="qualified")
    await town.to_reveal(other.about)
    assert [name for name, on_the_loop in ran if on_the_loop] == []
    once = {name: ran[name, False] for name in ("snapshot", "shown_standing", "check")}
    assert once == {"snapshot": 1, "shown_standing": 2, "check": 1}
    assert ran["qualified_pool", False] == ran["agency_behind", False] == 1


@pytest.mark.on_sqlite
async def test_the_ledger_s_head_is_locked_last(town: Town) -> None:
    said: list[str] = []
    writer = db.connection().connections[0]  # type: ignore[attr-defined]  # SQLite's own
    await writer.set_trace_callback(said.append)
    found, who = await flagged(town)
    await explanation.explain(town.call(who[1].actor), found.about, Explanation(text=TEXT))
    verdict = Verdict(accepted=False, reason="未说明成本构成")
    await explanation.judge_explanation(town.call(OWNER), found.about, verdict)
    await town.turns()
    await town.later(days=4)
    assert (await town.round(found.about)).state is State.CONCLUDED
    units = [unit.partition("COMMIT")[0] for unit in "\n".join(said).split("BEGIN IMMEDIATE")]
    late = [re.findall(WRITTEN, unit.partition("ledger_head")[2]) for unit in units]
    written = [sorted(set(tables) - WITH_THE_HEAD) for tables in late]
    assert [tables for tables in written if tables] == []
    assert {table for tables in late for table in tables} > {"selection_freeze", "ledger_entry"}


async def test_random_draws_one_of_the_applicants(town: Town) -> None:
    found = await town.publish(way="random", pool="applicants")
    who = await town.apply(found.about, None, None, None)
    found = await town.to_reveal(found.about)
    assert found.state is State.REVEALED
    assert found.winner in {one.code for one in who}
    transcript = loads(await paper(found.transcript_sha256))
    assert len(check(transcript).walk.taken) == 1
    assert found.ranking_sha256 is None


async def test_random_draws_one_of_all_qualified_without_applications(town: Town) -> None:
    found = await town.publish(way="random", pool="qualified")
    found = await town.to_reveal(found.about)
    assert found.state is State.REVEALED
    record = (await entries(found.about))[-1]["facts"]
    assert record["agency"]["code"] == found.winner
    pool = loads(await paper(found.transcript_sha256))["pool"]
    assert len(pool) == found.count or any(row["record"]["excluded"] for row in pool)


async def test_nobody_came_it_is_extended_once_and_then_fails(town: Town) -> None:
    found = await town.publish(way="random", pool="applicants")
    first = found.deadline_at
    found = await town.to_reveal(found.about)
    assert (found.state, found.extended) == (State.ACCEPTING, True)
    assert found.deadline_at > first + timedelta(hours=1)
    again = await town.to_reveal(found.about)
    assert (again.state, again.failure) == (State.FAILED, "TOO_FEW")
    assert again.deadline_at == found.deadline_at
    assert await tags(found.about) == [*BEGUN, "extended", "failed"]


async def test_one_price_is_too_few_then_enough_after_the_extension(town: Town) -> None:
    found = await town.publish(way="price")
    who = await town.apply(found.about, 9_000_000)
    found = await town.to_reveal(found.about)
    assert (found.state, found.extended) == (State.ACCEPTING, True)
    found = await town.to_reveal(found.about)
    assert (found.state, found.winner) == (State.REVEALED, who[0].code)


async def test_equal_prices_are_drawn_and_the_dearer_one_has_no_lot(town: Town) -> None:
    found = await town.publish(way="price")
    who = await town.apply(found.about, 8_000_000, 9_000_000, 8_000_000)
    found = await town.to_reveal(found.about)
    assert found.winner in {who[0].code, who[2].code}
    pool = loads(await paper(found.transcript_sha256))["pool"]
    assert sorted(str(row["record"]["excluded"]) for row in pool) == ["NOT_BEST", "None", "None"]


async def flagged(town: Town) -> tuple[Round, list[Applicant]]:
    found = await town.publish(way="price")
    who = await town.apply(found.about, 9_000_000, 2_000_000, 8_500_000)
    found = await town.to_reveal(found.about)
    assert (found.winner, found.flagged["measure"]) == (who[1].code, "second")
    return found, who


async def test_a_price_far_below_waits_for_its_explanation_and_is_kept(town: Town) -> None:
    found, who = await flagged(town)
    await town.later(days=4)
    assert (await town.round(found.about)).state is State.REVEALED
    await explanation.explain(town.call(who[1].actor), found.about, Explanation(text=TEXT))
    verdict = Verdict(accepted=True, reason="成本说明充分 cafe\u0301")  # as some keyboards send é
    await explanation.judge_explanation(town.call(OWNER), found.about, verdict)
    said = (await entries(found.about))[-1]["facts"]
    assert said == {"accepted": True, "reason": "成本说明充分 café"}
    await town.turns()
    assert (await town.round(found.about)).state is State.CONCLUDED


async def test_an_explanation_that_is_refused_moves_to_the_next_price(town: Town) -> None:
    found, who = await flagged(town)
    await explanation.explain(town.call(who[1].actor), found.about, Explanation(text=TEXT))
    verdict = Verdict(accepted=False, reason="未说明成本构成")
    await explanation.judge_explanation(town.call(OWNER), found.about, verdict)
    assert (await Project.get(code=found.project)).decided_fen == 8_500_000, "before it is named"
    await town.turns()
    found = await town.round(found.about)
    assert (found.state, found.winner) == (State.REVEALED, who[2].code)
    assert [row["cause"] for row in found.moves] == ["EXPLANATION_REFUSED"]
    assert (await tags(found.about))[-6:] == ["explanation_accepted", "moved", *NAMED]


async def test_after_a_restart_at_every_step_it_goes_on_by_itself(town: Town) -> None:
    found = await town.publish(way="price")
    who = await town.apply(found.about, 9_000_000, 8_000_000)
    town.clock.now = found.deadline_at
    for _ in range(40):
        town.restart()
        await town.turns(most=1)
        town.clock.forward(minutes=1)
    found = await town.round(found.about)
    assert (found.state, found.winner) == (State.REVEALED, who[1].code)
    town.restart()
    await town.later(days=3)
    assert (await SignedPaper.get()).state is PaperState.SIGNED
    assert await tags(found.about) == [*BEGUN, "frozen", *OPENED, *NAMED, *DONE]


async def test_what_fell_due_while_everything_was_down_happens_at_the_start(town: Town) -> None:
    found = await town.publish(way="price")
    await town.apply(found.about, 9_000_000, 8_000_000)
    town.clock.now = found.deadline_at + timedelta(days=2)
    town.restart()
    await town.turns()
    await town.later(minutes=6)
    assert (await town.round(found.about)).state is State.REVEALED


async def test_without_an_independent_trustee_it_waits_visibly_and_then_goes_on(town: Town) -> None:
    found = await town.publish(way="price")
    await town.apply(found.about, 9_000_000, 8_000_000)
    town.down = {"notary"}
    found = await town.to_reveal(found.about)
    await town.later(hours=30)
    found = await town.round(found.about)
    assert found.state is State.FROZEN
    page = await round_page(found.about, NOBODY, town.clock())
    seen = {line.id: line.seen_at for line in page.trustees}
    assert seen["notary"] is not None
    assert town.clock() - seen["notary"] > timedelta(hours=24)
    assert seen["regulator"] == town.clock()
    assert page.decision is None
    town.down = set()
    await town.turns()
    assert (await town.round(found.about)).state is State.REVEALED


async def test_the_platform_alone_may_be_missing(town: Town) -> None:
    found = await town.publish(way="price")
    town.down = {"platform"}
    who = await town.apply(found.about, 9_000_000, 8_000_000)
    found = await town.to_reveal(found.about)
    assert (found.state, found.winner) == (State.REVEALED, who[1].code)


@pytest.mark.parametrize("missing", [{"regulator"}, {"notary", "platform"}])
async def test_a_round_whose_contributors_do_not_come_ends(town: Town, missing: set[str]) -> None:
    await town.turns()
    town.down = missing
    found = await town.publish(way="random", pool="applicants")
    assert found.state is State.PUBLISHED
    await town.until(found.opens_at)
    found = await town.round(found.about)
    assert (found.state, found.failure) == (State.FAILED, "NOT_CONTRIBUTED")
