"""The blind audit of a round (盲审) as it stands: ordered, obeyed, found. Reads only.

The order and the finding are a regulator's, the shares are sealed to its tool; what lies here names
nobody who was not chosen (PROTOCOL.md §5.7).
"""

from dataclasses import dataclass
from datetime import datetime

from market.kernel.errors import not_found
from market.selection.deciding import inputs
from market.selection.models import BlindAudit, Round, SealedShare
from signing.core.canonical import JsonObject
from signing.draw.pool import position_code
from signing.regulator.bundle import bundle


@dataclass(frozen=True, slots=True)
class Fault:
    """A code with something wrong, never a name."""

    code: str
    fault: str


@dataclass(frozen=True, slots=True)
class Found:
    """What the regulator's tool found: how many envelopes, how many agencies, what is wrong."""

    envelopes: int
    agencies: int
    faults: tuple[Fault, ...]
    at: datetime
    sha256: str


@dataclass(frozen=True, slots=True)
class Audit:
    """An audit that was ordered: since when, which trustees have sealed shares, what was found."""

    order: str
    ordered_at: datetime
    given: tuple[str, ...]
    found: Found | None


async def audit_of(round_: Round) -> Audit | None:
    """The audit of the round, None while none is ordered."""
    row = await BlindAudit.get_or_none(round_id=round_.about)
    if row is None:
        return None
    given = SealedShare.filter(round_id=round_.about).order_by("trustee")
    names = await given.values_list("trustee", flat=True)
    said = await _found(round_, row)
    return Audit(row.order_sha256, row.ordered_at, tuple(str(one) for one in names), said)


async def finding_of(round_: Round) -> Found | None:
    """What the audit of the round found, for everybody; None before."""
    row = await BlindAudit.get_or_none(round_id=round_.about)
    return await _found(round_, row) if row else None


async def bundle_of(round_: Round) -> JsonObject:
    """What the regulator's tool takes beside the dossier; NOT_FOUND while nothing is ordered."""
    row = await BlindAudit.get_or_none(round_id=round_.about)
    if row is None:
        raise not_found("audit")
    rows = SealedShare.filter(round_id=round_.about).order_by("trustee")
    return bundle(row.body, [one.body for one in await rows])


async def identities_of(round_: Round) -> list[str]:
    """The identity envelopes of all who are accepted in the freeze."""
    frozen = await inputs.frozen(round_.about)
    return [row["identity"] for row in frozen.get("accepted", [])]


async def _found(round_: Round, row: BlindAudit) -> Found | None:
    if row.finding is None or row.found_at is None:
        return None
    body = row.finding
    pool = (await inputs.drawn(round_.about))["pool"] if body["faults"] else []
    places = {item["record"]["identity"]: position_code(n) for n, item in enumerate(pool)}
    faults = sorted((places[one["envelope"]], one["code"]) for one in body["faults"])
    return Found(
        body["envelopes"],
        body["agencies"],
        tuple(Fault(*one) for one in faults),
        row.found_at,
        row.finding_sha256,
    )
