"""Owns rows that came as Python texts: each page packed to bytes at once, every cell ended by a NUL.

PostgreSQL text never holds a NUL, so it ends cells. A page that has NULLs is MessagePack, which knows them, and costs
0.3 us a row of 16 columns; marking each in the text costs 0.8 (2026-11). Only a page too large to be read whole for a
glance is text all the same, with NULL as the byte 0xFF, which UTF-8 never uses. Keeping the driver's records instead
makes a million of them cost 220 ms in one garbage collection. Where the bytes lie is the byte log's business; caching
is the row store's.
"""

from array import array
from bisect import bisect_right
from collections.abc import Sequence
from itertools import chain

import msgspec

from pgconsole.core.byte_log import ByteLog
from pgconsole.core.cell_cut import cell_place, cut_cells
from pgconsole.core.long_cell import LongCell

Cells = tuple[str | None, ...]

_NULL = "\udcff"
_CELLS_PER_PAGE = 4096
_PAGE_CHARS = 1 << 18
"""Longer pages are halved, so that one wide row is read without its neighbours."""
_PACKED_BYTES = 1 << 16
"""Larger pages are never MessagePack, so that one is always cheap to read whole."""
_ERRORS = "surrogateescape"
_ENCODER = msgspec.msgpack.Encoder()
_DECODER = msgspec.msgpack.Decoder(list[str | None])


class RowPages:
    """Packed rows, found by an index of one entry (16 bytes) a page of some 4,096 cells."""

    def __init__(self, column_count: int, log: ByteLog) -> None:
        self.row_count = 0
        self._columns = column_count
        self._log = log
        self._rows_per_page = max(1, _CELLS_PER_PAGE // column_count)
        self._first_rows = array("Q")
        self._offsets = array("Q")
        self._packed = bytearray()
        """For each page whether it is MessagePack."""
        self._end = 0
        """Where the last page ends; a row that found no room may have left bytes behind it."""

    @property
    def index_bytes(self) -> int:
        """Memory that the index takes."""
        return (self._first_rows.itemsize * 2 + 1) * len(self._first_rows)

    def append(self, rows: Sequence[Sequence[str | None]]) -> None:
        """Pack rows of exactly the store's columns; raises ValueError for any other width."""
        step = self._rows_per_page
        for first in range(0, len(rows), step):
            self._append_page(rows[first : first + step] if len(rows) > step else rows)

    def read(self, start: int, stop: int) -> list[Cells]:
        """Return rows of a range within the store, whole."""
        rows: list[Cells] = []
        while start < stop:
            page, first, end = self._page_of(start)
            data = self._log.read(self._offsets[page], self._page_end(page))
            until = min(end, stop)
            if self._packed[page]:
                rows += self._grouped(_DECODER.decode(data), start - first, until - first)
            else:
                cells = data.decode("utf-8", _ERRORS).split("\0", (until - first) * self._columns)
                rows += self._rows_of(cells, start - first, until - first)
            start = until
        return rows

    def range_bytes(self, start: int, stop: int) -> int:
        """Return about how many bytes a range takes: those of the pages it touches."""
        if start >= stop:
            return 0
        return self._page_end(self._page_of(stop - 1)[0]) - self._offsets[self._page_of(start)[0]]

    def read_cut(self, start: int, stop: int, keep_chars: int) -> list[Cells]:
        """Return rows with every cell cut to `keep_chars`, in memory bounded by that and never by the cells."""
        rows: list[Cells] = []
        while start < stop:
            page, first, end = self._page_of(start)
            until = min(end, stop)
            if self._packed[page]:
                rows += [
                    tuple([cell if cell is None else cell[:keep_chars] for cell in row])
                    for row in self.read(start, until)
                ]
                start = until
                continue
            separators = (end - first) * self._columns
            place = self._offsets[page], self._page_end(page)
            cells = cut_cells(self._log, *place, b"\0", separators, keep_chars * 4)
            texts = [cell.decode("utf-8", _ERRORS)[:keep_chars] for cell in cells]
            rows += self._rows_of(texts, start - first, until - first)
            start = until
        return rows

    def long_cell(self, row: int, column: int) -> LongCell | None:
        """Return a cell of a row of text to be read in slices; None for NULL."""
        page, first, end = self._page_of(row)
        place = self._offsets[page], self._page_end(page)
        number = (row - first) * self._columns + column
        start, stop = cell_place(self._log, *place, b"\0", (end - first) * self._columns, number)
        is_null = stop - start == 1 and self._log.read(start, stop) == b"\xff"
        return None if is_null else LongCell(self._log, start, stop)

    def batch_end(self, start: int) -> int:
        """Return where a read from `start` of about one page should stop."""
        return self._page_of(start)[2]

    def _append_page(self, rows: Sequence[Sequence[str | None]]) -> None:
        cells = list(chain.from_iterable(rows))
        if len(cells) != len(rows) * self._columns:
            raise ValueError(f"rows of {self._columns} columns expected")
        if len(rows) == 1 and sum(map(len, filter(None, cells))) > _PAGE_CHARS:
            self._append_long_row(cells)
            return
        try:
            text = "\0".join(cells) + "\0"  # type: ignore[arg-type]
        except TypeError:
            packed = _packed(cells)
            if packed is not None and len(packed) <= _PACKED_BYTES:
                self._add_page(packed, len(rows), is_packed=True)
                return
            text = "\0".join([_NULL if cell is None else cell for cell in cells]) + "\0"
        if len(text) > _PAGE_CHARS and len(rows) > 1:
            del text, cells
            half = len(rows) // 2
            self._append_page(rows[:half])
            self._append_page(rows[half:])
            return
        self._add_page(text.encode("utf-8", _ERRORS), len(rows), is_packed=False)

    def _add_page(self, data: bytes, rows: int, *, is_packed: bool) -> None:
        offset = self._log.size_bytes
        self._log.append(data)
        self._index_page(offset, rows, is_packed=is_packed)

    def _index_page(self, offset: int, rows: int, *, is_packed: bool) -> None:
        if is_packed or not self._merges_with_last(rows, self._log.size_bytes):
            self._first_rows.append(self.row_count)
            self._offsets.append(offset)
            self._packed.append(is_packed)
        self._end = self._log.size_bytes
        self.row_count += rows

    def _append_long_row(self, cells: Sequence[str | None]) -> None:
        """Add a row of long cells bit by bit: joined and encoded whole it would be in memory four times."""
        offset = self._log.size_bytes
        for cell in cells:
            text = _NULL if cell is None else cell
            for start in range(0, len(text), _PAGE_CHARS):
                self._log.append(text[start : start + _PAGE_CHARS].encode("utf-8", _ERRORS))
            self._log.append(b"\0")
        self._index_page(offset, 1, is_packed=False)

    def _merges_with_last(self, rows: int, end: int) -> bool:
        """Whether a page of text goes on in the last one, which is small and text too."""
        if not self._first_rows or self._packed[-1]:
            return False
        return (
            self.row_count + rows - self._first_rows[-1] <= self._rows_per_page and end - self._offsets[-1] <= 1 << 16
        )

    def _page_of(self, row: int) -> tuple[int, int, int]:
        page = bisect_right(self._first_rows, row) - 1
        last = page + 1 == len(self._first_rows)
        return page, self._first_rows[page], self.row_count if last else self._first_rows[page + 1]

    def _page_end(self, page: int) -> int:
        return self._end if page + 1 == len(self._offsets) else self._offsets[page + 1]

    def _rows_of(self, cells: list[str], start: int, stop: int) -> list[Cells]:
        width = self._columns
        wanted: list[str | None] = list(cells[start * width : stop * width])
        if _NULL in wanted:
            wanted = [None if cell == _NULL else cell for cell in wanted]
        return list(zip(*[iter(wanted)] * width, strict=True))

    def _grouped(self, cells: list[str | None], start: int, stop: int) -> list[Cells]:
        wanted = cells[start * self._columns : stop * self._columns]
        return list(zip(*[iter(wanted)] * self._columns, strict=True))


def _packed(cells: list[str | None]) -> bytes | None:
    """The cells as MessagePack; None where a lone surrogate is among them, which that can't hold."""
    try:
        return _ENCODER.encode(cells)
    except UnicodeEncodeError:
        return None
