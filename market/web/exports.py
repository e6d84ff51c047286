"""Lists to take away: CSV and Excel, streamed row by row, of any length in constant memory.

A number is a number, an instant a date with the city's time, a code a text that keeps its zeros. A
text that a spreadsheet would run as a formula gets an apostrophe in CSV (OWASP "CSV injection") and
is written as a string in Excel; a code that it would take for a number ends in a tab in CSV, as is
usual here. The CSV begins with a byte order mark, without which Excel does not read UTF-8.
"""

import asyncio
import csv
import io
import re
import tempfile
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from starlette.responses import Response, StreamingResponse

from market.kernel.clock import local
from market.kernel.money import yuan
from market.web.files import saved_as

if TYPE_CHECKING:
    from xlsxwriter import Workbook

KINDS: Final = ("csv", "xlsx")


class Holds(StrEnum):
    """What the cells of a column hold."""

    TEXT = "text"
    CODE = "code"
    COUNT = "count"
    MONEY = "money"  # fen; shown in yuan
    TENTHS = "tenths"
    TIME = "time"  # an instant


@dataclass(frozen=True, slots=True)
class Column:
    """``label`` in the reader's language; ``width`` in characters."""

    label: str
    holds: Holds = Holds.TEXT
    width: int = 16


Cell = str | int | datetime | None
Rows = AsyncIterator[Sequence[Sequence[Cell]]]
_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
_LIKE_A_NUMBER: Final = re.compile(r"[\d.,/-]+(?:[eE]\d+)?")
_TIME: Final = "%Y-%m-%d %H:%M:%S"
_FORMATS: Final = {
    Holds.CODE: "@",
    Holds.COUNT: "0",
    Holds.MONEY: "#,##0.00",
    Holds.TENTHS: "0.0",
    Holds.TIME: "yyyy-mm-dd hh:mm:ss",
}
_CHUNK: Final = 64 * 1024
_XLSX_ROWS: Final = 1_048_575
_XLSX: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


async def table_response(
    kind: str, name: str, title: str, columns: Sequence[Column], batches: Rows
) -> Response:
    """``batches`` of rows as a download called ``name``; ``title`` is what the sheet is called."""
    if kind == "csv":
        return _csv_response(name, columns, batches)
    return await _xlsx_response(name, title, columns, batches)


def _csv_response(name: str, columns: Sequence[Column], batches: Rows) -> Response:
    async def lines() -> AsyncIterator[bytes]:
        yield b"\xef\xbb\xbf" + _csv([[column.label for column in columns]])
        async for batch in batches:
            yield _csv([list(map(written, columns, row)) for row in batch])

    return _download(lines(), f"{name}.csv", "text/csv; charset=utf-8")


async def _xlsx_response(
    name: str, title: str, columns: Sequence[Column], batches: Rows
) -> Response:
    """A sheet that is full is followed by another."""
    from xlsxwriter import Workbook  # noqa: PLC0415 - heavy, and few take a sheet away

    with tempfile.NamedTemporaryFile(suffix=".xlsx", delete=False) as made:
        file = Path(made.name)
    try:
        book = Workbook(str(file), {"constant_memory": True, "strings_to_urls": False})
        sheets = _Sheets(book, title, columns)
        async for batch in batches:
            await asyncio.to_thread(sheets.add, batch)
        await asyncio.to_thread(sheets.close)
    except BaseException:
        await asyncio.to_thread(file.unlink, missing_ok=True)
        raise
    return _download(_read_away(file), f"{name}.xlsx", _XLSX)


def written(column: Column, cell: Cell) -> str:
    """``cell`` in CSV, so that no spreadsheet takes it for what it is not."""
    if cell is None:
        return ""
    if isinstance(cell, datetime):
        return local(cell).strftime(_TIME)
    if isinstance(cell, int):
        if column.holds is Holds.MONEY:
            return yuan(cell).replace(",", "")
        return f"{cell / 10:.1f}" if column.holds is Holds.TENTHS else str(cell)
    if column.holds is Holds.CODE and _LIKE_A_NUMBER.fullmatch(cell):
        return f"{cell}\t"
    return f"'{cell}" if cell.startswith(_FORMULA) else cell


class _Sheets:
    """The sheet being written, and the ones before it."""

    def __init__(self, book: "Workbook", title: str, columns: Sequence[Column]) -> None:
        self.book, self.title, self.columns = book, title, columns
        self.head = book.add_format({"bold": True, "text_wrap": True, "bg_color": "#E8EEF7"})
        kinds = {holds: book.add_format({"num_format": said}) for holds, said in _FORMATS.items()}
        self.formats = [kinds.get(column.holds) for column in columns]
        self.count = 0
        self._begin()

    def add(self, rows: Sequence[Sequence[Cell]]) -> None:
        """Write ``rows`` below what is there."""
        for row in rows:
            if self.row > _XLSX_ROWS:
                self._end()
                self._begin()
            for place, cell in enumerate(row):
                self._write(place, cell)
            self.row += 1

    def close(self) -> None:
        """Write the file."""
        self._end()
        self.book.close()

    def _begin(self) -> None:
        self.count += 1
        more = f" {self.count}" if self.count > 1 else ""
        self.sheet: Any = self.book.add_worksheet(self.title[: 31 - len(more)] + more)
        self.sheet.freeze_panes(1, 0)
        for place, column in enumerate(self.columns):
            self.sheet.set_column(place, place, column.width)
            self.sheet.write_string(0, place, column.label, self.head)
        self.row = 1

    def _end(self) -> None:
        last = self.row - 1
        self.sheet.autofilter(0, 0, last, len(self.columns) - 1)
        letters = [chr(ord("A") + place) for place in range(len(self.columns))]
        codes = [
            f"{letter}1:{letter}{last + 1}"
            for letter, column in zip(letters, self.columns, strict=True)
            if column.holds is Holds.CODE
        ]
        if codes:  # or Excel marks each as a mistake
            self.sheet.ignore_errors({"number_stored_as_text": " ".join(codes)})

    def _write(self, place: int, cell: Cell) -> None:
        how = self.formats[place]
        if isinstance(cell, datetime):
            self.sheet.write_datetime(self.row, place, local(cell).replace(tzinfo=None), how)
        elif isinstance(cell, int):
            parts = {Holds.MONEY: 100, Holds.TENTHS: 10}.get(self.columns[place].holds, 1)
            self.sheet.write_number(self.row, place, cell / parts, how)
        elif cell:
            self.sheet.write_string(self.row, place, cell, how)


def _csv(rows: Sequence[Sequence[str]]) -> bytes:
    buffer = io.StringIO()
    csv.writer(buffer).writerows(rows)
    return buffer.getvalue().encode()


async def _read_away(file: Path) -> AsyncIterator[bytes]:
    try:
        with file.open("rb") as stream:
            while chunk := await asyncio.to_thread(stream.read, _CHUNK):
                yield chunk
    finally:
        await asyncio.to_thread(file.unlink, missing_ok=True)


def _download(body: AsyncIterator[bytes], name: str, media_type: str) -> Response:
    headers = saved_as(name) | {"cache-control": "no-store"}
    return StreamingResponse(body, media_type=media_type, headers=headers)
