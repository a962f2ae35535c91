"""One result in its tab: the grid, the value of the current cell beside it, and a line for what is missing."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QLabel, QSplitter, QVBoxLayout, QWidget

from pgconsole.core.result import Result
from pgconsole.core.row_store import RowStore
from pgconsole.ui.cell_viewer import CellViewer
from pgconsole.ui.result_grid import ResultGrid
from pgconsole.ui.theme import GAP_S, data_font


class ResultPane(QWidget):
    """Shows one `Result`; asks for more rows by `more_wanted`."""

    more_wanted = Signal()
    current_changed = Signal()

    def __init__(self, result: Result, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.result = result
        self.is_kept = False
        """Whether the user wants it to outlive the next run."""
        self.grid = ResultGrid(self)
        self.grid.set_result(result.columns, result.store)
        self.grid.setAccessibleName(f"Result {result.number}")
        self.viewer = CellViewer(self)
        self.viewer.hide()
        self._note = QLabel(self)
        self._note.setObjectName("resultNote")
        self._note.setTextFormat(Qt.TextFormat.PlainText)
        self._note.setContentsMargins(GAP_S, 2, GAP_S, 2)
        self._note.hide()
        self._lay_out()
        self.grid.more_wanted.connect(self.more_wanted)
        self.grid.cell_activated.connect(self._show_cell)
        self.grid.current_changed.connect(self._follow_cell)
        self.viewer.closed.connect(self._hide_viewer)
        self.refresh()

    def _lay_out(self) -> None:
        splitter = QSplitter(Qt.Orientation.Horizontal, self)
        splitter.addWidget(self.grid)
        splitter.addWidget(self.viewer)
        splitter.setStretchFactor(0, 3)
        splitter.setStretchFactor(1, 1)
        splitter.setChildrenCollapsible(False)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(splitter, 1)
        layout.addWidget(self._note)

    def refresh(self) -> None:
        """Show how many rows there are now, and what is missing."""
        result = self.result
        more = not result.is_final and not result.stopped_because
        self.grid.refresh(result.row_count, result.is_final, more)
        note = self._note_text()
        self._note.setText(note)
        self._note.setVisible(bool(note))

    def _note_text(self) -> str:
        result = self.result
        if result.stopped_because:
            return f"Not all rows are here: {result.stopped_because.rstrip('.')}."
        if result.is_final and not result.columns:
            return "The statement returns rows without columns; they are counted."
        if result.is_final and not result.row_count:
            return "The statement returned no rows."
        return ""

    def _show_cell(self, row: int, column: int) -> None:
        self.viewer.show_value(self.result.columns[column], row, self.result.store.cell(row, column))
        self.viewer.show()

    def set_font_size(self, size_pt: float) -> None:
        """Show data in another size."""
        self.grid.set_font(data_font(size_pt))
        self.viewer.set_font(data_font(size_pt))

    def view_cell(self) -> None:
        """Show the whole value of the current cell beside the grid."""
        if self.grid.current is not None:
            self._show_cell(*self.grid.current)

    def _follow_cell(self, row: int, column: int) -> None:
        if self.viewer.isVisible():
            self._show_cell(row, column)
        self.current_changed.emit()

    def _hide_viewer(self) -> None:
        self.viewer.hide()
        self.grid.setFocus(Qt.FocusReason.OtherFocusReason)

    def close_result(self) -> None:
        """Let go of the rows; the pane is about to go too."""
        self.grid.set_result((), RowStore(0))
        self.viewer.clear()
        self.result.store.close()
