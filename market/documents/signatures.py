"""Statements that somebody signs in the browser: taken, stamped, held to who asks (PROTOCOL.md §7).

Taking one goes outside a unit, because the timestamp may come from afar; whose certificate it is
and how old the statement may be is looked at inside. What a kind says is its room's.
"""

import asyncio
import base64
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache

from pydantic import Field

from market import rooms
from market.accounts import queries as accounts
from market.documents import seal
from market.kernel.actors import Role
from market.kernel.call import Call
from market.kernel.errors import Kind, MarketError
from market.web.forms import Command
from signing.core.canonical import JsonObject, loads, read_instant
from signing.core.hashing import sha256
from signing.pki.subjects import Holder
from signing.pki.trust import Trust
from signing.rounds.facts import Signer
from signing.statements import cades
from signing.time.timestamps import Stamper


@dataclass(frozen=True, slots=True)
class StatementKind:
    """One kind, listed by its room in ``statements.STATEMENTS``; ``statement.<name>`` words it.

    ``read`` gives the body of the bytes about one thing or refuses them, ``signers`` who has to
    sign that, in order. The first has ``fresh`` for it from the ``signed_at`` of the body on.
    """

    name: str
    read: Callable[[bytes, str], JsonObject]
    signers: Callable[[JsonObject], tuple[Role, ...]]
    fresh: timedelta = timedelta(minutes=10)


@cache
def kinds() -> dict[str, StatementKind]:
    """Every kind by its name."""
    return {kind.name: kind for kind in rooms.gathered("statements", "STATEMENTS")}


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

    Raises unprocessable, also for bytes of no kind that a room has, or Refused with the code of the
    check that failed.
    """
    try:
        signature = base64.b64decode(form.cms_b64, validate=True)
    except ValueError as error:
        raise MarketError("accounts.cms_unreadable", Kind.UNPROCESSABLE) from error
    data = form.statement.encode()
    body = loads(data)
    if not isinstance(body, dict) or body.get("kind") not in kinds():
        raise MarketError("documents.no_statement", Kind.UNPROCESSABLE)
    tools = call.tools
    stamper = seal.stamper(tools.data / "seal", tools.tsa, tools.clock)
    return await asyncio.to_thread(_stamped, data, signature, tools.trust(), call.now, stamper)


def read(call: Call, kind: StatementKind, about: str, signature: Signature) -> JsonObject:
    """The statement about that thing, signed by the first who has to, in time.

    Refuses other bytes, and what was written longer ago than ``fresh`` or in the future.
    """
    body = kind.read(signature.data, about)
    if not call.now - kind.fresh <= read_instant(body["signed_at"]) <= call.now:
        raise MarketError("documents.statement_old", Kind.CONFLICT)
    return body


async def signed_for(call: Call, signature: Signature) -> Signer:
    """The organisation that the asker signed for, as the ledger names it; raises FORBIDDEN.

    The certificate is the asker's own or that of the organisation, recorded here, and names it.
    """
    own = await accounts.signs_for(call.actor, signature.holder.sha256)
    body = await accounts.organisation(call.actor.organisation or "")
    if not own or not signature.holder.stands_for(body.name, body.credit_code):
        raise MarketError("documents.signed_by_another", Kind.FORBIDDEN)
    digest = sha256(signature.cms).hex()
    return Signer(name=body.name, credit_code=body.credit_code, cms_sha256=digest)


def _stamped(
    data: bytes, signature: bytes, trust: Trust, at: datetime, stamper: Stamper
) -> Signature:
    holder = cades.accept_of_either(data, signature, trust, at).holder
    return Signature(data, cades.stamped(signature, stamper(cades.imprint(signature))), holder)
