"""One session: what it says of its transaction, of its end and of what it prepares."""

import asyncio
import contextlib
from collections.abc import AsyncIterator

import pytest

from pgconsole.core.errors import (
    ConnectionLost,
    OutcomeUnknown,
    PgconsoleError,
    ServerError,
    StatementInvalid,
)
from pgconsole.core.run_state import TransactionState
from pgconsole.core.server_report import ServerReport
from pgconsole.db.session import Session
from tests.fixtures.engine import backend_state, begin, running, value
from tests.fixtures.proxy import Proxy
from tests.fixtures.waiting import until, until_answer

IDLE, OPEN = TransactionState.IDLE, TransactionState.OPEN
FAILED, UNKNOWN = TransactionState.FAILED, TransactionState.UNKNOWN


# Transaction state


@pytest.mark.parametrize(
    ("script", "states"),
    [
        (["begin", "select 1", "commit"], [OPEN, OPEN, IDLE]),
        (["start transaction read only", "rollback"], [OPEN, IDLE]),
        (["begin", "select 1/0", "select 1", "rollback"], [OPEN, FAILED, FAILED, IDLE]),
        (["begin", "select 1/0", "commit"], [OPEN, FAILED, IDLE]),
        (
            ["begin", "savepoint s", "select 1/0", "rollback to s", "select 1", "release s", "commit"],
            [OPEN, OPEN, FAILED, OPEN, OPEN, OPEN, IDLE],
        ),
        (["begin", "commit and chain", "rollback"], [OPEN, OPEN, IDLE]),
        (["select 1/0", "select 1"], [IDLE, IDLE]),
        (["begin", "begin", "end"], [OPEN, OPEN, IDLE]),
        (["commit", "rollback"], [IDLE, IDLE]),
    ],
)
async def test_transaction_state_follows_what_is_typed(
    session: Session, script: list[str], states: list[TransactionState]
) -> None:
    seen = []
    for text in script:
        with contextlib.suppress(ServerError):
            await session.execute(text)
        seen.append(session.transaction)
    assert seen == states


async def test_transaction_has_a_beginning_and_a_number(session: Session) -> None:
    def since_and_serial() -> tuple[float | None, int]:
        return session.transaction_since, session.transaction_serial

    nothing, serial = since_and_serial()
    await session.execute("begin")
    began = since_and_serial()
    await session.execute("select 1")
    assert since_and_serial() == began
    await session.execute("rollback")
    assert since_and_serial() == (None, serial + 1)
    assert nothing is None
    assert began[0] is not None


async def test_own_block_is_not_the_users_transaction(session: Session) -> None:
    def state() -> tuple[TransactionState, bool, bool]:
        return session.transaction, session.in_transaction_block, session.in_failed_block

    await session.begin_block()
    assert state() == (IDLE, True, False)
    with pytest.raises(PgconsoleError):
        await session.execute("select 1/0")
    assert state() == (IDLE, True, True)
    await session.end_block(commit=True)
    assert state() == (IDLE, False, False)


async def test_failure_of_the_data_fails_the_transaction(session: Session) -> None:
    async def broken() -> AsyncIterator[bytes]:
        yield b"1\n"
        raise PgconsoleError("the file could not be read")

    await session.execute("create table broken_copy (n int)")
    await session.execute("begin")
    with pytest.raises(PgconsoleError, match="could not be read"):
        await session.copy_in("copy broken_copy from stdin", broken())
    assert session.transaction is FAILED
    await session.execute("rollback")
    assert await value(session, "select count(*) from broken_copy") == "0"


# Losing the connection


async def test_administrators_termination_is_told_with_the_servers_words(session: Session, watcher: Session) -> None:
    sleep = begin(session, "select pg_sleep(30)")
    await until_answer(lambda: backend_state(watcher, session.backend_pid), "active", "the statement runs")
    await watcher.fetch(f"select pg_terminate_backend({session.backend_pid})")
    with pytest.raises(ConnectionLost) as caught:
        await sleep
    assert caught.value.sqlstate == "57P01"
    assert "terminating connection due to administrator command" in str(caught.value)


async def test_idle_session_hears_of_its_end(session: Session, watcher: Session) -> None:
    lost = asyncio.Event()
    session.on_lost = lost.set
    await watcher.fetch(f"select pg_terminate_backend({session.backend_pid})")
    async with asyncio.timeout(30):
        await lost.wait()
    assert session.is_lost
    assert session.backend_pid > 0
    assert session.parameter_status("TimeZone") == ""


async def test_loss_in_a_transaction_makes_its_state_unknown(proxied: Session, proxy: Proxy) -> None:
    await proxied.execute("begin")
    proxy.cut()
    await until(lambda: proxied.is_lost, "the loss is noticed")
    await until(lambda: proxied.transaction is UNKNOWN, "the state is unknown")


async def test_lost_commit_of_an_own_block_has_an_unknown_outcome(
    proxied: Session, proxy: Proxy, watcher: Session
) -> None:
    await proxied.execute("create table lost_commit (n int)")
    await proxied.begin_block()
    await proxied.execute("insert into lost_commit values (1)")
    proxy.lose_answer_after(len("Q....COMMIT."))
    with pytest.raises(OutcomeUnknown):
        await proxied.end_block(commit=True)
    assert await value(watcher, "select count(*) from lost_commit") == "1"


async def test_copy_reads_no_further_once_its_data_could_not_be_sent(session: Session) -> None:
    """The driver hears of it in the loop's next turn; what is written until then is lost, and logged by asyncio."""
    read: list[int] = []

    async def source() -> AsyncIterator[bytes]:
        for number in range(10):
            read.append(number)
            if number == 2:
                session._connection.transport.abort()
            yield b"1\n" * 40_000

    await session.execute("create temporary table unsent (n int)")
    with pytest.raises(ConnectionLost):
        await session.copy_in("copy unsent from stdin", source())
    assert read == [0, 1, 2]


@pytest.mark.parametrize(("sqlstate", "is_unknown"), [("57P01", False), ("08P01", True), ("08006", True)])
async def test_pooler_that_lost_its_server_does_not_know_of_the_commit(
    session: Session, monkeypatch: pytest.MonkeyPatch, sqlstate: str, is_unknown: bool
) -> None:
    """As PgBouncer has it: FATAL 08P01, server conn crashed?"""

    async def fail(_text: str) -> str:
        report = ServerReport(message="server conn crashed?", severity="FATAL", sqlstate=sqlstate)
        raise ConnectionLost("The server ended the connection.", report=report)

    await session.begin_block()
    with monkeypatch.context() as patch:
        patch.setattr(session, "execute", fail)
        with pytest.raises(ConnectionLost) as caught:
            await session.end_block(commit=True)
    assert isinstance(caught.value, OutcomeUnknown) == is_unknown
    await session.execute("rollback")


async def test_lost_connection_has_ended_an_own_block_already(proxied: Session, proxy: Proxy) -> None:
    await proxied.begin_block()
    proxy.cut()
    await until(lambda: proxied.is_lost, "the loss is noticed")
    await proxied.end_block(commit=False)


async def test_commit_on_a_lost_connection_is_never_taken_for_done(proxied: Session, proxy: Proxy) -> None:
    await proxied.begin_block()
    await proxied.execute("create table never_committed ()")
    proxy.cut()
    await until(lambda: proxied.is_lost, "the loss is noticed")
    with pytest.raises(ConnectionLost) as caught:
        await proxied.end_block(commit=True)
    assert not isinstance(caught.value, OutcomeUnknown)


async def test_wrong_use_of_the_driver_poisons_the_connection(session: Session) -> None:
    sleep = begin(session, "select pg_sleep(30)")
    await running(session)
    with pytest.raises(PgconsoleError) as caught:
        await session.execute("select 1")
    assert caught.value.is_bug
    assert session.is_lost
    with pytest.raises(ConnectionLost):
        await sleep


# Preparing


async def test_portals_may_end_though_a_transaction_stays_open(session: Session) -> None:
    await session.execute("begin")
    since, serial = session.transaction_since, session.transaction_serial
    session.outdate_portals(new_transaction=False)
    assert (session.transaction_since, session.transaction_serial) == (since, serial + 1)
    session.outdate_portals(new_transaction=True)
    assert session.transaction_since != since


async def test_types_of_columns_and_parameters_have_names(session: Session) -> None:
    await session.execute(
        "create schema side; create type side.mood as enum ('calm'); create domain side.word as text;"
        " create table side.pair (a int, b text)"
    )
    prepared = await session.prepare(
        "select 'calm'::side.mood, array['calm']::side.mood[], 'w'::side.word, row(1, 'x')::side.pair,"
        " 1::numeric(4, 2), 'x'::varchar(3), '{}'::int[], $1::side.mood, $2::timestamptz"
    )
    assert [column.type_name for column in prepared.columns[:7]] == [
        "side.mood",
        "side.mood[]",
        "text",
        "side.pair",
        "numeric",
        "varchar",
        "int4[]",
    ]
    assert session.parameter_type_names(prepared) == ("side.mood", "timestamptz")


async def test_prepare_error_has_its_position(session: Session) -> None:
    with pytest.raises(StatementInvalid) as caught:
        await session.prepare("select 1, nowhere from pg_class")
    assert caught.value.position == 11
    assert await value(session, "select 1") == "1"


async def test_notices_reach_the_sink_of_the_moment(session: Session) -> None:
    heard: list[dict[str, str]] = []
    session.listen(heard.append, None)
    await session.execute("do $$ begin raise notice 'one'; end $$")
    session.listen(None, None)
    await session.execute("do $$ begin raise notice 'two'; end $$")
    assert [notice["message"] for notice in heard] == ["one"]


async def test_a_session_terminated_before_an_operation_begins_is_lost(session: Session) -> None:
    running = asyncio.ensure_future(session.execute("select 1"))
    asyncio.get_running_loop().call_soon(session.terminate)
    with pytest.raises(ConnectionLost):
        await running
