"""The way to the palette: what it shows in much room and in little."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMainWindow
from pytestqt.qtbot import QtBot

from pgconsole.ui.theme import apply_theme, light
from pgconsole.ui.window.action_set import ActionSet, keys_text
from pgconsole.ui.window.search_button import SearchButton


@pytest.fixture
def window(qtbot: QtBot, qapp: QApplication) -> QMainWindow:
    apply_theme(qapp, "light")
    window = QMainWindow()
    qtbot.addWidget(window)
    return window


@pytest.fixture
def actions(window: QMainWindow) -> ActionSet:
    return ActionSet(window)


@pytest.fixture
def button(window: QMainWindow, actions: ActionSet) -> SearchButton:
    return SearchButton(actions["help.palette"], window)


def _drawn(button: SearchButton, width: int) -> QImage:
    button.resize(width, button.sizeHint().height())
    return button.grab().toImage()


def _ink(image: QImage, left: int, right: int) -> int:
    paper = image.pixelColor(3, 14)
    area = [(x, y) for x in range(left, right) for y in range(4, image.height() - 4)]
    return sum(image.pixelColor(x, y) != paper for x, y in area)


def test_it_says_what_it_does_and_by_which_key(button: SearchButton, actions: ActionSet) -> None:
    assert button.text() == "Search commands"
    assert keys_text(actions["help.palette"]) in button.toolTip()


def test_a_click_and_space_open_the_palette(button: SearchButton, actions: ActionSet) -> None:
    opened = list[str]()
    actions.connect_all({"help.palette": lambda: opened.append("palette")})
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)
    QTest.keyClick(button, Qt.Key.Key_Space)
    assert opened == ["palette", "palette"]


def test_the_key_goes_first_then_the_words(button: SearchButton) -> None:
    whole = button.sizeHint().width()
    wide, cut, narrow = _drawn(button, whole), _drawn(button, whole - 20), _drawn(button, 28)
    assert _ink(wide, whole - 40, whole - 9) > 0
    assert _ink(cut, 36, 60) > 0
    assert _ink(cut, whole - 60, whole - 29) == 0
    assert _ink(narrow, 6, 22) > 0
    assert _ink(narrow, 2, 5) == 0


def test_the_focus_ring_is_drawn_in_the_accent(button: SearchButton, window: QMainWindow, qtbot: QtBot) -> None:
    def edges() -> set[str]:
        image = _drawn(button, 200)
        return {QColor(image.pixelColor(100, y)).name() for y in (0, 1)}

    with qtbot.waitActive(window):
        window.show()
    button.clearFocus()
    assert light().accent.name() not in edges()
    button.setFocus(Qt.FocusReason.TabFocusReason)
    assert edges() == {light().accent.name()}
