"""Paints the cells of a grid: texts, NULL chips, lines, selection and the current cell; decides nothing else."""

from PySide6.QtCore import QRect, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen

from pgconsole.core.plain_text import CUT_MARK
from pgconsole.core.selection import Area
from pgconsole.ui.grid_look import CELL_PADDING, NULL_TEXT
from pgconsole.ui.grid_view import Cells, GridView
from pgconsole.ui.theme import FOCUS_RING, Theme


class GridPainter:
    """Paints one frame; its cost follows the cells that are seen, not the size of the result."""

    def __init__(self, painter: QPainter, view: GridView, theme: Theme, size: QRect, *, has_focus: bool) -> None:
        self._painter = painter
        self._view = view
        self._theme = theme
        self._size = size
        self._has_focus = has_focus
        self._height = view.look.row_height
        self._top = view.rows.top
        self._columns = view.places.between(view.scroll_x, view.scroll_x + size.width())
        self._rows: list[Cells] = view.glance(self._top, self._top + size.height() // self._height + 1)
        self._right = min(size.width(), view.places.total_width - view.scroll_x)

    def paint(self) -> None:
        """Paint background, selection, lines, texts and rings, in this order."""
        self._painter.fillRect(self._size, self._theme.panel)
        if not self._rows and not self._columns:
            return
        self._paint_backgrounds()
        self._paint_lines()
        for column in self._columns:
            self._paint_column(column)
        self._paint_outlines()

    def _paint_backgrounds(self) -> None:
        cursor = self._view.cursor
        if self._top <= cursor.row < self._top + len(self._rows):
            y = (cursor.row - self._top) * self._height
            self._painter.fillRect(QRect(0, y, self._right, self._height), self._theme.current_line)
        for area in cursor.selection.areas:
            self._painter.fillRect(self._rect(area).intersected(self._size), self._theme.selection)

    def _paint_lines(self) -> None:
        self._painter.setPen(QPen(self._theme.line, 0))
        view, bottom = self._view, len(self._rows) * self._height
        for number in range(1, len(self._rows) + 1):
            y = number * self._height - 1
            self._painter.drawLine(0, y, self._right - 1, y)
        for column in self._columns:
            x = view.places.left(column + 1) - view.scroll_x - 1
            self._painter.drawLine(x, 0, x, bottom - 1)

    def _paint_column(self, column: int) -> None:
        view, look, painter = self._view, self._view.look, self._painter
        left = view.places.left(column) - view.scroll_x
        room = view.places.width(column) - 2 * CELL_PADDING
        to_right = view.columns[column].is_numeric
        fit, draw = look.fit, painter.drawText
        marks: list[tuple[int, int]] = []
        nulls: list[int] = []
        painter.setFont(look.font)
        painter.setPen(self._theme.text)
        y, x = look.baseline, left + CELL_PADDING
        for number, row in enumerate(self._rows):
            cell = row[column]
            if cell is None:
                nulls.append(number)
            elif cell:
                text, is_cut, width = fit(cell, room)
                if is_cut:
                    marks.append((number, x + round(width)))
                elif to_right:
                    draw(round(x + room - width), y, text)
                    y += self._height
                    continue
                draw(x, y, text)
            y += self._height
        self._paint_marks(column, marks)
        self._paint_nulls(column, nulls, x, room, to_right=to_right)

    def _paint_marks(self, column: int, marks: list[tuple[int, int]]) -> None:
        for number, x in marks:
            self._painter.setPen(self._ink(number, column, self._theme.accent))
            self._painter.drawText(x, number * self._height + self._view.look.baseline, CUT_MARK)

    def _paint_nulls(self, column: int, nulls: list[int], x: int, room: int, *, to_right: bool) -> None:
        if not nulls:
            return
        look, painter = self._view.look, self._painter
        width = min(look.chip_width, max(room, 0))
        left = x + room - width if to_right else x
        gap = (self._height - look.chip_height) // 2
        painter.setFont(look.null_font)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, True)
        for number in nulls:
            chip = QRectF(left, number * self._height + gap, width, look.chip_height - 1)
            selected = self._view.cursor.selection.contains(self._top + number, column)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(self._theme.panel if selected else self._theme.sunken)
            painter.drawRoundedRect(chip, 3, 3)
            painter.setPen(self._theme.text if selected else self._theme.text_faint)
            painter.drawText(chip, Qt.AlignmentFlag.AlignCenter, NULL_TEXT)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)

    def _paint_outlines(self) -> None:
        painter, cursor = self._painter, self._view.cursor
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(self._theme.accent, 1))
        for area in cursor.selection.areas:
            painter.drawRect(self._rect(area).adjusted(-1, -1, -1, -1))
        if cursor.is_set:
            cell = Area(cursor.row, cursor.row + 1, cursor.column, cursor.column + 1)
            width = FOCUS_RING if self._has_focus else 1
            pen = QPen(self._theme.accent if self._has_focus else self._theme.text_faint, width)
            pen.setJoinStyle(Qt.PenJoinStyle.MiterJoin)
            painter.setPen(pen)
            rect = QRectF(self._rect(cell)).adjusted(-1, -1, -1, -1)
            inset = width / 2
            painter.drawRect(rect.adjusted(inset, inset, 1 - inset, 1 - inset))

    def _ink(self, number: int, column: int, color: QColor) -> QColor:
        selected = self._view.cursor.selection.contains(self._top + number, column)
        return self._theme.text if selected else color

    def _rect(self, area: Area) -> QRect:
        """The place of an area, clipped to a little more than the view, so that no number grows past 31 bits."""
        view = self._view
        top = max(-1, min(area.top - self._top, len(self._rows) + 1))
        bottom = max(-1, min(area.bottom - self._top, len(self._rows) + 1))
        left, right = view.places.left(area.left) - view.scroll_x, view.places.left(area.right) - view.scroll_x
        return QRect(left, top * self._height, right - left, (bottom - top) * self._height)
