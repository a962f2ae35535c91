"""Writes selected cells as tab-separated text for the clipboard, row by row, as spreadsheets and editors take it.

A single cell goes as it is. Among several, a cell with a tab, a line end or a quote at its beginning is quoted and its
quotes doubled, which is what spreadsheets write and read; NULL is nothing between two tabs. Columns that a row has not
selected, where areas differ, stay empty. How much may be copied, and when, is the caller's decision.
"""

from collections.abc import Iterator, Sequence
from typing import Protocol

from pgconsole.core.selection import Selection, Slab

Cells = tuple[str | None, ...]


class RowReader(Protocol):
    """What of a row store a copy needs."""

    def iter_rows(self, start: int, stop: int, columns: Sequence[int] | None = None) -> Iterator[Cells]:
        """Yield rows of a half-open range."""
        ...


def selected_lines(reader: RowReader, selection: Selection, names: Sequence[str] | None = None) -> Iterator[str]:
    """Yield the lines of a selection without line ends, first the columns' names where they are given.

    `names` holds the names of all columns of the result.
    """
    columns = [column for left, right in selection.columns for column in range(left, right)]
    if names is not None and columns:
        yield "\t".join([_quoted(names[column]) for column in columns])
    slabs = selection.slabs()
    alone = len(columns) == 1 and names is None and sum(slab.bottom - slab.top for slab in slabs) == 1
    for slab in slabs:
        keep = _kept(slab, columns)
        for row in reader.iter_rows(slab.top, slab.bottom, columns):
            if alone:
                yield row[0] or ""
            elif keep is None:
                yield "\t".join([_quoted(cell) for cell in row])
            else:
                yield "\t".join([_quoted(cell) if kept else "" for cell, kept in zip(row, keep, strict=True)])


def _kept(slab: Slab, columns: Sequence[int]) -> list[bool] | None:
    """Tell which of the columns a slab has selected; None where it has all."""
    kept = [any(left <= column < right for left, right in slab.columns) for column in columns]
    return None if all(kept) else kept


def _quoted(cell: str | None) -> str:
    if not cell:
        return ""
    if "\t" in cell or "\n" in cell or "\r" in cell or cell[0] == '"':
        return '"' + cell.replace('"', '""') + '"'
    return cell
