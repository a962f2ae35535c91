"""The server stops, dies, or ends a session: what the screen says, what the server saw, nothing lost, nothing twice."""

import asyncio
from collections.abc import AsyncIterator

import pytest
from PySide6.QtWidgets import QPushButton

from pgconsole.core.settings import Settings
from pgconsole.db.local_postmaster import StopMode
from pgconsole.db.session import Session
from pgconsole.workers.settings_file import SettingsFile
from tests.faults.conftest import OwnServer
from tests.fixtures.engine import value
from tests.fixtures.waiting import until
from tests.fixtures.window import User, Windows

SCRIPT = "-- a text that must not be lost\ninsert into runs select 1 from pg_sleep(60)"


@pytest.fixture
async def own_user(windows: Windows, own_server: OwnServer) -> AsyncIterator[User]:
    """A user on a server that may end; it runs again afterwards."""
    yield await windows.open(own_server.dsn)
    await asyncio.to_thread(own_server.start)


async def end(server: OwnServer, how: StopMode | str) -> None:
    """End the server in one of the ways in which servers end."""
    if how == "kill":
        await asyncio.to_thread(server.kill)
    else:
        await asyncio.to_thread(server.stop, "fast" if how == "fast" else "immediate")


@pytest.mark.parametrize("how", ["fast", "immediate", "kill"])
async def test_server_that_ends_while_a_query_runs(own_user: User, own_server: OwnServer, how: str) -> None:
    own_server.psql("drop table if exists runs; create table runs (n int)")
    before = own_server.times_run(SCRIPT.splitlines()[1])
    await own_user.run("select 'kept row'")
    own_user.trigger("result.pin")
    await own_user.start(SCRIPT, caret=len(SCRIPT))
    await until(lambda: own_server.times_run(SCRIPT.splitlines()[1]) == before + 1, "the server runs it")
    await end(own_server, how)
    await own_user.idle()
    assert own_user.editor.script() == SCRIPT
    assert "lost" in own_user.notice or "ended" in own_user.notice or "crashed" in own_user.notice, own_user.notice
    own_user.results.setCurrentIndex(0)
    assert own_user.cell(0) == "kept row"
    await asyncio.to_thread(own_server.start)
    own_user.find(QPushButton, "noticeAction").click()
    await until(lambda: "again. Nothing was run a second time" in own_user.notice, "it is connected again")
    assert own_server.times_run(SCRIPT.splitlines()[1]) == before + 1
    assert own_server.psql("select count(*) from runs") == "0"
    await own_user.run("select 'goes on'")
    assert own_user.cell(0) == "goes on"


@pytest.mark.parametrize("how", ["fast", "immediate", "kill"])
async def test_server_that_ends_while_nothing_runs_is_told_at_once(
    own_user: User, own_server: OwnServer, how: str
) -> None:
    await own_user.run("select 'kept row'")
    ending = asyncio.ensure_future(end(own_server, how))
    await until(lambda: "was lost" in own_user.notice, "the loss is told")
    await ending
    assert own_user.find(QPushButton, "noticeAction").text() == "Reconnect"
    assert own_user.status("statusConnection").endswith(", lost")
    assert own_user.status("statusTransaction") == "Auto-commit"
    if how != "kill":
        assert "terminating connection due to" in own_user.notice
    assert own_user.cell(0) == "kept row"
    await asyncio.to_thread(own_server.start)
    await own_user.run("select 'a run connects too'")
    assert own_user.cell(0) == "a run connects too"
    assert not own_user.status("statusConnection").endswith(", lost")
    assert own_user.status("statusTransaction") == "Idle"


async def test_reconnecting_goes_on_until_the_server_answers(own_user: User, own_server: OwnServer) -> None:
    await end(own_server, "fast")
    await until(lambda: "was lost" in own_user.notice, "the loss is told")
    own_user.find(QPushButton, "noticeAction").click()
    await until(lambda: "Attempt 1 to reconnect" in own_user.notice, "an attempt failed")
    assert "The next one is in" in own_user.notice
    await asyncio.to_thread(own_server.start)
    own_user.find(QPushButton, "noticeAction").click()  # without waiting
    await until(lambda: "again. Nothing was run" in own_user.notice, "it is connected again")


async def test_reconnecting_by_itself_is_a_setting(windows: Windows, own_server: OwnServer) -> None:
    await SettingsFile().save_settings(Settings(), Settings(auto_reconnect=True))
    user = await windows.open(own_server.dsn)
    await end(own_server, "fast")
    await until(lambda: "reconnect" in user.notice, "it tries")
    await asyncio.to_thread(own_server.start)
    await until(lambda: "again. Nothing was run" in user.notice, "it is connected again")


async def test_backend_that_is_terminated_while_idle_is_told_with_what_went(user: User, outside: Session) -> None:
    await user.run(
        "create table t (n int); begin; insert into t values (1); create temp table scratch (n int);"
        "select pg_advisory_lock(1)",
        "query.run_all",
    )
    await outside.execute(f"select pg_terminate_backend({user.tab.state.backend_pid})")
    await until(lambda: "was lost" in user.notice, "the loss is told")
    assert "the open transaction" in user.notice
    assert "temporary table" in user.notice
    assert "advisory lock" in user.notice
    assert "terminating connection due to administrator command" in user.messages
    assert user.find(QPushButton, "noticeAction").text() == "Reconnect"
    await user.idle()
    assert user.tab.property("transaction") == "unknown"
    await user.run("select count(*) from t")
    assert user.cell(0) == "0"


async def test_pooled_backend_that_is_terminated_is_told_and_replaced(user: User, outside: Session) -> None:
    await user.run("select pg_backend_pid()")
    pid = user.cell(0)
    await outside.execute(f"select pg_terminate_backend({pid})")
    await until(lambda: "was lost" in user.notice, "the loss is told")
    assert "administrator" in user.notice
    await user.run("select pg_backend_pid()")
    assert user.cell(0) != pid
    assert await value(outside, "select count(*) from pg_stat_activity where datname = current_database()") == "2"


async def test_tabs_of_a_lost_connection_keep_their_transactions_apart(user: User, outside: Session) -> None:
    await user.run("begin")
    first = user.tab
    user.trigger("tab.new")
    await user.run("begin")
    await outside.execute(f"select pg_terminate_backend({first.state.backend_pid})")
    await until(lambda: first.property("transaction") == "unknown", "the first is lost")
    assert user.tab.property("transaction") == "open"


@pytest.mark.parametrize(
    ("setting", "told"),
    [
        ("idle_in_transaction_session_timeout", "terminating connection due to idle-in-transaction timeout"),
        ("idle_session_timeout", "terminating connection due to idle-session timeout"),
    ],
)
async def test_servers_idle_time_outs_are_told_as_what_they_are(user: User, setting: str, told: str) -> None:
    begin = "begin;" if "transaction" in setting else "create temp table scratch (n int);"
    await user.run(f"set {setting} = '1s'; {begin} select 1", "query.run_all")
    await until(lambda: "was lost" in user.notice, "the loss is told")
    assert told in user.messages
    assert setting in user.notice


async def test_settings_that_change_a_meaning_come_back_and_the_rest_is_named(user: User, outside: Session) -> None:
    await user.run(
        "create schema inner_one; create role guest; grant all on schema inner_one to guest;"
        "set search_path = inner_one, public; set timezone = 'Asia/Tokyo'; set role guest; set work_mem = '5MB'",
        "query.run_all",
    )
    await outside.execute(f"select pg_terminate_backend({user.tab.state.backend_pid})")
    await until(lambda: "was lost" in user.notice, "the loss is told")
    assert "SET work_mem" in user.notice
    await user.run(
        "select current_setting('search_path'), current_setting('timezone'), current_user, current_setting('work_mem')"
    )
    assert [user.cell(0, column) for column in range(4)] == ["inner_one, public", "Asia/Tokyo", "guest", "4MB"]
    assert "Set again on the new connection: SET TimeZone, SET search_path, SET ROLE guest." in user.messages
    await user.run("reset role; reset all", "query.run_all")
    await outside.execute("reset all; drop schema inner_one; drop role guest")


async def test_role_that_does_not_come_back_runs_nothing(user: User, outside: Session) -> None:
    await outside.execute("create role fleeting")
    await user.run("create table t (n int); set role fleeting", "query.run_all")
    pid = user.tab.state.backend_pid
    await outside.execute("alter table t owner to current_user; drop role fleeting")
    await outside.execute(f"select pg_terminate_backend({pid})")
    await until(lambda: "was lost" in user.notice, "the loss is told")
    await user.run("insert into t values (1)")
    assert "Nothing was run: SET ROLE fleeting" in user.notice
    assert await value(outside, "select count(*) from t") == "0"
    await user.run("insert into t values (1)")
    assert await value(outside, "select count(*) from t") == "1"


async def test_button_of_a_loss_reconnects_the_connection_that_was_lost(
    own_user: User, own_server: OwnServer, database_dsn: str
) -> None:
    await own_user.connect(database_dsn)
    await own_user.run("select 'on the other connection'")
    await end(own_server, "fast")
    await until(lambda: "was lost" in own_user.notice, "the loss is told")
    assert not own_user.status("statusConnection").endswith(", lost")
    await asyncio.to_thread(own_server.start)
    own_user.find(QPushButton, "noticeAction").click()
    await until(lambda: "Connected to postgres" in own_user.notice, "that one is connected again")
