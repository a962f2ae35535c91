"""Where a rejected record is mended: a line wide enough to read it, with the value that was refused chosen in it."""

import re

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, Qt
from PySide6.QtGui import QFocusEvent
from PySide6.QtWidgets import QLineEdit, QStyleOptionViewItem, QTableView, QWidget

from pgconsole.core.import_account import Reject
from pgconsole.ui.importing.plain_cell import PlainCellDelegate
from pgconsole.ui.importing.reject_model import REASON_COLUMN

_Index = QModelIndex | QPersistentModelIndex


class RecordEditor(QLineEdit):
    """Chooses the refused value where it is the one of its kind in the record, so that typing mends it."""

    def __init__(self, value: str, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAccessibleName("Record")
        self._value = value

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Choose the value; the view has chosen the whole record before, which a key would wipe out."""
        super().focusInEvent(event)
        if event.reason() is Qt.FocusReason.PopupFocusReason:
            return
        start, length = _place_of(self._value, self.text())
        self.setCursorPosition(0)
        self.setSelection(start, length)


class RecordDelegate(PlainCellDelegate):
    """Lays the editor over the reason too: a record is longer than its column."""

    def __init__(self, table: QTableView) -> None:
        super().__init__(table)
        self._table = table

    def createEditor(self, parent: QWidget, option: QStyleOptionViewItem, index: _Index) -> QWidget:
        """A line that knows what was refused."""
        reject = index.data(Qt.ItemDataRole.UserRole)
        return RecordEditor(reject.value if isinstance(reject, Reject) else "", parent)

    def updateEditorGeometry(self, editor: QWidget, option: QStyleOptionViewItem, index: _Index) -> None:
        """From the reason's left to the record's right."""
        rect = self._table.visualRect(self._table.model().index(index.row(), index.column()))
        rect.setLeft(max(0, self._table.columnViewportPosition(REASON_COLUMN)))
        editor.setGeometry(rect)


def _place_of(value: str, text: str) -> tuple[int, int]:
    """Where a value stands in a record, as start and length; nowhere where it stands twice."""
    found = list(re.finditer(rf"(?<!\w){re.escape(value)}(?!\w)", text)) if value else []
    return (found[0].start(), len(value)) if len(found) == 1 else (0, 0)
