"""Looking for a message goes on in steps, however long it takes to look at one."""

from itertools import count

import pytest
from PySide6.QtTest import QSignalSpy
from pytestqt.qtbot import QtBot

from pgconsole.core.listening_state import new_state
from pgconsole.ui.notifying import search
from pgconsole.ui.notifying.model import MessageModel


def test_step_ends_where_it_has_taken_too_long(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(search, "perf_counter", count().__next__)
    state, model = new_state(1000, 1 << 20), MessageModel()
    state.log.append([(1, "c", str(number)) for number in range(5)], 0.0)
    model.set_state(state)
    looked: list[str] = []

    def matches(_channel: str, payload: str) -> bool:
        looked.append(payload)
        return payload == "3"

    seeking = search.MessageSearch(model, model)
    found = QSignalSpy(seeking.found)
    seeking.start(matches, 0, backward=False)
    assert looked == ["0"]
    qtbot.waitUntil(lambda: found.count() == 1)
    assert found.at(0) == [3]
    assert looked == ["0", "1", "2", "3"]
