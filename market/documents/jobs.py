"""Papers are signed outside the unit that ordered them, and again until it has worked.

What is to be signed is stored before it is signed: a second try signs the same bytes. The n-th try
comes n² seconds after the order, so that a timestamp authority that is away for a day is waited
for. A paper that fails holds up no other.
"""

import asyncio
from datetime import timedelta
from typing import Final

from market.audit import ledger
from market.documents import kinds, seal, typeset
from market.documents.models import PaperState, SignedPaper
from market.infra.db import use_case
from market.kernel.call import Call
from market.kernel.job import Job
from signing.core.canonical import loads
from signing.core.hashing import sha256
from signing.statements import cades
from signing.statements.facts import PaperSigned

ISSUER = "{city}中介超市"
FRESH = timedelta(minutes=5)
AT_ONCE = 100


async def sign_ordered(call: Call) -> None:
    """Set, seal and log what was ordered, the least tried first; what failed is raised as one."""
    failed: list[Exception] = []
    ordered = SignedPaper.filter(state=PaperState.ORDERED).order_by("tries", "ordered_at")
    for row in await ordered.limit(AT_ONCE):
        if call.now < row.ordered_at + timedelta(seconds=row.tries**2):
            continue
        if not await SignedPaper.filter(code=row.code, tries=row.tries).update(tries=row.tries + 1):
            continue  # another worker has it
        try:
            await _sign(call, row)
        except Exception as error:  # noqa: BLE001 - raised below, when the others had their turn
            failed.append(error)
    if failed:
        raise ExceptionGroup("papers that could not be signed yet", failed)


async def _plain(call: Call, row: SignedPaper, issuer: str) -> bytes:
    """The paper before it is signed, set once."""
    if row.digest:
        return await call.tools.files.get(row.digest)
    statement = bytes(row.data)
    address = f"{call.tools.city.base_url}/documents/{row.code}"
    kind = kinds.named(row.kind)
    frame = {"number": row.code.upper(), "issuer": issuer, "url": address}
    shown = kind.words(loads(statement)) | frame
    plain = await asyncio.to_thread(
        typeset.typeset, kind.template, shown, statement, address, row.ordered_at
    )
    digest = await call.tools.files.put(plain)
    if await SignedPaper.filter(code=row.code, digest=None).update(digest=digest):
        return plain
    first = await SignedPaper.get(code=row.code)
    return await call.tools.files.get(str(first.digest))


async def _sign(call: Call, row: SignedPaper) -> None:
    from signing.pdf import pades  # noqa: PLC0415 - pyHanko takes a second and 40 MB: for papers only

    statement = bytes(row.data)
    issuer = ISSUER.format(city=call.tools.city.name)
    plain = await _plain(call, row, issuer)
    folder = call.tools.data / "seal"
    signer, trust = seal.city_seal(folder), call.tools.trust()
    stamper = seal.stamper(folder, call.tools.tsa, call.tools.clock)
    at, (x, y) = call.tools.clock(), kinds.named(row.kind).seal_at
    signed = await asyncio.to_thread(
        pades.sign, plain, signer, at, stamper, trust, pades.Seal(name=issuer, x=x, y=y)
    )
    signature = await asyncio.to_thread(cades.sign_and_stamp, statement, signer, at, stamper)
    await call.tools.files.put(signed)
    now = call.tools.clock()
    if now - at > FRESH:
        return  # too far from its timestamp for an entry (PROTOCOL.md §7): the next try stamps anew
    call = Call(call.actor, now, call.tools)
    await _keep(call, row.code, row.about, row.kind, signed, signature)


@use_case
async def _keep(
    call: Call, code: str, about: str, kind: str, signed: bytes, signature: bytes
) -> None:
    row = await SignedPaper.select_for_update().get(code=code)
    if row.state is PaperState.SIGNED:
        return
    digest = sha256(signed).hex()
    told = PaperSigned(paper=kind, code=code, sha256=digest, data_sha256=row.data_sha256)
    mark = await ledger.record(call, told, about=about)
    await SignedPaper.filter(code=code).update(
        state=PaperState.SIGNED,
        pdf_sha256=digest,
        cms=signature,
        signed_at=call.now,
        act_id=mark.token,
    )


JOBS: Final = (Job("papers", 1, sign_ordered),)
