"""Rows of values as the bytes of a delimited file, for what is no text itself: spreadsheets and JSON.

UTF-8 in the usual dialect, a header first. NULL is nothing, an empty text is a pair of quotes, as COPY has them.
"""

from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Final, Protocol

Row = Sequence[str | None]
"""The values of a record; None is NULL."""

_BATCH_ROWS: Final = 500
_SPECIAL: Final = frozenset(',"\r\n')


class RowReader(Protocol):
    """Something that gives rows, one after the other."""

    size_bytes: int | None

    def __iter__(self) -> Iterator[Row]:
        """The rows, the header first; raises `OSError` and `ValueError`."""

    def position_bytes(self) -> int:
        """How much of the size has been read."""

    def close(self) -> None:
        """Let go of the file."""


class RowsSource:
    """A source of bytes out of rows."""

    def __init__(self, rows: RowReader) -> None:
        self._reader = rows
        self._rows = iter(rows)
        self._ready = bytearray()
        self.size_bytes = rows.size_bytes

    def read(self, size: int, /) -> bytes:
        """Up to `size` bytes, none at the end only; raises `OSError` and `ValueError`."""
        while len(self._ready) < size:
            lines = [csv_line(row) for row in islice(self._rows, _BATCH_ROWS)]
            if not lines:
                break
            self._ready += "".join(lines).encode("utf-8", "surrogatepass")
        piece = bytes(self._ready[:size])
        del self._ready[:size]
        return piece

    def position_bytes(self) -> int:
        """How much of the file was read."""
        return self._reader.position_bytes()

    def close(self) -> None:
        """Let go of the file."""
        self._reader.close()


def csv_line(row: Row) -> str:
    """A record with its line end."""
    line = ",".join(_field(value) for value in row) + "\n"
    # A line of nothing is no record, and one of NULL has to be told from it.
    return '""\n' if len(row) == 1 and row[0] == "" else line


def _field(value: str | None) -> str:
    if value is None:
        return ""
    if not value or not _SPECIAL.isdisjoint(value):
        return '"' + value.replace('"', '""') + '"'
    return value
