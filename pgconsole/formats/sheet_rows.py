"""Rows of a sheet of a workbook: XLSX, XLSB, XLS and ODS, by python-calamine.

Values are written as PostgreSQL takes them: dates in ISO order, whole numbers without a point, truth as true and false.
A sheet is held in memory, as its format demands.
"""

import re
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any, Final

from pgconsole.formats.rows_source import Row

_CELLS: Final = re.compile(r"\$?([A-Z]{1,3})\$?(\d+):\$?([A-Z]{1,3})\$?(\d+)", re.IGNORECASE)


def sheet_names(path: Path) -> tuple[str, ...]:
    """The sheets of a workbook in their order; raises `OSError` where it can't be read."""
    return tuple(_workbook(path).sheet_names)


class SheetRows:
    """The used cells of a sheet, or those of a range as `B2:F900`."""

    def __init__(self, path: Path, sheet: str, cells: str) -> None:
        """Open a sheet, the first where no name is given; raises `OSError`."""
        book = _workbook(path)
        if sheet and sheet not in book.sheet_names:
            raise OSError(f"there is no sheet {sheet}")
        self._sheet = book.get_sheet_by_name(sheet or book.sheet_names[0])
        self._cells = _range_of(cells)
        self._given = 0
        self.size_bytes: int | None = path.stat().st_size

    def __iter__(self) -> Iterator[Row]:
        first_row, first_column, end_row, end_column = self._cells or (0, 0, None, None)
        if self._cells is None:
            # Cells without anything round the used ones are no part of the table.
            start = self._sheet.start
            first_row, first_column = start if start is not None else (0, 0)
        # Counted from the sheet's first cell, with the empty ones before the used ones.
        rows = self._sheet.to_python(skip_empty_area=False)
        for row in rows[first_row:end_row]:
            self._given += 1
            values = [_text(value) for value in row[first_column:end_column]]
            if any(value is not None for value in values):
                yield values

    def position_bytes(self) -> int:
        """The part of the file that the rows so far make up."""
        total = max(int(self._sheet.total_height), 1)
        return (self.size_bytes or 0) * min(self._given, total) // total

    def close(self) -> None:
        """Nothing is open."""


def _workbook(path: Path) -> Any:
    import python_calamine  # no other file needs it

    try:
        book = python_calamine.CalamineWorkbook.from_path(str(path))
    except python_calamine.CalamineError as error:
        book = _whatever_its_name(path)
        if book is None:
            raise OSError(str(error)) from error
    if not book.sheet_names:
        raise OSError("there is no sheet in it")
    return book


def _whatever_its_name(path: Path) -> Any:
    """The workbook of a file that is named as one of another kind; None where it is none."""
    import python_calamine

    try:
        with path.open("rb") as file:
            return python_calamine.CalamineWorkbook.from_filelike(file)
    except python_calamine.CalamineError:
        return None


def _range_of(cells: str) -> tuple[int, int, int, int] | None:
    if not cells.strip():
        return None
    match = _CELLS.fullmatch(cells.strip())
    if match is None:
        raise OSError(f"{cells} is no range of cells, as B2:F900")
    left, top, right, bottom = _number(match[1]), int(match[2]), _number(match[3]), int(match[4])
    return min(top, bottom) - 1, min(left, right) - 1, max(top, bottom), max(left, right)


def _number(letters: str) -> int:
    number = 0
    for letter in letters.upper():
        number = number * 26 + ord(letter) - ord("A") + 1
    return number


def _text(value: object) -> str | None:
    match value:
        case "" | None:
            return None
        case bool():
            return "true" if value else "false"
        case float() if value.is_integer() and abs(value) < 2**53:
            return str(int(value))
        case datetime():
            return value.isoformat(" ") if value.time() != time() else value.date().isoformat()
        case date() | time():
            return value.isoformat()
        case timedelta():
            return _clock(value)
        case _:
            return str(value)


def _clock(span: timedelta) -> str:
    seconds = round(span.total_seconds())
    return f"{seconds // 3600:02d}:{seconds // 60 % 60:02d}:{seconds % 60:02d}"
