"""The PostgreSQL that comes along: started when first needed, shared by all consoles, stopped by the last.

Owns the order of things: lock, lease, data directory, socket, start, stop. The parts are local_binaries,
local_account, local_paths, local_cluster, local_postmaster and local_lease. Everything blocks: call it in a thread.
"""

import atexit
import socket
import sys
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from urllib.parse import quote

from pgconsole.core.errors import LocalServerError
from pgconsole.db.local_account import ServerAccount, current_account
from pgconsole.db.local_binaries import Binaries, find_binaries, reachable_binaries
from pgconsole.db.local_cluster import SUPERUSER, Cluster
from pgconsole.db.local_lease import Lease, Mutex
from pgconsole.db.local_paths import InstancePaths, LocalPaths, clear_socket, forget_socket_directory, socket_directory
from pgconsole.db.local_postmaster import Postmaster, StopMode

DATABASE = "shop"
_PORT = 5432
"""Only part of the socket's name, since the socket's folder is this server's alone."""
_START_TIMEOUT_S = 60.0
_STOP_TIMEOUT_S = 20.0
_NO_SETTINGS: Mapping[str, str] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class _Address:
    host: str
    port: int


class LocalServer:
    """A share in the running local server; give it back by `release()`, once."""

    def __init__(
        self, cluster: Cluster, postmaster: Postmaster, paths: LocalPaths, settings: Mapping[str, str]
    ) -> None:
        """Built by `acquire()`, which also starts the server."""
        self._cluster = cluster
        self._postmaster = postmaster
        self._paths = paths
        self._settings = settings
        self._instance = cluster.instance
        self._lease: Lease | None = None
        self._address = _Address("", 0)
        self.started_by_us = False
        """Whether this console started the server, rather than found it running."""

    @property
    def host(self) -> str:
        """The socket's folder; the loopback address on Windows."""
        return self._address.host

    @property
    def port(self) -> int:
        """The TCP port on Windows, elsewhere a part of the socket's name."""
        return self._address.port

    @property
    def user(self) -> str:
        """The superuser."""
        return SUPERUSER

    @property
    def password(self) -> str:
        """The generated password."""
        return self._cluster.password()

    @property
    def database(self) -> str:
        """The sample database, there once sample_database.create_sample() has made it."""
        return DATABASE

    @property
    def version(self) -> str:
        """The server's version, such as 18.6."""
        return self._postmaster.binaries.version

    @property
    def binaries(self) -> Binaries:
        """The programs that the server runs from."""
        return self._postmaster.binaries

    @property
    def instance(self) -> InstancePaths:
        """Where the server's files are."""
        return self._instance

    @property
    def dsn(self) -> str:
        """A URI for the sample database, password included: never to be shown or logged."""
        return self.dsn_of(DATABASE)

    def dsn_of(self, database: str) -> str:
        """A URI for any database of this server, password included."""
        credentials = f"{quote(self.user, safe='')}:{quote(self.password, safe='')}"
        where = f"host={quote(self.host, safe='')}&port={self.port}"
        return f"postgresql://{credentials}@/{quote(database, safe='')}?{where}"

    def pid(self) -> int | None:
        """The server's process number, or None when it is not running."""
        running = self._postmaster.running()
        return None if running is None else running.pid

    def take_share(self) -> None:
        """Count this console among the users, and start the server unless it runs and can be reached."""
        self._instance.create(self._cluster.account)
        with self._mutex():
            is_new = self._postmaster.running() is None and self._cluster.ensure()
            if self._lease is None:
                self._lease = Lease(self._instance.lease)
            try:
                self._ensure_running()
            except BaseException:
                self._give_back()
                raise
        if is_new and self._settings.get("fsync") != "off":
            threading.Thread(target=self._cluster.sync, name="sync of a new data directory", daemon=True).start()
        atexit.register(self.release)  # for a console that ends by an error of its own

    def release(self) -> None:
        """Give the share back; the last console's stops the server. Harmless when called again."""
        if self._lease is None:
            return
        atexit.unregister(self.release)
        with self._mutex():
            if self._give_back():
                self._stop("fast")

    def start(self) -> None:
        """Start the server again after `stop` or `kill`, at the same address; the share was kept all the while."""
        with self._mutex():
            self._ensure_running()

    def stop(self, mode: StopMode = "fast") -> None:
        """Stop the server under everyone's feet, shares or none; for faults and for tests."""
        with self._mutex():
            self._postmaster.stop(mode, _STOP_TIMEOUT_S)

    def kill(self) -> None:
        """End the server's main process by SIGKILL; for faults and for tests."""
        with self._mutex():
            self._postmaster.kill()

    def _mutex(self) -> Mutex:
        return Mutex(self._instance.mutex, _START_TIMEOUT_S + _STOP_TIMEOUT_S)

    def _ensure_running(self) -> None:
        running = self._postmaster.wait_ready(_START_TIMEOUT_S)
        if running is not None and running.ready:
            self._address = _Address(running.socket_directory, running.port)
            if sys.platform == "win32":
                self._address = _Address("127.0.0.1", running.port)
            elif not _socket_path(self._address).exists():
                self._postmaster.stop("fast", _STOP_TIMEOUT_S)  # its folder was swept away: nobody can connect to it
                running = None
        if running is None:
            self._start()

    def _start(self) -> None:
        directory = socket_directory(self._instance, self._paths.runtime_dir, self._postmaster.account)
        if sys.platform == "win32":
            address, listen = _Address("127.0.0.1", _free_port()), "127.0.0.1"
        else:
            address, listen = _Address(str(directory), _PORT), ""
            clear_socket(directory)
        self._cluster.configure(directory, address.port, listen, self._settings)
        self._postmaster.start(_START_TIMEOUT_S)
        self._address = address
        self.started_by_us = True

    def _give_back(self) -> bool:
        if self._lease is None:
            return False
        lease, self._lease = self._lease, None
        return lease.give_back()

    def _stop(self, mode: StopMode) -> None:
        self._postmaster.stop(mode, _STOP_TIMEOUT_S)
        forget_socket_directory(self._instance)


def acquire(paths: LocalPaths, settings: Mapping[str, str] = _NO_SETTINGS) -> LocalServer:
    """A share in the local server of `paths`, made and started as far as it is not there yet.

    The first call ever takes about 0.7 s, a later start 0.1 s, a running server some milliseconds. `settings` are
    further lines of postgresql.conf, which count when this call starts the server. Raises LocalServerError.
    """
    account = current_account()
    binaries = reachable_binaries(find_binaries(), account, paths.system_home)
    return acquire_with(binaries, account, paths, settings)


def acquire_with(
    binaries: Binaries, account: ServerAccount, paths: LocalPaths, settings: Mapping[str, str] = _NO_SETTINGS
) -> LocalServer:
    """As `acquire`, with programs and account chosen by the caller."""
    instance = paths.instance(binaries.major, account)
    cluster = Cluster(instance, binaries, account)
    server = LocalServer(cluster, Postmaster(instance, binaries, account), paths, settings)
    try:
        server.take_share()
    except OSError as failure:
        raise LocalServerError(
            f"The local server's files in {instance.root} cannot be used.",
            str(failure),
            "Make the folder writable for you, or set XDG_DATA_HOME to one that is.",
        ) from failure
    return server


def _socket_path(address: _Address) -> Path:
    return Path(address.host) / f".s.PGSQL.{address.port}"


def _free_port() -> int:
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
