"""Panes below the tabs: their actions, their focus, and how they come back."""

import pytest
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QDockWidget, QLineEdit, QMainWindow
from pytestqt.qtbot import QtBot

from pgconsole.ui.window.pane_docks import PaneDocks


@pytest.fixture
def window(qtbot: QtBot) -> QMainWindow:
    window = QMainWindow()
    qtbot.addWidget(window)
    window.setCentralWidget(QLineEdit(window))
    window.resize(900, 700)
    window.show()
    return window


def add(docks: PaneDocks, window: QMainWindow, name: str) -> tuple[QAction, QLineEdit]:
    action = QAction(name.title(), window)
    action.setObjectName(f"view.{name}")
    action.setCheckable(True)
    pane = QLineEdit(window)
    docks.add(action, pane)
    return action, pane


def test_an_action_shows_and_hides_its_pane(window: QMainWindow) -> None:
    action, pane = add(PaneDocks(window), window, "one")
    assert not pane.isVisible()
    assert not action.isChecked()
    action.trigger()
    assert pane.isVisible()
    assert pane.hasFocus()
    assert action.isChecked()
    action.trigger()
    assert not pane.isVisible()
    assert not action.isChecked()
    assert window.centralWidget() is window.focusWidget()


def test_an_action_raises_a_pane_that_lies_behind_another(window: QMainWindow, qtbot: QtBot) -> None:
    docks = PaneDocks(window)
    (first, one), (second, two) = add(docks, window, "one"), add(docks, window, "two")
    first.trigger()
    second.trigger()
    qtbot.waitUntil(lambda: one.visibleRegion().isEmpty() and not two.visibleRegion().isEmpty())
    assert first.isChecked()
    first.trigger()
    qtbot.waitUntil(lambda: not one.visibleRegion().isEmpty())
    assert first.isChecked()
    assert second.isChecked()


def test_a_pane_that_is_closed_by_its_title_is_no_longer_checked(window: QMainWindow) -> None:
    action, _pane = add(PaneDocks(window), window, "one")
    action.trigger()
    dock = window.findChild(QDockWidget, "dock.view.one")
    assert dock is not None
    dock.close()
    assert not action.isChecked()


def test_pane_hears_whether_it_can_be_seen(window: QMainWindow, qtbot: QtBot) -> None:
    docks = PaneDocks(window)
    heard: list[bool] = []
    action = QAction("Watched", window)
    action.setObjectName("view.watched")
    action.setCheckable(True)
    docks.add(action, QLineEdit(window), heard.append)
    other, _pane = add(docks, window, "other")
    action.trigger()
    qtbot.waitUntil(lambda: heard[-1:] == [True])
    other.trigger()
    qtbot.waitUntil(lambda: heard[-1] is False)
    action.trigger()
    qtbot.waitUntil(lambda: heard[-1])
    action.trigger()
    qtbot.waitUntil(lambda: not heard[-1])


def test_panes_come_back_as_they_were_left(window: QMainWindow, qtbot: QtBot) -> None:
    action, _pane = add(PaneDocks(window), window, "one")
    action.trigger()
    state = window.saveState()
    again = QMainWindow()
    qtbot.addWidget(again)
    action, pane = add(PaneDocks(again), again, "one")
    assert again.restoreState(state)
    again.show()
    assert pane.isVisible()
    assert action.isChecked()
