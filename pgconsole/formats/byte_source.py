"""A file's bytes, unpacked where it is packed: gzip, bzip2, xz, zstd and a member of a zip, told by their first bytes.

Reads as a stream, so that a file of any size takes the same memory. What the bytes mean is for others to find out.
"""

import bz2
import gzip
import lzma
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import BinaryIO, Final, cast

from pgconsole.core.errors import FileError
from pgconsole.core.import_plan import Packing

_MAGIC: Final[tuple[tuple[bytes, Packing], ...]] = (
    (b"\x1f\x8b", "gz"),
    (b"BZh", "bz2"),
    (b"\xfd7zXZ\x00", "xz"),
    (b"\x28\xb5\x2f\xfd", "zst"),
    (b"PK\x03\x04", "zip"),
    (b"PK\x05\x06", "zip"),
)
_BROKEN: Final = (OSError, EOFError, zlib.error, lzma.LZMAError, zipfile.BadZipFile, RuntimeError, NotImplementedError)
_SHEETS: Final = ("xl/", "mimetype", "content.xml")


class ByteSource:
    """An open file: reads what is in it, and knows how far it is in the file itself."""

    def __init__(self, path: Path, stream: BinaryIO, file: BinaryIO) -> None:
        self._path = path
        self._stream = stream
        self._file = file
        self.size_bytes = path.stat().st_size
        """Of the file, packed as it is."""

    def read(self, size: int = -1) -> bytes:
        """Up to `size` bytes, fewer at the end only; raises `FileError` where the file is broken or can't be read."""
        try:
            return self._stream.read(size)
        except _BROKEN as error:
            raise _unreadable(self._path, error) from error

    @property
    def position_bytes(self) -> int:
        """How much of the file was read, packed as it is."""
        return min(self._file.tell(), self.size_bytes)


@contextmanager
def open_bytes(path: Path, member: str = "") -> Iterator[ByteSource]:
    """Open a file; of a zip the `member`, else its first file. Raises `FileError`."""
    with ExitStack() as stack:
        try:
            file = stack.enter_context(path.open("rb"))
            stream = _unpacked(stack, file, packing_of(path), member)
            source = ByteSource(path, stream, file)
        except (*_BROKEN, KeyError, ImportError) as error:
            raise _unreadable(path, error) from error
        yield source


def packing_of(path: Path) -> Packing:
    """How a file is packed, by its first bytes and not by its name; raises `FileError`."""
    try:
        with path.open("rb") as file:
            head = file.read(8)
    except OSError as error:
        raise _unreadable(path, error) from error
    return next((packing for magic, packing in _MAGIC if head.startswith(magic)), "none")


def zip_members(path: Path) -> tuple[str, ...]:
    """The files in a zip in their order, without folders; empty for any other file. Raises `FileError`."""
    if packing_of(path) != "zip":
        return ()
    try:
        with zipfile.ZipFile(path) as archive:
            return _files_in(archive)
    except _BROKEN as error:
        raise _unreadable(path, error) from error


def is_workbook(path: Path) -> bool:
    """Whether a zip is a workbook of a spreadsheet program rather than a folder of files."""
    members = zip_members(path)
    return any(name.startswith(_SHEETS) for name in members) and len(members) > 2


def _files_in(archive: zipfile.ZipFile) -> tuple[str, ...]:
    return tuple(entry.filename for entry in archive.infolist() if not entry.is_dir())


def _unpacked(stack: ExitStack, file: BinaryIO, packing: Packing, member: str) -> BinaryIO:
    match packing:
        case "gz":
            return cast(BinaryIO, stack.enter_context(gzip.GzipFile(fileobj=file)))
        case "bz2":
            return cast(BinaryIO, stack.enter_context(bz2.BZ2File(file)))
        case "xz":
            return cast(BinaryIO, stack.enter_context(lzma.LZMAFile(file)))
        case "zip":
            archive = stack.enter_context(zipfile.ZipFile(file))
            names = _files_in(archive)
            if not names:
                raise KeyError("there is no file in it")
            return cast(BinaryIO, stack.enter_context(archive.open(member or names[0])))
        case "zst":
            return stack.enter_context(_zstd(file))
        case _:
            return file


def _zstd(file: BinaryIO) -> BinaryIO:
    import zstandard  # not needed for any other file

    reader = zstandard.ZstdDecompressor().stream_reader(file, read_across_frames=True, closefd=False)
    return cast(BinaryIO, reader)


def _unreadable(path: Path, error: Exception) -> FileError:
    said = error.strerror if isinstance(error, OSError) and error.strerror else str(error).strip("'\"")
    return FileError(f"{path.name} can't be read.", f"{said or type(error).__name__}.", "Look whether it is whole.")
