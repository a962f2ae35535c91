import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QTabWidget, QWidget
from pytestqt.qtbot import QtBot

from pgconsole.ui.window.tab_follower import TabFollower


@pytest.fixture
def tabs(qtbot: QtBot) -> QTabWidget:
    tabs = QTabWidget()
    qtbot.addWidget(tabs)
    tabs.setDocumentMode(True)
    corner = QLabel("+", tabs)
    tabs.setCornerWidget(corner, Qt.Corner.TopRightCorner)
    TabFollower(tabs, corner)
    tabs.resize(600, 200)
    tabs.show()
    return tabs


def _place(tabs: QTabWidget) -> int:
    return tabs.cornerWidget(Qt.Corner.TopRightCorner).x()


def _end_of_tabs(tabs: QTabWidget) -> int:
    bar = tabs.tabBar()
    return bar.x() + bar.tabRect(bar.count() - 1).right() + 1


def test_corner_stands_behind_the_last_tab(tabs: QTabWidget, qtbot: QtBot) -> None:
    for count in range(1, 4):
        tabs.addTab(QWidget(), f"Query {count}")
        qtbot.waitUntil(lambda: _place(tabs) == _end_of_tabs(tabs))
    tabs.removeTab(0)
    qtbot.waitUntil(lambda: _place(tabs) == _end_of_tabs(tabs))
    tabs.setTabText(0, "A much longer title")
    qtbot.waitUntil(lambda: _place(tabs) == _end_of_tabs(tabs))


def test_corner_stays_in_sight_where_tabs_take_all_the_width(tabs: QTabWidget, qtbot: QtBot) -> None:
    for count in range(30):
        tabs.addTab(QWidget(), f"Query {count}")
    corner = tabs.cornerWidget(Qt.Corner.TopRightCorner)
    qtbot.waitUntil(lambda: corner.x() + corner.width() == tabs.width())
    tabs.resize(400, 200)
    qtbot.waitUntil(lambda: corner.x() + corner.width() == tabs.width())
