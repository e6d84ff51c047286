"""What an owner's need must satisfy before it may be published; pure.

``read`` turns what was typed into a draft, ``breaches`` names every rule it breaks with the field,
the sentence and the source; ``warnings`` are findings that the owner may leave. Whether the
agencies and the item exist has been looked up by the caller (``Setting``).
"""

from collections.abc import Iterator

from market.projects.rules import asking, choosing, paying, staying_out, timing, wording
from market.projects.rules.again import RedoRules, redo_reasons
from market.projects.rules.draft import Draft
from market.projects.rules.finding import Breach, Source
from market.projects.rules.publishing import SecondPersonRules, needs_second_person
from market.projects.rules.reading import read
from market.projects.rules.setting import ItemFacts, Setting
from market.projects.rules.steps import STEP_OF
from market.projects.rules.wording import names_in

__all__ = [
    "Breach",
    "Draft",
    "ItemFacts",
    "RedoRules",
    "SecondPersonRules",
    "Setting",
    "Source",
    "breaches",
    "findings",
    "names_in",
    "needs_second_person",
    "read",
    "redo_reasons",
    "warnings",
]

_PLACES = {name: place for place, name in enumerate(STEP_OF)}
_CHECKS = (
    asking.check,
    paying.check,
    choosing.check,
    timing.check,
    staying_out.check,
    wording.check,
)


def findings(draft: Draft, setting: Setting) -> Iterator[Breach]:
    """Everything there is to say."""
    for check in _CHECKS:
        yield from check(draft, setting)


def breaches(draft: Draft, setting: Setting, unread: list[Breach] | None = None) -> list[Breach]:
    """What blocks publication, one finding a field in the form's order; ``unread`` wins."""
    kept: dict[str, Breach] = {b.field: b for b in unread or ()}
    for found in findings(draft, setting):
        if found.blocks:
            kept.setdefault(found.field, found)
    return sorted(kept.values(), key=lambda b: _PLACES.get(b.field, 0))


def warnings(draft: Draft, setting: Setting) -> list[Breach]:
    """What the owner should look at and may leave as it is."""
    return [found for found in findings(draft, setting) if not found.blocks]
