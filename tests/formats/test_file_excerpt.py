"""Records from the middle of a file are those that a reader from its beginning finds there."""

from pathlib import Path

import pytest

from pgconsole.core.errors import FileError
from pgconsole.core.import_plan import Dialect, SourceFile
from pgconsole.core.source_preview import Preview
from pgconsole.formats.file_excerpt import excerpt_at

_LIKE = Preview(header=("a", "b"), width=2)


def _never() -> bool:
    return False


def _excerpt(path: Path, line: int, **dialect: object) -> Preview:
    return excerpt_at(SourceFile(path=str(path)), Dialect(**dialect), line, _LIKE, _never)  # type: ignore[arg-type]


@pytest.fixture
def long_file(tmp_path: Path) -> Path:
    """5,000 records of which each tenth takes two lines, and one is short."""
    records = [f'{n},"x\ny"\n' if n % 10 == 0 else f"{n}\n" if n == 4321 else f"{n},\n" for n in range(1, 5001)]
    path = tmp_path / "long.csv"
    path.write_text("a,b\n" + "".join(records))
    return path


def _line_of(number: int) -> int:
    return 1 + number + (number - 1) // 10


@pytest.mark.parametrize("number", [1, 2, 10, 499, 500, 501, 4321, 5000])
def test_record_of_a_line_is_among_those_read_and_in_its_place(long_file: Path, number: int) -> None:
    excerpt = _excerpt(long_file, _line_of(number))
    row = excerpt.row_of(_line_of(number))
    assert row is not None
    assert excerpt.records[row][0] == str(number)
    assert (excerpt.header, excerpt.width) == (("a", "b"), 2)
    assert len(excerpt.records) <= 600


def test_second_line_of_a_record_leads_to_it(long_file: Path) -> None:
    excerpt = _excerpt(long_file, _line_of(4000) + 1)
    row = excerpt.row_of(_line_of(4000) + 1)
    assert row is not None
    assert excerpt.records[row] == ("4000", "x\ny")


def test_nulls_are_told_from_empty_texts(tmp_path: Path) -> None:
    path = tmp_path / "nulls.csv"
    path.write_text("a,b\n" + '1,""\n2,\n' * 2000)
    excerpt = _excerpt(path, 3000)
    assert {excerpt.records[row][0] for row, _column in excerpt.nulls} == {"2"}


def test_skipped_lines_and_the_header_are_no_records(tmp_path: Path) -> None:
    path = tmp_path / "preamble.csv"
    path.write_text("made by hand\n\na,b\n" + "1,2\n" * 700)
    excerpt = _excerpt(path, 5, skip_lines=2)
    assert (excerpt.records[0], excerpt.lines[0]) == (("1", "2"), 4)
    later = _excerpt(path, 700, skip_lines=2)
    row = later.row_of(700)
    assert row is not None
    assert later.lines[row] == 700


def test_line_behind_the_end_is_of_no_record(long_file: Path) -> None:
    assert _excerpt(long_file, 99_999).row_of(99_999) is None


def test_file_that_is_gone_is_told(tmp_path: Path) -> None:
    with pytest.raises(FileError):
        _excerpt(tmp_path / "gone.csv", 5)


def test_it_can_be_stopped_on_the_way(long_file: Path) -> None:
    excerpt = excerpt_at(SourceFile(path=str(long_file)), Dialect(), 5400, _LIKE, lambda: True)
    assert excerpt.row_of(5400) is None
