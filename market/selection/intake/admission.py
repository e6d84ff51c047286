"""Admission: a one-time key of a signed-in agency that may apply without a name.

Admission knows the account and the one-time key; it keeps nothing that joins them. Upload and
withdrawal know the key only. A key that has sent nothing may be exchanged: whoever lost a phone, or
asked for every round when signing in, can still apply from elsewhere. PROTOCOL.md §4, §5.
"""

import hmac
import secrets
from collections.abc import Callable
from typing import Any

from market.agencies.queries import identity_for_admission
from market.audit.platform_keys import statement_key
from market.infra.db import use_case
from market.kernel.call import Call
from market.kernel.errors import Kind, MarketError, must, not_found
from market.selection import policy
from market.selection.forms import AskAdmission
from market.selection.intake import blind_entry
from market.selection.intake.taking_part import why_not_take_part
from market.selection.models import Admitted, Envelope, Nullifier, Round, Submission
from market.selection.publishing.publication import terms_of
from market.selection.round_secrets import round_key
from market.selection.rules import must_be_in_time
from market.selection.steps import is_open, keep, locked
from signing.rounds import admission
from signing.sealing import sealed


async def admit(call: Call, about: str, form: AskAdmission) -> dict[str, Any]:
    """Admit a one-time key of the asking agency; asking again with the same key answers the same.

    Another key takes the place of the first while that has sent nothing; afterwards it is refused
    (CONFLICT). The answer is computed, not stored: what joins agency and key never reaches the
    database.
    """
    agency = call.actor.organisation or ""
    round_ = await Round.get_or_none(about=about)
    if round_ is None:
        raise not_found("round")
    must(policy.why_not_ask_admission(call.actor, round_.state, round_.pool))
    must_be_in_time(call.now, round_.deadline_at)
    must(await why_not_take_part(agency, round_.item, round_.project, call.now))
    card = await identity_for_admission(agency)
    secret = await round_key(call.tools, about)
    salt = hmac.digest(secret, f"salt\0{agency}\0{form.author}".encode(), "sha256")
    commit = admission.agency_commit(salt, agency)
    value = hmac.digest(secret, agency.encode(), "sha256").hex()

    def pair(author: str) -> str:
        return hmac.digest(secret, f"{agency}\0{author}".encode(), "sha256").hex()

    escrow = sealed.seal(
        "escrow",
        admission.escrow(author=form.author, agency=agency, salt=salt),
        terms_of(about, round_.terms),
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
    round_ = await locked(about)
    known = await Nullifier.get_or_none(value=value)
    if known is not None and known.pair == pair(author):
        return
    if not is_open(round_, call.tools.clock()):
        raise MarketError("selection.closed", Kind.CONFLICT)
    if await Admitted.exists(author=author) or await Envelope.exists(author=author):
        raise MarketError("selection.key_seen", Kind.CONFLICT)
    if known is not None:
        await _take_out(about, known, pair)
    envelope = sealed.read(escrow)
    await blind_entry.record(call, secrets.token_bytes(32), about, [envelope.sha256])
    # With the round's own act, not with the entry just promised: that one has a time, which would
    # join the key to whoever was signed in at that moment (PROTOCOL.md §5.1).
    await keep(about, round_.act_id, envelope)
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
