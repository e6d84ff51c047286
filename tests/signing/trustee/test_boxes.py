"""Envelopes that do not belong to the round, and contributions, and orders."""

from dataclasses import replace

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from signing.core import small
from signing.core.canonical import instant
from signing.core.errors import Refused
from signing.rounds import admission
from signing.sealing import sealed
from signing.sealing.sealed import Seat
from signing.trustee import work
from signing.trustee.boxes import look_into
from signing.trustee.contribution import contribute
from signing.trustee.orders import obey
from tests.signing.trustee.book import START
from tests.signing.trustee.city import HOUR, NAMES, Round
from tests.signing.trustee.town import Town


def asked(town: Town, box: work.Box) -> str:
    with pytest.raises(Refused) as refusal:
        look_into(town.trustee(), box, START)
    return refusal.value.code


def boxes_of(town: Town, lot: Round) -> list[work.Box]:
    return [one for one in town.city.boxes(lot, "regulator") if one.index is not None]


@pytest.mark.parametrize("field", ["k", "seats", "opens_at", "order"])
def test_an_envelope_under_other_terms_gets_no_report(town: Town, lot: Round, field: str) -> None:
    stranger = X25519PrivateKey.generate().public_key().public_bytes_raw().hex()
    seats = lot.terms.seats
    bent = {
        "k": {"k": 3},
        "seats": {"seats": (seats[0], seats[1], Seat("platform", stranger))},
        "opens_at": {"opens_at": instant(START)},
        "order": {"seats": seats[::-1]},
    }[field]
    town.city.apply(lot, **bent)
    town.turn(times=2)
    assert all(one["about"] == lot.about for one in town.city.reports.values())
    assert len(town.city.reports) == len(NAMES) * len(lot.contributions)
    assert set(town.codes()) == {"envelope_terms"}


def test_the_same_author_and_seq_with_other_bytes(town: Town, lot: Round) -> None:
    first = town.city.apply(lot)
    town.turn()
    town.city.apply(lot, key=first.key)
    town.turn()
    assert set(town.codes()) == {"other_bytes"}


def test_a_key_that_was_seen_in_another_round(town: Town, lot: Round) -> None:
    other = town.city.open_round("DZ-2026-000007")
    town.turn(times=2)
    who = town.city.apply(lot)
    town.turn()
    town.city.apply(other, key=who.key)
    town.turn()
    assert set(town.codes()) == {"foreign_author"}


def test_another_story_about_the_same_blind_entry(town: Town, lot: Round) -> None:
    town.city.apply(lot)
    town.turn()
    told = lot.uploads[0]
    town.city.apply(lot)
    second = replace(boxes_of(town, lot)[0], index=told.index)
    assert asked(town, second) == "blind_entry"
    assert town.trustee().memory.envelope(lot.uploads[1].sealed[0].sha256) is None


def test_what_does_not_belong_together(town: Town, lot: Round) -> None:
    town.city.apply(lot)
    town.city.apply(lot)
    one, two = boxes_of(town, lot)
    assert asked(town, replace(one, index=None)) == "box_item"
    assert asked(town, replace(one, envelopes=one.envelopes[::-1])) == "box_item"
    assert asked(town, replace(one, envelopes=one.envelopes[:1])) == "box_item"
    assert asked(town, replace(one, envelopes=())) == "box_item"
    mixed = (one.envelopes[0], two.envelopes[1])
    assert asked(town, replace(one, envelopes=mixed)) == "box_item"
    assert asked(town, replace(one, envelopes=(b"{}",))) == "shape"


def test_an_envelope_of_an_unknown_round_waits(town: Town, lot: Round) -> None:
    who = town.city.apply(lot, about="round:NOWHERE/1")
    data = who.upload.sealed[0].data, who.upload.sealed[1].data
    assert asked(town, work.Box(data, 0, "0" * 64)) == "not_yet"


def test_a_report_that_was_lost_is_sent_again_as_it_was(town: Town, lot: Round) -> None:
    town.city.apply(lot)
    town.turn(times=2)
    before = dict(town.city.reports)
    town.city.reports.clear()
    town.turn(times=2)
    assert town.city.reports == before


def test_a_contribution_is_made_once(town: Town, lot: Round) -> None:
    first = lot.contributions.pop("trustee:notary")
    town.turn()
    assert lot.contributions["trustee:notary"]["commit"] == first["commit"]
    assert lot.contributions["trustee:notary"]["envelope"] == first["envelope"]


@pytest.mark.parametrize(
    ("facts", "code"),
    [
        ({"k": 1}, "terms"),
        ({"platform_key": "0" * 64}, "terms"),
        ({"trustees": []}, "terms"),
        ({"opens_at": instant(START)}, "contribution_late"),
    ],
)
def test_no_contribution_to_a_round_under_other_terms(
    town: Town, facts: dict[str, object], code: str
) -> None:
    one = town.city.open_round("DZ-2026-000008", **facts)
    town.turn(times=2)
    assert set(one.contributions) == {"owner"}
    assert code in town.codes()


def test_no_contribution_where_nobody_counts_on_it(town: Town, lot: Round) -> None:
    rules = {**lot.facts["rules"], "subject": "round:DZ-2026-000011", "contributors": ["owner"]}
    town.city.open_round("DZ-2026-000011", rules=rules)
    stranger = {**rules, "subject": "round:DZ-2026-000099"}
    town.city.open_round("DZ-2026-000012", rules=stranger)
    town.turn()
    for code, why in (("11", "contributors"), ("12", "rules_about"), ("13", "not_yet")):
        with pytest.raises(Refused) as refusal:
            contribute(town.trustee(), f"round:DZ-2026-0000{code}/1", START)
        assert refusal.value.code == why


def test_a_secret_that_does_not_fit_its_promise_names_nobody(town: Town) -> None:
    city = town.city
    one = city.open_round("DZ-2026-000013")
    facts = {**one.contributions["owner"], "commit": "f" * 64}
    index = facts.pop("index")
    city.entries.pop()
    assert city.record("selection:round:contributed", one.about, facts) == index
    town.turn(times=3)
    city.apply(one)
    town.turn(times=2)
    city.now = HOUR
    city.freeze(one)
    town.turn(times=3)
    city.unseal(one)
    who = one.uploads[0].sealed[1].sha256
    one.decided_at = city.say(
        one.about, "decided", transcript="0" * 64, ranking=None, taken=["0" * 64]
    )
    one.taken = [who]
    town.turn(times=3)
    assert who not in city.shares
    assert set(town.codes()) == {"draw_secret"}


def escrow(town: Town, lot: Round) -> sealed.Envelope:
    payload = admission.escrow(author="0" * 64, agency="A1", salt=bytes(32))
    return sealed.read(sealed.seal("escrow", payload, lot.terms, town.city.platform, 7))


def ordered(key: Ed25519PrivateKey, envelope: sealed.Envelope) -> work.Order:
    body = {
        "v": 1,
        "kind": "opening_order",
        "about": envelope.about,
        "envelope": envelope.sha256,
        "reason": "the identity did not bind",
        "at": instant(START),
    }
    return work.Order(small.signed(key, body), envelope.data)


def test_an_escrow_opens_on_a_pinned_regulators_order(
    town: Town, lot: Round, regulator: Ed25519PrivateKey
) -> None:
    one = escrow(town, lot)
    town.city.envelopes[one.sha256] = one
    lot.order = ordered(regulator, one)
    town.turn()
    dek = sealed.recover(one, town.city.shares[one.sha256])
    assert b'"agency":"A1"' in sealed.decrypt(one, dek)
    assert all(what == "escrow" for _, what, _ in town.city.released)


def test_an_escrow_stays_shut_on_anybody_elses_order(town: Town, lot: Round) -> None:
    one = escrow(town, lot)
    town.city.envelopes[one.sha256] = one
    lot.order = ordered(town.city.platform, one)
    town.turn()
    assert one.sha256 not in town.city.shares
    assert set(town.codes()) == {"opening_order"}


def test_an_order_opens_neither_an_identity_nor_another_envelope(
    town: Town, lot: Round, regulator: Ed25519PrivateKey
) -> None:
    who = town.city.apply(lot)
    town.turn()
    for envelope in (who.upload.sealed[1], who.upload.sealed[0]):
        with pytest.raises(Refused, match="does not name this envelope as an escrow"):
            obey(town.trustee(), ordered(regulator, envelope), START)
    swapped = replace(ordered(regulator, escrow(town, lot)), envelope=escrow(town, lot).data)
    with pytest.raises(Refused, match="does not name this envelope"):
        obey(town.trustee(), swapped, START)
