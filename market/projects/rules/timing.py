"""The sign-up window (报名期): how short, how long, and whether offices work at its end.

Periods are the region's (地区设置); working days are the calendar's.
"""

from collections.abc import Iterator
from datetime import datetime, time, timedelta
from typing import Final

from market.kernel.calendar import end_of_day
from market.kernel.clock import local
from market.projects.rules.draft import Draft
from market.projects.rules.finding import Breach, Source, warning
from market.projects.rules.setting import Setting

OPENS, CLOSES = time(9), time(17, 30)
LEEWAY: Final = (1, 5, 10)  # working days


def earliest(setting: Setting) -> datetime:
    """The first instant at which sign-up may end when publication is now."""
    return setting.calendar.add(setting.now, setting.rules.sign_up_working_days)


def suggested(setting: Setting) -> tuple[datetime, ...]:
    """Ends of sign-up that fit when publication is today or the day after, at the end of a day."""
    days = setting.rules.sign_up_working_days
    ends = (end_of_day(setting.calendar.add(setting.now, days + n).date()) for n in LEEWAY)
    latest = setting.now + timedelta(days=setting.rules.sign_up_max_days)
    return tuple(end for end in ends if end <= latest)


def check(draft: Draft, setting: Setting) -> Iterator[Breach]:
    """The end of sign-up against the shortest and the longest window, and against office hours."""
    end = draft.deadline_at
    if end is None:
        yield Breach("deadline_at", "project.missing.deadline_at", Source.REGION)
        return
    rules = setting.rules
    if end < earliest(setting):
        yield Breach(
            "deadline_at",
            "project.deadline.early",
            Source.REGION,
            {"days": rules.sign_up_working_days, "earliest": earliest(setting)},
        )
    elif end > setting.now + timedelta(days=rules.sign_up_max_days):
        yield Breach(
            "deadline_at", "project.deadline.late", Source.REGION, {"days": rules.sign_up_max_days}
        )
    if not setting.calendar.is_working_day(local(end).date()):
        yield warning("deadline_at", "project.deadline.day_off", Source.HOLIDAYS)
    elif not OPENS <= local(end).time() <= CLOSES:
        yield warning("deadline_at", "project.deadline.after_hours", Source.HOLIDAYS)
