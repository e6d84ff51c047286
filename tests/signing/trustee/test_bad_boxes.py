"""Boxes that do not open, reports that lie, shares that lead nowhere: nobody else is disturbed."""

import secrets
from dataclasses import replace
from datetime import timedelta

import pytest

from signing.core.canonical import b64, dumps, instant
from signing.rounds import freeze
from signing.rounds.admission import box_report
from signing.sealing import sealed, shamir
from tests.factories.rounds import KINDS
from tests.signing.trustee.book import START
from tests.signing.trustee.city import HOUR, Applicant, Round
from tests.signing.trustee.town import Town

LATE = HOUR + timedelta(seconds=1)


def resealed(data: bytes, who: Applicant, **bent: object) -> sealed.Envelope:
    body = {**sealed.read(data).body, **bent}
    body.pop("signature_b64")
    body["signature_b64"] = b64(who.key.sign(dumps(body)))
    return sealed.read(dumps(body))


def with_bad_box(town: Town, lot: Round, seat: int) -> Applicant:
    """Somebody whose application holds rubbish in one box."""
    who = town.city.apply(lot)
    lot.uploads.remove(who.upload)
    town.city.entries.pop()
    boxes = list(who.upload.sealed[0].body["boxes_b64"])
    boxes[seat - 1] = b64(secrets.token_bytes(sealed.BOX_SIZE))
    bad = resealed(who.upload.sealed[0].data, who, boxes_b64=boxes)
    return replace(who, upload=town.city.take_in(lot, bad, who.upload.sealed[1]))


def test_a_bad_box_is_left_out_with_its_report(town: Town, lot: Round) -> None:
    bad = with_bad_box(town, lot, 2)
    good = town.city.apply(lot)
    town.turn(times=2)
    name = bad.upload.sealed[0].sha256
    said = {who: town.city.reports[(name, who)]["ok"] for who in ("regulator", "notary")}
    assert said == {"regulator": True, "notary": False}
    town.city.now = LATE
    town.city.freeze(lot)
    body = freeze.read_applicants(lot.frozen or b"", lot.about, KINDS)
    assert [row["reason"] for row in body["left_out"]] == ["BOX_BAD"]
    town.turn(times=3)
    assert town.codes() == []
    assert good.upload.sealed[0].sha256 in town.city.shares
    assert name not in town.city.shares


def test_a_bad_box_accepted_is_refused_by_whoever_reported_it(town: Town, lot: Round) -> None:
    bad = with_bad_box(town, lot, 2)
    town.turn(times=2)
    town.city.now = LATE
    del town.city.reports[(bad.upload.sealed[0].sha256, "notary")]
    town.city.freeze(lot)
    lot.uploads.clear()  # the platform does not show it to the notary again
    town.turn(times=3)
    assert {one for one, _, _ in town.city.released} == {"regulator", "platform"}
    assert town.codes("notary") == ["freeze_row"]


def test_a_trustee_that_lies_about_its_box_stops_nobody(town: Town, lot: Round) -> None:
    bad = with_bad_box(town, lot, 2)
    town.turn(times=2)
    name, own = bad.upload.sealed[0].sha256, town.trustee("notary").own
    lie = box_report(
        own.ed25519, about=lot.about, envelope=name, trustee="notary", ok=True, at=instant(START)
    )
    town.city.reports[(name, "notary")] = lie
    town.city.down = {"notary"}
    town.city.now = LATE
    town.city.freeze(lot)
    town.city.down = set()
    town.turn(times=3)
    assert set(town.city.shares[name]) == {1, 3}
    town.city.unseal(lot)
    town.city.decide(lot)
    town.turn(times=3)
    assert lot.taken == [bad.upload.sealed[1].sha256]
    assert set(town.city.shares[lot.taken[0]]) >= {1, 3}


def test_shares_on_no_common_polynomial_are_unreadable_for_everybody(
    town: Town, lot: Round, monkeypatch: pytest.MonkeyPatch
) -> None:
    good = town.city.apply(lot)
    with monkeypatch.context() as crooked:
        random = [secrets.token_bytes(32) for _ in range(3)]
        crooked.setattr(shamir, "split", lambda *_: random)
        bad = town.city.apply(lot)
    town.turn(times=2)
    name = bad.upload.sealed[0].sha256
    assert all(town.city.reports[(name, who)]["ok"] for who in ("regulator", "notary"))
    town.city.now = LATE
    town.city.freeze(lot)
    town.turn(times=3)
    for left_out in (1, 2, 3):
        some = {x: one for x, one in town.city.shares[name].items() if x != left_out}
        with pytest.raises(sealed.Unreadable):
            sealed.recover(town.city.envelopes[name], some)
    town.city.unseal(lot)
    town.city.decide(lot)
    town.turn(times=3)
    assert town.codes() == []
    assert lot.taken == [good.upload.sealed[1].sha256]
    assert lot.taken[0] in town.city.shares


def test_an_envelope_that_no_trustee_reported_on_stops_nobody(town: Town, lot: Round) -> None:
    bad = town.city.apply(lot, k=3)
    good = town.city.apply(lot)
    town.turn(times=2)
    assert set(town.codes()) == {"envelope_terms"}
    town.city.now = LATE
    town.city.freeze(lot)
    town.turn(times=3)
    assert set(town.codes()) == {"envelope_terms"}
    assert good.upload.sealed[0].sha256 in town.city.shares
    assert bad.upload.sealed[0].sha256 not in town.city.shares


def test_an_accepted_envelope_that_fits_no_terms_stops_everybody(town: Town, lot: Round) -> None:
    bad = town.city.apply(lot, k=3)
    town.turn(times=2)
    town.city.now = LATE
    for one in (bad.upload.sealed[0], bad.upload.sealed[1]):
        for name in ("regulator", "notary"):
            own = town.trustee(name).own
            town.city.reports[(one.sha256, name)] = box_report(
                own.ed25519,
                about=lot.about,
                envelope=one.sha256,
                trustee=name,
                ok=True,
                at=instant(START),
            )
    town.city.freeze(lot)
    town.turn(times=3)
    assert town.city.released == {}
    assert "boxes_missing" in town.codes()
