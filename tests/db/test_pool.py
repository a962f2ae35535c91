"""The pool: who gets which session, and that nothing of one owner reaches another; what is counted, and its end."""

import asyncio
from collections.abc import Awaitable, Callable

import pytest

from pgconsole.core.connection_target import ConnectionTarget
from pgconsole.core.errors import ConnectionLost, PgconsoleError
from pgconsole.db.pool import Pool, PoolLimits
from pgconsole.db.session import Session
from tests.fixtures.engine import MakePool, backend_state, open_session, through, value, values
from tests.fixtures.pools import waits
from tests.fixtures.proxy import Proxy
from tests.fixtures.waiting import until, until_answer


def names_on_server(watcher: Session) -> Callable[[], Awaitable[list[str | None]]]:
    async def ask() -> list[str | None]:
        return await values(
            watcher,
            "select application_name from pg_stat_activity where application_name like 'pgconsole: %' order by 1",
        )

    return ask


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
