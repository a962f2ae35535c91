"""The pool: who gets which session when, what is counted, and that nothing of one owner reaches another."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import replace

import pytest

from pgconsole.core.connection_target import ConnectionTarget
from pgconsole.core.errors import ConnectFailed, ConnectionLost, PgconsoleError, PoolTimeout
from pgconsole.db.pool import Pool, PoolLimits
from pgconsole.db.session import Session
from tests.fixtures.engine import MakePool, backend_state, open_session, through, value, values
from tests.fixtures.proxy import Proxy
from tests.fixtures.waiting import until, until_answer


def names_on_server(watcher: Session) -> Callable[[], Awaitable[list[str | None]]]:
    async def ask() -> list[str | None]:
        return await values(
            watcher,
            "select application_name from pg_stat_activity where application_name like 'pgconsole: %' order by 1",
        )

    return ask


async def waits(pool: Pool, count: int) -> None:
    await until(lambda: pool.stats.waiting == count, f"{count} requests wait")


# Borrowing


async def test_borrowed_session_bears_its_owners_name(pool: Pool) -> None:
    session = await pool.acquire("it's me")
    assert await value(session, "select current_setting('application_name')") == "pgconsole: it's me"
    pool.release(session, "it's me")


async def test_sessions_open_when_asked_for_and_are_used_again(pool: Pool) -> None:
    assert pool.stats.size == 0
    first = await pool.acquire("a")
    second = await pool.acquire("b")
    assert (pool.stats.used, pool.stats.idle, pool.stats.opened) == (2, 0, 2)
    pool.release(first, "a")
    pool.release(second, "b")
    assert (pool.stats.used, pool.stats.idle) == (0, 2)
    assert await pool.acquire("a") is first
    assert await pool.acquire("b") is second
    assert pool.stats.opened == 2


async def test_tab_gets_its_last_session_while_it_is_free(pool: Pool) -> None:
    sessions = [await pool.acquire(name) for name in "abc"]
    for name, session in zip("abc", sessions, strict=True):
        pool.release(session, name)
    await sessions[1].execute("create temporary sequence kept; select nextval('kept'); load 'plpgsql'")
    again = await pool.acquire("b")
    assert again is sessions[1]
    assert await value(again, "select currval('kept')") == "1"


async def test_nothing_of_one_owner_reaches_another(make_pool: MakePool) -> None:
    pool = make_pool(PoolLimits(max_size=1))
    session = await pool.acquire("a")
    pid = session.backend_pid
    await session.execute(
        "set work_mem = '7MB'; create temporary table left_behind (n int); prepare left_statement as select 1;"
        " listen left_channel; select pg_advisory_lock(77); select setseed(0.5);"
        " create temporary sequence left_sequence; select nextval('left_sequence')"
    )
    await session.execute("begin; declare left_cursor cursor with hold for select 1; commit")
    pool.release(session, "a")
    other = await pool.acquire("b")
    assert other.backend_pid == pid
    left = await other.fetch(
        "select (select count(*) from pg_settings where source = 'session' and name <> 'application_name'),"
        " (select count(*) from pg_locks where locktype = 'advisory' and pid = pg_backend_pid()),"
        " (select count(*) from pg_cursors where is_holdable),"
        " (select count(*) from pg_prepared_statements where from_sql),"
        " (select count(*) from pg_listening_channels()), to_regclass('left_behind'), current_setting('work_mem')"
    )
    assert tuple(left[0]) == ("0", "0", "0", "0", "0", None, "4MB")
    with pytest.raises(PgconsoleError, match="lastval is not yet defined"):
        await other.fetch("select lastval()")
    assert pool.stats.opened == 1


async def test_profiles_role_outlives_a_change_of_owner(make_pool: MakePool, target: ConnectionTarget) -> None:
    session = await open_session(target)
    await session.execute("drop role if exists pool_role; create role pool_role")
    session.terminate()
    pool = make_pool(PoolLimits(max_size=1), target.with_settings(role="pool_role", TimeZone="Asia/Tokyo"))
    for owner in ("a", "b", "a"):
        lent = await pool.acquire(owner)
        assert ("SET ROLE pool_role", "") in lent.own_state
        assert await values(lent, "select current_user::text union all select current_setting('TimeZone')") == [
            "pool_role",
            "Asia/Tokyo",
        ]
        pool.release(lent, owner)
    assert pool.stats.opened == 1


async def test_read_only_ends_with_the_owner(make_pool: MakePool) -> None:
    pool = make_pool(PoolLimits(max_size=1))
    pool.release(await pool.acquire("a", read_only=True), "a")
    session = await pool.acquire("b", read_only=True)
    assert await value(session, "select current_setting('default_transaction_read_only')") == "on"
    pool.release(session, "b")
    session = await pool.acquire("c")
    assert await value(session, "select current_setting('default_transaction_read_only')") == "off"


async def test_session_that_can_not_be_reset_is_replaced_for_another_owner(make_pool: MakePool) -> None:
    pool = make_pool(PoolLimits(max_size=1))
    session = await pool.acquire("a")
    session.is_resettable = False
    pool.release(session, "a")
    assert await pool.acquire("a") is session
    pool.release(session, "a")
    assert await pool.acquire("b") is not session
    assert (pool.stats.size, pool.stats.opened, pool.stats.recycled) == (1, 2, 1)


async def test_read_only_is_per_borrow(make_pool: MakePool) -> None:
    pool = make_pool(PoolLimits(max_size=1))
    for wanted in (True, False, True):
        session = await pool.acquire("a", read_only=wanted)
        setting = await value(session, "select current_setting('default_transaction_read_only')")
        assert (setting, session.read_only) == ("on" if wanted else "off", wanted)
        pool.release(session, "a")


# Waiting


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


# Sizes and ages


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


# Losses


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


# Closing


async def test_closing_ends_idle_borrowed_and_waiting(make_pool: MakePool, watcher: Session) -> None:
    pool = make_pool(PoolLimits(max_size=2))
    idle, busy = await pool.acquire("idle"), await pool.acquire("busy")
    pool.release(idle, "idle")
    third = await pool.acquire("third")
    assert third is idle
    waiting = asyncio.create_task(pool.acquire("waiting"))
    await waits(pool, 1)
    sleeping = asyncio.create_task(busy.execute("select pg_sleep(30)"))
    await until_answer(lambda: backend_state(watcher, busy.backend_pid), "active", "the statement runs")
    await pool.aclose()
    for task in (waiting, sleeping):
        with pytest.raises(PgconsoleError):
            await task
    assert idle.is_lost
    assert busy.is_lost
    await until_answer(names_on_server(watcher), [], "every server process ends")
    with pytest.raises(ConnectionLost):
        await pool.acquire("late")
    pool.release(busy, "busy")


async def test_closing_while_one_is_opened_leaves_none(
    make_pool: MakePool, proxy: Proxy, target: ConnectionTarget, watcher: Session
) -> None:
    pool = make_pool(None, through(proxy, target))
    proxy.black_hole()
    opening = asyncio.create_task(pool.acquire("late"))
    await until(lambda: pool.stats.size == 1, "one is being opened")
    await pool.aclose()
    proxy.open.set()
    with pytest.raises(ConnectionLost):
        await opening
    assert pool.stats.size == 0


async def test_durations_are_counted(pool: Pool) -> None:
    assert pool.stats.acquire_ms_p50 is None
    session = await pool.acquire("a")
    await session.execute("select pg_sleep(0.02)")
    pool.release(session, "a")
    stats = pool.stats
    assert stats.acquire_ms_p50 is not None
    assert stats.acquire_ms_p95 is not None
    assert stats.acquire_ms_max is not None
    assert stats.acquire_ms_p50 <= stats.acquire_ms_p95 <= stats.acquire_ms_max
    assert stats.usage_ms_p50 is not None
    assert stats.usage_ms_p50 >= 20
    assert session.round_trip_s > 0


def owners(pool: Pool) -> dict[int, str]:
    return {each.pid: each.owner for each in pool.sessions}


async def test_owners_are_known_by_their_backends(pool: Pool) -> None:
    one, two = await pool.acquire("one"), await pool.acquire("two")
    assert owners(pool) == {one.backend_pid: "one", two.backend_pid: "two"}
    pool.release(two, "two")
    assert owners(pool) == {one.backend_pid: "one", two.backend_pid: ""}
    pool.discard(one)
    assert owners(pool) == {two.backend_pid: ""}
