"""Whose secrets make the seed (PROTOCOL.md §6.2).

The owner and the trustees each commit to 32 random bytes when the need is published and seal them,
so that nobody can change or withhold a secret once the pool is known. When the envelopes are opened
and whether enough have contributed for applications to open are decided with these functions, by
those who read the ledger.
"""

from collections.abc import Collection, Mapping, Sequence

from signing.core.canonical import JsonObject, dumps, loads, unhex
from signing.core.errors import Refused
from signing.core.hashing import tagged
from signing.core.shape import Shape, exactly, hex_of, is_natural, is_text, must_have

OWNER = "owner"
CONTRIBUTION: Shape = {
    "role": is_text,
    "commit": hex_of(32),
    "envelope": hex_of(32),
    "secret": hex_of(32),
    "index": is_natural,
}
_SECRET: Shape = {"v": exactly(1), "role": is_text, "secret": hex_of(32)}


def role_of(trustee: str) -> str:
    """Give the role of a trustee as a contributor."""
    return f"trustee:{trustee}"


def draw_commit(role: str, draw_id: bytes, secret: bytes) -> bytes:
    """Give H("draw-commit", role, draw_id, secret)."""
    return tagged("draw-commit", role, draw_id, secret)


def secret_payload(role: str, secret: bytes) -> bytes:
    """Give the payload of a `draw_secret` envelope."""
    return dumps({"v": 1, "role": role, "secret": secret.hex()})


def read_secret(data: bytes, role: str, draw_id: bytes, commit: str) -> bytes:
    """Give the secret in an opened payload if it fits the commitment that was logged."""
    body = must_have("draw secret", loads(data), _SECRET)
    secret = unhex(body["secret"])
    if body["role"] != role or draw_commit(role, draw_id, secret).hex() != commit:
        raise Refused("draw_secret", "the secret of {role} does not fit its commitment", role=role)
    return secret


def may_open(roles: Collection[str], independent: Collection[str]) -> bool:
    """Tell whether applications may open: a strict majority of the `independent` trustees' ids."""
    return 2 * sum(role_of(one) in roles for one in independent) > len(independent)


def must_be_whole(rules: JsonObject, rows: Sequence[JsonObject], draw_id: bytes) -> None:
    """Refuse unless every contributor of the rules stands there once with a fitting secret."""
    if sorted(row["role"] for row in rows) != sorted(rules["contributors"]):
        raise Refused("contributors", "the contributions are not those of the rules")
    for row in rows:
        if draw_commit(row["role"], draw_id, unhex(row["secret"])).hex() != row["commit"]:
            said = "the secret of {role} does not fit its commitment"
            raise Refused("draw_secret", said, role=row["role"])


def seed(draw_id: bytes, pool_root: bytes, secrets: Mapping[str, bytes]) -> bytes:
    """Give the seed from {role: secret}, roles in byte order."""
    ordered = sorted(secrets.items(), key=lambda one: one[0].encode())
    return tagged("draw-seed", draw_id, pool_root, *(part for pair in ordered for part in pair))
