"""What a check says: which field, which sentence, from which source, and whether it blocks."""

from dataclasses import dataclass
from dataclasses import field as filled
from enum import StrEnum
from typing import Any


class Source(StrEnum):
    """Where a rule comes from; the catalogues word each with its article."""

    FORM = "source.form"
    REGION = "source.region"
    ITEM = "source.item"
    WAYS = "source.ways"
    DEMAND = "source.demand"
    BUDGET = "source.budget"
    PROCUREMENT = "source.procurement"
    SPLITTING = "source.splitting"
    DESIGNATION = "source.designation"
    LOCALITY = "source.locality"
    RECUSAL = "source.recusal"
    PRIVACY = "source.privacy"
    HOLIDAYS = "source.holidays"
    LICENCES = "source.licences"


@dataclass(frozen=True, slots=True)
class Breach:
    """One finding: ``key`` names its sentence, ``facts`` fill it. A warning does not block."""

    field: str
    key: str
    source: Source
    facts: dict[str, Any] = filled(default_factory=dict)
    blocks: bool = True


def warning(where: str, key: str, source: Source, **facts: Any) -> Breach:
    """A finding that the owner should look at and may leave as it is."""
    return Breach(where, key, source, facts, blocks=False)
