"""Channels in the pane: typed, remembered, left."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit, QToolButton

from tests.fixtures.waiting import until
from tests.fixtures.watcher import ENTER, Watcher
from tests.fixtures.window import Windows


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
