"""How the sessions of one open connection come about: its target, its password or the command for it, its tunnel.

Pools and panes that need a session of their own open it here; who may have how many is theirs.
"""

import os
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType
from typing import Final

from pgconsole.core.connection_target import ConnectionTarget
from pgconsole.core.conninfo_text import conninfo_text
from pgconsole.core.errors import ConnectFailed
from pgconsole.core.profile import Profile
from pgconsole.db.connecting import open_connection
from pgconsole.db.conninfo import parse_conninfo
from pgconsole.db.password_command import run_password_command
from pgconsole.db.ssh_tunnel import Tunnel
from pgconsole.db.text_connection import TextConnection
from pgconsole.db.tls import client_key_name

NO_SECRETS: Final[Mapping[str, str]] = MappingProxyType({})


_POOLER: Final = "/bouncer"
"""What the version that PgBouncer's own console tells ends with, as in `1.18.0/bouncer`."""


def target_of(profile: Profile) -> ConnectionTarget:
    """Where a profile leads, with the settings that its sessions begin with; raises `InvalidConninfo`."""
    keywords = profile.keywords
    if profile.tunnel and not keywords.get("host") and not keywords.get("hostaddr"):
        # Whatever socket this machine has is not the far one's.
        keywords["host"] = "localhost"
    target = parse_conninfo(conninfo_text(keywords), os.environ, Path.home())
    if profile.pgbouncer:
        return target
    return target.with_settings(**profile.session.server_settings())


def _with_key_password(target: ConnectionTarget, further_secrets: Mapping[str, str]) -> ConnectionTarget:
    password = further_secrets.get(client_key_name(target.tls.key))
    return target if password is None else replace(target, tls=replace(target.tls, key_password=password))


class ServerAccess:
    """Opens connections for a profile, each with a password that is new where a command gives it."""

    def __init__(self, profile: Profile, password: str | None, further_secrets: Mapping[str, str] = NO_SECRETS) -> None:
        """Raises `InvalidConninfo`; connects to nothing yet."""
        self.profile = profile
        self.target = _with_key_password(target_of(profile), further_secrets)
        self.tunnel = Tunnel(profile.tunnel, further_secrets) if profile.tunnel else None
        self._password = password

    async def password(self) -> str | None:
        """What to log in by now; raises `ConnectFailed` where the password command gives nothing."""
        if self.profile.password_command:
            return await run_password_command(self.profile.password_command, self.profile.password_command_timeout_s)
        return self._password

    def use_password(self, password: str) -> None:
        """Log in by another password from now on."""
        self._password = password

    async def way(self) -> ConnectionTarget:
        """The target to connect to at this moment: the tunnel's end where there is one, which is opened."""
        return self.target if self.tunnel is None else await self.tunnel.through(self.target)

    async def open(self) -> TextConnection:
        """One new connection to a PostgreSQL; raises `ConnectFailed` and its kin."""
        connection = await self.open_at(await self.way())
        if _POOLER in connection.parameter_status("server_version"):
            connection.terminate()
            raise _pooler_console()
        return connection

    async def open_at(self, way: ConnectionTarget) -> TextConnection:
        """One new connection to a target as given, with the password of this one; raises as `open` does."""
        password = await self.password()
        try:
            return await open_connection(way, password=password)
        except ConnectFailed as failure:
            if self.tunnel is None or failure.report:
                raise
            raise await self.tunnel.refusal(self.target) or failure from failure

    async def aclose(self) -> None:
        """End the tunnel; sessions through it end with it."""
        if self.tunnel is not None:
            await self.tunnel.aclose()


def _pooler_console() -> ConnectFailed:
    return ConnectFailed(
        "This database is PgBouncer's own console, no PostgreSQL.",
        "It takes SHOW commands by the simple protocol only, and has no sessions, tables or transactions.",
        "Connect to one of the databases behind it, and mark the connection as going through PgBouncer: the activity"
        " pane then shows what its console tells.",
    )
