"""The pane of notifications before a user: what comes, what is typed, what is lost, what is sent."""

import asyncio
from collections.abc import Callable
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QLabel,
    QLineEdit,
    QMenu,
    QPlainTextEdit,
    QPushButton,
    QTabWidget,
    QToolButton,
)

from pgconsole.core.message_log import Gap
from pgconsole.db.session import Session
from pgconsole.ui.notifications_pane import NotificationsPane
from pgconsole.ui.notifying.send_form import PayloadEdit
from pgconsole.ui.notifying.table import MessageTable
from tests.fixtures.waiting import until
from tests.fixtures.window import CTRL, User, Windows

TIME, CHANNEL, PID, PAYLOAD = range(4)
ENTER = Qt.Key.Key_Return


class Watcher:
    """Whoever sits before the pane."""

    def __init__(self, user: User, outside: Session) -> None:
        self.user = user
        self.outside = outside
        self.pane = user.find(NotificationsPane, "notificationsPane")
        self.table = user.find(MessageTable, "notificationsTable")

    async def subscribe(self, name: str) -> None:
        """Type a channel, and wait until it listens."""
        field = self.part(QLineEdit, "channelInput")
        field.setText(name)
        QTest.keyClick(field, ENTER)
        await until(lambda: self.pane.property("state") == "listening", "it listens")
        await until(lambda: name in self.pane.state_shown.channels, "the channel is there")
        listening = f"notifications: listen {name}"
        await until(lambda: listening not in {task.get_name() for task in asyncio.all_tasks()}, "LISTEN is answered")

    async def notify(self, channel: str, *payloads: str) -> None:
        """Send from outside."""
        prepared = await self.outside.prepare("select pg_notify($1, $2)")
        for payload in payloads:
            await self.outside.open_portal(prepared, (channel, payload), "", 0)

    async def received(self, count: int) -> None:
        """Wait until the pane says so many."""
        await until(lambda: self.pane.property("received") >= count, f"{count} messages are shown")

    async def rows(self, count: int) -> None:
        """Wait until so many rows are there."""
        await until(lambda: self.model.rowCount() == count, f"{count} rows, not {self.model.rowCount()}")

    @property
    def model(self) -> Any:
        """The table's model."""
        return self.table.model()

    def cell(self, row: int, column: int = PAYLOAD, role: int = Qt.ItemDataRole.UserRole) -> Any:
        """A cell, whole."""
        return self.model.data(self.model.index(row, column), role)

    def payloads(self) -> list[Any]:
        """All payloads that are shown."""
        return [self.cell(row) for row in range(self.model.rowCount())]

    def part(self, kind: type[Any], name: str) -> Any:
        """A part of the pane."""
        found = self.pane.findChild(kind, name)
        assert found is not None, name
        return found

    def press(self, name: str) -> None:
        """Press a button of the pane."""
        self.part(QToolButton, name).click()

    def look_for(self, text: str, kind: str = "Text") -> None:
        """Type into the filter, and do not wait."""
        self.part(QComboBox, "filterKind").setCurrentText(kind)
        self.part(QLineEdit, "filterText").setText(text)
        self.pane.filter.apply()

    def choose(self, chip: str, words: str) -> None:
        """Choose an entry of a chip's menu."""
        menu = self.part(QToolButton, f"channelChip:{chip}").findChild(QMenu)
        menu.aboutToShow.emit()
        next(action for action in menu.actions() if action.text() == words).trigger()


@pytest.fixture
def watch(user: User, outside: Session) -> Watcher:
    user.trigger("view.notifications")
    return Watcher(user, outside)


# What comes


async def test_message_shows_with_everything(watch: Watcher) -> None:
    await watch.subscribe("orders")
    await watch.notify("orders", '{"id": 1.50}')
    await watch.rows(1)
    assert watch.cell(0, CHANNEL) == "orders"
    assert watch.cell(0, PID) == watch.outside.backend_pid
    assert watch.cell(0) == '{"id": 1.50}'
    assert watch.cell(0, TIME)[:2] == "20"
    assert watch.pane.property("received") == 1
    assert watch.pane.property("dropped") == 0


async def test_message_shows_while_a_tab_streams(watch: Watcher) -> None:
    await watch.subscribe("orders")
    await watch.user.stream()
    await watch.notify("orders", "in between")
    await watch.rows(1)
    assert watch.user.tab.property("state") == "streaming"
    watch.user.trigger("query.cancel")
    await watch.user.idle()


async def test_listen_in_a_tab_stays_the_tabs_own(watch: Watcher) -> None:
    await watch.subscribe("orders")
    await watch.user.run("listen orders")
    await watch.user.property_is("pinned", True)
    await watch.notify("orders", "for both")
    await watch.rows(1)
    await watch.user.run("select 1")
    assert "for both" in watch.user.messages
    await watch.user.run("unlisten *")
    await watch.notify("orders", "for the pane")
    await watch.rows(2)


async def test_burst_leaves_the_window_alive_and_the_newest_in_sight(watch: Watcher) -> None:
    await watch.subscribe("flood")
    await watch.outside.execute("select pg_notify('flood', n::text) from generate_series(1, 50000) n")
    await watch.received(50_000)
    await watch.rows(50_000)
    await until(lambda: watch.table.rowAt(watch.table.viewport().height() - 2) >= 49_995, "the newest is in sight")
    await until(lambda: watch.part(QLabel, "messageCounts").text() == "50,000 messages", "the count is told")


async def test_scrolling_up_stops_following_and_counts(watch: Watcher) -> None:
    await watch.subscribe("c")
    await watch.outside.execute("select pg_notify('c', n::text) from generate_series(1, 100) n")
    await watch.rows(100)
    bar = watch.table.verticalScrollBar()
    await until(lambda: bar.maximum() > 0 and bar.value() == bar.maximum(), "the newest is in sight")
    bar.setValue(0)
    await watch.notify("c", "a", "b", "c")
    await watch.rows(103)
    await until(lambda: watch.table.newer_words == "3 new", "the new ones are counted")
    assert bar.value() == 0
    watch.part(QPushButton, "notificationsNewer").click()
    assert watch.table.newer_words == ""
    await watch.notify("c", "d")
    await watch.rows(104)
    assert bar.value() == bar.maximum()


async def test_hostile_text_is_plain_and_visible(watch: Watcher) -> None:
    await watch.subscribe("c")
    payload = "<b>bold</b>\u202ereversed\x01\nline"
    await watch.notify("c", payload)
    await watch.rows(1)
    assert watch.cell(0) == payload
    shown = watch.cell(0, PAYLOAD, Qt.ItemDataRole.DisplayRole)
    assert "<b>" in shown
    assert not {"\u202e", "\x01", "\n"} & set(shown)
    watch.table.go_to(0)
    text = watch.part(QPlainTextEdit, "payloadText").toPlainText()
    assert "<b>bold</b>" in text
    assert "\u202e" not in text


# Finding


@pytest.mark.parametrize(("kind", "wanted"), [("Text", "PAID"), ("Regex", '"pai.?"'), ("JSON path", "$.state = paid")])
async def test_filter_shows_only_what_is_found(watch: Watcher, kind: str, wanted: str) -> None:
    await watch.subscribe("c")
    await watch.notify("c", '{"state": "new"}', '{"state": "paid"}')
    await watch.rows(2)
    watch.look_for(wanted, kind)
    await watch.rows(1)
    await watch.notify("c", '{"state": "new"}', '{"state":"paid"}')
    await watch.received(4)
    await watch.rows(2)
    assert watch.payloads()[1] == '{"state":"paid"}'
    await until(lambda: "2 shown" in watch.part(QLabel, "messageCounts").text(), "how many are shown is told")
    watch.look_for("")
    await watch.rows(4)


async def test_what_can_not_be_understood_is_marked_and_changes_nothing(watch: Watcher) -> None:
    await watch.subscribe("c")
    await watch.notify("c", "a", "b")
    await watch.rows(2)
    watch.look_for("(", "Regex")
    field = watch.part(QLineEdit, "filterText")
    assert field.property("invalid") is True
    assert "expression" in field.accessibleDescription()
    assert watch.model.rowCount() == 2
    watch.look_for("a", "Regex")
    assert field.property("invalid") is False
    await watch.rows(1)


async def test_find_goes_from_one_to_the_next(watch: Watcher) -> None:
    await watch.subscribe("c")
    await watch.notify("c", "one a", "b", "two a", "b")
    await watch.rows(4)
    watch.press("filterOnly")
    watch.look_for("a")
    field = watch.part(QLineEdit, "filterText")
    rows = []
    for modifiers in (CTRL & ~CTRL, CTRL & ~CTRL, CTRL & ~CTRL, Qt.KeyboardModifier.ShiftModifier):
        QTest.keyClick(field, ENTER, modifiers)
        rows.append(watch.table.currentIndex().row())
    assert rows == [0, 2, 0, 2]
    watch.look_for("nowhere")
    QTest.keyClick(field, ENTER)
    assert watch.user.notice.startswith("Nothing is found")
    assert watch.model.rowCount() == 4


async def test_one_channel_alone(watch: Watcher) -> None:
    await watch.subscribe("a")
    await watch.subscribe("b")
    await watch.notify("a", "1")
    await watch.notify("b", "2")
    await watch.rows(2)
    watch.choose("b", "Show only this channel")
    await watch.rows(1)
    assert watch.payloads() == ["2"]
    watch.choose("b", "Show only this channel")
    await watch.rows(2)


# Pausing, clearing, copying


async def test_pause_keeps_and_counts_what_comes(watch: Watcher) -> None:
    await watch.subscribe("c")
    await watch.notify("c", "1")
    await watch.rows(1)
    watch.press("pauseMessages")
    await watch.notify("c", "2", "3")
    await watch.received(3)
    assert watch.model.rowCount() == 1
    await until(lambda: "2 waiting" in watch.part(QLabel, "messageCounts").text(), "those that wait are told")
    watch.press("pauseMessages")
    await watch.rows(3)


async def test_clear_lets_go(watch: Watcher) -> None:
    await watch.subscribe("c")
    await watch.notify("c", "1", "2")
    await watch.rows(2)
    watch.press("clearMessages")
    assert watch.model.rowCount() == 0
    await watch.notify("c", "3")
    await watch.rows(1)
    assert watch.pane.property("received") == 3


async def test_copy_takes_the_payload_of_one_and_lines_of_several(watch: Watcher) -> None:
    await watch.subscribe("c")
    await watch.notify("c", "one\u202e", "two")
    await watch.rows(2)
    watch.table.go_to(0)
    QTest.keyClick(watch.table, Qt.Key.Key_C, CTRL)
    assert QGuiApplication.clipboard().text() == "one\u202e"
    watch.table.selectAll()
    QTest.keyClick(watch.table, Qt.Key.Key_C, CTRL)
    assert QGuiApplication.clipboard().text().count("\n") == 2


async def test_changes_since_the_message_before_are_shown(watch: Watcher) -> None:
    await watch.subscribe("a")
    await watch.subscribe("b")
    await watch.notify("a", '{"id": 1, "n": 1.0}')
    await watch.notify("b", '{"id": 9}')
    await watch.notify("a", '{"id": 1, "n": 2.00}')
    await watch.rows(3)
    watch.part(QTabWidget, "payloadTabs").setCurrentIndex(1)
    changes = watch.part(QPlainTextEdit, "payloadChanges")
    watch.table.go_to(0)
    assert "no message before" in changes.toPlainText()
    watch.table.go_to(2)
    changed = [line for line in changes.toPlainText().split("\n") if line[0] in "+-"]
    assert changed == ['-   "n": 1.0', '+   "n": 2.00']


# Loss


async def test_loss_is_told_within_a_second_and_drawn_with_both_times(watch: Watcher) -> None:
    await watch.subscribe("orders")
    await watch.notify("orders", "before")
    await watch.rows(1)
    states: list[str] = []
    refresh: Callable[[], None] = watch.pane.refresh

    def note() -> None:
        refresh()
        states.append(str(watch.pane.property("state")))

    watch.pane.refresh = note  # type: ignore[method-assign]
    await watch.outside.fetch(f"select pg_terminate_backend({watch.pane.state_shown.backend_pid})")
    await until(lambda: "reconnecting" in states, "the loss is told", 1.0)
    await until(lambda: watch.pane.property("state") == "listening", "it listens again")
    await watch.rows(2)
    gap = watch.pane.state_shown.log.entry(1)
    assert isinstance(gap, Gap)
    assert watch.cell(1).startswith("Not listening from ")
    assert " to " in watch.cell(1)
    await watch.notify("orders", "after")
    await watch.rows(3)


# Channels


async def test_channels_come_back_with_the_window(watch: Watcher, windows: Windows, database_dsn: str) -> None:
    await watch.subscribe("orders")
    await watch.subscribe("Stock")
    watch.choose("Stock", "Mute")
    await windows.close(watch.user)
    again = Watcher(await windows.open(database_dsn), watch.outside)
    await until(lambda: again.pane.property("state") == "listening", "it listens")
    assert list(again.pane.chips.names()) == ["orders", "Stock"]
    assert again.pane.state_shown.channels["Stock"].muted
    await again.notify("Stock", "unseen")
    await again.notify("orders", "seen")
    await again.received(2)
    await again.rows(1)


async def test_delete_on_a_chip_unsubscribes(watch: Watcher) -> None:
    await watch.subscribe("orders")
    QTest.keyClick(watch.part(QToolButton, "channelChip:orders"), Qt.Key.Key_Delete)
    await until(lambda: watch.pane.property("state") == "off", "it is off")
    await until(lambda: watch.pane.chips.names() == (), "the chip is gone")


@pytest.mark.parametrize("typed", ["", "x" * 64, "\u00e4" * 32])
async def test_name_that_no_channel_has_is_marked(watch: Watcher, typed: str) -> None:
    field = watch.part(QLineEdit, "channelInput")
    field.setText(typed)
    QTest.keyClick(field, ENTER)
    assert field.property("invalid") is True
    assert field.text() == typed
    assert watch.user.notice == field.accessibleDescription()
    assert watch.pane.property("state") == "off"


# Sending


async def test_sent_message_is_seen(watch: Watcher) -> None:
    await watch.subscribe("orders")
    watch.part(QLineEdit, "sendChannel").setText("orders")
    payload = watch.part(PayloadEdit, "sendPayload")
    payload.setPlainText('{"a": 1}')
    assert "JSON" in watch.part(QLabel, "sendNote").text()
    QTest.keyClick(payload, ENTER)
    await watch.rows(1)
    assert watch.cell(0) == '{"a": 1}'
    watch.part(QPushButton, "sendNow").click()
    await watch.rows(2)


async def test_sent_in_a_tabs_transaction_it_arrives_at_the_commit(watch: Watcher) -> None:
    await watch.subscribe("orders")
    await watch.user.run("begin")
    watch.part(QCheckBox, "sendInTab").setChecked(True)
    watch.part(QLineEdit, "sendChannel").setText("orders")
    watch.part(PayloadEdit, "sendPayload").setPlainText("it's")
    watch.part(QPushButton, "sendNow").click()
    assert watch.part(QLabel, "sendNote").text().endswith(": arrives at its commit")
    await watch.user.property_is("answered", 2)
    await watch.user.idle()
    await watch.notify("orders", "first")
    await watch.rows(1)
    await watch.user.run("commit")
    await watch.rows(2)
    assert watch.payloads() == ["first", "it's"]


async def test_payload_that_is_too_long_is_told_before(watch: Watcher) -> None:
    payload, send = watch.part(PayloadEdit, "sendPayload"), watch.part(QPushButton, "sendNow")
    payload.setPlainText("ä" * 3999)
    assert send.isEnabled()
    payload.setPlainText("ä" * 4000)
    assert not send.isEnabled()
    assert "8,000" in watch.part(QLabel, "sendNote").text()
    payload.setPlainText('{"a": ')
    assert send.isEnabled()
    assert "not JSON" in watch.part(QLabel, "sendNote").text()


async def test_everything_has_a_name_and_a_word(watch: Watcher) -> None:
    await watch.subscribe("orders")
    for kind in (QLineEdit, QToolButton, QPushButton, QComboBox, QPlainTextEdit):
        for part in watch.pane.findChildren(kind):
            if part.objectName().startswith("qt_") or not part.isVisible():
                continue
            assert part.objectName() or isinstance(part.parent(), QTabWidget), part
            assert part.accessibleName() or getattr(part, "text", str)(), part.objectName()
