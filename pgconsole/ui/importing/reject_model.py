"""Rejected records as a table: where, why, and the record itself, which can be mended in its place."""

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt, Signal
from PySide6.QtWidgets import QWidget

from pgconsole.core.import_account import Reject
from pgconsole.core.plain_text import cut_line
from pgconsole.core.wording import format_count
from pgconsole.ui.plain_tip import plain_tip
from pgconsole.ui.theme import theme_of

_Index = QModelIndex | QPersistentModelIndex
_NOWHERE = QModelIndex()
_HEADINGS = ("Line", "Column", "Value", "Reason", "Record")
REASON_COLUMN = _HEADINGS.index("Reason")
RECORD_COLUMN = _HEADINGS.index("Record")
_CHARS = 300


class RejectModel(QAbstractTableModel):
    """Keeps the texts that were mended, by the records' numbers."""

    mended = Signal()

    def __init__(self, view: QWidget, *, is_editable: bool = False) -> None:
        super().__init__(view)
        self._view = view
        self.is_editable = is_editable
        self._rejects: tuple[Reject, ...] = ()
        self.texts: dict[int, str] = {}
        """What was mended, and not loaded yet."""

    def show_rejects(self, rejects: Sequence[Reject]) -> None:
        """Show other records; what was mended of those that are still there stays."""
        self.beginResetModel()
        self._rejects = tuple(rejects)
        left = {reject.record for reject in rejects}
        self.texts = {record: text for record, text in self.texts.items() if record in left}
        self.endResetModel()
        self.mended.emit()

    @property
    def all_texts(self) -> dict[int, str]:
        """Every record's text by its number, as it was mended or else as it stands in the file."""
        return {reject.record: self.texts.get(reject.record, reject.text) for reject in self._rejects}

    def rowCount(self, parent: _Index = _NOWHERE) -> int:
        """How many are shown."""
        return 0 if parent.isValid() else len(self._rejects)

    def columnCount(self, parent: _Index = _NOWHERE) -> int:
        """What is told of each."""
        return 0 if parent.isValid() else len(_HEADINGS)

    def flags(self, index: _Index) -> Qt.ItemFlag:
        """The record can be mended."""
        if not index.isValid():
            return Qt.ItemFlag.NoItemFlags
        usual = Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable
        is_open = self.is_editable and index.column() == RECORD_COLUMN
        return usual | Qt.ItemFlag.ItemIsEditable if is_open else usual

    def setData(self, index: _Index, value: Any, role: int = Qt.ItemDataRole.EditRole) -> bool:
        """Keep a mended text; the text of before takes the mark away."""
        if role != Qt.ItemDataRole.EditRole:
            return False
        reject = self._rejects[index.row()]
        if value == reject.text:
            self.texts.pop(reject.record, None)
        else:
            self.texts[reject.record] = str(value)
        self.dataChanged.emit(index, index)
        self.mended.emit()
        return True

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """What is told of a record, and its text to be mended."""
        if not index.isValid():
            return None
        reject = self._rejects[index.row()]
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return cut_line(self._words(index.column(), reject), _CHARS)
            case Qt.ItemDataRole.EditRole:
                return self._words(index.column(), reject)
            case Qt.ItemDataRole.UserRole:
                return reject
            case Qt.ItemDataRole.ToolTipRole:
                whole = "\n".join(part for part in (self._words(index.column(), reject), reject.detail) if part)
                return plain_tip(whole) if whole else None
            case Qt.ItemDataRole.ForegroundRole:
                return self._colour(index.column(), reject)
            case Qt.ItemDataRole.TextAlignmentRole if index.column() == 0:
                return (Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter).value
            case _:
                return None

    def _words(self, column: int, reject: Reject) -> str:
        match _HEADINGS[column]:
            case "Line":
                return format_count(reject.line)
            case "Column":
                return reject.column
            case "Value":
                return reject.value
            case "Reason":
                return reject.message + (f" ({reject.sqlstate})" if reject.sqlstate else "")
            case _:
                return self.texts.get(reject.record, reject.text)

    def _colour(self, column: int, reject: Reject) -> Any:
        theme = theme_of(self._view)
        if column == RECORD_COLUMN and reject.record in self.texts:
            return theme.ok
        return theme.danger if column == 2 else theme.text_second if column == 0 else theme.text

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """What stands in each column."""
        is_shown = role == Qt.ItemDataRole.DisplayRole and orientation == Qt.Orientation.Horizontal
        return _HEADINGS[section] if is_shown else None
