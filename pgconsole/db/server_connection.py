"""One open connection of the console to a server: its target, its pool, and what the first session told of it."""

import ssl
from collections.abc import Mapping
from typing import Final

from pgconsole.core.connection_state import CHANNEL_WORDS, ChannelState
from pgconsole.core.connection_status import ConnectionStatus
from pgconsole.core.connection_target import ConnectionTarget
from pgconsole.core.errors import ConnectFailed
from pgconsole.core.profile import Profile
from pgconsole.db.certificates import certificate_of
from pgconsole.db.login_guard import channel_state
from pgconsole.db.pool import Pool, PoolLimits
from pgconsole.db.server_access import NO_SECRETS, ServerAccess
from pgconsole.db.session import Session
from pgconsole.db.session_rules import first_statements, rules_in_words
from pgconsole.db.text_connection import TextConnection

_SAFETY: Final[tuple[ChannelState, ...]] = ("plain", "unverified", "verified", "tunnel", "local")
"""From the least safe way to a server to the safest."""


class ServerConnection:
    """A pool on a target; made by `open_server`, ended by `aclose`."""

    def __init__(self, access: ServerAccess, pool: Pool, status: ConnectionStatus) -> None:
        self.profile = access.profile
        self.target = access.target
        self.access = access
        self.pool = pool
        self.status = status

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
    first = first_statements(profile)

    async def connect() -> Session:
        connection = await access.open()
        session = Session(connection)
        try:
            if status:
                _check_channel(connection, status[0])
            if first:
                await session.execute(first)
                session.is_resettable = False
            if not status:
                status.append(await _status(connection, profile, access.target))
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
    return ServerConnection(access, pool, status[0])


def _check_channel(connection: TextConnection, first: ConnectionStatus) -> None:
    """Refuse a session that is less safe on its way than the first one: `prefer` would go on without TLS unasked."""
    now = channel_state(connection.transport.get_extra_info("peername"), _tls_of(connection))
    before = first.channel or "plain"
    if _SAFETY.index(now) < _SAFETY.index(before):
        raise ConnectFailed(
            "The way to the server is less safe than it was.",
            f"It was {CHANNEL_WORDS[before]}, and now it is {CHANNEL_WORDS[now]}.",
            "Find out why. To accept it, disconnect and connect anew.",
        )


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
        tls_version=(tls.version() or "") if tls is not None else "",
        server_version=connection.parameter_status("server_version").split(" ")[0],
        time_zone=connection.parameter_status("TimeZone"),
    )
