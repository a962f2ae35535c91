"""What the server refuses, stops or lacks: its words whole, and what is a time-out told apart from a cancel."""

import asyncio
from collections.abc import Iterator

import pytest

from pgconsole.core.run_state import TransactionState
from pgconsole.db.conninfo_syntax import parse_keywords
from pgconsole.db.session import Session
from tests.faults.conftest import OwnServer, changed
from tests.fixtures.engine import value
from tests.fixtures.postgres import PostgresServer
from tests.fixtures.waiting import until_answer
from tests.fixtures.window import User, Windows


async def test_statement_timeout_is_not_called_a_cancel(user: User) -> None:
    await user.run("set statement_timeout = '50ms'; select pg_sleep(5)", "query.run_all")
    assert "canceling statement due to statement timeout" in user.messages
    assert "The server's statement_timeout ran out." in user.messages
    assert "57014" in user.messages
    assert "Cancelled: the server confirmed" not in user.messages


async def test_users_cancel_is_not_called_a_time_out(user: User, outside: Session) -> None:
    await user.start("select pg_sleep(30)")
    asleep = "select count(*) from pg_stat_activity where wait_event = 'PgSleep' and datname = current_database()"
    await until_answer(lambda: value(outside, asleep), "1", "it runs")
    user.trigger("query.cancel")
    await user.idle()
    assert "Cancelled: the server confirmed" in user.messages
    assert "timeout" not in user.messages
    assert user.notice == ""


async def test_lock_timeout_names_itself(user: User, outside: Session) -> None:
    await outside.execute("create table t (n int)")
    await outside.execute("begin; lock table t")
    await user.run("set lock_timeout = '50ms'; select * from t", "query.run_all")
    assert "canceling statement due to lock timeout" in user.messages
    assert "55P03" in user.messages
    await outside.execute("rollback")


async def test_deadlock_is_told_with_its_detail_and_hint(user: User, outside: Session) -> None:
    await outside.execute("create table t (n int); insert into t values (1), (2)")
    await outside.execute("set deadlock_timeout = '10min'; begin; update t set n = n where n = 1")
    await user.run("set deadlock_timeout = '20ms'; begin; update t set n = n where n = 2", "query.run_all")
    waiting = asyncio.ensure_future(outside.execute("update t set n = n where n = 2"))
    await user.run("update t set n = n where n = 1")
    assert "deadlock detected" in user.messages
    assert "40P01" in user.messages
    assert "Process " in user.messages
    assert "See server log for query details." in user.messages
    assert user.tab.property("transaction") == "failed"
    await user.run("rollback")
    await waiting
    await outside.execute("rollback")


async def test_serialization_failure_says_to_run_the_transaction_again(user: User, outside: Session) -> None:
    await outside.execute("create table t (n int); insert into t values (1)")
    await user.run("begin isolation level repeatable read; select * from t", "query.run_all")
    await outside.execute("update t set n = 2")
    await user.run("update t set n = 3 where true")
    assert "could not serialize access" in user.messages
    assert "Run the whole transaction again from its BEGIN." in user.messages


async def test_temp_file_limit_is_told(user: User) -> None:
    await user.run(
        "set temp_file_limit = '1MB'; set work_mem = '64kB';"
        "select count(*) from (select n from generate_series(1, 500000) n order by md5(n::text)) s",
        "query.run_all",
    )
    assert "temporary file size exceeds" in user.messages
    assert "53400" in user.messages


async def test_aborted_transaction_shows_its_three_states(user: User) -> None:
    assert user.status("statusTransaction") == "Idle"
    await user.run("begin")
    assert user.status("statusTransaction").startswith("Transaction open since")
    await user.run("select 1/0")
    assert user.status("statusTransaction").startswith("Transaction failed")
    await user.run("select 1")
    assert "25P02" in user.messages
    await user.run("rollback")
    assert user.status("statusTransaction") == "Idle"
    assert user.tab.state.transaction is TransactionState.IDLE


@pytest.fixture
def limited_role(postgres_server: PostgresServer) -> Iterator[str]:
    """A role with a single connection; the user's part of a connection string."""
    postgres_server.psql("create role limited login password 'limited' connection limit 1")
    yield "limited:limited"
    postgres_server.psql("drop role limited")


async def test_role_limit_is_told_in_the_servers_words_and_holds_no_hidden_connection(
    windows: Windows, limited_role: str, database_dsn: str, outside: Session
) -> None:
    user = await windows.open(database_dsn.replace(database_dsn.split("//")[1].split("@")[0], limited_role))
    count = "select count(*) from pg_stat_activity where usename = 'limited'"
    assert await value(outside, count) == "1"
    await user.run("begin")
    user.trigger("tab.new")
    await user.run("select 1")
    assert 'too many connections for role "limited"' in user.messages
    assert await value(outside, count) == "1"
    user.trigger("tab.close")
    await user.tabs(1)
    await user.run("rollback")
    await windows.close(user)


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ("dbname=nowhere", 'database "nowhere" does not exist'),
        ("host=127.0.0.1 port=1", "Nothing listens there."),
        ("host=no.such.host.invalid", "The host name is unknown"),
        ("user=nobody_here password=x", "password authentication failed"),
    ],
)
async def test_connection_that_fails_is_one_sentence(
    windows: Windows, database_dsn: str, change: str, sentence: str
) -> None:
    user = await windows.open(changed(database_dsn, **dict(parse_keywords(change)), connect_timeout="5"))
    assert sentence in user.notice
    assert "Traceback" not in user.notice
    assert user.window.isVisible()
    for dialog in user.dialogs("passwordQuestion"):
        dialog.reject()


async def test_pg_hba_that_refuses_is_told_in_the_servers_words(windows: Windows, own_server: OwnServer) -> None:
    hba = own_server.log.parent / "data" / "pg_hba.conf"
    lines = hba.read_text()
    hba.write_text(f"local all banned reject\n{lines}")
    own_server.psql("create role banned login; select pg_reload_conf()")
    try:
        user = await windows.open(own_server.dsn.replace("postgres:", "banned:", 1))
        assert 'pg_hba.conf rejects connection for host "[local]", user "banned"' in user.notice
    finally:
        hba.write_text(lines)
        own_server.psql("drop role banned; select pg_reload_conf()")
