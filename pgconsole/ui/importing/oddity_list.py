"""What is odd about a file, a line each; a click or Enter leads to the record."""

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QListWidget, QListWidgetItem, QWidget

from pgconsole.core.plain_text import visible_line
from pgconsole.core.source_preview import Oddity
from pgconsole.core.wording import format_count
from pgconsole.ui.theme import theme_of

_HEIGHT = 96


class OddityList(QListWidget):
    """Hidden while nothing is odd."""

    line_chosen = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("importOddities")
        self.setAccessibleName("What is odd about the file")
        self.setWordWrap(True)
        self.setMaximumHeight(_HEIGHT)
        self._shown: tuple[Oddity, ...] = ()
        self.itemClicked.connect(self._choose)

    def show_oddities(self, oddities: tuple[Oddity, ...]) -> None:
        """Show others; where they are the same, the current one stays so."""
        if oddities != self._shown:
            self._shown = oddities
            self._fill()
        self.setVisible(bool(oddities))

    def _fill(self) -> None:
        row = self.currentRow()
        self.clear()
        theme = theme_of(self)
        for oddity in self._shown:
            place = f"Line {format_count(oddity.line)}: " if oddity.line else ""
            often = f" ({format_count(oddity.count)} times)" if oddity.count > 1 else ""
            item = QListWidgetItem(visible_line(f"{place}{oddity.text}{often}"))
            item.setForeground(theme.warning if oddity.is_harmful else theme.text_second)
            if oddity.line:
                item.setData(Qt.ItemDataRole.UserRole, oddity.line)
                item.setToolTip("Show the record")
            self.addItem(item)
        self.setCurrentRow(min(row, self.count() - 1))

    def _choose(self, item: QListWidgetItem) -> None:
        line = item.data(Qt.ItemDataRole.UserRole)
        if line:
            self.line_chosen.emit(line)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter is taken here; else it would press the dialog's button."""
        item = self.currentItem()
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and item is not None:
            self._choose(item)
        else:
            super().keyPressEvent(event)

    def changeEvent(self, event: QEvent) -> None:
        """Take the colours of the new palette."""
        if event.type() is QEvent.Type.PaletteChange:
            self._fill()
        super().changeEvent(event)
