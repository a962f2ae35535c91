"""Messages: whole, plain, bounded, with a link to the error's place."""

import time
from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QTextCursor
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from pgconsole.core.messages import Message, MessageKind
from pgconsole.ui.results.message_queue import KEPT_AT_MOST
from pgconsole.ui.results.messages_view import MessagesView
from pgconsole.ui.theme import dark, palette_of

ERROR = Message(
    MessageKind.ERROR,
    'column "x" does not exist',
    severity="ERROR",
    sqlstate="42703",
    fields=(("Detail", "<b>first</b>\nsecond"), ("Hint", "None.")),
    statement="select x\nfrom t",
    script_position=7,
)


@pytest.fixture
def view(qtbot: QtBot) -> MessagesView:
    view = MessagesView()
    qtbot.addWidget(view)
    view.resize(500, 200)
    with qtbot.waitExposed(view):
        view.show()
    return view


def test_error_is_shown_whole_in_aligned_lines(view: MessagesView) -> None:
    view.append(ERROR)
    assert view.toPlainText().split("\n") == [
        'ERROR 42703  column "x" does not exist',
        "  Detail     <b>first</b>",
        "             second",
        "  Hint       None.",
        "  Statement  select x …",
        "             Show in editor",
    ]


def test_tag_shows_its_time(view: MessagesView) -> None:
    view.append(Message(MessageKind.TAG, "SELECT 3", elapsed_ms=14.2))
    assert view.toPlainText() == "SELECT 3  14 ms"


def test_headline_ends_with_the_time_of_day_that_it_was_told(view: MessagesView) -> None:
    told_at = time.mktime((2026, 11, 25, 6, 13, 5, 0, 0, -1))
    view.append(Message(MessageKind.TAG, "SELECT 3", elapsed_ms=14.2, told_at=told_at))
    view.append(replace(ERROR, told_at=told_at))
    lines = view.toPlainText().split("\n")
    assert lines[:2] == ["SELECT 3  14 ms  06:13:05", 'ERROR 42703  column "x" does not exist  06:13:05']


def test_controls_and_bidi_marks_of_the_server_are_made_visible(view: MessagesView) -> None:
    view.append(Message(MessageKind.NOTICE, "a\x1b[31m\u202eb", severity="NOTICE"))
    assert view.toPlainText() == "NOTICE  a␛[31m‹202E›b"


def test_link_leads_to_the_place_by_keyboard(view: MessagesView, qtbot: QtBot) -> None:
    view.append(ERROR)
    view.moveCursor(QTextCursor.MoveOperation.End)
    with qtbot.waitSignal(view.position_activated) as told:
        QTest.keyClick(view, Qt.Key.Key_Return)
    assert told.args == [7]


def test_link_leads_to_the_place_by_mouse(view: MessagesView, qtbot: QtBot) -> None:
    view.append(ERROR)
    view.moveCursor(QTextCursor.MoveOperation.End)
    spot = view.cursorRect().center()
    spot.setX(spot.x() - 20)
    with qtbot.waitSignal(view.position_activated) as told:
        QTest.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=spot)
    assert told.args == [7]


def test_old_entries_are_dropped_counted_and_this_is_said(view: MessagesView, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pgconsole.ui.results.messages_view._BURST_MESSAGES", KEPT_AT_MOST * 2)
    for number in range(KEPT_AT_MOST + 1100):
        view.append(Message(MessageKind.NOTICE, f"{number}\nsecond line"))
    lines = view.toPlainText().split("\n")
    assert view.dropped == 1000
    assert lines[:2] == ["1,000 older messages dropped", "1000"]
    assert lines[-2] == str(KEPT_AT_MOST + 1099)
    assert len(lines) == 1 + 2 * (KEPT_AT_MOST + 100)


def test_burst_is_written_as_the_loop_comes_by_and_the_oldest_give_way_unseen(
    view: MessagesView, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("pgconsole.ui.results.message_queue.KEPT_AT_MOST", 1000)
    for number in range(3000):
        view.append(Message(MessageKind.NOTICE, str(number)))
    assert view.dropped == 2000
    qtbot.waitUntil(lambda: view.toPlainText().endswith("\n2999"))
    lines = view.toPlainText().split("\n")
    assert lines[:2] == ["2,000 older messages dropped", "2000"]
    assert len(lines) == 1001


def test_burst_that_is_cleared_is_gone(view: MessagesView, qtbot: QtBot) -> None:
    for number in range(1000):
        view.append(Message(MessageKind.NOTICE, str(number)))
    view.clear()
    view.append(Message(MessageKind.NOTICE, "after"))
    qtbot.waitUntil(lambda: view.toPlainText() == "after")


def test_newest_is_in_view_unless_the_user_scrolled_up(view: MessagesView) -> None:
    for number in range(50):
        view.append(Message(MessageKind.INFO, str(number)))
    bar = view.verticalScrollBar()
    assert bar.value() == bar.maximum()
    bar.setValue(3)
    view.append(Message(MessageKind.INFO, "one more"))
    assert bar.value() == 3


def test_clear_forgets_everything(view: MessagesView) -> None:
    view.append(ERROR)
    view.clear()
    assert view.toPlainText() == ""
    view.append(Message(MessageKind.INFO, "fresh"))
    assert view.toPlainText() == "fresh"


def test_colours_follow_the_palette_and_the_text_stays(view: MessagesView) -> None:
    view.append(ERROR)
    before = view.toPlainText()
    view.setPalette(palette_of(dark()))
    assert view.toPlainText() == before
    cursor = QTextCursor(view.document().begin())
    cursor.movePosition(QTextCursor.MoveOperation.NextCharacter)
    assert cursor.charFormat().foreground().color().name() == dark().danger.name()


def test_end_is_followed_when_the_view_shrinks_grows_or_was_hidden(view: MessagesView) -> None:
    bar = view.verticalScrollBar()
    for number in range(50):
        view.append(Message(MessageKind.INFO, f"{number} " + "long " * 30))
    for width, height in ((500, 60), (200, 60), (900, 300), (300, 40)):
        view.resize(width, height)
        assert bar.value() == bar.maximum()
        view.append(Message(MessageKind.INFO, "one more"))
        assert bar.value() == bar.maximum()
    view.hide()
    view.resize(300, 30)
    view.append(Message(MessageKind.INFO, "unseen"))
    view.show()
    assert bar.value() == bar.maximum()


def test_who_scrolled_up_stays_there_when_the_view_shrinks(view: MessagesView) -> None:
    for number in range(50):
        view.append(Message(MessageKind.INFO, str(number)))
    view.verticalScrollBar().setValue(3)
    view.resize(500, 100)
    view.append(Message(MessageKind.INFO, "one more"))
    assert view.verticalScrollBar().value() == 3


def test_burst_is_written_in_lots_once_a_frame(view: MessagesView, qtbot: QtBot) -> None:
    scrolled: list[int] = []
    view.verticalScrollBar().rangeChanged.connect(lambda _least, most: scrolled.append(most))
    for number in range(2000):
        view.append(Message(MessageKind.NOTICE, str(number)))
    qtbot.waitUntil(lambda: view.toPlainText().endswith("\n1999"))
    assert len(scrolled) < 1000
    assert view.dropped == 0


def test_long_messages_are_kept_within_a_bound_and_what_gave_way_is_said(
    view: MessagesView, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in ("messages_view", "message_queue"):
        monkeypatch.setattr(f"pgconsole.ui.results.{module}.KEPT_CHARS", 10_000)
    for number in range(200):
        view.append(Message(MessageKind.NOTICE, f"{number} " + "x" * 1000))
    qtbot.waitUntil(lambda: "199 x" in view.toPlainText())
    assert len(view.toPlainText()) < 12_000
    assert view.dropped > 180
    assert view.toPlainText().startswith(f"{view.dropped} older messages dropped\n")


def test_one_message_of_any_length_is_kept(view: MessagesView, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pgconsole.ui.results.messages_view.KEPT_CHARS", 100)
    view.append(Message(MessageKind.NOTICE, "x" * 1000))
    assert len(view.toPlainText()) == 1000
