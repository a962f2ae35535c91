"""Outlines hidden characters in an editor's visible lines, and names the one under the pointer."""

from collections.abc import Iterator

from PySide6.QtCore import QPoint, QPointF, QRectF
from PySide6.QtGui import QPainter, QPaintEvent, QTextBlock
from PySide6.QtWidgets import QWidget

from pgconsole.core.hidden_characters import HIDDEN, hidden_name
from pgconsole.ui.editor.lines import EditorLines, visible_lines
from pgconsole.ui.editor.text_offsets import to_units
from pgconsole.ui.theme import theme_of

LINE_AT_MOST = 20_000
"""A line with more characters is not looked through while painting."""
_NARROWEST = 3.0


def paint_hidden(editor: EditorLines, viewport: QWidget, event: QPaintEvent) -> None:
    """Outline each hidden character in the region that is painted; to be called after the text was."""
    boxes = [box for box, _name in _visible_boxes(editor, QRectF(event.rect()))]
    if boxes:
        painter = QPainter(viewport)
        painter.setPen(theme_of(editor).warning)
        painter.drawRects(boxes)
        painter.end()


def hidden_at(editor: EditorLines, point: QPoint) -> str:
    """The name of the hidden character at a point of the viewport; empty where there is none."""
    for box, name in _visible_boxes(editor, QRectF(point.x() - 1, point.y() - 1, 3, 3)):
        if box.contains(QPointF(point)):
            return name
    return ""


def _visible_boxes(editor: EditorLines, region: QRectF) -> Iterator[tuple[QRectF, str]]:
    for block, area in visible_lines(editor):
        if area.top() <= region.bottom() and area.bottom() >= region.top() and block.length() <= LINE_AT_MOST:
            yield from _boxes(block, area.topLeft())


def _boxes(block: QTextBlock, origin: QPointF) -> Iterator[tuple[QRectF, str]]:
    text = block.text()
    for found in HIDDEN.finditer(text):
        start = to_units(text, found.start())
        line = block.layout().lineForTextPosition(start)
        if not line.isValid():
            continue
        left, right = _x(line.cursorToX(start)), _x(line.cursorToX(start + 1))
        left, right = min(left, right), max(left, right)
        width = max(right - left - 1, _NARROWEST)
        yield QRectF(origin.x() + left, origin.y() + line.y() + 1, width, line.height() - 3), hidden_name(found[0])


def _x(answer: object) -> float:
    """PySide6 gives the x coordinate alone or together with the position, by version."""
    first = answer[0] if isinstance(answer, tuple) else answer
    assert isinstance(first, float)
    return first
