"""Identities: released for who was drawn by the trustee's own reckoning, for nobody else."""

import secrets
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from signing.core.canonical import JsonObject
from signing.rounds.ledger_view import opening_digest
from signing.sealing import shamir
from signing.trustee import decision, work
from signing.trustee.decision import taken
from tests.signing.trustee.city import HOUR, Round
from tests.signing.trustee.town import Town


@pytest.fixture
def opened(town: Town, lot: Round) -> Round:
    """A round with four applicants whose contents are open and logged."""
    for _ in range(4):
        town.city.apply(lot)
    town.turn(times=2)
    town.city.now = HOUR + timedelta(seconds=1)
    town.city.freeze(lot)
    town.turn(times=3)
    town.city.unseal(lot)
    return lot


def identities(town: Town, one: Round) -> set[str]:
    names = {upload.sealed[1].sha256 for upload in one.uploads}
    return names & set(town.city.shares)


def bent(change: Callable[[work.Evidence], work.Evidence]) -> Callable[[str, work.Work], work.Work]:
    return lambda _, asked: replace(asked, releases=tuple(map(change, asked.releases)))


@pytest.mark.parametrize(
    ("facts", "code"),
    [
        ({"transcript": "0" * 64}, "transcript"),
        ({"taken": ["0" * 64]}, "transcript"),
        ({"ranking": "0" * 64}, "ranking"),
    ],
)
def test_a_decision_that_does_not_follow_names_nobody(
    town: Town, opened: Round, facts: dict[str, object], code: str
) -> None:
    town.city.decide(opened, **facts)
    town.turn(times=3)
    assert identities(town, opened) == set()
    assert set(town.codes()) == {code}
    assert all(one.grave for one in town.city.alarms)


def test_the_platform_cannot_ask_for_somebody_else(town: Town, opened: Round) -> None:
    town.city.decide(opened)
    true = set(opened.taken)
    opened.taken = [one.sealed[1].sha256 for one in opened.uploads]
    town.turn(times=4)
    assert identities(town, opened) == true


def test_canary_who_skips_the_reckoning_names_everybody(
    town: Town, opened: Round, monkeypatch: pytest.MonkeyPatch
) -> None:
    everybody = [one.sealed[1].sha256 for one in opened.uploads]
    town.city.decide(opened)
    records: list[JsonObject] = [{"identity": name} for name in everybody]
    monkeypatch.setattr("signing.trustee.grounds.taken", lambda *_: records)
    assert decision.taken is taken
    town.turn(times=3)
    assert identities(town, opened) == set(everybody)


def test_not_before_the_decision_is_witnessed(town: Town, opened: Round) -> None:
    early = town.city.quorum(opened.frozen_at)
    town.city.decide(opened)
    town.city.bend = bent(lambda one: replace(one, checkpoint=str(early)))
    town.turn(times=3)
    assert identities(town, opened) == set()
    assert set(town.codes()) == {"not_yet"}


def test_decided_before_it_was_opened(town: Town, lot: Round) -> None:
    town.city.apply(lot)
    town.turn(times=2)
    town.city.now = HOUR + timedelta(seconds=1)
    town.city.freeze(lot)
    town.turn(times=3)
    lot.decided_at = town.city.say(
        lot.about, "decided", transcript="0" * 64, ranking=None, taken=["0" * 64]
    )
    town.city.unseal(lot)
    lot.taken = [lot.uploads[0].sealed[1].sha256]
    lot.decided_at += 1
    town.turn(times=3)
    assert set(town.codes()) == {"decision_order"}


def test_other_shares_than_those_that_were_announced(town: Town, opened: Round) -> None:
    town.city.decide(opened)

    def wrong(one: work.Evidence) -> work.Evidence:
        first, *rest = one.opened or ()
        return replace(one, opened=(replace(first, shares={1: bytes(32), 2: bytes(32)}), *rest))

    town.city.bend = bent(wrong)
    town.turn(times=2)
    assert identities(town, opened) == set()
    assert set(town.codes()) == {"share"}


def test_fewer_shares_than_k_or_none(town: Town, opened: Round) -> None:
    town.city.decide(opened)

    def few(one: work.Evidence) -> work.Evidence:
        first, *rest = one.opened or ()
        return replace(one, opened=(replace(first, shares={1: first.shares[1]}), *rest))

    town.city.bend = bent(few)
    town.turn(times=2)
    town.city.bend = bent(lambda one: replace(one, opened=one.opened and one.opened[1:]))
    town.turn()
    town.city.bend = bent(lambda one: replace(one, opened=None))
    town.turn()
    assert identities(town, opened) == set()
    assert town.codes("regulator") == ["too_few_shares", "opened_missing", "no_identity"]


def test_an_opening_that_was_logged_otherwise(town: Town, lot: Round) -> None:
    town.city.apply(lot)
    town.turn(times=2)
    town.city.now = HOUR + timedelta(seconds=1)
    town.city.freeze(lot)
    town.turn(times=3)
    town.city.unseal(lot)
    town.city.entries.pop()
    names = dict.fromkeys(lot.payloads, False)
    digest = opening_digest(names)
    town.city.say(lot.about, "unsealed", sha256=digest, count=len(names), unreadable=len(names))
    town.city.decide(lot)
    town.turn(times=3)
    assert identities(town, lot) == set()
    assert set(town.codes()) == {"unsealed"}


def test_a_move_of_somebody_who_was_not_taken(town: Town, opened: Round) -> None:
    town.city.decide(opened)
    town.turn(times=3)
    before = identities(town, opened)
    opened.moves = town.city.say(opened.about, "moved", leaf="0" * 64, cause="DECLINED")
    opened.taken = [*opened.taken, "0" * 64]
    town.turn(times=3)
    assert identities(town, opened) == before
    assert set(town.codes()) == {"move"}


def test_an_unreadable_secret_names_nobody(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as crooked:
        random = [secrets.token_bytes(32) for _ in range(3)]
        crooked.setattr(shamir, "split", lambda *_: random)
        one = town.city.open_round("DZ-2026-000031")
    town.turn(times=3)
    town.city.apply(one)
    town.turn(times=2)
    town.city.now = HOUR + timedelta(seconds=1)
    town.city.freeze(one)
    town.turn(times=3)
    town.city.unseal(one)
    one.decided_at = town.city.say(
        one.about, "decided", transcript="0" * 64, ranking=None, taken=["0" * 64]
    )
    one.taken = [upload.sealed[1].sha256 for upload in one.uploads]
    town.turn(times=2)
    assert identities(town, one) == set()
    assert set(town.codes()) == {"draw_secret"}
