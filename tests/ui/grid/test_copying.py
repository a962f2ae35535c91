"""What the grid copies, and what it refuses to."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from pytestqt.qtbot import QtBot

from tests.fixtures.grid import (
    CONTROL,
    SHIFT,
    ShowGrid,
    clipboard,
    press,
)


def test_a_copy_is_tab_separated_text(show_grid: ShowGrid, qtbot: QtBot) -> None:
    grid = show_grid(100)
    grid.move_to(3, 0)
    press(grid, Qt.Key.Key_C, CONTROL)
    assert clipboard() == "3"
    for key in (Qt.Key.Key_Down, Qt.Key.Key_End):
        press(grid, key, SHIFT)
    press(grid, Qt.Key.Key_C, CONTROL)
    assert clipboard() == "3\trow 3\t\n4\trow 4\t"
    press(grid, Qt.Key.Key_C, CONTROL | SHIFT)
    assert clipboard() == "id\tname\tamount\n3\trow 3\t\n4\trow 4\t"


def test_a_long_copy_arrives_whole_in_slices(show_grid: ShowGrid, qtbot: QtBot) -> None:
    grid = show_grid(100_000)
    press(grid, Qt.Key.Key_A, CONTROL)
    with qtbot.waitSignal(grid.copied, timeout=10_000) as copied:
        grid.copy()
    assert copied.args == [100_000]
    lines = clipboard().split("\n")
    assert len(lines) == 100_000
    assert lines[-1] == "99999\trow 99999\t"


def test_a_copy_too_large_is_refused_with_the_clipboard_kept(show_grid: ShowGrid, qtbot: QtBot) -> None:
    grid = show_grid(10**12)
    QGuiApplication.clipboard().setText("kept")
    press(grid, Qt.Key.Key_A, CONTROL)
    with qtbot.waitSignal(grid.copy_too_large) as refused:
        press(grid, Qt.Key.Key_C, CONTROL)
    assert refused.args == [10**12]
    assert clipboard() == "kept"


def test_a_copy_of_too_much_text_is_refused(qtbot: QtBot, show_grid: ShowGrid, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pgconsole.ui.grid.copying.MAX_COPY_CHARS", 1000)
    grid = show_grid(1000)
    QGuiApplication.clipboard().setText("kept")
    press(grid, Qt.Key.Key_A, CONTROL)
    with qtbot.waitSignal(grid.copy_too_large):
        grid.copy()
    assert clipboard() == "kept"
