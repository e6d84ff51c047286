"""The trustee's own box in every envelope, opened at once and reported on (PROTOCOL.md §4).

A report says only whether this box holds the share that was announced; nothing is given away by it.
What the envelope was said to belong to (its blind entry) is kept, and held against the ledger when
the freeze is judged. An envelope that does not fit the round gets no report at all: the platform
should never have taken it.
"""

from datetime import datetime

from signing.core.canonical import instant
from signing.core.errors import Refused, Unreadable
from signing.rounds.admission import box_report
from signing.sealing import sealed
from signing.sealing.sealed import Envelope
from signing.trustee.memory import Upload
from signing.trustee.trustee import Trustee
from signing.trustee.work import Box
from signing.ways.registry import way_of
from signing.ways.way import Way

_ALONE = {("draw_secret",), ("escrow",)}


def look_into(trustee: Trustee, box: Box, now: datetime) -> dict[str, bool]:
    """Report on the envelopes of one item; give {envelope: whether its box is good}.

    Refuses envelopes that are malformed, do not fit the published terms, belong to another round
    or contradict what was shown before.
    """
    envelopes = [sealed.read(data) for data in box.envelopes]
    first = _must_belong_together(envelopes)
    memory = trustee.memory
    view = memory.ledger.round(first.about)
    upload = _upload(envelopes, box, way_of(view.published))
    terms = trustee.terms_of(view)
    for one in envelopes:
        sealed.must_fit(one, terms)
        if memory.other_bytes(one) is not None:
            said = "{kind} {seq} of this author was shown with other bytes before"
            raise Refused("other_bytes", said, kind=one.kind, seq=one.seq)
    if upload is not None and memory.other_round(first) is not None:
        raise Refused("foreign_author", "this author's key was seen in another round")
    if first.kind == "draw_secret" and first.seq != view.rules["attempt"]:
        raise Refused("contribution", "a draw secret of another attempt")
    verdicts: dict[str, bool] = {}
    with memory.together():
        if upload is not None:
            memory.keep_upload(first.about, upload)
        for one in envelopes:
            memory.keep_envelope(one)
            verdicts[one.sha256] = _report(trustee, one, now)
    return verdicts


def share_of(trustee: Trustee, envelope: Envelope) -> bytes | None:
    """Give this trustee's share of an envelope, None when its box is not good."""
    try:
        return sealed.open_box(envelope, trustee.seat, trustee.own.hpke)
    except Unreadable:
        return None


def _report(trustee: Trustee, one: Envelope, now: datetime) -> bool:
    memory, own = trustee.memory, trustee.own
    said = memory.said("box", one.sha256)
    if said is not None:
        memory.again("box", one.sha256)
        return bool(said.body["ok"])
    ok = share_of(trustee, one) is not None
    report = box_report(
        own.ed25519,
        about=one.about,
        envelope=one.sha256,
        trustee=own.id,
        ok=ok,
        at=instant(now),
    )
    memory.say("box", one.sha256, one.about, report)
    return ok


def _must_belong_together(envelopes: list[Envelope]) -> Envelope:
    """Give the first of them."""
    if len({(one.about, one.author, one.seq) for one in envelopes}) != 1:
        raise Refused("box_item", "these envelopes do not belong together")
    return envelopes[0]


def _upload(envelopes: list[Envelope], box: Box, way: Way) -> Upload | None:
    """Give the upload that they are; None for a draw secret or an escrow."""
    kinds, blind = tuple(one.kind for one in envelopes), (box.index, box.salt)
    if kinds in _ALONE and blind == (None, None):
        return None
    if kinds != way.envelopes:
        raise Refused("box_item", "these envelopes do not belong together")
    if box.index is None or box.salt is None:
        raise Refused("box_item", "an application needs index and salt of its blind entry")
    return Upload(box.index, box.salt, tuple(one.sha256 for one in envelopes))
