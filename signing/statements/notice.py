"""The statement behind a notice of selection (中选通知书): its shape (PROTOCOL.md §7).

What it must say of its round is held against the ledger by the verifier. The second version tells
whom to call at the owner's, and what the way asked of the owner.
"""

from typing import Final

from signing.core.canonical import Json, JsonObject
from signing.core.shape import (
    Shape,
    exactly,
    fits,
    hex_of,
    is_instant,
    is_natural,
    is_object,
    is_positive,
    is_text,
    must_have,
    nullable,
)

_FIRST: Final[Shape] = {
    "v": exactly(1),
    "kind": exactly("selection_notice"),
    "about": is_text,
    "project": is_text,
    "title": is_text,
    "owner": is_text,
    "region": is_text,
    "item": is_text,
    "way": is_text,
    "pool": is_text,
    "agency": fits({"code": is_text, "name": is_text, "credit_code": is_text}),
    "price_fen": nullable(is_natural),
    "control_price_fen": nullable(is_natural),
    "service_days": is_positive,
    "applicants": nullable(is_natural),
    "transcript_sha256": hex_of(32),
    "decided_at": is_instant,
    "published_from_at": is_instant,
    "published_until_at": is_instant,
    "issued_at": is_instant,
}
_SECOND: Final[Shape] = _FIRST | {
    "v": exactly(2),
    "owner_contact": fits({"name": is_text, "phone": is_text}),
    "way_terms": nullable(is_object),
}


def must_be(body: Json) -> JsonObject:
    """Give a notice's statement back; refuses (`shape`) what is none."""
    is_first = isinstance(body, dict) and body.get("v") == 1
    return must_have("notice", body, _FIRST if is_first else _SECOND)
