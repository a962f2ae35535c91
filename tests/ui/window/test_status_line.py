import time

import pytest
from PySide6.QtCore import QLocale, Qt, QTimer
from PySide6.QtGui import QStatusTipEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QToolTip
from pytestqt.qtbot import QtBot

from pgconsole.core.result import Result
from pgconsole.core.row_store import RowStore
from pgconsole.core.run_state import Phase, TabState, TransactionState
from pgconsole.ui.window.status_line import StatusLabel, StatusLine
from pgconsole.ui.window.status_words import (
    clock_words,
    rows_details,
    rows_words,
    time_words,
)

_ENGLISH = QLocale(QLocale.Language.English, QLocale.Country.UnitedStates)
_NOON = time.mktime((2026, 11, 22, 12, 3, 0, 0, 0, -1))


class _Counted(RowStore):
    """A store that only says how many rows it has."""

    def __init__(self, count: int) -> None:
        self._count = count

    @property
    def row_count(self) -> int:
        return self._count


def _result(count: int, **known: object) -> Result:
    result = Result(1, "select 1", (), _Counted(count))
    for name, value in known.items():
        setattr(result, name, value)
    return result


@pytest.fixture
def line(qtbot: QtBot) -> StatusLine:
    line = StatusLine()
    qtbot.addWidget(line)
    line.resize(1280, 24)
    line.show()
    return line


def _label(line: StatusLine, name: str) -> StatusLabel:
    label = line.findChild(StatusLabel, name)
    assert label is not None
    return label


def test_moment_of_another_day_has_its_date() -> None:
    assert clock_words(_NOON, _NOON + 60) == "12:03"
    assert clock_words(_NOON, _NOON + 86_400) == "2026-11-22 12:03"


def test_counts_have_the_locale_s_separators() -> None:
    german = QLocale(QLocale.Language.German, QLocale.Country.Germany)
    assert rows_words(_result(1_234_567, is_final=True), german) == "1.234.567 rows"
    assert rows_words(_result(1_234_567, is_final=True), QLocale.c()) == "1,234,567 rows"


@pytest.mark.parametrize(
    ("result", "words"),
    [
        (_result(12_000), "12,000 rows so far"),
        (_result(12_000, estimated_rows=1_234_567), "12,000 rows so far, about 1.2 M"),
        (_result(12_000, estimated_rows=5), "12,000 rows so far"),
        (_result(12_000, is_final=True), "12,000 rows"),
        (_result(1, is_final=True), "1 row"),
        (_result(0, is_final=True), "0 rows"),
        (_result(5, stopped_because="cancelled"), "at least 5 rows"),
    ],
)
def test_row_counts_are_honest(result: Result, words: str) -> None:
    assert rows_words(result, _ENGLISH) == words


def test_details_say_why_a_result_ended_early() -> None:
    assert "Not read to the end: cancelled." in rows_details(_result(5, stopped_because="cancelled"), _ENGLISH)


def test_time_is_split_at_the_first_row() -> None:
    assert time_words(_result(5, first_row_ms=3.0, total_ms=213.0)) == "3 ms + 210 ms"
    assert time_words(_result(5, first_row_ms=3.0)) == "3 ms"
    assert time_words(_result(5)) == ""


def test_names_of_the_contract_are_labels(line: StatusLine) -> None:
    for name in ("statusConnection", "statusTransaction", "statusRows", "statusTime"):
        label = line.findChild(QLabel, name)
        assert label is not None
        assert label.textFormat() is Qt.TextFormat.PlainText


def test_without_a_connection_it_says_so(line: StatusLine) -> None:
    assert _label(line, "statusConnection").text() == "Not connected"
    assert not _label(line, "statusTransaction").isVisible()


@pytest.mark.parametrize(
    ("lock", "words"),
    [
        ("local", "Local"),
        ("verified", "Verified"),
        ("unverified", "Encrypted, unverified"),
        ("plain", "Not encrypted"),
        ("", ""),
    ],
)
def test_encryption_is_said_in_words(line: StatusLine, lock: str, words: str) -> None:
    line.show_connection("shop@db", "anna on shop at db", lock)
    assert _label(line, "statusConnection").text() == "shop@db"
    assert _label(line, "statusLock").text() == words


def test_name_of_a_server_is_plain_text_with_hidden_characters_shown(line: StatusLine) -> None:
    line.show_connection("<b>x</b>\u202e", "<i>t</i>", "")
    assert _label(line, "statusConnection").text() == "<b>x</b>‹202E›"
    assert "&lt;i&gt;" in _label(line, "statusConnection").toolTip()


def test_dot_is_filled_only_once_the_connection_is_there(line: StatusLine) -> None:
    label = _label(line, "statusConnection")
    line.show_connection("Connecting to shop@db", "", "")
    middle = label.grab().toImage().pixelColor(16, label.height() // 2)
    line.show_connection("shop@db", "", "verified")
    assert label.grab().toImage().pixelColor(16, label.height() // 2) != middle


@pytest.mark.parametrize(
    ("state", "words"),
    [
        (TabState(connected=True), "Idle"),
        (TabState(connected=True, auto_commit=False), "Idle, manual commit"),
        (TabState(), "Auto-commit"),
        (TabState(phase=Phase.RUNNING), "Auto-commit"),
        (TabState(phase=Phase.STREAMING, auto_commit=False), "Manual commit"),
        (TabState(transaction=TransactionState.OPEN, transaction_since=_NOON), "Transaction open since "),
        (TabState(transaction=TransactionState.FAILED, transaction_since=_NOON), "Transaction failed, open since "),
        (TabState(transaction=TransactionState.UNKNOWN), "Transaction unknown"),
    ],
)
def test_transaction_is_always_in_words(line: StatusLine, state: TabState, words: str) -> None:
    line.show_state(state)
    label = _label(line, "statusTransaction")
    assert label.isVisible()
    assert label.text().startswith(words)
    assert label.toolTip()


def test_nothing_is_called_idle_while_the_connection_is_lost(line: StatusLine) -> None:
    line.show_state(TabState(connected=True, auto_commit=False))
    line.show_connection("shop@db, lost", "", "", is_lost=True)
    assert _label(line, "statusTransaction").text() == "Manual commit"
    line.show_connection("shop@db", "", "verified")
    assert _label(line, "statusTransaction").text() == "Idle, manual commit"


def test_what_a_tab_holds_is_shown_with_its_reasons_and_goes_with_them(line: StatusLine) -> None:
    line.show_state(TabState(pin_reasons=("SET work_mem", "temporary table t"), portal_since=_NOON))
    assert _label(line, "statusPinned").text() == "Pinned"
    assert "temporary table t" in _label(line, "statusPinned").toolTip()
    assert _label(line, "statusPortal").text().startswith("Holds a snapshot since ")
    line.show_state(TabState())
    assert not _label(line, "statusPinned").isVisible()
    assert not _label(line, "statusPortal").isVisible()


def test_clock_runs_while_the_tab_does(line: StatusLine, qtbot: QtBot) -> None:
    timers = line.findChildren(QTimer)
    line.show_state(TabState(phase=Phase.STREAMING, run_started=time.time() - 5))
    assert _label(line, "statusTime").text().startswith("Reading 5.")
    assert any(timer.isActive() for timer in timers)
    line.show_state(TabState(phase=Phase.CANCELLING, run_started=time.time()))
    assert _label(line, "statusTime").text().startswith("Cancelling")
    line.show_state(TabState())
    assert not any(timer.isActive() for timer in timers)


def test_result_in_front_shows_rows_times_and_zone(line: StatusLine) -> None:
    line.show_result(_result(12_000, is_final=True, first_row_ms=3.0, total_ms=213.0, time_zone="Europe/Berlin"))
    assert _label(line, "statusRows").text().endswith(" rows")
    assert _label(line, "statusTime").text() == "3 ms + 210 ms"
    assert _label(line, "statusTimeZone").text() == "Europe/Berlin"
    line.show_result(None)
    assert not _label(line, "statusRows").isVisible()


def test_tip_of_a_menu_entry_covers_nothing(line: StatusLine) -> None:
    line.show_state(TabState())
    QApplication.sendEvent(line, QStatusTipEvent("Runs the statement"))
    assert line.currentMessage() == ""
    assert _label(line, "statusTransaction").isVisible()


def test_details_open_by_key(line: StatusLine, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[str] = []
    monkeypatch.setattr(QToolTip, "showText", lambda _place, text, _widget: told.append(text))
    line.show_state(TabState(pin_reasons=("SET work_mem",)))
    label = _label(line, "statusPinned")
    with qtbot.waitSignal(label.clicked):
        QTest.keyClick(label, Qt.Key.Key_Return)
    assert "SET work_mem" in told[0]


def test_transaction_is_never_cut_for_want_of_room(line: StatusLine) -> None:
    line.show_connection("a_long_database_name@a.long.host.example.org", "", "unverified")
    line.show_state(TabState(transaction=TransactionState.FAILED, transaction_since=_NOON))
    line.resize(500, 24)
    QApplication.processEvents()
    label = _label(line, "statusTransaction")
    assert label.width() >= label.sizeHint().width()


def test_run_that_waits_for_the_user_says_for_what(line: StatusLine) -> None:
    line.show_state(TabState(Phase.RUNNING, run_started=time.time() - 5, waits_for="values"))
    assert _label(line, "statusTime").text() == "Waiting for values"
    line.show_state(TabState(Phase.RUNNING, run_started=time.time()))
    assert _label(line, "statusTime").text().startswith("Running")
    line.show_state(TabState())


def test_tab_whose_transactions_are_read_only_is_marked(line: StatusLine) -> None:
    line.show_state(TabState(read_only=True))
    assert _label(line, "statusReadOnly").text() == "Read-only"
    assert _label(line, "statusReadOnly").isVisible()
    line.show_state(TabState())
    assert not _label(line, "statusReadOnly").isVisible()


def test_connection_that_is_read_only_marks_its_tabs(line: StatusLine) -> None:
    line.show_state(TabState(read_only=True))
    assert "this tab begin" in _label(line, "statusReadOnly").toolTip()
    line.show_state(TabState(connection_read_only=True))
    assert _label(line, "statusReadOnly").text() == "Read-only"
    assert "this connection" in _label(line, "statusReadOnly").toolTip()
