"""What is taken away stays text, arrives whole, and opens."""

import csv
import io
import zipfile
from collections.abc import AsyncIterator, Sequence

import pytest
from starlette.responses import Response

from market.web.exports import Cell, csv_response, harmless, xlsx_response

FORMULAS = ["=1+1", "+cmd|' /C calc'!A0", "-2", "@SUM(A1)", "\t=1", "\r=1", "＝1"]


async def body(response: Response) -> bytes:
    return b"".join([bytes(chunk) async for chunk in response.body_iterator])  # type: ignore[attr-defined]  # a streaming response


async def batches(*rows: Sequence[Cell]) -> AsyncIterator[Sequence[Sequence[Cell]]]:
    for row in rows:
        yield [row]


@pytest.mark.parametrize("cell", FORMULAS)
def test_a_formula_becomes_text(cell: str) -> None:
    assert harmless(cell) == f"'{cell}"


@pytest.mark.parametrize("cell", ["达州", "a=1", "", 5, -5])
def test_other_cells_stay_as_they_are(cell: Cell) -> None:
    assert harmless(cell) == cell


async def test_csv_has_a_mark_a_head_and_harmless_rows() -> None:
    data = await body(csv_response("机构", ["名称", "数"], batches(["=1+1", 3], ["甲,\n乙", -1])))
    assert data.startswith(b"\xef\xbb\xbf")
    rows = list(csv.reader(io.StringIO(data.decode("utf-8-sig"), newline="")))
    assert rows == [["名称", "数"], ["'=1+1", "3"], ["甲,\n乙", "-1"]]


async def test_excel_writes_formulas_as_strings() -> None:
    response = await xlsx_response("a", ["名称"], batches(*([f] for f in FORMULAS)))
    with zipfile.ZipFile(io.BytesIO(await body(response))) as book:
        sheet = book.read("xl/worksheets/sheet1.xml").decode()
    assert "<f>" not in sheet
    assert "=1+1" in sheet


async def test_an_empty_list_still_has_its_head() -> None:
    with zipfile.ZipFile(
        io.BytesIO(await body(await xlsx_response("a", ["名称"], batches())))
    ) as book:
        assert "名称" in book.read("xl/worksheets/sheet1.xml").decode()
