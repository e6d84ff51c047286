"""What happens seldom: a pool of everybody registered, things shown late, lies of trustees."""

import secrets
from dataclasses import replace
from datetime import timedelta

import httpx2
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from signing.core import small
from signing.core.canonical import b64, dumps, instant, loads
from signing.core.errors import Refused
from signing.core.hashing import sha256
from signing.log import checkpoint, note
from signing.rounds import freeze
from signing.sealing import sealed
from signing.trustee import keys, wire, work
from signing.trustee.boxes import look_into
from signing.trustee.orders import obey
from signing.trustee.release import release
from signing.trustee.witness import witness
from tests.signing.trustee.book import START
from tests.signing.trustee.city import HOUR, NAMES, City, Round, owns
from tests.signing.trustee.town import Town

LATE = HOUR + timedelta(seconds=1)


def frozen_lot(town: Town, lot: Round) -> work.Evidence:
    town.turn(times=2)
    town.city.now = LATE
    town.city.freeze(lot)
    town.city.bend = lambda _, asked: replace(asked, releases=())
    town.turn(times=2)
    town.city.bend = lambda _, asked: asked
    return town.city.evidence(lot, "regulator")[0]


def refused(town: Town, evidence: work.Evidence) -> str:
    with pytest.raises(Refused) as refusal:
        release(town.trustee(), evidence, LATE)
    assert town.city.released == {}
    return refusal.value.code


def test_a_pool_of_everybody_registered_opens_the_draw_secrets_alone(town: Town) -> None:
    rules = {
        "v": 1,
        "subject": "round:DZ-2026-000021",
        "attempt": 1,
        "take": 1,
        "reserves": 1,
        "pool": "qualified",
        "strata": ["all"],
        "constraints": [],
        "drop_order": [],
        "contributors": ["owner", *(f"trustee:{one}" for one in NAMES)],
        "salt_key_commit": "0" * 64,
    }
    city = town.city
    one = city.open_round("DZ-2026-000021", pool="qualified", rules=rules)
    town.turn(times=4)
    city.now = LATE
    leaves = [secrets.token_bytes(32) for _ in range(9)]
    one.frozen = b"".join(freeze.pool("qualified", one.about, leaves))
    body = freeze.read_pool(one.frozen, one.about)
    one.frozen_at = city.say(
        one.about,
        "frozen",
        kind="qualified",
        sha256=sha256(one.frozen).hex(),
        root=body["pool_root"],
        standing_root=None,
    )
    town.turn(times=3)
    assert town.codes() == []
    assert set(city.shares) == {row["envelope"] for row in one.contributions.values()}
    base = replace(city.evidence(one, "nobody")[0], what="identity", opened=())
    with pytest.raises(Refused, match="nothing to release"):
        release(town.trustee(), base, LATE)


def test_a_freeze_that_is_not_the_logged_one(town: Town, lot: Round) -> None:
    town.city.apply(lot)
    evidence = frozen_lot(town, lot)
    assert refused(town, replace(evidence, freeze=b"{}")) == "freeze_bytes"


def test_a_withdrawal_that_is_not_shown(town: Town, lot: Round) -> None:
    town.city.withdraw(lot, town.city.apply(lot))
    evidence = frozen_lot(town, lot)
    assert refused(town, replace(evidence, withdrawals=())) == "withdrawal_missing"


def test_reports_of_another_round(town: Town, lot: Round) -> None:
    other = town.city.open_round("DZ-2026-000022")
    town.turn(times=3)
    town.city.apply(other)
    evidence = frozen_lot(town, lot)
    strange = [one for one in town.city.reports.values() if one["about"] == other.about]
    assert refused(town, replace(evidence, reports=tuple(strange))) == "report_about"


def test_a_checkpoint_ahead_of_the_own_copy(town: Town, lot: Round) -> None:
    frozen_lot(town, lot)
    town.city.record("note", "x", {})
    town.city.bend = lambda _, asked: replace(asked, releases=())
    town.turn("notary")
    later = town.city.note_over(town.city.entries)
    for name in ("regulator", "notary"):
        own = town.trustee(name).own
        later = later.having(checkpoint.cosign(own.ed25519, own.name, later.text, 1))
    evidence = replace(town.city.evidence(lot, "regulator")[0], checkpoint=str(later))
    assert refused(town, evidence) == "checkpoint_ahead"


def test_secrets_that_were_not_promised_or_not_shown(town: Town) -> None:
    city = town.city
    one = city.open_round("DZ-2026-000023")
    town.turn("regulator", "notary", times=3)
    evidence = frozen_lot(town, one)
    assert "trustee:platform" in one.contributions
    two = city.open_round("DZ-2026-000024")
    city.bend = lambda _, asked: replace(asked, contribute=(), releases=())
    town.turn(times=2)
    city.freeze(two)
    town.turn(times=2)
    second = city.evidence(two, "regulator")[0]
    assert refused(town, second) == "contributors"
    town.trustee().memory._db.execute("DELETE FROM envelope")
    assert refused(town, evidence) == "boxes_missing"


def test_a_trustees_secret_under_another_key(town: Town) -> None:
    city = town.city
    one = city.open_round("DZ-2026-000025")
    city.contribute(one, "trustee:notary", Ed25519PrivateKey.generate())
    town.turn(times=3)
    assert refused(town, frozen_lot(town, one)) == "contributors"


def test_a_draw_secret_of_another_attempt(town: Town, lot: Round) -> None:
    data = sealed.seal("draw_secret", b"", lot.terms, Ed25519PrivateKey.generate(), 2)
    with pytest.raises(Refused, match="another attempt"):
        look_into(town.trustee(), work.Box((data,)), START)


def test_a_secret_bent_after_sealing_gets_no_good_report(town: Town) -> None:
    city = town.city
    one = city.open_round("DZ-2026-000026")
    owner = one.contributions["owner"]
    body = dict(city.envelopes[owner["envelope"]].body)
    body.pop("signature_b64")
    key = Ed25519PrivateKey.generate()
    body |= {"key_commit": "0" * 64, "author": key.public_key().public_bytes_raw().hex()}
    body["signature_b64"] = b64(key.sign(dumps(body)))
    assert sealed.read(dumps(body)).kind == "draw_secret"
    shut = sealed.read(dumps(body))
    with pytest.raises(sealed.Unreadable):
        sealed.open_box(shut, 1, town.trustee().own.hpke)
    city.entries.pop()
    del one.contributions["owner"]
    city.promise(one, "owner", owner["commit"], shut)
    town.turn(times=3)
    assert [it["ok"] for it in city.reports.values() if it["envelope"] == shut.sha256] == [
        False
    ] * 3


def test_an_escrow_whose_box_is_bad(town: Town, lot: Round, regulator: Ed25519PrivateKey) -> None:
    good = sealed.read(sealed.seal("escrow", b"", lot.terms, town.city.platform, 1))
    body = {key: value for key, value in good.body.items() if key != "signature_b64"}
    body["boxes_b64"] = [b64(secrets.token_bytes(sealed.BOX_SIZE))] * 3
    body["signature_b64"] = b64(town.city.platform.sign(dumps(body)))
    bad = sealed.read(dumps(body))
    order = {
        "v": 1,
        "kind": "opening_order",
        "about": bad.about,
        "envelope": bad.sha256,
        "reason": "why",
        "at": instant(START),
    }
    with pytest.raises(Refused, match="does not open"):
        obey(town.trustee(), work.Order(small.signed(regulator, order), bad.data), START)


def test_a_shorter_tree_that_is_a_fork_too(town: Town, lot: Round) -> None:
    town.turn()
    others = [one.replace(b'"by":"x"', b'"by":"y"') for one in town.city.entries[:-2]]
    shorter = town.city.note_over(others)
    with pytest.raises(Refused) as refusal:
        witness(town.trustee(), str(shorter), town.city.tiles.__getitem__, START)
    assert refusal.value.code == "fork"


def test_one_that_fails_inside_does_not_take_the_others_with_it(town: Town, lot: Round) -> None:
    city, memory = town.city, town.trustee().memory
    city.apply(lot)
    city.apply(lot)
    first, second = [one for one in city.boxes(lot, "regulator") if one.index is not None]
    with memory.together():
        look_into(town.trustee(), first, START)
        with pytest.raises(Refused):
            look_into(town.trustee(), replace(second, index=first.index), START)
    assert [one.index for one in memory.uploads(lot.about)] == [first.index]
    assert memory.envelope(sha256(second.envelopes[0]).hex()) is None


@pytest.mark.parametrize("status", [409, 429, 500, 503])
def test_what_the_platform_cannot_take_in_now_waits(town: Town, lot: Round, status: int) -> None:
    answer = town.city.answer
    town.city.answer = lambda *given: (  # type: ignore[method-assign]  # a bad day
        (status, b"") if given[1] == wire.PATHS["reports"] else answer(*given)
    )
    town.city.apply(lot)
    with pytest.raises(httpx2.TransportError):
        town.turn("regulator")
    assert [one.kind for one in town.trustee().memory.outbox()] == ["box", "box"]
    town.city.answer = answer  # type: ignore[method-assign]  # better
    town.turn("regulator")
    assert town.trustee().memory.outbox() == []


def test_tiles_that_are_not_there_are_asked_for_again(town: Town) -> None:
    town.city.record("note", "x", {})
    town.city.publish()
    shelf = dict(town.city.tiles)
    town.city.tiles.clear()
    with pytest.raises(httpx2.TransportError):
        town.turn("regulator")
    town.city.tiles |= shelf
    town.turn("regulator")
    assert town.trustee().memory.ledger.size == 1
    assert town.codes() == []


def test_a_trustee_may_only_speak_for_itself() -> None:
    one, two = owns()[:2]
    city = City([one, two, *owns()[2:]])
    terms = sealed.Terms("round:x/1", 2, city.anchors.seats, instant(HOUR))
    at = instant(START)
    theirs = sealed.seal("draw_secret", b"", terms, two.ed25519, 1)
    body = wire.contribution(one, about="round:x/1", commit=bytes(32), envelope=theirs, at=at)
    with pytest.raises(Refused, match="no contribution of regulator"):
        wire.read_contribution(dumps(body), city.anchors)
    text = city.note_over([]).text
    line = checkpoint.cosign(two.ed25519, two.name, text, 1)
    with pytest.raises(Refused, match="no cosignature by regulator"):
        wire.read_cosignature(dumps(wire.cosignature(one, text, line, at)), city.anchors)
    given = wire.release(
        one,
        about="a",
        what="escrow",
        at=at,
        envelopes=["1" * 64, "0" * 64],
        freeze_index=None,
        tree_size=None,
    )
    with pytest.raises(Refused, match="not the word of regulator"):
        wire.read_release(dumps(wire.shares(one, given, {}, at)), city.anchors, lambda _: None)
    many = wire.reports(one, [{}] * (wire.PAGE + 1), at)
    with pytest.raises(Refused, match="at most 128"):
        wire.read_reports(dumps(many), city.anchors)


def test_a_statement_with_a_name_that_is_no_key_name() -> None:
    own = owns()[0]
    body = {key: it for key, it in keys.statement(own).items() if key != "signature_b64"}
    with pytest.raises(Refused, match="no blanks"):
        keys.read_statement(dumps(small.signed(own.ed25519, body | {"name": "two words"})))


def test_lines_of_a_note_are_kept_apart(town: Town, lot: Round) -> None:
    town.turn(times=2)
    sent = [one.body for one in town.trustee().memory.all_said("cosignature")]
    for body in sent:
        assert len(note.parse(f"{body['text']}\n{body['line']}\n").lines) == 1
    assert loads(dumps(sent[-1]))["trustee"] == "regulator"
