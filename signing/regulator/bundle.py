"""The file that the platform hands to the regulator: the order, and what the trustees sealed to it.

Nothing in it is secret to others, and nothing in it is believed (PROTOCOL.md §5.7).
"""

from signing.blind_audit.messages import read_order
from signing.core.canonical import Json, JsonObject
from signing.core.shape import exactly, list_of, must_have

_BUNDLE = {
    "v": exactly(1),
    "kind": exactly("audit_bundle"),
    "order": lambda value: isinstance(value, dict),
    "shares": list_of(lambda value: isinstance(value, dict)),
}


def bundle(order: JsonObject, shares: list[JsonObject]) -> JsonObject:
    """Give the file; `shares` are the trustees' messages (`sealed_shares`)."""
    return {"v": 1, "kind": "audit_bundle", "order": order, "shares": shares}


def read_bundle(body: Json) -> tuple[JsonObject, list[JsonObject]]:
    """Give the order, signed by whom it names, and the messages as they are."""
    found = must_have("audit bundle", body, _BUNDLE)
    return read_order(found["order"]), found["shares"]
