"""One figure that changes often: drawn alone, so that nothing round it is laid out anew, as a label would have it."""

from PySide6.QtCore import QEvent, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from pgconsole.ui.theme import figures_font, theme_of

_WIDEST = "1,000,000,000"


class Figure(QWidget):
    """A figure of fixed room, in digits of one width, `scale` times as large as the interface's font."""

    def __init__(self, name: str, label: str, parent: QWidget | None = None, *, scale: float = 1.0) -> None:
        super().__init__(parent)
        self.setObjectName(name)
        self.setAccessibleName(label)
        self._text = ""
        font = figures_font(self.font())
        font.setPointSizeF(font.pointSizeF() * scale)
        self.setFont(font)

    @property
    def text(self) -> str:
        """What is shown."""
        return self._text

    def show_text(self, text: str) -> None:
        """Show another figure."""
        if text != self._text:
            self._text = text
            self.setAccessibleDescription(text)
            self.update()

    def sizeHint(self) -> QSize:
        """Room for the widest figure."""
        metrics = self.fontMetrics()
        return QSize(metrics.horizontalAdvance(_WIDEST), metrics.height())

    def changeEvent(self, event: QEvent) -> None:
        """Take the colours of the new palette."""
        if event.type() is QEvent.Type.PaletteChange:
            self.update()
        super().changeEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the figure at the left."""
        painter = QPainter(self)
        painter.setPen(theme_of(self).text)
        painter.drawText(self.rect(), Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, self._text)
        painter.end()
