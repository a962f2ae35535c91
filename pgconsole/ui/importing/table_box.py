"""The box of tables to load: a part of a name, typed, finds those that have it, however many there are."""

from PySide6.QtCore import QEvent, QObject, Qt, QTimer
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QComboBox, QCompleter, QLineEdit, QWidget

from pgconsole.core.table_description import TableName
from pgconsole.ui.choice_box import ChoiceBox


class TableBox(ChoiceBox[TableName]):
    """What was typed is no table by itself: leaving the box brings back the one that is chosen."""

    def __init__(self, name: str, label: str, parent: QWidget | None = None) -> None:
        super().__init__(name, label, (), parent)
        self.setEditable(True)
        self.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
        line, completer = self.lineEdit(), self.completer()
        assert line is not None
        assert completer is not None
        self._line: QLineEdit = line
        completer.setFilterMode(Qt.MatchFlag.MatchContains)
        completer.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        completer.setCompletionMode(QCompleter.CompletionMode.PopupCompletion)
        line.setAccessibleName(label)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Choose by Enter what was typed, which would else run the import into the table of before; Esc forgets it."""
        is_own = watched is self
        if is_own and event.type() is QEvent.Type.FocusIn:
            # Whoever comes to type looks for another table.
            QTimer.singleShot(0, self._line, self._line.selectAll)
        if is_own and event.type() is QEvent.Type.FocusOut and not self._completer_is_open():
            self._show_chosen()
        elif is_own and isinstance(event, QKeyEvent) and event.type() is QEvent.Type.KeyPress and self._is_typed():
            if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
                self._choose_typed()
                return True
            if event.key() == Qt.Key.Key_Escape:
                self._show_chosen()
                return True
        return super().eventFilter(watched, event)

    def _is_typed(self) -> bool:
        return self._line.text() != self.itemText(self.currentIndex())

    def _show_chosen(self) -> None:
        self._line.setText(self.itemText(self.currentIndex()))

    def _completer_is_open(self) -> bool:
        completer = self.completer()
        popup = completer.popup() if completer is not None else None
        return popup is not None and popup.isVisible()

    def _choose_typed(self) -> None:
        """The table of that name, else the only one that has it; where there are several nothing is chosen."""
        typed = self._line.text().casefold()
        names = [self.itemText(index).casefold() for index in range(self.count())]
        found = [index for index, name in enumerate(names) if name == typed]
        found = found or [index for index, name in enumerate(names) if typed in name]
        if len(found) == 1:
            self.setCurrentIndex(found[0])
            self.activated.emit(found[0])
