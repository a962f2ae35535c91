"""A server that is watched: by whom and when, who is ours, restarts, tabs that block others, a PgBouncer on the way."""

import asyncio

import pytest

from pgconsole.core.connection_target import ConnectionTarget
from pgconsole.core.pooler import PoolerSample
from pgconsole.core.profile import Profile
from pgconsole.db.server_connection import ServerConnection, open_server
from pgconsole.db.session import Session
from pgconsole.server_activity import ServerActivity
from pgconsole.workers import blocking_watch
from tests.fixtures.engine import value
from tests.fixtures.postgres import PostgresServer
from tests.fixtures.waiting import until, until_answer
from tests.server_activity.conftest import FakeActivityView, connect

_MONITORS = "select count(*) from pg_stat_activity where application_name = 'pgconsole: activity'"


async def test_nothing_is_asked_until_somebody_looks(
    activity: ServerActivity, view: FakeActivityView, server: ServerConnection, session: Session
) -> None:
    activity.follow(server)
    assert (view.phase, await value(session, _MONITORS)) == ("off", "0")
    activity.show(True)
    await until(lambda: len(view.samples) >= 2, "two looks")
    assert view.phase == "watching"
    assert await value(session, _MONITORS) == "1"
    activity.show(False)
    await until_answer(lambda: value(session, _MONITORS), "0", "its connection is gone")
    assert view.phase == "off"


async def test_own_sessions_are_known_with_their_owners(
    activity: ServerActivity, view: FakeActivityView, server: ServerConnection
) -> None:
    mine = await server.pool.acquire("Query 7")
    activity.follow(server)
    activity.show(True)
    await view.sees(mine.backend_pid)
    assert view.own[mine.backend_pid] == "Query 7"
    server.pool.release(mine, "Query 7")


async def test_it_looks_while_the_pool_is_full(
    activity: ServerActivity, view: FakeActivityView, server: ServerConnection
) -> None:
    sessions = [await server.pool.acquire(f"Query {number}") for number in range(server.pool.limits.max_size)]
    activity.follow(server)
    activity.show(True)
    await view.sees(sessions[-1].backend_pid)
    for session in sessions:
        server.pool.discard(session)


async def test_another_server_is_watched_from_then_on_and_the_first_left(
    activity: ServerActivity, view: FakeActivityView, server: ServerConnection, postgres_server: PostgresServer
) -> None:
    other = await connect(postgres_server.dsn)
    activity.show(True)
    activity.follow(server)
    await until(lambda: bool(view.samples), "the first server is seen")
    cleared = view.cleared
    activity.follow(other)
    assert view.cleared == cleared + 1
    await until(lambda: bool(view.samples), "the second server is seen")
    await activity.leave(other)
    assert (view.phase, view.samples) == ("off", [])
    activity.follow(server)
    await until(lambda: bool(view.samples), "the first server is seen again")
    await activity.leave(server)
    await other.aclose()


async def test_pause_holds_what_is_shown_and_says_so(
    activity: ServerActivity, view: FakeActivityView, server: ServerConnection
) -> None:
    activity.follow(server)
    activity.show(True)
    await until(lambda: bool(view.samples), "a look")
    activity.pause(True)
    assert view.phase == "paused"
    activity.pause(False)
    count = len(view.samples)
    await until(lambda: len(view.samples) > count + 1, "it goes on")
    assert view.phase == "watching"


async def test_statements_are_read_where_they_are_wanted(
    activity: ServerActivity, view: FakeActivityView, server: ServerConnection
) -> None:
    activity.follow(server)
    activity.show(True)
    await until(lambda: bool(view.samples), "a look")
    assert not view.samples[-1].unseen
    activity.want_statements(True)
    await until(lambda: bool(view.samples[-1].unseen), "pg_stat_statements is looked for")


async def test_sessions_of_every_connection_to_the_server_are_ours(
    activity: ServerActivity, view: FakeActivityView, server: ServerConnection, module_dsn: str
) -> None:
    other = await connect(module_dsn)
    activity.follow(other)
    activity.follow(server)
    beside = await server.open_beside("notifications")
    activity.show(True)
    await view.sees(beside.backend_pid)
    pids = {facts.pid for facts in (*server.pool.sessions, *other.pool.sessions)}
    assert pids < view.own.keys()
    assert view.own[beside.backend_pid] == "notifications"
    assert "activity" in view.own.values()
    await beside.close()
    await activity.leave(other)
    await other.aclose()


# Faults


async def test_restart_is_told_within_two_seconds_and_healed(
    activity: ServerActivity, view: FakeActivityView, server: ServerConnection, postgres_server: PostgresServer
) -> None:
    activity.set_interval(30.0)
    activity.follow(server)
    activity.show(True)
    await until(lambda: bool(view.samples), "a look")
    await asyncio.to_thread(postgres_server.stop)
    try:
        await until(lambda: view.phase == "reconnecting", "the loss is told")
        assert view.samples, "what was seen stays"
    finally:
        await asyncio.to_thread(postgres_server.start)
    count = len(view.samples)
    await until(lambda: len(view.samples) > count and view.phase == "watching", "it looks again")
    assert view.errors == []


# Tabs that block others


async def test_tab_is_told_that_it_blocks_though_nobody_looks(
    activity: ServerActivity,
    view: FakeActivityView,
    server: ServerConnection,
    session: Session,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(blocking_watch, "TOLD_AFTER_S", 0.05)
    mine = await server.pool.acquire("Query 1")
    await mine.execute("CREATE TABLE blocked (id int)")
    await mine.execute("BEGIN; LOCK TABLE blocked")
    waiting = asyncio.get_running_loop().create_task(session.execute("SELECT * FROM blocked"))
    activity.follow(server)
    await until(lambda: bool(view.blocking), "the tab is told")
    assert view.blocking == [(mine.backend_pid, "Query 1", 1)]
    activity.show(True)
    await until(lambda: bool(view.samples and view.samples[-1].waits), "the wait is seen")
    assert len(view.blocking) == 1
    await mine.execute("ROLLBACK")
    await waiting
    server.pool.release(mine, "Query 1")
    assert view.errors == []


# PgBouncer


async def through_pgbouncer(pooled: ConnectionTarget, user: str) -> ServerConnection:
    """A connection by way of the PgBouncer."""
    host = pooled.hosts[0]
    where: dict[str, str | int] = {"host": host.name, "port": host.port, "user": user, "dbname": pooled.database}
    return await open_server(Profile(id="pooled", server=where | {"sslmode": "disable"}, pgbouncer=True), None)


async def test_pgbouncer_on_the_way_is_watched_too(
    activity: ServerActivity, view: FakeActivityView, pooled: ConnectionTarget
) -> None:
    server = await through_pgbouncer(pooled, "watcher")
    activity.follow(server)
    activity.show(True)
    await until(lambda: bool(view.samples) and len(view.pooler) > 1, "both are seen")
    assert all(isinstance(each, PoolerSample) for each in view.pooler)
    await activity.leave(server)
    await server.aclose()


async def test_pgbouncer_that_tells_nothing_is_told_and_the_server_is_seen(
    activity: ServerActivity, view: FakeActivityView, pooled: ConnectionTarget
) -> None:
    server = await through_pgbouncer(pooled, "app")
    activity.follow(server)
    activity.show(True)
    await until(lambda: bool(view.samples) and bool(view.pooler), "both have answered")
    assert "stats_users" in str(view.pooler[0])
    await activity.leave(server)
    await server.aclose()
