"""Owns the rows of one result, of any size: appended as they arrive, any of them readable again by number.

Rows come by one of two formats, packed texts (`row_pages.py`) or COPY text (`copy_rows.py`); the first append decides.
Bytes lie in a `ByteLog`. What columns mean and how cells look is left to others. One thread uses a store.
"""

from collections import OrderedDict
from collections.abc import Iterator, Sequence
from itertools import chain
from pathlib import Path

from pgconsole.core.byte_log import ByteLog
from pgconsole.core.copy_rows import CopyRows
from pgconsole.core.long_cell import LongCell
from pgconsole.core.row_pages import Cells, RowPages
from pgconsole.core.spill_file import SpillBudgetExceeded, SpillError, SpillFailed

__all__ = ["GLANCE_CHARS", "RowStore", "SpillBudgetExceeded", "SpillError", "SpillFailed"]

GLANCE_CHARS = 2048
"""How much of a cell `glance` promises: a shorter text is whole, one of this length may go on."""

_MIB = 1 << 20
_CACHED_CELLS_PER_BLOCK = 1024
_LARGE_BLOCK_BYTES = _MIB
_INDEX_SHARE = 32
"""The part of the memory budget kept for the index: 2 MiB serve some 35 million packed rows of 16 columns."""


class RowStore:
    """Rows of text cells (None is NULL) in bounded memory: packed bytes, the oldest on disk.

    `memory_budget` and `disk_budget` are bytes; no disk budget means as much as the disk has. Measured with 16 mixed
    columns (2 cores, 2026-11): 0.3 us a packed row without NULL, 0.8 with, 0.05 a row of COPY text.
    """

    def __init__(
        self,
        column_count: int,
        *,
        memory_budget: int = 64 * _MIB,
        disk_budget: int | None = None,
        spill_directory: Path | None = None,
    ) -> None:
        self.column_count = column_count
        self._cache_budget = min(4 * _MIB, memory_budget // 8)
        rows_budget = memory_budget - self._cache_budget - memory_budget // _INDEX_SHARE
        self._log = ByteLog(rows_budget, disk_budget, spill_directory)
        self._rows: RowPages | CopyRows | None = None
        self._bare_rows = 0
        self._broken: SpillError | None = None
        self._is_closed = False
        self._glances: OrderedDict[int, tuple[list[Cells], int]] = OrderedDict()
        self._glance_bytes = 0
        self._block_rows = max(1, min(64, _CACHED_CELLS_PER_BLOCK // max(1, column_count)))

    @property
    def row_count(self) -> int:
        """Rows that can be read."""
        return self._bare_rows if self._rows is None else self._rows.row_count

    @property
    def memory_bytes(self) -> int:
        """Memory that rows, their index and the cache take."""
        index_bytes = 0 if self._rows is None else self._rows.index_bytes
        return self._log.memory_bytes + index_bytes + self._glance_bytes

    @property
    def spilled_bytes(self) -> int:
        """Bytes in the temporary file."""
        return self._log.spilled_bytes

    @property
    def spill_descriptor(self) -> int:
        """The temporary file's descriptor, or -1 while nothing was spilled."""
        return self._log.spill_file.descriptor

    def append_rows(self, rows: Sequence[Sequence[str | None]]) -> None:
        """Pack and add rows; nothing refers to them afterwards.

        Raises ValueError for rows of another width or a closed store, SpillBudgetExceeded or SpillFailed where they
        can't be kept; the rows before stay readable, and later appends raise the same.
        """
        self._check_open()
        if self.column_count == 0:
            self._bare_rows += len(rows)
            return
        if self._rows is None:
            self._rows = RowPages(self.column_count, self._log)
        if not isinstance(self._rows, RowPages):
            raise ValueError("this store holds COPY text")
        try:
            self._rows.append(rows)
        except SpillError as error:
            self._broken = error
            raise

    def append_copy_text(self, chunk: bytes) -> None:
        """Add the next bytes of a COPY text stream, cut anywhere; a row counts once its newline has come.

        Raises as `append_rows` does.
        """
        self._check_open()
        if self.column_count == 0:
            self._bare_rows += chunk.count(b"\n")
            return
        if self._rows is None:
            self._rows = CopyRows(self.column_count, self._log)
        if not isinstance(self._rows, CopyRows):
            raise ValueError("this store holds packed rows")
        try:
            self._rows.append(chunk)
        except SpillError as error:
            self._broken = error
            raise

    def finish(self) -> None:
        """Tell that nothing more comes; a last line without its newline was cut off and is not counted."""
        self._drop_glances()

    def rows(self, start: int, stop: int) -> list[Cells]:
        """Return whole rows of a range, clipped to the rows there are."""
        start, stop = max(0, start), min(stop, self.row_count)
        if start >= stop:
            return []
        if self._rows is None:
            return [()] * (stop - start)
        return self._rows.read(start, stop)

    def row(self, number: int) -> Cells:
        """Return one whole row; raises IndexError beyond the rows there are."""
        if not 0 <= number < self.row_count:
            raise IndexError(number)
        return self.rows(number, number + 1)[0]

    def cell(self, number: int, column: int) -> str | None:
        """Return one whole cell; raises IndexError beyond the rows or columns there are."""
        if not 0 <= number < self.row_count or not 0 <= column < self.column_count:
            raise IndexError((number, column))
        glance = self.glance(number, number + 1)[0][column]
        if glance is None or len(glance) < GLANCE_CHARS:
            return glance
        long = self.long_cell(number, column)
        return self.row(number)[column] if long is None else "".join(long.slices())

    def long_cell(self, number: int, column: int) -> LongCell | None:
        """Return a cell among many bytes, to be read in slices; None for NULL, and where `cell` is cheap enough."""
        if self._rows is None or self._rows.range_bytes(number, number + 1) <= _LARGE_BLOCK_BYTES:
            return None
        return self._rows.long_cell(number, column)

    def glance(self, start: int, stop: int) -> list[Cells]:
        """Return rows of a range for painting: cached, and no cell longer than `GLANCE_CHARS` where cells are large."""
        start, stop = max(0, start), min(stop, self.row_count)
        size = self._block_rows
        rows: list[Cells] = []
        while start < stop:
            block = start // size
            until = min(stop, (block + 1) * size)
            if self._is_large(block):
                rows += [self._glance_large(row) for row in range(start, until)]
            else:
                rows += self._glance_block(block)[start - block * size : until - block * size]
            start = until
        return rows

    def iter_rows(self, start: int, stop: int, columns: Sequence[int] | None = None) -> Iterator[Cells]:
        """Yield whole rows of a range, of chosen columns or all, holding about half a MiB of them at a time."""
        stop = min(stop, self.row_count)
        while start < stop:
            until = stop if self._rows is None else min(stop, self._rows.batch_end(start))
            if columns is None:
                yield from self.rows(start, until)
            elif until == start + 1:
                # It may be alone for its size, most of which may be in other columns.
                yield tuple([self.cell(start, column) for column in columns])
            else:
                for row in self.rows(start, until):
                    yield tuple([row[column] for column in columns])
            start = until

    def close(self) -> None:
        """Release memory and disk; the store has no rows afterwards and takes none."""
        self._is_closed = True
        self._rows = None
        self._bare_rows = 0
        self._drop_glances()
        self._log.close()

    def _check_open(self) -> None:
        if self._is_closed:
            raise ValueError("the row store is closed")
        if self._broken is not None:
            raise self._broken

    def _glance_block(self, block: int) -> list[Cells]:
        """Return the rows of one block, from the cache unless they are new or were fewer."""
        start = block * self._block_rows
        stop = min(start + self._block_rows, self.row_count)
        known = self._glances.get(block)
        if known is not None and len(known[0]) == stop - start:
            self._glances.move_to_end(block)
            return known[0]
        if self._rows is None:
            return [()] * (stop - start)
        rows = self._rows.read(start, stop)
        self._remember(block, rows)
        return rows

    def _is_large(self, block: int) -> bool:
        """Whether a block's bytes are so many that its rows are looked at one by one, their cells cut."""
        if self._rows is None:
            return False
        start = block * self._block_rows
        stop = min(start + self._block_rows, self.row_count)
        return self._rows.range_bytes(start, stop) > _LARGE_BLOCK_BYTES

    def _glance_large(self, row: int) -> Cells:
        """Return one row of a large block, its cells cut; cached under a negative number."""
        key = -1 - row
        known = self._glances.get(key)
        if known is None:
            assert self._rows is not None
            self._remember(key, self._rows.read_cut(row, row + 1, GLANCE_CHARS))
            return self._glances[key][0][0]
        self._glances.move_to_end(key)
        return known[0][0]

    def _remember(self, key: int, rows: list[Cells]) -> None:
        size = len(rows) * (56 + 57 * self.column_count) + sum(map(len, filter(None, chain.from_iterable(rows))))
        old = self._glances.pop(key, None)
        if old is not None:
            self._glance_bytes -= old[1]
        self._glances[key] = (rows, size)
        self._glance_bytes += size
        while self._glance_bytes > self._cache_budget and len(self._glances) > 1:
            self._glance_bytes -= self._glances.popitem(last=False)[1][1]

    def _drop_glances(self) -> None:
        self._glances.clear()
        self._glance_bytes = 0
