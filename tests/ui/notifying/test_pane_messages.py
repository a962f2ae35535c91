"""What a user does with messages in the pane: pauses, clears, copies, compares."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QPlainTextEdit, QTabWidget

from tests.fixtures.waiting import until
from tests.fixtures.watcher import Watcher
from tests.fixtures.window import CTRL


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
    watch.part(QTabWidget, "payloadTabs").setCurrentIndex(2)
    changes = watch.part(QPlainTextEdit, "payloadChanges")
    watch.table.go_to(0)
    assert "no message before" in changes.toPlainText()
    watch.table.go_to(2)
    changed = [line for line in changes.toPlainText().split("\n") if line[0] in "+-"]
    assert changed == ['-   "n": 1.0', '+   "n": 2.00']
