"""One open connection of the console to a server: its target, its pool, and what the first session told of it."""

import os
import time
from collections.abc import Awaitable, Callable
from dataclasses import replace
from pathlib import Path

from pgconsole.core.connection_state import ServerFacts
from pgconsole.core.connection_status import ConnectionStatus
from pgconsole.core.connection_target import ConnectionTarget
from pgconsole.core.conninfo_text import conninfo_text
from pgconsole.core.errors import PgconsoleError
from pgconsole.core.pool_facts import SessionFacts
from pgconsole.core.profile import Profile
from pgconsole.core.query_log import QueryLog
from pgconsole.core.quoting import quote_literal
from pgconsole.db.connecting import open_connection
from pgconsole.db.conninfo import parse_conninfo
from pgconsole.db.continuity import Continuity, place_of
from pgconsole.db.login_guard import channel_state
from pgconsole.db.pool import Pool, PoolLimits
from pgconsole.db.session import Session
from pgconsole.db.session_facts import facts_of
from pgconsole.db.text_connection import TextConnection

ConnectPlain = Callable[[ConnectionTarget], Awaitable[TextConnection]]
"""Connects as the same user to somewhere else, with the same password."""


class ServerConnection:
    """A pool on a target; made by `open_server`, ended by `aclose`."""

    def __init__(
        self,
        profile: Profile,
        target: ConnectionTarget,
        pool: Pool,
        status: ConnectionStatus,
        log: QueryLog,
        connect_plain: ConnectPlain,
        continuity: Continuity | None = None,
    ) -> None:
        self.profile = profile
        self.target = target
        self.pool = pool
        self.status = status
        self.log = log
        """The statements that were run on this connection's sessions."""
        self.continuity = continuity or Continuity(status.label)
        self._connect_plain = connect_plain
        self._beside: dict[Session, str] = {}

    @property
    def is_pooler(self) -> bool:
        """Whether what answers is a pooler in transaction mode."""
        return self.profile.pgbouncer

    async def open_beside(self, owner: str) -> Session:
        """Open a session for `owner` outside the pool, at its pace; who closes it is he. Raises as the pool does."""
        session = await self.pool.opening.open(owner, time.monotonic() + self.pool.limits.acquire_timeout_s)
        self._beside[session] = owner
        session.record.owner = owner
        try:
            await session.execute(f"SET application_name = {quote_literal('pgconsole: ' + owner)}")
        except BaseException:
            session.terminate()
            raise
        return session

    @property
    def sessions_beside(self) -> list[SessionFacts]:
        """The sessions outside the pool that are open."""
        self._beside = {session: owner for session, owner in self._beside.items() if not session.is_lost}
        now = time.monotonic()
        return [
            facts_of(each, owner=owner, since=now - (time.time() - each.opened_at))
            for each, owner in self._beside.items()
        ]

    async def open_plain(self, database: str, name: str) -> TextConnection:
        """A bare connection to another database of the same address, with nothing of the profile but who it is for.

        For what is no PostgreSQL, as PgBouncer's console; whoever opens it closes it. Raises as `open_beside` does.
        """
        there = replace(self.target, database=database, application_name=f"pgconsole: {name}", server_settings=())
        return await self._connect_plain(there)

    async def aclose(self) -> None:
        """Close every session."""
        await self.pool.aclose()


def target_of(profile: Profile) -> ConnectionTarget:
    """Where a profile leads, with the settings that its sessions begin with; raises `InvalidConninfo`."""
    target = parse_conninfo(conninfo_text(profile.keywords), os.environ, Path.home())
    if profile.pgbouncer:
        return target
    return target.with_settings(**profile.session.server_settings())


def _first_statements(profile: Profile) -> str:
    """What runs on each new session before it is lent: what a pooler does not pass on, and the profile's own."""
    settings = profile.session.server_settings() if profile.pgbouncer else {}
    # SET would take a list of schemas for one name.
    statements = [
        f"SELECT pg_catalog.set_config({quote_literal(name)}, {quote_literal(value)}, false)"
        for name, value in settings.items()
    ]
    return ";\n".join([*statements, *([profile.session.initial_sql] if profile.session.initial_sql.strip() else [])])


async def open_server(profile: Profile, password: str | None) -> ServerConnection:
    """Open a pool for `profile` and one session in it, so that a wrong address or password is told now.

    Raises `ConnectFailed` and its kin, and `InvalidConninfo`.
    """
    target = target_of(profile)
    status: list[ConnectionStatus] = []
    continuity = Continuity(profile.name or target.label)
    first = _first_statements(profile)
    log = QueryLog()

    async def connect() -> Session:
        connection = await open_connection(target, password=password)
        session = Session(connection, log)
        session.record.owner = "new connection"
        try:
            continuity.check(place_of(connection))
        except PgconsoleError:
            session.terminate()
            raise
        if first:
            try:
                await session.execute(first)
            except PgconsoleError:
                session.terminate()
                raise
            session.is_resettable = False
        status[1:] = [_status(connection, profile, target)]
        return session

    async def connect_plain(to: ConnectionTarget) -> TextConnection:
        return await open_connection(to, password=password)

    options = profile.pool
    limits = PoolLimits(
        options.min_size, options.max_size, options.acquire_timeout_s, options.idle_life_s, options.max_age_s
    )
    pool = Pool(connect, limits)
    session = await pool.acquire("new connection")
    pool.release(session, "")
    await pool.fill()
    return ServerConnection(profile, target, pool, status[0], log, connect_plain, continuity)


async def probe_server(profile: Profile, password: str | None) -> ServerFacts:
    """Make one connection, ask what is at its other end, and close it again; raises as `open_server` does."""
    target = target_of(profile)
    began = time.monotonic()
    connection = await open_connection(target, password=password)
    session = Session(connection)
    try:
        connected = time.monotonic()
        rows = await session.fetch("SELECT CURRENT_USER, pg_catalog.current_database(), pg_catalog.pg_is_in_recovery()")
        user, database, standby = rows[0]
        asked = time.monotonic()
        status = _status(connection, profile, target)
    finally:
        await session.close()
    return ServerFacts(
        server_version=status.server_version,
        user=str(user),
        database=str(database),
        latency_ms=(asked - connected) * 1000 / 2,
        connect_ms=(connected - began) * 1000,
        channel=status.channel or "plain",
        tls_version=status.tls_version,
        in_recovery=standby == "t",
    )


def _status(connection: TextConnection, profile: Profile, target: ConnectionTarget) -> ConnectionStatus:
    tls = connection.transport.get_extra_info("ssl_object")
    return ConnectionStatus(
        phase="connected",
        label=profile.name or target.label,
        title=target.title,
        kind=profile.kind,
        channel=channel_state(connection.transport.get_extra_info("peername"), tls),
        tls_version=connection.tls_version,
        server_version=connection.parameter_status("server_version").split(" ")[0],
        time_zone=connection.parameter_status("TimeZone"),
    )
