"""Paints the cells of a grid: texts, NULL chips, lines, selection and the current cell; decides nothing else."""

from PySide6.QtCore import QRect, QRectF, Qt
from PySide6.QtGui import QPainter, QPen

from pgconsole.core.selection import Area
from pgconsole.ui.grid.look import CELL_PADDING, CHIP_PADDING, NULL_TEXT, hairline
from pgconsole.ui.grid.view import Cells, GridView
from pgconsole.ui.theme import FOCUS_RING, Theme

CHIP_RADIUS = 3
MARK_DOT = 2
MARK_WIDTH = 8


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
        absence = self._view.absence()
        if absence:
            self._painter.setPen(self._theme.text_faint)
            self._painter.drawText(self._size, Qt.AlignmentFlag.AlignCenter, absence)
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
        painter, colour, thin = self._painter, self._theme.line, hairline(self._painter)
        bottom = len(self._rows) * self._height
        for y in range(self._height, bottom + 1, self._height):
            painter.fillRect(QRectF(0, y - thin, self._right, thin), colour)
        for column in self._columns:
            x = self._view.places.left(column + 1) - self._view.scroll_x
            painter.fillRect(QRectF(x - thin, 0, thin, bottom), colour)

    def _paint_column(self, column: int) -> None:
        view, look = self._view, self._view.look
        x = view.places.left(column) - view.scroll_x + CELL_PADDING
        room = view.places.width(column) - 2 * CELL_PADDING
        limit = int(room / look.char_width) if look.is_fixed else -1
        shift = room if view.columns[column].is_numeric else 0
        painter = self._painter
        draw, char_width = painter.drawText, look.char_width
        nulls: list[int] = []
        cuts: list[int] = []
        others: list[int] = []
        painter.setFont(look.ascii_font)
        painter.setPen(self._theme.text)
        y = look.baseline - self._height
        for number, row in enumerate(self._rows):
            y += self._height
            cell = row[column]
            if cell is None:
                nulls.append(number)
                continue
            is_cut = len(cell) > limit
            shown = cell[: limit - 1] if is_cut else cell
            if limit < 1 or not (shown.isascii() and shown.isprintable()):
                others.append(number)
            elif is_cut:
                draw(x, y, shown)
                cuts.append(number)
            elif shown:
                draw(x + round(shift - len(shown) * char_width) if shift else x, y, shown)
        marks = [(number, x + round((limit - 1) * char_width)) for number in cuts]
        self._paint_marks(column, marks + self._paint_unusual(column, others, x, room))
        self._paint_nulls(column, nulls, x + shift - min(look.chip_width, room) if shift else x)

    def _paint_unusual(self, column: int, numbers: list[int], x: int, room: int) -> list[tuple[int, int]]:
        """Paint cells with more than printable ASCII; returns the rows of cut ones and where their marks stand."""
        look, painter = self._view.look, self._painter
        to_right = self._view.columns[column].is_numeric
        marks: list[tuple[int, int]] = []
        painter.setFont(look.font)
        for number in numbers:
            text, is_cut, width = look.fit(self._rows[number][column] or "", room)
            if is_cut:
                marks.append((number, x + round(width)))
            place = x + round(room - width) if to_right and not is_cut else x
            painter.drawText(place, number * self._height + look.baseline, text)
        return marks

    def _paint_marks(self, column: int, marks: list[tuple[int, int]]) -> None:
        """Paint the three dots that say a value goes on; drawn, not written, so that no text can look like them."""
        if not marks:
            return
        pen = QPen(self._theme.accent, MARK_DOT)
        pen.setCapStyle(Qt.PenCapStyle.FlatCap)
        pen.setDashPattern([1.0, 0.5])
        selected_pen = QPen(pen)
        selected_pen.setColor(self._theme.text)
        for number, x in marks:
            self._painter.setPen(selected_pen if self._is_selected(number, column) else pen)
            y = number * self._height + self._view.look.baseline - 1
            self._painter.drawLine(x + 1, y, x + 1 + MARK_WIDTH, y)

    def _paint_nulls(self, column: int, numbers: list[int], x: int) -> None:
        if not numbers:
            return
        look, painter = self._view.look, self._painter
        width = min(look.chip_width, self._view.places.width(column) - 2 * CELL_PADDING)
        above = (self._height - look.chip_height) // 2
        painter.setFont(look.null_font)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, True)
        for number in numbers:
            y = number * self._height
            selected = self._is_selected(number, column)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(self._theme.panel if selected else self._theme.sunken)
            painter.drawRoundedRect(x, y + above, width, look.chip_height, CHIP_RADIUS, CHIP_RADIUS)
            painter.setPen(self._theme.text if selected else self._theme.text_faint)
            painter.drawText(x + CHIP_PADDING, y + look.baseline, NULL_TEXT)
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

    def _is_selected(self, number: int, column: int) -> bool:
        return self._view.cursor.selection.contains(self._top + number, column)

    def _rect(self, area: Area) -> QRect:
        """The place of an area, clipped to a little more than the view, so that no number grows past 31 bits."""
        view = self._view
        top = max(-1, min(area.top - self._top, len(self._rows) + 1))
        bottom = max(-1, min(area.bottom - self._top, len(self._rows) + 1))
        left, right = view.places.left(area.left) - view.scroll_x, view.places.left(area.right) - view.scroll_x
        return QRect(left, top * self._height, right - left, (bottom - top) * self._height)
