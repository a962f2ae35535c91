"""One SSH connection to one machine: its key checked, the login, and its failures in our words.

The only importer of asyncssh, which takes 0.3 s to load: `ssh_tunnel` imports this when a tunnel is first wanted, in a
thread. ssh's own configuration file is not read: it can name commands to run.
"""

import asyncio
import getpass
import socket
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import asyncssh

from pgconsole.core.errors import ConnectFailed, HostKeyUnknown, InvalidConninfo, PgconsoleError, SecretWanted
from pgconsole.core.tunnel_options import Hop, TunnelOptions
from pgconsole.db.known_hosts import host_pattern, known_hosts_file
from pgconsole.db.tls import check_private_key

CONNECT_TIMEOUT_S: Final = 10.0
LOGIN_TIMEOUT_S: Final = 20.0
_SILENCES: Final = 3

Connection = asyncssh.SSHClientConnection


@dataclass(frozen=True, slots=True)
class _Identity:
    """What the user logs in by."""

    arguments: dict[str, Any]


class _Client(asyncssh.SSHClient):
    """Gives the password once, and notes what went wrong at the login, for the exceptions do not tell.

    As an argument the password would stand in the loop's debug log.
    """

    def __init__(self, password: str | None) -> None:
        self.strange_key: asyncssh.SSHKey | None = None
        self.wants_password = False
        self._password = password

    def validate_host_public_key(self, host: str, addr: str, port: int, key: asyncssh.SSHKey) -> bool:
        """Asked for a key that is in no list: it is the user's to vouch for."""
        self.strange_key = key
        return False

    def password_auth_requested(self) -> str | None:
        """Asked once the keys are used up, and again where the password was wrong."""
        password, self._password = self._password, None
        self.wants_password = password is None
        return password

    def kbdint_auth_requested(self) -> str | None:
        """The same where the server takes a password as the answer to a question."""
        self.wants_password = self._password is None
        return None if self._password is None else ""

    def kbdint_challenge_received(
        self, name: str, instructions: str, lang: str, prompts: Sequence[tuple[str, bool]]
    ) -> list[str] | None:
        """Answer the one question whose answer is not shown; any other is for a person."""
        if not prompts:
            return []
        answer, self._password = self._password, None
        if answer is None or len(prompts) != 1 or prompts[0][1]:
            self.wants_password = answer is None
            return None
        return [answer]


async def load_identity(options: TunnelOptions, secrets: Mapping[str, str]) -> _Identity:
    """The key of the options, unlocked, else the agent's and the usual ones; raises `SecretWanted` and others."""
    arguments: dict[str, Any] = {} if options.uses_agent else {"agent_path": None}
    if not options.key_file:
        return _Identity(arguments)
    key = await asyncio.to_thread(lambda: _read_key(options.key_file, secrets))
    return _Identity({**arguments, "client_keys": [key]})


def _read_key(shown: str, secrets: Mapping[str, str]) -> asyncssh.SSHKey:
    path, wanted = Path(shown).expanduser(), f"the key {shown}"
    if not path.is_file():
        raise InvalidConninfo(f"The file {shown} can't be found.", "It is the SSH tunnel's key.", "Correct its path.")
    check_private_key(path)
    passphrase = secrets.get(wanted)
    try:
        return asyncssh.read_private_key(path, passphrase)
    except asyncssh.KeyEncryptionError as error:
        if "bcrypt" in str(error):
            raise InvalidConninfo(
                f"The SSH key {shown} can't be opened here.",
                "Its encryption needs the Python package bcrypt, which is not installed.",
                "Install it, or add the key to the SSH agent and leave the key's field empty.",
            ) from error
        raise SecretWanted(wanted, "It does not open the key.") from error
    except asyncssh.KeyImportError as error:
        if passphrase is None and "assphrase" in str(error):
            raise SecretWanted(wanted, "The key is encrypted.") from error
        if "decrypt" in str(error):
            raise SecretWanted(wanted, "It does not open the key.") from error
        raise InvalidConninfo(f"The SSH key {shown} can't be used.", f"{error}.", "Check the file.") from error


async def connect_hop(
    hop: Hop, identity: _Identity, secrets: Mapping[str, str], keep_alive_s: float, via: Connection | None
) -> Connection:
    """Log in to one machine, over the one before; raises `ConnectFailed` and its kin."""
    client = _Client(secrets.get(hop.account))
    hosts = known_hosts_file()
    user = hop.user or getpass.getuser()
    try:
        known = await asyncio.to_thread(asyncssh.read_known_hosts, [str(hosts)] if hosts.is_file() else [])
        return await asyncssh.connect(
            hop.host,
            hop.port,
            tunnel=via,
            config=None,
            username=user,
            known_hosts=known,
            client_factory=lambda: client,
            connect_timeout=CONNECT_TIMEOUT_S,
            login_timeout=LOGIN_TIMEOUT_S,
            keepalive_interval=keep_alive_s,
            keepalive_count_max=_SILENCES,
            **identity.arguments,
        )
    except (asyncssh.Error, OSError, ValueError) as error:
        raise await _told(error, hop, client, hosts) from error


async def _told(error: Exception, hop: Hop, client: _Client, hosts: Path) -> PgconsoleError:
    failed = f"Connecting to the SSH server {hop.host} failed."
    if isinstance(error, asyncssh.HostKeyNotVerifiable):
        return await asyncio.to_thread(_untrusted, hop, client.strange_key, hosts, str(error))
    if isinstance(error, asyncssh.PermissionDenied):
        if client.wants_password:
            return SecretWanted(hop.account, "The SSH server did not let it in by a key or the password so far.")
        return ConnectFailed(
            failed, f"It did not let {hop.account} in.", "Check the user, and that it has the public part of your key."
        )
    if isinstance(error, socket.gaierror):
        return ConnectFailed(failed, "The host name is unknown.", "Check the name of the SSH server, and the network.")
    if isinstance(error, TimeoutError):
        return ConnectFailed(failed, "It did not answer in time.", "Check host, port and network, then try again.")
    if isinstance(error, ConnectionRefusedError):
        return ConnectFailed(failed, "Nothing listens there.", "Check host and port of the SSH server.")
    if isinstance(error, asyncssh.ChannelOpenError):
        return ConnectFailed(
            failed, f"The machine before it says: {error.reason}.", "Check that it may connect to the next one."
        )
    said = error.reason if isinstance(error, asyncssh.Error) else str(error)
    return ConnectFailed(failed, f"{said}.".replace("..", "."), "Check that an SSH server answers there.")


def _untrusted(hop: Hop, key: asyncssh.SSHKey | None, path: Path, said: str) -> PgconsoleError:
    """A key that is not the known one is never asked about: whoever is in between would be let in by a click."""
    if key is None:
        return ConnectFailed(f"The SSH server {hop.host} can't be trusted.", f"{said}.", f"Look at {path}.")
    known = asyncssh.read_known_hosts(str(path)).match(hop.host, "", hop.port)[0] if path.is_file() else ()
    if known:
        return ConnectFailed(
            f"The SSH server {hop.host} is not the one it was.",
            f"Its key {key.get_fingerprint()} is another than the one in {path}: somebody may be in between.",
            "Ask its administrator. Where the key was changed on purpose, take the old line out of that file.",
        )
    algorithm = key.get_algorithm()
    line = f"{host_pattern(hop.host, hop.port)} {key.export_public_key().decode().strip()}"
    return HostKeyUnknown(str(Hop(hop.host, hop.port)), algorithm.removeprefix("ssh-"), key.get_fingerprint(), line)


async def forward(connection: Connection, host: str, port: int) -> asyncssh.SSHListener:
    """A listener on a port of the loopback that leads to a place as the far machine sees it; / begins a socket."""
    if host.startswith("/"):
        return await connection.forward_local_port_to_path("127.0.0.1", 0, f"{host}/.s.PGSQL.{port}")
    return await connection.forward_local_port("127.0.0.1", 0, host, port)


async def refusal(connection: Connection, host: str, port: int) -> str:
    """Why the far machine does not reach a place; empty where it does."""
    try:
        if host.startswith("/"):
            _reader, writer = await connection.open_unix_connection(f"{host}/.s.PGSQL.{port}")
        else:
            _reader, writer = await connection.open_connection(host, port)
    except asyncssh.ChannelOpenError as error:
        return error.reason or "It gives no reason."
    except (asyncssh.Error, OSError) as error:
        return str(error)
    writer.close()
    return ""
