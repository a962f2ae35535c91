"""What the grid looks like, whatever its cells hold."""

from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QImage
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from pgconsole.core.columns import Column
from pgconsole.core.row_store import RowStore
from pgconsole.ui.grid.result_grid import ResultGrid
from tests.fixtures.grid import COLUMNS, CONTROL, LEFT_BUTTON, NO_KEY, ShowGrid, press, refresh


def _picture(qtbot: QtBot, grid: ResultGrid, cell: str | None) -> QImage:
    store = RowStore(1)
    store.append_rows([(cell,)])
    grid.set_result([Column("value", 25, "text")], store)
    refresh(qtbot, grid, 1)
    grid.set_column_width(0, 120)
    return grid.viewport().grab().toImage()


def test_null_looks_like_no_text(qtbot: QtBot, show_grid: ShowGrid) -> None:
    grid = show_grid(1)
    null, text, empty, blank = (_picture(qtbot, grid, cell) for cell in (None, "NULL", "", " "))
    assert null != text
    assert null != empty
    assert text != empty
    assert empty == blank


def test_a_cut_value_looks_like_no_whole_one(qtbot: QtBot, show_grid: ShowGrid) -> None:
    grid = show_grid(1)
    room = int((120 - 16) / grid._view.look.char_width)
    assert _picture(qtbot, grid, "x" * (room - 1) + "…") != _picture(qtbot, grid, "x" * (room + 5))


def test_wide_and_odd_results_are_painted(qtbot: QtBot, show_grid: ShowGrid) -> None:
    grid = show_grid(1)
    odd = ["王小明" * 50, "\u202eabc", "\x00\x01", "😀" * 400, "x" * 3_000, "\udcff", None, "a\nb"]
    columns = [Column(f"c{number}", 25, "text") for number in range(1664)]
    store = RowStore(1664)
    store.append_rows([(odd * 208), [*odd * 207, "y" * 3_000_000, *odd[1:]], (odd * 208)])
    grid.set_result(columns, store)
    refresh(qtbot, grid, 3)
    for column in (0, 4, 831, 1663):
        grid.move_to(1, column)
        grid.grab()
        assert grid.current == (1, column)
    store.close()


def test_a_result_without_columns_or_rows_is_painted(qtbot: QtBot, show_grid: ShowGrid) -> None:
    grid = show_grid(1)
    store = RowStore(0)
    store.append_rows([()] * 5)
    grid.set_result([], store)
    refresh(qtbot, grid, 5)
    assert grid._view.absence() == "Rows without columns: 5"
    press(grid, Qt.Key.Key_Down)
    press(grid, Qt.Key.Key_A, CONTROL)
    press(grid, Qt.Key.Key_C, CONTROL)
    grid.grab()
    grid.set_result(COLUMNS, RowStore(3))
    assert grid._view.absence() == ""
    grid.refresh(0, True, False)
    qtbot.waitUntil(lambda: grid._view.absence() == "No rows")
    press(grid, Qt.Key.Key_Down)
    QTest.mouseClick(grid.viewport(), LEFT_BUTTON, NO_KEY, QPoint(5, 5))
    grid.grab()
    assert grid.current is None
