"""The model of sessions: it holds what Qt asks of models, whatever comes, goes and moves."""

import random
from collections.abc import Iterator
from dataclasses import replace

import pytest
from PySide6.QtCore import QModelIndex, QPersistentModelIndex, Qt
from PySide6.QtTest import QAbstractItemModelTester
from pytestqt.qtbot import QtBot

from pgconsole.core.activity_groups import COLUMNS, Arrangement, Grouping, arranged
from pgconsole.core.activity_words import Surroundings
from pgconsole.core.backend import Backend
from pgconsole.ui.activity.model import ActivityModel
from pgconsole.ui.theme import dark, light
from tests.fixtures.activity import NOW, backend, busy, waits_for

AT = {column: number for number, column in enumerate(COLUMNS)}


@pytest.fixture
def model(qtbot: QtBot) -> Iterator[ActivityModel]:
    model = ActivityModel(light())
    model.now = lambda: NOW
    tester = QAbstractItemModelTester(model, QAbstractItemModelTester.FailureReportingMode.Fatal)
    yield model
    tester.deleteLater()
    model.deleteLater()


def show(model: ActivityModel, *backends: Backend, by: Grouping = "", around: Surroundings | None = None) -> None:
    groups = arranged(backends, Arrangement(grouping=by, choice="all"), (), ())
    model.show(groups, around or Surroundings(), is_grouped=bool(by))


def tree(model: ActivityModel) -> list[tuple[str, list[int]]]:
    """Groups with the process ids below them; without groups, one of no name."""

    def pids(parent: QModelIndex) -> list[int]:
        found = [model.backend(model.index(row, 0, parent)) for row in range(model.rowCount(parent))]
        return [each.pid for each in found if each is not None]

    tops = [model.index(row, 0) for row in range(model.rowCount())]
    if any(model.backend(top) for top in tops):
        return [("", pids(QModelIndex()))]
    return [(str(top.data()).partition("   ")[0], pids(top)) for top in tops]


def test_rows_come_go_and_move_as_they_are_wanted(model: ActivityModel) -> None:
    show(model, busy(1, 10), busy(2, 20))
    assert tree(model) == [("", [2, 1])]
    show(model, busy(1, 30), busy(3, 5), busy(2, 20))
    assert tree(model) == [("", [1, 2, 3])]
    show(model, busy(3, 5))
    assert tree(model) == [("", [3])]
    show(model)
    assert model.rowCount() == 0


def test_groups_come_and_go_with_their_sessions(model: ActivityModel) -> None:
    show(model, busy(1, 10), backend(2), by="state")
    assert tree(model) == [("active", [1]), ("idle", [2])]
    show(model, backend(1), backend(2), by="state")
    assert tree(model) == [("idle", [1, 2])]
    show(model, backend(1), backend(2), by="user")
    assert tree(model) == [("ann", [1, 2])]
    show(model, backend(1))
    assert tree(model) == [("", [1])]


def test_persistent_index_follows_its_session(model: ActivityModel) -> None:
    show(model, busy(1, 10), busy(2, 20), busy(3, 30))
    kept = QPersistentModelIndex(model.index(0, 0))
    show(model, busy(1, 10), busy(3, 5), busy(2, 20))
    assert (kept.row(), model.backend(kept)) == (2, busy(3, 5))
    show(model, busy(1, 10))
    assert not kept.isValid()


def test_process_of_the_same_number_is_another_row(model: ActivityModel) -> None:
    show(model, backend(1))
    kept = QPersistentModelIndex(model.index(0, 0))
    show(model, replace(backend(1), key=replace(backend(1).key, started="5.0")))
    assert not kept.isValid()
    assert model.rowCount() == 1


@pytest.mark.parametrize("by", ["", "application", "state"])
def test_model_stays_sound_through_many_looks(model: ActivityModel, by: Grouping) -> None:
    dice = random.Random(5)
    for _ in range(40):
        pids = dice.sample(range(1, 14), dice.randrange(12))
        backends = [
            busy(pid, dice.random() * 100, application=f"app {pid % 3}", state=dice.choice(("active", "idle")))
            for pid in pids
        ]
        show(model, *backends, by=by)
        assert sorted(pid for _title, below in tree(model) for pid in below) == sorted(pids)
        for each in backends:
            found = model.backend(model.index_of(each.key))
            assert found is each


def test_cells_show_texts_and_hold_the_whole_statement(model: ActivityModel) -> None:
    statement = "select 1,\n" + "x" * 900
    show(model, busy(1, 65, query=statement))
    query = model.index(0, AT["query"])
    assert str(query.data()).startswith("select 1, x")
    assert query.data(Qt.ItemDataRole.UserRole) == statement
    assert model.index(0, AT["query_age"]).data() == "1 min 5 s"
    assert "&lt;" not in str(query.data())


def test_tool_tip_is_no_markup(model: ActivityModel) -> None:
    show(model, busy(1, 5, query="<b>bold</b>"))
    assert "&lt;b&gt;bold&lt;/b&gt;" in str(model.index(0, 0).data(Qt.ItemDataRole.ToolTipRole))


def test_what_needs_attention_stands_out(model: ActivityModel) -> None:
    idle = backend(1, state="idle in transaction", transaction_start=NOW - 5)
    around = Surroundings(own={1: "Query 1"}, waits={2: waits_for(2, 3)}, blocking={3: 1})
    show(model, idle, busy(2, 5), busy(3, 9), backend(4), around=around)
    rows = {each.pid: row for row in range(4) if (each := model.backend(model.index(row, 0))) is not None}

    def role(pid: int, column: str, which: Qt.ItemDataRole) -> object:
        return model.index(rows[pid], AT[column]).data(which)  # type: ignore[index]

    color, sign = Qt.ItemDataRole.ForegroundRole, Qt.ItemDataRole.DecorationRole
    assert role(1, "state", color) == light().warning
    assert role(1, "state", sign) is not None
    assert role(2, "wait", color) == light().danger
    assert role(3, "wait", color) == light().danger
    assert role(4, "state", sign) is None
    assert role(1, "pid", sign) != role(4, "pid", sign)
    model.theme = dark()
    assert role(1, "state", color) == dark().warning


def test_columns_have_titles(model: ActivityModel) -> None:
    assert [model.headerData(number, Qt.Orientation.Horizontal) for number in range(2)] == ["Session", "Application"]
    assert model.headerData(0, Qt.Orientation.Vertical) is None
