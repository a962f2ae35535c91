"""PgBouncer's console, where the machine has a PgBouncer."""

import pytest

from pgconsole.core.connection_target import ConnectionTarget
from pgconsole.core.errors import ConnectFailed, ConnectionLost, PgconsoleError
from pgconsole.core.pooler import POOLER_VIEWS
from pgconsole.core.profile import Profile
from pgconsole.db.pooler_watch import PoolerWatch, open_pooler
from pgconsole.db.server_connection import ServerConnection, open_server
from tests.fixtures.engine import value


async def connect(target: ConnectionTarget, user: str) -> ServerConnection:
    """A connection through the PgBouncer, as one of its users."""
    host = target.hosts[0]
    server: dict[str, str | int] = {"host": host.name, "port": host.port, "user": user, "dbname": target.database}
    return await open_server(Profile(id="pooled", server=server | {"sslmode": "disable"}, pgbouncer=True), None)


async def test_console_tells_of_pools_clients_and_servers(pooled: ConnectionTarget) -> None:
    server = await connect(pooled, "watcher")
    session = await server.open_beside("somebody")
    assert await value(session, "select 1") == "1"
    watch = await open_pooler(server, "activity")
    try:
        sample = await watch.look()
    finally:
        await watch.aclose()
        await session.close()
        await server.aclose()
    assert sample.tables.keys() == set(POOLER_VIEWS)
    pools = sample.tables["POOLS"]
    assert {"database", "user", "cl_active", "sv_idle", "maxwait"} <= set(pools.columns)
    assert pooled.database in [row[0] for row in pools.rows]
    assert sample.total("POOLS", "cl_active") == 2
    assert "ptr" in sample.tables["CLIENTS"].columns


async def test_who_may_not_see_the_console_is_told_what_to_do(pooled: ConnectionTarget) -> None:
    server = await connect(pooled, "app")
    with pytest.raises(ConnectFailed) as told:
        await open_pooler(server, "activity")
    await server.aclose()
    assert "stats_users" in told.value.remedy


async def test_server_that_is_no_pgbouncer_is_an_error_like_any(target: ConnectionTarget) -> None:
    password = target.password
    host = target.hosts[0]
    server = await open_server(
        Profile(id="plain", server={"host": host.name, "port": host.port, "user": target.user, "dbname": "postgres"}),
        password,
    )
    with pytest.raises(PgconsoleError):
        await open_pooler(server, "activity")
    plain = await server.open_plain("postgres", "activity")
    await server.aclose()
    watch = PoolerWatch(plain)
    with pytest.raises(PgconsoleError) as refused:
        await watch.look()
    assert refused.value.sqlstate == "42704"
    plain.terminate()
    with pytest.raises(ConnectionLost):
        await watch.look()
    await watch.aclose()


@pytest.mark.parametrize("is_marked", [True, False])
async def test_console_as_a_connection_is_refused_in_words_that_help(pooled: ConnectionTarget, is_marked: bool) -> None:
    host = pooled.hosts[0]
    keywords: dict[str, str | int] = {"host": host.name, "port": host.port, "user": "watcher", "dbname": "pgbouncer"}
    with pytest.raises(ConnectFailed) as refused:
        await open_server(Profile(id="console", server=keywords | {"sslmode": "disable"}, pgbouncer=is_marked), None)
    assert "PgBouncer's own console" in refused.value.what
    assert "activity" in refused.value.remedy
