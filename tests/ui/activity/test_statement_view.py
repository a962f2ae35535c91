"""The statement of the chosen session: whole, copied as it is, read in peace."""

import pytest
from PySide6.QtTest import QSignalSpy
from PySide6.QtWidgets import QApplication, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from pgconsole.core.backend import QUERY_CHARACTERS
from pgconsole.ui.activity.statement_view import StatementView
from tests.fixtures.activity import backend

LONG = "select " + "1, " * QUERY_CHARACTERS


@pytest.fixture
def window(qtbot: QtBot) -> QWidget:
    window = QWidget()
    qtbot.addWidget(window)
    return window


@pytest.fixture
def view(window: QWidget) -> StatementView:
    return StatementView(window)


def test_statement_keeps_its_lines_and_is_copied(view: StatementView) -> None:
    view.show_backend(backend(7, query="select 1\n  from t"))
    assert view.code.toPlainText() == "select 1\n  from t"
    button = view.findChild(QPushButton, "statementCopy")
    assert button is not None
    button.click()
    assert QApplication.clipboard().text() == "select 1\n  from t"


def test_nobody_has_no_statement(view: StatementView) -> None:
    view.show_backend(backend(7))
    view.show_backend(None)
    assert view.code.text == ""
    button = view.findChild(QPushButton, "statementCopy")
    assert button is not None
    assert not button.isEnabled()


def test_rest_of_a_long_statement_is_asked_for_once(view: StatementView) -> None:
    spy = QSignalSpy(view.whole_wanted)
    session = backend(7, query=LONG[:QUERY_CHARACTERS])
    view.show_backend(session)
    view.show_backend(session)
    assert spy.count() == 1
    view.show_whole(session, LONG, is_whole=False)
    view.show_backend(session)
    assert view.code.text == LONG


def test_late_answer_for_another_statement_is_dropped(view: StatementView) -> None:
    before, after = backend(7, query=LONG[:QUERY_CHARACTERS]), backend(7, query="select 2")
    view.show_backend(before)
    view.show_backend(after)
    view.show_whole(before, LONG, is_whole=True)
    assert view.code.text == "select 2"


def test_hidden_characters_of_a_statement_are_seen_and_copied_as_they_are(view: StatementView) -> None:
    view.show_backend(backend(7, query="select '\u202e'"))
    assert "\u202e" not in view.code.toPlainText()
    assert view.code.text == "select '\u202e'"
