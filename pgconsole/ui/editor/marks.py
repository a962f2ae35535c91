"""What is laid over the editor's text: current line, bracket pair, search hits and the server's error.

It turns positions into extra selections; which positions those are is found elsewhere.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtGui import QColor, QTextCharFormat, QTextCursor, QTextFormat
from PySide6.QtWidgets import QPlainTextEdit, QTextEdit

from pgconsole.ui.theme import theme_of

Span = tuple[int, int]
"""Start and end of a range in the document, in Qt's UTF-16 units."""

HITS_SHOWN_AT_MOST = 1000


@dataclass(slots=True)
class ErrorMark:
    """A range that the server refused; its cursor moves along with edits elsewhere."""

    cursor: QTextCursor
    text: str

    def touches(self, start: int, end: int) -> bool:
        """Whether a range of the document overlaps or adjoins it."""
        return start <= self.cursor.selectionEnd() and end >= self.cursor.selectionStart()


class EditorMarks:
    """The marks of one editor; each setter replaces its own kind and leaves the others."""

    def __init__(self, editor: QPlainTextEdit) -> None:
        self._editor = editor
        self._brackets: tuple[Span, ...] = ()
        self._bracket_fits = True
        self._hits: list[QTextEdit.ExtraSelection] = []
        self._hit_spans: tuple[Span, ...] = ()
        self._error: ErrorMark | None = None

    @property
    def error(self) -> ErrorMark | None:
        """The error that is marked now."""
        return self._error

    @property
    def error_line(self) -> int | None:
        """The block number where the marked error begins."""
        if self._error is None:
            return None
        start = self._error.cursor.selectionStart()
        return self._editor.document().findBlock(start).blockNumber()

    def set_error(self, span: Span | None, text: str = "") -> None:
        """Mark what the server refused, or nothing."""
        self._error = None if span is None else ErrorMark(self._cursor(span), text)
        self.refresh()

    def drop_error(self) -> None:
        """Forget the error while its text changes; the next `refresh` takes it from the screen."""
        self._error = None

    def set_brackets(self, spans: tuple[Span, ...], fits: bool = True) -> None:
        """Mark a bracket and its partner, or one that has none (`fits` false), with the next `refresh`."""
        self._brackets, self._bracket_fits = spans, fits

    def set_hits(self, spans: Sequence[Span]) -> None:
        """Mark what a search found, the first thousand of it."""
        self._hit_spans = tuple(spans[:HITS_SHOWN_AT_MOST])
        self._build_hits()
        self.refresh()

    def restyle(self) -> None:
        """Take the colours of the editor's palette anew."""
        self._build_hits()
        self.refresh()

    def refresh(self) -> None:
        """Lay every mark over the text as it stands now."""
        theme = theme_of(self._editor)
        marks: list[QTextEdit.ExtraSelection] = []
        if not self._editor.textCursor().hasSelection():
            marks.append(self._current_line(theme.current_line))
        marks += self._hits
        for span in self._brackets:
            look = (theme.line, None) if self._bracket_fits else (None, theme.error)
            marks.append(self._tinted(span, *look))
        if self._error is not None:
            marks.append(self._wave(self._error.cursor, theme.error))
        self._editor.setExtraSelections(marks)

    def _build_hits(self) -> None:
        theme = theme_of(self._editor)
        self._hits = [self._tinted(span, theme.line, theme.text) for span in self._hit_spans]

    def _cursor(self, span: Span) -> QTextCursor:
        last = self._editor.document().characterCount() - 1
        cursor = QTextCursor(self._editor.document())
        cursor.setPosition(min(span[0], last))
        cursor.setPosition(min(span[1], last), QTextCursor.MoveMode.KeepAnchor)
        return cursor

    def _tinted(self, span: Span, background: QColor | None, foreground: QColor | None) -> QTextEdit.ExtraSelection:
        look = QTextCharFormat()
        if background is not None:
            look.setBackground(background)
        if foreground is not None:
            look.setForeground(foreground)
        return self._selection(self._cursor(span), look)

    def _current_line(self, color: QColor) -> QTextEdit.ExtraSelection:
        look = QTextCharFormat()
        look.setBackground(color)
        look.setProperty(QTextFormat.Property.FullWidthSelection, True)
        cursor = self._editor.textCursor()
        cursor.clearSelection()
        return self._selection(cursor, look)

    def _wave(self, cursor: QTextCursor, color: QColor) -> QTextEdit.ExtraSelection:
        look = QTextCharFormat()
        look.setUnderlineStyle(QTextCharFormat.UnderlineStyle.WaveUnderline)
        look.setUnderlineColor(color)
        return self._selection(cursor, look)

    @staticmethod
    def _selection(cursor: QTextCursor, look: QTextCharFormat) -> QTextEdit.ExtraSelection:
        selection = QTextEdit.ExtraSelection()
        selection.cursor = cursor
        selection.format = look
        return selection
