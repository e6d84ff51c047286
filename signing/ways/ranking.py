"""The ranking of a price round (PROTOCOL.md §6.8).

Price, then a ticket of its own kind; with the prices of everybody whose application is valid. It
gives the reserves; who wins is drawn among the best by the walk.
"""

from collections.abc import Mapping

from signing.core.canonical import Json, JsonObject, dumps, loads, unhex
from signing.core.errors import Refused
from signing.core.shape import exactly, fits, hex_of, is_positive, is_text, list_of, must_have
from signing.draw.walk import tickets

STRATUM = "rank"
_ENTRY = {"leaf": hex_of(32), "price_fen": is_positive, "ticket": hex_of(32)}
_RANKING = {
    "v": exactly(1),
    "about": is_text,
    "entries": list_of(fits(_ENTRY)),
}


def ranking(about: str, seed: bytes, prices: Mapping[bytes, int]) -> bytes:
    """Give the bytes of the ranking of {leaf: price in fen}, best first."""
    ranked = sorted((prices[leaf], ticket, leaf) for ticket, leaf in tickets(seed, STRATUM, prices))
    entries: Json = [
        {"leaf": leaf.hex(), "price_fen": price, "ticket": ticket.hex()}
        for price, ticket, leaf in ranked
    ]
    return dumps({"v": 1, "about": about, "entries": entries})


def read_ranking(data: bytes) -> JsonObject:
    """Read a ranking; whether it is the right one, `ranking` from the opened prices tells."""
    return must_have("ranking", loads(data), _RANKING)


def check_ranking(data: bytes, about: str, seed: bytes, prices: Mapping[bytes, int]) -> JsonObject:
    """Give the ranking back if it is the one that follows from seed and prices."""
    body = read_ranking(data)
    if data != ranking(about, seed, prices):
        raise Refused("ranking", "ranking: not what follows from the opened prices")
    return body


def prices(data: bytes) -> dict[bytes, int]:
    """Give the prices of a ranking, {leaf: fen}, best first."""
    entries = read_ranking(data)["entries"]
    return {unhex(entry["leaf"]): int(entry["price_fen"]) for entry in entries}


def after(body: JsonObject, taken: list[bytes]) -> list[bytes]:
    """Give the reserves of a price round: the ranking without those taken, best first."""
    leaves = (unhex(entry["leaf"]) for entry in body["entries"])
    return [leaf for leaf in leaves if leaf not in taken]
