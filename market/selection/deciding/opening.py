"""Opening everything at once; pure, given what was frozen and released.

Phase one recovers every key, phase two decrypts; the result is a function of the bytes, whichever
trustees answered (PROTOCOL.md §4, §6).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from signing.core.canonical import JsonObject
from signing.core.errors import Refused, Unreadable
from signing.draw.contributions import read_secret
from signing.draw.rules import draw_id
from signing.sealing import sealed


@dataclass(frozen=True, slots=True)
class Contents:
    """Payload of every envelope, None where it is unreadable for all trustees alike."""

    payloads: Mapping[str, bytes | None]

    @property
    def opens(self) -> dict[str, bool]:
        """What the ``unsealed`` entry fixes."""
        return {sha: payload is not None for sha, payload in self.payloads.items()}


def open_all(
    envelopes: Mapping[str, sealed.Envelope], shares: Mapping[str, Mapping[int, bytes]]
) -> Contents:
    """Open every envelope; ``Refused`` when shares are missing (then it waits)."""
    keys: dict[str, bytes | None] = {}
    for sha, envelope in envelopes.items():
        try:
            keys[sha] = sealed.recover(envelope, shares.get(sha, {}))
        except Unreadable:
            keys[sha] = None
    payloads: dict[str, bytes | None] = {}
    for sha, key in keys.items():
        try:
            payloads[sha] = None if key is None else sealed.decrypt(envelopes[sha], key)
        except Unreadable:
            payloads[sha] = None
    return Contents(payloads)


def secrets_in(
    rules: JsonObject, rows: Sequence[JsonObject], contents: Contents
) -> list[JsonObject]:
    """The contributions with their secrets; ``Refused`` names whose secret does not fit."""
    identity = draw_id(rules)
    found = []
    for row in rows:
        payload = contents.payloads[row["envelope"]]
        try:
            secret = read_secret(payload or b"", row["role"], identity, row["commit"])
        except Refused as refusal:
            said = "the secret of {role} does not fit its commitment"
            raise Refused("draw_secret", said, role=row["role"]) from refusal
        found.append({**row, "secret": secret.hex()})
    return found
