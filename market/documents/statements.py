"""Statements that somebody signs in the browser: taken, stamped, held to who asks (PROTOCOL.md §7).

Taking one goes outside a unit, because the timestamp may come from afar; whose certificate it is
and how old the statement may be is looked at inside. What a statement says is its room's to check.
"""

import asyncio
import base64
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from pydantic import Field

from market.accounts import queries as accounts
from market.documents import seal
from market.kernel.call import Call
from market.kernel.errors import Kind, MarketError
from market.web.forms import Command
from signing.core.hashing import sha256
from signing.pki.subjects import Holder
from signing.pki.trust import Trust
from signing.statements import cades, redo
from signing.time.timestamps import Stamper

FRESH = timedelta(minutes=10)


class SignedStatement(Command):
    """The bytes as they were signed, to be compared, and the detached CAdES-B over them."""

    statement: str = Field(max_length=8_000)
    cms_b64: str = Field(max_length=60_000)


@dataclass(frozen=True, slots=True)
class Signature:
    """A CAdES-B-T that counts as of now, over ``data``, and whose certificate it was made with."""

    data: bytes
    cms: bytes
    holder: Holder


async def taken(call: Call, form: SignedStatement) -> Signature:
    """Check the signature as of now and put a timestamp into it. Outside a unit.

    Raises unprocessable, or Refused with the code of the check that failed.
    """
    try:
        signature = base64.b64decode(form.cms_b64, validate=True)
    except ValueError as error:
        raise MarketError("accounts.cms_unreadable", Kind.UNPROCESSABLE) from error
    tools = call.tools
    stamper = seal.stamper(tools.data / "seal", tools.tsa, tools.clock)
    data = form.statement.encode()
    return await asyncio.to_thread(_stamped, data, signature, tools.trust(), call.now, stamper)


def must_be_fresh(signed_at: datetime, now: datetime) -> None:
    """Refuse a statement that was written longer ago than ``FRESH``, or in the future."""
    if not now - FRESH <= signed_at <= now:
        raise MarketError("documents.statement_old", Kind.CONFLICT)


async def signed_for(call: Call, signature: Signature) -> dict[str, Any]:
    """The organisation that the asker signed for, as the ledger names it; raises FORBIDDEN.

    The certificate is the asker's own or that of the organisation, recorded here, and names it.
    """
    own = await accounts.signs_for(call.actor, signature.holder.sha256)
    body = await accounts.organisation(call.actor.organisation or "")
    if not own or not redo.stands_for(signature.holder, body.name, body.credit_code):
        raise MarketError("documents.signed_by_another", Kind.FORBIDDEN)
    digest = sha256(signature.cms).hex()
    return {"name": body.name, "credit_code": body.credit_code, "cms_sha256": digest}


def _stamped(
    data: bytes, signature: bytes, trust: Trust, at: datetime, stamper: Stamper
) -> Signature:
    holder = cades.accept_of_either(data, signature, trust, at).holder
    return Signature(data, cades.stamped(signature, stamper(cades.imprint(signature))), holder)
