"""The first records of a file as a table; numbers at the left are the file's lines."""

from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt
from PySide6.QtGui import QFont
from PySide6.QtWidgets import QAbstractItemView, QTableView, QWidget

from pgconsole.core.plain_text import cut_line
from pgconsole.core.source_preview import Preview
from pgconsole.core.wording import format_count
from pgconsole.ui.plain_tip import plain_tip
from pgconsole.ui.theme import GRID_ROW_HEIGHT, data_font, theme_of

_Index = QModelIndex | QPersistentModelIndex
_NOWHERE = QModelIndex()
_SHOWN_CHARS = 200
_MOST_COLUMNS = 400
_WIDEST_PX = 320


class PreviewModel(QAbstractTableModel):
    """A preview's records; fields beyond the width, and those that are missing, are seen to be."""

    def __init__(self, view: QWidget) -> None:
        super().__init__(view)
        self._view = view
        self.preview = Preview()
        self._columns = 0

    def show_preview(self, preview: Preview) -> None:
        """Show other records."""
        self.beginResetModel()
        self.preview = preview
        widest = max((len(record) for record in preview.records), default=0)
        self._columns = min(max(widest, preview.width), _MOST_COLUMNS)
        self.endResetModel()

    def rowCount(self, parent: _Index = _NOWHERE) -> int:
        """How many records are shown."""
        return 0 if parent.isValid() else len(self.preview.records)

    def columnCount(self, parent: _Index = _NOWHERE) -> int:
        """As many as the longest record has fields."""
        return 0 if parent.isValid() else self._columns

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """A field's text, made visible; what is no field of the table in another colour."""
        if not index.isValid():
            return None
        record = self.preview.records[index.row()]
        value = record[index.column()] if index.column() < len(record) else None
        if (index.row(), index.column()) in self.preview.nulls:
            return self._of_null(index.column(), role)
        match role:
            case Qt.ItemDataRole.DisplayRole:
                missing = "missing" if index.column() < self.preview.width else ""
                return cut_line(value, _SHOWN_CHARS) if value is not None else missing
            case Qt.ItemDataRole.UserRole:
                return value
            case Qt.ItemDataRole.ToolTipRole:
                return plain_tip(value) if value is not None and len(value) > 20 else None
            case Qt.ItemDataRole.ForegroundRole:
                theme = theme_of(self._view)
                if value is None:
                    return theme.danger
                return theme.danger if index.column() >= self.preview.width else theme.text
            case Qt.ItemDataRole.FontRole if value is None:
                return self._slanted()
            case _:
                return None

    def _of_null(self, column: int, role: int) -> Any:
        """What no text can look like, so that NULL and an empty text are told from each other."""
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return "NULL"
            case Qt.ItemDataRole.ForegroundRole:
                theme = theme_of(self._view)
                return theme.danger if column >= self.preview.width else theme.text_faint
            case Qt.ItemDataRole.FontRole:
                return self._slanted()
            case _:
                return None

    def _slanted(self) -> QFont:
        slanted = QFont(self._view.font())
        slanted.setItalic(True)
        return slanted

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """The file's names of columns, or their numbers; at the left the lines."""
        if role != Qt.ItemDataRole.DisplayRole:
            return None
        if orientation == Qt.Orientation.Vertical:
            return format_count(self.preview.lines[section])
        names = self.preview.header
        return cut_line(names[section], 40) if section < len(names) else f"{section + 1}"


class ImportPreviewGrid(QTableView):
    """Read only; every value can be reached by the arrow keys, and Tab leads out."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("importPreview")
        self.setAccessibleName("First records")
        self._model = PreviewModel(self)
        self.setModel(self._model)
        self.setFont(data_font())
        self.setTabKeyNavigation(False)
        self.setWordWrap(False)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.verticalHeader().setDefaultSectionSize(GRID_ROW_HEIGHT)
        self.verticalHeader().setDefaultAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self.horizontalHeader().setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        self.setProperty("roomy", True)
        self.horizontalHeader().setMaximumSectionSize(_WIDEST_PX)

    def show_preview(self, preview: Preview) -> None:
        """Show the first records of a file, columns as wide as what is in them."""
        self._model.show_preview(preview)
        if self._model.columnCount() <= 40:
            self.resizeColumnsToContents()

    def show_line(self, line: int) -> bool:
        """Go to the record of a line; whether it is among those shown."""
        row = self._model.preview.row_of(line)
        if row is None:
            return False
        self.setCurrentIndex(self._model.index(row, 0))
        self.scrollTo(self._model.index(row, 0), QAbstractItemView.ScrollHint.PositionAtCenter)
        self.selectRow(row)
        self.setFocus(Qt.FocusReason.OtherFocusReason)
        return True
