"""The band below the toolbar that says what a server is for: amber for test, red for production, else none."""

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QLabel, QVBoxLayout, QWidget

from pgconsole.core.profile import ConnectionKind
from pgconsole.ui.theme import BAND_HEIGHT, GAP_S, theme_of


class KindBand(QWidget):
    """A coloured line with the word, never the colour alone; takes no room where the server is for development."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("kindBand")
        self._kind = ConnectionKind.DEVELOPMENT
        self._word = QLabel(self)
        self._word.setTextFormat(Qt.TextFormat.PlainText)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(GAP_S, BAND_HEIGHT, GAP_S, 0)
        layout.setSpacing(0)
        layout.addWidget(self._word)
        self.hide()

    def show_kind(self, kind: ConnectionKind) -> None:
        """Show the band of a kind, or none."""
        self._kind = kind
        self._word.setText({"test": "Test server", "production": "Production server"}.get(kind.value, ""))
        self.setAccessibleName(self._word.text())
        self.setVisible(kind is not ConnectionKind.DEVELOPMENT)
        self._dress()

    def changeEvent(self, event: QEvent) -> None:
        """Take the colours of the new palette."""
        if event.type() is QEvent.Type.PaletteChange:
            self._dress()
        super().changeEvent(event)

    def _dress(self) -> None:
        theme = theme_of(self)
        color = theme.danger if self._kind is ConnectionKind.PRODUCTION else theme.warning
        self._word.setStyleSheet(f"color: {color.name()}")
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the line along the top."""
        theme = theme_of(self)
        painter = QPainter(self)
        color = theme.danger if self._kind is ConnectionKind.PRODUCTION else theme.warning
        painter.fillRect(0, 0, self.width(), BAND_HEIGHT, color)
        painter.end()
