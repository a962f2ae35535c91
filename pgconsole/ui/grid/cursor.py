"""Owns a grid's current cell and selection, and how keys and clicks change them; knows no widget and no pixel."""

from dataclasses import dataclass, field
from enum import Enum

from pgconsole.core.selection import Area, Selection, area_between


class Step(Enum):
    """A movement of the current cell."""

    UP = "up"
    DOWN = "down"
    LEFT = "left"
    RIGHT = "right"
    PAGE_UP = "page up"
    PAGE_DOWN = "page down"
    ROW_START = "row start"
    ROW_END = "row end"
    COLUMN_TOP = "column top"
    COLUMN_BOTTOM = "column bottom"
    FIRST_CELL = "first cell"
    LAST_CELL = "last cell"


class Pick(Enum):
    """What a click or movement does to the selection."""

    REPLACE = "replace"
    EXTEND = "extend"
    """Stretch the newest area from its anchor."""
    ADD = "add"
    """Begin a further area."""


@dataclass(slots=True)
class GridCursor:
    """The current cell, the anchor of the newest area, and all areas; empty results have no current cell."""

    row: int = -1
    column: int = -1
    selection: Selection = field(default_factory=Selection)
    _anchor_row: int = 0
    _anchor_column: int = 0

    @property
    def is_set(self) -> bool:
        """Whether there is a current cell."""
        return self.row >= 0

    def target(self, step: Step, row_count: int, column_count: int, page_rows: int) -> tuple[int, int]:
        """Return the cell that a step leads to; a step without a current cell leads to the first."""
        if not self.is_set:
            return 0, 0
        row, column = self.row, self.column
        last_row, last_column = row_count - 1, column_count - 1
        rows = {
            Step.UP: row - 1,
            Step.DOWN: row + 1,
            Step.PAGE_UP: row - page_rows,
            Step.PAGE_DOWN: row + page_rows,
            Step.COLUMN_TOP: 0,
            Step.FIRST_CELL: 0,
            Step.COLUMN_BOTTOM: last_row,
            Step.LAST_CELL: last_row,
        }
        columns = {
            Step.LEFT: column - 1,
            Step.RIGHT: column + 1,
            Step.ROW_START: 0,
            Step.FIRST_CELL: 0,
            Step.ROW_END: last_column,
            Step.LAST_CELL: last_column,
        }
        return max(0, min(rows.get(step, row), last_row)), max(0, min(columns.get(step, column), last_column))

    def pick_cell(self, row: int, column: int, pick: Pick) -> None:
        """Make a cell the current one."""
        if pick is Pick.EXTEND and self.is_set:
            area = area_between(self._anchor_row, self._anchor_column, row, column)
            self._put(area, pick)
        else:
            self._anchor_row, self._anchor_column = row, column
            self._put(area_between(row, column, row, column), pick)
        self.row, self.column = row, column

    def pick_row(self, row: int, column_count: int, pick: Pick) -> None:
        """Select a whole row; its first cell, or the one in the current column, becomes the current one."""
        if pick is not Pick.EXTEND or not self.is_set:
            self._anchor_row, self._anchor_column = row, max(0, self.column)
        top, bottom = sorted((self._anchor_row, row))
        self._put(Area(top, bottom + 1, 0, column_count), pick)
        self.row, self.column = row, max(0, self.column)

    def pick_column(self, column: int, row_count: int, pick: Pick) -> None:
        """Select a whole column, of the rows known now."""
        if pick is not Pick.EXTEND or not self.is_set:
            self._anchor_row, self._anchor_column = max(0, self.row), column
        left, right = sorted((self._anchor_column, column))
        self._put(Area(0, row_count, left, right + 1), pick)
        self.row, self.column = max(0, self.row), column

    def pick_all(self, row_count: int, column_count: int) -> None:
        """Select every row known now; the current cell stays."""
        self.row, self.column = max(0, self.row), max(0, self.column)
        self._anchor_row, self._anchor_column = self.row, self.column
        self.selection = Selection((Area(0, row_count, 0, column_count),))

    def _put(self, area: Area, pick: Pick) -> None:
        areas = self.selection.areas
        if pick is Pick.REPLACE or not areas:
            self.selection = Selection((area,))
        elif pick is Pick.ADD:
            self.selection = Selection((*areas, area))
        else:
            self.selection = Selection((*areas[:-1], area))
