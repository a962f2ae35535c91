"""One statement for many lines on a session: all of them or none, and what is sent for it."""

import asyncio
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from pgconsole.core.errors import ConnectionLost, PgconsoleError, QueryCancelled, RefusedStatement, StatementTimeout
from pgconsole.core.run_state import TransactionState
from pgconsole.core.settings import Settings
from pgconsole.core.statements import split
from pgconsole.db.session import Session
from pgconsole.workers.batch_run import Line, batch_job, run_lines
from pgconsole.workers.file_chunks import read_chunks
from pgconsole.workers.script_run import RunServices
from tests.fixtures.desk import ShortOfTime
from tests.fixtures.engine import backend_state, value
from tests.fixtures.waiting import until_answer


class Batches:
    """Runs batches with settings that a test may change."""

    def __init__(self, session: Session, spill_directory: Path) -> None:
        self.session = session
        self.settings = Settings()
        self.services = RunServices(lambda: self.settings, spill_directory, read_chunks)

    async def run(self, statement: str, lines: Sequence[Line]) -> list[tuple[str | None, ...]] | None:
        result = await run_lines(self.session, statement, lines, self.services)
        return None if result is None else result.store.rows(0, result.row_count)


@pytest.fixture
def batches(session: Session, tmp_path: Path) -> Iterator[Batches]:
    batches = Batches(session, tmp_path)
    yield batches
    assert batches.session.is_lost or batches.session.transaction is TransactionState.IDLE


async def test_ten_thousand_lines_go_in_chunks(batches: Batches, session: Session) -> None:
    await session.execute("create table many_lines (n int, t text)")
    lines = [(str(n), None if n % 7 == 0 else "é") for n in range(10_000)]
    assert await batches.run("insert into many_lines values ($1, $2)", lines) is None
    assert await value(session, "select count(*) || ' ' || count(t) from many_lines") == "10000 8571"


async def test_rows_of_returning_come_in_the_order_of_the_lines(batches: Batches, session: Session) -> None:
    await session.execute("create table returning_lines (n int)")
    rows = await batches.run("insert into returning_lines values ($1) returning n, n * 2", [("3",), ("1",)])
    assert rows == [("3", "6"), ("1", "2")]


async def test_a_deferred_constraint_that_fails_at_the_commit_keeps_nothing(batches: Batches, session: Session) -> None:
    await session.execute("create table deferred_lines (n int unique deferrable initially deferred)")
    with pytest.raises(PgconsoleError) as caught:
        await batches.run("insert into deferred_lines values ($1)", [("1",), ("1",)])
    assert caught.value.sqlstate == "23505"
    assert not session.in_transaction_block
    assert await value(session, "select count(*) from deferred_lines") == "0"


async def test_a_failed_batch_leaves_no_savepoint_in_the_users_transaction(batches: Batches, session: Session) -> None:
    await session.execute("create table no_savepoint (n int)")
    await session.execute("begin")
    with pytest.raises(PgconsoleError, match="Line 2: "):
        await batches.run("insert into no_savepoint values ($1)", [("1",), ("x",)])
    assert session.transaction is TransactionState.OPEN
    with pytest.raises(PgconsoleError) as caught:
        await session.execute("rollback to pgconsole_batch")
    assert caught.value.sqlstate == "3B001"
    await session.execute("rollback")


async def test_time_that_is_up_in_a_chunk_ends_the_batch_there(batches: Batches, session: Session) -> None:
    await session.execute("create table slow_lines (n int)")
    batches.settings = ShortOfTime()
    async with asyncio.timeout(20):
        with pytest.raises(StatementTimeout):
            await batches.run(
                "insert into slow_lines select 1 where pg_sleep($1::float) is not null", [("0.06",)] * 1000
            )
    assert await value(session, "select count(*) from slow_lines") == "0"


async def test_a_deadline_ends_with_its_batch(batches: Batches, session: Session) -> None:
    batches.settings = ShortOfTime()
    await batches.run("select pg_sleep($1::float)", [("0.01",)])
    await session.execute("select pg_sleep(0.6)")


async def test_a_cancel_in_a_chunk_ends_the_batch_there(batches: Batches, session: Session, watcher: Session) -> None:
    await session.execute("create table many as select 1")
    running = asyncio.ensure_future(batches.run("delete from many where pg_sleep($1::float) is null", [("30",)] * 3))
    await until_answer(lambda: backend_state(watcher, session.backend_pid), "active", "it runs")
    await session.cancel()
    with pytest.raises(QueryCancelled):
        await running
    assert not session.in_transaction_block
    assert await value(session, "select 1") == "1"


async def test_a_connection_that_is_lost_in_a_batch_is_told(batches: Batches, session: Session) -> None:
    with pytest.raises(ConnectionLost):
        await batches.run("select pg_terminate_backend($1::int)", [(str(session.backend_pid),)])


@pytest.mark.parametrize(
    "script",
    [
        "select 1; select 2",
        "select 1 \\; select 2",
        "\\d",
        "begin",
        "vacuum",
        "copy t from stdin",
        "copy t to stdout",
        "call p($1)",
    ],
)
def test_what_can_be_no_batch_is_refused(script: str) -> None:
    with pytest.raises(RefusedStatement):
        batch_job(split(script), Settings())


@pytest.mark.parametrize("script", ["insert into t values ($1)", "select $1", "copy t from '/tmp/x'", "set x = 1"])
def test_one_statement_can_be_a_batch(script: str) -> None:
    assert batch_job(split(script), Settings()).text == script
