"""Opens up which lines of a plain-text editor are visible, for what is painted beside and over them."""

from collections.abc import Iterator

from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QTextBlock, QTextCursor
from PySide6.QtWidgets import QPlainTextEdit


class EditorLines(QPlainTextEdit):
    """A plain-text editor whose geometry others may read."""

    def first_visible_block(self) -> QTextBlock:
        """The block at the top of the viewport."""
        return self.firstVisibleBlock()

    def content_offset(self) -> QPointF:
        """How far the text is scrolled."""
        return self.contentOffset()

    def area_of(self, block: QTextBlock) -> QRectF:
        """Where a block stands in the viewport."""
        return self.blockBoundingGeometry(block).translated(self.contentOffset())


def visible_lines(editor: EditorLines) -> Iterator[tuple[QTextBlock, QRectF]]:
    """Each visible block and where it stands in the viewport; takes time by the lines on the screen, not the text's."""
    block = editor.first_visible_block()
    bottom = editor.viewport().height()
    while block.isValid():
        area = editor.area_of(block)
        if area.top() > bottom:
            return
        if block.isVisible():
            yield block, area
        block = block.next()


def show_place(editor: EditorLines, place: QTextCursor) -> None:
    """Bring the start of a range into the middle of the view where it is out of it, without moving the caret.

    The scroll bar counts lines on the screen, of which a long line of the text takes several.
    """
    start = QTextCursor(place)
    start.setPosition(place.selectionStart())
    down, line = editor.verticalScrollBar(), _screen_line(start)
    if not down.value() <= line < down.value() + down.pageStep():
        down.setValue(line - down.pageStep() // 2)
    right, left = editor.horizontalScrollBar(), editor.cursorRect(start).left()
    if not 0 <= left < editor.viewport().width():
        right.setValue(right.value() + left - editor.viewport().width() // 2)


def _screen_line(cursor: QTextCursor) -> int:
    block = cursor.block()
    within = block.layout().lineForTextPosition(cursor.positionInBlock())
    return block.firstLineNumber() + (within.lineNumber() if within.isValid() else 0)
