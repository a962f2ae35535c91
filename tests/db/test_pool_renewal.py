"""What the pool tells of losses and openings to whoever reconnects, and how it is renewed."""

import asyncio
import time

import pytest

from pgconsole.core.connection_target import ConnectionTarget
from pgconsole.core.errors import ConnectFailed
from pgconsole.db.pool import Pool
from pgconsole.db.session import Session
from tests.fixtures.engine import MakePool, open_session, through
from tests.fixtures.proxy import Proxy
from tests.fixtures.waiting import until


async def idle_session(pool: Pool) -> Session:
    session = await pool.acquire("Query 1")
    pool.release(session, "Query 1")
    return session


async def test_a_session_that_is_lost_while_it_is_checked_is_nobodys(
    make_pool: MakePool, proxy: Proxy, target: ConnectionTarget
) -> None:
    pool = make_pool(None, through(proxy, target))
    session = await idle_session(pool)
    lost: list[tuple[Session, bool]] = []
    pool.on_session_lost = lambda gone: lost.append((gone, pool.is_borrowed(gone)))
    proxy.delay_s = 0.05
    check = asyncio.create_task(pool.upkeep.check_idle())
    await until(lambda: pool.stats.used == 1, "it is checked")
    proxy.cut()
    assert await check == (1, 1)
    await until(lambda: bool(lost), "the loss is told")
    assert lost == [(session, False)]
    assert pool.is_gone


async def test_what_a_check_finds_dead_is_no_loss_to_tell(
    make_pool: MakePool, proxy: Proxy, target: ConnectionTarget
) -> None:
    pool = make_pool(None, through(proxy, target))
    await idle_session(pool)
    lost: list[Session] = []
    pool.on_session_lost = lost.append
    proxy.black_hole()
    assert await pool.upkeep.check_idle() == (1, 1)
    proxy.open.set()
    assert lost == []


async def test_borrower_gets_another_session_where_one_does_not_answer_and_the_event_says_so(
    make_pool: MakePool, proxy: Proxy, target: ConnectionTarget, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("pgconsole.db.pool._HEALTH_CHECK_S", 0.2)
    pool = make_pool(None, through(proxy, target))
    dead = await idle_session(pool)
    proxy.forget_links()
    assert await pool.acquire("Query 1") is not dead
    kinds = [(event.kind, event.pid) for event in pool.events]
    assert ("not answering", dead.backend_pid) in kinds
    assert pool.stats.lost == 1


async def test_renewing_replaces_what_is_idle_and_leaves_what_is_borrowed(pool: Pool) -> None:
    busy, idle = await pool.acquire("Query 1"), await pool.acquire("Query 2")
    pool.release(idle, "Query 2")
    opened: list[int] = []
    pool.on_session_opened = lambda: opened.append(pool.stats.used)
    await pool.renew("reconnect")
    assert (idle.is_lost, busy.is_lost) == (True, False)
    assert (pool.stats.idle, pool.stats.used, len(opened)) == (1, 1, 1)
    assert "made anew" in next(event.reason for event in pool.events if event.kind == "recycled")


async def test_renewing_does_not_wait_for_the_pace_of_opening(
    target: ConnectionTarget, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("pgconsole.db.pool_opening._FIRST_PAUSE_S", 3600.0)
    monkeypatch.setattr("pgconsole.db.pool_opening._LONGEST_PAUSE_S", 3600.0)
    is_there = False

    async def connect() -> Session:
        if not is_there:
            raise ConnectFailed("The server is away.", "It restarts.")
        return await open_session(target)

    pool = Pool(connect)
    with pytest.raises(ConnectFailed):
        await pool.acquire("Query 1")
    is_there = True
    pausing = asyncio.create_task(pool.opening.open("Query 2", time.monotonic() + 7200))
    await asyncio.sleep(0)
    await pool.renew("reconnect")
    assert pool.stats.idle == 1
    await (await pausing).close()
    await pool.aclose()
