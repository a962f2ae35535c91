"""The grid in a window: scrolling, keys, mouse, copying, properties and its model."""

from collections.abc import Callable, Iterator, Sequence

import pytest
from PySide6.QtCore import QAbstractItemModel, QEvent, QModelIndex, QPoint, QPointF, Qt
from PySide6.QtGui import QGuiApplication, QImage, QWheelEvent
from PySide6.QtTest import QAbstractItemModelTester, QTest
from PySide6.QtWidgets import QApplication, QLineEdit, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from pgconsole.core.columns import Column
from pgconsole.core.row_store import RowStore
from pgconsole.core.selection import Area
from pgconsole.ui.grid.gutter import GridGutter
from pgconsole.ui.grid.header import GridHeader
from pgconsole.ui.grid.result_grid import ResultGrid
from pgconsole.ui.theme import data_font

COLUMNS = (Column("id", 23, "int4", True), Column("name", 25, "text"), Column("amount", 1700, "numeric"))
_CONTROL = Qt.KeyboardModifier.ControlModifier
_SHIFT = Qt.KeyboardModifier.ShiftModifier
_NONE = Qt.KeyboardModifier.NoModifier
_LEFT_BUTTON = Qt.MouseButton.LeftButton


class CountedRows:
    """A store of any size whose cells tell where they are."""

    memory_bytes = 5 << 40
    spilled_bytes = 3 << 40

    def __init__(self, row_count: int) -> None:
        self.row_count = row_count
        self.read: list[int] = []

    def glance(self, start: int, stop: int) -> list[tuple[str | None, ...]]:
        self.read += range(start, min(stop, self.row_count))
        return [(str(row), f"row {row}", None) for row in range(start, min(stop, self.row_count))]

    def cell(self, number: int, column: int) -> str | None:
        return self.glance(number, number + 1)[0][column]

    def iter_rows(
        self, start: int, stop: int, columns: Sequence[int] | None = None
    ) -> Iterator[tuple[str | None, ...]]:
        for row in range(start, stop):
            cells = self.glance(row, row + 1)[0]
            yield cells if columns is None else tuple([cells[column] for column in columns])


Show = Callable[..., ResultGrid]


@pytest.fixture
def show(qtbot: QtBot) -> Show:
    """Show a grid over so many counted rows; the first frame is painted."""

    def build(row_count: int, *, final: bool = True, more: bool = False) -> ResultGrid:
        grid = ResultGrid()
        qtbot.addWidget(grid)
        grid.resize(600, 40 + 20 * 22)
        grid.set_result(COLUMNS, CountedRows(row_count))
        grid.show()
        grid.setFocus()
        refresh(qtbot, grid, row_count, final=final, more=more)
        return grid

    return build


def refresh(qtbot: QtBot, grid: ResultGrid, rows: int, *, final: bool = True, more: bool = False) -> None:
    """Tell the grid of rows and wait for its next frame."""
    grid.refresh(rows, final, more)
    qtbot.waitUntil(lambda: not grid._flushing.is_asked)
    assert grid.model().rowCount() == min(rows, 2**31 - 1)


def test_a_script_need_not_wait_for_the_next_frame(show: Show) -> None:
    grid = show(10, final=False)
    grid.set_result(COLUMNS, CountedRows(20))
    grid.refresh(20, True, False)
    assert grid.property("rowsKnown") == grid.model().rowCount() == 20
    assert grid.property("rowsFinal") is True


def press(grid: ResultGrid, key: Qt.Key, modifiers: Qt.KeyboardModifier = _NONE) -> None:
    QTest.keyClick(grid, key, modifiers)


def areas(grid: ResultGrid) -> tuple[Area, ...]:
    return grid.selection.areas


def clipboard() -> str:
    return QGuiApplication.clipboard().text()


@pytest.mark.parametrize("row_count", [50, 100_000, 2**31 + 10, 10**12])
def test_any_row_of_any_result_can_be_reached(show: Show, row_count: int) -> None:
    grid = show(row_count)
    press(grid, Qt.Key.Key_End, _CONTROL)
    assert grid.current == (row_count - 1, 2)
    press(grid, Qt.Key.Key_Up)
    assert grid.current == (row_count - 2, 2)
    grid.move_to(row_count // 2, 0)
    assert grid.top_row <= row_count // 2 < grid.top_row + 20
    press(grid, Qt.Key.Key_Home, _CONTROL)
    assert grid.current == (0, 0)
    assert grid.top_row == 0


def test_painting_reads_only_the_rows_in_view(show: Show) -> None:
    grid = show(10**12)
    store = CountedRows(10**12)
    grid.set_result(COLUMNS, store)
    grid.refresh(10**12, True, False)
    grid._flush()
    store.read.clear()
    grid.scroll_to_row(777_777_777_777)
    grid.viewport().repaint()
    assert min(store.read) == 777_777_777_777
    assert max(store.read) < 777_777_777_777 + 25


def test_the_scroll_bar_moves_through_more_rows_than_it_can_count(show: Show) -> None:
    grid = show(10**12)
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


def test_shift_extends_and_the_selection_is_told(show: Show, qtbot: QtBot) -> None:
    grid = show(100)
    grid.move_to(5, 0)
    with qtbot.waitSignal(grid.selection_changed) as told:
        press(grid, Qt.Key.Key_Down, _SHIFT)
    press(grid, Qt.Key.Key_End, _SHIFT)
    assert told.args is not None
    assert told.args[0].areas == (Area(5, 7, 0, 1),)
    assert areas(grid) == (Area(5, 7, 0, 3),)


def test_select_all_is_one_area_of_a_trillion_rows(show: Show) -> None:
    grid = show(10**12)
    press(grid, Qt.Key.Key_A, _CONTROL)
    assert areas(grid) == (Area(0, 10**12, 0, 3),)


def test_a_copy_is_tab_separated_text(show: Show, qtbot: QtBot) -> None:
    grid = show(100)
    grid.move_to(3, 0)
    press(grid, Qt.Key.Key_C, _CONTROL)
    assert clipboard() == "3"
    for key in (Qt.Key.Key_Down, Qt.Key.Key_End):
        press(grid, key, _SHIFT)
    press(grid, Qt.Key.Key_C, _CONTROL)
    assert clipboard() == "3\trow 3\t\n4\trow 4\t"
    press(grid, Qt.Key.Key_C, _CONTROL | _SHIFT)
    assert clipboard() == "id\tname\tamount\n3\trow 3\t\n4\trow 4\t"


def test_a_long_copy_arrives_whole_in_slices(show: Show, qtbot: QtBot) -> None:
    grid = show(100_000)
    press(grid, Qt.Key.Key_A, _CONTROL)
    with qtbot.waitSignal(grid.copied, timeout=10_000) as copied:
        grid.copy()
    assert copied.args == [100_000]
    lines = clipboard().split("\n")
    assert len(lines) == 100_000
    assert lines[-1] == "99999\trow 99999\t"


def test_a_copy_too_large_is_refused_with_the_clipboard_kept(show: Show, qtbot: QtBot) -> None:
    grid = show(10**12)
    QGuiApplication.clipboard().setText("kept")
    press(grid, Qt.Key.Key_A, _CONTROL)
    with qtbot.waitSignal(grid.copy_too_large) as refused:
        press(grid, Qt.Key.Key_C, _CONTROL)
    assert refused.args == [10**12]
    assert clipboard() == "kept"


def test_a_copy_of_too_much_text_is_refused(qtbot: QtBot, show: Show, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pgconsole.ui.grid.copying.MAX_COPY_CHARS", 1000)
    grid = show(1000)
    QGuiApplication.clipboard().setText("kept")
    press(grid, Qt.Key.Key_A, _CONTROL)
    with qtbot.waitSignal(grid.copy_too_large):
        grid.copy()
    assert clipboard() == "kept"


@pytest.mark.parametrize(("key", "modifiers"), [(Qt.Key.Key_Space, _NONE), (Qt.Key.Key_Return, _SHIFT)])
def test_a_cell_is_opened_by_keys(show: Show, qtbot: QtBot, key: Qt.Key, modifiers: Qt.KeyboardModifier) -> None:
    grid = show(100)
    grid.move_to(7, 1)
    with qtbot.waitSignal(grid.cell_activated) as opened:
        press(grid, key, modifiers)
    assert opened.args == [7, 1]


@pytest.mark.parametrize("key", [Qt.Key.Key_Escape, Qt.Key.Key_F5, Qt.Key.Key_Return, Qt.Key.Key_X])
def test_other_keys_go_on_to_the_parent(show: Show, key: Qt.Key) -> None:
    from PySide6.QtGui import QKeyEvent

    grid = show(100)
    event = QKeyEvent(QEvent.Type.KeyPress, key, _NONE)
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


def test_more_is_wanted_once_near_the_end(show: Show, qtbot: QtBot) -> None:
    grid = show(1000, final=False, more=True)
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
    press(grid, Qt.Key.Key_End, _CONTROL)
    assert len(asked) == 2


def test_nothing_more_is_wanted_of_a_finished_result(show: Show) -> None:
    grid = show(30)
    asked: list[int] = []
    grid.more_wanted.connect(lambda: asked.append(1))
    press(grid, Qt.Key.Key_End, _CONTROL)
    assert asked == []


def test_many_refreshes_are_one_frame(show: Show, qtbot: QtBot) -> None:
    grid = show(10)
    announced: list[int] = []
    grid.model().rowsInserted.connect(lambda _parent, _first, last: announced.append(last))
    grid._view.store = CountedRows(1000)
    for rows in range(11, 1001):
        grid.refresh(rows, False, True)
    assert grid.property("rowsKnown") == 1000
    qtbot.waitUntil(lambda: grid.model().rowCount() == 1000)
    assert announced == [999]


def test_properties_hold_numbers_beyond_32_bits(show: Show) -> None:
    grid = show(10**12, final=False, more=True)
    assert grid.property("rowsKnown") == 10**12
    assert grid.property("rowsFinal") is False
    assert grid.property("memoryBytes") == 5 << 40
    assert grid.property("spilledBytes") == 3 << 40


def test_clicks_and_drags_select(show: Show) -> None:
    grid = show(100)
    height, left = 22, grid.column_width(0)

    def at(row: int, column: int) -> QPoint:
        return QPoint(5 if column == 0 else left + 5, row * height + 5)

    QTest.mouseClick(grid.viewport(), _LEFT_BUTTON, _NONE, at(2, 1))
    assert grid.current == (2, 1)
    QTest.mouseClick(grid.viewport(), _LEFT_BUTTON, _SHIFT, at(4, 0))
    assert areas(grid) == (Area(2, 5, 0, 2),)
    QTest.mouseClick(grid.viewport(), _LEFT_BUTTON, _CONTROL, at(8, 1))
    assert areas(grid) == (Area(2, 5, 0, 2), Area(8, 9, 1, 2))
    QTest.mousePress(grid.viewport(), _LEFT_BUTTON, _NONE, at(1, 0))
    QTest.mouseMove(grid.viewport(), at(3, 1))
    QTest.mouseRelease(grid.viewport(), _LEFT_BUTTON, _NONE, at(3, 1))
    assert areas(grid) == (Area(1, 4, 0, 2),)


def test_a_drag_beyond_the_edge_scrolls(show: Show, qtbot: QtBot) -> None:
    grid = show(1000)
    QTest.mousePress(grid.viewport(), _LEFT_BUTTON, _NONE, QPoint(5, 5))
    QTest.mouseMove(grid.viewport(), QPoint(5, grid.viewport().height() + 50))
    qtbot.waitUntil(lambda: grid.top_row > 10)
    QTest.mouseRelease(grid.viewport(), _LEFT_BUTTON, _NONE, QPoint(5, 5))
    assert grid.selection.areas[0].top == 0


def test_the_right_button_keeps_a_selection_that_it_falls_into(show: Show) -> None:
    grid = show(100)
    press(grid, Qt.Key.Key_A, _CONTROL)
    QTest.mouseClick(grid.viewport(), Qt.MouseButton.RightButton, _NONE, QPoint(5, 5))
    assert areas(grid) == (Area(0, 100, 0, 3),)


def test_names_select_columns_and_numbers_select_rows(show: Show) -> None:
    grid = show(100)
    header, gutter = grid.findChild(GridHeader), grid.findChild(GridGutter)
    assert header is not None
    assert gutter is not None
    QTest.mouseClick(header, _LEFT_BUTTON, _NONE, QPoint(gutter.width() + grid.column_width(0) + 10, 10))
    assert areas(grid) == (Area(0, 100, 1, 2),)
    QTest.mouseClick(gutter, _LEFT_BUTTON, _NONE, QPoint(5, 3 * 22 + 5))
    assert areas(grid) == (Area(3, 4, 0, 3),)
    QTest.mouseClick(gutter, _LEFT_BUTTON, _SHIFT, QPoint(5, 5 * 22 + 5))
    assert areas(grid) == (Area(3, 6, 0, 3),)
    QTest.mouseClick(header, _LEFT_BUTTON, _NONE, QPoint(5, 10))
    assert areas(grid) == (Area(0, 100, 0, 3),)


def test_an_edge_is_dragged_and_fitted(show: Show) -> None:
    grid = show(100)
    header, gutter = grid.findChild(GridHeader), grid.findChild(GridGutter)
    assert header is not None
    assert gutter is not None
    edge = gutter.width() + grid.column_width(0)
    before = grid.column_width(0)
    QTest.mousePress(header, _LEFT_BUTTON, _NONE, QPoint(edge - 1, 10))
    QTest.mouseMove(header, QPoint(edge + 59, 10))
    QTest.mouseRelease(header, _LEFT_BUTTON, _NONE, QPoint(edge + 59, 10))
    assert grid.column_width(0) == before + 60
    QTest.mouseDClick(header, _LEFT_BUTTON, _NONE, QPoint(edge + 59, 10))
    assert grid.column_width(0) < before + 60


def _wheel(grid: ResultGrid, notches: float, modifiers: Qt.KeyboardModifier = _NONE, pixels: int = 0) -> bool:
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


def test_the_wheel_scrolls_rows_and_shift_columns(show: Show) -> None:
    grid = show(1000)
    _wheel(grid, -1)
    assert grid.top_row == 3
    for _ in range(22):
        _wheel(grid, 0, pixels=-1)
    assert grid.top_row == 4
    grid.set_column_width(1, 2000)
    _wheel(grid, -1, _SHIFT)
    assert grid.horizontalScrollBar().value() > 0
    assert grid.top_row == 4


def test_the_model_passes_its_tester_while_rows_arrive(show: Show, qtbot: QtBot) -> None:
    grid = show(5)
    tester = QAbstractItemModelTester(grid.model(), QAbstractItemModelTester.FailureReportingMode.Fatal)
    store = CountedRows(5000)
    grid._view.store = store
    refresh(qtbot, grid, 5000)
    grid.set_result(COLUMNS[:1], RowStore(1))
    assert grid.model().rowCount() == 0
    assert grid.model().columnCount() == 1
    assert isinstance(tester.model(), QAbstractItemModel)


def test_the_model_counts_as_far_as_a_model_can(show: Show) -> None:
    assert show(10**12).model().rowCount() == 2**31 - 1


def test_the_model_has_the_servers_text_whole(qtbot: QtBot, show: Show) -> None:
    grid = show(1)
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


def _picture(qtbot: QtBot, grid: ResultGrid, cell: str | None) -> QImage:
    store = RowStore(1)
    store.append_rows([(cell,)])
    grid.set_result([Column("value", 25, "text")], store)
    refresh(qtbot, grid, 1)
    grid.set_column_width(0, 120)
    return grid.viewport().grab().toImage()


def test_null_looks_like_no_text(qtbot: QtBot, show: Show) -> None:
    grid = show(1)
    null, text, empty, blank = (_picture(qtbot, grid, cell) for cell in (None, "NULL", "", " "))
    assert null != text
    assert null != empty
    assert text != empty
    assert empty == blank


def test_a_cut_value_looks_like_no_whole_one(qtbot: QtBot, show: Show) -> None:
    grid = show(1)
    room = int((120 - 16) / grid._view.look.char_width)
    assert _picture(qtbot, grid, "x" * (room - 1) + "…") != _picture(qtbot, grid, "x" * (room + 5))


def test_wide_and_odd_results_are_painted(qtbot: QtBot, show: Show) -> None:
    grid = show(1)
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


def test_a_result_without_columns_or_rows_is_painted(qtbot: QtBot, show: Show) -> None:
    grid = show(1)
    store = RowStore(0)
    store.append_rows([()] * 5)
    grid.set_result([], store)
    refresh(qtbot, grid, 5)
    assert grid._view.absence() == "Rows without columns: 5"
    press(grid, Qt.Key.Key_Down)
    press(grid, Qt.Key.Key_A, _CONTROL)
    press(grid, Qt.Key.Key_C, _CONTROL)
    grid.grab()
    grid.set_result(COLUMNS, RowStore(3))
    assert grid._view.absence() == ""
    grid.refresh(0, True, False)
    qtbot.waitUntil(lambda: grid._view.absence() == "No rows")
    press(grid, Qt.Key.Key_Down)
    QTest.mouseClick(grid.viewport(), _LEFT_BUTTON, _NONE, QPoint(5, 5))
    grid.grab()
    assert grid.current is None


def test_another_font_size_measures_anew(show: Show) -> None:
    grid = show(100)
    width, page = grid.column_width(0), grid._view.rows.page
    grid.set_font(data_font(20))
    assert grid.column_width(0) > width * 1.5
    assert grid._view.rows.page < page


def test_a_screen_reader_is_told_the_current_cell(show: Show) -> None:
    grid = show(100)
    grid.move_to(4, 1)
    assert grid.accessibleDescription() == "Row 5, name: row 4"
    grid.move_to(4, 2)
    assert grid.accessibleDescription() == "Row 5, amount: NULL"


def test_numbers_that_come_into_view_widen_their_column_and_it_never_shrinks(show: Show, qtbot: QtBot) -> None:
    grid = show(10**12)
    narrow, beside = grid.column_width(0), grid.column_width(1)
    grid.scroll_to_row(10**12)
    qtbot.waitUntil(lambda: grid.column_width(0) > narrow)
    wide = grid.column_width(0)
    assert wide >= 12 * grid._view.look.char_width
    assert grid.column_width(1) == beside
    grid.scroll_to_row(0)
    grid._painting.now()
    assert grid.column_width(0) == wide


def test_numbers_leave_a_width_that_the_user_chose(show: Show) -> None:
    grid = show(10**12)
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
