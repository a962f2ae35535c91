"""The live table: choice and place stay, ages tick, nothing is acted on that nobody chose."""

import time
from dataclasses import replace
from typing import Any

import pytest
from PySide6.QtCore import QModelIndex, Qt
from PySide6.QtTest import QSignalSpy
from pytestqt.qtbot import QtBot

from pgconsole.core.activity_groups import COLUMNS
from pgconsole.core.backend import Backend
from pgconsole.ui.activity.table import ActivityTable
from tests.fixtures.activity import backend, busy, sample


@pytest.fixture
def table(qtbot: QtBot) -> ActivityTable:
    table = ActivityTable()
    qtbot.addWidget(table)
    table.resize(900, 260)
    table.show()
    return table


def show(table: ActivityTable, *backends: Backend) -> None:
    table.show_sample(sample(backends), {})


def group(table: ActivityTable, by: Any) -> None:
    table.arrange(lambda now: replace(now, grouping=by))


def chosen(table: ActivityTable) -> int | None:
    found = table.chosen_backend
    return found.pid if found is not None else None


def test_choice_follows_its_session_through_refreshes(table: ActivityTable) -> None:
    show(table, *(busy(pid, pid) for pid in range(1, 50)))
    assert table.choose(7)
    show(table, *(busy(pid, 100 - pid) for pid in range(3, 60)))
    assert chosen(table) == 7


def test_choice_follows_its_session_into_another_group(table: ActivityTable) -> None:
    group(table, "state")
    show(table, busy(1, 5), backend(2))
    table.choose(1)
    show(table, backend(1), backend(2))
    assert chosen(table) == 1


def test_session_that_ends_leaves_none_chosen(table: ActivityTable) -> None:
    show(table, busy(1, 5), busy(2, 9), busy(3, 7))
    table.choose(2)
    spy = QSignalSpy(table.chosen)
    show(table, busy(1, 5), busy(3, 7))
    assert chosen(table) is None
    assert spy.count() == 1
    show(table, busy(1, 5), busy(2, 9, key=replace(busy(2, 9).key, started="1.5")), busy(3, 7))
    assert chosen(table) is None


def test_place_stays(table: ActivityTable, qtbot: QtBot) -> None:
    show(table, *(backend(pid) for pid in range(500)))
    qtbot.waitUntil(lambda: table.verticalScrollBar().maximum() > 200)
    table.verticalScrollBar().setValue(200)
    table.choose(0)
    table.verticalScrollBar().setValue(200)
    show(table, *(busy(pid, pid) for pid in range(500)))
    assert (chosen(table), table.verticalScrollBar().value()) == (0, 200)


def test_folded_group_stays_folded_and_a_new_one_is_open(table: ActivityTable) -> None:
    group(table, "state")
    show(table, busy(1, 5), backend(2))
    model = table.model()
    assert table.isExpanded(model.index(0, 0))
    table.setExpanded(model.index(0, 0), False)
    show(table, busy(1, 5), backend(2), backend(3, state="idle in transaction"))
    expanded = [table.isExpanded(model.index(row, 0)) for row in range(model.rowCount())]
    assert expanded == [False, True, True]
    assert all(table.isFirstColumnSpanned(row, QModelIndex()) for row in range(3))


def test_header_sorts_the_sessions(table: ActivityTable) -> None:
    show(table, busy(1, 5), busy(2, 9))
    table.header().setSortIndicator(COLUMNS.index("pid"), Qt.SortOrder.DescendingOrder)
    assert table.arrangement.sort_by == "pid"
    table.header().setSortIndicator(COLUMNS.index("pid"), Qt.SortOrder.AscendingOrder)
    first = table.model().index(0, 0).data()
    assert first == "1"


def test_ages_tick_between_two_looks_and_stand_still_while_held(table: ActivityTable) -> None:
    seen = sample([busy(1, 65)])
    table.show_sample(replace(seen, taken=time.monotonic() - 10), {})
    age = table.model().index(0, COLUMNS.index("query_age"))
    assert age.data() == "1 min 15 s"
    table.hold(True)
    held = age.data()
    table.show_sample(replace(seen, taken=time.monotonic() - 20), {})
    assert (held, age.data()) == ("1 min 15 s", "1 min 25 s")


def test_nothing_ticks_while_hidden(table: ActivityTable, qtbot: QtBot) -> None:
    assert table._ticks.isActive()
    table.hide()
    assert not table._ticks.isActive()


def test_filter_and_choice_leave_others_out(table: ActivityTable) -> None:
    show(table, busy(1, 5), backend(2), backend(3, application="web"))
    table.arrange(lambda now: replace(now, filter_text="web"))
    assert table.session_count == 1
    table.arrange(lambda now: replace(now, filter_text="", choice="busy"))
    assert table.session_count == 1
    assert table.choose(1)
    assert not table.choose(2)
    assert table.backend_of(2) is not None


def test_clearing_shows_none(table: ActivityTable) -> None:
    show(table, busy(1, 5))
    table.choose(1)
    table.clear_sessions()
    assert (table.session_count, chosen(table), table.backend_of(1)) == (0, None, None)


def test_query_takes_the_room_there_is_until_the_user_gives_it_another(table: ActivityTable) -> None:
    at = COLUMNS.index("query")
    table.resize(2000, 260)
    wide = table.header().sectionSize(at)
    table.resize(1900, 260)
    assert table.header().sectionSize(at) == wide - 100
    table.header().resizeSection(at, 500)
    table.resize(2000, 260)
    assert table.header().sectionSize(at) == 500
