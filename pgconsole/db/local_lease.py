"""Locks by which consoles share one local server.

Owns two kinds: a mutex, held while the server is being started or stopped, and a lease, held by every console that
uses it. Both belong to an open file, so the kernel ends them with their process, however it dies: no stale entry can
exist, and none has to be judged by process number.
"""

import os
import sys
import time
from pathlib import Path
from types import TracebackType
from typing import Self

from pgconsole.core.errors import LocalServerError

_LEASE_SLOTS = 256
"""Windows only, where a lock is exclusive: one byte of the file for each console."""
_POLL_S = 0.01


class Mutex:
    """One holder at a time among all processes; a context manager."""

    def __init__(self, path: Path, timeout_s: float) -> None:
        """Waits at most `timeout_s`, then raises LocalServerError."""
        self._path = path
        self._timeout_s = timeout_s
        self._descriptor = -1

    def __enter__(self) -> Self:
        self._descriptor = _open(self._path)
        deadline = time.monotonic() + self._timeout_s
        while not _lock_exclusive(self._descriptor, 0):
            if time.monotonic() > deadline:
                os.close(self._descriptor)
                raise LocalServerError(
                    "The local server is being started or stopped by another console, which does not finish.",
                    f"The file {self._path} stayed locked for {self._timeout_s:g} s.",
                    "Close the other console, or wait for it, and try again.",
                )
            time.sleep(_POLL_S)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        _unlock(self._descriptor)


class Lease:
    """This console's share in the server's use."""

    def __init__(self, path: Path) -> None:
        """Takes the share at once; it never waits, unless the last user is just asking whether it is the last."""
        self._path = path
        self._descriptor = _open(path)
        _lock_shared(self._descriptor)

    def give_back(self) -> bool:
        """End this share, and tell whether it was the last: then nobody uses the server.

        Only true for as long as the caller holds the mutex, for a new console takes its share under it.
        """
        _unlock(self._descriptor)
        probe = _open(self._path)
        try:
            return _nobody_shares(probe)
        finally:
            os.close(probe)


def _open(path: Path) -> int:
    return os.open(path, os.O_RDWR | os.O_CREAT, 0o600)


if sys.platform == "win32":
    import msvcrt

    def _lock_exclusive(descriptor: int, offset: int) -> bool:
        os.lseek(descriptor, offset, os.SEEK_SET)
        try:
            msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        return True

    def _lock_shared(descriptor: int) -> None:
        if not any(_lock_exclusive(descriptor, slot) for slot in range(_LEASE_SLOTS)):
            raise LocalServerError(f"{_LEASE_SLOTS} consoles use the local server already.")

    def _unlock(descriptor: int) -> None:
        os.close(descriptor)

    def _nobody_shares(descriptor: int) -> bool:
        return all(_lock_exclusive(descriptor, slot) for slot in range(_LEASE_SLOTS))

else:
    import fcntl

    def _lock_exclusive(descriptor: int, offset: int) -> bool:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True

    def _lock_shared(descriptor: int) -> None:
        fcntl.flock(descriptor, fcntl.LOCK_SH)

    def _unlock(descriptor: int) -> None:
        # Said aloud, for a process that is just being spawned may hold the descriptor for some microseconds yet.
        fcntl.flock(descriptor, fcntl.LOCK_UN)
        os.close(descriptor)

    def _nobody_shares(descriptor: int) -> bool:
        return _lock_exclusive(descriptor, 0)
