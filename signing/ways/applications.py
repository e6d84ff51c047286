"""The pool of a round from its opened applications (PROTOCOL.md §6.4, §6.8).

Everybody who was accepted by the freeze is in it; who cannot be drawn carries a code. Every code is
a function of the publication entry, the frozen list and the opened bytes, so that platform, trustee
and verifier come to the same leaves. Nothing here needs judgement: what does is done before the
freeze or is a move after the draw.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from signing.core.canonical import JsonObject, dumps, unhex
from signing.core.errors import Refused
from signing.draw.pool import Pool, candidate_leaf
from signing.rounds.admission import check_admission, draw_nonce, read_application
from signing.ways.registry import way_of

UNREADABLE = "UNREADABLE"
BAD_PAYLOAD = "BAD_PAYLOAD"
NOT_BEST = "NOT_BEST"


@dataclass(frozen=True)
class Judged:
    """Who can be drawn, and the valid prices {leaf: fen} where a price was sealed."""

    pool: Pool
    prices: Mapping[bytes, int]


@dataclass(frozen=True)
class _Applicant:
    row: JsonObject
    red: bool
    salt: bytes
    excluded: str | None
    price_fen: int | None

    def record(self, best: int | None) -> JsonObject:
        """The record, once the best price of all is known."""
        behind = self.excluded is None and self.price_fen != best
        return {
            "author": self.row["author"],
            "application": self.row["application"],
            "identity": self.row["identity"],
            "red": self.red,
            "excluded": NOT_BEST if behind else self.excluded,
        }


def judged(
    publication: JsonObject, frozen: JsonObject, payloads: Mapping[str, bytes | None]
) -> Judged:
    """Give the pool of a round, each application judged by the way that was published.

    `publication` are the facts of the `selection:round:published` entry, `frozen` the freeze
    document as `freeze.read_applicants` gives it, `payloads` {application hash: payload, or None
    where the envelope is unreadable} for every accepted application.
    """
    about = frozen["about"]
    found = [_read(publication, about, row, payloads) for row in frozen["accepted"]]
    prices = [one.price_fen for one in found if one.excluded is None and one.price_fen is not None]
    best = min(prices, default=None)
    records = [(one.record(best), one) for one in found]
    valid = {
        candidate_leaf(dumps(record), one.salt): one.price_fen
        for record, one in records
        if one.excluded is None and one.price_fen is not None
    }
    return Judged(Pool((record, one.salt) for record, one in records), valid)


def _read(
    publication: JsonObject, about: str, row: JsonObject, payloads: Mapping[str, bytes | None]
) -> _Applicant:
    if row["application"] not in payloads:
        said = "no word on whether application {application} opens"
        raise Refused("payload_missing", said, application=row["application"])
    data = payloads[row["application"]]
    salt = draw_nonce(data)
    if data is None:
        return _Applicant(row, red=False, salt=salt, excluded=UNREADABLE, price_fen=None)
    platform, way = unhex(publication["platform_key"], 32), way_of(publication)
    try:
        body = read_application(data, way.fields)
        admission = check_admission(platform, body["admission"], about=about, author=row["author"])
    except Refused:
        return _Applicant(row, red=False, salt=salt, excluded=BAD_PAYLOAD, price_fen=None)
    return _Applicant(
        row,
        red=admission["red"],
        salt=salt,
        excluded=way.flaw(publication, body),
        price_fen=way.price(body),
    )
