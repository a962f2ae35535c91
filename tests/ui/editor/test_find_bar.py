"""Find and replace in the editor."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QLineEdit, QPushButton, QToolButton, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from pgconsole.ui.editor.find_bar import FindBar
from pgconsole.ui.editor.sql_editor import SqlEditor

TEXT = "select a, A from t;\n-- 😀 a\nselect ab;\n"


@pytest.fixture
def page(qtbot: QtBot) -> QWidget:
    page = QWidget()
    qtbot.addWidget(page)
    return page


@pytest.fixture
def bar(page: QWidget, qtbot: QtBot) -> FindBar:
    editor = SqlEditor(page)
    editor.set_script(TEXT)
    bar = FindBar(editor, page)
    layout = QVBoxLayout(page)
    layout.addWidget(bar)
    layout.addWidget(editor)
    with qtbot.waitActive(page):
        page.show()
    return bar


def editor_of(bar: FindBar) -> SqlEditor:
    page = bar.parentWidget()
    assert page is not None
    editor = page.findChild(SqlEditor)
    assert editor is not None
    return editor


def field(bar: FindBar, name: str = "findText") -> QLineEdit:
    found = bar.findChild(QLineEdit, name)
    assert found is not None
    return found


def count(bar: FindBar) -> str:
    label = bar.findChild(QLabel, "findCount")
    assert label is not None
    return label.text()


def switch(bar: FindBar, name: str) -> None:
    button = bar.findChild(QToolButton, name)
    assert button is not None
    button.click()


def replace_all(bar: FindBar) -> None:
    button = bar.findChild(QPushButton, "replaceAll")
    assert button is not None
    button.click()


def look_for(bar: FindBar, words: str) -> None:
    bar.open_find()
    field(bar).setText(words)
    bar.find_next()


def test_enter_goes_from_hit_to_hit_and_round_the_end(bar: FindBar) -> None:
    look_for(bar, "select")
    assert count(bar) == "1 of 2"
    QTest.keyClick(field(bar), Qt.Key.Key_Return)
    assert editor_of(bar).selection() == (TEXT.rindex("select"), TEXT.rindex("select") + 6)
    QTest.keyClick(field(bar), Qt.Key.Key_Return)
    assert count(bar) == "1 of 2"
    QTest.keyClick(field(bar), Qt.Key.Key_Return, Qt.KeyboardModifier.ShiftModifier)
    assert count(bar) == "2 of 2"


def test_case_and_whole_words_narrow_the_hits(bar: FindBar) -> None:
    look_for(bar, "a")
    assert len(bar.hits) == 4
    switch(bar, "findWord")
    assert len(bar.hits) == 3
    switch(bar, "findCase")
    assert len(bar.hits) == 2


def test_hits_behind_emoji_are_where_they_stand(bar: FindBar) -> None:
    look_for(bar, "ab;")
    assert editor_of(bar).textCursor().selectedText() == "ab;"


def test_invalid_expression_is_said_and_finds_nothing(bar: FindBar) -> None:
    bar.open_find()
    switch(bar, "findRegex")
    field(bar).setText("(")
    bar.find_next()
    assert count(bar) == "Not a regular expression"
    field(bar).setText("zzz")
    bar.find_next()
    assert count(bar) == "Nothing found"


def test_catastrophic_expression_does_not_freeze(bar: FindBar) -> None:
    editor_of(bar).set_script("a" * 40 + "!")
    bar.open_find()
    switch(bar, "findRegex")
    field(bar).setText("(a+)+b")
    bar.find_next()
    assert bar.hits == []


def test_replace_all_is_one_step_of_undo_and_fills_in_groups(bar: FindBar, qtbot: QtBot) -> None:
    bar.open_replace()
    switch(bar, "findRegex")
    field(bar).setText(r"select (\w+)")
    field(bar, "replaceText").setText(r"table \1\\")
    replace_all(bar)
    qtbot.waitUntil(lambda: not editor_of(bar).isReadOnly(), timeout=20_000)
    assert editor_of(bar).script() == TEXT.replace("select a,", "table a\\,").replace("select ab", "table ab\\")
    editor_of(bar).undo()
    assert editor_of(bar).script() == TEXT


def test_replacing_the_selected_hit_looks_at_what_is_around_it(bar: FindBar) -> None:
    bar.open_replace()
    switch(bar, "findRegex")
    field(bar).setText(r"(?<=select )(\w+)(?=;)")
    field(bar, "replaceText").setText(r"\1\1")
    bar.find_next()
    bar.replace()
    assert editor_of(bar).script() == TEXT.replace("ab", "abab")


def test_replace_all_replaces_more_than_are_marked_while_the_window_lives(bar: FindBar, qtbot: QtBot) -> None:
    editor = editor_of(bar)
    text = "-- 😀 a\n" * 12_000
    editor.set_script(text)
    bar.open_replace()
    field(bar).setText("a")
    field(bar, "replaceText").setText("😀b")
    replace_all(bar)
    assert editor.isReadOnly()
    assert count(bar).endswith(" replaced")
    qtbot.waitUntil(lambda: not editor.isReadOnly(), timeout=20_000)
    assert editor.script() == text.replace("a", "😀b")
    assert count(bar) == "Nothing found"
    editor.undo()
    assert editor.script() == text


def test_an_edit_of_another_kind_ends_replacing(bar: FindBar, qtbot: QtBot) -> None:
    editor = editor_of(bar)
    editor.set_script("a\n" * 12_000)
    bar.open_replace()
    field(bar).setText("a")
    replace_all(bar)
    editor.undo()
    qtbot.waitUntil(lambda: not editor.isReadOnly(), timeout=20_000)
    assert editor.script() == "a\n" * 12_000


def test_plain_replacement_takes_backslashes_as_they_are(bar: FindBar) -> None:
    bar.open_replace()
    field(bar).setText("ab")
    field(bar, "replaceText").setText(r"\1")
    bar.find_next()
    bar.replace()
    assert editor_of(bar).script() == TEXT.replace("ab", r"\1")


def test_opening_takes_the_selected_words(bar: FindBar) -> None:
    editor_of(bar).select(0, 6)
    bar.open_find()
    assert field(bar).text() == "select"
    assert field(bar).hasFocus()


def test_escape_closes_and_gives_the_focus_back(bar: FindBar) -> None:
    look_for(bar, "select")
    QTest.keyClick(field(bar), Qt.Key.Key_Escape)
    assert not bar.isVisible()
    assert editor_of(bar).hasFocus()
    assert bar.hits == []


def test_going_on_opens_the_bar_first_and_works_while_it_is_hidden(bar: FindBar) -> None:
    bar.go_on(bar.find_next)
    assert field(bar).hasFocus()
    look_for(bar, "select")
    bar.close_bar()
    bar.go_on(bar.find_next)
    assert editor_of(bar).selection() == (TEXT.rindex("select"), TEXT.rindex("select") + 6)
    bar.go_on(bar.find_previous)
    assert editor_of(bar).selection() == (0, 6)
    assert not bar.isVisible()
    assert editor_of(bar).hasFocus()


def test_tab_goes_from_what_replaces_to_the_button_that_does(bar: FindBar) -> None:
    bar.open_replace()
    order = []
    for _ in range(4):
        focused = QApplication.focusWidget()
        assert focused is not None
        order.append(focused.objectName())
        QTest.keyClick(focused, Qt.Key.Key_Tab)
    assert order == ["findText", "replaceText", "replaceOne", "replaceAll"]


def test_the_buttons_stay_where_they_are_whatever_is_counted(bar: FindBar, qtbot: QtBot) -> None:
    bar.open_find()
    button = bar.findChild(QToolButton, "findRegex")
    label = bar.findChild(QLabel, "findCount")
    assert button is not None
    assert label is not None
    places = set()
    for words in ("", "a", "zzz"):
        field(bar).setText(words)
        bar.find_next()
        QApplication.processEvents()
        places.add(button.pos().x())
        assert label.fontMetrics().horizontalAdvance(label.text()) <= label.width()
    assert len(places) == 1
