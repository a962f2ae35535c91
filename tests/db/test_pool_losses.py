"""Sessions that are lost, and connections that can't be opened: replaced, counted, and told to who waits."""

import asyncio
from dataclasses import replace

import pytest

from pgconsole.core.connection_target import ConnectionTarget
from pgconsole.core.errors import ConnectFailed, ConnectionLost
from pgconsole.db.pool import Pool, PoolLimits
from pgconsole.db.session import Session
from tests.fixtures.engine import MakePool, open_session, through, value
from tests.fixtures.pools import waits
from tests.fixtures.proxy import Proxy
from tests.fixtures.waiting import until


async def test_dead_idle_session_is_replaced_at_the_borrow(pool: Pool, watcher: Session) -> None:
    session = await pool.acquire("a")
    pool.release(session, "a")
    await watcher.fetch(f"select pg_terminate_backend({session.backend_pid}, 5000)")
    again = await pool.acquire("a")
    assert again is not session
    assert await value(again, "select 1") == "1"
    assert (pool.stats.size, pool.stats.opened, pool.stats.lost) == (1, 2, 1)


async def test_all_dead_idle_sessions_are_replaced(pool: Pool, watcher: Session) -> None:
    sessions = [await pool.acquire(f"{number}") for number in range(4)]
    for number, session in enumerate(sessions):
        pool.release(session, f"{number}")
    for session in sessions:
        await watcher.fetch(f"select pg_terminate_backend({session.backend_pid}, 5000)")
    assert await value(await pool.acquire("1"), "select 1") == "1"
    assert (pool.stats.opened, pool.stats.lost) == (5, 4)


async def test_session_lost_while_borrowed_is_counted(pool: Pool, watcher: Session) -> None:
    session = await pool.acquire("a")
    await watcher.fetch(f"select pg_terminate_backend({session.backend_pid}, 5000)")
    await until(lambda: session.is_lost, "the loss is noticed")
    pool.release(session, "a")
    assert (pool.stats.size, pool.stats.lost, pool.stats.recycled) == (0, 1, 0)


async def test_discarded_session_makes_room(make_pool: MakePool) -> None:
    pool = make_pool(PoolLimits(max_size=1))
    session = await pool.acquire("a")
    waiting = asyncio.create_task(pool.acquire("b"))
    await waits(pool, 1)
    pool.discard(session)
    assert await waiting is not session
    await until(lambda: session.is_lost, "it is closed")
    assert (pool.stats.recycled, pool.stats.lost) == (1, 0)


async def test_failure_to_connect_is_raised_and_frees_the_place(make_pool: MakePool, target: ConnectionTarget) -> None:
    pool = make_pool(PoolLimits(max_size=1), replace(target, database="no such database"))
    for _ in range(2):
        with pytest.raises(ConnectFailed):
            await pool.acquire("a")
    assert (pool.stats.size, pool.stats.opened) == (0, 0)


async def test_failure_to_connect_lets_the_next_in_line_try(
    make_pool: MakePool, proxy: Proxy, target: ConnectionTarget
) -> None:
    pool = make_pool(PoolLimits(max_size=1), through(proxy, target))
    proxy.black_hole()
    first = asyncio.create_task(pool.acquire("a"))
    await until(lambda: pool.stats.size == 1, "one is being opened")
    second = asyncio.create_task(pool.acquire("b"))
    await waits(pool, 1)
    first.cancel()
    with pytest.raises(asyncio.CancelledError):
        await first
    proxy.open.set()
    assert await value(await second, "select 1") == "1"


async def test_new_session_that_dies_at_once_is_an_error_not_a_loop(target: ConnectionTarget) -> None:
    opened = 0

    async def connect() -> Session:
        nonlocal opened
        opened += 1
        assert opened < 5
        session = await open_session(target)
        original = session.execute

        async def die(text: str) -> str:
            session.terminate()
            return await original(text)

        session.execute = die  # type: ignore[method-assign]
        return session

    pool = Pool(connect)
    with pytest.raises(ConnectionLost):
        await pool.acquire("a")
    assert (opened, pool.stats.size, pool.stats.lost) == (1, 0, 1)
    await pool.aclose()
