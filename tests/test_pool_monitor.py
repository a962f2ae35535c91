"""The pool monitor on real servers: what its picture says, and what its acts do."""

from dataclasses import replace

from pgconsole.core.pool_limits import PoolLimits
from pgconsole.core.profile import Profile
from pgconsole.db.conninfo_syntax import parse_keywords
from pgconsole.db.server_connection import open_server
from pgconsole.db.session import Session
from pgconsole.pool_monitor import PoolMonitor
from tests.fixtures.engine import value, values
from tests.fixtures.postgres import PostgresServer
from tests.fixtures.waiting import until, until_answer
from tests.fixtures.watched import FakePoolView, Watched, profile_of

# What is shown


async def test_picture_has_the_pool_the_health_check_and_the_servers_room(watched: Watched) -> None:
    session = await watched.pool.acquire("Query 1")
    await watched.shows(lambda p: p.capacity is not None and bool(p.backends), "the server has told")
    await watched.shows(lambda p: p.backends.get(session.backend_pid) is not None, "and of this session")
    picture = watched.picture
    assert picture.health.phase == "answers"
    assert picture.health.latency_ms is not None
    assert picture.stats.used == 1
    assert [each.owner for each in picture.beside] == ["health check"]
    assert picture.capacity is not None
    assert picture.capacity.max_connections == 60
    assert picture.capacity.used_by_us == 2
    assert any("max_connections" in advice.sums for advice in picture.advice)
    watched.pool.release(session, "Query 1")


async def test_own_connections_bear_a_name_on_the_server(watched: Watched, watcher: Session) -> None:
    await watched.shows(lambda p: p.health.phase == "answers", "it answers")
    names = "select application_name from pg_stat_activity where application_name like 'pgconsole: health%'"
    assert await values(watcher, names) == ["pgconsole: health check"]


async def test_unseen_pane_costs_the_server_no_connection(
    module_dsn: str, monitor: PoolMonitor, view: FakePoolView
) -> None:
    server = await open_server(profile_of(module_dsn), dict(parse_keywords(module_dsn)).get("password"))
    monitor.follow(server)
    assert view.picture is not None
    samples = view.picture.samples
    await until(lambda: samples.added >= 2, "samples are taken all the same")
    assert server.sessions_beside == []
    assert view.picture.health.phase == "unknown"
    await monitor.leave(server)
    await server.aclose()


async def test_statements_of_sessions_and_monitor_are_logged(watched: Watched) -> None:
    session = await watched.pool.acquire("Query 1")
    session.start_clock(None)
    await session.execute("select 'mine'")
    session.stop_clock()
    await watched.shows(lambda p: any(entry.owner == "health check" for entry in p.log), "the monitor's too")
    mine = [entry for entry in watched.picture.log if not entry.is_own]
    assert [(entry.text, entry.owner) for entry in mine] == [("select 'mine'", "Query 1")]
    watched.pool.release(session, "Query 1")
    watched.monitor.clear_log()
    assert not [entry for entry in watched.picture.log if entry.owner == "Query 1"]


async def test_following_another_connection_shows_that_one(
    watched: Watched, postgres_server: PostgresServer, monitor: PoolMonitor, view: FakePoolView
) -> None:
    first = watched.picture.samples
    dsn = postgres_server.dsn
    other = await open_server(profile_of(dsn), dict(parse_keywords(dsn)).get("password"))
    monitor.follow(other)
    assert watched.picture.samples is not first
    monitor.follow(None)
    assert view.picture is None
    monitor.follow(watched.server)
    assert watched.picture.samples is first
    await monitor.leave(other)
    await other.aclose()


# What the user asks for


async def test_check_now_tells_how_many_answered(watched: Watched) -> None:
    await watched.rest(3)
    watched.monitor.check_now()
    await until(lambda: bool(watched.view.told), "it is told")
    assert watched.view.told[0].startswith("3 idle connections checked")
    assert watched.view.told[0].endswith("all answered.")


async def test_acts_reach_the_pool(watched: Watched) -> None:
    await watched.rest(2)
    pid = watched.pool.sessions[0].pid
    watched.monitor.recycle(pid)
    await watched.shows(lambda p: pid not in [each.pid for each in p.sessions], "it is gone")
    await watched.shows(lambda p: p.stats.idle == 2, "and replaced")
    watched.monitor.recycle_idle()
    assert watched.view.told[-1] == "2 idle connections recycled."
    await watched.shows(lambda p: p.stats.opened == 5 and p.stats.idle == 2, "both are replaced")
    watched.monitor.recycle(1)
    assert "not the pool's" in watched.view.told[-1]
    watched.monitor.expire()
    assert watched.picture.stats.recycled == 5


async def test_new_limits_hold_at_once_and_the_minimum_is_filled(watched: Watched) -> None:
    watched.monitor.set_limits(PoolLimits(min_size=3, max_size=4))
    await watched.shows(lambda p: p.stats.idle == 3, "the minimum is open")
    watched.monitor.set_limits(PoolLimits(min_size=9, max_size=2))
    assert (watched.picture.limits.min_size, watched.picture.limits.max_size) == (2, 2)
    assert watched.picture.stats.size == 2


async def test_server_logs_slow_statements_where_the_role_may(watched: Watched) -> None:
    watched.monitor.set_server_log(True)
    await watched.shows(lambda p: p.server_logs, "it is switched on")
    session = await watched.pool.acquire("Query 1")
    setting = "select current_setting('log_min_duration_statement')"
    assert await value(session, setting) == "100ms"
    watched.pool.release(session, "Query 1")
    watched.monitor.set_server_log(False)
    await watched.shows(lambda p: not p.server_logs, "it is switched off")
    session = await watched.pool.acquire("Query 1")
    assert await value(session, setting) == "-1"
    watched.pool.release(session, "Query 1")


async def test_role_that_may_not_is_told_so(
    module_dsn: str, monitor: PoolMonitor, view: FakePoolView, watcher: Session
) -> None:
    await watcher.execute("drop role if exists plain_role; create role plain_role login password 'plain'")
    dsn = {**dict(parse_keywords(module_dsn)), "user": "plain_role", "password": "plain"}
    server = await open_server(Profile(id="p", server=dict(dsn)), "plain")
    monitor.follow(server)
    monitor.set_seen(True)
    monitor.set_server_log(True)
    await until(lambda: bool(view.errors), "it is told")
    assert view.errors[0].sqlstate == "42501"
    assert view.picture is not None
    assert not view.picture.server_logs
    await until(lambda: view.picture is not None and view.picture.capacity is not None, "the rest works")
    await monitor.leave(server)
    await server.aclose()


async def test_leaving_a_connection_ends_its_watch(watched: Watched, watcher: Session) -> None:
    await watched.shows(lambda p: p.health.phase == "answers", "it answers")
    await watched.monitor.leave(watched.server)
    names = "select count(*) from pg_stat_activity where application_name = 'pgconsole: health check'"

    async def count() -> str | None:
        return await value(watcher, names)

    await until_answer(count, "0", "the health check's connection is closed")


async def test_limits_of_another_kind_keep_what_is_busy(watched: Watched) -> None:
    sessions = [await watched.pool.acquire(f"Query {number}") for number in range(3)]
    watched.monitor.set_limits(replace(watched.pool.limits, max_size=1))
    assert watched.picture.stats.used == 3
    for number, session in enumerate(sessions):
        assert await value(session, "select 1") == "1"
        watched.pool.release(session, f"Query {number}")
    assert watched.pool.stats.size == 1
