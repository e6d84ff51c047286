"""Lists to take away: CSV and Excel, streamed row by row, of any length in constant memory.

What a cell holds stays text: a value that a spreadsheet would run as a formula gets an apostrophe
in CSV (OWASP "CSV injection") and is written as a string in Excel. The CSV begins with a byte order
mark, without which Excel does not read UTF-8.
"""

import asyncio
import csv
import io
import tempfile
from collections.abc import AsyncIterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final
from urllib.parse import quote

from starlette.responses import Response, StreamingResponse

if TYPE_CHECKING:
    from xlsxwriter import Workbook

Cell = str | int
Rows = AsyncIterator[Sequence[Sequence[Cell]]]
_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
_CHUNK: Final = 64 * 1024
_XLSX_ROWS: Final = 1_048_575
_XLSX: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def csv_response(name: str, head: Sequence[str], batches: Rows) -> Response:
    """``batches`` of rows as a CSV download called ``name``.csv."""

    async def lines() -> AsyncIterator[bytes]:
        yield b"\xef\xbb\xbf" + _csv([head])
        async for batch in batches:
            yield _csv(batch)

    return _download(lines(), f"{name}.csv", "text/csv; charset=utf-8")


async def xlsx_response(name: str, head: Sequence[str], batches: Rows) -> Response:
    """``batches`` of rows as an Excel download; a sheet that is full is followed by another."""
    from xlsxwriter import Workbook  # noqa: PLC0415 - heavy, and few take a sheet away

    with tempfile.NamedTemporaryFile(suffix=".xlsx", delete=False) as made:
        file = Path(made.name)
    try:
        book = Workbook(str(file), {"constant_memory": True, "strings_to_urls": False})
        sheet = _Sheet(book, head)
        async for batch in batches:
            await asyncio.to_thread(sheet.add, batch)
        await asyncio.to_thread(book.close)
    except BaseException:
        await asyncio.to_thread(file.unlink, missing_ok=True)
        raise
    return _download(_read_away(file), f"{name}.xlsx", _XLSX)


def harmless(cell: Cell) -> Cell:
    """``cell`` so that no spreadsheet takes it for a formula."""
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(_FORMULA) else cell


class _Sheet:
    """The sheet being written, and the ones before it."""

    def __init__(self, book: "Workbook", head: Sequence[str]) -> None:
        self.book, self.head = book, head
        self._begin()

    def add(self, rows: Sequence[Sequence[Cell]]) -> None:
        """Write ``rows`` below what is there."""
        for row in rows:
            if self.row > _XLSX_ROWS:
                self._begin()
            self._write(row)

    def _begin(self) -> None:
        self.sheet, self.row = self.book.add_worksheet(), 0
        self.sheet.freeze_panes(1, 0)
        self._write(self.head)

    def _write(self, row: Sequence[Cell]) -> None:
        for column, cell in enumerate(row):
            if isinstance(cell, int):
                self.sheet.write_number(self.row, column, cell)
            else:
                self.sheet.write_string(self.row, column, cell)
        self.row += 1


def _csv(rows: Sequence[Sequence[Cell]]) -> bytes:
    buffer = io.StringIO()
    csv.writer(buffer).writerows([harmless(cell) for cell in row] for row in rows)
    return buffer.getvalue().encode()


async def _read_away(file: Path) -> AsyncIterator[bytes]:
    try:
        with file.open("rb") as stream:
            while chunk := await asyncio.to_thread(stream.read, _CHUNK):
                yield chunk
    finally:
        await asyncio.to_thread(file.unlink, missing_ok=True)


def _download(body: AsyncIterator[bytes], name: str, media_type: str) -> Response:
    headers = {
        "content-disposition": f"attachment; filename*=UTF-8''{quote(name)}",
        "cache-control": "no-store",
    }
    return StreamingResponse(body, media_type=media_type, headers=headers)
