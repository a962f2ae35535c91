"""A read-only text that fills in slices of some milliseconds, so that a long value never stops the window."""

import re

from PySide6.QtCore import QTimer
from PySide6.QtGui import QTextCursor, QTextOption
from PySide6.QtWidgets import QPlainTextEdit, QWidget

_SLICE_CHARS = 8 << 10
_LONG_WORD = re.compile(r"\S{1000}")
"""A line with such a word is broken anywhere: looking for better places in 64 KiB of hex digits took 125 ms, not 10."""
_BY_WORDS = QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere


class GradualText(QPlainTextEdit):
    """Plain text of which the first slice is there at once and the rest follows as the loop comes by.

    Laying out costs about 10 us a line and 0.7 us a character of a wrapped line (2 cores, 2026-11); one long line is
    laid out anew with each slice, so its caller keeps it short.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setReadOnly(True)
        self.setUndoRedoEnabled(False)
        self.setWordWrapMode(_BY_WORDS)
        self._whole = ""
        self._shown = 0
        self._timer = QTimer(self)
        self._timer.setInterval(0)
        self._timer.timeout.connect(self._add_slice)

    @property
    def is_complete(self) -> bool:
        """Whether all of the text is there."""
        return self._shown == len(self._whole)

    def show_text(self, text: str) -> None:
        """Show a text from its beginning; one that goes on where the last one ended keeps its place."""
        if not (self._whole and text.startswith(self._whole)):
            self._shown = min(len(text), _SLICE_CHARS)
            self.clear()
            self.setWordWrapMode(QTextOption.WrapMode.WrapAnywhere if _LONG_WORD.search(text) else _BY_WORDS)
            self.setPlainText(text[: self._shown])
        self._whole = text
        if not self.is_complete:
            self._timer.start()

    def _add_slice(self) -> None:
        end = min(len(self._whole), self._shown + _SLICE_CHARS)
        cursor = QTextCursor(self.document())
        cursor.movePosition(QTextCursor.MoveOperation.End)
        cursor.insertText(self._whole[self._shown : end])
        self._shown = end
        if self.is_complete:
            self._timer.stop()
