"""The figures as pictures in the reader's language."""

from datetime import date
from functools import cache

from babel.dates import format_date

from market.accounts.regions import places
from market.oversight.queries.figures import Figures
from market.selection.ways.registry import WAYS
from market.web.charts import Drawing, Outline, Series, bars, dazhou, read_outline
from market.web.data import data
from market.web.i18n import say


def months_drawing(found: Figures, locale: str) -> Drawing:
    """Stacked bars: selections by month and way."""
    labels = [month_name(at, locale) for at in found.months]
    series = [Series(say(locale, f"project.way.{way}"), found.by_way[way]) for way in WAYS]
    return bars(labels, series)


def county_drawing(found: Figures, locale: str) -> Drawing:
    """The city shaded by selections; a county leads to its projects."""
    names = {p.code: p.label(locale) for p in places()[1:]}
    hrefs = {code: f"/projects?region={code}" for code in names}
    return dazhou(_outline(), found.counties, names, hrefs, say(locale, "选取次数"))


def month_name(at: str, locale: str, *, year: bool = False) -> str:
    """2026-11 as 11月 or Nov; with the year, 2026年11月 or November 2026."""
    day = date.fromisoformat(f"{at}-01")
    long, short = ("y年M月", "M月") if locale == "zh_CN" else ("MMMM y", "MMM")
    return format_date(day, long if year else short, locale=locale)


@cache
def _outline() -> Outline:
    return read_outline((data("fixtures") / "places" / "dazhou_map.json").read_text("utf-8"))
