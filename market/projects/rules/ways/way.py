"""What there is to ask about one way of choosing."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from market.projects.rules.draft import Draft
    from market.projects.rules.finding import Breach
    from market.projects.rules.reader import Reader
    from market.projects.rules.setting import Setting
    from signing.core.canonical import JsonObject
    from signing.ways import way


NO_TEXT: Final = 0


def _unasked(_reader: Reader) -> dict[str, Any]:
    return {}


def _unjudged(_draft: Draft, _setting: Setting) -> Iterable[Breach]:
    return ()


def _untold(_draft: Draft, _setting: Setting) -> None:
    return None


@dataclass(frozen=True, slots=True)
class Way:
    """One way. ``questions``: its controls in the form, and the most characters of each text.

    ``read`` gives ``Draft.answers``, ``check`` what is wrong with them, ``terms`` what of them is
    public: it stands in the need and in the publication as ``way_terms``.
    """

    rules: way.Way
    questions: Mapping[str, int] = field(default_factory=dict)
    read: Callable[[Reader], Mapping[str, Any]] = _unasked
    check: Callable[[Draft, Setting], Iterable[Breach]] = _unjudged
    terms: Callable[[Draft, Setting], JsonObject | None] = _untold

    @property
    def name(self) -> str:
        """Its name, the same in ledger, tables, scripts and templates."""
        return self.rules.name
