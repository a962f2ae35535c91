"""What is asked for often happens once in an interval, and once more at its end."""

from time import perf_counter

import pytest
from PySide6.QtCore import QObject
from pytestqt.qtbot import QtBot

from pgconsole.ui.frame_pace import FramePace, PaintPace


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


def test_painting_takes_a_share_of_the_time_while_rows_come(parent: QObject, qtbot: QtBot) -> None:
    painted: list[float] = []

    def paint() -> None:
        with pace.paint():
            painted.append(perf_counter())
            while perf_counter() < painted[-1] + 0.008:
                pass

    pace = PaintPace(paint, parent)
    pace.repaint()
    pace.rows_came()
    pace.repaint()
    assert len(painted) == 1
    qtbot.waitUntil(lambda: not pace.is_asked)
    assert painted[1] - painted[0] >= 0.039
    assert len(painted) == 2


def test_longest_frame_is_the_widgets_choice(parent: QObject, qtbot: QtBot) -> None:
    painted: list[float] = []

    def paint() -> None:
        painted.append(perf_counter())
        pace._paint_ms = 1000.0

    pace = PaintPace(paint, parent, 90)
    pace.repaint()
    pace.rows_came()
    pace.repaint()
    qtbot.waitUntil(lambda: not pace.is_asked)
    assert painted[1] - painted[0] >= 0.07  # Qt's coarse timers are early by a twentieth at most
