"""The table of rejected records; with `is_editable` Enter, F2 or a double click mends the record of the row."""

from collections.abc import Sequence

from PySide6.QtCore import QModelIndex, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QAbstractItemView, QTableView, QWidget

from pgconsole.core.import_account import Reject
from pgconsole.ui.importing.plain_cell import PlainCellDelegate
from pgconsole.ui.importing.record_editor import RecordDelegate
from pgconsole.ui.importing.reject_model import RECORD_COLUMN, RejectModel
from pgconsole.ui.importing.table_look import dress

_WIDTHS_PX = (72, 120, 140, 380)


class RejectTable(QTableView):
    """Rows are chosen whole; whichever cell is current, it is the record that is mended."""

    mended = Signal()
    """What is mended and not loaded has changed."""

    def __init__(self, name: str, parent: QWidget | None = None, *, is_editable: bool = False) -> None:
        super().__init__(parent)
        self.setObjectName(name)
        self.setAccessibleName("Rejected records")
        self._is_editable = is_editable
        self.rejects = RejectModel(self, is_editable=is_editable)
        self.setModel(self.rejects)
        self.rejects.mended.connect(self.mended)
        dress(self, _WIDTHS_PX)
        self.setItemDelegate(PlainCellDelegate(self))
        triggers = QAbstractItemView.EditTrigger.EditKeyPressed
        self.setEditTriggers(triggers if is_editable else QAbstractItemView.EditTrigger.NoEditTriggers)
        if is_editable:
            self.setItemDelegateForColumn(RECORD_COLUMN, RecordDelegate(self))
            self.doubleClicked.connect(self._mend)

    def show_rejects(self, rejects: Sequence[Reject]) -> None:
        """Show records; the row that was current stays so where it can."""
        row = self.currentIndex().row()
        self.rejects.show_rejects(rejects)
        if rejects and self._is_editable:
            self.setCurrentIndex(self.rejects.index(min(max(row, 0), len(rejects) - 1), RECORD_COLUMN))

    def set_editable(self, is_editable: bool) -> None:
        """Have records mended or only read."""
        self.rejects.is_editable = is_editable

    @property
    def current(self) -> Reject | None:
        """The record of the current row."""
        reject = self.currentIndex().data(Qt.ItemDataRole.UserRole)
        return reject if isinstance(reject, Reject) else None

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Mend the record of the current row by Enter or F2."""
        keys = (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_F2)
        is_open = self.state() == QAbstractItemView.State.EditingState
        if event.key() in keys and self.currentIndex().isValid() and not is_open:
            self._mend(self.currentIndex())
        else:
            super().keyPressEvent(event)

    def mend_current(self) -> None:
        """Open the record of the current row to be mended."""
        self.setFocus(Qt.FocusReason.OtherFocusReason)
        if self.currentIndex().isValid():
            self._mend(self.currentIndex())

    def _mend(self, index: QModelIndex) -> None:
        record = self.rejects.index(index.row(), RECORD_COLUMN)
        if self.rejects.flags(record) & Qt.ItemFlag.ItemIsEditable:
            self.setCurrentIndex(record)
            self.edit(record)
