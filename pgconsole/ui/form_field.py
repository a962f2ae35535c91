"""One field of a form with what is wrong with it right below, so that an error stands where it arose."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QVBoxLayout, QWidget

from pgconsole.core.plain_text import visible_line
from pgconsole.ui.plain_tip import plain_tip


class FormField(QWidget):
    """Holds a widget and a line for its problem, which takes no room while there is none."""

    def __init__(self, widget: QWidget, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.widget = widget
        self._note = QLabel(self)
        self._note.setProperty("role", "danger")
        self._note.setTextFormat(Qt.TextFormat.PlainText)
        self._note.setWordWrap(True)
        self._note.hide()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(2)
        layout.addWidget(widget)
        layout.addWidget(self._note)
        self.setFocusProxy(widget)
        self._help = ""

    def explain(self, text: str) -> None:
        """Say what the field is for, by its tool tip and to screen readers."""
        self._help = text
        self.widget.setToolTip(plain_tip(text))
        self.widget.setAccessibleDescription(self.problem or text)

    @property
    def problem(self) -> str:
        """What is shown to be wrong; empty where all is well."""
        return self._note.text()

    def show_problem(self, text: str) -> None:
        """Mark the field and say why; an empty text takes the mark away."""
        shown = visible_line(text)
        if shown == self._note.text():
            return
        self._note.setText(shown)
        self._note.setVisible(bool(shown))
        self.widget.setAccessibleDescription(shown or self._help)
        self.widget.setProperty("invalid", bool(shown))
        self.widget.style().unpolish(self.widget)
        self.widget.style().polish(self.widget)


def plain_label(text: str, role: str = "", parent: QWidget | None = None) -> QLabel:
    """A label that takes no text for markup, in the colour of a role."""
    label = QLabel(visible_line(text), parent)
    label.setTextFormat(Qt.TextFormat.PlainText)
    if role:
        label.setProperty("role", role)
    return label
