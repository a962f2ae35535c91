"""A session survives every way of ending an operation early."""

import asyncio
import contextlib
import random
from collections.abc import AsyncIterator

import pytest

from pgconsole.core.errors import (
    ConnectionLost,
    PgconsoleError,
    QueryCancelled,
)
from pgconsole.db.session import CANCEL_DEADLINE_S, Session
from tests.fixtures.engine import backend_state, begin, running, value
from tests.fixtures.proxy import Proxy
from tests.fixtures.waiting import until, until_answer


async def drop(piece: bytes) -> None:
    """Take bytes of a COPY and forget them."""


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


async def test_cancel_of_a_copy_that_was_dropped_sends_nothing(session: Session) -> None:
    first, go_on = asyncio.Event(), asyncio.Event()

    async def take(_piece: bytes) -> None:
        first.set()
        await go_on.wait()

    copying = asyncio.create_task(session.copy_out("copy (select generate_series(1, 1000000)) to stdout", take))
    await first.wait()
    session.terminate()
    await session.cancel()
    go_on.set()
    with pytest.raises(ConnectionLost):
        await copying


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


async def test_statement_has_not_ended_while_its_cancel_is_still_on_the_way(proxied: Session, proxy: Proxy) -> None:
    short = begin(proxied, "select pg_sleep(0.2)")
    await running(proxied)
    operation = proxied._operation
    assert operation is not None
    proxy.admits.clear()
    asked = proxy.connections
    request = asyncio.create_task(proxied.cancel())
    await until(lambda: proxy.connections > asked, "the request is on its way")
    await operation  # by itself
    done, _pending = await asyncio.wait({short}, timeout=0.2)
    assert not done, "the next statement would be hit"
    proxy.admits.set()
    await short
    await request
    assert await value(proxied, "select 1") == "1"


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
    assert CANCEL_DEADLINE_S - 0.1 < loop.time() - began < CANCEL_DEADLINE_S + 10
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
