"""The grid's rows as an item model has them."""

from PySide6.QtCore import QAbstractItemModel, QModelIndex, Qt
from PySide6.QtTest import QAbstractItemModelTester
from pytestqt.qtbot import QtBot

from pgconsole.core.row_store import RowStore
from tests.fixtures.grid import COLUMNS, CountedRows, ShowGrid, refresh


def test_the_model_passes_its_tester_while_rows_arrive(show_grid: ShowGrid, qtbot: QtBot) -> None:
    grid = show_grid(5)
    tester = QAbstractItemModelTester(grid.model(), QAbstractItemModelTester.FailureReportingMode.Fatal)
    store = CountedRows(5000)
    grid._view.store = store
    refresh(qtbot, grid, 5000)
    grid.set_result(COLUMNS[:1], RowStore(1))
    assert grid.model().rowCount() == 0
    assert grid.model().columnCount() == 1
    assert isinstance(tester.model(), QAbstractItemModel)


def test_the_model_counts_as_far_as_a_model_can(show_grid: ShowGrid) -> None:
    assert show_grid(10**12).model().rowCount() == 2**31 - 1


def test_the_model_has_the_servers_text_whole(qtbot: QtBot, show_grid: ShowGrid) -> None:
    grid = show_grid(1)
    store = RowStore(3)
    long_text = "x" * 100_000 + "\n\u202e"
    store.append_rows([("1", long_text, None), ("2", "", "NULL")])
    grid.set_result(COLUMNS, store)
    refresh(qtbot, grid, 2)
    model = grid.model()

    def read(row: int, column: int, role: Qt.ItemDataRole) -> object:
        return model.data(model.index(row, column), role)

    whole, painted = Qt.ItemDataRole.UserRole, Qt.ItemDataRole.DisplayRole
    assert read(0, 1, whole) == long_text
    assert str(read(0, 1, painted)).endswith("x…")
    assert [read(0, 2, whole), read(1, 2, whole), read(1, 1, whole)] == [None, "NULL", ""]
    assert read(0, 2, painted) == "NULL"
    assert read(0, 0, Qt.ItemDataRole.TextAlignmentRole) == int(
        Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
    )
    horizontal = Qt.Orientation.Horizontal
    assert model.headerData(0, horizontal) == "id"
    assert model.headerData(2, horizontal, Qt.ItemDataRole.ToolTipRole) == "numeric"
    assert model.headerData(1, Qt.Orientation.Vertical) == 2
    assert model.data(QModelIndex()) is None
    store.close()
    assert read(0, 1, whole) is None
