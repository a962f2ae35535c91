"""The question before what may do harm, as a dialog of its own."""

import asyncio

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QPlainTextEdit, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from pgconsole.core.guards import GuardAnswer, GuardedStatement, GuardQuestion, GuardRules
from pgconsole.core.profile import ConnectionKind
from pgconsole.ui.guard_question import GuardDialog, ask_guard

ONE = GuardQuestion(GuardRules(), (GuardedStatement("delete from t", "It has no WHERE.", 12),), 1)
MANY = GuardQuestion(GuardRules(ConnectionKind.PRODUCTION, "shop"), ONE.statements, 1200, can_dry_run=False)


@pytest.fixture
def parent(qtbot: QtBot) -> QWidget:
    widget = QWidget()
    qtbot.addWidget(widget)
    return widget


def button(dialog: QWidget, name: str) -> QPushButton:
    found = dialog.findChild(QPushButton, name)
    assert found is not None
    return found


def test_statements_stand_with_their_reason_and_estimate(parent: QWidget) -> None:
    view = GuardDialog(ONE, parent).findChild(QPlainTextEdit, "guardStatements")
    assert view is not None
    assert view.toPlainText() == "delete from t\n-- It has no WHERE. The planner expects 12 rows."
    assert view.isReadOnly()


def test_hidden_characters_of_a_statement_are_visible(parent: QWidget) -> None:
    sly = GuardQuestion(GuardRules(), (GuardedStatement("drop table \u202et", ""),), 1)
    view = GuardDialog(sly, parent).findChild(QPlainTextEdit, "guardStatements")
    assert view is not None
    assert "‹202E›" in view.toPlainText()


def test_many_are_counted_and_a_dry_run_is_offered_only_where_it_can_be(parent: QWidget) -> None:
    dialog = GuardDialog(MANY, parent)
    view = dialog.findChild(QPlainTextEdit, "guardStatements")
    assert view is not None
    assert view.toPlainText().endswith("… and 1,199 more.")
    assert button(dialog, "guardRun").text() == "Run 1,200 statements"
    assert dialog.findChild(QPushButton, "guardDryRun") is None


@pytest.mark.parametrize(("name", "answer"), [("guardRun", "run"), ("guardDryRun", "dry_run"), ("guardCancel", None)])
async def test_each_button_is_an_answer(parent: QWidget, name: str, answer: GuardAnswer | None) -> None:
    asking = asyncio.ensure_future(ask_guard(parent, ONE))
    await asyncio.sleep(0)
    dialog = parent.findChild(GuardDialog)
    assert dialog is not None
    button(dialog, name).click()
    assert await asking == answer


@pytest.mark.parametrize("key", [Qt.Key.Key_Escape, Qt.Key.Key_Return])
async def test_escape_and_enter_run_nothing(parent: QWidget, key: Qt.Key) -> None:
    asking = asyncio.ensure_future(ask_guard(parent, ONE))
    await asyncio.sleep(0)
    dialog = parent.findChild(GuardDialog)
    assert dialog is not None
    QTest.keyClick(dialog.focusWidget(), key)
    assert await asking is None
