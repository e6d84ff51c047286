"""Dates and times as people of the city read them, in either language."""

from datetime import date, datetime
from functools import cache

from babel import Locale
from babel.dates import format_date, format_datetime

from market.kernel.clock import CITY_ZONE


def when(at: datetime, locale: str) -> str:
    """Date and time on the city's wall clock."""
    pattern = "y年M月d日 HH:mm" if locale == "zh_CN" else "d MMM y HH:mm"
    return format_datetime(at, pattern, tzinfo=CITY_ZONE, locale=_parsed(locale))


def day(at: date, locale: str) -> str:
    """The date; of an instant, the one on the city's wall clock."""
    pattern = "y年M月d日" if locale == "zh_CN" else "d MMM y"
    shown = at.astimezone(CITY_ZONE).date() if isinstance(at, datetime) else at
    return format_date(shown, pattern, locale=_parsed(locale))


@cache
def _parsed(locale: str) -> Locale:
    return Locale.parse(locale)
