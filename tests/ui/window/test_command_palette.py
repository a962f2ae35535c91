"""The palette of commands and the sheet of keys, both from the table of actions."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QLineEdit, QListView, QMainWindow, QPlainTextEdit, QTreeWidget
from pytestqt.qtbot import QtBot

from pgconsole.core.actions import ACTIONS
from pgconsole.ui.window.action_set import ActionSet
from pgconsole.ui.window.command_palette import ACTION_ROLE, CommandPalette
from pgconsole.ui.window.shortcut_sheet import ShortcutSheet


@pytest.fixture
def window(qtbot: QtBot) -> QMainWindow:
    window = QMainWindow()
    qtbot.addWidget(window)
    window.resize(900, 600)
    window.setCentralWidget(QPlainTextEdit())
    with qtbot.waitActive(window):
        window.show()
    return window


@pytest.fixture
def actions(window: QMainWindow) -> ActionSet:
    actions = ActionSet(window)
    actions.set_conditions({"has_tab", "idle"})
    return actions


@pytest.fixture
def palette(window: QMainWindow, actions: ActionSet) -> CommandPalette:
    palette = CommandPalette(actions, window)
    editor_of(window).setFocus()
    palette.open()
    return palette


def editor_of(window: QMainWindow) -> QPlainTextEdit:
    editor = window.findChild(QPlainTextEdit)
    assert editor is not None
    return editor


def typed(palette: CommandPalette) -> QLineEdit:
    found = palette.findChild(QLineEdit, "commandPaletteInput")
    assert found is not None
    return found


def listed(palette: CommandPalette) -> list[str]:
    view = palette.findChild(QListView, "commandPaletteList")
    assert view is not None
    model = view.model()
    return [model.index(row, 0).data(ACTION_ROLE) for row in range(model.rowCount())]


def test_every_command_but_the_palette_is_listed(palette: CommandPalette) -> None:
    assert sorted(listed(palette)) == sorted(each.id for each in ACTIONS if each.id != "help.palette")


def test_best_fit_is_first_and_what_cannot_be_used_last(palette: CommandPalette) -> None:
    QTest.keyClicks(typed(palette), "run")
    assert listed(palette)[:2] == ["query.run", "query.run_all"]
    typed(palette).clear()
    QTest.keyClicks(typed(palette), "com")
    assert listed(palette).index("query.commit") > listed(palette).index("editor.comment")


def test_scattered_letters_come_behind_what_cannot_be_used(palette: CommandPalette, actions: ActionSet) -> None:
    actions.set_conditions({"has_tab", "idle", "connected"})
    actions["query.reset_session"].setEnabled(False)
    QTest.keyClicks(typed(palette), "rese")
    assert listed(palette)[0] == "query.reset_session"


def test_nothing_found_is_said(palette: CommandPalette) -> None:
    label = palette.findChild(QLabel, "commandPaletteNothing")
    assert label is not None
    assert not label.isVisible()
    QTest.keyClicks(typed(palette), "zzz")
    assert label.isVisible()
    assert label.text() == "Nothing found"
    QTest.keyClick(typed(palette), Qt.Key.Key_Return)
    typed(palette).clear()
    assert not label.isVisible()


@pytest.mark.parametrize(("words", "found"), [("dark", "view.theme_dark"), ("theme", "view.theme_dark")])
def test_the_theme_is_found(palette: CommandPalette, words: str, found: str) -> None:
    QTest.keyClicks(typed(palette), words)
    assert found in listed(palette)[:3]


def test_enter_runs_the_chosen_command_and_gives_the_focus_back(
    palette: CommandPalette, actions: ActionSet, window: QMainWindow
) -> None:
    called: list[str] = []
    actions.connect_all({"query.run_all": lambda: called.append("run all")})
    QTest.keyClicks(typed(palette), "run")
    QTest.keyClick(typed(palette), Qt.Key.Key_Down)
    QTest.keyClick(typed(palette), Qt.Key.Key_Return)
    assert called == ["run all"]
    assert not palette.isVisible()
    assert editor_of(window).hasFocus()


def test_command_that_cannot_be_used_does_not_run(palette: CommandPalette, actions: ActionSet) -> None:
    called: list[str] = []
    actions.connect_all({"query.cancel": lambda: called.append("cancel")})
    QTest.keyClicks(typed(palette), "cancel")
    QTest.keyClick(typed(palette), Qt.Key.Key_Return)
    assert called == []
    assert palette.isVisible()


def test_escape_closes(palette: CommandPalette, window: QMainWindow) -> None:
    QTest.keyClick(typed(palette), Qt.Key.Key_Escape)
    assert not palette.isVisible()
    assert editor_of(window).hasFocus()


def test_palette_goes_away_when_the_focus_leaves_it(palette: CommandPalette, window: QMainWindow) -> None:
    editor_of(window).setFocus()
    assert not palette.isVisible()


def test_sheet_lists_every_command_with_its_keys_and_filters(window: QMainWindow, actions: ActionSet) -> None:
    sheet = ShortcutSheet(actions, window)
    sheet.open()
    tree = sheet.findChild(QTreeWidget, "shortcutList")
    filter_field = sheet.findChild(QLineEdit, "shortcutFilter")
    assert tree is not None
    assert filter_field is not None
    assert not sheet.isModal()
    rows = shown_rows(tree)
    assert [row[0] for row in rows] == [each.title.rstrip("…") for each in ACTIONS]
    assert all(row[2] for row in rows)
    QTest.keyClicks(filter_field, "roll back")
    assert "Roll back" in [row[0] for row in shown_rows(tree)]
    assert "Run all" not in [row[0] for row in shown_rows(tree)]
    sheet.close()


def shown_rows(tree: QTreeWidget) -> list[tuple[str, str, str]]:
    rows = []
    for index in range(tree.topLevelItemCount()):
        top = tree.topLevelItem(index)
        assert top is not None
        for number in range(top.childCount()):
            child = top.child(number)
            assert child is not None
            if not child.isHidden():
                rows.append((child.text(0), child.text(1), child.text(2)))
    return rows
