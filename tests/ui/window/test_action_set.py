"""QActions built from the table: names, keys, places, conditions."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit, QMainWindow, QMenu, QPlainTextEdit, QWidget
from pytestqt.qtbot import QtBot

from pgconsole.core.actions import ACTIONS
from pgconsole.ui.theme import dark, palette_of
from pgconsole.ui.window.action_set import ActionSet, keys_text


@pytest.fixture
def window(qtbot: QtBot) -> QMainWindow:
    window = QMainWindow()
    qtbot.addWidget(window)
    return window


def test_every_action_is_found_from_the_window_by_its_id(window: QMainWindow) -> None:
    ActionSet(window)
    for described in ACTIONS:
        found = window.findChild(QAction, described.id)
        assert found is not None
        assert found.text() == described.title
        assert found.toolTip()
        assert found.statusTip() == described.tip


def test_every_key_is_understood_by_qt(window: QMainWindow) -> None:
    keys = [sequence.toString() for built in ActionSet(window) for sequence in built.shortcuts()]
    assert len(keys) == sum(len(described.keys) for described in ACTIONS)
    assert all(keys)


def test_menus_hold_every_action_once(window: QMainWindow) -> None:
    menus = ActionSet(window).fill_menu_bar(window.menuBar())
    held = [item.objectName() for menu in menus.values() for item in menu.actions() if not item.isSeparator()]
    assert held == [described.id for described in ACTIONS]


def test_bars_have_the_buttons_of_the_table_in_groups(window: QMainWindow) -> None:
    actions = ActionSet(window)
    assert [[each.id for each in group] for group in actions.in_bar("window")] == [
        ["query.run"],
        ["query.cancel"],
        ["query.auto_commit"],
        ["query.commit", "query.rollback"],
    ]
    assert [each.id for group in actions.in_bar("results") for each in group] == ["query.fetch_all", "result.copy"]


def test_what_stands_under_a_button_is_in_the_order_of_the_table(window: QMainWindow) -> None:
    under = [each.id for each in ActionSet(window).under("query.run")]
    assert under == [each.id for each in ACTIONS if each.under == "query.run"]
    assert {"query.run_all", "query.run_to_end", "query.explain"} <= set(under)


def test_a_menu_keeps_groups_apart(window: QMainWindow) -> None:
    actions, menu = ActionSet(window), QMenu(window)
    actions.fill_menu(menu, actions.under("query.auto_commit"))
    words = ["-" if item.isSeparator() else item.text() for item in menu.actions()]
    assert words == [
        *("Manual commit", "-", "Default isolation", "Read committed", "Repeatable read", "Serializable", "-"),
        "Read-only transactions",
    ]


def test_an_icon_does_not_hide_the_mark_of_a_choice(window: QMainWindow) -> None:
    actions = ActionSet(window)
    assert not actions["query.manual_commit"].isIconVisibleInMenu()
    assert actions["query.run_all"].isIconVisibleInMenu()


def test_actions_are_enabled_while_all_their_conditions_hold(window: QMainWindow) -> None:
    actions = ActionSet(window)
    assert actions["app.quit"].isEnabled()
    assert not actions["query.run"].isEnabled()
    actions.set_conditions({"has_tab", "idle"})
    assert actions["query.run"].isEnabled()
    assert not actions["query.commit"].isEnabled()
    actions.set_conditions({"has_tab", "busy"})
    assert actions["query.cancel"].isEnabled()
    assert not actions["query.run"].isEnabled()


def test_tool_tip_of_a_button_names_its_key(window: QMainWindow) -> None:
    actions = ActionSet(window)
    assert actions["query.run"].toolTip() == f"Run ({keys_text(actions['query.run'])})"
    assert keys_text(actions["connection.edit"]) == ""


def test_trigger_reaches_the_slot_bound_by_id(window: QMainWindow) -> None:
    actions, called = ActionSet(window), list[str]()
    actions.connect_all({"app.quit": lambda: called.append("quit")})
    actions["app.quit"].trigger()
    assert called == ["quit"]
    with pytest.raises(KeyError):
        actions.connect_all({"app.fly": lambda: None})


def test_commit_modes_exclude_each_other(window: QMainWindow) -> None:
    actions = ActionSet(window)
    actions.set_conditions({"has_tab", "idle", "connected"})
    for action_id in ("query.auto_commit", "query.manual_commit", "query.auto_commit"):
        actions[action_id].trigger()
    assert actions["query.auto_commit"].isChecked()
    assert not actions["query.manual_commit"].isChecked()


def test_isolation_levels_exclude_each_other(window: QMainWindow) -> None:
    actions = ActionSet(window)
    actions["query.isolation_default"].setChecked(True)
    actions["query.isolation_serializable"].setChecked(True)
    assert not actions["query.isolation_default"].isChecked()


def test_grid_keys_work_in_the_grid_alone(window: QMainWindow, qtbot: QtBot) -> None:
    central = QWidget()
    editor, grid = QPlainTextEdit(central), QWidget(central)
    grid.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
    window.setCentralWidget(central)
    actions, called = ActionSet(window), list[str]()
    actions.connect_all({"result.view_cell": lambda: called.append("view")})
    actions.add_to(grid, "grid")
    actions.set_conditions({"has_tab", "has_result", "has_cell"})
    with qtbot.waitActive(window):
        window.show()
    editor.setFocus()
    QTest.keyClick(editor, Qt.Key.Key_Space)
    assert called == []
    assert editor.toPlainText() == " "
    grid.setFocus()
    QTest.keyClick(grid, Qt.Key.Key_Space)
    assert called == ["view"]


def test_icons_follow_the_palette(window: QMainWindow) -> None:
    actions = ActionSet(window)
    before = actions["query.run"].icon().cacheKey()
    window.setPalette(palette_of(dark()))
    assert actions["query.run"].icon().cacheKey() != before


def test_table_key_of_previous_tab_is_a_sequence_that_qt_matches(window: QMainWindow) -> None:
    shown = ActionSet(window)["tab.previous"].shortcut()
    assert shown.matches(QKeySequence("Ctrl+Shift+Tab")) is QKeySequence.SequenceMatch.ExactMatch


@pytest.mark.parametrize("kind", [QPlainTextEdit, QLineEdit])
def test_no_key_of_a_disabled_action_types_text(qtbot: QtBot, kind: type[QPlainTextEdit] | type[QLineEdit]) -> None:
    window = QMainWindow()
    qtbot.addWidget(window)
    field = kind()
    window.setCentralWidget(field)
    actions = ActionSet(window)
    with qtbot.waitActive(window):
        window.show()
    field.setFocus()
    disabled = [each for each in ACTIONS if not actions[each.id].isEnabled() and each.scope == "window"]
    assert "view.result" in {each.id for each in disabled}
    for described in disabled:
        for keys in actions[described.id].shortcuts():
            QTest.keySequence(field, keys)
    assert (field.toPlainText() if isinstance(field, QPlainTextEdit) else field.text()).strip() == ""


def test_a_key_works_again_once_its_action_is_enabled(window: QMainWindow, qtbot: QtBot) -> None:
    actions = ActionSet(window)
    field = QPlainTextEdit()
    window.setCentralWidget(field)
    with qtbot.waitActive(window):
        window.show()
    actions.set_conditions({"has_tab", "has_result"})
    with qtbot.waitSignal(actions["view.result"].triggered):
        QTest.keyClick(field, Qt.Key.Key_2, Qt.KeyboardModifier.AltModifier)
