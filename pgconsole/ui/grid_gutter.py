"""The column of row numbers left of a grid: paints it, and turns clicks and drags on it into row selections."""

from PySide6.QtCore import QRect, Qt, Signal
from PySide6.QtGui import QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from pgconsole.ui.grid_cursor import Pick
from pgconsole.ui.grid_keys import pick_of
from pgconsole.ui.grid_look import CELL_PADDING
from pgconsole.ui.grid_view import GridView
from pgconsole.ui.theme import FOCUS_RING, Theme, theme_of

_MIN_DIGITS = 3


class GridGutter(QWidget):
    """Row numbers, counted from 1, of the rows in view."""

    row_picked = Signal(object, object)

    def __init__(self, view: GridView, parent: QWidget) -> None:
        super().__init__(parent)
        self._view = view
        self._selecting = False

    def wanted_width(self) -> int:
        """The width that the largest number needs."""
        digits = max(_MIN_DIGITS, len(str(self._view.rows.count)))
        return round(digits * self._view.look.char_width) + 2 * CELL_PADDING

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the numbers in view, those of rows with selected cells on the selection's colour."""
        painter = QPainter(self)
        theme, view = theme_of(self), self._view
        painter.fillRect(self.rect(), theme.header)
        painter.setPen(QPen(theme.line, 0))
        painter.drawLine(self.width() - 1, 0, self.width() - 1, self.height())
        painter.setFont(view.look.ascii_font)
        last = min(view.rows.count, view.rows.top + self.height() // view.look.row_height + 1)
        for row in range(view.rows.top, last):
            self._paint_row(painter, theme, row)
        painter.end()

    def _paint_row(self, painter: QPainter, theme: Theme, row: int) -> None:
        view, width = self._view, self.width()
        height = view.look.row_height
        y = (row - view.rows.top) * height
        areas = [area for area in view.cursor.selection.areas if area.top <= row < area.bottom]
        is_whole = any(area.left == 0 and area.right >= len(view.columns) for area in areas)
        if is_whole:
            painter.fillRect(QRect(0, y, width, height), theme.selection)
        painter.setPen(QPen(theme.line, 0))
        painter.drawLine(0, y + height - 1, width, y + height - 1)
        if areas:
            painter.fillRect(QRect(width - FOCUS_RING, y, FOCUS_RING, height), theme.accent)
        number = str(row + 1)
        painter.setPen(theme.text if is_whole or row == view.cursor.row else theme.text_faint)
        place = round(width - CELL_PADDING - len(number) * view.look.char_width)
        painter.drawText(place, y + view.look.baseline, number)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Select the row under the pointer."""
        row = self._row_at(event)
        if event.button() == Qt.MouseButton.LeftButton and row is not None:
            self._selecting = True
            self.row_picked.emit(row, pick_of(event.modifiers()))

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Extend the selection while dragging, beyond the view as well."""
        if self._selecting and self._view.rows.count:
            self.row_picked.emit(self._view.row_at(round(event.position().y())), Pick.EXTEND)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """End a drag."""
        self._selecting = False

    def _row_at(self, event: QMouseEvent) -> int | None:
        row = self._view.rows.top + int(event.position().y()) // self._view.look.row_height
        return row if row < self._view.rows.count else None
