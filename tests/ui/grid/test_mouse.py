"""What the mouse does in the grid: selecting, dragging an edge, the wheel."""

from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from pgconsole.core.selection import Area
from pgconsole.ui.grid.gutter import GridGutter
from pgconsole.ui.grid.header import GridHeader
from pgconsole.ui.grid.result_grid import ResultGrid
from tests.fixtures.grid import CONTROL, LEFT_BUTTON, NO_KEY, SHIFT, ShowGrid, areas, press


def test_clicks_and_drags_select(show_grid: ShowGrid) -> None:
    grid = show_grid(100)
    height, left = 22, grid.column_width(0)

    def at(row: int, column: int) -> QPoint:
        return QPoint(5 if column == 0 else left + 5, row * height + 5)

    QTest.mouseClick(grid.viewport(), LEFT_BUTTON, NO_KEY, at(2, 1))
    assert grid.current == (2, 1)
    QTest.mouseClick(grid.viewport(), LEFT_BUTTON, SHIFT, at(4, 0))
    assert areas(grid) == (Area(2, 5, 0, 2),)
    QTest.mouseClick(grid.viewport(), LEFT_BUTTON, CONTROL, at(8, 1))
    assert areas(grid) == (Area(2, 5, 0, 2), Area(8, 9, 1, 2))
    QTest.mousePress(grid.viewport(), LEFT_BUTTON, NO_KEY, at(1, 0))
    QTest.mouseMove(grid.viewport(), at(3, 1))
    QTest.mouseRelease(grid.viewport(), LEFT_BUTTON, NO_KEY, at(3, 1))
    assert areas(grid) == (Area(1, 4, 0, 2),)


def test_a_drag_beyond_the_edge_scrolls(show_grid: ShowGrid, qtbot: QtBot) -> None:
    grid = show_grid(1000)
    QTest.mousePress(grid.viewport(), LEFT_BUTTON, NO_KEY, QPoint(5, 5))
    QTest.mouseMove(grid.viewport(), QPoint(5, grid.viewport().height() + 50))
    qtbot.waitUntil(lambda: grid.top_row > 10)
    QTest.mouseRelease(grid.viewport(), LEFT_BUTTON, NO_KEY, QPoint(5, 5))
    assert grid.selection.areas[0].top == 0


def test_the_right_button_keeps_a_selection_that_it_falls_into(show_grid: ShowGrid) -> None:
    grid = show_grid(100)
    press(grid, Qt.Key.Key_A, CONTROL)
    QTest.mouseClick(grid.viewport(), Qt.MouseButton.RightButton, NO_KEY, QPoint(5, 5))
    assert areas(grid) == (Area(0, 100, 0, 3),)


def test_names_select_columns_and_numbers_select_rows(show_grid: ShowGrid) -> None:
    grid = show_grid(100)
    header, gutter = grid.findChild(GridHeader), grid.findChild(GridGutter)
    assert header is not None
    assert gutter is not None
    QTest.mouseClick(header, LEFT_BUTTON, NO_KEY, QPoint(gutter.width() + grid.column_width(0) + 10, 10))
    assert areas(grid) == (Area(0, 100, 1, 2),)
    QTest.mouseClick(gutter, LEFT_BUTTON, NO_KEY, QPoint(5, 3 * 22 + 5))
    assert areas(grid) == (Area(3, 4, 0, 3),)
    QTest.mouseClick(gutter, LEFT_BUTTON, SHIFT, QPoint(5, 5 * 22 + 5))
    assert areas(grid) == (Area(3, 6, 0, 3),)
    QTest.mouseClick(header, LEFT_BUTTON, NO_KEY, QPoint(5, 10))
    assert areas(grid) == (Area(0, 100, 0, 3),)


def test_an_edge_is_dragged_and_fitted(show_grid: ShowGrid) -> None:
    grid = show_grid(100)
    header, gutter = grid.findChild(GridHeader), grid.findChild(GridGutter)
    assert header is not None
    assert gutter is not None
    edge = gutter.width() + grid.column_width(0)
    before = grid.column_width(0)
    QTest.mousePress(header, LEFT_BUTTON, NO_KEY, QPoint(edge - 1, 10))
    QTest.mouseMove(header, QPoint(edge + 59, 10))
    QTest.mouseRelease(header, LEFT_BUTTON, NO_KEY, QPoint(edge + 59, 10))
    assert grid.column_width(0) == before + 60
    QTest.mouseDClick(header, LEFT_BUTTON, NO_KEY, QPoint(edge + 59, 10))
    assert grid.column_width(0) < before + 60


def _wheel(grid: ResultGrid, notches: float, modifiers: Qt.KeyboardModifier = NO_KEY, pixels: int = 0) -> bool:
    place = QPointF(50, 50)
    event = QWheelEvent(
        place,
        place,
        QPoint(0, pixels),
        QPoint(0, round(120 * notches)),
        Qt.MouseButton.NoButton,
        modifiers,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(grid.viewport(), event)
    return event.isAccepted()


def test_the_wheel_scrolls_rows_and_shift_columns(show_grid: ShowGrid) -> None:
    grid = show_grid(1000)
    _wheel(grid, -1)
    assert grid.top_row == 3
    for _ in range(22):
        _wheel(grid, 0, pixels=-1)
    assert grid.top_row == 4
    grid.set_column_width(1, 2000)
    _wheel(grid, -1, SHIFT)
    assert grid.horizontalScrollBar().value() > 0
    assert grid.top_row == 4
