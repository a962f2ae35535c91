"""The two-pixel line along the top of what is busy; it says that something runs, not how far it is."""

from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from pgconsole.ui.theme import PROGRESS_LINE, theme_of


class ProgressLine(QWidget):
    """Always takes its two pixels, so that nothing below it moves when work begins."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFixedHeight(PROGRESS_LINE)
        self.setAccessibleName("Busy")
        self._busy = False

    def set_busy(self, busy: bool) -> None:
        """Show or hide the line."""
        if busy != self._busy:
            self._busy = busy
            self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Fill the line in the colour of running work, or of the surface."""
        theme = theme_of(self)
        painter = QPainter(self)
        painter.fillRect(self.rect(), theme.running if self._busy else theme.window)
        painter.end()
