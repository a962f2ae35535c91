"""Owns the one temporary file of a row store: bytes written behind each other, read back by offset.

What is written, when, and how it is found again is the byte log's business (`byte_log.py`).
"""

import os
import sys
import tempfile
import threading
from pathlib import Path
from typing import IO

from pgconsole.core.wording import format_size

_LARGE_BYTES = 8 << 20
"""Giving 160 MiB back took the window 20 ms to 40 ms (2026-11, ext4)."""
_WRITE_STEP_BYTES = 1 << 20


class SpillError(Exception):
    """Rows could not be moved to disk; every row that the store had counted stays readable."""


class SpillBudgetExceeded(SpillError):
    """The result would take more disk than the user allows for one result."""

    def __init__(self, disk_budget_bytes: int) -> None:
        super().__init__(
            f"The result would take more than {format_size(disk_budget_bytes)} of disk, which is all that"
            ' "Disk of a result" in the settings allows.'
        )
        self.disk_budget_bytes = disk_budget_bytes


class SpillFailed(SpillError):
    """The operating system refused a write to the temporary file; `__cause__` is its OSError."""

    def __init__(self, cause: OSError, directory: Path) -> None:
        super().__init__(f"Rows could not be written to a temporary file in {directory}: {cause.strerror or cause}.")
        self.errno = cause.errno


class SpillFile:
    """A file without a name that only its owner can read and that vanishes with the process.

    Where the system can, the file never has a name (O_TMPFILE) or loses it at once; on Windows it is deleted when
    closed. It is made with mode 0600, in a folder of mode 0700 where we make that folder. No file is made before the
    first write.
    """

    def __init__(self, directory: Path | None = None) -> None:
        self._directory = directory
        self._file: IO[bytes] | None = None
        self._descriptor = -1
        self.size_bytes = 0

    @property
    def descriptor(self) -> int:
        """The open file's number, or -1 before the first write."""
        return self._descriptor

    def append(self, data: bytes) -> None:
        """Write all of `data` behind what is there; a write that fails leaves `size_bytes` as it was.

        Raises SpillFailed for anything the operating system refuses: no space, no folder, quota.
        """
        try:
            if self._descriptor < 0:
                self._open()
            view = memoryview(data)
            written = 0
            while written < len(data):
                step = view[written : written + _WRITE_STEP_BYTES]
                written += _write_at(self._descriptor, step, self.size_bytes + written)
        except OSError as error:
            raise SpillFailed(error, self._directory or Path(tempfile.gettempdir())) from error
        self.size_bytes += len(data)

    def read(self, offset: int, size_bytes: int) -> bytes:
        """Return `size_bytes` bytes from `offset`; both must lie within what was written."""
        parts = []
        while size_bytes > 0:
            part = _read_at(self._descriptor, size_bytes, offset)
            if not part:
                raise EOFError("the temporary file is shorter than what was written to it")
            parts.append(part)
            offset += len(part)
            size_bytes -= len(part)
        return parts[0] if len(parts) == 1 else b"".join(parts)

    def close(self) -> None:
        """Give the disk space back, of a large file in a thread; may be called twice."""
        file, self._file = self._file, None
        if file is not None and self.size_bytes > _LARGE_BYTES:
            threading.Thread(target=file.close, name="closing a spill file").start()
        elif file is not None:
            file.close()
        self._descriptor = -1
        self.size_bytes = 0

    def _open(self) -> None:
        if self._directory is not None:
            self._directory.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._file = tempfile.TemporaryFile(  # noqa: SIM115 (closed with the store)
            buffering=0, prefix="pgconsole-rows-", dir=self._directory
        )
        self._descriptor = self._file.fileno()


if sys.platform == "win32":

    def _write_at(descriptor: int, data: memoryview, offset: int) -> int:
        os.lseek(descriptor, offset, os.SEEK_SET)
        return os.write(descriptor, data)

    def _read_at(descriptor: int, size_bytes: int, offset: int) -> bytes:
        os.lseek(descriptor, offset, os.SEEK_SET)
        return os.read(descriptor, size_bytes)

else:

    def _write_at(descriptor: int, data: memoryview, offset: int) -> int:
        return os.pwrite(descriptor, data, offset)

    def _read_at(descriptor: int, size_bytes: int, offset: int) -> bytes:
        return os.pread(descriptor, size_bytes, offset)
