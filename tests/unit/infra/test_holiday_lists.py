"""An operator's holiday list counts from the next start on; one that is wrong stops the start."""

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from market.city import make_tools
from market.infra import holiday_lists
from market.kernel.errors import MarketError
from market.settings import Settings

NOTICE = {
    "year": 2027,
    "source": "关于2027年部分节假日安排的通知",
    "free": ["2027-01-01", "2027-02-05"],
    "worked": ["2027-01-30"],
}


def put(folder: Path, name: str = "2027.json", **changes: Any) -> Path:
    folder.mkdir(exist_ok=True)
    (folder / name).write_text(json.dumps(NOTICE | changes), "utf-8")
    return folder


def test_a_city_counts_by_the_list_in_its_folder(tmp_path: Path) -> None:
    put(tmp_path / "calendar")
    calendar = make_tools(Settings(data=tmp_path)).calendar
    assert calendar.is_official(date(2027, 7, 1))
    assert calendar.is_working_day(date(2027, 1, 30))
    assert not calendar.is_working_day(date(2027, 2, 5))


def test_without_a_folder_there_is_none(tmp_path: Path) -> None:
    assert holiday_lists.load(tmp_path / "calendar") == {}


@pytest.mark.parametrize(
    "changes",
    [
        {"free": ["2026-12-31"]},
        {"free": []},
        {"worked": ["2027-01-29"]},  # a Friday
        {"free": ["2027-01-30"]},  # free and worked
        {"year": 1999},
        {"source": ""},
        {"free": ["1. Januar"]},
        {"holidays": []},
    ],
)
def test_a_list_that_is_wrong_is_refused_by_its_name(
    tmp_path: Path, changes: dict[str, Any]
) -> None:
    put(tmp_path, **changes)
    with pytest.raises(MarketError) as refused:
        holiday_lists.load(tmp_path)
    assert refused.value.key == "calendar.unreadable"
    assert refused.value.facts["file"] == "2027.json"


@pytest.mark.parametrize("data", [b"", b"[]", b"{", b'{"year": 2027}', b"\xff\xfe", b"[" * 9999])
def test_what_is_no_list_is_refused(tmp_path: Path, data: bytes) -> None:
    (tmp_path / "2027.json").write_bytes(data)
    with pytest.raises(MarketError, match=r"calendar\.unreadable"):
        holiday_lists.load(tmp_path)


def test_two_lists_of_a_year_are_refused(tmp_path: Path) -> None:
    put(put(tmp_path), "again.json")
    with pytest.raises(MarketError, match=r"calendar\.twice"):
        holiday_lists.load(tmp_path)
