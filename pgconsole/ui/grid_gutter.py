"""The column of row numbers left of a grid: paints it, and turns clicks and drags on it into row selections."""

from PySide6.QtCore import QRect, Qt, Signal
from PySide6.QtGui import QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from pgconsole.ui.grid_cursor import Pick
from pgconsole.ui.grid_keys import pick_of
from pgconsole.ui.grid_look import CELL_PADDING
from pgconsole.ui.grid_view import GridView
from pgconsole.ui.theme import theme_of

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
        painter.setFont(view.look.font)
        height, right = view.look.row_height, self.width() - CELL_PADDING
        areas = view.cursor.selection.areas
        last = min(view.rows.count, view.rows.top + self.height() // height + 1)
        for row in range(view.rows.top, last):
            y = (row - view.rows.top) * height
            number = str(row + 1)
            if any(area.top <= row < area.bottom for area in areas):
                painter.fillRect(QRect(0, y, self.width(), height), theme.selection)
                painter.setPen(theme.text)
            else:
                painter.setPen(theme.text if row == view.cursor.row else theme.text_faint)
            painter.drawText(round(right - len(number) * view.look.char_width), y + view.look.baseline, number)
            painter.setPen(QPen(theme.line, 0))
            painter.drawLine(0, y + height - 1, self.width(), y + height - 1)
        painter.setPen(QPen(theme.line, 0))
        painter.drawLine(self.width() - 1, 0, self.width() - 1, self.height())
        painter.end()

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
