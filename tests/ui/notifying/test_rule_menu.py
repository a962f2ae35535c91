"""The menu of alerts, and what one does to the desktop."""

import pytest
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from pgconsole.core.message_filter import MessageFilter
from pgconsole.core.notification_rules import Match, Rule
from pgconsole.ui.notifying.rule_menu import RuleMenu

WISH = MessageFilter("failed", "text", "jobs")
BADGE = Rule(act="badge", wanted="failed", channel="jobs")


@pytest.fixture
def menu(qtbot: QtBot) -> RuleMenu:
    menu = RuleMenu()
    qtbot.addWidget(menu)
    return menu


def entries(menu: RuleMenu) -> dict[str, QAction]:
    menu.menu().aboutToShow.emit()
    return {action.text(): action for action in menu.menu().actions() if action.text()}


def test_rule_is_made_of_what_is_looked_for(menu: RuleMenu) -> None:
    wanted: list[object] = []
    menu.changed.connect(wanted.append)
    menu.show_rules((), WISH)
    entries(menu)["Badge on jobs: failed"].trigger()
    assert wanted == [(BADGE,)]


def test_rule_that_there_is_can_only_be_removed(menu: RuleMenu) -> None:
    wanted: list[object] = []
    menu.changed.connect(wanted.append)
    menu.show_rules((BADGE,), WISH)
    found = entries(menu)
    assert not found["Badge on jobs: failed"].isEnabled()
    assert found["Sound on jobs: failed"].isEnabled()
    found["Remove: badge on jobs: failed"].trigger()
    assert wanted == [()]


def test_badge_counts_until_somebody_looks(menu: RuleMenu) -> None:
    menu.alarm(Match(BADGE, (1, "jobs", "x"), 0))
    menu.alarm(Match(BADGE, (1, "jobs", "x"), 4))
    assert (menu.matches, menu.text()) == (6, "Alerts (6)")
    menu.seen()
    assert (menu.matches, menu.text()) == (0, "Alerts")


def test_sound_and_desktop_are_asked_for(menu: RuleMenu, monkeypatch: pytest.MonkeyPatch) -> None:
    done: list[str] = []
    monkeypatch.setattr(QApplication, "beep", lambda: done.append("beep"))
    monkeypatch.setattr(QApplication, "alert", lambda _window: done.append("alert"))
    menu.alarm(Match(Rule(act="sound"), (1, "jobs", "x"), 0))
    menu.alarm(Match(Rule(act="notify"), (1, "jobs", "<b>x</b>"), 2))
    assert done == ["beep", "alert"]


def test_hostile_words_stay_words(menu: RuleMenu) -> None:
    menu.show_rules((), MessageFilter("a & b\u202e"))
    assert "Sound on any channel: a && b‹202E›" in entries(menu)
