import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QLineEdit, QPushButton, QTreeWidget, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from pgconsole.core.profile import ConnectionKind, Profile, RecentConnection
from pgconsole.ui.window.start_page import StartPage

_SHOP = Profile(id="1", name="Shop", kind=ConnectionKind.PRODUCTION, server={"host": "db", "dbname": "shop"})
_DEV = Profile(id="2", server={"host": "localhost", "dbname": "dev"})
_USED = RecentConnection(title="older name", used_at=1.0, profile_id="1")
_TYPED = RecentConnection(title="stats @ db2", used_at=2.0, server={"host": "db2", "dbname": "stats"})


@pytest.fixture
def page(qtbot: QtBot) -> StartPage:
    page = StartPage()
    qtbot.addWidget(page)
    page.resize(900, 600)
    page.show()
    return page


def _rows(page: StartPage) -> list[list[str]]:
    tree = _tree(page)
    items = [tree.topLevelItem(row) for row in range(tree.topLevelItemCount())]
    return [[item.text(column) for column in range(3)] for item in items if item is not None]


def _tree(page: StartPage) -> QTreeWidget:
    tree = page.findChild(QTreeWidget, "startRecent")
    assert tree is not None
    return tree


def _line(page: StartPage) -> QLineEdit:
    line = page.findChild(QLineEdit, "startConnection")
    assert line is not None
    return line


def test_first_way_in_has_the_focus_and_starts_by_a_key(page: StartPage, qtbot: QtBot) -> None:
    page.focus_first()
    button = page.focusWidget()
    assert isinstance(button, QPushButton)
    assert button.objectName() == "startLocal"
    with qtbot.waitSignal(page.local_requested):
        QTest.keyClick(button, Qt.Key.Key_Space)


def test_open_connection_is_told_and_a_tab_on_it_comes_first(page: StartPage, qtbot: QtBot) -> None:
    assert any(label.text() == "No server is connected." for label in page.findChildren(QLabel))
    page.show_connected("shop @ db")
    assert any(label.text() == "Connected to shop @ db." for label in page.findChildren(QLabel))
    page.focus_first()
    button = page.focusWidget()
    assert isinstance(button, QPushButton)
    assert button.objectName() == "startNewTab"
    with qtbot.waitSignal(page.tab_requested):
        QTest.keyClick(button, Qt.Key.Key_Space)
    page.show_connected("")
    assert not button.isVisible()
    assert any(label.text() == "No server is connected." for label in page.findChildren(QLabel))


def test_tab_finds_its_way_out_of_the_page(qtbot: QtBot) -> None:
    frame = QWidget()
    qtbot.addWidget(frame)
    rows = QVBoxLayout(frame)
    rows.addWidget(StartPage(frame))
    below = QPushButton("Below", frame)
    rows.addWidget(below)
    with qtbot.waitActive(frame):
        frame.show()
    last = frame.findChild(QPushButton, "startImport")
    assert last is not None
    last.setFocus()
    QTest.keyClick(last, Qt.Key.Key_Tab)
    assert below.hasFocus()


def test_pasted_text_is_emitted_by_return(page: StartPage, qtbot: QtBot) -> None:
    line = _line(page)
    QTest.keyClicks(line, " host=db ")
    with qtbot.waitSignal(page.text_entered) as told:
        QTest.keyClick(line, Qt.Key.Key_Return)
    assert told.args == ["host=db"]


def test_nothing_is_emitted_for_an_empty_field(page: StartPage, qtbot: QtBot) -> None:
    with qtbot.assertNotEmitted(page.text_entered):
        QTest.keyClick(_line(page), Qt.Key.Key_Return)


def test_problem_stands_below_its_field_until_the_text_changes(page: StartPage, qtbot: QtBot) -> None:
    page.show_text_problem("There is no connection parameter 'hostt'.")
    assert any("hostt" in label.text() and label.isVisible() for label in page.findChildren(QLabel))
    assert _line(page).property("invalid") is True
    QTest.keyClicks(_line(page), "x")
    assert _line(page).property("invalid") is False


def test_text_that_was_taken_goes(page: StartPage, qtbot: QtBot) -> None:
    QTest.keyClicks(_line(page), "postgresql://a:s3cret@db")
    page.clear_text()
    assert _line(page).text() == ""


def test_recent_ones_come_first_and_saved_ones_only_once(page: StartPage) -> None:
    page.show_connections((_SHOP, _DEV), (_TYPED, _USED))
    assert _rows(page) == [
        ["stats @ db2", "", ""],
        ["Shop", "shop @ db", "Production"],
        ["dev @ localhost", "", ""],
    ]


def test_list_is_away_while_there_is_nothing_in_it(page: StartPage) -> None:
    assert not _tree(page).isVisible()
    page.show_connections((_DEV,), ())
    assert _tree(page).isVisible()


def test_chosen_connection_is_emitted_by_a_key(page: StartPage, qtbot: QtBot) -> None:
    page.show_connections((_DEV,), (_TYPED,))
    tree = _tree(page)
    tree.setFocus()
    QTest.keyClick(tree, Qt.Key.Key_Home)
    with qtbot.waitSignal(page.recent_chosen) as used:
        QTest.keyClick(tree, Qt.Key.Key_Return)
    QTest.keyClick(tree, Qt.Key.Key_Down)
    with qtbot.waitSignal(page.profile_chosen) as saved:
        QTest.keyClick(tree, Qt.Key.Key_Return)
    assert used.args == [_TYPED]
    assert saved.args == [_DEV]


def test_local_server_that_can_not_be_had_is_told(page: StartPage) -> None:
    page.show_local_state("No PostgreSQL was found: install the package postgresql.", available=False)
    button = page.findChild(QPushButton, "startLocal")
    assert button is not None
    assert not button.isEnabled()
    assert any("install the package" in label.text() for label in page.findChildren(QLabel))


def test_form_is_asked_for(page: StartPage, qtbot: QtBot) -> None:
    button = page.findChild(QPushButton, "startForm")
    assert button is not None
    with qtbot.waitSignal(page.form_requested):
        button.click()


def test_file_to_import_is_a_way_in(page: StartPage, qtbot: QtBot) -> None:
    button = page.findChild(QPushButton, "startImport")
    assert button is not None
    with qtbot.waitSignal(page.import_requested):
        QTest.keyClick(button, Qt.Key.Key_Space)
