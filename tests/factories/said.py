"""What a test lets the ledger say."""

from dataclasses import dataclass
from typing import Any, ClassVar

from signing.core.facts import Facts


@dataclass(frozen=True, slots=True, kw_only=True)
class Said(Facts):
    """Anything or nothing."""

    tag: ClassVar[str] = "test:said"
    of: Any = None
    number: int | None = None
