"""More than anyone can read, and nothing at all."""

import asyncio

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QPlainTextEdit

from pgconsole.db.session import Session
from tests.fixtures.waiting import until
from tests.fixtures.window import User


async def test_fifty_thousand_notices_are_bounded_and_the_window_lives(user: User) -> None:
    await user.start("do $$ begin for i in 1..50000 loop raise notice 'notice %', i; end loop; end $$")
    turns = 0
    while user.tab.property("state") != "idle":
        await asyncio.sleep(0.005)
        turns += 1
    assert turns > 10
    assert user.find(QPlainTextEdit, "messages").document().blockCount() < 60_000
    view = user.find(QPlainTextEdit, "messages").document()
    await until(lambda: view.lastBlock().text().startswith("DO"), "the tag is shown last", 30)
    assert "older messages dropped" in user.messages
    assert "notice 50000" in user.messages
    await user.run("select 1")
    assert user.cell(0) == "1"


async def test_twenty_thousand_notifications_at_once_are_heard_and_the_window_lives(
    user: User, outside: Session
) -> None:
    await user.run("listen flood")
    await outside.execute("do $$ begin for i in 1..20000 loop perform pg_notify('flood', i::text); end loop; end $$")
    await until(lambda: "Notification on flood" in user.messages, "they come", 20)
    await user.run("select 'alive'")
    assert user.cell(0) == "alive"


async def test_changed_table_shows_its_new_columns(user: User, outside: Session) -> None:
    await outside.execute("create table t (a int); insert into t values (1)")
    await user.run("select * from t")
    await outside.execute("alter table t add b text default 'new', drop a")
    await user.run("select * from t")
    assert [user.grid.model().headerData(0, Qt.Orientation.Horizontal), user.cell(0)] == ["b", "new"]


@pytest.mark.parametrize("action", ["query.run", "query.run_all"])
async def test_script_without_a_statement_says_so(user: User, action: str) -> None:
    for script in ("", "  \n", "-- a comment", "/* one */ ;", ";", ";;\n;"):
        user.window.notice_bar.dismiss()
        await user.run(script, action)
        assert user.notice.startswith("There is nothing to run"), script
        assert user.tab.property("transaction") == "idle"
