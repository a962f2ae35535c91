"""The pool monitor on real servers: what its picture says, what its acts do, and that it tells the truth in faults."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from dataclasses import replace

import pytest

from pgconsole.core.errors import ConnectFailed, PgconsoleError
from pgconsole.core.pool_limits import PoolLimits
from pgconsole.core.pool_picture import PoolPicture
from pgconsole.core.profile import PoolOptions, Profile
from pgconsole.core.settings import Settings
from pgconsole.db.conninfo_syntax import parse_keywords
from pgconsole.db.local_paths import LocalPaths
from pgconsole.db.local_server import acquire
from pgconsole.db.server_connection import ServerConnection, open_server
from pgconsole.db.session import Session
from pgconsole.pool_monitor import PoolMonitor
from tests.fixtures.engine import open_session, target_of_dsn, value, values
from tests.fixtures.postgres import FAST_SETTINGS, PostgresServer
from tests.fixtures.proxy import Proxy
from tests.fixtures.waiting import until, until_answer

TRUTH_WITHIN_S = 2.0
SLACK_S = 2.0
"""What a machine that does other things too may take longer."""


class FakePoolView:
    """Implements `PoolView`: keeps what it is told."""

    def __init__(self) -> None:
        self.picture: PoolPicture | None = None
        self.told: list[str] = []
        self.errors: list[PgconsoleError] = []
        self.shown = 0

    def show(self, picture: PoolPicture) -> None:
        self.picture = picture
        self.shown += 1

    def show_nothing(self) -> None:
        self.picture = None

    def tell(self, text: str) -> None:
        self.told.append(text)

    def report(self, error: PgconsoleError) -> None:
        self.errors.append(error)


class Watched:
    """A connection that is watched, as by a user before the pane."""

    def __init__(self, server: ServerConnection, monitor: PoolMonitor, view: FakePoolView) -> None:
        self.server = server
        self.pool = server.pool
        self.monitor = monitor
        self.view = view

    @property
    def picture(self) -> PoolPicture:
        assert self.view.picture is not None
        return self.view.picture

    async def shows(self, condition: Callable[[PoolPicture], bool], what: str, within_s: float = 10.0) -> None:
        """Wait until the picture says so."""
        await until(lambda: condition(self.picture), what, within_s)

    async def shows_truth(self, condition: Callable[[PoolPicture], bool], what: str) -> None:
        """Wait as long as the truth may take to be seen."""
        await self.shows(condition, what, TRUTH_WITHIN_S + SLACK_S)

    async def rest(self, count: int) -> None:
        """Have so many idle sessions."""
        sessions = [await self.pool.acquire(f"Query {number}") for number in range(count)]
        for number, session in enumerate(sessions):
            self.pool.release(session, f"Query {number}")


def profile_of(dsn: str, **limits: int | float) -> Profile:
    return Profile(id="watched", server=dict(parse_keywords(dsn)), pool=PoolOptions(**limits))  # type: ignore[arg-type]


@pytest.fixture
async def view() -> FakePoolView:
    return FakePoolView()


@pytest.fixture
async def monitor(view: FakePoolView) -> AsyncIterator[PoolMonitor]:
    monitor = PoolMonitor(view, Settings)
    yield monitor
    await monitor.aclose()


async def open_watched(dsn: str, monitor: PoolMonitor, view: FakePoolView, **limits: int | float) -> Watched:
    keywords = dict(parse_keywords(dsn))
    server = await open_server(profile_of(dsn, **limits), keywords.get("password"))
    monitor.follow(server)
    monitor.set_seen(True)
    return Watched(server, monitor, view)


@pytest.fixture
async def watched(module_dsn: str, monitor: PoolMonitor, view: FakePoolView) -> AsyncIterator[Watched]:
    watched = await open_watched(module_dsn, monitor, view)
    yield watched
    await monitor.leave(watched.server)
    await watched.server.aclose()


@pytest.fixture
async def over_proxy(proxy: Proxy, module_dsn: str, monitor: PoolMonitor, view: FakePoolView) -> AsyncIterator[Watched]:
    keywords = {**dict(parse_keywords(module_dsn)), "host": "127.0.0.1", "port": str(proxy.port), "sslmode": "disable"}
    keywords |= {"connect_timeout": "2", "keepalives": "0"}
    profile = Profile(id="watched", server=dict(keywords))
    server = await open_server(profile, keywords.get("password"))
    monitor.follow(server)
    monitor.set_seen(True)
    yield Watched(server, monitor, view)
    proxy.open.set()
    await monitor.leave(server)
    await server.aclose()


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


# Faults: what is shown is the truth within two seconds, and the pool heals by itself


async def test_every_backend_terminated(watched: Watched, watcher: Session) -> None:
    await watched.rest(3)
    await watched.shows(lambda p: p.health.phase == "answers", "it answers")
    busy = await watched.pool.acquire("Query 0")
    mine = await value(watcher, "select pg_backend_pid()")
    await watcher.fetch(
        "select pg_terminate_backend(pid, 5000) from pg_stat_activity"
        f" where datname = current_database() and pid <> {mine}"
    )
    await watched.shows_truth(lambda p: (p.stats.lost or 0) >= 2, "the losses are seen")
    lost = [event for event in watched.picture.events if event.kind == "lost"]
    assert {event.sqlstate for event in lost} == {"57P01"}
    watched.pool.release(busy, "Query 0")
    await watched.shows(lambda p: p.stats.idle == 2 and p.health.phase == "answers", "the pool has healed")
    assert watched.picture.stats.lost == 3


async def test_server_restart(postgres_server: PostgresServer, watched: Watched) -> None:
    await watched.rest(3)
    await watched.shows(lambda p: p.health.phase == "answers", "it answers")
    opened = watched.picture.stats.opened or 0
    await asyncio.to_thread(postgres_server.stop, "fast")
    try:
        await watched.shows_truth(lambda p: p.stats.size == 0 and p.health.phase == "down", "the truth is seen")
        assert watched.picture.stats.lost == 3
        with pytest.raises(ConnectFailed):
            await watched.pool.acquire("Query 0")
        await watched.shows(lambda p: any(a.what.startswith("No connection can be") for a in p.advice), "the advice")
    finally:
        await asyncio.to_thread(postgres_server.start)
    await watched.shows(lambda p: p.health.phase == "answers" and p.stats.idle == 3, "the pool has healed", 20.0)
    assert (watched.picture.stats.opened or 0) == opened + 3
    # Pauses of 0.25, 0.5, 1, 2 and 4 s leave no room for more.
    assert (watched.picture.stats.open_failures or 0) <= 8


async def test_connections_used_up(watched: Watched, watcher: Session) -> None:
    await watcher.execute("drop role if exists narrow; create role narrow login password 'narrow' connection limit 2")
    dsn = {**watched.server.profile.keywords, "user": "narrow"}
    server = await open_server(Profile(id="narrow", server=dict(dsn)), "narrow")
    watched.monitor.follow(server)
    await watched.shows(lambda p: p.health.phase == "answers" and p.capacity is not None, "it answers")
    session = await server.pool.acquire("Query 1")
    with pytest.raises(PgconsoleError) as caught:
        await server.pool.acquire("Query 2")
    assert caught.value.sqlstate == "53300"
    await watched.shows_truth(lambda p: p.stats.open_failures == 1, "the failure is seen")
    event = list(watched.picture.events)[-1]
    assert (event.kind, event.sqlstate) == ("open failed", "53300")
    assert "too many connections for role" in event.message
    await watched.shows(
        lambda p: any("2 allowed to role narrow" in a.sums and a.level == "danger" for a in p.advice), "the sums"
    )
    server.pool.release(session, "Query 1")
    assert await value(await server.pool.acquire("Query 2"), "select 1") == "1"
    await watched.monitor.leave(server)
    await server.aclose()


async def test_every_slot_of_the_server_taken(
    module_paths: LocalPaths, monitor: PoolMonitor, view: FakePoolView
) -> None:
    few = {**FAST_SETTINGS, "max_connections": "6", "superuser_reserved_connections": "1", "reserved_connections": "0"}
    small = await asyncio.to_thread(acquire, module_paths, few)
    try:
        watched = await open_watched(small.dsn_of("postgres"), monitor, view)
        await watched.shows(lambda p: p.health.phase == "answers", "it answers")
        others = [await open_session(target_of_dsn(small.dsn_of("postgres"))) for _ in range(4)]
        session = await watched.pool.acquire("Query 1")
        with pytest.raises(PgconsoleError) as caught:
            await watched.pool.acquire("Query 2")
        assert caught.value.sqlstate == "53300"
        await watched.shows_truth(lambda p: p.stats.open_failures == 1, "the failure is seen")
        await watched.shows(lambda p: p.advice[0].level == "danger", "the advice")
        sums = "6 max_connections − 0 reserved − 4 of others = 2; the pool's maximum is 10, and 2 are open"
        await watched.shows(lambda p: any(advice.sums == sums for advice in p.advice), "the sums")
        for other in others:
            await other.close()
        watched.pool.release(await watched.pool.acquire("Query 2"), "Query 2")
        watched.pool.release(session, "Query 1")
        await watched.shows(lambda p: p.advice[0].level != "danger", "all is well again")
        await monitor.leave(watched.server)
        await watched.server.aclose()
    finally:
        await asyncio.to_thread(small.release)


async def test_slow_checkouts(module_dsn: str, monitor: PoolMonitor, view: FakePoolView) -> None:
    watched = await open_watched(module_dsn, monitor, view, max_size=1)
    session = await watched.pool.acquire("Query 1")
    waiting = asyncio.create_task(watched.pool.acquire("Query 2"))
    await watched.shows_truth(lambda p: p.stats.waiting == 1 and (p.stats.waiting_ms or 0) > 500, "the wait is seen")
    assert any("Query 2" in advice.sums for advice in watched.picture.advice)
    await watched.shows(lambda p: (p.samples.last("acquire_ms_max") or 0) > 500, "it is in the chart")
    watched.pool.release(session, "Query 1")
    watched.pool.release(await waiting, "Query 2")
    assert (watched.pool.stats.acquire_ms_max or 0) > 500
    await monitor.leave(watched.server)
    await watched.server.aclose()


async def test_black_hole(proxy: Proxy, over_proxy: Watched) -> None:
    await over_proxy.rest(2)
    await over_proxy.shows(lambda p: p.health.phase == "answers", "it answers")
    before = proxy.connections
    proxy.black_hole()
    began = time.monotonic()
    await over_proxy.shows_truth(lambda p: p.health.phase == "late", "it is late")
    await over_proxy.shows_truth(lambda p: p.stats.lost == 2, "the idle ones are dropped")
    assert {event.kind for event in list(over_proxy.picture.events)[-2:]} == {"not answering"}
    while time.monotonic() - began < 4.0:  # noqa: ASYNC110 - what is tried in this time is what is asked
        await asyncio.sleep(0.05)
    assert proxy.connections - before <= 3
    proxy.open.set()
    await over_proxy.shows(lambda p: p.health.phase == "answers" and p.stats.idle == 2, "the pool has healed", 25.0)


async def test_password_that_is_refused_is_not_tried_again_by_itself(watched: Watched, watcher: Session) -> None:
    await watcher.execute("drop role if exists changed; create role changed login password 'old'")
    dsn = {**watched.server.profile.keywords, "user": "changed"}
    server = await open_server(Profile(id="changed", server=dict(dsn)), "old")
    watched.monitor.follow(server)
    await watched.shows(lambda p: p.health.phase == "answers", "it answers")
    await watcher.execute("alter role changed password 'new'")
    await watcher.fetch("select pg_terminate_backend(pid, 5000) from pg_stat_activity where usename = 'changed'")
    await watched.shows(lambda p: p.health.phase == "down" and "password" in p.health.reason, "it is told")
    failures = watched.picture.stats.open_failures
    for _ in range(3):
        added = watched.picture.samples.added
        await watched.shows(lambda p, added=added: p.samples.added > added, "a second passes")  # type: ignore[misc]
    assert watched.picture.stats.open_failures == failures
    await watched.monitor.leave(server)
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
