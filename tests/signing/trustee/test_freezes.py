"""Freezes that do not hold: no trustee gives a share for them, and the platform hears why."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from signing.core import small
from signing.core.canonical import JsonObject, instant
from signing.log import checkpoint
from signing.log.note import parse
from signing.trustee import frozen, work
from tests.signing.trustee.book import START
from tests.signing.trustee.city import HOUR, Round
from tests.signing.trustee.town import Town

LATE = HOUR + timedelta(seconds=1)


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


def test_a_logged_promise_cannot_be_exchanged(town: Town, lot: Round) -> None:
    who = town.city.apply(lot)
    promised = lot.contributions["owner"]["envelope"].encode()
    other = who.upload.sealed[1].sha256.encode()
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
    identity = who.upload.sealed[1]
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
