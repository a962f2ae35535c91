"""Turns clicks and drags on a grid's cells into intents; a drag beyond the edge goes on by itself."""

from PySide6.QtCore import QObject, QPoint, Qt, QTimer, Signal
from PySide6.QtGui import QMouseEvent

from pgconsole.ui.grid.cursor import Pick
from pgconsole.ui.grid.keys import pick_of
from pgconsole.ui.grid.view import GridView

_DRAG_INTERVAL_MS = 30


class GridMouse(QObject):
    """Knows whether a drag goes on; the grid moves the cursor."""

    cell_picked = Signal(object, int, object)
    """Row, column and `Pick`; the row may lie outside of the view, or of the result."""
    cell_opened = Signal(object, int)

    def __init__(self, view: GridView, parent: QObject) -> None:
        super().__init__(parent)
        self._view = view
        self._drag_point: QPoint | None = None
        self._timer = QTimer(self)
        self._timer.setInterval(_DRAG_INTERVAL_MS)
        self._timer.timeout.connect(self._drag_on)

    def press(self, event: QMouseEvent) -> None:
        """Select the cell under the pointer; the right button keeps a selection that it falls into."""
        point = event.position().toPoint()
        cell = self._view.cell_at(point.x(), point.y())
        if cell is None:
            return
        if event.button() == Qt.MouseButton.LeftButton:
            self._drag_point = point
            self.cell_picked.emit(*cell, pick_of(event.modifiers()))
        elif event.button() == Qt.MouseButton.RightButton and not self._view.cursor.selection.contains(*cell):
            self.cell_picked.emit(*cell, Pick.REPLACE)

    def move(self, event: QMouseEvent, *, inside: bool) -> None:
        """Extend the selection to the pointer, again and again while it is outside of the view."""
        if self._drag_point is None:
            return
        self._drag_point = event.position().toPoint()
        if inside:
            self._timer.stop()
        elif not self._timer.isActive():
            self._timer.start()
        self._drag_on()

    def release(self) -> None:
        """End a drag."""
        self._drag_point = None
        self._timer.stop()

    def double_click(self, event: QMouseEvent) -> None:
        """Open the cell under the pointer."""
        point = event.position().toPoint()
        cell = self._view.cell_at(point.x(), point.y())
        if cell is not None and event.button() == Qt.MouseButton.LeftButton:
            self.cell_opened.emit(*cell)

    def _drag_on(self) -> None:
        if self._drag_point is not None and self._view.rows.count:
            row = self._view.rows.top + self._drag_point.y() // self._view.look.row_height
            self.cell_picked.emit(row, self._view.column_at(self._drag_point.x()), Pick.EXTEND)
