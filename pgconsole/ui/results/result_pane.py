"""One result in its tab: the grid, the value of the current cell beside it, and a line for what is missing."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QLabel, QSplitter, QVBoxLayout, QWidget

from pgconsole.core.notice import Notice
from pgconsole.core.result import Result
from pgconsole.core.row_store import RowStore
from pgconsole.core.wording import format_count, format_size, plural
from pgconsole.ui.grid.copying import MAX_COPY_CHARS, MAX_COPY_ROWS
from pgconsole.ui.grid.result_grid import ResultGrid
from pgconsole.ui.results.cell_viewer import CellViewer
from pgconsole.ui.theme import GAP_S, data_font

_LONG_COPY_ROWS = 1_000
"""From so many on the end of a copy is told; of fewer everybody sees what they have."""


class ResultPane(QWidget):
    """Shows one `Result`; asks for more rows by `more_wanted`."""

    more_wanted = Signal()
    current_changed = Signal()
    noticed = Signal(object)
    """A `Notice` of what became of a copy."""

    def __init__(self, result: Result, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.result = result
        self.is_kept = False
        """Whether the user wants it to outlive the next run."""
        self.grid = ResultGrid(self)
        self.grid.set_result(result.columns, result.store)
        self.grid.setAccessibleName(f"Result {result.number}")
        self._viewer: CellViewer | None = None
        self._data_font = data_font()
        self._splitter = QSplitter(Qt.Orientation.Horizontal, self)
        self._note = QLabel(self)
        self._note.setObjectName("resultNote")
        self._note.setTextFormat(Qt.TextFormat.PlainText)
        self._note.setContentsMargins(GAP_S, 2, GAP_S, 2)
        self._note.hide()
        self._lay_out()
        self.grid.more_wanted.connect(self.more_wanted)
        self.grid.cell_activated.connect(self._show_cell)
        self.grid.current_changed.connect(self._follow_cell)
        self.grid.copied.connect(self._tell_copied)
        self.grid.copy_too_large.connect(self._tell_too_large)
        self.refresh()

    def _lay_out(self) -> None:
        self._splitter.addWidget(self.grid)
        self._splitter.setStretchFactor(0, 3)
        self._splitter.setChildrenCollapsible(False)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self._splitter, 1)
        layout.addWidget(self._note)

    @property
    def viewer(self) -> CellViewer:
        """The value beside the grid; made when first wanted, as most results are never looked at so closely."""
        if self._viewer is None:
            self._viewer = CellViewer(self)
            self._viewer.hide()
            self._viewer.set_font(self._data_font)
            self._viewer.closed.connect(self._hide_viewer)
            self._splitter.addWidget(self._viewer)
            self._splitter.setStretchFactor(1, 1)
        return self._viewer

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
        return ""

    def _show_cell(self, row: int, column: int) -> None:
        store = self.result.store
        value = store.long_cell(row, column) or store.cell(row, column)
        self.viewer.show_value(self.result.columns[column], row, value)
        self.viewer.show()

    def set_font_size(self, size_pt: float) -> None:
        """Show data in another size."""
        self._data_font = data_font(size_pt)
        self.grid.set_font(self._data_font)
        if self._viewer is not None:
            self._viewer.set_font(self._data_font)

    def view_cell(self) -> None:
        """Show the whole value of the current cell beside the grid."""
        if self.grid.current is not None:
            self._show_cell(*self.grid.current)

    def _follow_cell(self, row: int, column: int) -> None:
        if self._viewer is not None and self._viewer.isVisible():
            self._show_cell(row, column)
        self.current_changed.emit()

    def _tell_copied(self, rows: int) -> None:
        if rows >= _LONG_COPY_ROWS:
            self.noticed.emit(Notice(f"{plural(rows, 'row')} copied to the clipboard.", "ok"))

    def _tell_too_large(self, rows: int) -> None:
        if rows > MAX_COPY_ROWS:
            why = f"{plural(rows, 'row')} are selected, and at most {format_count(MAX_COPY_ROWS)} can be copied"
        else:
            why = f"the first {plural(rows, 'row')} alone are more than {format_size(MAX_COPY_CHARS)} of text"
        self.noticed.emit(
            Notice(
                f"Nothing was copied: {why}. The clipboard is as it was. Select fewer cells, or have COPY write them.",
                "warning",
            )
        )

    def _hide_viewer(self) -> None:
        self.viewer.hide()
        self.grid.setFocus(Qt.FocusReason.OtherFocusReason)

    def close_result(self) -> None:
        """Let go of the rows; the pane is about to go too."""
        self.grid.set_result((), RowStore(0))
        if self._viewer is not None:
            self._viewer.clear()
        self.result.store.close()
