"""The tunnel of one connection: a chain of SSH logins, and a port of the loopback for each host of the target.

It is made when it is first needed and again when it is lost, for whoever opens the next session. A target that goes
through keeps its host's name: certificates and the password file are checked against the real one.
"""

import asyncio
import importlib
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from pgconsole.core.connection_target import ConnectionTarget, Host
from pgconsole.core.errors import ConnectFailed, InvalidConninfo
from pgconsole.core.tunnel_options import Hop, TunnelOptions, parse_hops
from pgconsole.db.login_guard import TUNNEL_PORTS

if TYPE_CHECKING:
    from pgconsole.db import ssh_client

_CLOSE_TIMEOUT_S: Final = 2.0
_OWN_MACHINE: Final = ("localhost", "127.0.0.1", "::1")


class Tunnel:
    """Opens by itself; ended by `aclose`. `secrets` has passwords by the names that `SecretWanted` asks by."""

    def __init__(self, options: TunnelOptions, secrets: Mapping[str, str]) -> None:
        """Raises `InvalidConninfo` where the hops can't be read."""
        self._options = options
        self._secrets = dict(secrets)
        try:
            self._hops = parse_hops(options.hops)
        except ValueError as error:
            raise InvalidConninfo("The SSH tunnel can't be made.", str(error)) from error
        self._chain: list[ssh_client.Connection] = []
        self._ports: dict[tuple[str, int], int] = {}
        self._listeners: list[Any] = []
        self._opening = asyncio.Lock()

    @property
    def hops(self) -> tuple[Hop, ...]:
        """The machines on the way."""
        return self._hops

    async def through(self, target: ConnectionTarget) -> ConnectionTarget:
        """The same target by way of the tunnel, which is opened where it is not; raises `ConnectFailed` and its kin."""
        async with self._opening:
            if not self._chain or self._chain[-1].is_closed():
                await self._close()
                await self._open()
            hosts = [replace(host, address="127.0.0.1", port=await self._port_to(host)) for host in target.hosts]
        return replace(target, hosts=tuple(hosts))

    async def refusal(self, target: ConnectionTarget) -> ConnectFailed | None:
        """Why the last machine does not reach any host of `target`, in words; None where that is not the reason."""
        client = await _client()
        if not self._chain or self._chain[-1].is_closed():
            return ConnectFailed("The SSH tunnel was lost.", "The SSH connection ended.", "Connect again.")
        told = [(host, await client.refusal(self._chain[-1], *_place(host))) for host in target.hosts]
        if not told or not all(why for _host, why in told):
            return None
        why = " ".join(f"{host}: {why}." for host, why in told)
        failed = f"{self._hops[-1].host} does not reach the database server."
        return ConnectFailed(failed, why, "Check host and port, as that machine sees them, and that it may forward.")

    async def _open(self) -> None:
        client = await _client()
        try:
            identity = await client.load_identity(self._options, self._secrets)
            for hop in self._hops:
                before = self._chain[-1] if self._chain else None
                self._chain.append(
                    await client.connect_hop(hop, identity, self._secrets, self._options.keep_alive_s, before)
                )
        except BaseException:
            await self._close()
            raise

    async def _port_to(self, host: Host) -> int:
        place = _place(host)
        if place not in self._ports:
            client = await _client()
            listener = await client.forward(self._chain[-1], *place)
            self._listeners.append(listener)
            self._ports[place] = port = listener.get_port()
            TUNNEL_PORTS[port] = place[0].startswith("/") or place[0] in _OWN_MACHINE
        return self._ports[place]

    async def _close(self) -> None:
        for port in self._ports.values():
            TUNNEL_PORTS.pop(port, None)
        self._ports.clear()
        for listener in self._listeners:
            listener.close()
        self._listeners.clear()
        while self._chain:
            connection = self._chain.pop()
            connection.close()
            with suppress(TimeoutError):
                async with asyncio.timeout(_CLOSE_TIMEOUT_S):
                    await connection.wait_closed()
            if not connection.is_closed():
                connection.abort()

    async def aclose(self) -> None:
        """End every SSH connection of the tunnel, the last one first."""
        async with self._opening:
            await self._close()


async def _client() -> Any:
    """What does the talking, loaded beside the loop when it is first needed."""
    return await asyncio.to_thread(importlib.import_module, "pgconsole.db.ssh_client")


def _place(host: Host) -> tuple[str, int]:
    """Where the last machine is to connect."""
    return host.address or host.name, host.port
