"""A blind audit through real trustees: what it finds, who may order it, who can read nothing."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from market.kernel.errors import MarketError
from market.selection import models
from market.selection.blind_audit import hand_in
from market.selection.blind_audit.audits import audit_of, bundle_of
from market.selection.forms import SignedAudit
from market.selection.models import BlindAudit, Release, SealedShare, Share, TrusteeAlarm
from market.selection.states import State
from market.selection.trustees import messages
from market.selection.trustees.messages import as_trustee
from signing.blind_audit.messages import digest
from signing.core.canonical import dumps, instant
from signing.core.errors import Refused
from signing.regulator.result import Result
from signing.trustee import order_key, wire
from signing.trustee.sealed_shares import checked_sealed_shares, sealed_shares
from tests.factories.audits import Audited
from tests.factories.openings import REGULATOR
from tests.factories.town import OWNER, entries, tags


async def test_every_envelope_is_another_agency(audited: Audited) -> None:
    await audited.ordered()
    found = await audited.found()
    assert (found.envelopes, found.agencies, found.faults, found.bad) == (3, 3, {}, {})
    await audited.hand_in(await audited.finding(found))
    seen = await audit_of(audited.round)
    assert seen is not None
    assert seen.found is not None
    assert (seen.found.envelopes, seen.found.agencies, seen.found.faults) == (3, 3, ())
    said = {one["tag"].rsplit(":", 1)[-1]: one["facts"] for one in await entries(audited.about)}
    assert said["audit_ordered"]["order"] == seen.order
    told = {"finding": seen.found.sha256, "envelopes": 3, "agencies": 3, "faults": 0}
    assert said["audit_found"] == told
    report = await audited.verified()
    assert [one.faults for one in report.verdicts if not one.holds] == []
    assert any("3 envelopes, 3 agencies, 0 faults" in line for line in report.lines())


async def test_one_agency_under_two_keys_is_found_without_a_name(twice: Audited) -> None:
    await twice.ordered()
    found = await twice.found()
    assert (found.envelopes, found.agencies) == (4, 3)
    assert sorted(found.faults.values()) == ["REPEATED", "REPEATED"]
    await twice.hand_in(await twice.finding(found))
    seen = await audit_of(twice.round)
    assert seen is not None
    assert seen.found is not None
    assert {one.code for one in seen.found.faults} == set(found.codes.values())
    body = json.dumps((await BlindAudit.get(round_id=twice.about)).finding, ensure_ascii=False)
    for one in twice.applicants:
        assert one.code not in body
        assert one.credit_code not in body
    report = await twice.verified()
    assert report.failed == []
    assert any("4 envelopes, 3 agencies, 2 faults" in line for line in report.lines())


async def test_the_platform_carries_what_it_cannot_read(audited: Audited) -> None:
    """All that lies in the database and the data folder names no loser, before and after."""
    await audited.ordered()
    await audited.hand_in(await audited.finding(await audited.found()))
    assert await SealedShare.all().count() == 3
    losers = [one for one in audited.applicants if one.code != audited.round.winner]
    assert len(losers) == 2
    identities = {row["identity"] for row in await audited.accepted()}
    opened = {row.envelope_id for row in await models.Opened.all()}
    assert len(identities & opened) == 1
    given = {row.envelope_id for row in await Share.all()}
    assert len(identities & given) == 1
    stored = b"".join([dumps(row.body) for row in await SealedShare.all()])
    stored += b"".join([bytes(row.payload) for row in await models.Opened.all()])
    stored += b"".join([bytes(row.data) for row in await models.Paper.filter(name="freeze")])
    stored += dumps((await BlindAudit.get()).finding)
    for one in losers:
        assert one.code.encode() not in stored
        assert one.credit_code.encode() not in stored


async def test_nothing_is_opened_before_the_notice(audited_early: Audited) -> None:
    case = audited_early
    assert case.round.state is State.REVEALED
    with pytest.raises(MarketError, match=r"selection\.audit\.too_early"):
        await case.hand_in(case.order())
    await case.forged_order(case.order())
    assert not await SealedShare.exists()
    assert {one.code for one in await TrusteeAlarm.all()} >= {"not_yet"}


async def test_a_key_that_is_not_pinned_orders_nothing(audited: Audited, tmp_path: Path) -> None:
    order_key.make(tmp_path / "other.json")
    foreign = audited.order(key=order_key.load(tmp_path / "other.json"))
    with pytest.raises(MarketError, match=r"selection\.audit\.signature"):
        await audited.hand_in(foreign)
    await audited.forged_order(foreign)
    assert not await SealedShare.exists()
    assert {one.code for one in await TrusteeAlarm.all()} >= {"audit_order"}


async def test_another_freeze_is_refused_by_everybody(audited: Audited) -> None:
    other = audited.order(freeze="ab" * 32)
    with pytest.raises(MarketError, match=r"selection\.audit\.freeze"):
        await audited.hand_in(other)
    await audited.forged_order(other)
    assert not await SealedShare.exists()
    assert {one.code for one in await TrusteeAlarm.all()} >= {"audit_freeze"}


async def test_a_second_order_is_refused_by_everybody(audited: Audited) -> None:
    await audited.hand_in(audited.order())
    second = audited.order(at="2026-11-30T01:00:00.000Z")
    with pytest.raises(MarketError, match=r"selection\.audit\.ordered_already"):
        await audited.hand_in(second)
    await BlindAudit.filter(round_id=audited.about).update(body=second, order_sha256=digest(second))
    await audited.town.turns()
    assert not await SealedShare.exists()
    assert {one.code for one in await TrusteeAlarm.all()} >= {"audit_second"}


async def test_the_same_again_changes_nothing(audited: Audited) -> None:
    order = audited.order()
    first = await audited.hand_in(order)
    assert await audited.hand_in(order) == first
    await audited.town.turns()
    said = await tags(audited.about)
    await audited.town.turns()
    assert await tags(audited.about) == said
    assert said.count("audit_ordered") == 1
    finding = await audited.finding(await audited.found())
    await audited.hand_in(finding)
    await audited.hand_in(finding)
    assert (await tags(audited.about)).count("audit_found") == 1
    later = await audited.finding(await audited.found(), at="2026-12-30T01:00:00.000Z")
    with pytest.raises(MarketError, match=r"selection\.audit\.found_already"):
        await audited.hand_in(later)


async def test_with_too_few_trustees_it_waits(audited: Audited) -> None:
    audited.town.down = {"notary", "platform"}
    await audited.ordered()
    with pytest.raises(Refused, match="fewer than 2 good shares"):
        await audited.found()
    audited.town.down = set()
    await audited.town.turns()
    assert (await audited.found()).agencies == 3


async def test_a_trustee_whose_shares_do_not_fit_is_named(audited: Audited) -> None:
    await audited.ordered()
    row = await SealedShare.get(trustee="notary")
    sent = checked_sealed_shares(row.body, audited.town.city.tools.anchors)
    names = sorted(sent.boxes)
    swapped = dict(zip(names, reversed([sent.boxes[one] for one in names]), strict=True))
    own = next(one.own for one in audited.town.trustees if one.own.id == "notary")
    lie = sealed_shares(own, sent.release, sent.order, swapped, instant(audited.town.clock()))
    await SealedShare.filter(trustee="notary").update(body=lie)
    found = await audited.found()
    assert (found.agencies, found.bad) == (3, {"notary": 2})
    with pytest.raises(Refused, match="2 of 3 envelopes have fewer than 2 good shares"):
        await audited.found(without="platform")


async def test_shares_in_clear_or_for_nobody_are_not_taken(audited: Audited) -> None:
    town, own = audited.town, audited.town.trustees[0].own
    (row, *_) = await audited.accepted()
    at, named = instant(town.clock()), [row["identity"]]
    tied = {"about": audited.about, "envelopes": named, "freeze_index": 1, "tree_size": 2}
    body = wire.release(own, what="audit", at=at, **tied)
    clear = dumps(wire.shares(own, body, {named[0]: bytes(32)}, at))
    with pytest.raises(Refused, match="sealed, or not at all"):
        wire.read_release(clear, town.city.tools.anchors, lambda _: None)
    order = audited.order()
    boxes = sealed_shares(own, body, digest(order), {named[0]: bytes(81)}, at)
    sent = checked_sealed_shares(boxes, town.city.tools.anchors)
    call = as_trustee(town.call(), own.id)
    with pytest.raises(MarketError, match=r"selection\.audit\.not_ordered"):
        await messages.take_sealed_shares(call, sent)
    await audited.hand_in(order)
    with pytest.raises(MarketError, match=r"selection\.released_otherwise"):
        await messages.take_sealed_shares(call, sent)
    assert not await Release.exists(kind="audit")


async def test_who_may_audit(audited: Audited) -> None:
    order = audited.order()
    elsewhere = replace(REGULATOR, regions=("510100",))
    for actor in (OWNER, audited.applicants[0].actor, elsewhere):
        with pytest.raises(MarketError, match=r"selection\.audit\.not_the_regulator"):
            await audited.hand_in(order, actor)
    assert not await BlindAudit.exists()


async def test_a_finding_that_does_not_answer_is_refused(audited: Audited) -> None:
    other = audited.order(at="2026-11-30T01:00:00.000Z")
    await audited.ordered()
    found = await audited.found()
    named = (await audited.accepted())[0]["identity"]
    cases = {
        "other_order": await audited.finding(found, order=other),
        "counts": await audited.finding(replace(found, agencies=2)),
        "signature": (await audited.finding(found)) | {"agencies": 2},
        "shape": (await audited.finding(found)) | {"note": "x"},
    }
    for key, body in cases.items():
        with pytest.raises(MarketError, match=rf"selection\.audit\.{key}"):
            await audited.hand_in(body)
    for changed in ({"envelopes": 4}, {"faults": {named: "REPEATED"}}, {"faults": {"0" * 64: "X"}}):
        with pytest.raises(MarketError, match=r"selection\.audit\.(counts|shape)"):
            await audited.hand_in(await audited.finding(replace(found, **changed)))
    assert (await BlindAudit.get()).finding is None


@pytest.mark.parametrize(
    "said", ["", "{}", "[1]", '{"v":1,"v":1}', "\ud7ff", "{" * 500, '{"kind":"audit_order"}']
)
async def test_hostile_texts_are_refused_with_a_sentence(audited: Audited, said: str) -> None:
    await audited.hand_in(audited.order())
    with pytest.raises(MarketError, match=r"selection\.audit\.shape") as refused:
        await hand_in.hand_in(audited.call(), audited.about, SignedAudit(text=said))
    assert refused.value.fields == {"text": ("selection.audit.shape", {})}


async def test_a_finding_needs_an_order_and_shares(audited: Audited) -> None:
    order = audited.order()
    made = await audited.finding(Result(3, 3, {}, {}, {}), order=order)
    with pytest.raises(MarketError, match=r"selection\.audit\.not_ordered"):
        await audited.hand_in(made)
    await audited.hand_in(order)
    with pytest.raises(MarketError, match=r"selection\.audit\.too_few_shares"):
        await audited.hand_in(made)
    assert (await bundle_of(audited.round))["shares"] == []
