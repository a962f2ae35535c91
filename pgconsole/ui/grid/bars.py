"""Keeps a grid's scroll bars and its view in step, for more rows than a scroll bar can count."""

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QAbstractSlider, QScrollBar

from pgconsole.ui.grid.view import GridView

_ACTION = QAbstractSlider.SliderAction
_COLUMN_STEP_CHARS = 4


class GridBars(QObject):
    """Writes the view's top row and horizontal place from the bars, and the bars from the view."""

    rows_moved = Signal()
    """Another row is at the top, by a bar."""
    columns_moved = Signal()
    """The view went sideways."""
    top_wanted = Signal(object)
    """A step of the vertical bar asks for this row at the top."""

    def __init__(self, view: GridView, vertical: QScrollBar, horizontal: QScrollBar) -> None:
        super().__init__(vertical)
        self._view = view
        self._vertical = vertical
        self._horizontal = horizontal
        vertical.valueChanged.connect(self._follow_vertical)
        vertical.actionTriggered.connect(self._act)
        horizontal.valueChanged.connect(self._follow_horizontal)

    def show_rows(self) -> None:
        """Set the vertical bar to what the view shows."""
        bar, rows = self._vertical, self._view.rows
        was_needed = bar.maximum() > 0
        blocked = bar.blockSignals(True)
        bar.setRange(0, rows.bar_max)
        bar.setPageStep(rows.bar_page)
        bar.setValue(rows.bar_value)
        bar.blockSignals(blocked)
        if was_needed != (bar.maximum() > 0):
            # This shows or hides the bar, and was held back by the block above.
            bar.rangeChanged.emit(bar.minimum(), bar.maximum())

    def show_columns(self, width: int) -> None:
        """Set the horizontal bar for a viewport of this width."""
        bar = self._horizontal
        bar.setPageStep(max(1, width))
        bar.setSingleStep(round(self._view.look.char_width * _COLUMN_STEP_CHARS))
        bar.setRange(0, max(0, self._view.places.total_width - width))

    def show_column(self, column: int) -> None:
        """Scroll sideways until a column is seen, whole where it fits."""
        places, bar = self._view.places, self._horizontal
        left, right, width = places.left(column), places.left(column + 1), bar.pageStep()
        if left < bar.value() or right - left >= width:
            bar.setValue(left)
        elif right > bar.value() + width:
            bar.setValue(right - width)

    def move_sideways(self, pixels: int) -> None:
        """Scroll to the right, or for negative numbers to the left."""
        self._horizontal.setValue(self._horizontal.value() + pixels)

    def _follow_vertical(self, value: int) -> None:
        rows = self._view.rows
        if value != rows.bar_value and rows.scroll_to(rows.top_of_bar(value)):
            self.rows_moved.emit()

    def _follow_horizontal(self, value: int) -> None:
        self._view.scroll_x = value
        self.columns_moved.emit()

    def _act(self, action: int) -> None:
        """Take steps in rows: one step of a mapped bar would be many."""
        rows = self._view.rows
        steps = {
            _ACTION.SliderSingleStepAdd.value: 1,
            _ACTION.SliderSingleStepSub.value: -1,
            _ACTION.SliderPageStepAdd.value: rows.page,
            _ACTION.SliderPageStepSub.value: -rows.page,
        }
        if action in steps:
            self.top_wanted.emit(rows.top + steps[action])
            self._vertical.setSliderPosition(rows.bar_value)
