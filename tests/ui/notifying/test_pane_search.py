"""Finding messages in the pane: what is shown, what is marked, what is gone to."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QLineEdit

from tests.fixtures.waiting import until
from tests.fixtures.watcher import ENTER, Watcher
from tests.fixtures.window import CTRL


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
