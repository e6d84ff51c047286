"""Sealing shares for a blind audit: on a logged order, when the choice is final (PROTOCOL.md §5.7).

The order is the first one that the ledger has for the round, by a regulator whose key is pinned,
over the freeze that this trustee finds to hold, and stands behind `concluded` in a tree that the
quorum cosigned: a round that failed is tried again, mostly by the same agencies, so their names
stay shut. The draw is computed again first, as before an identity is released; so a result that
was only claimed opens nothing. What is given can be read by the holder of the order's key alone.
"""

from datetime import datetime

from signing.blind_audit.messages import digest, must_be_ordered, seal_share
from signing.core.canonical import JsonObject, instant
from signing.core.errors import Refused
from signing.rounds import facts
from signing.trustee import wire
from signing.trustee.boxes import share_of
from signing.trustee.frozen import Frozen, judged
from signing.trustee.grounds import once_decided
from signing.trustee.sealed_shares import sealed_shares
from signing.trustee.trustee import Trustee
from signing.trustee.work import Audit


def give_for_audit(trustee: Trustee, asked: Audit, now: datetime) -> int:
    """Seal this trustee's shares of all accepted identities to the order's key; give how many."""
    order = must_be_ordered(trustee.pins.regulators, asked.order)
    about, memory = asked.evidence.about, trustee.memory
    if order["about"] != about:
        raise Refused("audit_order", "the audit order is about another round")
    frozen = judged(trustee, asked.evidence, now)
    _must_be_final(frozen, order)
    once_decided(trustee, frozen, asked.evidence)
    subject = f"{about} audit"
    said = memory.said("audit", subject)
    body = _sealed(trustee, frozen, order, now) if said is None else said.body
    with memory.together():
        memory.say("audit", subject, about, body)
        memory.again("audit", subject)
    return len(body["boxes"])


def _must_be_final(frozen: Frozen, order: JsonObject) -> None:
    view = frozen.view
    ordered, concluded = view.must(facts.AuditOrdered), view.must(facts.Concluded)
    if ordered.facts.order != digest(order):
        said = "{about}: another audit was ordered first, by entry {index}"
        raise Refused("audit_second", said, about=view.about, index=ordered.index)
    if order["freeze"] != frozen.entry.facts.sha256:
        raise Refused("audit_freeze", "{about}: an audit of another freeze", about=view.about)
    if not view.must(facts.Decided).index < concluded.index < ordered.index:
        raise Refused("audit_early", "{about}: an audit before its result stood", about=view.about)


def _sealed(trustee: Trustee, frozen: Frozen, order: JsonObject, now: datetime) -> JsonObject:
    own, at, boxes = trustee.own, instant(now), {}
    for row in frozen.accepted:
        envelope = trustee.memory.envelope(row["identity"])
        if envelope is None or envelope.kind != "identity":
            said = "identity {sha256} was not shown yet"
            raise Refused("boxes_missing", said, sha256=row["identity"])
        share = share_of(trustee, envelope)
        if share is not None:
            boxes[envelope.sha256] = seal_share(order, own.id, envelope.sha256, trustee.seat, share)
    release = wire.release(
        own,
        about=frozen.view.about,
        what="audit",
        at=at,
        envelopes=sorted(boxes),
        freeze_index=frozen.entry.index,
        tree_size=frozen.checkpoint.size,
    )
    return sealed_shares(own, release, digest(order), boxes, at)
