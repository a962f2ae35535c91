"""The menu of alerts, and what one does to the desktop."""

import pytest
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QApplication, QLabel, QPlainTextEdit, QPushButton
from pytestqt.qtbot import QtBot

from pgconsole.core.message_filter import MessageFilter
from pgconsole.core.message_log import Message
from pgconsole.core.notification_rules import Match, Rule
from pgconsole.ui.notifying.query_rule_dialog import QueryRuleDialog
from pgconsole.ui.notifying.rule_menu import RuleMenu

WISH = MessageFilter("failed", "text", "jobs")
BADGE = Rule(act="badge", wanted="failed", channel="jobs")


@pytest.fixture
def menu(qtbot: QtBot) -> RuleMenu:
    menu = RuleMenu()
    qtbot.addWidget(menu)
    return menu


def message(payload: str) -> Message:
    return Message(0, 0.0, "jobs", 1, payload)


def entries(menu: RuleMenu) -> dict[str, QAction]:
    menu.menu().aboutToShow.emit()
    return {action.text(): action for action in menu.menu().actions() if action.text()}


def test_rule_is_made_of_what_is_looked_for(menu: RuleMenu) -> None:
    wanted: list[object] = []
    menu.changed.connect(wanted.append)
    menu.show_wish(WISH)
    entries(menu)["Badge on jobs: failed"].trigger()
    assert wanted == [(BADGE,)]


def test_rule_that_there_is_can_only_be_removed(menu: RuleMenu) -> None:
    wanted: list[object] = []
    menu.changed.connect(wanted.append)
    menu.show_wish(WISH)
    menu.show_rules((BADGE,))
    found = entries(menu)
    assert not found["Badge on jobs: failed"].isEnabled()
    assert found["Sound on jobs: failed"].isEnabled()
    found["Remove: badge on jobs: failed"].trigger()
    assert wanted == [()]


def test_rules_with_a_query_are_told_apart_by_it(menu: RuleMenu) -> None:
    menu.show_rules([Rule(act="query", channel="jobs", query=query) for query in ("select 1", "select\n2")])
    found = entries(menu)
    assert "Remove: run a query on jobs · select 1" in found
    assert sum(words.startswith("Remove: run a query on jobs · select") for words in found) == 2


def test_badge_counts_until_somebody_looks(menu: RuleMenu) -> None:
    menu.alarm(Match(BADGE, message("x"), 0))
    menu.alarm(Match(BADGE, message("x"), 4))
    assert (menu.matches, menu.text()) == (6, "Alerts (6)")
    menu.seen()
    assert (menu.matches, menu.text()) == (0, "Alerts")


def test_sound_and_desktop_are_asked_for(menu: RuleMenu, monkeypatch: pytest.MonkeyPatch) -> None:
    done: list[str] = []
    monkeypatch.setattr(QApplication, "beep", lambda: done.append("beep"))
    monkeypatch.setattr(QApplication, "alert", lambda _window: done.append("alert"))
    menu.alarm(Match(Rule(act="sound"), message("x"), 0))
    menu.alarm(Match(Rule(act="notify"), message("<b>x</b>"), 2))
    assert done == ["beep", "alert"]


def test_hostile_words_stay_words(menu: RuleMenu) -> None:
    menu.show_wish(MessageFilter("a & b\u202e"))
    assert "Sound on any channel: a && b‹202E›" in entries(menu)


def test_query_of_a_rule_is_asked_for(menu: RuleMenu, qtbot: QtBot) -> None:
    wanted: list[object] = []
    menu.changed.connect(wanted.append)
    menu.show_wish(WISH)
    entries(menu)["Run a query on jobs: failed…"].trigger()
    dialog = menu.findChild(QueryRuleDialog, "queryRuleDialog")
    assert dialog is not None
    query, add = dialog.findChild(QPlainTextEdit, "ruleQuery"), dialog.findChild(QPushButton, "ruleQueryAdd")
    fault = dialog.findChild(QLabel, "ruleQueryFault")
    assert query is not None
    assert add is not None
    assert fault is not None
    assert not add.isEnabled()
    query.setPlainText("delete from orders")
    assert not add.isEnabled()
    assert "only reads" in fault.text()
    query.setPlainText("select $1")
    assert fault.text() == ""
    add.click()
    qtbot.waitUntil(lambda: menu.findChild(QueryRuleDialog) is None)
    assert wanted == [(Rule(act="query", wanted="failed", channel="jobs", query="select $1"),)]


def test_same_query_is_no_second_rule(menu: RuleMenu) -> None:
    wanted: list[object] = []
    menu.changed.connect(wanted.append)
    menu.show_wish(WISH)
    menu.show_rules([Rule(act="query", wanted="failed", channel="jobs", query="select 1")])
    entries(menu)["Run a query on jobs: failed…"].trigger()
    dialog = menu.findChild(QueryRuleDialog, "queryRuleDialog")
    assert dialog is not None
    dialog.query_given.emit("select 1")
    assert wanted == []
    dialog.query_given.emit("select 2")
    assert len(wanted) == 1
    dialog.reject()
