"""What a tab tells in the notice bar, with the button that helps, which acts in that tab."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QPushButton

from pgconsole.core.errors import ConnectFailed, ConnectionLost, OutcomeUnknown, PgconsoleError, StatementInvalid
from pgconsole.core.notice import Notice
from tests.fixtures.waiting import until
from tests.fixtures.window import User


def button(user: User) -> str:
    """The words of the notice's button; empty where there is none."""
    found = user.find(QPushButton, "noticeAction")
    return found.text() if found.isVisible() else ""


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (ConnectionLost("Lost."), "Reconnect"),
        (ConnectFailed("Refused."), "Reconnect"),
        (OutcomeUnknown("Unknown."), "Reconnect"),
        (OutcomeUnknown("Unknown.", transaction_id="77"), "Ask for the outcome"),
        (StatementInvalid("Syntax."), ""),
    ],
)
async def test_a_failure_offers_what_helps(user: User, error: PgconsoleError, words: str) -> None:
    user.tab.failed.emit(error)
    assert button(user) == words


async def test_what_was_lost_stands_before_the_reason(user: User) -> None:
    user.tab.failed.emit(ConnectionLost("It is gone.", "Nobody knows why.", "Reconnect.", lost=("locks", "a table")))
    assert user.notice == "It is gone. Lost: locks, a table. Nobody knows why. Reconnect."


async def test_notice_of_this_tab_bears_its_name_once_another_one_is_shown(user: User) -> None:
    first = user.tab
    first.failed.emit(ConnectionLost("The connection of this tab was lost."))
    user.trigger("tab.new")
    assert user.notice == "Query 1: The connection of this tab was lost."
    assert button(user) == "Reconnect"
    user.window.tabs.setCurrentWidget(first)
    assert user.notice == "The connection of this tab was lost."
    user.window.notice_bar.show_notice("Another one's.")
    user.trigger("tab.next")
    assert user.notice == "Another one's."


async def test_click_on_the_button_leaves_the_focus_in_the_editor(user: User) -> None:
    user.editor.setFocus()
    user.tab.notified.emit(Notice("Something is open.", "warning", "query.ask_outcome"))
    QTest.mouseClick(user.find(QPushButton, "noticeAction"), Qt.MouseButton.LeftButton)
    user.tab.notified.emit(Notice("It is closed.", "ok"))
    assert user.focus is user.editor


async def test_another_tabs_notice_bears_its_name_and_its_button_leads_there(user: User) -> None:
    first = user.tab
    user.trigger("tab.new")
    second = user.tab
    first.notified.emit(Notice("Something is open.", "warning", "query.run"))
    assert user.notice == "Query 1: Something is open."
    first.failed.emit(StatementInvalid("Syntax."))
    assert user.notice == "Query 1: Syntax."
    first.notified.emit(Notice("Something is open.", "warning", "query.run"))
    first.editor.set_script("select 'in the first'")
    user.find(QPushButton, "noticeAction").click()
    assert user.tab is first
    await until(lambda: first.property("answered") == 1, "it ran there")
    assert second.property("answered") == 0
    await user.idle()
