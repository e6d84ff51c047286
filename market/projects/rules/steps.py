"""The form as data: six steps, the fields of each, and how long each may be.

The order is the owner's way of thinking: what, where and who, money, how to choose, when and who
must stay out, check. The last step has no fields: it shows the answers.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from market.projects.rules.ways.registry import WAYS, asked
from market.projects.rules.ways.way import Way

AVOID_ROWS: Final = 5
WITNESS_ROWS: Final = 3
KEPT_CHARACTERS: Final = 20_000


@dataclass(frozen=True, slots=True)
class Step:
    """One page of the form; ``key`` names its title in the catalogues."""

    number: int
    key: str
    fields: tuple[str, ...]


def _rows(count: int, *names: str) -> tuple[str, ...]:
    return tuple(f"{name}_{n}" for n in range(1, count + 1) for name in names)


def steps_of(ways: Mapping[str, Way]) -> tuple[Step, ...]:
    """The form of a city that has these ways."""
    return (
        Step(
            1,
            "project.step.what",
            ("title", "item", "summary", "scale", "requirements", "staff", "service_days"),
        ),
        Step(
            2,
            "project.step.where",
            ("region", "address", "contact_name", "contact_phone", "complaint_phone"),
        ),
        Step(
            3,
            "project.step.money",
            (
                "funding",
                "fiscal_percent",
                "needs_approval",
                "approval_number",
                "control_price",
                "control_unit",
                "control_price_sure",
                "amount_note",
            ),
        ),
        Step(4, "project.step.way", ("way", "pool", *asked(ways))),
        Step(
            5,
            "project.step.when",
            (
                "deadline_at",
                *_rows(AVOID_ROWS, "avoid", "avoid_tie", "avoid_note"),
                *_rows(WITNESS_ROWS, "witness", "witness_unit"),
            ),
        ),
        Step(6, "project.step.check", ()),
    )


STEPS: Final = steps_of(WAYS)
LAST: Final = STEPS[-1].number
STEP_OF: Final = {name: step.number for step in STEPS for name in step.fields}

LENGTHS: Final = {
    "title": 60,
    "summary": 2000,
    "scale": 500,
    "requirements": 500,
    "staff": 500,
    "address": 120,
    "contact_name": 30,
    "approval_number": 60,
    "amount_note": 300,
    **{name: 60 for name in STEPS[4].fields if name.startswith(("avoid_note", "witness"))},
    **{name: most for name, most in asked(WAYS).items() if most},
    **{f"avoid_{n}": 60 for n in range(1, AVOID_ROWS + 1)},
}
