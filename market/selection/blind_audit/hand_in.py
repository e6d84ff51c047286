"""What a regulator hands in for a blind audit: the order, and what its tool found.

Both are signed with the regulator's own key, elsewhere; the platform checks, logs and passes on,
and can neither write one nor read what the trustees seal for it (PROTOCOL.md §5.7).
"""

from market.audit import ledger
from market.infra.db import use_case
from market.kernel.call import Call
from market.kernel.errors import Kind, MarketError, must
from market.selection import policy
from market.selection.blind_audit.audits import identities_of
from market.selection.forms import SignedAudit
from market.selection.models import BlindAudit, Freeze, Round, SealedShare
from market.selection.regulator_keys import order_keys
from market.selection.steps import locked
from signing.blind_audit.messages import digest, must_answer, must_be_ordered
from signing.core.canonical import JsonObject
from signing.core.errors import Refused
from signing.rounds.facts import AuditFound, AuditOrdered


@use_case
async def hand_in(call: Call, about: str, form: SignedAudit) -> None:
    """Keep a signed order or finding; the same again changes nothing, another one is refused."""
    round_ = await locked(about)
    must(policy.why_not_audit(call.actor, round_.region, round_.state, round_.pool))
    pinned = order_keys(call.tools.data)
    if not pinned:
        raise MarketError("selection.no_order_keys", Kind.UNAVAILABLE)
    known = await BlindAudit.get_or_none(round_id=about)
    try:
        body = form.body()
        if body.get("kind") == "audit_order":
            await _ordered(call, round_, known, must_be_ordered(pinned, body))
        elif body.get("kind") == "blind_audit":
            await _found(call, round_, known, body)
        else:
            raise _wrong("selection.audit.shape")
    except Refused as refusal:
        raise _wrong(f"selection.audit.{_FAULTS.get(refusal.code, 'shape')}") from refusal


_FAULTS = {
    "signature": "signature",
    "secret_key": "secret",
    "audit_order": "signature",
    "finding_order": "other_order",
    "finding_envelopes": "counts",
    "finding_counts": "counts",
}


async def _ordered(call: Call, round_: Round, known: BlindAudit | None, order: JsonObject) -> None:
    if order["about"] != round_.about:
        raise _wrong("selection.audit.about")
    if order["freeze"] != (await Freeze.get(round_id=round_.about)).sha256:
        raise _wrong("selection.audit.freeze")
    if known is not None:
        if known.order_sha256 != digest(order):
            raise MarketError("selection.audit.ordered_already", Kind.CONFLICT)
        return
    told = AuditOrdered(order=digest(order), freeze=order["freeze"])
    mark = await ledger.record(call, told, about=round_.about)
    await BlindAudit.create(
        round_id=round_.about,
        order_sha256=digest(order),
        body=order,
        ordered_at=call.now,
        act_id=mark.token,
    )


async def _found(call: Call, round_: Round, known: BlindAudit | None, body: JsonObject) -> None:
    if known is None:
        raise MarketError("selection.audit.not_ordered", Kind.CONFLICT)
    finding = must_answer(body, known.body, await identities_of(round_))
    if known.finding is not None:
        if known.finding_sha256 != digest(finding):
            raise MarketError("selection.audit.found_already", Kind.CONFLICT)
        return
    if await SealedShare.filter(round_id=round_.about).count() < round_.terms["k"]:
        raise MarketError("selection.audit.too_few_shares", Kind.CONFLICT)
    told = AuditFound(
        finding=digest(finding),
        envelopes=finding["envelopes"],
        agencies=finding["agencies"],
        faults=len(finding["faults"]),
    )
    mark = await ledger.record(call, told, about=round_.about)
    await BlindAudit.filter(round_id=round_.about).update(
        finding=finding, finding_sha256=digest(finding), found_at=call.now, act_id=mark.token
    )


def _wrong(key: str) -> MarketError:
    return MarketError(key, Kind.UNPROCESSABLE, fields={"text": (key, {})})
