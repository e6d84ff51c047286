"""What is taken away stays text, arrives whole, and opens."""

import csv
import io
import re
import zipfile
from collections.abc import AsyncIterator, Sequence
from datetime import UTC, datetime

import pytest
from starlette.responses import Response

from market.web.exports import Cell, Column, Holds, table_response, written

FORMULAS = ["=1+1", "+cmd|' /C calc'!A0", "-2", "@SUM(A1)", "\t=1", "\r=1", "＝1"]


async def body(response: Response) -> bytes:
    return b"".join([bytes(chunk) async for chunk in response.body_iterator])  # type: ignore[attr-defined]  # a streaming response


async def batches(*rows: Sequence[Cell]) -> AsyncIterator[Sequence[Sequence[Cell]]]:
    for row in rows:
        yield [row]


COLUMNS = (
    Column("名称"),
    Column("代码", Holds.CODE),
    Column("次数", Holds.COUNT),
    Column("金额（元）", Holds.MONEY),
    Column("星级", Holds.TENTHS),
    Column("时间", Holds.TIME, 20),
)
AT = datetime(2026, 11, 30, 16, 5, 9, tzinfo=UTC)  # past midnight on the city's clock
ROW: tuple[Cell, ...] = ("达州", "0511702", 3, 12_000_050, 47, AT)


async def sheets(*rows: Sequence[Cell]) -> dict[str, str]:
    """Give the parts of an Excel file with these rows, by name."""
    made = await body(await table_response("xlsx", "a", "采购公告", COLUMNS, batches(*rows)))
    with zipfile.ZipFile(io.BytesIO(made)) as book:
        return {name: book.read(name).decode() for name in book.namelist()}


@pytest.mark.parametrize("cell", FORMULAS)
def test_a_formula_becomes_text(cell: str) -> None:
    assert written(Column("a"), cell) == f"'{cell}"


@pytest.mark.parametrize(
    ("column", "cell", "said"),
    [
        (Holds.TEXT, "a=1", "a=1"),
        (Holds.TEXT, "007", "007"),
        (Holds.TEXT, None, ""),
        (Holds.CODE, "0511702", "0511702\t"),
        (Holds.CODE, "12E4", "12E4\t"),
        (Holds.CODE, "1-2", "1-2\t"),
        (Holds.CODE, "DZ-2026-000001", "DZ-2026-000001"),
        (Holds.COUNT, -5, "-5"),
        (Holds.MONEY, 12_000_050, "120000.50"),
        (Holds.TENTHS, 47, "4.7"),
        (Holds.TIME, AT, "2026-12-01 00:05:09"),
    ],
)
def test_a_cell_in_csv_is_what_it_holds(column: Holds, cell: Cell, said: str) -> None:
    assert written(Column("a", column), cell) == said


async def test_csv_has_a_mark_a_head_and_rows() -> None:
    data = await body(
        await table_response("csv", "机构", "", COLUMNS, batches(ROW, ["=1", *ROW[1:]]))
    )
    assert data.startswith(b"\xef\xbb\xbf")
    head, row, hostile = csv.reader(io.StringIO(data.decode("utf-8-sig"), newline=""))
    assert head == [column.label for column in COLUMNS]
    assert row == ["达州", "0511702\t", "3", "120000.50", "4.7", "2026-12-01 00:05:09"]
    assert hostile[0] == "'=1"


async def test_excel_holds_numbers_dates_and_texts_as_what_they_are() -> None:
    parts = await sheets(ROW, *([f, None, None, None, None, None] for f in FORMULAS))
    sheet, styles = parts["xl/worksheets/sheet1.xml"], parts["xl/styles.xml"]
    cells = dict(re.findall(r'<c r="([A-Z]2)"([^>]*>.*?)</c>', sheet))
    assert 't="inlineStr"' in cells["A2"]
    assert ('t="inlineStr"' in cells["B2"], "0511702" in cells["B2"]) == (True, True)
    values = {place: re.search("<v>(.*)</v>", cells[f"{place}2"]) for place in "CDEF"}
    numbers = {place: float(value[1]) for place, value in values.items() if value}
    assert numbers == {"C": 3, "D": 120_000.5, "E": 4.7, "F": pytest.approx(46357.0035763889)}
    assert all(f'formatCode="{one}"' in styles for one in ("#,##0.00", "yyyy-mm-dd hh:mm:ss"))
    assert "<f>" not in sheet
    assert "=1+1" in sheet
    assert "<autoFilter" in sheet
    assert 'state="frozen"' in sheet
    assert 'width="20' in sheet
    assert 'numberStoredAsText="1"' in sheet
    assert 'name="采购公告"' in parts["xl/workbook.xml"]


async def test_an_empty_list_still_has_its_head() -> None:
    assert "金额（元）" in (await sheets())["xl/worksheets/sheet1.xml"]


async def test_a_full_sheet_is_followed_by_another(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("market.web.exports._XLSX_ROWS", 2)
    parts = await sheets(*[ROW] * 5)
    assert 'name="采购公告 3"' in parts["xl/workbook.xml"]
    rows = [parts[f"xl/worksheets/sheet{n}.xml"].count("<row ") for n in (1, 2, 3)]
    assert rows == [3, 3, 2]
