"""Taking a sealed application: the envelopes of a one-time key, no name (PROTOCOL.md §5)."""

import secrets
from collections.abc import Mapping, Sequence
from typing import Any

from market.infra import db, sql
from market.infra.db import use_case
from market.kernel.call import Call
from market.kernel.errors import Kind, MarketError
from market.selection.forms import Sealed
from market.selection.intake import blind_entry, receipt
from market.selection.intake.upload_state import known_key, taking_round
from market.selection.models import Submission
from market.selection.steps import keep
from signing.core.canonical import instant
from signing.sealing import sealed


async def apply(call: Call, about: str, form: Sealed) -> dict[str, Any]:
    """Take all envelopes of one application; the receipt says where in the ledger they stand."""
    sent = {kind: sealed.read(data) for kind, data in form.envelopes.items()}
    taken = await _apply(call, about, sent)
    return receipt.signed(call, about, taken)


@use_case
async def _apply(call: Call, about: str, sent: Mapping[str, sealed.Envelope]) -> receipt.Taken:
    round_ = await taking_round(about)
    envelopes = _in_order(sent, round_.kinds)
    hashes, first = [one.sha256 for one in envelopes], envelopes[0]
    key = await known_key(about, envelopes)
    if key.is_again:
        again = await Submission.get(round_id=about, author=first.author, seq=first.seq)
        return await receipt.as_kept(hashes, again.salt, again.at, again.act_id)
    at = receipt.instant_in_time(call, round_.state, round_.deadline_at)
    for envelope in envelopes:
        sealed.must_fit(envelope, round_.terms)
    if not key.is_admitted:
        raise MarketError("selection.key_not_admitted", Kind.FORBIDDEN)
    if first.seq <= key.highest:
        raise MarketError("selection.seq_seen", Kind.CONFLICT, highest=key.highest)
    salt = secrets.token_bytes(32)
    mark = await blind_entry.record(
        receipt.dated(call, at), salt, about, hashes, round_.deadline_at
    )
    await keep(about, mark.token, *envelopes)
    submission = {
        "application": sent["application"].sha256,
        "round_id": about,
        "author": first.author,
        "seq": first.seq,
        "salt": salt.hex(),
        "at": at,
        "act_id": mark.token,
    }
    await sql.insert(db.current().connection, "selection_submission", submission)
    return receipt.Taken(hashes, mark, salt.hex(), instant(at))


def _in_order(
    sent: Mapping[str, sealed.Envelope], kinds: Sequence[str]
) -> Sequence[sealed.Envelope]:
    """Those that the way asks for, no more, all of one author and count."""
    if {kind: one.kind for kind, one in sent.items()} != {kind: kind for kind in kinds}:
        raise MarketError("selection.wrong_kinds", Kind.UNPROCESSABLE)
    if len({(one.author, one.seq) for one in sent.values()}) != 1:
        raise MarketError("selection.two_authors", Kind.UNPROCESSABLE)
    return [sent[kind] for kind in kinds]
