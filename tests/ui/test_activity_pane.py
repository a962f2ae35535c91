"""The pane: its pages, counts, states, and what it passes on."""

import pytest
from PySide6.QtGui import QAction
from PySide6.QtTest import QSignalSpy
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from pgconsole.core.errors import ConnectionLost
from pgconsole.core.server_numbers import Progress, TopStatement
from pgconsole.core.server_sample import ServerSample, WatchState
from pgconsole.ui.activity_pane import ActivityPane
from tests.fixtures.activity import backend, busy, sample, waits_for


@pytest.fixture
def pane(qtbot: QtBot) -> ActivityPane:
    act, switch = QAction("Terminate"), QAction("Pause")
    switch.setCheckable(True)
    pane = ActivityPane([switch, act], [act])
    for each in (act, switch):
        each.setParent(pane)
    qtbot.addWidget(pane)
    pane.resize(1200, 260)
    pane.show()
    return pane


def queue(**given: object) -> ServerSample:
    """Two sessions, one of which waits for the other."""
    return sample([busy(1, 20), busy(2, 10)], [waits_for(2, 1)], **given)  # type: ignore[arg-type]


def titles(pane: ActivityPane) -> list[str]:
    pages = pane.pages
    return [pages.tabText(number) for number in range(pages.count()) if pages.isTabVisible(number)]


def status(pane: ActivityPane) -> str:
    label = pane.findChild(QLabel, "activityStatus")
    assert isinstance(label, QLabel)
    return label.text() if label.isVisible() else ""


def chosen(pane: ActivityPane) -> int | None:
    backend = pane.chosen_backend
    return backend.pid if backend is not None else None


def test_pages_count_what_is_on_them(pane: ActivityPane) -> None:
    pane.show_sample(queue(progress=(Progress(1, "VACUUM", "scanning heap", "public.t", 1, 2, "blocks"),)), {})
    assert titles(pane) == ["Sessions 2", "Blocking 1", "Server", "Progress 1", "Replication", "Statements"]
    pane.clear()
    assert titles(pane) == ["Sessions", "Blocking", "Server", "Progress", "Replication", "Statements"]


def test_state_is_told_in_one_line(pane: ActivityPane) -> None:
    pane.show_watch(WatchState("reconnecting", ConnectionLost("It was lost."), 2.0))
    assert status(pane).startswith("It was lost. Trying again in 2 s")
    pane.show_watch(WatchState("watching"))
    assert status(pane) == ""


def test_missing_privileges_are_told_with_what_is_seen(pane: ActivityPane) -> None:
    pane.show_watch(WatchState("watching"))
    pane.show_sample(queue(unseen=("This role does not see it all.",)), {})
    assert status(pane) == "This role does not see it all."
    assert pane.table.session_count == 2


def test_chosen_session_is_that_of_the_page_that_is_shown(pane: ActivityPane) -> None:
    pane.show_sample(queue(), {})
    spy = QSignalSpy(pane.chosen)
    pane.table.choose(1)
    assert chosen(pane) == 1
    pane.show_blocker(1)
    pane.tree.choose(2)
    assert chosen(pane) == 2
    pane.pages.setCurrentWidget(pane.numbers)
    assert chosen(pane) is None
    assert spy.count() >= 3


def test_statements_are_wanted_while_their_page_is_shown(pane: ActivityPane) -> None:
    spy = QSignalSpy(pane.statements_wanted)
    pane.pages.setCurrentWidget(pane.statements)
    pane.pages.setCurrentWidget(pane.table)
    assert [spy.at(number)[0] for number in range(spy.count())] == [True, False]


def test_statements_are_shown_or_why_not(pane: ActivityPane) -> None:
    pane.show_watch(WatchState("watching"))
    pane.pages.setCurrentWidget(pane.statements)
    pane.show_sample(queue(statements=(TopStatement("select 1", 1, 1.0, 1.0, 1, 1, 0, "shop", "ann"),)), {})
    assert pane.statements.topLevelItemCount() == 1
    pane.show_sample(queue(unseen=("pg_stat_statements is not there.",)), {})
    assert pane.statements.hint == "pg_stat_statements is not there."
    assert status(pane) == ""


def test_table_is_arranged_by_the_bar_which_other_pages_do_not_have(pane: ActivityPane) -> None:
    pane.show_sample(sample([busy(1, 20), backend(2, user="bob")]), {})
    pane.grouping.setCurrentIndex(pane.grouping.findText("By user"))
    assert pane.table.arrangement.grouping == "user"
    pane.choice.setCurrentIndex(pane.choice.findText("Not idle"))
    assert pane.table.session_count == 1
    pane.choice.setCurrentIndex(0)
    pane.filter.setText("bob")
    assert pane.table.session_count == 1
    pane.pages.setCurrentWidget(pane.tree)
    assert not pane.filter.isVisible()
    assert pane.interval.isVisible()


def test_interval_is_passed_on(pane: ActivityPane) -> None:
    spy = QSignalSpy(pane.interval_chosen)
    pane.interval.setCurrentIndex(pane.interval.findText("10 s"))
    assert spy.at(0)[0] == 10.0


def test_context_menu_has_the_acts_for_a_chosen_session(pane: ActivityPane) -> None:
    pane.show_sample(queue(), {})
    assert pane.act_menu() is None
    pane.table.choose(1)
    menu = pane.act_menu()
    assert menu is not None
    assert [act.text() for act in menu.actions()] == ["Terminate"]


def test_page_of_pgbouncer_is_there_for_those_who_go_through_one(pane: ActivityPane) -> None:
    at = pane.pages.indexOf(pane.pooler)
    assert not pane.pages.isTabVisible(at)
    pane.show_pooler(True)
    assert pane.pages.isTabVisible(at)
    pane.clear()
    assert not pane.pages.isTabVisible(at)


def test_session_that_is_sought_is_chosen_once_it_is_seen(pane: ActivityPane) -> None:
    pane.filter.setText("nothing")
    pane.seek(2)
    pane.show_sample(queue(), {})
    assert chosen(pane) == 2
    assert pane.filter.text() == ""


def test_session_that_is_sought_and_not_there_is_told(pane: ActivityPane) -> None:
    spy = QSignalSpy(pane.missed)
    pane.show_sample(queue(), {})
    pane.seek(77)
    assert spy.count() == 0
    pane.show_sample(queue(), {})
    pane.show_sample(queue(), {})
    assert [spy.at(number) for number in range(spy.count())] == [[77]]


def test_statement_is_beside_the_pages_while_it_is_wanted(pane: ActivityPane) -> None:
    pane.show_sample(queue(), {})
    pane.seek(1)
    assert not pane.statement.isVisible()
    pane.show_statement(True)
    assert pane.statement.code.text == pane.table.backend_of(1).query  # type: ignore[union-attr]
    pane.pages.setCurrentWidget(pane.numbers)
    assert pane.statement.code.text == ""
    pane.show_statement(False)
    assert not pane.statement.isVisible()
