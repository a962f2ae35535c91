"""A connection as a profile describes it: opened at once, so that what is wrong is told at once."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from pgconsole.core.connection_target import ConnectionTarget
from pgconsole.core.errors import ConnectFailed, PgconsoleError
from pgconsole.core.profile import ConnectionKind, PoolOptions, Profile, SessionOptions
from pgconsole.db.server_access import target_of
from pgconsole.db.server_connection import ServerConnection, open_server
from pgconsole.db.session_state import pin_reasons
from tests.fixtures.engine import value, values


def profile_for(
    target: ConnectionTarget,
    keywords: dict[str, str] | None = None,
    *,
    session: SessionOptions | None = None,
    pgbouncer: bool = False,
) -> Profile:
    host = target.hosts[0]
    server: dict[str, str | int] = {
        "host": host.name,
        "port": host.port,
        "user": target.user,
        "dbname": target.database,
        **(keywords or {}),
    }
    return Profile(
        id="p",
        name="mine",
        kind=ConnectionKind.TEST,
        server=server,
        pgbouncer=pgbouncer,
        pool=PoolOptions(min_size=2, max_size=3),
        session=session or SessionOptions(),
    )


@asynccontextmanager
async def opened(profile: Profile, password: str | None) -> AsyncIterator[ServerConnection]:
    server = await open_server(profile, password)
    try:
        yield server
    finally:
        await server.aclose()


SETTINGS = SessionOptions(
    time_zone="Asia/Tokyo",
    search_path="pg_catalog, public",
    role="pg_monitor",
    read_only=True,
    statement_timeout_s=7.5,
    lock_timeout_s=2,
    idle_in_transaction_timeout_s=90,
    initial_sql="set work_mem = '5MB';\nset my.own = 'it''s'",
)


@pytest.mark.parametrize("pgbouncer", [False, True])
async def test_sessions_begin_as_the_profile_says(target: ConnectionTarget, pgbouncer: bool) -> None:
    async with opened(profile_for(target, session=SETTINGS, pgbouncer=pgbouncer), target.password) as server:
        session = await server.pool.acquire("tab")
        names = "TimeZone", "search_path", "role", "default_transaction_read_only", "statement_timeout", "work_mem"
        timeouts = "lock_timeout", "idle_in_transaction_session_timeout"
        found = [await value(session, f"select current_setting('{name}')") for name in (*names, *timeouts, "my.own")]
        assert found == ["Asia/Tokyo", "pg_catalog, public", "pg_monitor", "on", "7500ms", "5MB", "2s", "90s", "it's"]
        assert await pin_reasons(session) == ()
        assert server.status.time_zone == "Asia/Tokyo"


async def test_every_tab_begins_as_the_profile_says(target: ConnectionTarget) -> None:
    async with opened(profile_for(target, session=SETTINGS), target.password) as server:
        for owner in ("a", "b", "c", "a"):
            session = await server.pool.acquire(owner)
            assert await value(session, "select current_setting('work_mem')") == "5MB"
            assert await value(session, "select current_user::text") == "pg_monitor"
            server.pool.release(session, owner)


async def test_reset_all_returns_to_the_profile(target: ConnectionTarget) -> None:
    async with opened(profile_for(target, session=SETTINGS), target.password) as server:
        session = await server.pool.acquire("tab")
        await session.execute("set timezone = 'UTC'; set statement_timeout = 0; reset all")
        found = await values(session, "select current_setting(n) from unnest('{TimeZone,statement_timeout}'::text[]) n")
        assert found == ["Asia/Tokyo", "7500ms"]


async def test_status_tells_where_it_leads(target: ConnectionTarget) -> None:
    async with opened(profile_for(target), target.password) as server:
        status = server.status
        assert (status.phase, status.label, status.kind) == ("connected", "mine", ConnectionKind.TEST)
        assert target.user in status.title
        assert target.database in status.title
        assert (status.channel, status.tls_version) == ("local", "")
        assert int(status.server_version.split(".")[0]) >= 14
        assert (server.pool.stats.size, server.pool.stats.max) == (2, 3)


@pytest.mark.parametrize("wrong", [{"dbname": "no such one"}, {"user": "nobody_here"}, {"port": "1"}])
async def test_wrong_place_is_told_at_once(target: ConnectionTarget, wrong: dict[str, str]) -> None:
    with pytest.raises(ConnectFailed):
        await open_server(profile_for(target, wrong), target.password)


async def test_wrong_initial_statement_is_told_at_once(target: ConnectionTarget) -> None:
    session = SessionOptions(initial_sql="set no_such_setting = 1")
    with pytest.raises(PgconsoleError, match="no_such_setting"):
        await open_server(profile_for(target, session=session), target.password)


def test_odd_values_survive_the_way_to_a_target() -> None:
    profile = Profile(id="p", server={"host": "h", "dbname": "it's a \\ name", "user": "a b"})
    target = target_of(profile)
    assert (target.database, target.user) == ("it's a \\ name", "a b")


async def test_session_beside_the_pool_is_named_and_made_as_the_pools_are(target: ConnectionTarget) -> None:
    async with opened(profile_for(target, session=SETTINGS), target.password) as server:
        before = server.pool.stats.size
        session = await server.open_beside("activity")
        assert await value(session, "show application_name") == "pgconsole: activity"
        assert await value(session, "show timezone") == "Asia/Tokyo"
        assert await value(session, "show work_mem") == "5MB"
        assert server.pool.stats.size == before
        assert session.backend_pid not in [each.pid for each in server.pool.sessions]
        assert [(each.pid, each.owner) for each in server.sessions_beside] == [(session.backend_pid, "activity")]
        await session.close()
