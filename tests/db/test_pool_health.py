"""What the pool tells of its sessions, and how it keeps them fit: checks, recycling, losses, the pace of opening."""

import asyncio
import itertools
import time
from collections.abc import Callable
from dataclasses import replace

import pytest

from pgconsole.core.connection_target import ConnectionTarget
from pgconsole.core.errors import ConnectFailed, PgconsoleError
from pgconsole.core.pool_facts import PoolEvent
from pgconsole.db.pool import Pool, PoolLimits
from pgconsole.db.session import Session
from tests.fixtures.engine import MakePool, open_session, through, value
from tests.fixtures.proxy import Proxy
from tests.fixtures.waiting import until


def newest(pool: Pool) -> PoolEvent:
    return list(pool.events)[-1]


async def idle_ones(pool: Pool, count: int) -> list[Session]:
    sessions = [await pool.acquire(f"tab {number}") for number in range(count)]
    for number, session in enumerate(sessions):
        pool.release(session, f"tab {number}")
    return sessions


async def terminate(watcher: Session, session: Session) -> None:
    await watcher.fetch(f"select pg_terminate_backend({session.backend_pid}, 5000)")


# What is told


async def test_facts_name_owner_state_and_what_ran(pool: Pool) -> None:
    session = await pool.acquire("Query 1")
    served = session.record.served
    await session.execute("begin")
    await session.execute("select 42")
    (facts,) = pool.sessions
    assert (facts.pid, facts.owner, facts.phase) == (session.backend_pid, "Query 1", "in transaction")
    assert (facts.served, facts.last_query) == (served + 2, "select 42")
    assert facts.transaction_since is not None
    assert abs(facts.transaction_since - time.time()) < 5
    with pytest.raises(PgconsoleError):
        await session.execute("select 1/0")
    (facts,) = pool.sessions
    assert facts.phase == "failed transaction"
    assert facts.last_error.startswith("22012")
    await session.execute("rollback")
    assert pool.sessions[0].phase == "kept"
    assert pool.sessions[0].transaction_since is None
    pool.release(session, "Query 1")
    (facts,) = pool.sessions
    assert (facts.owner, facts.last_owner, facts.phase) == ("", "Query 1", "idle")


async def test_session_that_runs_says_so(pool: Pool) -> None:
    session = await pool.acquire("Query 1")
    running = asyncio.create_task(session.execute("select pg_sleep(30)"))
    await until(lambda: pool.sessions[0].phase == "running", "it runs")
    assert pool.sessions[0].quiet_since is None
    await session.cancel()
    with pytest.raises(PgconsoleError):
        await running
    assert pool.sessions[0].quiet_since is not None


async def test_who_waits_is_told_with_since_when(make_pool: MakePool) -> None:
    pool = make_pool(PoolLimits(max_size=1))
    session = await pool.acquire("holder")
    waiting = asyncio.create_task(pool.acquire("Query 2"))
    await until(lambda: pool.stats.waiting == 1, "it waits")
    (waiter,) = pool.waiters
    assert waiter.owner == "Query 2"
    waiting_ms = pool.stats.waiting_ms
    assert waiting_ms is not None
    assert 0 <= waiting_ms < 5000
    pool.release(session, "holder")
    pool.release(await waiting, "Query 2")
    assert pool.stats.waiting_ms is None


# Losses


async def test_loss_of_an_idle_session_is_known_at_once_with_the_servers_reason(pool: Pool, watcher: Session) -> None:
    (session,) = await idle_ones(pool, 1)
    await terminate(watcher, session)
    await until(lambda: pool.stats.lost == 1, "the loss is counted")
    event = newest(pool)
    assert (event.kind, event.pid, event.sqlstate) == ("lost", session.backend_pid, "57P01")
    assert "administrator command" in event.message
    assert pool.stats.size == 0


async def test_loss_in_a_users_transaction_has_the_servers_reason_too(pool: Pool, watcher: Session) -> None:
    session = await pool.acquire("Query 1")
    await session.execute("begin")
    await terminate(watcher, session)
    await until(lambda: session.is_lost, "the loss is noticed")
    pool.discard(session)
    event = newest(pool)
    assert (event.kind, event.owner, event.sqlstate) == ("lost", "Query 1", "57P01")


async def test_reason_survives_many_statements_before(pool: Pool, watcher: Session) -> None:
    session = await pool.acquire("Query 1")
    for number in range(20):
        assert await value(session, f"select {number}") == str(number)
    pool.release(session, "Query 1")
    await terminate(watcher, session)
    await until(lambda: pool.stats.lost == 1, "the loss is counted")
    assert newest(pool).sqlstate == "57P01"


async def test_connection_that_is_cut_says_that_the_server_did_not_say_why(
    make_pool: MakePool, proxy: Proxy, target: ConnectionTarget
) -> None:
    pool = make_pool(None, through(proxy, target))
    await idle_ones(pool, 1)
    proxy.cut()
    await until(lambda: pool.stats.lost == 1, "the loss is counted")
    assert "did not say why" in newest(pool).reason


async def test_lost_idle_sessions_are_replaced_one_by_one(pool: Pool, watcher: Session) -> None:
    for session in await idle_ones(pool, 3):
        await terminate(watcher, session)
    await until(lambda: pool.stats.lost == 3, "the losses are counted")
    assert await pool.upkeep.refill() == 3
    assert (pool.stats.idle, pool.stats.opened) == (3, 6)
    assert await pool.upkeep.refill() == 0


async def test_borrower_who_opened_one_counts_as_the_replacement(pool: Pool, watcher: Session) -> None:
    (session,) = await idle_ones(pool, 1)
    await terminate(watcher, session)
    await until(lambda: pool.stats.lost == 1, "the loss is counted")
    await pool.acquire("a")
    assert await pool.upkeep.refill() == 0


# Checks


async def test_check_finds_sessions_fit_and_keeps_their_place(pool: Pool) -> None:
    sessions = await idle_ones(pool, 3)
    assert await pool.upkeep.check_idle() == (3, 0)
    assert (pool.stats.idle, pool.stats.used) == (3, 0)
    assert await pool.acquire("tab 1") is sessions[1]


async def test_check_leaves_alone_what_was_used_just_now(pool: Pool) -> None:
    await idle_ones(pool, 2)
    assert await pool.upkeep.check_idle(unused_for_s=60) == (0, 0)


async def test_check_drops_what_does_not_answer_within_a_second(
    make_pool: MakePool, proxy: Proxy, target: ConnectionTarget
) -> None:
    pool = make_pool(None, through(proxy, target))
    await idle_ones(pool, 8)
    proxy.black_hole()
    began = time.monotonic()
    assert await pool.upkeep.check_idle() == (8, 8)
    assert time.monotonic() - began < 8.0
    assert (pool.stats.size, pool.stats.lost) == (0, 8)
    assert {event.kind for event in list(pool.events)[-2:]} == {"not answering"}
    proxy.open.set()
    assert await pool.upkeep.refill() == 8


async def test_request_waits_for_a_session_that_is_being_checked(
    make_pool: MakePool, proxy: Proxy, target: ConnectionTarget
) -> None:
    pool = make_pool(PoolLimits(max_size=1), through(proxy, target))
    (session,) = await idle_ones(pool, 1)
    proxy.delay_s = 0.05
    check = asyncio.create_task(pool.upkeep.check_idle())
    await until(lambda: pool.stats.used == 1, "it is checked")
    assert await pool.acquire("tab 0") is session
    assert await check == (1, 0)


# What the user asks for


async def test_idle_session_is_recycled_at_once_and_a_busy_one_when_it_comes_back(pool: Pool) -> None:
    (idle,) = await idle_ones(pool, 1)
    busy = await pool.acquire("busy")
    assert busy is idle
    assert pool.upkeep.recycle(busy.backend_pid)
    assert pool.sessions[0].is_expired
    assert await value(busy, "select 1") == "1"
    pool.release(busy, "busy")
    await until(lambda: busy.is_lost, "it is closed")
    (other,) = await idle_ones(pool, 1)
    assert other is not busy
    assert pool.upkeep.recycle(other.backend_pid)
    await until(lambda: other.is_lost, "it is closed")
    assert newest(pool).reason == "you had it recycled"
    assert not pool.upkeep.recycle(1)
    assert (pool.stats.recycled, pool.stats.lost) == (2, 0)


async def test_all_idle_ones_are_recycled_and_replaced(pool: Pool) -> None:
    sessions = await idle_ones(pool, 3)
    busy = await pool.acquire("tab 0")
    assert pool.upkeep.recycle_idle() == 2
    assert await pool.upkeep.refill() == 2
    await until(lambda: all(session.is_lost for session in sessions[1:]), "they are closed")
    assert await value(busy, "select 1") == "1"
    assert (pool.stats.idle, pool.stats.used) == (2, 1)


async def test_expiring_replaces_every_session_and_drops_no_busy_one(pool: Pool) -> None:
    sessions = await idle_ones(pool, 2)
    busy = await pool.acquire("tab 0")
    assert pool.upkeep.expire() == 2
    assert await value(busy, "select 1") == "1"
    pool.release(busy, "tab 0")
    await until(lambda: all(session.is_lost for session in sessions), "all are closed")
    assert pool.stats.size == 0


async def test_new_limits_are_told_in_words_and_age_idle_ones_by_themselves(pool: Pool) -> None:
    await idle_ones(pool, 2)
    pool.limits = replace(pool.limits, max_size=20, idle_life_s=0.05)
    assert newest(pool).reason == "maximum 10 to 20, idle life 600 to 0.05 s"
    await until(lambda: pool.stats.size == 0, "idle ones are closed")
    assert newest(pool).reason == "it was idle for 0.05 s"


# The pace of opening


def failing(times: int, target: ConnectionTarget) -> tuple[Callable[[], object], list[float]]:
    attempts: list[float] = []

    async def connect() -> Session:
        attempts.append(time.monotonic())
        if len(attempts) <= times:
            raise ConnectFailed("The server is away.", "It restarts.")
        return await open_session(target)

    return connect, attempts


async def test_pauses_grow_while_opening_fails(target: ConnectionTarget) -> None:
    connect, attempts = failing(3, target)
    pool = Pool(connect)  # type: ignore[arg-type]
    for _ in range(3):
        with pytest.raises(ConnectFailed):
            await pool.acquire("a")
    assert pool.opening.failures == 3
    assert pool.opening.pause_s <= 1.0
    session = await pool.acquire("a")
    gaps = [later - sooner for sooner, later in itertools.pairwise(attempts)]
    assert len(gaps) == 3
    for gap, least in zip(gaps, (0.25, 0.5, 1.0), strict=True):
        assert gap >= least * 0.9  # Qt's timers may be early by a twentieth
    assert (pool.opening.failures, pool.opening.pause_s, pool.stats.open_failures) == (0, 0.0, 3)
    pool.release(session, "a")
    await pool.aclose()


async def test_one_attempt_is_made_for_all_who_want_a_connection(target: ConnectionTarget) -> None:
    connect, attempts = failing(2, target)
    pool = Pool(connect, PoolLimits(max_size=20))  # type: ignore[arg-type]
    with pytest.raises(ConnectFailed):
        await pool.acquire("first")
    outcomes = await asyncio.gather(*(pool.acquire(f"{n}") for n in range(20)), return_exceptions=True)
    assert all(isinstance(outcome, ConnectFailed) for outcome in outcomes)
    assert (len(attempts), pool.stats.open_failures, pool.stats.size) == (2, 2, 0)
    sessions = await asyncio.gather(*(pool.acquire(f"{n}") for n in range(5)))
    assert len(attempts) == 7
    assert pool.stats.used == len(sessions) == 5
    await pool.aclose()


async def test_who_gives_up_an_attempt_leaves_it_to_the_next(target: ConnectionTarget) -> None:
    connect, attempts = failing(1, target)
    pool = Pool(connect)  # type: ignore[arg-type]
    with pytest.raises(ConnectFailed):
        await pool.acquire("first")
    gives_up = asyncio.create_task(pool.acquire("gives up"))
    patient = asyncio.create_task(pool.acquire("patient"))
    await until(lambda: pool.stats.opening == 2, "both want one")
    gives_up.cancel()
    session = await patient
    with pytest.raises(asyncio.CancelledError):
        await gives_up
    assert len(attempts) == 2
    pool.release(session, "patient")
    await pool.aclose()


async def test_pause_beyond_the_deadline_is_not_waited_for(target: ConnectionTarget) -> None:
    connect, attempts = failing(9, target)
    pool = Pool(connect, PoolLimits(acquire_timeout_s=0.1))  # type: ignore[arg-type]
    for _ in range(3):
        with pytest.raises(ConnectFailed):
            await pool.acquire("a")
    assert len(attempts) == 1
    await pool.aclose()


async def test_failure_to_open_is_an_event_with_the_next_attempt(make_pool: MakePool, target: ConnectionTarget) -> None:
    pool = make_pool(None, replace(target, database="no such database"))
    with pytest.raises(ConnectFailed):
        await pool.acquire("a")
    event = newest(pool)
    assert (event.kind, event.owner, event.sqlstate) == ("open failed", "a", "3D000")
    assert "next attempt" in event.reason


async def test_session_that_can_not_be_cleaned_is_counted(make_pool: MakePool) -> None:
    pool = make_pool(PoolLimits(max_size=1))
    session = await pool.acquire("a")
    await session.execute("begin")
    with pytest.raises(PgconsoleError):
        await session.execute("select 1/0")
    pool.release(session, "a")
    assert await pool.acquire("b") is not session
    assert (pool.stats.reset_errors, pool.stats.lost) == (1, 1)
    assert [event.kind for event in pool.events][1:3] == ["reset failed", "lost"]


async def test_loss_while_a_statement_ran_has_the_servers_reason(pool: Pool, watcher: Session) -> None:
    session = await pool.acquire("Query 1")
    with pytest.raises(PgconsoleError):
        await session.execute("select pg_terminate_backend(pg_backend_pid())")
    pool.discard(session)
    event = newest(pool)
    assert (event.kind, event.sqlstate, event.reason) == ("lost", "57P01", "the server ended it while Query 1 had it")
