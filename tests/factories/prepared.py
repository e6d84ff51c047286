"""Prepared orders as a round's page gives them, for whoever signs without the page."""

from typing import Any

from signing.regulator import requests

ABOUT, HASH = "round:DZ-2026-000008/1", "ab" * 32
REASON = "中选者身份与报名不符，查明报名主体"
TITLE = "河市镇通村公路改造工程结算审核"


def opening(*keys: bytes, **changes: Any) -> bytes:
    """For the opening of one escrow."""
    own = {"code": "甲-03", "envelope": HASH, "reason": REASON}
    return requests.request(requests.OPENING, **(_said(keys) | own | changes))


def audit(*keys: bytes, **changes: Any) -> bytes:
    """For a blind audit."""
    return requests.request(requests.AUDIT, **(_said(keys) | {"freeze": HASH} | changes))


def _said(keys: tuple[bytes, ...]) -> dict[str, Any]:
    return {
        "about": ABOUT,
        "title": TITLE,
        "page": "https://city.example/oversight/rounds/DZ-2026-000008/1/openings",
        "regulators": [key.hex() for key in keys],
        "at": "2026-11-23T01:00:00.000Z",
    }


def altered(data: bytes) -> list[bytes]:
    """The file with one byte changed, at each of many places; and what is no such file at all."""
    places = range(0, len(data), max(1, len(data) // 25))
    flipped = [data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :] for at in places]
    hostile = [b"", b"{}", b"[]", b"null", b"\xff", b"{" * 500, b" " * 30_000, data[:-1]]
    return [*flipped, *hostile]
