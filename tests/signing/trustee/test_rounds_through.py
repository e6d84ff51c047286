"""Whole rounds by lot and by price, with three real trustees."""

from datetime import timedelta

import pytest

from signing.sealing import sealed
from tests.signing.trustee.city import HOUR, Round
from tests.signing.trustee.town import Town


def open_all(town: Town, one: Round) -> None:
    town.turn(times=2)
    town.city.now = HOUR + timedelta(seconds=1)
    town.city.freeze(one)
    town.turn(times=3)
    town.city.unseal(one)
    town.city.decide(one)
    town.turn(times=3)


def who_opens(town: Town, one: Round) -> list[str]:
    names = [upload.sealed[1].sha256 for upload in one.uploads]
    return [name for name in names if len(town.city.shares.get(name, {})) >= one.terms.k]


def test_by_lot(town: Town, lot: Round) -> None:
    for _ in range(5):
        town.city.apply(lot)
    open_all(town, lot)
    assert town.codes() == []
    assert who_opens(town, lot) == lot.taken
    assert len(lot.taken) == 1
    chosen = town.city.envelopes[lot.taken[0]]
    assert sealed.decrypt(chosen, sealed.recover(chosen, town.city.shares[chosen.sha256])) == b"who"


def test_by_price_the_lowest_alone_is_named(town: Town) -> None:
    city = town.city
    one = city.open_round("DZ-2026-000002", way="price")
    town.turn(times=3)
    prices = {price: city.apply(one, price) for price in (500_00, 300_00, 400_00, 200_000_00)}
    open_all(town, one)
    assert town.codes() == []
    assert who_opens(town, one) == [prices[300_00].upload.sealed[1].sha256] == one.taken


def test_nothing_is_given_before_the_hour(town: Town, lot: Round) -> None:
    town.city.apply(lot)
    town.turn(times=3)
    assert town.city.released == {}


def test_replaced_and_withdrawn(town: Town, lot: Round) -> None:
    city = town.city
    first = city.apply(lot)
    second = city.apply(lot, key=first.key, seq=2)
    gone = city.apply(lot)
    city.withdraw(lot, gone)
    open_all(town, lot)
    assert town.codes() == []
    assert lot.taken == [second.upload.sealed[1].sha256]
    assert gone.upload.sealed[0].sha256 not in city.shares


def test_one_trustee_is_down_from_the_publication_of_the_freeze(town: Town, lot: Round) -> None:
    town.city.apply(lot)
    town.turn(times=2)
    town.city.down = {"platform"}
    open_all(town, lot)
    assert who_opens(town, lot) == lot.taken


def test_one_that_was_down_all_the_time_catches_up(town: Town, lot: Round) -> None:
    town.city.down = {"notary"}
    who = town.city.apply(lot)
    town.turn(times=2)
    town.city.now = HOUR + timedelta(seconds=1)
    town.city.freeze(lot)
    town.turn(times=3)
    assert town.city.released == {}, "one independent trustee is no quorum of two"
    town.city.down = set()
    town.turn(times=4)
    town.city.unseal(lot)
    town.city.decide(lot)
    town.turn(times=3)
    assert town.codes() == []
    assert who_opens(town, lot) == [who.upload.sealed[1].sha256]
    assert ("notary", "identity", lot.taken[0]) in town.city.released


def test_extension_holds_the_shares_back(town: Town, lot: Round) -> None:
    city = town.city
    city.apply(lot)
    town.turn(times=2)
    later = "2026-11-22T12:00:00.000Z"
    city.say(lot.about, "extended", opens_at=later, reason="too few")
    city.now = HOUR + timedelta(seconds=1)
    city.freeze(lot)
    town.turn(times=3)
    assert city.released == {}
    assert set(town.codes()) == {"too_early"}
    assert not any(one.grave for one in city.alarms)


def test_a_logged_move_brings_up_the_next_and_nobody_else(town: Town, lot: Round) -> None:
    city = town.city
    for _ in range(4):
        city.apply(lot)
    open_all(town, lot)
    first = list(lot.taken)
    leaf = town.city.entries[lot.decided_at].split(b'"taken":["')[1][:64].decode()
    lot.moves = city.say(lot.about, "moved", leaf=leaf, cause="DECLINED", evidence=None)
    lot.taken = [*first, "0" * 64]  # the platform asks as long as somebody is missing
    town.turn(times=3)
    opens = who_opens(town, lot)
    assert len(opens) == 2
    assert set(first) < set(opens)
    assert not any(one.grave for one in city.alarms)


@pytest.mark.parametrize("name", ["regulator", "notary", "platform"])
def test_canary_the_plain_language_lines_hold_no_share(town: Town, lot: Round, name: str) -> None:
    town.city.apply(lot)
    open_all(town, lot)
    said = "\n".join(town.lines)
    assert f"{name}: released" in said
    for given in town.city.shares.values():
        assert not any(share.hex() in said for share in given.values())
