"""The pane of notifications before a user: what comes, whatever else goes on."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QComboBox, QLabel, QLineEdit, QPlainTextEdit, QPushButton, QTabWidget, QToolButton

from tests.fixtures.waiting import until
from tests.fixtures.watcher import CHANNEL, PAYLOAD, PID, TIME, Watcher


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


async def test_everything_has_a_name_and_a_word(watch: Watcher) -> None:
    await watch.subscribe("orders")
    for kind in (QLineEdit, QToolButton, QPushButton, QComboBox, QPlainTextEdit):
        for part in watch.pane.findChildren(kind):
            if part.objectName().startswith("qt_") or not part.isVisible():
                continue
            assert part.objectName() or isinstance(part.parent(), QTabWidget), part
            assert part.accessibleName() or getattr(part, "text", str)(), part.objectName()
