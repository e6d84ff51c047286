"""A publication: which need an owner lets go out, into which draw, until when (PROTOCOL.md §7).

The statement follows from what is published and an instant, so that whoever checks it writes it
anew and compares. Who of the owner's people may sign is the platform's to decide.
"""

from dataclasses import dataclass
from typing import Final

from signing.core.canonical import JsonObject, dumps, loads
from signing.core.errors import Refused
from signing.core.shape import exactly, fits, hex_of, is_instant, is_text, must_have

_SHAPE: Final = {
    "v": exactly(1),
    "kind": exactly("publication"),
    "about": is_text,
    "need_sha256": hex_of(32),
    "draw_id": hex_of(32),
    "opens_at": is_instant,
    "owner": fits({"name": is_text, "credit_code": is_text}),
    "by": is_text,
    "signed_at": is_instant,
}


@dataclass(frozen=True, slots=True)
class Going:
    """What goes out: the round, its need, draw and hour; for which owner and by whose hand."""

    about: str
    need_sha256: str
    draw_id: str
    opens_at: str
    owner: str
    credit_code: str
    by: str

    def statement(self, signed_at: str) -> bytes:
        """Give the bytes to sign."""
        return dumps(
            {
                "v": 1,
                "kind": "publication",
                "about": self.about,
                "need_sha256": self.need_sha256,
                "draw_id": self.draw_id,
                "opens_at": self.opens_at,
                "owner": {"name": self.owner, "credit_code": self.credit_code},
                "by": self.by,
                "signed_at": signed_at,
            }
        )


def read(data: bytes, about: str) -> JsonObject:
    """Read the statement about the round `about`; refuses (`shape`) any other one."""
    body = must_have("publication", loads(data), _SHAPE)
    if body["about"] != about:
        said = "{what}: {key} is not as it must be"
        raise Refused("shape", said, what="publication", key="about")
    return body
