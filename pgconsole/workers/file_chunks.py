"""Reads and writes files of the user's, a piece at a time, in a thread; own files are `private_files.py`'s."""

import asyncio
import contextlib
import os
import stat
from collections.abc import AsyncIterator, Callable, Iterable, Iterator
from functools import partial
from itertools import count
from pathlib import Path
from typing import IO, TypeVar

from pgconsole.core.errors import FileError

_CHUNK_BYTES = 1 << 18
_WRITTEN_BYTES = 1 << 16
"""Pieces are made on the loop's thread, so no more of them at once than a few milliseconds' work."""
_T = TypeVar("_T")


async def read_chunks(path: Path) -> AsyncIterator[bytes]:
    """The bytes of a file in pieces of 256 KiB; raises `FileError` where it can't be read."""
    with contextlib.ExitStack() as closing, _told(path, "read"):
        file = await in_thread(lambda: closing.enter_context(_open_regular(path)))
        while chunk := await in_thread(lambda: file.read(_CHUNK_BYTES)):
            yield chunk


async def read_whole(path: Path) -> bytes:
    """All bytes of a file of moderate size; raises `FileError` where it can't be read."""
    with _told(path, "opened"):
        return await in_thread(lambda: _read_whole(path))


async def write_pieces(path: Path, pieces: Iterable[bytes]) -> None:
    """Replace a file by the joined pieces; under its own name it is whole or as it was before. Raises `FileError`.

    A file that is there keeps its permissions and, where that is allowed, its owner; one behind a symbolic link is
    replaced where it lies; a device is written to. The pieces are taken here, only the writing is done in a thread.
    """
    with _told(path, "written", "Choose another place."):
        opened: list[_Replacing] = []  # a caller that is cancelled meanwhile never sees what was opened
        try:
            await in_thread(lambda: opened.append(_Replacing(path)))
            for chunk in _chunks(pieces):
                await in_thread(partial(opened[0].file.write, chunk))
            await in_thread(opened[0].finish)
        finally:
            for each in opened:
                await in_thread(each.abandon)


class _Replacing:
    """A file under a name of its own beside the one that it takes the place of once it is whole."""

    _numbers = count(1)

    def __init__(self, path: Path) -> None:
        self._target = path.resolve()
        self._part: Path | None = None
        old = self._target.stat() if self._target.exists() else None
        if old is not None and not stat.S_ISREG(old.st_mode):
            self.file: IO[bytes] = self._target.open("wb")
            return
        if old is not None and not os.access(self._target, os.W_OK):
            raise PermissionError(f"{self._target} is write-protected")
        part = self._target.with_name(f".{self._target.name[:100]}.{os.getpid()}-{next(self._numbers)}.part")
        self.file = part.open("xb")
        self._part = part
        if old is not None:
            with contextlib.suppress(OSError, AttributeError):
                os.chown(part, old.st_uid, old.st_gid)
            part.chmod(stat.S_IMODE(old.st_mode))

    def finish(self) -> None:
        """Put it in place, with everything on the disk."""
        with self.file:
            self.file.flush()
            if self._part is not None:
                os.fsync(self.file.fileno())
        if self._part is not None:
            self._part.replace(self._target)
            self._part = None

    def abandon(self) -> None:
        """Remove what was not finished."""
        with contextlib.suppress(OSError):
            self.file.close()
        if self._part is not None:
            self._part.unlink(missing_ok=True)


def _chunks(pieces: Iterable[bytes]) -> Iterable[bytes]:
    """The pieces again, small ones joined, so that each is worth a thread's while."""
    joined = bytearray()
    for piece in pieces:
        joined += piece
        if len(joined) >= _WRITTEN_BYTES:
            yield bytes(joined)
            joined.clear()
    yield bytes(joined)


def _open_regular(path: Path) -> IO[bytes]:
    """A file opened for reading; a pipe would make its reader wait, and a device may never end."""
    if path.exists() and not path.is_file():
        raise OSError(f"{path} is no file")
    return path.open("rb")


def _read_whole(path: Path) -> bytes:
    with _open_regular(path) as file:
        return file.read()


@contextlib.contextmanager
def _told(path: Path, doing: str, remedy: str = "") -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise FileError(f"{path.name} could not be {doing}.", str(error), remedy) from error


async def in_thread(work: Callable[[], _T]) -> _T:
    """What `work` returns or raises in a thread; a cancelled caller waits for its end, so that nobody else is in it."""
    task = asyncio.get_running_loop().create_task(asyncio.to_thread(work), name="file in a thread")
    try:
        return await asyncio.shield(task)
    except asyncio.CancelledError:
        await asyncio.wait({task})
        if not task.cancelled():
            task.exception()
        raise
