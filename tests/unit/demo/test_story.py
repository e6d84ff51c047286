"""The story comes out the same on whatever day a city is founded: holidays delay nothing in it."""

import json
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from itertools import cycle

import pytest

from market.accounts.regions import rules_of
from market.demo.founding import PAST
from market.demo.story import Row, closes, planned
from market.kernel.calendar import Calendar
from market.kernel.clock import CITY_ZONE
from market.web.data import data

ROWS: list[Row] = json.loads((data("fixtures") / "demo" / "story.json").read_text("utf-8"))
GRACE = timedelta(minutes=6)
CALENDAR = Calendar()


def days() -> Iterator[datetime]:
    """Every day of almost three years, early, at noon, after office hours or late."""
    hours = cycle([time(0, 5), time(12), time(17, 45), time(23, 55), time(8, 29)])
    first = date(2025, 6, 1)
    for number, hour in zip(range(2 * 365 + 200), hours, strict=False):
        yield datetime.combine(first + timedelta(days=number), hour, CITY_ZONE).astimezone(UTC)


def _ends(row: Row, begins: datetime) -> datetime:
    """The deadline of a row that is published then."""
    return closes(row, begins, CALENDAR).replace(tzinfo=CITY_ZONE)


def _fails(row: Row, begins: datetime) -> datetime:
    """When it has failed, extended once, for nobody came."""
    rules = rules_of(row["region"], begins)
    return CALENDAR.add(_ends(row, begins) + GRACE, rules.extension_working_days) + GRACE


@pytest.mark.parametrize("goal", sorted({row["goal"] for row in ROWS}))
def test_every_goal_is_reached_on_every_day(goal: str) -> None:
    for today in days():
        for row in (row for row in ROWS if row["goal"] == goal):
            begins, plan = planned(row, today, CALENDAR)
            rules = rules_of(row["region"], begins)
            shown = timedelta(days=rules.publicity_days)
            assert today - PAST < begins < today
            ends = _ends(plan, begins)
            assert ends >= CALENDAR.add(begins, rules.sign_up_working_days)
            assert ends <= begins + timedelta(days=rules.sign_up_max_days)
            if goal == "concluded":
                assert ends + GRACE + shown < today
            elif goal == "revealed":
                assert ends + GRACE < today < ends + shown
            elif goal in {"failed", "withdrawn"}:
                assert _fails(plan, begins) < today
            elif goal == "again":
                second = _fails(plan, begins)
                done = _ends(plan, second) + GRACE + shown
                assert (done if row["applicants"] else _fails(plan, second)) < today
            else:
                assert ends > today
