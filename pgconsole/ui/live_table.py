"""A table of values that change every second: what the user has selected and scrolled to stays as rows come and go.

What a row is, and how its cells read, is said by columns; a row is told from others by a key.
"""

from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from typing import Any, Generic, Literal, TypeVar

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import QAbstractItemView, QApplication, QHeaderView, QTableView, QWidget

from pgconsole.core.plain_text import cut_line
from pgconsole.ui.plain_tip import plain_tip
from pgconsole.ui.theme import GAP_S, GRID_ROW_HEIGHT, figures_font, theme_of

Tone = Literal["text", "text_second", "text_faint", "ok", "warning", "danger", "running"]
_Index = QModelIndex | QPersistentModelIndex
_NOWHERE = QModelIndex()
_CELL_CHARS = 400

Row = TypeVar("Row")


@dataclass(frozen=True, slots=True)
class Column(Generic[Row]):
    """How one cell of a row reads."""

    title: str
    text: Callable[[Row], str]
    width: int
    is_number: bool = False
    tone: Callable[[Row], Tone] | None = None


class LiveModel(QAbstractTableModel, Generic[Row]):
    """Rows in an order that the caller decides."""

    def __init__(self, columns: Sequence[Column[Row]], key: Callable[[Row], Hashable], parent: QWidget) -> None:
        super().__init__(parent)
        self._columns = tuple(columns)
        self._key = key
        self._rows: list[Row] = []
        self._keys: list[Hashable] = []
        self._widget = parent

    def rowCount(self, parent: _Index = _NOWHERE) -> int:
        """How many rows there are."""
        return 0 if parent.isValid() else len(self._rows)

    def columnCount(self, parent: _Index = _NOWHERE) -> int:
        """How many columns there are."""
        return 0 if parent.isValid() else len(self._columns)

    def row(self, number: int) -> Row | None:
        """The value of a row; None beyond the last."""
        return self._rows[number] if 0 <= number < len(self._rows) else None

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """A cell as text, the whole of it for UserRole and tips; its colour and side."""
        if not index.isValid():
            return None
        column, row = self._columns[index.column()], self._rows[index.row()]
        if role == Qt.ItemDataRole.DisplayRole:
            return cut_line(column.text(row), _CELL_CHARS)
        if role == Qt.ItemDataRole.UserRole:
            return column.text(row)
        if role == Qt.ItemDataRole.ToolTipRole:
            return plain_tip(column.text(row))
        if role == Qt.ItemDataRole.TextAlignmentRole:
            side = Qt.AlignmentFlag.AlignRight if column.is_number else Qt.AlignmentFlag.AlignLeft
            return side | Qt.AlignmentFlag.AlignVCenter
        if role == Qt.ItemDataRole.ForegroundRole and column.tone is not None:
            return getattr(theme_of(self._widget), column.tone(row))
        return None

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """A column's title."""
        if orientation is not Qt.Orientation.Horizontal or not 0 <= section < len(self._columns):
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            return self._columns[section].title
        if role == Qt.ItemDataRole.TextAlignmentRole:
            is_number = self._columns[section].is_number
            side = Qt.AlignmentFlag.AlignRight if is_number else Qt.AlignmentFlag.AlignLeft
            return side | Qt.AlignmentFlag.AlignVCenter
        return None

    def show(self, rows: Sequence[Row]) -> None:
        """Take new rows: those that are the same rows as before keep their selection."""
        keys = [self._key(row) for row in rows]
        added = self._added_on_top(keys)
        if added is None:
            self.beginResetModel()
            self._rows, self._keys = list(rows), keys
            self.endResetModel()
            return
        kept = len(keys) - added
        if len(self._keys) > kept:
            self.beginRemoveRows(_NOWHERE, kept, len(self._keys) - 1)
            del self._rows[kept:], self._keys[kept:]
            self.endRemoveRows()
        if added:
            self.beginInsertRows(_NOWHERE, 0, added - 1)
            self._rows[:0], self._keys[:0] = rows[:added], keys[:added]
            self.endInsertRows()
        self._rows = list(rows)
        if rows:
            self.dataChanged.emit(self.index(0, 0), self.index(len(rows) - 1, len(self._columns) - 1))

    def _added_on_top(self, keys: list[Hashable]) -> int | None:
        """How many rows are new above those that stay, of which the last may go; None where it is otherwise."""
        if not keys or not self._keys:
            return None if keys != self._keys else 0
        try:
            added = keys.index(self._keys[0])
        except ValueError:
            return None
        kept = len(keys) - added
        return added if keys[added:] == self._keys[:kept] else None


class LiveTable(QTableView, Generic[Row]):
    """Shows a `LiveModel`, a row a value; Ctrl+C copies the selected rows."""

    def __init__(
        self, name: str, title: str, columns: Sequence[Column[Row]], key: Callable[[Row], Hashable], parent: QWidget
    ) -> None:
        super().__init__(parent)
        self.setObjectName(name)
        self.setAccessibleName(title)
        self.rows: LiveModel[Row] = LiveModel(columns, key, self)
        self._key = key
        self.setModel(self.rows)
        self.setFont(figures_font(self.font()))
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setShowGrid(False)
        # As much room on both sides as titles have.
        self.setStyleSheet(f"QTableView::item {{ padding: 0 {GAP_S - 1}px; }}")
        self.setWordWrap(False)
        self.setTabKeyNavigation(False)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.verticalHeader().hide()
        self.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self.verticalHeader().setDefaultSectionSize(GRID_ROW_HEIGHT)
        header = self.horizontalHeader()
        header.setHighlightSections(False)
        header.setStretchLastSection(True)
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        for number, column in enumerate(columns):
            self.setColumnWidth(number, column.width)

    def show_rows(self, rows: Sequence[Row]) -> None:
        """Show these rows; selected ones stay selected while they are among them."""
        selected = {self._key(row) for row in self.selected()}
        at_top = self.verticalScrollBar().value() == 0
        self.rows.show(rows)
        if selected and selected != {self._key(row) for row in self.selected()}:
            self._select(selected)
        if at_top:
            self.scrollToTop()

    def _select(self, keys: set[Hashable]) -> None:
        self.clearSelection()
        mode = self.selectionModel().SelectionFlag.Select | self.selectionModel().SelectionFlag.Rows
        for number in range(self.rows.rowCount()):
            row = self.rows.row(number)
            if row is not None and self._key(row) in keys:
                self.selectionModel().select(self.rows.index(number, 0), mode)

    def selected(self) -> list[Row]:
        """The rows that are selected, from top to bottom."""
        numbers = sorted({index.row() for index in self.selectionModel().selectedRows()})
        return [row for number in numbers if (row := self.rows.row(number)) is not None]

    def choose(self, key: Hashable) -> bool:
        """Select a row by its key and show it; False where it is not there."""
        self._select({key})
        rows = self.selectionModel().selectedRows()
        if rows:
            self.setCurrentIndex(rows[0])
            self.scrollTo(rows[0])
        return bool(rows)

    def keyPressEvent(self, event: Any) -> None:
        """Copy by the usual key."""
        if event.matches(QKeySequence.StandardKey.Copy):
            self.copy()
        else:
            super().keyPressEvent(event)

    def copy(self) -> None:
        """Put the selected rows into the clipboard, cells apart by tabs."""
        numbers = sorted({index.row() for index in self.selectionModel().selectedRows()})
        whole = Qt.ItemDataRole.UserRole
        lines = [
            "\t".join(
                str(self.rows.index(number, column).data(whole)).replace("\t", " ").replace("\n", " ")
                for column in range(self.rows.columnCount())
            )
            for number in numbers
        ]
        if lines:
            QApplication.clipboard().setText("\n".join(lines))
