"""The files of a local server: made by initdb, checked, and configured.

Owns the data directory's making, its version check, the password and our part of the settings. Leaves processes to
local_postmaster and the choice of folders to local_paths.
"""

import os
import secrets
import shutil
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from pgconsole.core.errors import LocalServerError
from pgconsole.db.local_account import ServerAccount
from pgconsole.db.local_binaries import Binaries
from pgconsole.db.local_paths import InstancePaths

SUPERUSER = "postgres"
_UNFINISHED = "initdb-"
_BUILTIN_LOCALE_SINCE = 17


@dataclass(frozen=True, slots=True)
class Cluster:
    """One data directory with what is needed to make and configure it."""

    instance: InstancePaths
    binaries: Binaries
    account: ServerAccount

    def ensure(self) -> bool:
        """Make the data directory where there is none (0.5 s), and refuse one of another major version.

        Returns whether it was made just now: then `sync` is due, which may take its time beside the running server.
        """
        if not (self.instance.data / "PG_VERSION").exists():
            self._initialise()
            return True
        self._refuse_other_major()
        if not self.instance.password.exists():
            self._replace_password()
        return False

    def sync(self) -> None:
        """Wait until the disk has what initdb wrote: 0.1 s, or 4 s on a busy disk (measured 2026-11-22)."""
        argv: list[str | Path] = [self.binaries.program("initdb"), "--sync-only", "-D", self.instance.data]
        self.account.run(argv, self.instance.root)

    def password(self) -> str:
        """The superuser's generated password."""
        return self.instance.password.read_text(encoding="ascii").strip()

    def configure(self, socket_directory: Path, port: int, listen_addresses: str, extra: Mapping[str, str]) -> None:
        """Write our settings, to hold from the next start; `extra` has the last word."""
        quoted_directory = '"' + str(socket_directory).replace('"', '""') + '"'
        settings = {
            "listen_addresses": listen_addresses,
            "port": str(port),
            "unix_socket_directories": quoted_directory,
            "unix_socket_permissions": "0700",
            "cluster_name": "pgconsole",
            "shared_buffers": "128MB",
            "huge_pages": "off",
            "max_wal_size": "512MB",
        } | dict(extra)
        lines = [f"{name} = '{_quoted(value)}'\n" for name, value in settings.items()]
        _write_whole(self.instance.settings, "".join(lines), 0o644)

    def _initialise(self) -> None:
        for unfinished in self.instance.root.glob(f"{_UNFINISHED}*"):
            shutil.rmtree(unfinished, ignore_errors=True)
        building = Path(tempfile.mkdtemp(prefix=_UNFINISHED, dir=self.instance.root))
        self.account.give(building)
        password = secrets.token_urlsafe(24)
        try:
            self._run_initdb(building, password)
            with (building / "postgresql.conf").open("a", encoding="utf-8") as settings:
                settings.write(f"\ninclude_if_exists '../{self.instance.settings.name}'\n")
            _write_whole(self.instance.password, password + "\n", 0o600)
            building.rename(self.instance.data)
        finally:
            shutil.rmtree(building, ignore_errors=True)

    def _run_initdb(self, building: Path, password: str) -> None:
        password_file = building.with_name(building.name + ".password")
        _write_whole(password_file, password + "\n", 0o600)
        self.account.give(password_file)
        argv: list[str | Path] = [self.binaries.program("initdb"), "-D", building, "-U", SUPERUSER]
        argv += ["-A", "scram-sha-256", f"--pwfile={password_file}", "-E", "UTF8", "--no-locale", "--no-sync"]
        if self.binaries.major >= _BUILTIN_LOCALE_SINCE:
            argv += ["--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
        try:
            done = self.account.run(argv, self.instance.root)
        finally:
            password_file.unlink(missing_ok=True)
        if done.returncode != 0:
            raise LocalServerError(
                f"A new PostgreSQL data directory could not be made in {self.instance.data}.",
                _last_lines(done.stdout),
                "Make room on the disk or mend what the server's words name, and try again.",
            )

    def _refuse_other_major(self) -> None:
        found = (self.instance.data / "PG_VERSION").read_text(encoding="ascii").strip()
        if found == str(self.binaries.major):
            return
        raise LocalServerError(
            f"The data directory {self.instance.data} was made by PostgreSQL {found}, and the server here is "
            f"PostgreSQL {self.binaries.version}.",
            "A server reads only data of its own major version.",
            f"Move the folder {self.instance.root} away to begin anew, or install PostgreSQL {found}.",
        )

    def _replace_password(self) -> None:
        """Give the superuser a new password when its file is lost; single-user mode asks for none."""
        password = secrets.token_urlsafe(24)
        argv: list[str | Path] = [self.binaries.program("postgres"), "--single", "-D", self.instance.data, "postgres"]
        done = self.account.run(argv, self.instance.root, f"ALTER ROLE {SUPERUSER} PASSWORD '{password}'\n")
        if done.returncode != 0 or "ERROR" in done.stdout:
            raise LocalServerError(
                f"The local server's password file {self.instance.password} is lost, and no new one could be set.",
                _last_lines(done.stdout),
                "Close every console that uses the local server, and try again.",
            )
        _write_whole(self.instance.password, password + "\n", 0o600)


def _quoted(value: str) -> str:
    return value.replace("\\", "\\\\").replace("'", "''")


def _write_whole(path: Path, text: str, mode: int) -> None:
    """Put `text` in place of the file, so that a reader sees the old or the new one and never a part."""
    descriptor, name = tempfile.mkstemp(prefix=path.name, dir=path.parent)
    with os.fdopen(descriptor, "w", encoding="utf-8") as stream:
        stream.write(text)
    Path(name).chmod(mode)
    Path(name).replace(path)


def _last_lines(text: str, count: int = 5) -> str:
    return "\n".join(text.strip().splitlines()[-count:])
