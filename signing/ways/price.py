"""By sealed price (网上竞价): the lowest valid one, equal ones are drawn (PROTOCOL.md §6.8)."""

from signing.core.canonical import JsonObject
from signing.core.shape import is_positive
from signing.draw.moves import Standings
from signing.draw.walk import Walk
from signing.ways import ranking
from signing.ways.pools import APPLICANTS
from signing.ways.way import Way

OVER_CONTROL_PRICE = "OVER_CONTROL_PRICE"


def _over(published: JsonObject, application: JsonObject) -> str | None:
    most = published["control_price_fen"]
    over = most is not None and application["price_fen"] > most
    return OVER_CONTROL_PRICE if over else None


def _price(application: JsonObject) -> int:
    return int(application["price_fen"])


def _by_ranking(walk: Walk, ranked: bytes | None) -> Standings:
    body = ranking.read_ranking(ranked or b"")
    return Standings(walk.taken, ranking.after(body, walk.taken))


PRICE = Way(
    name="price",
    pools=(APPLICANTS.name,),
    fields={"price_fen": is_positive},
    flaw=_over,
    price=_price,
    rank=ranking.ranking,
    start=_by_ranking,
)
