"""One open connection of the console to a server: its target, its pool, and what the first session told of it."""

import ssl
import time
from collections.abc import Mapping
from dataclasses import replace

from pgconsole.core.connection_status import ConnectionStatus
from pgconsole.core.connection_target import ConnectionTarget
from pgconsole.core.pool_facts import SessionFacts
from pgconsole.core.profile import Profile
from pgconsole.core.query_log import QueryLog
from pgconsole.core.quoting import quote_literal
from pgconsole.db.certificates import certificate_of
from pgconsole.db.continuity import Continuity, place_of
from pgconsole.db.login_guard import channel_state
from pgconsole.db.pool import Pool, PoolLimits
from pgconsole.db.server_access import NO_SECRETS, ServerAccess
from pgconsole.db.session import Session
from pgconsole.db.session_facts import facts_of
from pgconsole.db.session_rules import first_statements, rules_in_words
from pgconsole.db.text_connection import TextConnection


class ServerConnection:
    """A pool on a target; made by `open_server`, ended by `aclose`."""

    def __init__(
        self,
        access: ServerAccess,
        pool: Pool,
        status: ConnectionStatus,
        log: QueryLog,
        continuity: Continuity | None = None,
    ) -> None:
        self.profile = access.profile
        self.target = access.target
        self.access = access
        self.pool = pool
        self.status = status
        self.log = log
        """The statements that were run on this connection's sessions."""
        self.continuity = continuity or Continuity(status.label)
        self._beside: dict[Session, str] = {}

    @property
    def is_pooler(self) -> bool:
        """Whether what answers is a pooler in transaction mode."""
        return self.profile.pgbouncer

    async def open_beside(self, owner: str, target: ConnectionTarget | None = None) -> Session:
        """Open a session for `owner` outside the pool, at its pace; who closes it is he. Raises as the pool does.

        `target` is for a server that is reached by another way than the pool's.
        """
        if target is None:
            deadline = time.monotonic() + self.pool.limits.acquire_timeout_s
            session = await self.pool.opening.open(owner, deadline)
        else:
            session = Session(await self.access.open_at(target), self.log)
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
        way = await self.access.way()
        bare = replace(way, database=database, application_name=f"pgconsole: {name}", server_settings=())
        return await self.access.open_at(bare)

    async def aclose(self) -> None:
        """Close every session, and the tunnel that they went through."""
        await self.pool.aclose()
        await self.access.aclose()


async def open_server(
    profile: Profile, password: str | None, further_secrets: Mapping[str, str] = NO_SECRETS
) -> ServerConnection:
    """Open a pool for `profile` and one session in it, so that a wrong address or password is told now.

    Raises `ConnectFailed` and its kin, and `InvalidConninfo`.
    """
    access = ServerAccess(profile, password, further_secrets)
    status: list[ConnectionStatus] = []
    continuity = Continuity(profile.name or access.target.label)
    first = first_statements(profile)
    log = QueryLog()

    async def connect() -> Session:
        connection = await access.open()
        session = Session(connection, log)
        session.record.owner = "new connection"
        try:
            continuity.check(place_of(connection, access.target.label if access.tunnel is not None else ""))
            if first:
                await session.execute(first)
                session.is_resettable = False
            status[1:] = [await _status(connection, profile, access.target)]
        except BaseException:
            session.terminate()
            raise
        return session

    options = profile.pool
    limits = PoolLimits(
        options.min_size, options.max_size, options.acquire_timeout_s, options.idle_life_s, options.max_age_s
    )
    pool = Pool(connect, limits)
    try:
        session = await pool.acquire("new connection")
        pool.release(session, "")
        await pool.fill()
    except BaseException:
        await pool.aclose()
        await access.aclose()
        raise
    return ServerConnection(access, pool, status[0], log, continuity)


def _tls_of(connection: TextConnection) -> ssl.SSLObject | None:
    tls: ssl.SSLObject | None = connection.transport.get_extra_info("ssl_object")
    return tls


async def _status(connection: TextConnection, profile: Profile, target: ConnectionTarget) -> ConnectionStatus:
    tls = _tls_of(connection)
    return ConnectionStatus(
        phase="connected",
        label=profile.name or target.label,
        title=target.title,
        kind=profile.kind,
        colour=profile.colour,
        rules=rules_in_words(profile),
        certificate=await certificate_of(tls),
        channel=channel_state(connection.transport.get_extra_info("peername"), tls),
        tls_version=connection.tls_version,
        server_version=connection.parameter_status("server_version").split(" ")[0],
        time_zone=connection.parameter_status("TimeZone"),
    )
