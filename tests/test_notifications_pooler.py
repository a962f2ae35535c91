"""Notifications by way of a real PgBouncer in transaction mode: what is said, and the way round it."""

from collections.abc import AsyncIterator

import pytest

from pgconsole.core.connection_target import ConnectionTarget
from pgconsole.core.direct_address import POOLER_MAY_TELL, POOLER_TELLS
from pgconsole.core.profile import Profile
from pgconsole.db.server_connection import ServerConnection, open_server
from pgconsole.db.session import Session
from tests.fixtures.waiting import until
from tests.test_notifications import Desk, desk

__all__ = ["desk"]


@pytest.fixture
async def role(watcher: Session) -> AsyncIterator[str]:
    """A role that both PgBouncer and the server let in, and its password."""
    await watcher.execute("create role app login password 'direct'")
    yield "app"
    await watcher.execute("drop role app")


def profile_through(pooled: ConnectionTarget, role: str, *, pgbouncer: bool) -> Profile:
    (host,) = pooled.hosts
    server: dict[str, str | int] = {
        "host": host.name,
        "port": str(host.port),
        "user": role,
        "dbname": pooled.database,
        "sslmode": "disable",
    }
    return Profile(id="pooled", server=server, pgbouncer=pgbouncer)


@pytest.fixture(params=[True, False], ids=["known", "unknown"])
async def server(
    request: pytest.FixtureRequest, pooled: ConnectionTarget, role: str
) -> AsyncIterator[ServerConnection]:
    """A connection by way of the PgBouncer, which the profile speaks of or not."""
    server = await open_server(profile_through(pooled, role, pgbouncer=request.param), "direct")
    yield server
    await server.aclose()


async def test_pooler_is_told_of_and_the_direct_address_hears(
    desk: Desk, server: ServerConnection, target: ConnectionTarget, watcher: Session
) -> None:
    feature, pane = desk.open()
    feature.follow(server)
    refused = feature.subscribe("orders")
    if server.profile.pgbouncer:
        assert refused == POOLER_TELLS
        assert server.sessions_beside == []
    else:
        await pane.listens()
        assert pane.shown.is_pooled
    expected = POOLER_TELLS if server.profile.pgbouncer else POOLER_MAY_TELL
    await until(lambda: pane.direct[0] == expected, "the pooler is told of")
    (host,) = target.hosts
    assert feature.listen_at(host.name) == ""
    feature.subscribe("orders")
    await pane.listens()
    await until(lambda: not pane.shown.is_pooled, "it listens at the server itself")
    await until(lambda: pane.direct[0] == "", "it is no longer asked for")
    await watcher.execute("notify orders, 'direct'")
    assert await pane.has(1) == ["direct"]
    await feature.aclose()
