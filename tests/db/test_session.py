"""One session: what it says of its transaction, and that it survives every way of ending an operation early."""

import asyncio
import contextlib
import random
from collections.abc import AsyncIterator

import pytest

from pgconsole.core.connection_target import ConnectionTarget
from pgconsole.core.errors import (
    ConnectionLost,
    OutcomeUnknown,
    PgconsoleError,
    QueryCancelled,
    ServerError,
    StatementInvalid,
    StatementTimeout,
)
from pgconsole.core.run_state import TransactionState
from pgconsole.db.session import CANCEL_DEADLINE_S, Session
from tests.fixtures.engine import backend_state, open_session, through, value
from tests.fixtures.proxy import Proxy
from tests.fixtures.waiting import until, until_answer

IDLE, OPEN = TransactionState.IDLE, TransactionState.OPEN
FAILED, UNKNOWN = TransactionState.FAILED, TransactionState.UNKNOWN


async def drop(piece: bytes) -> None:
    """Take bytes of a COPY and forget them."""


def begin(session: Session, text: str) -> asyncio.Task[str]:
    return asyncio.create_task(session.execute(text))


async def running(session: Session) -> None:
    await until(lambda: session.is_running, "an operation runs")


@pytest.fixture
async def proxied(proxy: Proxy, target: ConnectionTarget) -> AsyncIterator[Session]:
    """A session by way of the proxy."""
    session = await open_session(through(proxy, target))
    yield session
    session.terminate()


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


# Cancelling


async def test_cancel_leaves_session_usable(session: Session) -> None:
    sleep = begin(session, "select pg_sleep(30)")
    await running(session)
    await session.cancel()
    with pytest.raises(QueryCancelled):
        await sleep
    assert await value(session, "select 1") == "1"


async def test_cancel_between_two_operations_ends_the_statement(session: Session) -> None:
    session.start_clock(None)
    await session.begin_block()
    prepared = await session.prepare("select pg_sleep(30)")
    await session.cancel()
    with pytest.raises(QueryCancelled):
        await session.open_portal(prepared, (), "", 0)
    await session.end_block(commit=False)
    session.start_clock(None)
    assert (await session.open_portal(await session.prepare("select 1"), (), "", 0)).tag == "SELECT 1"


async def test_cancel_after_a_statement_does_not_touch_the_next(session: Session) -> None:
    await session.cancel()
    assert session.is_cancelled
    session.stop_clock()
    assert (await session.open_portal(await session.prepare("select 1"), (), "", 0)).tag == "SELECT 1"


async def test_cancel_of_copy_out_leaves_session_usable(session: Session) -> None:
    for _ in range(20):
        session.start_clock(None)
        first = asyncio.Event()

        async def take(piece: bytes, first: asyncio.Event = first) -> None:
            first.set()

        copying = asyncio.create_task(
            session.copy_out("copy (select repeat('x', 200) from generate_series(1, 400000)) to stdout", take)
        )
        await first.wait()
        await session.cancel()
        with pytest.raises(QueryCancelled):
            await copying
        assert await value(session, "select 1") == "1"


async def test_cancel_of_copy_in_leaves_session_usable(session: Session) -> None:
    await session.execute("create table cancelled_copy (t text)")
    chance = random.Random(3)
    pid = session.backend_pid

    async def endless() -> AsyncIterator[bytes]:
        while True:
            yield b"line\n" * 1000
            await asyncio.sleep(0)

    for _ in range(40):
        session.start_clock(None)
        copying = asyncio.create_task(session.copy_in("copy cancelled_copy from stdin", endless()))
        await asyncio.sleep(chance.random() * 0.01)
        await session.cancel()
        with pytest.raises(QueryCancelled):
            await copying
        assert await value(session, "select 1") == "1"
    assert await value(session, "select count(*) from cancelled_copy") == "0"
    assert session.backend_pid == pid


async def test_cancelled_caller_ends_the_statement_on_the_server(session: Session, watcher: Session) -> None:
    sleep = begin(session, "select pg_sleep(30)")
    await until_answer(lambda: backend_state(watcher, session.backend_pid), "active", "the statement runs")
    sleep.cancel()
    with pytest.raises(asyncio.CancelledError):
        await sleep
    assert await backend_state(watcher, session.backend_pid) == "idle"
    assert await value(session, "select 1") == "1"


async def test_cancelled_caller_of_copy_out_keeps_the_session(session: Session) -> None:
    for _ in range(20):
        session.start_clock(None)
        first = asyncio.Event()

        async def take(piece: bytes, first: asyncio.Event = first) -> None:
            first.set()

        text = "copy (select repeat('x', 200) from generate_series(1, 400000)) to stdout"
        copying = asyncio.create_task(session.copy_out(text, take))
        await first.wait()
        copying.cancel()
        with pytest.raises(asyncio.CancelledError):
            await copying
        assert await value(session, "select 1") == "1"


async def test_caller_cancelled_while_an_earlier_cancel_is_under_way_leaves_nothing(session: Session) -> None:
    sleep = begin(session, "select pg_sleep(30)")
    await running(session)
    cancelling = asyncio.create_task(session.cancel())
    await asyncio.sleep(0)
    following = begin(session, "select 1")
    await asyncio.sleep(0)
    following.cancel()
    with pytest.raises(asyncio.CancelledError):
        await following
    await cancelling
    with pytest.raises(QueryCancelled):
        await sleep
    assert await value(session, "select 1") == "1"


async def test_cancel_never_hits_the_next_statement(session: Session) -> None:
    chance = random.Random(1)
    for number in range(300):
        short = begin(session, f"select {number}, pg_sleep(0.0005)")
        for _ in range(chance.randrange(8)):
            await asyncio.sleep(0)
        request = asyncio.create_task(session.cancel())
        with contextlib.suppress(QueryCancelled):
            await short
        assert await value(session, f"select {number}") == str(number)
        await request
    assert not session.is_lost


async def test_hundred_cancels_at_random_moments_lose_no_connection(session: Session) -> None:
    chance = random.Random(2)
    pid = session.backend_pid
    await session.execute("create table cancelled_rows (n int)")
    texts = [
        "select pg_sleep(10)",
        "insert into cancelled_rows select generate_series(1, 3000000)",
        "do $$ begin perform pg_sleep(10); end $$",
        "copy (select g from generate_series(1, 400000) g) to stdout",
    ]
    for _ in range(100):
        text = chance.choice(texts)
        session.start_clock(None)
        work = session.copy_out(text, drop) if text.startswith("copy") else session.execute(text)
        task = asyncio.create_task(work)
        await asyncio.sleep(chance.random() * 0.01)
        await session.cancel()
        with pytest.raises(QueryCancelled):
            await task
        assert await value(session, "select 1") == "1"
    assert await value(session, "select count(*) from cancelled_rows") == "0"
    assert session.backend_pid == pid


async def test_cancel_in_a_black_hole_drops_the_connection_in_time(proxied: Session, proxy: Proxy) -> None:
    sleep = begin(proxied, "select pg_sleep(30)")
    await running(proxied)
    proxy.black_hole()
    loop = asyncio.get_running_loop()
    began = loop.time()
    await proxied.cancel()
    assert CANCEL_DEADLINE_S - 0.1 < loop.time() - began < CANCEL_DEADLINE_S + 1
    with pytest.raises(ConnectionLost):
        await sleep
    assert proxied.is_lost


async def test_terminate_ends_a_running_operation(session: Session) -> None:
    sleep = begin(session, "select pg_sleep(30)")
    await running(session)
    session.terminate()
    with pytest.raises(ConnectionLost):
        await sleep
    with pytest.raises(ConnectionLost):
        await session.execute("select 1")


async def test_close_ends_a_running_operation(session: Session, watcher: Session) -> None:
    sleep = begin(session, "select pg_sleep(30)")
    await running(session)
    await session.close()
    with pytest.raises(PgconsoleError):
        await sleep
    assert session.is_lost
    await until_answer(lambda: backend_state(watcher, session.backend_pid), None, "the server process ends")


# Statement time-out


async def test_statement_timeout_is_the_consoles_own(session: Session) -> None:
    session.start_clock(0.05)
    with pytest.raises(StatementTimeout) as caught:
        await session.execute("select pg_sleep(30)")
    assert "0.05 s" in caught.value.why
    assert "this console's limit" in caught.value.why
    session.start_clock(None)
    assert await value(session, "select 1") == "1"


async def test_time_that_runs_out_as_a_step_ends_stops_the_next_step(session: Session) -> None:
    session.start_clock(0.05)
    await session.fetch("select 1")
    session.clock._time_out()  # as where the loop comes by late, and finds the answer there too
    await asyncio.sleep(0)
    with pytest.raises(StatementTimeout, match="took too long"):
        await session.prepare("select 2")
    session.stop_clock()
    assert (await session.prepare("select 3")).columns


async def test_statement_timeout_counts_waiting_for_the_server_only(session: Session) -> None:
    session.start_clock(0.3)
    await session.execute("select pg_sleep(0.1)")
    waited = session.clock.waited_s
    assert 0.1 <= waited < 0.3
    await asyncio.sleep(0.3)
    assert session.clock.waited_s == waited
    await session.execute("select 1")
    with pytest.raises(StatementTimeout):
        await session.execute("select pg_sleep(30)")
    assert session.clock.waited_s == pytest.approx(0.3, abs=0.15)


async def test_statement_timeout_ends_with_the_statement(session: Session) -> None:
    session.start_clock(0.05)
    await session.begin_block()
    with pytest.raises(StatementTimeout):
        await session.execute("select pg_sleep(30)")
    await session.end_block(commit=False)
    assert not session.in_transaction_block
    await session.execute("select pg_sleep(0.06)")


async def test_statement_timeout_leaves_the_consoles_own_queries_alone(session: Session) -> None:
    session.start_clock(0.05)
    await session.fetch("select pg_sleep(0.06)")
    with pytest.raises(StatementTimeout):
        await session.execute("select pg_sleep(30)")


async def test_time_for_which_a_copy_is_held_back_does_not_count(session: Session) -> None:
    async def take(piece: bytes) -> None:
        session.clock.hold()
        await asyncio.sleep(0.02)
        session.clock.resume()

    session.start_clock(0.2)
    tag = await session.copy_out("copy (select repeat('x', 60000) from generate_series(1, 20)) to stdout", take)
    assert tag == "COPY 20"
    assert session.clock.waited_s < 0.2


async def test_servers_own_statement_timeout_is_told_as_such(session: Session) -> None:
    await session.execute("set statement_timeout = '20ms'")
    with pytest.raises(StatementTimeout) as caught:
        await session.execute("select pg_sleep(30)")
    assert "statement_timeout" in caught.value.why
    assert "console" not in caught.value.why


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
    async with asyncio.timeout(5):
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


async def test_lost_connection_has_ended_an_own_block_already(proxied: Session, proxy: Proxy) -> None:
    await proxied.begin_block()
    proxy.cut()
    await until(lambda: proxied.is_lost, "the loss is noticed")
    await proxied.end_block(commit=False)


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
