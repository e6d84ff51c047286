"""Holiday lists that an operator adds as soon as the State Council has published them.

A file a year, ``MINGXUAN_DATA/calendar/2027.json``: ``{"year": 2027, "source": "…", "free":
["2027-01-01", …], "worked": ["2027-01-30", …]}``. ``free`` are all days off but plain weekends,
``worked`` the Saturdays and Sundays that are worked, ``source`` is the notice. Read at the start.
"""

from datetime import date
from pathlib import Path
from typing import Annotated, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from market.kernel.calendar import HolidayList
from market.kernel.errors import Kind, MarketError


class _Notice(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    year: Annotated[int, Field(ge=2001, le=2199)]
    source: Annotated[str, Field(min_length=1, max_length=200)]
    free: frozenset[date]
    worked: frozenset[date]

    @model_validator(mode="after")
    def _is_of_its_year(self) -> Self:
        if not self.free or any(day.year != self.year for day in self.free | self.worked):
            raise ValueError("days of another year, or none")
        if self.free & self.worked or any(day.weekday() < 5 for day in self.worked):
            raise ValueError("worked are Saturdays and Sundays that are not free")
        return self


def load(folder: Path) -> dict[int, HolidayList]:
    """The lists in ``folder`` by year; none without it. Refuses with ``calendar.unreadable``."""
    lists: dict[int, HolidayList] = {}
    for path in sorted(folder.glob("*.json")):
        try:
            notice = _Notice.model_validate_json(path.read_bytes())
        except ValidationError as error:
            told = "; ".join(str(one["msg"]) for one in error.errors())
            raise MarketError(
                "calendar.unreadable", Kind.UNAVAILABLE, file=path.name, why=told
            ) from None
        if notice.year in lists:
            raise MarketError("calendar.twice", Kind.UNAVAILABLE, file=path.name, year=notice.year)
        lists[notice.year] = HolidayList(notice.free, notice.worked)
    return lists
