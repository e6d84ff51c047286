"""A trustee and an audit order: when it seals its shares, to whom alone, and when it does not."""

from dataclasses import replace
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from signing.blind_audit.messages import audit_order, digest, open_share
from signing.core.canonical import JsonObject, dumps, instant
from signing.core.errors import Refused, Unreadable
from signing.core.hashing import sha256
from signing.sealing import sealed
from signing.trustee import wire, work
from tests.signing.trustee.city import Round
from tests.signing.trustee.test_rounds_through import open_all
from tests.signing.trustee.town import Town

TOOL = X25519PrivateKey.generate()


@pytest.fixture
def over(town: Town, lot: Round) -> Round:
    """A round in which one was taken, the result was shown and the notice is out."""
    for _ in range(3):
        town.city.apply(lot)
    open_all(town, lot)
    town.city.say(lot.about, "concluded", winner="A1")
    return lot


def ordered(key: Ed25519PrivateKey, one: Round, **changes: str) -> JsonObject:
    assert one.frozen is not None
    seal_to = TOOL.public_key().public_bytes_raw().hex()
    given = {"about": one.about, "freeze": sha256(one.frozen).hex(), "seal_to": seal_to}
    return audit_order(key, **(given | {"at": "2026-11-22T12:00:00.000Z"} | changes))


def logged(town: Town, one: Round, order: JsonObject) -> None:
    town.city.say(one.about, "audit_ordered", order=digest(order), freeze=order["freeze"])


def asked(town: Town, one: Round, order: JsonObject, **changes: Any) -> None:
    """From now on the platform asks every trustee for its shares."""
    opened = tuple(work.Opened(name, town.city.shares[name]) for name in one.payloads)

    def bend(_: str, given: work.Work) -> work.Work:
        note = town.city.quorum(len(town.city.entries) - 1)
        if note is None:
            return given
        gone = tuple(it.body for it in one.withdrawals)
        base = work.Evidence(one.about, "identity", one.frozen or b"", str(note), one.reports, gone)
        evidence = replace(base, **({"opened": opened} | changes))
        return replace(given, audits=(work.Audit(order, evidence),))

    town.city.bend = bend
    town.turn(times=3)


def test_shares_are_sealed_to_the_order_s_key_alone(
    town: Town, over: Round, regulator: Ed25519PrivateKey
) -> None:
    order = ordered(regulator, over)
    logged(town, over, order)
    asked(town, over, order)
    assert town.codes() == []
    sent = town.city.sealed_for_audit
    assert set(sent) == {"regulator", "notary", "platform"}
    assert any("for the audit of" in line for line in town.lines)
    for upload in over.uploads:
        name, shares = upload.sealed[1].sha256, {}
        for trustee, message in sent.items():
            box = message.boxes[name]
            x, share = open_share(TOOL, digest(order), trustee, name, box)
            assert x == town.city.anchors.seat_of(trustee)
            shares[x] = share
            with pytest.raises(Unreadable):
                open_share(X25519PrivateKey.generate(), digest(order), trustee, name, box)
            with pytest.raises(Unreadable):
                open_share(TOOL, "0" * 64, trustee, name, box)
        whole = sealed.recover(upload.sealed[1], {x: shares[x] for x in (1, 3)})
        assert sealed.decrypt(upload.sealed[1], whole) == b"who"
    losers = {it.sealed[1].sha256 for it in over.uploads} - set(over.taken)
    assert len(losers) == 2
    assert losers.isdisjoint(town.city.shares)


def test_asked_again_the_same_is_said(
    town: Town, over: Round, regulator: Ed25519PrivateKey
) -> None:
    order = ordered(regulator, over)
    logged(town, over, order)
    asked(town, over, order)
    first = {name: one.body for name, one in town.city.sealed_for_audit.items()}
    town.city.sealed_for_audit.clear()
    town.turn(times=2)
    assert {name: one.body for name, one in town.city.sealed_for_audit.items()} == first


def test_without_its_entry_an_order_is_not_obeyed(
    town: Town, over: Round, regulator: Ed25519PrivateKey
) -> None:
    asked(town, over, ordered(regulator, over))
    assert (set(town.codes()), town.city.sealed_for_audit) == ({"not_yet"}, {})


def test_the_first_order_in_the_ledger_counts(
    town: Town, over: Round, regulator: Ed25519PrivateKey
) -> None:
    first, second = ordered(regulator, over), ordered(regulator, over, at=instant(town.city.now))
    logged(town, over, first)
    logged(town, over, second)
    asked(town, over, second)
    assert (set(town.codes()), town.city.sealed_for_audit) == ({"audit_second"}, {})


def test_an_order_before_the_round_is_over(
    town: Town, lot: Round, regulator: Ed25519PrivateKey
) -> None:
    town.city.apply(lot)
    open_all(town, lot)
    order = ordered(regulator, lot)
    logged(town, lot, order)
    asked(town, lot, order)
    assert set(town.codes()) == {"not_yet"}
    town.city.say(lot.about, "concluded", winner="A1")
    town.turn(times=3)
    assert set(town.codes()) == {"not_yet", "audit_early"}
    assert town.city.sealed_for_audit == {}


def test_an_order_for_another_freeze_or_round_or_by_another_key(
    town: Town, over: Round, regulator: Ed25519PrivateKey
) -> None:
    for code, order in {
        "audit_freeze": ordered(regulator, over, freeze="ab" * 32),
        "audit_order": ordered(town.city.platform, over),
    }.items():
        logged(town, over, order)
        asked(town, over, order)
        assert code in town.codes()
        town.city.bend = lambda _, given: given
    asked(town, over, ordered(regulator, over, about="round:DZ-2026-000009/1"))
    assert "audit_order" in town.codes()
    assert town.city.sealed_for_audit == {}


def test_a_result_that_does_not_follow_opens_nothing(
    town: Town, over: Round, regulator: Ed25519PrivateKey
) -> None:
    order = ordered(regulator, over)
    logged(town, over, order)
    asked(town, over, order, opened=())
    assert (set(town.codes()), town.city.sealed_for_audit) == ({"opened_missing"}, {})


def test_an_order_whose_key_is_no_key(
    town: Town, over: Round, regulator: Ed25519PrivateKey
) -> None:
    order = ordered(regulator, over, seal_to="00" * 32)
    logged(town, over, order)
    asked(town, over, order)
    assert (set(town.codes()), town.city.sealed_for_audit) == ({"audit_key"}, {})


def test_an_audit_is_never_released_in_clear(town: Town, over: Round) -> None:
    own, city = town.trustee().own, town.city
    name = over.uploads[0].sealed[1].sha256
    at = instant(city.now)
    tied = {"about": over.about, "envelopes": [name], "freeze_index": 1, "tree_size": 2}
    body = wire.release(own, what="audit", at=at, **tied)
    message = wire.shares(own, body, {name: bytes(32)}, at)
    with pytest.raises(Refused, match="sealed, or not at all"):
        wire.read_release(dumps(message), city.anchors, city.envelopes.get)
