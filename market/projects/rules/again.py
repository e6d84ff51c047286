"""Why a project may be tried again: the region's closed list (地区设置), and what happened."""

from collections.abc import Iterable
from dataclasses import dataclass

from signing.statements import redo


@dataclass(frozen=True, slots=True)
class RedoRules:
    """What a region has decided of another attempt.

    ``redo_reasons`` are failures by their own name (PROTOCOL.md §3a), which fit only after such a
    failure, and causes beyond the rules.
    """

    redo_reasons: tuple[str, ...]


def redo_reasons(listed: Iterable[str], failure: str | None) -> tuple[str, ...]:
    """The reasons of the region that fit, the failure itself first (PROTOCOL.md §7)."""
    fitting = [reason for reason in listed if redo.may_be(reason, failure)]
    return tuple(sorted(fitting, key=lambda reason: reason != failure))
