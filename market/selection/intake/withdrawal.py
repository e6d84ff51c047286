"""Taking a withdrawal, signed by the one-time key it voids (PROTOCOL.md §5)."""

import secrets
from typing import Any

from market.infra.db import use_case
from market.kernel.call import Call
from market.kernel.errors import Kind, MarketError
from market.selection.forms import SignedWithdrawal
from market.selection.intake import blind_entry, receipt
from market.selection.models import Submission, Withdrawal
from market.selection.steps import locked
from signing.core.canonical import dumps, instant
from signing.core.hashing import sha256
from signing.rounds import admission


async def withdraw(call: Call, about: str, form: SignedWithdrawal) -> dict[str, Any]:
    """Void everything of this key up to ``seq``; the receipt says where that stands."""
    body = admission.check_withdrawal(form.body(), about=about)
    taken = await _withdraw(call, about, body)
    return receipt.signed(call, about, taken)


@use_case
async def _withdraw(call: Call, about: str, body: dict[str, Any]) -> receipt.Taken:
    round_ = await locked(about)
    name = sha256(dumps(body)).hex()
    again = await Withdrawal.get_or_none(sha256=name)
    if again is not None:
        return await receipt.as_kept([name], again.salt, again.at, again.act_id)
    at = receipt.instant_in_time(call, round_.state, round_.deadline_at)
    if not await Submission.exists(round_id=about, author=body["author"], seq__lte=body["seq"]):
        raise MarketError("selection.nothing_to_withdraw", Kind.CONFLICT)
    salt = secrets.token_bytes(32)
    mark = await blind_entry.record(
        receipt.dated(call, at), salt, about, [name], round_.deadline_at
    )
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
    return receipt.Taken([name], mark, salt.hex(), instant(at))
