"""The operating system's account under which the local server runs.

PostgreSQL refuses to run as root, so root's servers run as `nobody`; everyone else's run as themselves. Owns who that
is, what it can reach, and how a program is run as it. Changes ownership only of paths that it is given.
"""

import os
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from pgconsole.core.errors import LocalServerError

_UNPRIVILEGED = "nobody"


@dataclass(frozen=True, slots=True)
class ServerAccount:
    """The console's own account, or the unprivileged one that stands in for root."""

    name: str
    uid: int | None
    """None: the console's own account, so nothing has to be switched."""
    gid: int | None

    def can_execute(self, path: Path) -> bool:
        """Whether this account may run `path`, or pass through it where it is a folder."""
        if self.uid is None:
            return os.access(path, os.X_OK)
        return self._test("-x", path)

    def can_reach(self, directory: Path) -> bool:
        """Whether this account may pass through the folder and every one above it.

        Of a folder that is not there yet, the nearest one above it that exists is asked.
        """
        existing = directory
        while not existing.exists() and existing != existing.parent:
            existing = existing.parent
        return self.can_execute(existing)

    def give(self, path: Path) -> None:
        """Make this account the owner of a path of ours."""
        if self.uid is not None and self.gid is not None:
            os.chown(path, self.uid, self.gid, follow_symlinks=False)

    def owns(self, path: Path) -> bool:
        """Whether `path` itself, not what it may link to, belongs to this account."""
        wanted = os.getuid() if self.uid is None else self.uid
        return path.lstat().st_uid == wanted

    def run(self, argv: Sequence[str | Path], cwd: Path, script: str | None = None) -> subprocess.CompletedProcess[str]:
        """Run a program as this account to its end, with `script` as its input, stdout and stderr captured as one."""
        return subprocess.run(
            argv,
            check=False,
            cwd=cwd,
            input=script,
            stdin=subprocess.DEVNULL if script is None else None,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
            env=server_environment(),
            user=self.uid,
            group=self.gid,
            extra_groups=None if self.uid is None else [],
        )

    def _test(self, flag: str, path: Path) -> bool:
        argv = ["/bin/sh", "-c", f'test {flag} "$1"', "sh", str(path)]
        return self.run(argv, Path("/")).returncode == 0


def current_account() -> ServerAccount:
    """`nobody` when the console runs as root, else the console's own account.

    Raises LocalServerError where root has nobody to stand in.
    """
    if sys.platform == "win32" or os.geteuid() != 0:
        return ServerAccount("the current user", None, None)
    import pwd  # not there on Windows

    try:
        entry = pwd.getpwnam(_UNPRIVILEGED)
    except KeyError as missing:
        raise LocalServerError(
            "The local server cannot be run by root.",
            f"PostgreSQL refuses root, and this machine has no account {_UNPRIVILEGED} to stand in.",
            "Start the console as an ordinary user.",
        ) from missing
    return ServerAccount(entry.pw_name, entry.pw_uid, entry.pw_gid)


def server_environment() -> dict[str, str]:
    """This process's environment without what would steer a server or its client programs (PG*), in the C locale."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("PG", "LC_"))}
    return kept | {"LC_ALL": "C"}
