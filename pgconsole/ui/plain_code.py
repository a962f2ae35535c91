"""A text of SQL or of a shell that can be read and copied, not changed."""

from PySide6.QtWidgets import QPlainTextEdit, QWidget

from pgconsole.core.plain_text import visible_block
from pgconsole.ui.theme import data_font


class PlainCode(QPlainTextEdit):
    """Shows a text in the fixed font; Tab leads out of it."""

    def __init__(self, name: str, label: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName(name)
        self.setAccessibleName(label)
        self.setReadOnly(True)
        self.setTabChangesFocus(True)
        self.setFont(data_font())
        self._text = ""

    def show_text(self, text: str) -> None:
        """Show another text; the same one leaves the place where one reads."""
        if text != self._text:
            self._text = text
            self.setPlainText(visible_block(text))

    @property
    def text(self) -> str:
        """The text as it is, to be copied."""
        return self._text
