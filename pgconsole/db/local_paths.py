"""Where the local server's files live: data, password, log, locks and socket.

Owns names and folders, and the choice of a place that the server's account can reach. Creates its own folders, and
changes no permission of any other.
"""

import contextlib
import hashlib
import os
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

import platformdirs

from pgconsole.db.local_account import ServerAccount

SYSTEM_HOME = Path("/var/lib/pgconsole")
_LONGEST_SOCKET_PATH = 103
"""Bytes: 107 on Linux, 103 on macOS (sun_path in unix(7), less the final zero)."""
_SOCKET_NAME_BYTES = len("/.s.PGSQL.5432.lock")


@dataclass(frozen=True, slots=True)
class LocalPaths:
    """The folders of a user that a local server may use."""

    data_home: Path
    """$XDG_DATA_HOME or what stands for it."""
    runtime_dir: Path | None
    """$XDG_RUNTIME_DIR; None: the socket lives in a temporary folder."""
    system_home: Path = SYSTEM_HOME
    """Where root's server lives when its account cannot reach the data or the programs."""

    @classmethod
    def of_user(cls) -> "LocalPaths":
        """The current user's own, as the environment (XDG_*) and the platform name them."""
        runtime = os.environ.get("XDG_RUNTIME_DIR", "")
        data_home = Path(os.environ.get("XDG_DATA_HOME") or platformdirs.user_data_path())
        return cls(data_home, Path(runtime) if runtime else None)

    def instance(self, major: int, account: ServerAccount) -> "InstancePaths":
        """The folder of this major version's server, there for `account` to reach."""
        own = self.data_home.absolute() / "pgconsole" / "local"
        if account.can_reach(own):
            return InstancePaths(own / str(major))
        return InstancePaths(self.system_home / _short_digest(own) / str(major))


@dataclass(frozen=True, slots=True)
class InstancePaths:
    """The files of one local server; `root` and everything below it are ours."""

    root: Path

    @property
    def data(self) -> Path:
        """The data directory, owned by the server's account."""
        return self.root / "data"

    @property
    def settings(self) -> Path:
        """Our part of the configuration, included by the server's own postgresql.conf."""
        return self.root / "server.conf"

    @property
    def password(self) -> Path:
        """The generated password, mode 0600, owned by the console's account."""
        return self.root / "password"

    @property
    def log(self) -> Path:
        """What the server writes to its standard error."""
        return self.root / "server.log"

    @property
    def mutex(self) -> Path:
        """Locked by whoever starts or stops the server."""
        return self.root / "start.lock"

    @property
    def lease(self) -> Path:
        """Locked, shared, by every console that uses the server."""
        return self.root / "in-use.lock"

    @property
    def socket_record(self) -> Path:
        """A text file that names the socket's folder."""
        return self.root / "socket-directory"

    def create(self, account: ServerAccount) -> None:
        """Make the folders that are missing: private, or, for another account's server, to be passed through."""
        missing = [folder for folder in (self.root, *self.root.parents) if not folder.exists()]
        for folder in reversed(missing):
            folder.mkdir(mode=0o700, exist_ok=True)
            if account.uid is not None:
                folder.chmod(0o711)


def socket_directory(instance: InstancePaths, runtime_dir: Path | None, account: ServerAccount) -> Path:
    """A 0700 folder of `account` for the server's socket: the recorded one, the runtime folder's, or a temporary one.

    The one chosen is recorded beside the data, and removed by `forget_socket_directory`. On Windows, which has no
    such sockets, it is the instance's own folder.
    """
    if sys.platform == "win32":
        return instance.root
    recorded = recorded_socket_directory(instance)
    if recorded is not None and _is_private(recorded, account):
        return recorded
    chosen = _runtime_socket_directory(instance, runtime_dir, account) or _temporary_directory()
    account.give(chosen)
    chosen.chmod(0o700)
    instance.socket_record.write_text(str(chosen), encoding="utf-8")
    return chosen


def recorded_socket_directory(instance: InstancePaths) -> Path | None:
    """The folder that an earlier start chose, or None."""
    try:
        text = instance.socket_record.read_text(encoding="utf-8").strip()
    except OSError:
        return None
    return Path(text) if text else None


def forget_socket_directory(instance: InstancePaths) -> None:
    """Remove the recorded folder, as far as it is empty but for a dead server's socket, and the record."""
    recorded = recorded_socket_directory(instance)
    if recorded is not None:
        clear_socket(recorded)
        with contextlib.suppress(OSError):  # gone already, or something of another's is in it
            recorded.rmdir()
    instance.socket_record.unlink(missing_ok=True)


def clear_socket(directory: Path) -> None:
    """Remove a dead server's socket and its lock file."""
    for leftover in directory.glob(".s.PGSQL.*"):
        leftover.unlink(missing_ok=True)


def _runtime_socket_directory(instance: InstancePaths, runtime: Path | None, account: ServerAccount) -> Path | None:
    if runtime is None or not runtime.is_dir() or not account.can_reach(runtime) or not os.access(runtime, os.W_OK):
        return None
    chosen = runtime / f"pgconsole-{_short_digest(instance.root)}"
    if not _can_hold_socket(chosen):
        return None
    try:
        chosen.mkdir(mode=0o700)
    except FileExistsError:
        if not _is_private(chosen, account):
            return None
    return chosen


def _temporary_directory() -> Path:
    for parent in (tempfile.gettempdir(), "/tmp"):
        chosen = Path(tempfile.mkdtemp(prefix="pgconsole-", dir=parent))
        if _can_hold_socket(chosen):
            return chosen
        chosen.rmdir()
    return Path(tempfile.mkdtemp(prefix="pgc-", dir="/tmp"))


def _is_private(directory: Path, account: ServerAccount) -> bool:
    return directory.is_dir() and not directory.is_symlink() and account.owns(directory)


def _can_hold_socket(directory: Path) -> bool:
    """Short enough for the kernel, and without the comma that parts the hosts of a DSN."""
    return "," not in str(directory) and len(os.fsencode(directory)) + _SOCKET_NAME_BYTES <= _LONGEST_SOCKET_PATH


def _short_digest(path: Path) -> str:
    return hashlib.sha256(os.fsencode(path)).hexdigest()[:12]
