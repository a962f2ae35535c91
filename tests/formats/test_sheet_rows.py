"""Sheets of workbooks as records, and what else a source can be."""

from datetime import datetime
from pathlib import Path

import pytest
import xlsxwriter

from pgconsole.formats.dialect_detection import detect
from pgconsole.formats.file_preview import preview_of
from pgconsole.formats.rows_source import csv_line
from pgconsole.formats.sheet_rows import SheetRows, sheet_names
from pgconsole.formats.source_opener import source_at


@pytest.fixture
def book(tmp_path: Path) -> Path:
    file = tmp_path / "book.xlsx"
    with xlsxwriter.Workbook(file, {"default_date_format": "yyyy-mm-dd hh:mm:ss"}) as book:
        first = book.add_worksheet("Sales")
        first.write_row(0, 0, ["Report of 2024"])
        first.write_row(2, 0, ["id", "name", "price", "sold", "made at", "ok"])
        first.write_row(3, 0, [1, "Zoë", 2.5, None, None, True])
        first.write_datetime(3, 3, datetime(2024, 1, 31))
        first.write_datetime(3, 4, datetime(2024, 1, 31, 10, 30))
        first.write_row(4, 0, [2, 'a "quoted", text', 1e10])
        second = book.add_worksheet("Other")
        second.write_row(1, 1, ["x", "y"])
        second.write_row(2, 1, ["00501", "=1+1"])
    return file


def test_values_are_written_as_the_server_takes_them(book: Path) -> None:
    rows = list(SheetRows(book, "Sales", "A3:F5"))
    assert rows[1:] == [
        ["1", "Zoë", "2.5", "2024-01-31", "2024-01-31 10:30:00", "true"],
        ["2", 'a "quoted", text', "10000000000", None, None, None],
    ]


def test_used_cells_of_a_sheet_are_its_table(book: Path) -> None:
    rows = list(SheetRows(book, "Other", ""))
    assert rows[0] == ["x", "y"]
    assert rows[1][0] == "00501"


def test_sheets_can_be_chosen_from(book: Path) -> None:
    assert sheet_names(book) == ("Sales", "Other")
    source, parts = source_at(book, "Other")
    assert (source.format, source.sheet, parts) == ("sheet", "Other", ("Sales", "Other"))


def test_empty_sheets_are_passed_over_unless_they_are_chosen(tmp_path: Path) -> None:
    file = tmp_path / "cover.xlsx"
    with xlsxwriter.Workbook(file) as book:
        for name in ("Cover", "Notes", "Data", "More"):
            book.add_worksheet(name)
        for row, values in enumerate((("a", "b"), (1, 2))):
            book.get_worksheet_by_name("Data").write_row(row, 0, values)
    assert detect(file)[0].source.sheet == "Data"
    assert detect(file, "Notes")[0].source.sheet == "Notes"


def test_title_above_the_table_is_left_out(book: Path) -> None:
    found, sample = detect(book)
    preview = preview_of(sample, found.dialect)
    assert preview.header == ("id", "name", "price", "sold", "made at", "ok")
    assert preview.records[1][:2] == ("2", 'a "quoted", text')


@pytest.mark.parametrize("cells", ["B2", "nonsense"])
def test_range_that_is_none_is_told(book: Path, cells: str) -> None:
    with pytest.raises(OSError, match="no range of cells"):
        SheetRows(book, "Sales", cells)


def test_sheet_that_is_not_there_is_told(book: Path) -> None:
    with pytest.raises(OSError, match="no sheet Gone"):
        SheetRows(book, "Gone", "")


def test_workbook_is_read_whatever_its_name_says(book: Path) -> None:
    renamed = book.rename(book.with_suffix(".xls"))
    assert sheet_names(renamed) == ("Sales", "Other")


def test_file_that_is_no_workbook_is_told(tmp_path: Path) -> None:
    file = tmp_path / "no.xlsx"
    file.write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"x" * 600)
    with pytest.raises(OSError, match=r"\w"):
        source_at(file)


def test_null_and_empty_text_stay_apart() -> None:
    assert csv_line([None, "", "a,b", 'say "x"']) == ',"","a,b","say ""x"""\n'
    assert csv_line([""]) == '""\n'
