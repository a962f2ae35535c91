"""Who waits for a session of a full pool: served in turn, told in time, and woken by nothing else."""

import asyncio

import pytest

from pgconsole.core.errors import PgconsoleError, PoolTimeout
from pgconsole.db.pool import Pool, PoolLimits
from tests.fixtures.engine import MakePool
from tests.fixtures.pools import waits


async def test_full_pool_serves_first_come_first(make_pool: MakePool) -> None:
    pool = make_pool(PoolLimits(max_size=1))
    session = await pool.acquire("holder")
    served: list[str] = []

    async def use(owner: str) -> None:
        mine = await pool.acquire(owner)
        served.append(owner)
        await mine.execute("select 1")
        pool.release(mine, owner)

    tasks = []
    for number in range(5):
        tasks.append(asyncio.create_task(use(f"waiter {number}")))
        await waits(pool, number + 1)
    pool.release(session, "holder")
    await asyncio.gather(*tasks)
    assert served == [f"waiter {number}" for number in range(5)]
    assert (pool.stats.opened, pool.stats.waiting) == (1, 0)


async def test_newcomer_does_not_overtake_who_waits(make_pool: MakePool) -> None:
    pool = make_pool(PoolLimits(max_size=1))
    session = await pool.acquire("holder")
    waiting = asyncio.create_task(pool.acquire("first"))
    await waits(pool, 1)
    pool.release(session, "holder")
    newcomer = asyncio.create_task(pool.acquire("second"))
    first = await waiting
    assert not newcomer.done()
    pool.release(first, "first")
    pool.release(await newcomer, "second")


async def test_waiting_requests_rest(make_pool: MakePool) -> None:
    pool = make_pool(PoolLimits(max_size=1))
    session = await pool.acquire("holder")
    asked = 0

    def count() -> None:
        nonlocal asked
        asked += 1

    pool.on_exhausted = count
    tasks = [asyncio.create_task(pool.acquire(f"waiter {number}")) for number in range(4)]
    await waits(pool, 4)
    pool.release(session, "holder")
    lent = await tasks[0]
    for _ in range(50):
        await asyncio.sleep(0)
    assert asked == 4
    for task in tasks[1:]:
        pool.release(lent, "")
        lent = await task
    pool.release(lent, "")


async def test_full_pool_says_so_after_the_time_out(make_pool: MakePool) -> None:
    pool = make_pool(PoolLimits(max_size=1, acquire_timeout_s=0.05))
    session = await pool.acquire("holder")
    with pytest.raises(PoolTimeout) as caught:
        await pool.acquire("late")
    assert "All 1 connections" in caught.value.why
    assert pool.stats.waiting == 0
    pool.release(session, "holder")
    pool.release(await pool.acquire("late"), "late")


async def test_request_that_times_out_passes_its_turn_on(make_pool: MakePool) -> None:
    pool = make_pool(PoolLimits(max_size=1))
    session = await pool.acquire("holder")
    given_up = asyncio.create_task(pool.acquire("given up"))
    await waits(pool, 1)
    patient = asyncio.create_task(pool.acquire("patient"))
    await waits(pool, 2)
    pool.release(session, "holder")
    given_up.cancel()
    lent = await patient
    with pytest.raises(asyncio.CancelledError):
        await given_up
    pool.release(lent, "patient")
    assert (pool.stats.size, pool.stats.waiting) == (1, 0)


async def test_exhaustion_is_told_so_that_somebody_gives_back(make_pool: MakePool) -> None:
    pool = make_pool(PoolLimits(max_size=1))
    session = await pool.acquire("paused")
    pool.on_exhausted = lambda: pool.release(session, "paused")
    assert await pool.acquire("needy") is session


async def test_cancelled_request_leaves_its_session_in_the_pool(pool: Pool) -> None:
    session = await pool.acquire("a")
    pool.release(session, "a")
    for _ in range(20):
        asking = asyncio.create_task(pool.acquire("a"))
        await asyncio.sleep(0)
        asking.cancel()
        with pytest.raises(asyncio.CancelledError):
            await asking
    assert (pool.stats.used, pool.stats.idle) == (0, 1)
    assert await pool.acquire("a") is session


async def test_session_of_a_cancelled_request_is_still_reset_for_the_next_owner(make_pool: MakePool) -> None:
    pool = make_pool(PoolLimits(max_size=1))
    session = await pool.acquire("a")
    await session.execute("create temporary sequence not_for_others; select nextval('not_for_others')")
    pool.release(session, "a")
    asking = asyncio.create_task(pool.acquire("a"))
    while not session.is_running:  # noqa: ASYNC110 - it runs for too short a time to be looked for
        await asyncio.sleep(0)
    asking.cancel()
    with pytest.raises(asyncio.CancelledError):
        await asking
    other = await pool.acquire("b")
    with pytest.raises(PgconsoleError, match="lastval"):
        await other.fetch("select lastval()")
