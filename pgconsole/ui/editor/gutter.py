"""The strip beside the editor's text: line numbers, the current statement's lines, and where the error is."""

from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtGui import QFontMetricsF, QMouseEvent, QPainter, QPaintEvent, QTextCursor
from PySide6.QtWidgets import QWidget

from pgconsole.ui.editor.lines import EditorLines, visible_lines
from pgconsole.ui.theme import GAP_S, GAP_XS, Theme, theme_of

_BAR_WIDTH = 2
_DOT_SIZE = 6


class EditorGutter(QWidget):
    """Paints beside the visible lines; reads what to paint from the editor."""

    def __init__(self, editor: EditorLines) -> None:
        super().__init__(editor)
        self._editor = editor
        self._statement: tuple[int, int] | None = None
        self._error_line: int | None = None
        self.setObjectName("editorGutter")
        self.setAccessibleName("Line numbers")

    @property
    def statement(self) -> tuple[int, int] | None:
        """First and last block number of the current statement."""
        return self._statement

    @property
    def error_line(self) -> int | None:
        """The block number with the error's dot."""
        return self._error_line

    def set_statement(self, lines: tuple[int, int] | None) -> None:
        """Mark the lines, first and last block number, of the statement that a run would run."""
        if lines != self._statement:
            self._statement = lines
            self.update()

    def set_error_line(self, line: int | None) -> None:
        """Put the error's dot on a line, or on none."""
        if line != self._error_line:
            self._error_line = line
            self.update()

    def wanted_width(self) -> int:
        """Room for the last line's number, three digits at least."""
        digits = max(3, len(str(self._editor.blockCount())))
        return round(QFontMetricsF(self._editor.font()).horizontalAdvance("9") * digits) + GAP_S + 2 * GAP_S

    def sizeHint(self) -> QSize:
        """Wide enough for the numbers; the height is the editor's."""
        return QSize(self.wanted_width(), 0)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint number, statement bar and error dot of each visible line."""
        theme = theme_of(self)
        painter = QPainter(self)
        painter.fillRect(event.rect(), theme.panel)
        painter.setFont(self._editor.font())
        current = self._editor.textCursor().blockNumber()
        for block, area in visible_lines(self._editor):
            line, rect = block.blockNumber(), area.toAlignedRect()
            row = QRect(0, rect.top(), self.width(), rect.height())
            if not row.intersects(event.rect()):
                continue
            painter.setPen(theme.text if line == current else theme.text_faint)
            numbers = row.adjusted(GAP_S, 0, -2 * GAP_S + GAP_XS, 0)
            painter.drawText(numbers, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignTop, str(line + 1))
            self._paint_marks(painter, theme, line, row)
        painter.end()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Select the line that was clicked."""
        cursor = self._editor.cursorForPosition(event.position().toPoint())
        cursor.movePosition(QTextCursor.MoveOperation.StartOfBlock)
        cursor.movePosition(QTextCursor.MoveOperation.NextBlock, QTextCursor.MoveMode.KeepAnchor)
        self._editor.setTextCursor(cursor)
        self._editor.setFocus()

    def _paint_marks(self, painter: QPainter, theme: Theme, line: int, row: QRect) -> None:
        if self._statement and self._statement[0] <= line <= self._statement[1]:
            bar = QRect(self.width() - GAP_S, row.top(), _BAR_WIDTH, row.height())
            painter.fillRect(bar, theme.accent)
        if line == self._error_line:
            painter.save()
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme.danger)
            painter.drawEllipse(1, row.center().y() - _DOT_SIZE // 2 + 1, _DOT_SIZE, _DOT_SIZE)
            painter.restore()
