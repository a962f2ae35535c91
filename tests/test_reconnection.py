"""A connection's losses and the way back, without a window."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace

import pytest

from pgconsole.core.connection_target import ConnectionTarget
from pgconsole.core.errors import AuthenticationFailed, PgconsoleError
from pgconsole.db.pool import Pool
from pgconsole.db.session import Session
from pgconsole.reconnection import Reconnection
from tests.fixtures.engine import open_session
from tests.fixtures.waiting import until


class Told:
    """Implements `ReconnectionView`."""

    def __init__(self) -> None:
        self.lost: list[str] = []
        self.was_whole = False
        self.attempts: list[str] = []
        self.back: list[str] = []
        self.errors: list[PgconsoleError] = []

    def show_lost(self, text: str, is_whole: bool) -> None:
        self.lost.append(text)
        self.was_whole = is_whole

    def show_attempt(self, text: str) -> None:
        self.attempts.append(text)

    def show_back(self, text: str) -> None:
        self.back.append(text)

    def report(self, error: PgconsoleError) -> None:
        self.errors.append(error)


class Road:
    """Where a pool's sessions lead; tests change it."""

    def __init__(self, target: ConnectionTarget) -> None:
        self.target = target

    async def connect(self) -> Session:
        return await open_session(self.target)


@pytest.fixture
def road(target: ConnectionTarget) -> Road:
    return Road(target)


@pytest.fixture
async def road_pool(road: Road) -> AsyncIterator[Pool]:
    pool = Pool(road.connect)
    yield pool
    await pool.aclose()


@pytest.fixture
def told() -> Told:
    return Told()


@pytest.fixture
async def reconnection(road_pool: Pool, told: Told, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Reconnection]:
    monkeypatch.setattr("pgconsole.core.backoff._FIRST_S", 0.01)
    monkeypatch.setattr("pgconsole.core.backoff._MOST_S", 0.02)
    reconnection = Reconnection(road_pool, "shop", told, lambda: False)
    yield reconnection
    await reconnection.aclose()


async def idle_session(pool: Pool, owner: str = "Query 1") -> Session:
    """Leave a session in the pool."""
    session = await pool.acquire(owner)
    pool.release(session, owner)
    return session


async def terminate(watcher: Session, *sessions: Session) -> None:
    for session in sessions:
        await watcher.execute(f"select pg_terminate_backend({session.backend_pid})")


async def test_idle_sessions_that_end_together_are_told_once_with_the_servers_words(
    reconnection: Reconnection, road_pool: Pool, told: Told, watcher: Session
) -> None:
    first, second = await road_pool.acquire("Query 1"), await road_pool.acquire("Query 2")
    road_pool.release(first, "Query 1")
    road_pool.release(second, "Query 2")
    await terminate(watcher, first, second)
    await until(lambda: road_pool.stats.size == 0, "both are gone")
    await until(lambda: bool(told.lost), "it is told")
    assert len(told.lost) == 1
    assert told.lost[0].startswith("The connection to shop was lost. An administrator ended this session")
    assert "terminating connection due to administrator command" in told.lost[0]
    assert told.attempts == []
    assert told.was_whole


async def test_loss_of_one_session_of_several_is_told_as_such(
    reconnection: Reconnection, road_pool: Pool, told: Told, watcher: Session
) -> None:
    kept = await road_pool.acquire("Query 1")
    await terminate(watcher, await idle_session(road_pool, "Query 2"))
    await until(lambda: bool(told.lost), "it is told")
    assert told.lost[0].startswith("A free session of shop was lost.")
    assert not told.was_whole
    await terminate(watcher, await idle_session(road_pool, "Query 2"))
    await until(lambda: len(told.lost) == 2, "each is told")
    road_pool.release(kept, "Query 1")


async def test_borrowed_session_is_its_tabs_to_tell(
    reconnection: Reconnection, road_pool: Pool, told: Told, watcher: Session
) -> None:
    session = await road_pool.acquire("Query 1")
    await terminate(watcher, session)
    await until(lambda: told.was_whole, "it is known")
    assert told.lost == [""]
    road_pool.discard(session)


async def test_a_new_session_of_anybody_is_the_way_back(
    reconnection: Reconnection, road_pool: Pool, told: Told, watcher: Session
) -> None:
    await terminate(watcher, await idle_session(road_pool))
    await until(lambda: bool(told.lost), "it is told")
    await idle_session(road_pool)
    assert told.back == ["", ""]


async def test_attempts_go_on_until_the_server_answers(
    reconnection: Reconnection, road: Road, told: Told, road_pool: Pool
) -> None:
    there = road.target
    road.target = replace(there, hosts=(replace(there.hosts[0], name="/nowhere"),))
    reconnection.reconnect()
    await until(lambda: any("Attempt 3" in text for text in told.attempts), "it tries again")
    assert "There is no such socket or file. The next one is in" in told.attempts[1]
    road.target = there
    await until(lambda: any(told.back), "it is back")
    assert told.back[-1:] == ["Connected to shop again. Nothing was run a second time."]
    assert road_pool.stats.idle == 1


async def test_the_user_may_try_without_waiting(
    reconnection: Reconnection, road: Road, told: Told, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("pgconsole.core.backoff._FIRST_S", 3600.0)
    monkeypatch.setattr("pgconsole.core.backoff._MOST_S", 3600.0)
    there = road.target
    road.target = replace(there, hosts=(replace(there.hosts[0], name="/nowhere"),))
    reconnection.reconnect()
    await until(lambda: any("Attempt 1" in text for text in told.attempts), "it failed")
    road.target = there
    reconnection.reconnect()
    await until(lambda: any(told.back), "it is back")


async def test_a_session_that_came_otherwise_ends_the_attempts(
    reconnection: Reconnection, road: Road, told: Told, road_pool: Pool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("pgconsole.core.backoff._FIRST_S", 3600.0)
    monkeypatch.setattr("pgconsole.core.backoff._MOST_S", 3600.0)
    there = road.target
    road.target = replace(there, hosts=(replace(there.hosts[0], name="/nowhere"),))
    reconnection.reconnect()
    await until(lambda: any("Attempt 1" in text for text in told.attempts), "it failed")
    road.target = there
    session = await idle_session(road_pool)
    await until(lambda: any(told.back), "it is back")
    assert not session.is_lost


async def test_a_refused_password_ends_the_attempts(reconnection: Reconnection, road: Road, told: Told) -> None:
    road.target = road.target.with_password("wrong")
    reconnection.reconnect()
    await until(lambda: bool(told.errors), "it is told")
    assert isinstance(told.errors[0], AuthenticationFailed)
    await asyncio.sleep(0.05)
    assert len(told.attempts) == 1


async def test_by_a_setting_it_tries_unasked(road_pool: Pool, told: Told, watcher: Session) -> None:
    reconnection = Reconnection(road_pool, "shop", told, lambda: True)
    await terminate(watcher, await idle_session(road_pool))
    await until(lambda: any(told.back), "it is back")
    assert "Before, it was lost: An administrator ended this session" in told.back[-1]
    assert road_pool.stats.idle == 1
    await reconnection.aclose()


async def test_what_this_side_closes_is_no_loss(reconnection: Reconnection, road_pool: Pool, told: Told) -> None:
    session = await road_pool.acquire("Query 1")
    session.terminate()
    road_pool.discard(session)
    other = await idle_session(road_pool)
    await road_pool.renew("Query 2")
    assert other.is_lost
    await asyncio.sleep(0.02)
    assert told.lost == []
    assert told.errors == []
