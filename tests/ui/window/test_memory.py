"""A window that is given the memory of another one."""

import base64
from functools import partial

import pytest
from msgspec.structs import replace
from PySide6.QtCore import QPoint, QRect
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from pgconsole.core.settings import WindowState
from pgconsole.ui.main_window import MainWindow
from pgconsole.ui.query_tab import QueryTab
from pgconsole.ui.theme import apply_theme
from pgconsole.ui.window.memory import restore_geometry, restore_tabs, window_state


def opened(qtbot: QtBot, state: WindowState | None = None) -> MainWindow:
    """A window that is shown, as the memory has it."""
    window = MainWindow()
    window.may_close = True
    qtbot.addWidget(window)
    restore_geometry(window, state or WindowState())
    with qtbot.waitExposed(window):
        window.show()
    return window


@pytest.fixture(autouse=True)
def _dressed(qapp: QApplication) -> None:
    apply_theme(qapp, "light")


def test_place_and_size_come_back(qtbot: QtBot) -> None:
    left = opened(qtbot)
    left.setGeometry(60, 70, 600, 500)
    assert opened(qtbot, window_state(left, ())).geometry() == left.geometry()


def test_a_maximized_window_comes_back_so_and_knows_its_other_size(qtbot: QtBot) -> None:
    left = opened(qtbot)
    left.setGeometry(60, 70, 600, 500)
    left.showMaximized()
    qtbot.waitUntil(left.isMaximized)
    back = opened(qtbot, window_state(left, ()))
    assert back.isMaximized()
    assert back.normalGeometry() == QRect(60, 70, 600, 500)


@pytest.mark.parametrize("place", [QPoint(9000, 40), QPoint(-9000, -9000), QPoint(40, 5000), QPoint(700, 700)])
def test_a_window_beyond_the_screens_comes_back_onto_one(qtbot: QtBot, place: QPoint) -> None:
    left = opened(qtbot)
    left.resize(600, 500)
    left.move(place)
    back = opened(qtbot, window_state(left, ()))
    assert QGuiApplication.primaryScreen().availableGeometry().contains(back.geometry())
    assert back.width() == 600


@pytest.mark.parametrize("geometry", ["", "%%%", base64.b64encode(b"nonsense").decode()])
def test_a_geometry_that_makes_no_sense_is_left(qtbot: QtBot, geometry: str) -> None:
    assert opened(qtbot, WindowState(geometry=geometry)).geometry() == opened(qtbot).geometry()


def test_the_first_window_is_seen_whole(qtbot: QtBot) -> None:
    first = opened(qtbot)
    assert QGuiApplication.primaryScreen().availableGeometry().contains(first.frameGeometry())


def test_a_window_from_a_screen_of_another_width_is_seen_whole(qtbot: QtBot) -> None:
    left = opened(qtbot)
    left.setGeometry(60, 70, 1200, 700)
    back = opened(qtbot, from_another_screen(window_state(left, ())))
    assert QGuiApplication.primaryScreen().availableGeometry().contains(back.frameGeometry())
    assert not back.isMaximized()


def test_a_maximized_window_from_a_screen_of_another_width_fills_this_one(qtbot: QtBot) -> None:
    left = opened(qtbot)
    left.showMaximized()
    qtbot.waitUntil(left.isMaximized)
    assert opened(qtbot, from_another_screen(window_state(left, ()))).isMaximized()


def from_another_screen(state: WindowState) -> WindowState:
    """What is remembered, as if the screen had been wider."""
    geometry = bytearray(base64.b64decode(state.geometry))
    assert geometry[46:50] == QGuiApplication.primaryScreen().geometry().width().to_bytes(4, "big")
    geometry[46:50] = (2000).to_bytes(4, "big")
    return replace(state, geometry=base64.b64encode(geometry).decode())


def test_the_tab_that_was_shown_is_shown_and_all_are_split_as_it_was(qtbot: QtBot) -> None:
    left = opened(qtbot)
    left.resize(600, 500)
    for draft_id in ("a", "b", "c"):
        left.add_tab(QueryTab(draft_id, draft_id))
    left.tabs.setCurrentIndex(1)
    shown = left.current_tab
    assert shown is not None
    shown.splitter.setSizes([150, 350])
    state = window_state(left, ())
    assert state.current_tab == "b"
    back = opened(qtbot, state)
    for draft_id in ("a", "b", "c"):
        back.add_tab(QueryTab(draft_id, draft_id))
    restore_tabs(back, state)
    for tab in back.query_tabs():
        back.tabs.setCurrentWidget(tab)
        qtbot.waitUntil(partial(_is_split, tab, state.splitter_px))
    restore_tabs(back, state)
    assert back.current_tab is not None
    assert back.current_tab.draft_id == "b"


def test_the_split_outlives_the_last_tab(qtbot: QtBot) -> None:
    left = opened(qtbot)
    left.resize(600, 500)
    tab = QueryTab("a", "a")
    left.add_tab(tab)
    tab.splitter.setSizes([150, 350])
    split = tuple(tab.splitter.sizes())
    left.remove_tab(tab)
    state = window_state(left, ())
    assert state.splitter_px == split
    assert state.current_tab == ""
    back = opened(qtbot, state)
    again = QueryTab("b", "b")
    back.add_tab(again)
    qtbot.waitUntil(partial(_is_split, again, split))


def _is_split(tab: QueryTab, sizes_px: tuple[int, ...]) -> bool:
    return tuple(tab.splitter.sizes()) == sizes_px
