"""The grid in a window: scrolling, keys, frames, properties and widths."""

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtWidgets import QLineEdit, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from pgconsole.core.columns import Column
from pgconsole.core.row_store import RowStore
from pgconsole.core.selection import Area
from pgconsole.ui.grid.result_grid import ResultGrid
from pgconsole.ui.theme import data_font
from tests.fixtures.grid import COLUMNS, CONTROL, NO_KEY, SHIFT, CountedRows, ShowGrid, areas, press, refresh


def test_a_script_need_not_wait_for_the_next_frame(show_grid: ShowGrid) -> None:
    grid = show_grid(10, final=False)
    grid.set_result(COLUMNS, CountedRows(20))
    grid.refresh(20, True, False)
    assert grid.property("rowsKnown") == grid.model().rowCount() == 20
    assert grid.property("rowsFinal") is True


@pytest.mark.parametrize("row_count", [50, 100_000, 2**31 + 10, 10**12])
def test_any_row_of_any_result_can_be_reached(show_grid: ShowGrid, row_count: int) -> None:
    grid = show_grid(row_count)
    press(grid, Qt.Key.Key_End, CONTROL)
    assert grid.current == (row_count - 1, 2)
    press(grid, Qt.Key.Key_Up)
    assert grid.current == (row_count - 2, 2)
    grid.move_to(row_count // 2, 0)
    assert grid.top_row <= row_count // 2 < grid.top_row + 20
    press(grid, Qt.Key.Key_Home, CONTROL)
    assert grid.current == (0, 0)
    assert grid.top_row == 0


def test_painting_reads_only_the_rows_in_view(show_grid: ShowGrid) -> None:
    grid = show_grid(10**12)
    store = CountedRows(10**12)
    grid.set_result(COLUMNS, store)
    grid.refresh(10**12, True, False)
    grid._flush()
    store.read.clear()
    grid.scroll_to_row(777_777_777_777)
    grid.viewport().repaint()
    assert min(store.read) == 777_777_777_777
    assert max(store.read) < 777_777_777_777 + 25


def test_the_scroll_bar_moves_through_more_rows_than_it_can_count(show_grid: ShowGrid) -> None:
    grid = show_grid(10**12)
    bar = grid.verticalScrollBar()
    bar.setValue(bar.maximum())
    assert grid.top_row + 20 >= 10**12 - 1
    bar.setValue(bar.maximum() // 2)
    assert abs(grid.top_row - 10**12 // 2) < 10**6
    before = grid.top_row
    bar.triggerAction(bar.SliderAction.SliderSingleStepAdd)
    assert grid.top_row == before + 1
    bar.triggerAction(bar.SliderAction.SliderPageStepSub)
    assert grid.top_row == before + 1 - grid._view.rows.page


def test_shift_extends_and_the_selection_is_told(show_grid: ShowGrid, qtbot: QtBot) -> None:
    grid = show_grid(100)
    grid.move_to(5, 0)
    with qtbot.waitSignal(grid.selection_changed) as told:
        press(grid, Qt.Key.Key_Down, SHIFT)
    press(grid, Qt.Key.Key_End, SHIFT)
    assert told.args is not None
    assert told.args[0].areas == (Area(5, 7, 0, 1),)
    assert areas(grid) == (Area(5, 7, 0, 3),)


def test_select_all_is_one_area_of_a_trillion_rows(show_grid: ShowGrid) -> None:
    grid = show_grid(10**12)
    press(grid, Qt.Key.Key_A, CONTROL)
    assert areas(grid) == (Area(0, 10**12, 0, 3),)


@pytest.mark.parametrize(("key", "modifiers"), [(Qt.Key.Key_Space, NO_KEY), (Qt.Key.Key_Return, SHIFT)])
def test_a_cell_is_opened_by_keys(
    show_grid: ShowGrid, qtbot: QtBot, key: Qt.Key, modifiers: Qt.KeyboardModifier
) -> None:
    grid = show_grid(100)
    grid.move_to(7, 1)
    with qtbot.waitSignal(grid.cell_activated) as opened:
        press(grid, key, modifiers)
    assert opened.args == [7, 1]


@pytest.mark.parametrize("key", [Qt.Key.Key_Escape, Qt.Key.Key_F5, Qt.Key.Key_Return, Qt.Key.Key_X])
def test_other_keys_go_on_to_the_parent(show_grid: ShowGrid, key: Qt.Key) -> None:
    from PySide6.QtGui import QKeyEvent

    grid = show_grid(100)
    event = QKeyEvent(QEvent.Type.KeyPress, key, NO_KEY)
    event.accept()
    grid.keyPressEvent(event)
    assert not event.isAccepted()


def test_tab_leaves_the_grid(qtbot: QtBot) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    layout = QVBoxLayout(window)
    grid, next_field = ResultGrid(), QLineEdit()
    layout.addWidget(grid)
    layout.addWidget(next_field)
    window.show()
    window.activateWindow()
    grid.setFocus()
    qtbot.waitUntil(grid.hasFocus)
    press(grid, Qt.Key.Key_Tab)
    assert next_field.hasFocus()


def test_more_is_wanted_once_near_the_end(show_grid: ShowGrid, qtbot: QtBot) -> None:
    grid = show_grid(1000, final=False, more=True)
    asked: list[int] = []
    grid.more_wanted.connect(lambda: asked.append(grid.top_row))
    grid.scroll_to_row(100)
    assert asked == []
    grid.scroll_to_row(945)
    grid.scroll_to_row(960)
    assert asked == [945]
    grid._view.store = CountedRows(2000)
    refresh(qtbot, grid, 2000, final=False, more=True)
    assert asked == [945]
    press(grid, Qt.Key.Key_End, CONTROL)
    assert len(asked) == 2


def test_nothing_more_is_wanted_of_a_finished_result(show_grid: ShowGrid) -> None:
    grid = show_grid(30)
    asked: list[int] = []
    grid.more_wanted.connect(lambda: asked.append(1))
    press(grid, Qt.Key.Key_End, CONTROL)
    assert asked == []


def test_many_refreshes_are_one_frame(show_grid: ShowGrid, qtbot: QtBot) -> None:
    grid = show_grid(10)
    announced: list[int] = []
    grid.model().rowsInserted.connect(lambda _parent, _first, last: announced.append(last))
    grid._view.store = CountedRows(1000)
    for rows in range(11, 1001):
        grid.refresh(rows, False, True)
    assert grid.property("rowsKnown") == 1000
    qtbot.waitUntil(lambda: grid.model().rowCount() == 1000)
    assert announced == [999]


def test_properties_hold_numbers_beyond_32_bits(show_grid: ShowGrid) -> None:
    grid = show_grid(10**12, final=False, more=True)
    assert grid.property("rowsKnown") == 10**12
    assert grid.property("rowsFinal") is False
    assert grid.property("memoryBytes") == 5 << 40
    assert grid.property("spilledBytes") == 3 << 40


def test_another_font_size_measures_anew(show_grid: ShowGrid) -> None:
    grid = show_grid(100)
    width, page = grid.column_width(0), grid._view.rows.page
    grid.set_font(data_font(20))
    assert grid.column_width(0) > width * 1.5
    assert grid._view.rows.page < page


@pytest.mark.parametrize(("current", "shown"), [(10**12 - 1, 0), (0, 10**12)])
def test_rows_are_painted_however_far_away_the_current_one_is(show_grid: ShowGrid, current: int, shown: int) -> None:
    grid = show_grid(10**12)
    grid.move_to(current, 0)
    grid.scroll_to_row(shown)
    assert not grid.grab().isNull()


def test_a_screen_reader_is_told_the_current_cell(show_grid: ShowGrid) -> None:
    grid = show_grid(100)
    grid.move_to(4, 1)
    assert grid.accessibleDescription() == "Row 5, name: row 4"
    grid.move_to(4, 2)
    assert grid.accessibleDescription() == "Row 5, amount: NULL"


def test_numbers_that_come_into_view_widen_their_column_and_it_never_shrinks(show_grid: ShowGrid, qtbot: QtBot) -> None:
    grid = show_grid(10**12)
    narrow, beside = grid.column_width(0), grid.column_width(1)
    grid.scroll_to_row(10**12)
    qtbot.waitUntil(lambda: grid.column_width(0) > narrow)
    wide = grid.column_width(0)
    assert wide >= 12 * grid._view.look.char_width
    assert grid.column_width(1) == beside
    grid.scroll_to_row(0)
    grid._painting.now()
    assert grid.column_width(0) == wide


def test_numbers_leave_a_width_that_the_user_chose(show_grid: ShowGrid) -> None:
    grid = show_grid(10**12)
    grid.set_column_width(0, 50)
    grid.set_font(data_font(14))
    chosen = grid.column_width(0)
    grid.scroll_to_row(10**12)
    grid._painting.now()
    assert grid.column_width(0) == chosen


def test_columns_are_fitted_by_the_rows_that_follow_a_short_first_page(qtbot: QtBot) -> None:
    grid = ResultGrid()
    qtbot.addWidget(grid)
    grid.resize(900, 400)
    grid.show()
    store = RowStore(2)
    grid.set_result((Column("a", 25, "text"), Column("b", 25, "text")), store)
    widths = []
    for cell in ("short", "a value of some thirty characters"):
        store.append_rows([(cell, cell)] * 4)
        grid.refresh(store.row_count, final=False, more_available=True)
        assert grid.property("rowsKnown") == store.row_count
        widths.append(grid.column_width(1))
        grid.set_column_width(0, 77)
    assert widths[1] > widths[0]
    assert grid.column_width(0) == 77
    assert grid.current == (0, 0)
