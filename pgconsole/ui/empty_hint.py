"""One quiet line in an empty list, which says what the emptiness means."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractScrollArea, QLabel, QVBoxLayout

from pgconsole.ui.theme import GAP_L


def empty_hint(over: QAbstractScrollArea, text: str = "") -> QLabel:
    """A label at the top of an area, hidden at first; a click on it is one on the area."""
    label = QLabel(text, over.viewport())
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setProperty("role", "second")
    label.setWordWrap(True)
    label.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
    layout = QVBoxLayout(over.viewport())
    layout.setContentsMargins(GAP_L, GAP_L, GAP_L, GAP_L)
    layout.addWidget(label, 0, Qt.AlignmentFlag.AlignTop)
    label.hide()
    return label
