"""Where an import's bytes come from: what a source must be able to do, and plain files, which can.

Archives, spreadsheets and JSON are opened by others, and hand on the bytes of a delimited file in the plan's dialect.
Everything here is called in a thread.
"""

import os
from collections.abc import Callable
from pathlib import Path
from typing import Protocol

from pgconsole.core.errors import FileError
from pgconsole.core.import_plan import SourceFile


class OpenedSource(Protocol):
    """The bytes of one source from its beginning; what it raises is an `OSError`, a `ValueError` or an `EOFError`."""

    size_bytes: int | None
    """How large it is on the disk; None where nobody knows."""

    def read(self, size: int, /) -> bytes:
        """Up to `size` bytes; none at the end."""

    def position_bytes(self) -> int:
        """How much of the size on the disk has been read."""

    def close(self) -> None:
        """Let go of the file."""


SourceOpener = Callable[[SourceFile], OpenedSource]
"""Opens a source of any kind; raises as reading does, and `FileError` for a kind that it can't open."""


class PlainFile:
    """A file as it lies on the disk."""

    def __init__(self, path: Path) -> None:
        self._file = path.open("rb", buffering=0)
        self.size_bytes: int | None = os.fstat(self._file.fileno()).st_size

    def read(self, size: int, /) -> bytes:
        """Up to `size` bytes; none at the end."""
        return self._file.read(size)

    def position_bytes(self) -> int:
        """How much has been read."""
        return self._file.tell()

    def close(self) -> None:
        """Let go of the file."""
        self._file.close()


def open_plain(source: SourceFile) -> OpenedSource:
    """Open a delimited file that is not packed."""
    if source.format != "delimited" or source.packing != "none":
        raise FileError(f"{Path(source.path).name} is of a kind that can't be imported here.")
    return PlainFile(Path(source.path))
