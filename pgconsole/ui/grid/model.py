"""The grid's rows as an item model, for what needs one: screen readers and scripts.

The grid paints without it. It announces rows as they become known, up to the 2^31 - 1 that a model can count.
"""

from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from pgconsole.core.plain_text import CUT_MARK, visible_line
from pgconsole.ui.grid.look import CELL_PADDING, NULL_TEXT
from pgconsole.ui.grid.view import GridView

MAX_MODEL_ROWS = (1 << 31) - 1

_RIGHT = int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
_LEFT = int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
_NO_PARENT = QModelIndex()


class GridModel(QAbstractTableModel):
    """A read-only table: UserRole is the server's text whole or None for NULL, DisplayRole what is painted."""

    def __init__(self, view: GridView, parent: QObject) -> None:
        super().__init__(parent)
        self._view = view
        self._rows = 0
        self._columns = 0

    def reset(self) -> None:
        """Take over the view's columns, with no rows yet."""
        self.beginResetModel()
        self._rows = 0
        self._columns = len(self._view.columns)
        self.endResetModel()

    def announce(self, row_count: int) -> None:
        """Tell that so many rows are known now; a smaller number than before resets the model."""
        count = min(row_count, MAX_MODEL_ROWS)
        if count > self._rows:
            self.beginInsertRows(QModelIndex(), self._rows, count - 1)
            self._rows = count
            self.endInsertRows()
        elif count < self._rows:
            self.beginResetModel()
            self._rows = count
            self.endResetModel()

    def rowCount(self, parent: QModelIndex | QPersistentModelIndex = _NO_PARENT) -> int:
        """Rows announced."""
        return 0 if parent.isValid() else self._rows

    def columnCount(self, parent: QModelIndex | QPersistentModelIndex = _NO_PARENT) -> int:
        """Columns of the result."""
        return 0 if parent.isValid() else self._columns

    def data(self, index: QModelIndex | QPersistentModelIndex, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Return a cell's text, what is painted of it, or its alignment."""
        if not index.isValid():
            return None
        row, column = index.row(), index.column()
        if role == Qt.ItemDataRole.UserRole:
            return self._view.cell(row, column)
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            return self._shown(row, column)
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return _RIGHT if self._view.columns[column].is_numeric else _LEFT
        return None

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Return a column's name, its type as tool tip, or a row's number counted from 1."""
        if orientation == Qt.Orientation.Vertical:
            return section + 1 if role == Qt.ItemDataRole.DisplayRole else None
        if not 0 <= section < self._columns:
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            return self._view.columns[section].name
        if role == Qt.ItemDataRole.ToolTipRole:
            return visible_line(self._view.columns[section].type_name)
        return None

    def _shown(self, row: int, column: int) -> str:
        rows = self._view.glance(row, row + 1)
        cell = rows[0][column] if rows else ""
        if cell is None:
            return NULL_TEXT
        text, is_cut, _ = self._view.look.fit(cell, self._view.places.width(column) - 2 * CELL_PADDING)
        return text + CUT_MARK if is_cut else text
