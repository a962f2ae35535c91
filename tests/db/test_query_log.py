"""What the log has of statements that ran on a session: when, how long, how many rows, what failed."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from pgconsole.core.connection_target import ConnectionTarget
from pgconsole.core.errors import PgconsoleError
from pgconsole.core.query_log import LoggedStatement, QueryLog
from pgconsole.db.connecting import open_connection
from pgconsole.db.session import Session
from tests.fixtures.runs import run
from tests.fixtures.waiting import until


@pytest.fixture
def log() -> QueryLog:
    return QueryLog()


@pytest.fixture
async def session(target: ConnectionTarget, log: QueryLog) -> AsyncIterator[Session]:
    session = Session(await open_connection(target), log)
    session.record.owner = "Query 1"
    yield session
    session.terminate()


def users(log: QueryLog) -> list[LoggedStatement]:
    return [entry for entry in log if not entry.is_own]


async def test_paged_statement_is_one_entry_with_all_its_rows(session: Session, log: QueryLog) -> None:
    await run(session, "select generate_series(1, 5000)", to_end=False, always_cursor=True)
    (entry,) = users(log)
    assert (entry.text, entry.rows, entry.owner) == ("select generate_series(1, 5000)", 5000, "Query 1")
    assert entry.pid == session.backend_pid
    assert entry.duration_ms > 0
    assert not entry.is_running
    assert {"BEGIN", "COMMIT"} <= {entry.text for entry in log if entry.is_own}


async def test_copy_road_and_plain_statements_have_their_counts(session: Session, log: QueryLog) -> None:
    await run(session, "select generate_series(1, 3000)", to_end=True)
    await run(session, "create temporary table logged (n int)")
    await run(session, "insert into logged select generate_series(1, 7)")
    assert [entry.rows for entry in users(log)] == [3000, None, 7]


async def test_what_fails_is_logged_with_its_sqlstate(session: Session, log: QueryLog) -> None:
    for text, sqlstate in (("selec 1", "42601"), ("select 1/0", "22012")):
        with pytest.raises(PgconsoleError):
            await run(session, text)
        entry = users(log)[-1]
        assert (entry.text, entry.sqlstate) == (text, sqlstate)
        assert entry.error
    assert session.record.last_error.startswith("22012")


async def test_running_statement_is_seen_running(session: Session, log: QueryLog) -> None:
    running = asyncio.create_task(run(session, "select pg_sleep(30)"))
    await until(lambda: any(entry.is_running for entry in users(log)), "it runs")
    await session.cancel()
    with pytest.raises(PgconsoleError):
        await running
    entry = users(log)[-1]
    assert (entry.sqlstate, entry.is_running) == ("57014", False)


async def test_time_spent_by_a_paused_reader_is_not_the_statements(session: Session, log: QueryLog) -> None:
    await run(session, "select generate_series(1, 200)", always_cursor=True)
    before_ms = users(log)[0].duration_ms
    await session.execute("select pg_sleep(0.05)")
    assert users(log)[0].duration_ms == before_ms


async def test_console_marks_what_it_asks_for_itself(session: Session, log: QueryLog) -> None:
    await session.fetch("select 1")
    assert [(entry.text, entry.is_own, entry.rows) for entry in log] == [("select 1", True, 1)]


async def test_password_is_not_kept(session: Session, log: QueryLog) -> None:
    await run(session, "drop role if exists logged_role")
    await run(session, "create role logged_role password 'canary-42'")
    await run(session, "drop role logged_role")
    assert not [entry for entry in log if "canary" in entry.text]
    assert users(log)[1].text == "create role logged_role password '***'"
