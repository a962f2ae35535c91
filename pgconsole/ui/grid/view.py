"""The state that the parts of a grid share: result, places, rows, cursor and look; each part changes only its own."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from pgconsole.core.columns import Column
from pgconsole.core.plain_text import cut_line
from pgconsole.ui.grid.columns import GridColumns
from pgconsole.ui.grid.cursor import GridCursor
from pgconsole.ui.grid.look import GridLook
from pgconsole.ui.grid.rows import GridRows

Cells = tuple[str | None, ...]

FITTED_ROWS = 50
"""From the beginning, by which columns are fitted; a first page may have fewer."""
_FIT_CELLS = 10_000
_SPOKEN_CHARS = 200


class GridRowStore(Protocol):
    """What of a row store the grid needs; none of it may raise for rows that the store has."""

    @property
    def row_count(self) -> int:
        """Rows that can be read."""
        ...

    @property
    def memory_bytes(self) -> int:
        """Memory that the rows take."""
        ...

    @property
    def spilled_bytes(self) -> int:
        """Bytes on disk."""
        ...

    def glance(self, start: int, stop: int) -> list[Cells]:
        """Return rows for painting, clipped to the rows there are, large cells cut."""
        ...

    def cell(self, number: int, column: int) -> str | None:
        """Return one whole cell."""
        ...

    def iter_rows(self, start: int, stop: int, columns: Sequence[int] | None = None) -> Iterator[Cells]:
        """Yield whole rows."""
        ...


@dataclass(slots=True)
class GridView:
    """What is shown, and where."""

    look: GridLook
    columns: tuple[Column, ...] = ()
    store: GridRowStore | None = None
    places: GridColumns = field(default_factory=lambda: GridColumns([]))
    rows: GridRows = field(default_factory=GridRows)
    cursor: GridCursor = field(default_factory=GridCursor)
    scroll_x: int = 0
    is_final: bool = False
    """Whether the rows known are all there are."""

    def glance(self, start: int, stop: int) -> list[Cells]:
        """Return the rows known of a range."""
        return [] if self.store is None else self.store.glance(start, min(stop, self.rows.count))

    def absence(self) -> str:
        """Say why there is nothing to see, or return an empty text where there is or soon may be."""
        if not self.rows.count:
            return "No rows" if self.is_final else ""
        return "" if self.columns else f"Rows without columns: {self.rows.count:n}"

    def first_rows(self) -> list[Cells]:
        """Return rows from the beginning by which columns are fitted: fifty, fewer of wide results."""
        return self.glance(0, max(5, min(FITTED_ROWS, _FIT_CELLS // max(1, len(self.columns)))))

    def spoken(self) -> str:
        """Say where the current cell is and what it holds, for a screen reader."""
        row, column = self.cursor.row, self.cursor.column
        rows = self.glance(row, row + 1)
        cell = rows[0][column] if rows else None
        value = "NULL" if cell is None else cut_line(cell, _SPOKEN_CHARS) or "empty text"
        return f"Row {row + 1}, {cut_line(self.columns[column].name, _SPOKEN_CHARS)}: {value}"

    def cell(self, row: int, column: int) -> str | None:
        """Return one whole cell; None as well where there is no such cell."""
        if self.store is None or not 0 <= row < self.store.row_count or not 0 <= column < len(self.columns):
            return None
        return self.store.cell(row, column)

    def row_at(self, y: int) -> int:
        """The row at a height of the viewport, the first or last for one beyond; -1 where there are none."""
        if not self.rows.count:
            return -1
        return max(0, min(self.rows.top + y // self.look.row_height, self.rows.count - 1))

    def column_at(self, x: int) -> int:
        """The column at a place of the viewport, the first or last for one beyond; -1 where there are none."""
        return self.places.at(x + self.scroll_x)

    def cell_at(self, x: int, y: int) -> tuple[int, int] | None:
        """The cell at a place of the viewport, or None where there is none."""
        row = self.rows.top + y // self.look.row_height
        if row >= self.rows.count or x + self.scroll_x >= self.places.total_width:
            return None
        return row, self.column_at(x)
