"""The column of row numbers left of a grid: paints it, and turns clicks and drags on it into row selections."""

from PySide6.QtCore import QRect, QRectF, Qt, Signal
from PySide6.QtGui import QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from pgconsole.ui.grid.cursor import Pick
from pgconsole.ui.grid.keys import pick_of
from pgconsole.ui.grid.look import CELL_PADDING, hairline
from pgconsole.ui.grid.view import GridView
from pgconsole.ui.theme import FOCUS_RING, Theme, theme_of

_MIN_DIGITS = 3


class GridGutter(QWidget):
    """Row numbers, counted from 1, of the rows in view."""

    row_picked = Signal(object, object)

    def __init__(self, view: GridView, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self._view = view
        self._selecting = False

    def wanted_width(self) -> int:
        """The width that the largest number needs."""
        digits = max(_MIN_DIGITS, len(str(self._view.rows.count)))
        return round(digits * self._view.look.char_width) + 2 * CELL_PADDING

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the numbers in view, those of rows with selected cells on the selection's colour."""
        view, theme = self._view, theme_of(self)
        top = view.rows.top
        last = min(view.rows.count, top + self.height() // view.look.row_height + 1)
        painter = QPainter(self)
        painter.fillRect(self.rect(), theme.header)
        bold = self._paint_selected(painter, theme, top, last) | {view.cursor.row}
        self._paint_lines(painter, theme, last - top)
        painter.setFont(view.look.ascii_font)
        painter.setPen(theme.text_faint)
        for row in range(top, last):
            if row not in bold:
                self._paint_number(painter, row)
        painter.setPen(theme.text)
        for row in bold & set(range(top, last)):
            self._paint_number(painter, row)
        painter.end()

    def _paint_selected(self, painter: QPainter, theme: Theme, top: int, last: int) -> set[int]:
        """Mark rows with selected cells; those of which every cell is selected."""
        view, width, height = self._view, self.width(), self._view.look.row_height
        whole: set[int] = set()
        for area in view.cursor.selection.areas:
            rows = range(max(top, area.top), min(last, area.bottom))
            if not rows:  # beyond 97 million rows away no widget has a place for it
                continue
            band = QRect(0, (rows.start - top) * height, width, len(rows) * height)
            if area.left == 0 and area.right >= len(view.columns):
                painter.fillRect(band, theme.selection)
                whole.update(rows)
            painter.fillRect(band.adjusted(width - FOCUS_RING, 0, 0, 0), theme.accent)
        return whole

    def _paint_lines(self, painter: QPainter, theme: Theme, rows: int) -> None:
        height, width, thin = self._view.look.row_height, self.width(), hairline(painter)
        for y in range(height, rows * height + 1, height):
            painter.fillRect(QRectF(0, y - thin, width, thin), theme.line)
        painter.fillRect(QRectF(width - thin, 0, thin, self.height()), theme.line)

    def _paint_number(self, painter: QPainter, row: int) -> None:
        look, number = self._view.look, str(row + 1)
        place = round(self.width() - CELL_PADDING - len(number) * look.char_width)
        painter.drawText(place, (row - self._view.rows.top) * look.row_height + look.baseline, number)

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
