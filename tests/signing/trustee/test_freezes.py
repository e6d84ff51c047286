"""Freezes that do not hold: no trustee gives a share for them, and the platform hears why."""

import secrets
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from signing import freeze, sealed, shamir, small
from signing.admission import box_report
from signing.canonical import JsonObject, b64, dumps, instant
from signing.log import checkpoint
from signing.log.note import parse
from signing.trustee import frozen, work
from tests.signing.trustee.city import HOUR, START, Applicant, Round, Town

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
    boxes = list(who.upload.application.body["boxes_b64"])
    boxes[seat - 1] = b64(secrets.token_bytes(sealed.BOX_SIZE))
    bad = resealed(who.upload.application.data, who, boxes_b64=boxes)
    return replace(who, upload=town.city.take_in(lot, bad, who.upload.identity))


def frozen_by(town: Town, lot: Round, bend: Callable[[JsonObject], JsonObject]) -> None:
    for _ in range(3):
        town.city.apply(lot)
    town.turn(times=2)
    town.city.now = LATE
    town.city.freeze(lot, bend)
    town.turn(times=3)


def omitted(body: JsonObject) -> JsonObject:
    return body | {"accepted": body["accepted"][1:]}


def confused(body: JsonObject) -> JsonObject:
    """Have an identity opened as if it were an application."""
    rows = [
        row | {"application": row["identity"], "identity": row["application"]}
        for row in body["accepted"]
    ]
    return body | {"accepted": sorted(rows, key=lambda row: str(row["application"]))}


def said_bad(body: JsonObject) -> JsonObject:
    first, *rest = body["accepted"]
    row = {
        "envelopes": [first["application"], first["identity"]],
        "index": first["index"],
        "salt": first["salt"],
        "reason": "BOX_BAD",
        "evidence": None,
    }
    return body | {"accepted": rest, "left_out": [row]}


def said_late(body: JsonObject) -> JsonObject:
    bad = said_bad(body)
    return bad | {"left_out": [bad["left_out"][0] | {"reason": "LATE"}]}


def said_withdrawn(body: JsonObject) -> JsonObject:
    bad = said_bad(body)
    row = bad["left_out"][0] | {"reason": "WITHDRAWN", "evidence": "0" * 64}
    return bad | {"left_out": [row]}


def closed_earlier(body: JsonObject) -> JsonObject:
    return body | {"closed_at": instant(START)}


@pytest.mark.parametrize(
    ("bend", "code"),
    [
        (omitted, "freeze_omits"),
        (confused, "freeze_blind"),
        (said_bad, "freeze_row"),
        (said_late, "freeze_row"),
        (said_withdrawn, "freeze_row"),
        (closed_earlier, "freeze_entry"),
    ],
)
def test_a_freeze_that_does_not_hold_opens_nothing(
    town: Town, lot: Round, bend: Callable[[JsonObject], JsonObject], code: str
) -> None:
    frozen_by(town, lot, bend)
    assert town.city.released == {}
    assert set(town.codes()) == {code}
    assert all(one.grave for one in town.city.alarms)


def test_canary_without_the_check_an_omission_would_pass(
    town: Town, lot: Round, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(frozen, "_must_be_complete", lambda *_: None)
    frozen_by(town, lot, omitted)
    assert town.city.released != {}


def test_a_second_freeze_is_told_and_not_followed(town: Town, lot: Round) -> None:
    frozen_by(town, lot, omitted)
    first = lot.frozen_at
    town.city.freeze(lot)
    town.turn(times=3)
    assert town.city.released == {}
    assert "second_freeze" in town.codes("regulator")
    assert lot.frozen_at != first


def test_a_second_freeze_beside_a_good_first_one_disturbs_nothing(town: Town, lot: Round) -> None:
    town.city.apply(lot)
    town.turn(times=2)
    town.city.now = LATE
    town.city.freeze(lot)
    good, at = lot.frozen, lot.frozen_at
    town.city.freeze(lot, omitted)
    lot.frozen, lot.frozen_at = good, at
    town.turn(times=3)
    assert {one for one, _, _ in town.city.released} == {"regulator", "notary", "platform"}
    assert set(town.codes()) == {"second_freeze"}


def test_frozen_before_the_hour(town: Town, lot: Round) -> None:
    town.city.apply(lot)
    town.turn(times=2)
    town.city.freeze(lot)
    town.city.now = LATE
    town.turn(times=3)
    assert town.city.released == {}
    assert set(town.codes()) == {"freeze_early"}


def test_too_early_by_the_trustees_own_clock(town: Town, lot: Round) -> None:
    town.city.apply(lot)
    town.turn(times=2)
    town.city.now = LATE
    town.ahead["notary"] = timedelta(hours=-1)
    town.city.freeze(lot)
    town.turn(times=3)
    assert {one for one, _, _ in town.city.released} == {"regulator", "platform"}
    assert town.codes("notary") == ["too_early"]
    town.ahead["notary"] = timedelta()
    town.turn()
    assert "notary" in {one for one, _, _ in town.city.released}


def test_a_freeze_without_quorum(town: Town, lot: Round) -> None:
    town.city.apply(lot)
    town.turn(times=2)
    town.city.now = LATE
    town.city.freeze(lot)
    evidence = work.Evidence(lot.about, "application", lot.frozen or b"", "", lot.reports)
    regulator = next(one.name for one in town.city.anchors.trustees if one.id == "regulator")

    def bend(_: str, asked: work.Work) -> work.Work:
        note = town.city.notes[-1]
        few = [one for one in note.lines if one.name != regulator]
        text = str(replace(note, lines=tuple(few)))
        return replace(asked, releases=(replace(evidence, checkpoint=text),))

    town.city.bend = bend
    town.turn("regulator", "platform", times=3)
    assert town.city.released == {}
    assert set(town.codes()) == {"quorum"}


def test_a_bad_box_is_left_out_with_its_report(town: Town, lot: Round) -> None:
    bad = with_bad_box(town, lot, 2)
    good = town.city.apply(lot)
    town.turn(times=2)
    name = bad.upload.application.sha256
    said = {who: town.city.reports[(name, who)]["ok"] for who in ("regulator", "notary")}
    assert said == {"regulator": True, "notary": False}
    town.city.now = LATE
    town.city.freeze(lot)
    body = freeze.read_applicants(lot.frozen or b"", lot.about)
    assert [row["reason"] for row in body["left_out"]] == ["BOX_BAD"]
    town.turn(times=3)
    assert town.codes() == []
    assert good.upload.application.sha256 in town.city.shares
    assert name not in town.city.shares


def test_a_bad_box_accepted_is_refused_by_whoever_reported_it(town: Town, lot: Round) -> None:
    bad = with_bad_box(town, lot, 2)
    town.turn(times=2)
    town.city.now = LATE
    del town.city.reports[(bad.upload.application.sha256, "notary")]
    town.city.freeze(lot)
    lot.uploads.clear()  # the platform does not show it to the notary again
    town.turn(times=3)
    assert {one for one, _, _ in town.city.released} == {"regulator", "platform"}
    assert town.codes("notary") == ["freeze_row"]


def test_a_trustee_that_lies_about_its_box_stops_nobody(town: Town, lot: Round) -> None:
    bad = with_bad_box(town, lot, 2)
    town.turn(times=2)
    name, own = bad.upload.application.sha256, town.trustee("notary").own
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
    assert lot.taken == [bad.upload.identity.sha256]
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
    name = bad.upload.application.sha256
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
    assert lot.taken == [good.upload.identity.sha256]
    assert lot.taken[0] in town.city.shares


def test_a_logged_promise_cannot_be_exchanged(town: Town, lot: Round) -> None:
    who = town.city.apply(lot)
    promised = lot.contributions["owner"]["envelope"].encode()
    other = who.upload.identity.sha256.encode()
    town.city.entries = [one.replace(promised, other) for one in town.city.entries]
    town.city.notes.clear()
    town.city.tiles.clear()
    town.turn()
    assert set(town.codes()) == {"fork"}


def test_a_draw_secret_must_be_one(town: Town) -> None:
    city = town.city
    one = city.open_round("DZ-2026-000009")
    town.turn(times=3)
    who = city.apply(one)
    town.turn(times=2)
    second = city.open_round("DZ-2026-000010")
    identity = who.upload.identity
    commit = "0" * 64
    del second.contributions["owner"]
    city.entries.pop()
    city.promise(second, "owner", commit, identity)
    town.turn(times=3)
    city.now = LATE
    city.freeze(second)
    town.turn(times=3)
    assert identity.sha256 not in city.shares
    assert "envelope_kind" in town.codes()


def test_evidence_of_strangers_is_no_evidence(town: Town, lot: Round) -> None:
    town.city.apply(lot)
    town.turn(times=2)
    town.city.now = LATE
    town.city.freeze(lot)
    forged = small.signed(town.city.platform, {**lot.reports[0], "ok": False})
    lot.reports = (*lot.reports, forged)
    town.turn(times=3)
    assert town.city.released == {}
    assert set(town.codes()) == {"signature"}


def test_the_note_is_held_against_the_own_copy(town: Town, lot: Round) -> None:
    """Two colluding witnesses and the log sign another tree: the third sees it."""
    town.city.apply(lot)
    town.turn(times=2)
    town.city.now = LATE
    town.city.freeze(lot)
    town.turn("platform", "regulator", "notary")
    city = town.city
    other = city.note_over([*city.entries[:-1], b"{}"])
    for one in ("regulator", "notary"):
        own = town.trustee(one).own
        other = other.having(checkpoint.cosign(own.ed25519, own.name, other.text, 1))
    base = city.evidence(lot, "platform")[0]
    city.bend = lambda _, asked: replace(asked, releases=(replace(base, checkpoint=str(other)),))
    city.released.clear()
    town.turn("platform")
    assert city.released == {}
    alarm = city.alarms[-1]
    assert alarm.code == "fork"
    assert len(alarm.evidence) == 2
    assert parse(alarm.evidence[1]) == other


def test_an_envelope_that_no_trustee_reported_on_stops_nobody(town: Town, lot: Round) -> None:
    bad = town.city.apply(lot, k=3)
    good = town.city.apply(lot)
    town.turn(times=2)
    assert set(town.codes()) == {"envelope_terms"}
    town.city.now = LATE
    town.city.freeze(lot)
    town.turn(times=3)
    assert set(town.codes()) == {"envelope_terms"}
    assert good.upload.application.sha256 in town.city.shares
    assert bad.upload.application.sha256 not in town.city.shares


def test_an_accepted_envelope_that_fits_no_terms_stops_everybody(town: Town, lot: Round) -> None:
    bad = town.city.apply(lot, k=3)
    town.turn(times=2)
    town.city.now = LATE
    for one in (bad.upload.application, bad.upload.identity):
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
