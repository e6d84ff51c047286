"""What a copied database, without the key store, tells of who asked for admission: nothing."""

from datetime import timedelta

import pytest

from market.accounts import session_activity
from market.accounts.jobs import keep_seen
from market.accounts.models import Grant, Session
from market.audit.models import LedgerEntry
from market.demo.players import apply_sealed
from market.infra import db
from market.kernel.actors import Role
from market.kernel.errors import Kind, MarketError
from market.selection.jobs import tend_keys
from market.selection.models import Admitted, Envelope, Nullifier, Submission
from market.selection.round_secrets import ROUND_KEY, round_key_name
from market.selection.states import State
from tests.factories.town import Town


async def test_a_key_is_at_no_moment_of_the_ledger(town: Town) -> None:
    found = await town.publish(way="random", pool="applicants")
    await town.apply(found.about, None, None, None)
    asked = {
        row.token
        for row in await LedgerEntry.filter(about="sealed")
        if not await Submission.exists(act_id=row.token)
    }
    assert len(asked) == 3
    escrows = [one.escrow for one in await Admitted.all()]
    times = {one.act_id for one in await Envelope.filter(sha256__in=escrows)}
    assert times == {found.act_id}
    assert not times & asked


@pytest.mark.on_sqlite
async def test_the_places_of_rows_tell_no_order(town: Town) -> None:
    found = await town.publish(way="random", pool="applicants")
    await town.apply(found.about, None, None, None)
    for model in (Admitted, Nullifier, Envelope):
        table = model._meta.db_table
        rows = await db.connection().execute_query_dict(f"SELECT rowid AS n FROM {table}")  # noqa: S608 - our own names
        assert min(row["n"] for row in rows) > 2**24


async def test_a_session_was_used_at_about_some_time(town: Town) -> None:
    person = town.applicants[0].actor.code
    grant = await Grant.get(person_id=person, role=Role.AGENCY)
    session = await Session.create(
        code="s-1",
        token_sha256="0" * 64,
        grant=grant,
        method="password",
        device="",
        opened_at=town.clock(),
        seen_at=town.clock(),
        idle_seconds=1800,
        until_at=town.clock() + timedelta(hours=8),
    )
    town.clock.forward(minutes=7, seconds=13)
    session_activity.note(session.token_sha256, town.clock())
    await keep_seen(town.call())
    kept = (await Session.get(code="s-1")).seen_at
    assert timedelta(0) <= town.clock() - kept < timedelta(minutes=5)
    assert (kept.minute % 5, kept.second, kept.microsecond) == (0, 0, 0)


async def test_the_rounds_secret_lives_from_publication_to_the_end(town: Town) -> None:
    keys = town.city.tools.keys
    assert keys.names(ROUND_KEY) == []
    found = await town.publish(way="random", pool="applicants")
    assert keys.names(ROUND_KEY) == [round_key_name(found.about)]
    before = keys.secret(round_key_name(found.about))
    await town.apply(found.about, None, None, None)
    await tend_keys(town.call())
    assert keys.secret(round_key_name(found.about)) == before
    await town.to_reveal(found.about)
    await town.later(days=3)
    assert (await town.round(found.about)).state is State.CONCLUDED
    assert keys.names(ROUND_KEY) == []


async def test_a_lost_secret_is_not_replaced_once_somebody_was_admitted(town: Town) -> None:
    keys = town.city.tools.keys
    found = await town.publish(way="random", pool="applicants")
    name = round_key_name(found.about)
    keys.destroy(name)
    await tend_keys(town.call())
    assert keys.holds(name), "nobody had asked under the other one"
    await town.apply(found.about, None)
    secret = keys.secret(name)
    keys.destroy(name)
    again = town.applicants[0]
    for _ in range(2):
        with pytest.raises(MarketError) as refused:
            await apply_sealed(town.call(again.actor), found.about, again.signer, None)
        assert (refused.value.key, refused.value.kind) == ("selection.key_lost", Kind.UNAVAILABLE)
        with pytest.raises(ExceptionGroup) as told:
            await tend_keys(town.call())
        assert [str(one) for one in told.value.exceptions] == [str(refused.value)]
        assert not keys.holds(name)
    assert await Nullifier.all().count() == 1
    (keys.folder / f"{name}.key").write_bytes(secret)
    await tend_keys(town.call())
    with pytest.raises(MarketError, match="admitted_already"):
        await apply_sealed(town.call(again.actor), found.about, again.signer, None)


async def test_it_ends_with_a_round_that_failed_too(town: Town) -> None:
    keys = town.city.tools.keys
    found = await town.publish(way="random", pool="applicants")
    await town.to_reveal(found.about)
    await town.to_reveal(found.about)
    assert (await town.round(found.about)).state is State.FAILED
    assert keys.names(ROUND_KEY) == []
    keys.secret(round_key_name(found.about))
    await tend_keys(town.call())
    assert keys.names(ROUND_KEY) == []
