"""Sizes and ages of a pool: changed while it runs, and kept to."""

import asyncio
import time

from pgconsole.db.pool import PoolLimits
from tests.fixtures.engine import MakePool
from tests.fixtures.pools import waits
from tests.fixtures.waiting import until


async def test_larger_size_serves_who_waits(make_pool: MakePool) -> None:
    pool = make_pool(PoolLimits(max_size=1))
    await pool.acquire("holder")
    tasks = [asyncio.create_task(pool.acquire(f"waiter {number}")) for number in range(3)]
    await waits(pool, 3)
    pool.limits = PoolLimits(max_size=4)
    await asyncio.gather(*tasks)
    assert (pool.stats.used, pool.stats.max) == (4, 4)


async def test_smaller_size_closes_idle_at_once_and_busy_on_return(make_pool: MakePool) -> None:
    pool = make_pool(PoolLimits(max_size=4))
    sessions = [await pool.acquire(f"{number}") for number in range(4)]
    for session in sessions[:2]:
        pool.release(session, "")
    pool.limits = PoolLimits(max_size=2)
    assert (pool.stats.idle, pool.stats.used) == (0, 2)
    await until(lambda: sessions[0].is_lost and sessions[1].is_lost, "idle ones are closed")
    pool.limits = PoolLimits(max_size=1)
    pool.release(sessions[2], "2")
    pool.release(sessions[3], "3")
    assert pool.stats.size == 1
    await until(lambda: sessions[2].is_lost or sessions[3].is_lost, "the surplus one is closed")
    assert (pool.stats.recycled, pool.stats.lost) == (3, 0)


async def test_old_session_is_closed_as_it_comes_back(make_pool: MakePool) -> None:
    pool = make_pool(PoolLimits(max_age_s=60.0))
    session = await pool.acquire("a")
    session.opened_at = time.time() - 61.0
    pool.release(session, "a")
    await until(lambda: session.is_lost, "it is closed")
    assert (pool.stats.size, pool.stats.recycled) == (0, 1)


async def test_idle_sessions_are_closed_down_to_the_minimum(make_pool: MakePool) -> None:
    pool = make_pool(PoolLimits(min_size=1, idle_life_s=0.05))
    sessions = [await pool.acquire(f"{number}") for number in range(3)]
    for session in sessions:
        pool.release(session, "")
    await until(lambda: pool.stats.size == 1, "two of three are closed")
    await until(lambda: sum(session.is_lost for session in sessions) == 2, "and really so")
    assert pool.stats.recycled == 2


async def test_fill_opens_the_minimum(make_pool: MakePool) -> None:
    pool = make_pool(PoolLimits(min_size=3))
    await pool.fill()
    assert (pool.stats.idle, pool.stats.opened) == (3, 3)
