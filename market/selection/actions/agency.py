"""What an agency does: ask for admission, then, without a name, apply, replace and withdraw.

Admission knows the account and the one-time key; it keeps nothing that joins them. Upload and
withdrawal know the key only. A key that has sent nothing may be exchanged: whoever lost a phone, or
asked for every round when signing in, can still apply from elsewhere. PROTOCOL.md §4, §5.
"""

import hmac
import secrets
from collections.abc import Callable
from datetime import datetime
from typing import Any

from market.agencies.queries import identity_for_admission, may_offer
from market.audit import ledger
from market.audit.witnesses import statement_key
from market.infra import db, statements
from market.infra.db import use_case
from market.kernel.call import Call
from market.kernel.errors import Kind, MarketError, not_found
from market.selection import policy
from market.selection.events import Tag
from market.selection.forms import AskAdmission, Explanation, SealedApplication, SignedWithdrawal
from market.selection.models import Admitted, Envelope, Nullifier, Round, Submission, Withdrawal
from market.selection.needs import avoided
from market.selection.publication import round_key_name, terms_of
from market.selection.rules import must_be_in_time
from market.selection.states import State
from market.selection.steps import is_open, keep, locked
from market.selection.uploading import known_key, taking_round
from signing.core.canonical import dumps, instant
from signing.core.hashing import sha256
from signing.rounds import admission
from signing.sealing import sealed


async def admit(call: Call, about: str, form: AskAdmission) -> dict[str, Any]:
    """Admit a one-time key of the asking agency; asking again with the same key answers the same.

    Another key takes the place of the first while that has sent nothing; afterwards it is refused
    (CONFLICT). The answer is computed, not stored: what joins agency and key never reaches the
    database.
    """
    agency = call.actor.organisation or ""
    found = await Round.get_or_none(about=about)
    if found is None:
        raise not_found("round")
    if reason := policy.may_ask_admission(call.actor, found.state, found.pool):
        raise MarketError(reason, Kind.CONFLICT)
    must_be_in_time(call.now, found.deadline_at)
    if reason := await may_offer(agency, found.item, call.now):
        raise MarketError(reason, Kind.FORBIDDEN)
    if agency in await avoided(found.project):
        raise MarketError("selection.avoided", Kind.FORBIDDEN)
    card = await identity_for_admission(agency)
    secret = call.tools.keys.secret(round_key_name(about))
    salt = hmac.digest(secret, f"salt\0{agency}\0{form.author}".encode(), "sha256")
    commit = admission.agency_commit(salt, agency)
    value = hmac.digest(secret, agency.encode(), "sha256").hex()

    def pair(author: str) -> str:
        return hmac.digest(secret, f"{agency}\0{author}".encode(), "sha256").hex()

    escrow = sealed.seal(
        "escrow",
        admission.escrow(author=form.author, agency=agency, salt=salt),
        terms_of(about, found.terms),
        statement_key(call.tools),
        secrets.randbits(52),
    )
    await _admit(call.by(call.actor), about, form.author, value, pair, commit, card.red, escrow)
    statement = admission.admit(
        statement_key(call.tools), about=about, author=form.author, red=card.red, commit=commit
    )
    return {
        "admission": statement,
        "salt": salt.hex(),
        "agency": {"code": card.code, "name": card.name, "credit_code": card.credit_code},
    }


@use_case
async def _admit(
    call: Call,
    about: str,
    author: str,
    value: str,
    pair: Callable[[str], str],
    commit: str,
    red: bool,
    escrow: bytes,
) -> None:
    found = await locked(about)
    known = await Nullifier.get_or_none(value=value)
    if known is not None and known.pair == pair(author):
        return
    if not is_open(found, call.tools.clock()):
        raise MarketError("selection.closed", Kind.CONFLICT)
    if await Admitted.exists(author=author) or await Envelope.exists(author=author):
        raise MarketError("selection.key_seen", Kind.CONFLICT)
    if known is not None:
        await _take_out(about, known, pair)
    envelope = sealed.read(escrow)
    await ledger.record_sealed(call, secrets.token_bytes(32), about, [envelope.sha256])
    # With the round's own act, not with the entry just promised: that one has a time, which would
    # join the key to whoever was signed in at that moment (PROTOCOL.md §5.1).
    await keep(about, found.act_id, envelope)
    await Admitted.create(
        author=author, round_id=about, commit=commit, red=red, escrow=envelope.sha256
    )
    await Nullifier.create(value=value, pair=pair(author), round_id=about)


async def _take_out(about: str, known: Nullifier, pair: Callable[[str], str]) -> None:
    """End the agency's earlier key, which only the living server can tell from the others."""
    keys = await Admitted.filter(round_id=about).values_list("author", flat=True)
    earlier = next(key for key in keys if pair(str(key)) == known.pair)
    if await Submission.exists(round_id=about, author=earlier):
        raise MarketError("selection.admitted_already", Kind.CONFLICT)
    await Admitted.filter(author=earlier).delete()
    await known.delete()


async def apply(call: Call, about: str, form: SealedApplication) -> dict[str, Any]:
    """Take both envelopes of one application; the receipt says where in the ledger they stand."""
    application = sealed.read(form.application.encode())
    identity = sealed.read(form.identity.encode())
    result = await _apply(call, about, application, identity)
    assert result is not None  # noqa: S101 - a use case that gives a dict
    return _receipt(call, about, [application.sha256, identity.sha256], result)


@use_case
async def _apply(
    call: Call, about: str, application: sealed.Envelope, identity: sealed.Envelope
) -> dict[str, Any]:
    found = await taking_round(about)
    key = await known_key(about, application, identity)
    if key.is_again:
        again = await Submission.get(application=application.sha256)
        return await _kept(again.salt, again.at, again.act_id)
    if (application.kind, identity.kind) != ("application", "identity"):
        raise MarketError("selection.wrong_kinds", Kind.UNPROCESSABLE)
    if (application.author, application.seq) != (identity.author, identity.seq):
        raise MarketError("selection.two_authors", Kind.UNPROCESSABLE)
    at = _in_time(call, found.state, found.deadline_at)
    for envelope in (application, identity):
        sealed.must_fit(envelope, found.terms)
    if not key.is_admitted:
        raise MarketError("selection.key_not_admitted", Kind.FORBIDDEN)
    if application.seq <= key.highest:
        raise MarketError("selection.seq_seen", Kind.CONFLICT, highest=key.highest)
    salt = secrets.token_bytes(32)
    hashes = [application.sha256, identity.sha256]
    mark = await ledger.record_sealed(_at(call, at), salt, about, hashes, found.deadline_at)
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
    await statements.insert(db.current().connection, "selection_submission", submission)
    return {"index": mark, "salt": salt.hex(), "at": instant(at)}


async def withdraw(call: Call, about: str, form: SignedWithdrawal) -> dict[str, Any]:
    """Void everything of this key up to ``seq``; the receipt says where that stands."""
    body = admission.check_withdrawal(form.body(), about=about)
    result = await _withdraw(call, about, body)
    assert result is not None  # noqa: S101 - a use case that gives a dict
    return _receipt(call, about, [sha256(dumps(body)).hex()], result)


@use_case
async def _withdraw(call: Call, about: str, body: dict[str, Any]) -> dict[str, Any]:
    found = await locked(about)
    name = sha256(dumps(body)).hex()
    again = await Withdrawal.get_or_none(sha256=name)
    if again is not None:
        return await _kept(again.salt, again.at, again.act_id)
    at = _in_time(call, found.state, found.deadline_at)
    if not await Submission.exists(round_id=about, author=body["author"], seq__lte=body["seq"]):
        raise MarketError("selection.nothing_to_withdraw", Kind.CONFLICT)
    salt = secrets.token_bytes(32)
    mark = await ledger.record_sealed(_at(call, at), salt, about, [name], found.deadline_at)
    await Withdrawal.create(
        sha256=name,
        round_id=about,
        author=body["author"],
        seq=body["seq"],
        body=body,
        salt=salt.hex(),
        at=at,
        act_id=mark.token,
    )
    return {"index": mark, "salt": salt.hex(), "at": instant(at)}


@use_case
async def explain(call: Call, about: str, form: Explanation) -> dict[str, str]:
    """The winner explains a price far below the others."""
    found = await locked(about)
    if reason := policy.may_explain(
        call.actor, found.winner, found.state, flagged=bool(found.flagged)
    ):
        raise MarketError(reason, Kind.CONFLICT)
    if found.explanation_accepted is not None:
        raise MarketError("selection.judged_already", Kind.CONFLICT)
    facts = {"sha256": sha256(form.text.encode()).hex()}
    mark = await ledger.record(call, Tag.EXPLAINED, about=about, facts=facts)
    await Round.filter(about=about).update(explanation=form.text, act_id=mark.token)
    return {"location": f"/projects/{found.project}"}


def _in_time(call: Call, state: State, deadline_at: datetime) -> datetime:
    """The instant of this transaction; refused at or after the deadline, or outside ACCEPTING."""
    if state is State.PUBLISHED:
        raise MarketError("selection.not_yet_accepting", Kind.CONFLICT)
    if state is not State.ACCEPTING:
        raise MarketError("selection.closed", Kind.CONFLICT)
    at = call.tools.clock()
    must_be_in_time(max(call.now, at), deadline_at)
    return at


def _at(call: Call, at: datetime) -> Call:
    return Call(call.actor, at, call.tools)


async def _kept(salt: str, at: datetime, token: str) -> dict[str, Any]:
    return {"index": await ledger.index_of(token), "salt": salt, "at": instant(at)}


def _receipt(
    call: Call, about: str, envelopes: list[str], result: dict[str, Any]
) -> dict[str, Any]:
    return admission.receipt(
        statement_key(call.tools),
        about=about,
        envelopes=envelopes,
        index=result["index"],
        salt=bytes.fromhex(result["salt"]),
        at=result["at"],
    )
