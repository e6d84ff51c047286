"""Ordering a paper, inside the unit that gives rise to it; it is signed later by a job."""

from market.audit import ledger
from market.documents.events import Ordered
from market.documents.kinds import PaperKind
from market.documents.models import SignedPaper
from market.kernel.call import Call
from market.kernel.ids import new_code
from signing.core.canonical import JsonObject, dumps
from signing.core.hashing import sha256


async def order(call: Call, kind: PaperKind, about: str, data: JsonObject) -> str:
    """Order one paper over ``data``; returns its code. Inside a unit; once per kind and thing.

    Raises Refused for a statement that is not whole.
    """
    kind.check(data)
    written = dumps(data)
    digest = sha256(written).hex()
    told = Ordered(paper=kind.name, data_sha256=digest)
    mark = await ledger.record(call, told, about=about)
    code = new_code(12)
    await SignedPaper.create(
        code=code,
        kind=kind.name,
        about=about,
        data=written,
        data_sha256=digest,
        ordered_at=call.now,
        act_id=mark.token,
    )
    return code
