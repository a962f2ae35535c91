"""Sending from the pane."""

from PySide6.QtTest import QTest
from PySide6.QtWidgets import QCheckBox, QLabel, QLineEdit, QPushButton

from pgconsole.ui.notifying.send_form import PayloadEdit
from tests.fixtures.watcher import ENTER, Watcher


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
