"""Papers are signed outside the unit that ordered them, and again until it has worked.

What is to be signed is stored before it is signed: a second try signs the same bytes.
"""

import asyncio

from market.audit import ledger
from market.documents import notice, seal
from market.documents.events import Tag
from market.documents.models import PaperState, SignedPaper
from market.documents.typeset import typeset
from market.infra.db import use_case
from market.kernel.call import Call
from signing import cms
from signing.canonical import loads
from signing.hashing import sha256

MOST_TRIES = 1000
ISSUER = "{city}中介超市"


async def sign_ordered(call: Call) -> None:
    """Set, seal and log every paper that was ordered."""
    waiting = await SignedPaper.filter(state=PaperState.ORDERED, tries__lt=MOST_TRIES).order_by(
        "ordered_at"
    )
    for row in waiting:
        await SignedPaper.filter(code=row.code).update(tries=row.tries + 1)
        await _sign(call, row)


async def _sign(call: Call, row: SignedPaper) -> None:
    from signing import pdf  # noqa: PLC0415 - pyHanko takes a second and 40 MB: for papers only

    statement = bytes(row.data)
    issuer = ISSUER.format(city=call.tools.city.name)
    address = f"{call.tools.city.base_url}/documents/{row.code}"
    shown = notice.shown(loads(statement), row.code, issuer, address)
    plain = await asyncio.to_thread(
        typeset, "notice.typ", shown, statement, address, row.ordered_at
    )
    await call.tools.files.put(plain)
    folder = call.tools.data / "seal"
    signer, trust = seal.city_seal(folder), call.tools.trust()
    stamper = seal.stamper(folder, call.tools.tsa, call.tools.clock)
    at = call.tools.clock()
    signed = await asyncio.to_thread(
        pdf.sign, plain, signer, at, stamper, trust, pdf.Seal(name=issuer, x=380, y=150)
    )
    signature = await asyncio.to_thread(cms.sign_and_stamp, statement, signer, at, stamper)
    await call.tools.files.put(signed)
    await _keep(call, row.code, row.about, row.kind, signed, signature)


@use_case
async def _keep(
    call: Call, code: str, about: str, kind: str, signed: bytes, signature: bytes
) -> None:
    row = await SignedPaper.select_for_update().get(code=code)
    if row.state is PaperState.SIGNED:
        return
    digest = sha256(signed).hex()
    facts = {"paper": kind, "code": code, "sha256": digest, "data_sha256": row.data_sha256}
    mark = await ledger.record(call, Tag.SIGNED, about=about, facts=facts)
    await SignedPaper.filter(code=code).update(
        state=PaperState.SIGNED,
        pdf_sha256=digest,
        cms=signature,
        signed_at=call.now,
        act_id=mark.token,
    )
