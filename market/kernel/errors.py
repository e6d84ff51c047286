"""One error for everything the market refuses; ``web/errors.py`` renders it, catalogues word it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any


class Kind(StrEnum):
    """Why something is refused; each kind has one HTTP status (RFC 9110)."""

    INVALID = "invalid"
    SIGN_IN = "sign_in"
    FORBIDDEN = "forbidden"
    NOT_FOUND = "not_found"
    CONFLICT = "conflict"
    UNPROCESSABLE = "unprocessable"
    TOO_LARGE = "too_large"
    TOO_SLOW = "too_slow"
    TOO_MANY = "too_many"
    UNAVAILABLE = "unavailable"
    NO_ROOM = "no_room"


class MarketError(Exception):
    """A refusal: ``key`` names its sentence in the catalogues, ``facts`` fill its placeholders.

    ``fields`` maps the fields of a form to the key of what is wrong with each.
    """

    def __init__(
        self,
        key: str,
        kind: Kind = Kind.INVALID,
        *,
        fields: dict[str, tuple[str, dict[str, Any]]] | None = None,
        **facts: Any,
    ) -> None:
        super().__init__(key)
        self.key = key
        self.kind = kind
        self.facts = facts
        self.fields = fields or {}

    def __str__(self) -> str:
        return f"{self.key} {self.facts}" if self.facts else self.key


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why somebody may not: a policy answers it, an action raises it, a page asks before a button.

    ``key``, ``kind`` and ``facts`` are those of the error that it becomes.
    """

    key: str
    kind: Kind
    facts: Mapping[str, Any] = field(default_factory=dict)

    def error(self) -> MarketError:
        """What is raised for it."""
        return MarketError(self.key, self.kind, **self.facts)


def must(refusal: Refusal | None) -> None:
    """Raise what a policy answered, unless that was None."""
    if refusal is not None:
        raise refusal.error()


def not_found(what: str = "page") -> MarketError:
    """The one answer for what is not there and for what the asker may not know of."""
    return MarketError("not_found." + what, Kind.NOT_FOUND)
