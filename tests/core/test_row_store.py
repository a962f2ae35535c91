"""The row store against a plain list, in both formats, in memory and spilled."""

import errno
import os
import stat
import tracemalloc
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import gettempdir

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pgconsole.core.row_store import GLANCE_CHARS, RowStore, SpillBudgetExceeded, SpillFailed

Row = tuple[str | None, ...]

_TEXT = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=12)
_CELL = st.none() | _TEXT | st.sampled_from(["", "\\N", "\\", "\t", "\n", "\r\n", "\x7f", "ÿ", "N"])
_ESCAPES = {"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r", "\b": "\\b", "\f": "\\f", "\v": "\\v"}


def copy_text(rows: list[Row]) -> bytes:
    """Write rows as PostgreSQL's COPY TO does in text format."""
    lines = []
    for row in rows:
        cells = ["\\N" if c is None else "".join(_ESCAPES.get(char, char) for char in c) for c in row]
        lines.append("\t".join(cells) + "\n")
    return "".join(lines).encode()


@st.composite
def _tables(draw: st.DrawFn) -> tuple[int, list[Row]]:
    width = draw(st.integers(1, 5))
    return width, draw(st.lists(st.tuples(*[_CELL] * width), max_size=40))


@contextmanager
def at_most(limit_bytes: int) -> Iterator[None]:
    """Fail where Python takes more memory at once."""
    tracemalloc.start()
    try:
        yield
        assert tracemalloc.get_traced_memory()[1] < limit_bytes
    finally:
        tracemalloc.stop()


@pytest.fixture
def store() -> Iterator[RowStore]:
    """A store of two columns that spills after some 2 KiB."""
    store = RowStore(2, memory_budget=2048)
    yield store
    store.close()


def _check(store: RowStore, rows: list[Row], start: int, stop: int) -> None:
    assert store.row_count == len(rows)
    assert store.rows(0, len(rows)) == rows
    assert store.rows(start, stop) == rows[start:stop]
    assert store.glance(start, stop) == rows[start:stop]
    assert list(store.iter_rows(0, len(rows))) == rows
    if rows:
        last = store.column_count - 1
        assert store.row(len(rows) - 1) == rows[-1]
        assert [store.cell(number, last) for number in range(len(rows))] == [row[last] for row in rows]
        assert list(store.iter_rows(0, len(rows), [last, 0])) == [(row[last], row[0]) for row in rows]


@settings(deadline=None)
@given(_tables(), st.integers(1, 7), st.sampled_from([64, 1 << 20]), st.integers(0, 40), st.integers(0, 40))
def test_packed_rows_come_back_as_they_went(
    table: tuple[int, list[Row]], page: int, budget: int, start: int, stop: int
) -> None:
    width, rows = table
    store = RowStore(width, memory_budget=budget)
    for first in range(0, len(rows), page):
        store.append_rows(rows[first : first + page])
    _check(store, rows, start, stop)
    store.close()


@settings(deadline=None)
@given(_tables(), st.integers(1, 30), st.sampled_from([64, 1 << 20]), st.integers(0, 40), st.integers(0, 40))
def test_copy_text_comes_back_whatever_the_chunks(
    table: tuple[int, list[Row]], chunk: int, budget: int, start: int, stop: int
) -> None:
    width, rows = table
    store = RowStore(width, memory_budget=budget)
    data = copy_text(rows)
    for first in range(0, len(data), chunk):
        store.append_copy_text(data[first : first + chunk])
    store.finish()
    _check(store, rows, start, stop)
    store.close()


@pytest.mark.parametrize("form", ["packed", "copy"])
def test_any_row_of_many_spilled_ones_is_found(form: str) -> None:
    rows: list[Row] = [(str(number), None if number % 3 else "x" * (number % 50)) for number in range(30_000)]
    store = RowStore(2, memory_budget=100_000)
    if form == "packed":
        for first in range(0, len(rows), 700):
            store.append_rows(rows[first : first + 700])
    else:
        data = copy_text(rows)
        for first in range(0, len(data), 70_001):
            store.append_copy_text(data[first : first + 70_001])
    assert store.spilled_bytes > 200_000
    assert store.memory_bytes <= 110_000
    for number in (0, 1, 63, 64, 65, 4095, 14_999, 29_998, 29_999):
        assert store.row(number) == rows[number]
        assert store.glance(number, number + 3) == rows[number : number + 3]
    assert store.rows(2_000, 9_000) == rows[2_000:9_000]
    assert list(store.iter_rows(29_000, 99_999)) == rows[29_000:]
    store.close()


def test_a_cut_off_last_line_is_not_a_row(store: RowStore) -> None:
    store.append_copy_text(b"1\ta\n2\tb")
    store.finish()
    assert store.rows(0, 9) == [("1", "a")]


def test_every_copy_escape_of_the_manual_is_read() -> None:
    store = RowStore(1)
    store.append_copy_text(rb"\b\f\n\r\t\v\\\x41\101\q" + b"\n")
    assert store.cell(0, 0) == "\b\f\n\r\t\v\\AAq"


def test_rows_without_columns_are_counted() -> None:
    packed, copied = RowStore(0), RowStore(0)
    packed.append_rows([(), (), ()])
    copied.append_copy_text(b"\n\n\n")
    for store in (packed, copied):
        assert store.row_count == 3
        assert store.rows(0, 2) == [(), ()]
        assert list(store.iter_rows(0, 3)) == [(), (), ()]
        assert store.glance(1, 3) == [(), ()]


def test_bytes_that_are_not_utf8_are_kept_apart_from_null() -> None:
    store = RowStore(2)
    store.append_copy_text(b"\xff\t\\N\n")
    first, second = store.row(0)
    assert first == "\udcff"
    assert second is None


def test_rows_of_another_width_are_refused(store: RowStore) -> None:
    with pytest.raises(ValueError, match="2 columns"):
        store.append_rows([("a", "b", "c")])
    assert store.row_count == 0


def test_a_cell_beyond_the_end_is_an_index_error(store: RowStore) -> None:
    store.append_rows([("a", "b")])
    for number, column in ((1, 0), (0, 2), (-1, 0)):
        with pytest.raises(IndexError):
            store.cell(number, column)


@pytest.mark.parametrize("form", ["packed", "copy"])
def test_a_huge_cell_is_glanced_at_without_being_cached_whole(form: str) -> None:
    huge = "é" * (3 << 20)
    rows: list[Row] = [("1", "a"), ("2", huge), ("3", None)]
    store = RowStore(2)
    store.append_rows(rows) if form == "packed" else store.append_copy_text(copy_text(rows))
    before = store.memory_bytes
    assert store.glance(0, 3) == [("1", "a"), ("2", huge[:GLANCE_CHARS]), ("3", None)]
    assert store.memory_bytes - before < 100_000
    assert store.cell(1, 1) == huge
    assert store.cell(2, 1) is None
    store.close()


def test_a_long_value_is_packed_bit_by_bit() -> None:
    store = RowStore(2, memory_budget=1 << 20)
    rows = [("x" * (8 << 20), None)]
    with at_most(4 << 20):
        store.append_rows(rows)
    assert store.rows(0, 1) == rows
    store.close()


@pytest.mark.parametrize("form", ["packed", "copy"])
def test_a_long_cell_is_read_in_slices(form: str) -> None:
    long = "€\\\n\t" * (1 << 20)
    row: Row = ("a", long, None)
    store = RowStore(3, memory_budget=1 << 20)
    store.append_rows([row]) if form == "packed" else store.append_copy_text(copy_text([row]))
    found = store.long_cell(0, 1)
    assert found is not None
    with at_most(16 << 20):
        lengths = [len(text) for text in found.slices()]
    assert len(lengths) > 5
    assert sum(lengths) == len(long)
    assert "".join(found.slices()) == long == store.cell(0, 1)
    assert store.long_cell(0, 2) is None
    with at_most(1 << 20):
        assert list(store.iter_rows(0, 1, [2, 0])) == [(None, "a")]
    store.close()


@pytest.mark.parametrize("form", ["packed", "copy"])
def test_rows_before_one_without_room_are_read_to_their_end(form: str) -> None:
    store = RowStore(1, memory_budget=1000, disk_budget=2 << 20)
    rows: list[Row] = [("a",), ("b" * (3 << 19),)]
    store.append_rows(rows) if form == "packed" else store.append_copy_text(copy_text(rows))
    too_long: list[Row] = [("c" * (3 << 20),)]
    with pytest.raises(SpillBudgetExceeded):
        store.append_rows(too_long) if form == "packed" else store.append_copy_text(copy_text(too_long))
    assert store.rows(0, 9) == rows
    assert store.glance(0, 9) == [("a",), ("b" * GLANCE_CHARS,)]
    assert store.cell(1, 0) == rows[1][0]
    store.close()


def test_the_spill_file_has_no_name_and_one_reader(tmp_path: Path) -> None:
    store = RowStore(1, memory_budget=0, spill_directory=tmp_path / "spill")
    store.append_rows([("x" * 100,)])
    status = os.fstat(store.spill_descriptor)
    assert stat.S_IMODE(status.st_mode) == 0o600
    assert status.st_nlink == 0
    assert stat.S_IMODE((tmp_path / "spill").stat().st_mode) == 0o700
    assert list((tmp_path / "spill").iterdir()) == []
    store.close()


def test_closing_gives_everything_back(store: RowStore) -> None:
    store.append_rows([("x" * 2000, "y")] * 3)
    descriptor = store.spill_descriptor
    store.close()
    store.close()
    with pytest.raises(OSError, match="Bad file descriptor"):
        os.fstat(descriptor)
    assert (store.row_count, store.memory_bytes, store.spilled_bytes) == (0, 0, 0)
    assert store.rows(0, 5) == []
    with pytest.raises(ValueError, match="closed"):
        store.append_rows([("late", "row")])
    with pytest.raises(ValueError, match="closed"):
        store.append_copy_text(b"late\trow\n")


@pytest.mark.parametrize("form", ["packed", "copy"])
def test_the_disk_budget_stops_with_the_rows_so_far_kept(form: str) -> None:
    store = RowStore(1, memory_budget=1000, disk_budget=2000)

    def fill() -> None:
        for number in range(100):
            row: list[Row] = [(f"{number:099}",)]
            store.append_rows(row) if form == "packed" else store.append_copy_text(copy_text(row))

    with pytest.raises(SpillBudgetExceeded) as stop:
        fill()
    assert stop.value.disk_budget_bytes == 2000
    assert str(stop.value).startswith("The result would take more than 2 KiB of disk")
    kept = store.row_count
    assert 20 <= kept <= 30
    assert [row[0] for row in store.rows(0, kept)] == [f"{number:099}" for number in range(kept)]
    with pytest.raises(SpillBudgetExceeded):
        fill()
    assert store.row_count == kept
    store.close()


def test_a_full_disk_keeps_the_rows_so_far(store: RowStore, monkeypatch: pytest.MonkeyPatch) -> None:
    store.append_rows([("x" * 900, "y")] * 4)
    store.append_rows([("x" * 900, "y")] * 4)
    full = os.open("/dev/full", os.O_RDWR)

    def write_at(_descriptor: int, data: memoryview, _offset: int) -> int:
        return os.write(full, data)

    monkeypatch.setattr("pgconsole.core.spill_file._write_at", write_at)
    with pytest.raises(SpillFailed, match=f"in {gettempdir()}: No space left on device") as stop:
        store.append_rows([("x" * 900, "y")] * 4)
    os.close(full)
    assert stop.value.errno == errno.ENOSPC
    assert store.rows(0, 99) == [("x" * 900, "y")] * 8
