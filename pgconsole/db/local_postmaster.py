"""The server process of one data directory: is it running, start it, stop it.

Owns processes and postmaster.pid. What the server is configured to do, and who may stop it when, is decided by
local_cluster and local_server. On Windows, where the server must shed an administrator's rights, pg_ctl does the work.
"""

import contextlib
import os
import signal
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from pgconsole.core.errors import LocalServerError
from pgconsole.db.local_account import ServerAccount, server_environment
from pgconsole.db.local_binaries import Binaries
from pgconsole.db.local_paths import InstancePaths, clear_socket

StopMode = Literal["smart", "fast", "immediate"]

_POLL_S = 0.002
_ORPHANS_LEAVE_WITHIN_S = 0.5
_LARGEST_LOG_BYTES = 1 << 20
_MEMORY_STILL_IN_USE = "is still in use"
"""Of the server's FATAL "pre-existing shared memory block ... is still in use": children of a killed server remain."""


@dataclass(frozen=True, slots=True)
class PidFile:
    """What a running server writes into postmaster.pid (backend/utils/init/miscinit.c)."""

    pid: int
    port: int
    socket_directory: str
    ready: bool
    """Connections are accepted; false while it starts, recovers or stops."""

    @classmethod
    def read(cls, data: Path) -> "PidFile | None":
        """The file's content; None where there is none or its writer has not come to the process number."""
        try:
            lines = (data / "postmaster.pid").read_text(encoding="utf-8", errors="surrogateescape").splitlines()
            lines += [""] * (8 - len(lines))
            return cls(int(lines[0]), int(lines[3] or 0), lines[4], lines[7].strip() == "ready")
        except (OSError, ValueError):
            return None


@dataclass(frozen=True, slots=True)
class Postmaster:
    """The process that serves one data directory; holds no state, so any console can ask for the same one."""

    instance: InstancePaths
    binaries: Binaries
    account: ServerAccount

    def running(self) -> PidFile | None:
        """The running server's own words, or None: a file left behind by a dead one does not count."""
        pid_file = PidFile.read(self.instance.data)
        if pid_file is None or not self._serves_here(pid_file.pid):
            return None
        return pid_file

    def start(self, timeout_s: float) -> None:
        """Start the server, which must not run, and wait until it accepts connections; a dead one's files are cleared.

        Crash recovery counts as starting. Raises LocalServerError with the server's own last words.
        """
        deadline = time.monotonic() + timeout_s
        self._clear_leftovers()
        orphans_end_at = time.monotonic() + _ORPHANS_LEAVE_WITHIN_S
        while True:
            log_start = self._rotate_log()
            pid = self._spawn()
            if self._became_ready(pid, deadline):
                return
            words = self._log_from(log_start)
            if _MEMORY_STILL_IN_USE not in words or time.monotonic() > deadline:
                raise self._start_failure(words)
            if time.monotonic() > orphans_end_at:
                self._end_orphans()
            time.sleep(0.05)

    def wait_ready(self, timeout_s: float) -> PidFile | None:
        """The running server once it accepts connections; None if there is none, or it ends.

        Raises LocalServerError for one that recovers, or waits for its last clients before it stops, for too long.
        """
        deadline = time.monotonic() + timeout_s
        while (pid_file := self.running()) is not None and not pid_file.ready:
            if time.monotonic() > deadline:
                raise LocalServerError(
                    f"The local server (process {pid_file.pid}) runs, but accepts no connections.",
                    f"It has been starting, recovering or stopping for {timeout_s:g} s.",
                    f"Wait for it and try again; its log is {self.instance.log}.",
                )
            time.sleep(_POLL_S)
        return pid_file

    def stop(self, mode: StopMode, timeout_s: float) -> None:
        """End the server and wait for its end; where `timeout_s` does not do, it is ended the immediate way.

        Fast disconnects everyone and writes a checkpoint; immediate leaves recovery to the next start.
        """
        pid_file = self.running()
        if pid_file is None:
            return
        if sys.platform == "win32":
            self._pg_ctl("stop", "-m", mode, "-t", str(int(timeout_s)))
            return
        _signal(pid_file.pid, _STOP_SIGNALS[mode])
        if self._ended(pid_file.pid, timeout_s):
            return
        _signal(pid_file.pid, signal.SIGQUIT)
        if not self._ended(pid_file.pid, timeout_s):
            raise LocalServerError(
                f"The local server (process {pid_file.pid}) does not stop.",
                f"It was asked twice and had {2 * timeout_s:g} s.",
                f"See {self.instance.log}, and end the process by hand.",
            )

    def kill(self) -> None:
        """End the server's main process with no chance to clean up, as a crash of the machine would."""
        pid_file = self.running()
        if pid_file is None:
            return
        if sys.platform == "win32":
            self._pg_ctl("kill", "KILL", str(pid_file.pid))
            return
        _signal(pid_file.pid, signal.SIGKILL)
        self._ended(pid_file.pid, 10.0)

    def _spawn(self) -> int:
        """Start the server in a session of its own, where a terminal's Ctrl+C does not reach it."""
        if sys.platform == "win32":
            self._pg_ctl("start", "-W", "-l", str(self.instance.log))
            return 0
        log = os.open(self.instance.log, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        try:
            process = subprocess.Popen(
                [self.binaries.program("postgres"), "-D", self.instance.data],
                cwd=self.instance.root,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                env=server_environment(),
                start_new_session=True,
                user=self.account.uid,
                group=self.account.gid,
                extra_groups=None if self.account.uid is None else [],
            )
        finally:
            os.close(log)
        process.returncode = 0  # it outlives this object, and perhaps this process; _reap() collects its real status
        return process.pid

    def _became_ready(self, pid: int, deadline: float) -> bool:
        while time.monotonic() < deadline:
            pid_file = PidFile.read(self.instance.data)
            if pid_file is not None and pid_file.ready and pid in (0, pid_file.pid):
                return True
            if pid and _reap(pid):
                return False
            time.sleep(_POLL_S)
        return False

    def _clear_leftovers(self) -> None:
        pid_file = PidFile.read(self.instance.data)
        if pid_file is not None and pid_file.socket_directory:
            clear_socket(Path(pid_file.socket_directory))
        (self.instance.data / "postmaster.pid").unlink(missing_ok=True)

    def _serves_here(self, pid: int) -> bool:
        """Whether `pid` is a server of this very data directory: a number may have gone to another process since."""
        if sys.platform == "win32":
            return self._pg_ctl("status") == 0
        if _reap(pid) or not _exists(pid):
            return False
        if Path("/proc/self/stat").exists():
            return _is_server_of(pid, self.instance.data.resolve())
        listed = subprocess.run(["ps", "-o", "command=", "-p", str(pid)], capture_output=True, text=True, check=False)
        return str(self.instance.data) in listed.stdout

    def _ended(self, pid: int, timeout_s: float) -> bool:
        deadline = time.monotonic() + timeout_s
        while self._serves_here(pid):
            if time.monotonic() > deadline:
                return False
            time.sleep(_POLL_S)
        return True

    def _end_orphans(self) -> None:
        """End children of a killed server that are too busy to notice its death; outside Linux they are waited for."""
        data = self.instance.data.resolve()
        for entry in Path("/proc").glob("[0-9]*"):
            if _is_server_of(int(entry.name), data):
                _signal(int(entry.name), signal.SIGQUIT)

    def _rotate_log(self) -> int:
        """The log's length before this start; a log that has grown large begins anew."""
        try:
            size = self.instance.log.stat().st_size
        except FileNotFoundError:
            return 0
        if size > _LARGEST_LOG_BYTES:
            os.truncate(self.instance.log, 0)
            return 0
        return size

    def _log_from(self, offset: int) -> str:
        with self.instance.log.open("rb") as log:
            log.seek(offset)
            return log.read().decode("utf-8", errors="replace")

    def _start_failure(self, words: str) -> LocalServerError:
        return LocalServerError(
            f"The local PostgreSQL in {self.instance.data} does not start.",
            "\n".join(words.strip().splitlines()[-5:]),
            f"The whole of its log is in {self.instance.log}.",
        )

    def _pg_ctl(self, command: str, *arguments: str) -> int:
        argv: list[str | Path] = [self.binaries.program("pg_ctl"), command, *arguments]
        if command != "kill":
            argv += ["-D", self.instance.data]
        return self.account.run(argv, self.instance.root).returncode


_STOP_SIGNALS: dict[StopMode, signal.Signals] = (
    {} if sys.platform == "win32" else {"smart": signal.SIGTERM, "fast": signal.SIGINT, "immediate": signal.SIGQUIT}
)


def _reap(pid: int) -> bool:
    """Collect `pid` if it is a child of ours that has ended; false for a living one and for another's."""
    try:
        return os.waitpid(pid, os.WNOHANG)[0] == pid
    except ChildProcessError:
        return False


def _exists(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def _is_server_of(pid: int, data: Path) -> bool:
    """Whether Linux shows a server's process that works in `data`, as every server does; a dead one works nowhere."""
    try:
        works_there = Path(f"/proc/{pid}/cwd").readlink() == data
        return works_there and Path(f"/proc/{pid}/comm").read_text(encoding="utf-8").strip() == "postgres"
    except OSError:
        return False


def _signal(pid: int, number: int) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.kill(pid, number)
