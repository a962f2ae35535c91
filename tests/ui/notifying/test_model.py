"""The model of messages, under Qt's own tester, and what a row says."""

import random
from collections.abc import Callable

import pytest
from PySide6.QtCore import QObject, Qt
from PySide6.QtTest import QAbstractItemModelTester
from pytestqt.qtbot import QtBot

from pgconsole.core.channels import Channel
from pgconsole.core.listening_state import ListeningState, Sender, new_state
from pgconsole.core.message_filter import MessageFilter
from pgconsole.core.message_log import Gap, Message
from pgconsole.ui.notifying.model import PAYLOAD, SENDER, MessageModel
from pgconsole.ui.notifying.table import MessageTable
from tests.fixtures.matchers import matcher


@pytest.fixture
def parent(qapp: object) -> QObject:
    return QObject()


def up_to_date(model: MessageModel) -> None:
    while model.sync()[1]:
        pass


def test_model_keeps_its_promises_through_everything(parent: QObject) -> None:
    model = MessageModel(parent)
    tester = QAbstractItemModelTester(model, QAbstractItemModelTester.FailureReportingMode.Warning, parent)
    assert tester.model() is model
    state = new_state(200, 1 << 20)
    model.set_state(state)
    dice = random.Random(4)

    def clear() -> None:
        state.log.clear()
        state.rows.cleared()

    steps: list[Callable[[], None]] = [
        lambda: state.log.append([(1, "a", str(n)) for n in range(dice.randrange(1, 90))], 1.0),
        lambda: state.log.append_gap(Gap(1.0, 2.0)),
        lambda: state.rows.choose(matcher(MessageFilter(str(dice.randrange(10))))),
        lambda: state.rows.choose(None),
        state.rows.pause,
        state.rows.resume,
        clear,
    ]
    for _ in range(300):
        for _ in range(dice.randrange(4)):
            dice.choices(steps, weights=[20, 2, 2, 2, 1, 2, 1])[0]()
        model.sync()
    state.rows.resume()
    up_to_date(model)
    assert model.rowCount() == state.rows.end - state.rows.first
    model.set_state(None)
    assert model.rowCount() == 0


def shown_state() -> ListeningState:
    state = new_state(1000, 1 << 20)
    state.channels["a"] = Channel(name="a", colour=2)
    state.log.append([(7, "a", '{"x": '), (8, "b", "two\nlines")], 100.0)
    return state


def test_sender_is_told_where_it_is_known(parent: QObject) -> None:
    model, state = MessageModel(parent), shown_state()
    model.set_state(state)
    assert model.index(0, SENDER).data() == "7"
    state.senders[7] = Sender("ann", "psql", "10.0.0.1", 50.0)
    assert model.index(0, SENDER).data() == "7 psql"
    state.senders[7] = Sender("ann", "psql", "10.0.0.1", 200.0)
    assert model.index(0, SENDER).data() == "7", "another process with this number"
    assert model.index(0, SENDER).data(Qt.ItemDataRole.UserRole) == 7


def test_row_whose_entry_went_is_empty(parent: QObject) -> None:
    model, state = MessageModel(parent), shown_state()
    model.set_state(state)
    state.log.clear()
    assert model.index(0, PAYLOAD).data() is None
    assert model.entry(0) is None


def test_malformed_json_is_marked_and_lines_are_visible(parent: QObject) -> None:
    model, state = MessageModel(parent), shown_state()
    model.set_state(state)
    first, second = model.entry(0), model.entry(1)
    assert first is not None
    assert not isinstance(first, Gap)
    assert model.texts(first).is_malformed
    assert model.colour(first) == 2
    assert second is not None
    assert model.index(1, PAYLOAD).data() == "two↵lines"


class Clock:
    """Stands still but for what a search takes."""

    def __init__(self) -> None:
        self.now_s = 0.0
        self.searches = 0

    def __call__(self) -> float:
        return self.now_s

    def search(self, _channel: str, payload: str) -> bool:
        """One that takes 3 ms."""
        self.now_s += 0.003
        self.searches += 1
        return payload == "wanted"


def test_a_paint_judges_for_some_milliseconds_and_the_next_ones_judge_the_rest(
    parent: QObject, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock, model, state = Clock(), MessageModel(parent), new_state(1000, 1 << 20)
    monkeypatch.setattr("pgconsole.ui.notifying.model.perf_counter", clock)
    state.log.append([(7, "a", "wanted" if number == 9 else "") for number in range(10)], 100.0)
    model.set_state(state)
    model.set_marks(None, [clock.search] * 5)
    marks: list[str] = []
    paints = 0
    while not paints or model.owes_marks:
        began = clock.searches
        with model.judging_briefly():
            marks = [model.mark(entry) for row in range(10) if isinstance(entry := model.entry(row), Message)]
        assert 1 <= clock.searches - began <= 2
        paints += 1
    assert marks == [""] * 9 + ["rule"]
    assert clock.searches == 9 * 5 + 1, "none is made twice"
    assert paints == 23


def test_table_paints_on_until_every_row_in_sight_is_judged(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    clock, table, state = Clock(), MessageTable(), new_state(1000, 1 << 20)
    qtbot.addWidget(table)
    monkeypatch.setattr("pgconsole.ui.notifying.model.perf_counter", clock)
    state.log.append([(7, "a", "")] * 5, 100.0)
    table.show_state(state)
    table.messages.set_marks(None, [clock.search] * 2)
    table.resize(600, 300)
    table.show()
    qtbot.waitUntil(lambda: clock.searches == 10)
    qtbot.waitUntil(lambda: not table.messages.owes_marks)
