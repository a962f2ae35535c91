"""Who is asked to let a paused result go: of a full pool the oldest, of a lock the one that holds it."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from pgconsole.core.errors import PoolTimeout
from pgconsole.db.pool import PoolLimits
from pgconsole.db.session import Session
from pgconsole.workers import portal_guard
from pgconsole.workers.portal_guard import PortalGuard
from tests.fixtures.engine import MakePool


class Holder:
    """A tab with paused results, as far as the guard sees it."""

    def __init__(self, pid: int | None, since: float = 0.0, *, frees_session: bool = True) -> None:
        self.paused_pid = pid
        self.paused_since = since
        self.frees_session = frees_session
        self.asked = asyncio.Event()
        self.why: list[str] = []

    def close_portals(self, why: str) -> None:
        self.paused_pid = None
        self.why.append(why)
        self.asked.set()


@pytest.fixture(autouse=True)
def quick_looks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(portal_guard, "_FIRST_LOOK_S", 0.01)
    monkeypatch.setattr(portal_guard, "_NEXT_LOOK_S", 0.01)


@asynccontextmanager
async def waits_for(holder: Session, waiter: Session, table: str) -> AsyncIterator[asyncio.Task[str]]:
    """One session holds a table that the other one wants."""
    await holder.execute(f"create table {table} (n int)")
    await holder.execute(f"begin; lock table {table}")
    waiting = asyncio.ensure_future(waiter.execute(f"alter table {table} add column t text"))
    try:
        yield waiting
    finally:
        await holder.execute("rollback")
        await waiting


async def test_full_pool_asks_the_oldest_whose_session_comes_free(make_pool: MakePool) -> None:
    pool = make_pool(PoolLimits(max_size=1, acquire_timeout_s=0.05))
    guard = PortalGuard(pool)
    holders = [Holder(None, 1.0), Holder(2, 2.0, frees_session=False), Holder(3, 4.0), Holder(4, 3.0)]
    for holder in holders:
        guard.join(holder)
    session = await pool.acquire("one")
    with pytest.raises(PoolTimeout):
        await pool.acquire("two")
    assert [len(holder.why) for holder in holders] == [0, 0, 0, 1]
    assert holders[3].why == ["its connection was needed by another tab"]
    pool.release(session, "one")


async def test_tab_that_has_left_is_asked_no_more(make_pool: MakePool) -> None:
    pool = make_pool(PoolLimits(max_size=1, acquire_timeout_s=0.05))
    guard, holder = PortalGuard(pool), Holder(1)
    guard.join(holder)
    guard.leave(holder)
    session = await pool.acquire("one")
    with pytest.raises(PoolTimeout):
        await pool.acquire("two")
    assert holder.why == []
    pool.release(session, "one")


async def test_tab_whose_locks_are_waited_for_is_asked_and_no_other(
    make_pool: MakePool, session: Session, watcher: Session
) -> None:
    guard = PortalGuard(make_pool())
    blocking, other = Holder(session.backend_pid), Holder(1)
    guard.join(other)
    guard.join(blocking)
    async with waits_for(session, watcher, "guard_waits"), guard.watching(watcher.backend_pid):
        async with asyncio.timeout(10):
            await blocking.asked.wait()
    assert blocking.why == ["another tab waited for its locks"]
    assert other.why == []


async def test_nobody_is_looked_for_while_nothing_is_paused(make_pool: MakePool, session: Session) -> None:
    pool = make_pool()
    guard = PortalGuard(pool)
    guard.join(Holder(None))
    async with guard.watching(session.backend_pid):
        await session.fetch("select pg_sleep(0.1)")
    assert pool.stats.opened == 0


async def test_look_that_is_under_way_ends_with_the_statement(make_pool: MakePool, session: Session) -> None:
    pool = make_pool()
    guard = PortalGuard(pool)
    guard.join(Holder(1))
    async with guard.watching(session.backend_pid):
        await session.fetch("select pg_sleep(0.1)")
    assert pool.stats.used == 0
    assert not [task for task in asyncio.all_tasks() if task.get_name() == "look for blockers"]


async def test_look_that_fails_is_not_told(make_pool: MakePool, session: Session) -> None:
    pool = make_pool(PoolLimits(max_size=0, acquire_timeout_s=0.01))
    guard = PortalGuard(pool)
    guard.join(Holder(1, frees_session=False))
    async with guard.watching(session.backend_pid):
        await session.fetch("select pg_sleep(0.1)")
