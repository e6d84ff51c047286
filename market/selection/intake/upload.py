"""Taking a sealed application: both envelopes of a one-time key, no name (PROTOCOL.md §5)."""

import secrets
from typing import Any

from market.infra import db, sql
from market.infra.db import use_case
from market.kernel.call import Call
from market.kernel.errors import Kind, MarketError
from market.selection.forms import SealedApplication
from market.selection.intake import blind_entry, receipt
from market.selection.intake.upload_state import known_key, taking_round
from market.selection.models import Submission
from market.selection.steps import keep
from signing.core.canonical import instant
from signing.sealing import sealed


async def apply(call: Call, about: str, form: SealedApplication) -> dict[str, Any]:
    """Take both envelopes of one application; the receipt says where in the ledger they stand."""
    application = sealed.read(form.application.encode())
    identity = sealed.read(form.identity.encode())
    taken = await _apply(call, about, application, identity)
    return receipt.signed(call, about, [application.sha256, identity.sha256], taken)


@use_case
async def _apply(
    call: Call, about: str, application: sealed.Envelope, identity: sealed.Envelope
) -> receipt.Taken:
    round_ = await taking_round(about)
    key = await known_key(about, application, identity)
    if key.is_again:
        again = await Submission.get(application=application.sha256)
        return await receipt.as_kept(again.salt, again.at, again.act_id)
    if (application.kind, identity.kind) != ("application", "identity"):
        raise MarketError("selection.wrong_kinds", Kind.UNPROCESSABLE)
    if (application.author, application.seq) != (identity.author, identity.seq):
        raise MarketError("selection.two_authors", Kind.UNPROCESSABLE)
    at = receipt.instant_in_time(call, round_.state, round_.deadline_at)
    for envelope in (application, identity):
        sealed.must_fit(envelope, round_.terms)
    if not key.is_admitted:
        raise MarketError("selection.key_not_admitted", Kind.FORBIDDEN)
    if application.seq <= key.highest:
        raise MarketError("selection.seq_seen", Kind.CONFLICT, highest=key.highest)
    salt = secrets.token_bytes(32)
    hashes = [application.sha256, identity.sha256]
    mark = await blind_entry.record(
        receipt.dated(call, at), salt, about, hashes, round_.deadline_at
    )
    await keep(about, mark.token, application, identity)
    submission = {
        "application": application.sha256,
        "identity": identity.sha256,
        "round_id": about,
        "author": application.author,
        "seq": application.seq,
        "salt": salt.hex(),
        "at": at,
        "act_id": mark.token,
    }
    await sql.insert(db.current().connection, "selection_submission", submission)
    return receipt.Taken(mark, salt.hex(), instant(at))
