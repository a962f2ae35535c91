"""Buttons made from actions: what they show, and when they bear the accent."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMainWindow, QToolButton
from pytestqt.qtbot import QtBot

from pgconsole.core.action import Condition
from pgconsole.core.actions import action
from pgconsole.ui.theme import GAP_M, GAP_S, apply_theme, dark, light, palette_of
from pgconsole.ui.window.action_set import ActionSet, keys_text
from pgconsole.ui.window.bar_buttons import (
    BUTTON_HEIGHT,
    ChoiceButton,
    corner_of,
    icon_button,
    result_buttons,
    split_button,
    word_button,
)

_ALL: set[Condition] = {"has_tab", "idle", "connected", "has_result", "has_more_rows", "in_transaction"}


@pytest.fixture
def window(qtbot: QtBot, qapp: QApplication) -> QMainWindow:
    apply_theme(qapp, "light")
    window = QMainWindow()
    qtbot.addWidget(window)
    return window


@pytest.fixture
def actions(window: QMainWindow) -> ActionSet:
    actions = ActionSet(window)
    actions.set_conditions(_ALL)
    actions["query.auto_commit"].setChecked(True)
    actions["query.isolation_default"].setChecked(True)
    return actions


@pytest.fixture
def mode(actions: ActionSet, window: QMainWindow) -> ChoiceButton:
    return ChoiceButton(actions, action("query.auto_commit"), window)


def test_icon_button_tells_words_and_key_in_its_tool_tip(actions: ActionSet, window: QMainWindow) -> None:
    for button in (icon_button(actions["tab.new"], window), *result_buttons(actions, window)):
        described = button.defaultAction()
        assert described is not None
        assert button.toolTip() == f"{described.text()} ({keys_text(described)})"
        assert button.text()
        assert (button.sizeHint().width(), button.sizeHint().height()) == (BUTTON_HEIGHT, BUTTON_HEIGHT)


def test_buttons_are_enabled_as_their_actions_are(actions: ActionSet, window: QMainWindow) -> None:
    fetch_all, copy = result_buttons(actions, window)
    assert fetch_all.isEnabled()
    actions.set_conditions({"has_tab", "idle", "has_result"})
    assert not fetch_all.isEnabled()
    assert copy.isEnabled()
    actions.set_conditions({"has_tab", "idle"})
    assert not copy.isEnabled()


def test_split_button_runs_its_action_and_offers_the_others(
    actions: ActionSet, window: QMainWindow, qtbot: QtBot
) -> None:
    button, ran = split_button(actions, action("query.run"), window), list[str]()
    actions.connect_all({"query.run": lambda: ran.append("run")})
    window.setCentralWidget(button)
    with qtbot.waitExposed(window):
        window.show()
    QTest.mouseClick(button, Qt.MouseButton.LeftButton, pos=button.rect().topLeft() + button.rect().center() / 4)
    assert ran == ["run"]
    assert button.popupMode() is QToolButton.ToolButtonPopupMode.MenuButtonPopup
    offered = [item.objectName() for item in button.menu().actions() if not item.isSeparator()]
    assert offered == [each.id for each in actions.under("query.run")]
    assert all(item.isShortcutVisibleInContextMenu() for item in button.menu().actions() if not item.isSeparator())


def test_choice_button_names_the_choice_and_bears_the_accent_for_an_unusual_one(
    actions: ActionSet, mode: ChoiceButton
) -> None:
    assert (mode.text(), mode.is_unusual) == ("Auto-commit", False)
    assert light().text_second.name() in _colors(mode)
    actions["query.manual_commit"].trigger()
    assert (mode.text(), mode.is_unusual) == ("Manual", True)
    assert light().accent.name() in _colors(mode)
    actions["query.auto_commit"].trigger()
    assert (mode.text(), mode.is_unusual) == ("Auto-commit", False)


def test_choice_button_tells_everything_that_is_chosen(actions: ActionSet, mode: ChoiceButton) -> None:
    actions["query.manual_commit"].trigger()
    actions["query.isolation_serializable"].trigger()
    actions["query.read_only"].trigger()
    assert mode.toolTip() == "Manual commit, Serializable, Read-only transactions"


def test_choice_button_follows_the_palette(actions: ActionSet, mode: ChoiceButton, window: QMainWindow) -> None:
    actions["query.manual_commit"].trigger()
    window.setPalette(palette_of(dark()))
    assert dark().accent.name() in _colors(mode)


def test_words_have_the_same_room_on_both_sides(actions: ActionSet, window: QMainWindow, qtbot: QtBot) -> None:
    button = word_button(actions["query.commit"], window)
    button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    button.resize(button.sizeHint())
    button.move(200, 40)
    window.resize(400, 100)
    with qtbot.waitExposed(window):
        window.show()
    drawn = window.grab(button.geometry()).toImage()
    paper = drawn.pixelColor(0, 0)
    inked = [x for x in range(drawn.width()) if any(drawn.pixelColor(x, y) != paper for y in range(drawn.height()))]
    left, right = inked[0], drawn.width() - 1 - inked[-1]
    assert GAP_S <= left <= GAP_M
    assert abs(left - right) <= 2


def test_a_corner_keeps_its_buttons_in_order(actions: ActionSet, window: QMainWindow) -> None:
    buttons = result_buttons(actions, window)
    corner = corner_of(window, buttons)
    corner.adjustSize()
    assert [button.parentWidget() for button in buttons] == [corner, corner]
    assert buttons[0].x() < buttons[1].x()


def _colors(button: QToolButton) -> set[str]:
    image: QImage = button.icon().pixmap(32, 32).toImage()
    pixels = [image.pixelColor(x, y) for x in range(image.width()) for y in range(image.height())]
    return {color.name() for color in pixels if color.alpha() == 255}
