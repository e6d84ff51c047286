"""What the trustees send: contributions, box reports, releases with shares, alarms.

Each is logged or kept in one unit; sending the same again changes nothing (PROTOCOL.md §4).
"""

from typing import Any

from market.audit import ledger
from market.infra.db import use_case
from market.kernel.actors import Actor, Role
from market.kernel.call import Call
from market.kernel.errors import Kind, MarketError
from market.selection.escrow.unnamed import must_be_ordered
from market.selection.models import (
    BlindAudit,
    BoxReport,
    Contribution,
    Envelope,
    Release,
    SealedShare,
    Share,
    TrusteeAlarm,
    TrusteeSeen,
)
from market.selection.publishing.publication import terms_of
from market.selection.states import State
from market.selection.steps import contribute, locked
from market.selection.trustees.releases import is_known, must_be_due
from signing.core.canonical import JsonObject, dumps
from signing.core.hashing import sha256
from signing.rounds.facts import Released
from signing.sealing import sealed
from signing.trustee import wire
from signing.trustee.sealed_shares import SealedShares

ALARM_BYTES = 20_000


def as_trustee(call: Call, trustee: str) -> Call:
    """The call in the trustee's own name."""
    return call.by(Actor(Role.TRUSTEE, trustee))


@use_case
async def greet(call: Call, hello: wire.Hello) -> None:
    """Note that a trustee is alive, and how much of the ledger it holds.

    A clock that can be put forward would open early: only a demo city works with it. Every greeting
    is later than the one before: whoever overheard one gets no work list for it (CONFLICT).
    """
    if hello.demo_clock and not call.tools.city.demo:
        raise MarketError("selection.demo_clock", Kind.FORBIDDEN)
    said: dict[str, Any] = {"at": call.now, "said_at": hello.at, "size": hello.size}
    said["demo_clock"] = hello.demo_clock
    known = TrusteeSeen.filter(trustee=hello.trustee)
    if await known.filter(said_at__lt=hello.at).update(**said):
        return
    if await known.exists():
        raise MarketError("selection.hello_seen", Kind.CONFLICT)
    await TrusteeSeen.create(trustee=hello.trustee, **said)


@use_case
async def take_contribution(call: Call, sent: wire.Contribution) -> None:
    """A trustee's part of the seed."""
    round_ = await locked(sent.about)
    if await Contribution.exists(round_id=round_.about, role=sent.role):
        return
    if round_.state is not State.PUBLISHED:
        raise MarketError("selection.too_late_to_contribute", Kind.CONFLICT)
    sealed.must_fit(sent.envelope, terms_of(round_.about, round_.terms))
    if sent.envelope.seq != round_.attempt:
        raise MarketError("selection.wrong_contribution", Kind.UNPROCESSABLE)
    await contribute(call, round_, sent.role, sent.commit, sent.envelope)


@use_case
async def take_reports(_call: Call, reports: tuple[JsonObject, ...]) -> None:
    """Box reports; the first word of a trustee on an envelope stands.

    What comes after the freeze is kept but no longer counts: the list is fixed.
    """
    for about in sorted({str(report["about"]) for report in reports}):
        round_ = await locked(about)
        counted = round_.state in {State.PUBLISHED, State.ACCEPTING}
        those = [report for report in reports if report["about"] == about]
        named = {report["envelope"] for report in those}
        if await Envelope.filter(round_id=about, sha256__in=list(named)).count() < len(named):
            raise MarketError("selection.unknown_envelope", Kind.UNPROCESSABLE)
        rows = [
            BoxReport(
                envelope_id=report["envelope"],
                trustee=report["trustee"],
                ok=report["ok"],
                counted=counted,
                body=report,
            )
            for report in those
        ]
        await BoxReport.bulk_create(rows, ignore_conflicts=True)


@use_case
async def take_release(call: Call, release: wire.Release) -> None:
    """Shares, with the signed release that speaks of them; x is the trustee's seat."""
    round_ = await locked(release.about)
    digest = sha256(dumps(release.body)).hex()
    if await Release.exists(sha256=digest):
        return
    if release.what == "escrow":
        await must_be_ordered(round_, sorted(release.shares))
    else:
        await must_be_due(round_, release.body)
    if await is_known(round_, release.body):
        return
    await _log_release(call, release.body, digest)
    seat = call.tools.anchors.seat_of(release.trustee)
    rows = [Share(envelope_id=sha, x=seat, share=one.hex()) for sha, one in release.shares.items()]
    await Share.bulk_create(rows, ignore_conflicts=True)


@use_case
async def take_sealed_shares(call: Call, sent: SealedShares) -> None:
    """Shares sealed to a regulator: kept as they are, nobody here can read them."""
    round_ = await locked(sent.about)
    if not await BlindAudit.exists(round_id=round_.about, order_sha256=sent.order):
        raise MarketError("selection.audit.not_ordered", Kind.CONFLICT)
    if await SealedShare.exists(round_id=round_.about, trustee=sent.trustee):
        return
    await must_be_due(round_, sent.release)
    await _log_release(call, sent.release, sha256(dumps(sent.release)).hex())
    await SealedShare.create(round_id=round_.about, trustee=sent.trustee, body=sent.body)


@use_case
async def take_alarm(call: Call, alarm: wire.Alarm) -> None:
    """What a trustee refused, with its evidence."""
    body = {
        "sentence": alarm.sentence[:2000],
        "grave": alarm.grave,
        "evidence": [text[:ALARM_BYTES] for text in alarm.evidence],
    }
    await TrusteeAlarm.create(
        trustee=alarm.trustee,
        about=(alarm.about or "")[:80],
        code=alarm.code[:60],
        body=body,
        at=call.now,
    )


async def _log_release(call: Call, body: JsonObject, digest: str) -> None:
    told = Released(trustee=body["trustee"], kind=body["what"], sha256=digest)
    mark = await ledger.record(call, told, about=body["about"])
    await Release.create(
        round_id=body["about"],
        trustee=body["trustee"],
        kind=body["what"],
        sha256=digest,
        body=body,
        act_id=mark.token,
    )
