"""Owns rows that came as COPY text: the server's bytes as they are, lines counted, a line found by number.

Decoding a line is `copy_text.py`'s; where the bytes lie is the byte log's; caching is the row store's.
"""

from array import array
from bisect import bisect_left

from pgconsole.core.byte_log import ByteLog
from pgconsole.core.cell_cut import cell_place, cut_cells
from pgconsole.core.copy_text import decode_cell, decode_line
from pgconsole.core.long_cell import LongCell

Cells = tuple[str | None, ...]

_BLOCK_BYTES = 1 << 16
_BATCH_BLOCKS = 8
_ERRORS = "surrogateescape"


class CopyRows:
    """Lines of COPY text behind an index of 8 bytes a 64 KiB block: how many newlines stand before it.

    100 million rows of 16 columns (13 GB) take 1.6 MB of index. A row counts once its newline has come.
    """

    def __init__(self, column_count: int, log: ByteLog) -> None:
        self.row_count = 0
        self._columns = column_count
        self._log = log
        self._newlines_before = array("Q", [0])

    @property
    def index_bytes(self) -> int:
        """Memory that the index takes."""
        return self._newlines_before.itemsize * len(self._newlines_before)

    def append(self, chunk: bytes) -> None:
        """Take the next bytes of the stream, which may begin and end anywhere."""
        start = self._log.size_bytes
        self._log.append(chunk)
        size = len(chunk)
        position = 0
        while position < size:
            to_block_end = _BLOCK_BYTES - (start + position) % _BLOCK_BYTES
            until = min(size, position + to_block_end)
            self.row_count += chunk.count(b"\n", position, until)
            if until - position == to_block_end:
                self._newlines_before.append(self.row_count)
            position = until

    def read(self, start: int, stop: int) -> list[Cells]:
        """Return rows of a range within the store, whole."""
        if start >= stop:
            return []
        data = self._log.read(self._line_start(start), self._line_start(stop) - 1)
        return [decode_line(line) for line in data.decode("utf-8", _ERRORS).split("\n")]

    def range_bytes(self, start: int, stop: int) -> int:
        """Return how many bytes a range takes, to within two blocks."""
        return (self._block_of(stop) - self._block_of(start)) * _BLOCK_BYTES

    def read_cut(self, start: int, stop: int, keep_chars: int) -> list[Cells]:
        """Return rows with every cell cut to `keep_chars`, in memory bounded by that and never by the cells."""
        rows: list[Cells] = []
        for row in range(start, stop):
            place = self._line_start(row), self._line_start(row + 1) - 1
            cells = cut_cells(self._log, *place, b"\t", self._columns - 1, keep_chars * 8)
            rows.append(tuple([_decode_cut(cell, keep_chars) for cell in cells]))
        return rows

    def long_cell(self, row: int, column: int) -> LongCell | None:
        """Return a cell to be read in slices; None for NULL."""
        place = self._line_start(row), self._line_start(row + 1) - 1
        start, stop = cell_place(self._log, *place, b"\t", self._columns - 1, column)
        is_null = stop - start == 2 and self._log.read(start, stop) == b"\\N"
        return None if is_null else LongCell(self._log, start, stop, is_copy_text=True)

    def batch_end(self, start: int) -> int:
        """Return where a read from `start` of about 512 KiB should stop."""
        block = self._block_of(start) + _BATCH_BLOCKS
        known = self._newlines_before
        return max(start + 1, known[block] if block < len(known) else self.row_count)

    def _block_of(self, newline: int) -> int:
        return max(0, bisect_left(self._newlines_before, newline) - 1)

    def _line_start(self, row: int) -> int:
        """The position behind newline number `row`, counted from 1; row 0 begins at 0."""
        if row == 0:
            return 0
        block = self._block_of(row)
        begin = block * _BLOCK_BYTES
        end = min(begin + _BLOCK_BYTES, self._log.size_bytes)
        data = self._log.read(begin, end)
        return end - len(data.split(b"\n", row - self._newlines_before[block])[-1])


def _decode_cut(cell: bytes, keep_chars: int) -> str | None:
    text = decode_cell(cell.decode("utf-8", _ERRORS))
    return text if text is None else text[:keep_chars]
