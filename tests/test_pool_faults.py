"""Faults: what the monitor shows is the truth within two seconds, and the pool heals by itself, without a storm."""

import asyncio
import time

import pytest

from pgconsole.core.errors import ConnectFailed, PgconsoleError
from pgconsole.core.profile import Profile
from pgconsole.core.settings import Settings
from pgconsole.core.sleep_watch import SleepWatch
from pgconsole.db.conninfo_syntax import parse_keywords
from pgconsole.db.local_paths import LocalPaths
from pgconsole.db.local_server import acquire
from pgconsole.db.server_connection import open_server
from pgconsole.db.session import Session
from pgconsole.pool_monitor import PoolMonitor
from tests.fixtures.engine import open_session, target_of_dsn, value
from tests.fixtures.postgres import FAST_SETTINGS, PostgresServer
from tests.fixtures.proxy import Proxy
from tests.fixtures.waiting import until
from tests.fixtures.watched import FakePoolView, Watched, open_watched


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
    # What is being written to when its server goes breaks before the last words are read, and says so.
    heard = [event for event in lost if "did not say why" not in event.reason]
    assert heard
    assert {event.sqlstate for event in heard} == {"57P01"}
    watched.pool.release(busy, "Query 0")
    await watched.shows(
        lambda p: p.stats.idle == 2 and p.stats.lost == 3 and p.health.phase == "answers", "the pool has healed"
    )


async def test_pool_that_lost_all_waits_for_its_user_where_he_wants_that(
    module_dsn: str, view: FakePoolView, watcher: Session
) -> None:
    monitor = PoolMonitor(view, Settings)
    watched = await open_watched(module_dsn, monitor, view, min_size=2)
    await watched.shows(lambda p: p.stats.idle == 2 and p.health.phase == "answers", "it is filled")
    opened, mine = watched.picture.stats.opened, await value(watcher, "select pg_backend_pid()")
    await watcher.fetch(
        "select pg_terminate_backend(pid, 5000) from pg_stat_activity"
        f" where datname = current_database() and pid <> {mine}"
    )
    await watched.shows(lambda p: any("lost" in a.what for a in p.advice), "the advice")
    shown = view.shown
    await watched.shows(lambda p: view.shown > shown + 2 and p.health.phase == "answers", "the monitor is back")
    assert (watched.picture.stats.size, watched.picture.stats.opened) == (0, opened)
    watched.pool.release(await watched.pool.acquire("Query 1"), "Query 1")
    await watched.shows(lambda p: p.stats.idle == 2, "the pool is filled again")
    await monitor.aclose()
    await watched.server.aclose()


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
    await watched.shows(lambda p: p.health.phase == "answers" and p.stats.idle == 3, "the pool has healed")
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


async def test_idle_connections_that_died_while_the_machine_slept_are_replaced(
    proxy: Proxy, module_dsn: str, monitor: PoolMonitor, view: FakePoolView, monkeypatch: pytest.MonkeyPatch
) -> None:
    keywords = {**dict(parse_keywords(module_dsn)), "host": "127.0.0.1", "port": str(proxy.port), "sslmode": "disable"}
    server = await open_server(Profile(id="unseen", server=dict(keywords)), keywords.get("password"))
    monitor.follow(server)  # the pane is not seen: nobody asks the server otherwise
    unseen = Watched(server, monitor, view)
    await unseen.rest(2)
    proxy.forget_links()
    sleeps = [True]
    monkeypatch.setattr(SleepWatch, "has_slept", lambda _watch: bool(sleeps) and sleeps.pop())
    await until(lambda: server.pool.stats.lost == 2, "the idle ones are dropped")
    await until(lambda: server.pool.stats.idle == 2, "the pool has healed")
    await monitor.leave(server)
    await server.aclose()


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
