"""The editor of one query tab: text, caret and selection in code points, and what is painted in and beside the text.

It emits nothing but that it changed: whoever wants to run a statement reads `script()`, `caret()` and `selection()`.
Pasted text is text: nothing in it is run, rich text loses its looks, and hidden characters are told of and outlined.
"""

from PySide6.QtCore import QEvent, QMimeData, QPoint, QRect, Qt, Signal
from PySide6.QtGui import (
    QFocusEvent,
    QFontMetricsF,
    QHelpEvent,
    QKeyEvent,
    QPaintEvent,
    QResizeEvent,
    QTextCursor,
    QTextOption,
    QWheelEvent,
)
from PySide6.QtWidgets import QToolTip, QWidget

from pgconsole.core.hidden_characters import hidden_in
from pgconsole.core.sql_format import format_sql
from pgconsole.ui.editor import edits
from pgconsole.ui.editor.bracket_pair import bracket_pair
from pgconsole.ui.editor.gutter import EditorGutter
from pgconsole.ui.editor.hidden_marks import hidden_at, paint_hidden
from pgconsole.ui.editor.lines import EditorLines, show_place, visible_lines
from pgconsole.ui.editor.marks import EditorMarks, Span
from pgconsole.ui.editor.sql_highlighter import SqlHighlighter
from pgconsole.ui.editor.statement_mark import StatementMark
from pgconsole.ui.editor.text_offsets import to_points, to_units
from pgconsole.ui.plain_tip import plain_tip
from pgconsole.ui.theme import data_font, theme_of

_KEYBOARD_REASONS = (
    Qt.FocusReason.TabFocusReason,
    Qt.FocusReason.BacktabFocusReason,
    Qt.FocusReason.ShortcutFocusReason,
)


class SqlEditor(EditorLines):
    """A plain-text editor that knows SQL; all public offsets are Python's, in code points."""

    zoom_requested = Signal(int)
    """Steps of Ctrl + wheel: 1 larger, -1 smaller."""
    hidden_pasted = Signal(str)
    """What hides in a text that was pasted or dropped, in words."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("sqlEditor")
        self.setAccessibleName("SQL editor")
        option = QTextOption()
        option.setTextDirection(Qt.LayoutDirection.LeftToRight)
        # Not wrapped, each step of the caret through a line of 1 MB takes 150 ms, not 50, and each letter 320, not 190.
        option.setWrapMode(QTextOption.WrapMode.WordWrap)
        self.document().setDefaultTextOption(option)
        self._gutter = EditorGutter(self)
        self._marks = EditorMarks(self)
        self._statement = StatementMark(self)
        self._highlighter = SqlHighlighter(self.document(), theme_of(self))
        self._statement.moved.connect(self._gutter.set_statement)
        self._highlighter.advanced.connect(self._colour_visible)
        self.verticalScrollBar().valueChanged.connect(self._show_lines)
        self.blockCountChanged.connect(self._make_room)
        self.cursorPositionChanged.connect(self._follow_caret)
        self.selectionChanged.connect(self._marks.refresh)
        self.document().contentsChange.connect(self._drop_touched_error)
        self.textChanged.connect(self._show_lines)
        self.set_font_size(data_font().pointSizeF())

    @property
    def marks(self) -> EditorMarks:
        """What is laid over the text."""
        return self._marks

    @property
    def statement_lines(self) -> tuple[int, int] | None:
        """First and last block number of the statement at the caret; None where none is known."""
        return self._statement.lines

    def script(self) -> str:
        """The whole text, exactly: unlike `toPlainText` it keeps no-break spaces and line separators."""
        return self.document().toRawText().replace("\u2029", "\n")

    def set_script(self, text: str) -> None:
        """Replace the whole text and forget its history."""
        self.setPlainText(text)

    def caret(self) -> int:
        """Where the caret stands in `script()`."""
        return self._points(self.textCursor().position())

    def go_to(self, offset: int) -> None:
        """Put the caret at an offset of `script()`, drop any selection, and bring it into view."""
        self.select(offset, offset)

    def selection(self) -> tuple[int, int] | None:
        """Start and end of the selection in `script()`; None where nothing is selected."""
        cursor = self.textCursor()
        if not cursor.hasSelection():
            return None
        return self._points(cursor.selectionStart()), self._points(cursor.selectionEnd())

    def select(self, start: int, end: int) -> None:
        """Select a range of `script()` with the caret at its end, and bring it into view."""
        self.select_units(self._span(start, end))

    def select_units(self, span: Span) -> None:
        """Select a range given in Qt's units, with the caret at its end, and bring it into view."""
        last = self.document().characterCount() - 1
        cursor = self.textCursor()
        cursor.setPosition(min(span[0], last))
        cursor.setPosition(min(span[1], last), QTextCursor.MoveMode.KeepAnchor)
        self.setTextCursor(cursor)
        self.ensureCursorVisible()

    def replace_range(self, start: int, end: int, text: str) -> None:
        """Put text in the place of a range of `script()`, as one step of undo."""
        self.select(start, end)
        self.textCursor().insertText(text)

    def mark_error(self, start: int, end: int, text: str) -> None:
        """Underline a range of `script()` that the server refused; `text` is its tool tip.

        An empty range takes in the word at its start, or else the character before it. The mark goes away when the
        text is edited there.
        """
        span = self._span(start, end)
        self._marks.set_error(span if span[0] < span[1] else self._word_at(span[0]), text)
        self._gutter.set_error_line(self._marks.error_line)

    def show_error(self) -> None:
        """Bring the error's mark into view; the caret stays where it is."""
        if self._marks.error is not None:
            show_place(self, self._marks.error.cursor)

    def clear_marks(self) -> None:
        """Take the error's mark away."""
        self._marks.set_error(None)
        self._gutter.set_error_line(None)

    def toggle_comment(self) -> None:
        """Turn the selected lines into comments, or back."""
        edits.toggle_comment(self)

    def duplicate_lines(self) -> None:
        """Repeat the selected lines below themselves."""
        edits.duplicate_lines(self)

    def format_statement(self) -> bool:
        """Lay out the selection, or the statement at the caret, anew; False where it stays as it is.

        It stays where a new layout could change what it says, or would take too long.
        """
        span = self.selection() or self._statement.span_at_caret()
        old = self.script()[slice(*span)] if span else ""
        new = format_sql(old)
        if span is None or new is None or new == old:
            return False
        self.replace_range(*span, new)
        return True

    def set_font_size(self, size_pt: float) -> None:
        """Show the text at another size of the fixed font."""
        self.setFont(data_font(size_pt))
        self.setTabStopDistance(QFontMetricsF(self.font()).horizontalAdvance(" ") * edits.INDENT)
        self._make_room()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Tab and Enter keep indentation; everything else is the text edit's."""
        key, plain = event.key(), event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
        shift = Qt.KeyboardModifier.ShiftModifier
        if key in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and plain in (Qt.KeyboardModifier.NoModifier, shift):
            edits.new_line(self)
        elif key == Qt.Key.Key_Tab and plain == Qt.KeyboardModifier.NoModifier:
            edits.indent(self)
        elif key == Qt.Key.Key_Backtab:
            edits.outdent(self)
        else:
            super().keyPressEvent(event)

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Ctrl + wheel asks for another size."""
        if event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self.zoom_requested.emit(1 if event.angleDelta().y() > 0 else -1)
            event.accept()
        else:
            super().wheelEvent(event)

    def canInsertFromMimeData(self, source: QMimeData) -> bool:
        """Leave files that are dragged here to the window."""
        return not source.hasUrls() and super().canInsertFromMimeData(source)

    def insertFromMimeData(self, source: QMimeData) -> None:
        """Take a paste or a drop as plain text."""
        if source.hasText():
            text = source.text()
            self.textCursor().insertText(text)
            self.ensureCursorVisible()
            if hidden := hidden_in(text):
                self.hidden_pasted.emit(hidden)

    def createMimeDataFromSelection(self) -> QMimeData:
        """What is copied: the selected text exactly, no-break spaces included."""
        copied = QMimeData()
        copied.setText(self.textCursor().selectedText().replace("\u2029", "\n"))
        return copied

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the text, and outline hidden characters in it."""
        super().paintEvent(event)
        paint_hidden(self, self.viewport(), event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Keep the gutter as high as the text, and colour the lines that came into view."""
        super().resizeEvent(event)
        self._make_room()
        self._show_lines()

    def changeEvent(self, event: QEvent) -> None:
        """Follow the palette's colours."""
        super().changeEvent(event)
        if event.type() is QEvent.Type.PaletteChange and hasattr(self, "_highlighter"):
            self._highlighter.set_theme(theme_of(self))
            self._marks.restyle()
            self._show_lines()

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Show the focus ring where the focus came by the keyboard."""
        super().focusInEvent(event)
        self._show_ring(event.reason() in _KEYBOARD_REASONS)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Take the focus ring away."""
        super().focusOutEvent(event)
        self._show_ring(False)

    def viewportEvent(self, event: QEvent) -> bool:
        """Tell about the error or the hidden character under the pointer."""
        if isinstance(event, QHelpEvent):
            words = self._words_at(event.pos())
            if words:
                QToolTip.showText(event.globalPos(), plain_tip(words), self)
            else:
                QToolTip.hideText()
            return True
        return super().viewportEvent(event)

    def _points(self, units: int) -> int:
        text = self.document().toRawText()
        return units if self._is_basic(text) else to_points(text, units)

    def _span(self, start: int, end: int) -> Span:
        text = self.document().toRawText()
        return (start, end) if self._is_basic(text) else (to_units(text, start), to_units(text, end))

    def _is_basic(self, text: str) -> bool:
        """Whether no character takes two of Qt's units, so that both kinds of offsets are the same."""
        return len(text) == self.document().characterCount()

    def _word_at(self, position: int) -> Span:
        cursor = QTextCursor(self.document())
        cursor.setPosition(min(position, self.document().characterCount() - 1))
        cursor.movePosition(QTextCursor.MoveOperation.EndOfWord, QTextCursor.MoveMode.KeepAnchor)
        if not cursor.hasSelection():
            cursor.movePosition(QTextCursor.MoveOperation.PreviousCharacter, QTextCursor.MoveMode.KeepAnchor)
        return cursor.selectionStart(), cursor.selectionEnd()

    def _words_at(self, point: QPoint) -> str:
        error, position = self._marks.error, self.cursorForPosition(point).position()
        if error is not None and error.touches(position, position):
            return error.text
        return hidden_at(self, point)

    def _make_room(self) -> None:
        width = self._gutter.wanted_width()
        self.setViewportMargins(width, 0, 0, 0)
        inner = self.contentsRect()
        self._gutter.setGeometry(QRect(inner.left(), inner.top(), width, inner.height()))

    def _show_lines(self) -> None:
        self._gutter.set_error_line(self._marks.error_line)
        self._gutter.update()
        self._colour_visible()

    def _colour_visible(self) -> None:
        self._highlighter.colour([block for block, _area in visible_lines(self)])

    def _follow_caret(self) -> None:
        cursor = self.textCursor()
        pair = bracket_pair(cursor.block(), cursor.positionInBlock(), self._highlighter.code_of)
        ends = () if pair is None else tuple(end for end in (pair.position, pair.partner) if end is not None)
        self._marks.set_brackets(tuple((end, end + 1) for end in ends), len(ends) != 1)
        self._marks.refresh()
        self._gutter.update()

    def _drop_touched_error(self, position: int, _removed: int, added: int) -> None:
        error = self._marks.error
        if error is not None and error.touches(position, position + added):
            self._marks.drop_error()

    def _show_ring(self, shown: bool) -> None:
        if bool(self.property("focusVisible")) != shown:
            self.setProperty("focusVisible", shown)
            self.style().unpolish(self)
            self.style().polish(self)
