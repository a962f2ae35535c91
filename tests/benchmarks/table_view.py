"""Paints the grid's benchmark by a QTableView, as programs without a grid of their own do."""

from statistics import median
from time import perf_counter
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt
from PySide6.QtWidgets import QApplication, QTableView

from tests.benchmarks.grid_bench import COLUMNS, FRAMES, ROWS, VIEW_WIDTH, sample_row

_Index = QModelIndex | QPersistentModelIndex
_NOWHERE = QModelIndex()


class _Rows(QAbstractTableModel):
    def __init__(self, row_count: int) -> None:
        super().__init__()
        self._rows = [sample_row(number) for number in range(row_count)]

    def rowCount(self, parent: _Index = _NOWHERE) -> int:
        return len(self._rows)

    def columnCount(self, parent: _Index = _NOWHERE) -> int:
        return COLUMNS

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        return self._rows[index.row()][index.column()] if role == Qt.ItemDataRole.DisplayRole else None


def paint_frame_ms() -> float:
    """Milliseconds to paint 45 x 12 cells never painted before, 1400 pixels wide; median of 60 frames."""
    model = _Rows((FRAMES + 1) * ROWS)
    view = QTableView()
    view.setModel(model)
    for row in range(model.rowCount()):
        view.setRowHeight(row, 20)
    view.show()
    frame = view.size() - view.viewport().size()
    view.resize(VIEW_WIDTH + frame.width(), ROWS * 20 + frame.height())
    for column in range(COLUMNS):
        view.setColumnWidth(column, (VIEW_WIDTH - 20) // COLUMNS)
    QApplication.processEvents()
    times = []
    for number in range(1, FRAMES + 1):
        view.scrollTo(model.index(number * ROWS, 0), QTableView.ScrollHint.PositionAtTop)
        began = perf_counter()
        view.viewport().repaint()
        times.append((perf_counter() - began) * 1000)
    view.close()
    view.deleteLater()
    return median(times)
