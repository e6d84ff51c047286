"""Ordering a paper, inside the unit that gives rise to it; it is signed later by a job."""

from market.audit import ledger
from market.documents.events import Tag
from market.documents.models import SignedPaper
from market.kernel.call import Call
from market.kernel.ids import new_code
from signing.core.canonical import JsonObject, dumps
from signing.core.hashing import sha256


async def order(call: Call, kind: str, about: str, data: JsonObject) -> str:
    """Order one paper over ``data``; returns its code. Inside a unit; once per kind and thing."""
    written = dumps(data)
    digest = sha256(written).hex()
    mark = await ledger.record(
        call, Tag.ORDERED, about=about, facts={"paper": kind, "data_sha256": digest}
    )
    code = new_code(12)
    await SignedPaper.create(
        code=code,
        kind=kind,
        about=about,
        data=written,
        data_sha256=digest,
        ordered_at=call.now,
        act_id=mark.token,
    )
    return code
