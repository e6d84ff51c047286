"""R6, R7: the deadline is one point in time, and a clock that jumps changes nothing."""

import asyncio
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

import httpx2
import pytest

from market.audit.models import LedgerEntry
from market.demo.players import trustees_turn
from market.kernel.clock import system_clock
from market.kernel.errors import MarketError
from market.selection.artifacts import paper
from market.selection.forms import SealedApplication
from market.selection.intake.upload import apply
from market.selection.jobs import advance_due
from market.selection.models import Share, TrusteeAlarm
from market.selection.states import State
from signing.core.canonical import loads, read_instant
from tests.factories.sending import path_of
from tests.factories.serving import prepared, server
from tests.factories.standing import RoundAsItStands
from tests.factories.town import Town, tags

EACH = 6
AROUND = timedelta(milliseconds=50)


async def test_two_servers_agree_on_who_came_in_time(town: Town) -> None:
    about = (await town.publish(way="price")).about
    senders = [await prepared(town, n, about) for n in range(len(town.applicants))]
    forms = [await s.honest(9_000_000 - seq, seq) for seq in range(1, EACH + 1) for s in senders]
    deadline = (await town.round(about)).deadline_at
    ahead = town.settings.data / "ahead"
    ahead.write_text(str((town.clock() - system_clock()).total_seconds()))
    async with (
        server(town, now=str(ahead), name="one") as one,
        server(town, now=str(ahead), name="two") as two,
    ):
        for client in (one, two):
            assert (await client.get(path_of(about, "terms"))).status_code == 200
        # Everybody is in once, so that a slow machine has a list to freeze, and warm connections.
        soon, first, rest = system_clock(), forms[: len(senders)], forms[len(senders) :]
        early = await asyncio.gather(
            *(_at(soon, (one, two)[n % 2], about, form) for n, form in enumerate(first))
        )
        assert {a.status_code for a in early} == {201}
        hour = system_clock() + timedelta(seconds=2)
        ahead.write_text(str((deadline - hour).total_seconds()))
        answers = early + await asyncio.gather(
            *(
                _at(hour - AROUND + 2 * AROUND * n / len(rest), (one, two)[n % 2], about, form)
                for n, form in enumerate(rest)
            )
        )
    assert {a.status_code for a in answers} <= {201, 409}, [a.text for a in answers][:2]
    assert {a.json()["key"] for a in answers if a.status_code == 409} <= {
        "selection.late",
        "selection.seq_seen",
    }
    receipts: list[dict[str, Any]] = [a.json() for a in answers if a.status_code == 201]
    assert receipts
    assert all(read_instant(r["at"]) < deadline for r in receipts)
    assert any(a.status_code == 409 for a in answers)
    await town.turns()
    found = await town.to_reveal(about)
    assert found.freeze_sha256 is not None
    frozen = loads(await paper(found.freeze_sha256))
    listed = frozen["accepted"]
    left = [row["envelopes"][0] for row in frozen["left_out"]]
    kept = {row["application"] for row in listed} | {*left}
    named = {sha for r in receipts for sha in r["envelopes"]}
    identities = {row["identity"] for row in listed}
    left_identities = {row["envelopes"][1] for row in frozen["left_out"]}
    assert kept | identities | left_identities == named
    assert found.state is State.REVEALED


async def _at(when: datetime, client: httpx2.AsyncClient, about: str, form: Any) -> httpx2.Response:
    await asyncio.sleep(max(0.0, (when - system_clock()).total_seconds()))
    return await client.post(
        path_of(about, "envelopes"), json=form, headers={"idempotency-key": str(uuid4())}
    )


async def test_the_platforms_clock_runs_ahead_and_the_trustees_open_nothing(
    town: Town, accepting: RoundAsItStands
) -> None:
    who = await town.apply(accepting.about, 9_000_000, 8_000_000)
    true = town.clock()
    for jump in (timedelta(hours=1), timedelta(days=30)):
        town.clock.now = true + jump
        town.renew()
        await advance_due(town.call())
        town.clock.forward(minutes=6)
        await advance_due(town.call())
        town.clock.now = true
        await trustees_turn(town.call(), town.trustees)
        await trustees_turn(town.call(), town.trustees)
    frozen = await town.round(accepting.about)
    assert frozen.state is State.FROZEN
    assert not await Share.exists()
    assert "too_early" in {one.code for one in await TrusteeAlarm.all()}
    assert (await town.round(accepting.about)).deadline_at == accepting.deadline_at
    await town.until(accepting.deadline_at + timedelta(minutes=10))
    done = await town.round(accepting.about)
    assert (done.state, done.winner) == (State.REVEALED, who[1].code)


async def test_a_clock_set_back_reopens_nothing_and_the_ledger_goes_on(
    town: Town, accepting: RoundAsItStands
) -> None:
    await town.apply(accepting.about, 9_000_000, 8_000_000)
    sender = await prepared(town, 2, accepting.about)
    form = await sender.honest(7_000_000)
    await town.until(accepting.deadline_at)
    await town.later(minutes=6)
    before = await tags(accepting.about)
    town.clock.now = accepting.deadline_at - timedelta(hours=1)
    await town.turns()
    with pytest.raises(MarketError, match=r"selection\.closed"):
        await apply(town.call(), accepting.about, SealedApplication.model_validate(form))
    assert await tags(accepting.about) == before
    town.clock.now = accepting.deadline_at + timedelta(days=4)
    await town.turns()
    assert (await town.round(accepting.about)).state is State.CONCLUDED
    said = await tags(accepting.about)
    assert len(said) == len(set(said)) + said.count("released") - 1 + said.count("contributed") - 1
    times = [row.at for row in await LedgerEntry.all().order_by("index")]
    assert times == sorted(times)
