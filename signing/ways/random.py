"""By lot (随机选取): nothing is asked but to be there, the draw decides (PROTOCOL.md §6.6).

The owner may announce the fee beforehand, so that nothing is left to negotiate after the draw.
"""

from typing import Final

from signing.core.canonical import JsonObject
from signing.core.shape import either, exactly, fits, is_positive, is_text
from signing.draw.moves import Standings
from signing.draw.walk import Walk
from signing.ways.pools import APPLICANTS, QUALIFIED
from signing.ways.way import Way

FIXED: Final = "fixed"
STANDARD: Final = "standard"


def _flawless(_published: JsonObject, _application: JsonObject) -> None:
    return None


def _no_price(_application: JsonObject) -> None:
    return None


def _as_drawn(walk: Walk, _ranking: bytes | None) -> Standings:
    return Standings(walk.taken, walk.reserves)


RANDOM = Way(
    name="random",
    pools=(APPLICANTS.name, QUALIFIED.name),
    fields={},
    flaw=_flawless,
    price=_no_price,
    rank=None,
    start=_as_drawn,
    terms={
        "fee": either(
            fits({"kind": exactly(FIXED), "fen": is_positive}),
            fits({"kind": exactly(STANDARD), "name": is_text, "number": is_text, "rule": is_text}),
        )
    },
    may_be_silent=True,
)
