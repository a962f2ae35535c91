"""What is asked for often happens once in an interval, and once more at its end."""

import pytest
from PySide6.QtCore import QObject
from pytestqt.qtbot import QtBot

from pgconsole.ui.frame_pace import FramePace


@pytest.fixture
def parent(qapp: object) -> QObject:
    return QObject()


def test_many_askers_are_served_once(parent: QObject, qtbot: QtBot) -> None:
    done: list[int] = []
    pace = FramePace(lambda: done.append(1), parent)
    for _ in range(100):
        pace.ask()
    assert pace.is_asked
    assert done == []
    qtbot.waitUntil(lambda: not pace.is_asked)
    assert done == [1]


def test_first_asker_need_not_wait_and_the_next_are_served_at_the_end_of_the_frame(
    parent: QObject, qtbot: QtBot
) -> None:
    done: list[int] = []
    pace = FramePace(lambda: done.append(1), parent)
    for _ in range(100):
        pace.ask_or_now()
    assert done == [1]
    qtbot.waitUntil(lambda: not pace.is_asked)
    assert done == [1, 1]


def test_who_is_in_a_hurry_does_not_wait_for_who_is_not(parent: QObject, qtbot: QtBot) -> None:
    done: list[int] = []
    pace = FramePace(lambda: done.append(1), parent)
    pace.now()
    pace.ask(3_600_000)
    pace.ask()
    qtbot.waitUntil(lambda: not pace.is_asked)
    assert done == [1, 1]


def test_what_was_done_at_once_is_not_done_again(parent: QObject) -> None:
    done: list[int] = []
    pace = FramePace(lambda: done.append(1), parent)
    pace.ask()
    pace.now()
    assert not pace.is_asked
    assert done == [1]
