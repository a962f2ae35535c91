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
from typing import Any, BinaryIO, Final, cast

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
_BROKEN: Final = (EOFError, zlib.error, lzma.LZMAError, zipfile.BadZipFile, RuntimeError, NotImplementedError)
_ZSTD_PIECE_BYTES: Final = 4096


class ByteSource:
    """An open file: reads what is in it, and knows how far it is in the file itself."""

    def __init__(self, path: Path, packing: Packing, member: str = "") -> None:
        """Open it; raises `OSError`, which says what is wrong with a packed file too."""
        with ExitStack() as stack, _told_as_os_errors():
            self._file = stack.enter_context(path.open("rb"))
            self._stream = _unpacked(stack, self._file, packing, member)
            self._close = stack.pop_all().close
        self.size_bytes: int | None = path.stat().st_size
        """Of the file, packed as it is."""

    def read(self, size: int, /) -> bytes:
        """Up to `size` bytes, none at the end only; raises `OSError` where the file is broken."""
        with _told_as_os_errors():
            return self._stream.read(size)

    def position_bytes(self) -> int:
        """How much of the file was read, packed as it is."""
        return self._file.tell()

    def close(self) -> None:
        """Let go of the file."""
        self._close()


@contextmanager
def reading(path: Path) -> Iterator[None]:
    """Have what fails while a file is read raise `FileError`."""
    try:
        yield
    except (OSError, ValueError, EOFError) as error:
        said = (error.strerror if isinstance(error, OSError) else "") or str(error)
        raise FileError(f"{path.name} can't be read.", f"{said}.", "See whether it is there, and whole.") from error


@contextmanager
def _told_as_os_errors() -> Iterator[None]:
    try:
        yield
    except OSError:
        raise
    except (*_BROKEN, ImportError, KeyError) as error:
        raise OSError(str(error).strip("'\"") or type(error).__name__) from error


def packing_of(path: Path) -> Packing:
    """How a file is packed, by its first bytes and not by its name; raises `OSError`."""
    with path.open("rb") as file:
        head = file.read(8)
    return next((packing for magic, packing in _MAGIC if head.startswith(magic)), "none")


def zip_members(path: Path) -> tuple[str, ...]:
    """The files in a zip in their order, without folders; empty for any other file. Raises `OSError`."""
    if packing_of(path) != "zip":
        return ()
    with _told_as_os_errors(), zipfile.ZipFile(path) as archive:
        return _files_in(archive)


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
            return cast(BinaryIO, _ZstdReader(file))
        case _:
            return file


class _ZstdReader:
    """The frames of a zstd file, one after the other; a frame that is cut is an error, and no end."""

    def __init__(self, file: BinaryIO) -> None:
        import zstandard  # no other file needs it

        self._begin = zstandard.ZstdDecompressor().decompressobj
        self._error = zstandard.ZstdError
        self._file = file
        self._frame: Any = None
        self._packed = b""
        self._ready = bytearray()

    def read(self, size: int, /) -> bytes:
        try:
            while len(self._ready) < size and self._unpack_more():
                pass
        except self._error as error:
            raise OSError(str(error)) from error
        piece = bytes(self._ready[:size])
        del self._ready[:size]
        return piece

    def _unpack_more(self) -> bool:
        # Few bytes at once: 4 of them can unpack to 128 KiB.
        packed = self._packed or self._file.read(_ZSTD_PIECE_BYTES)
        self._packed = b""
        if not packed:
            if self._frame is not None:
                raise OSError("the file ends inside of a frame")
            return False
        self._frame = self._frame or self._begin()
        self._ready += self._frame.decompress(packed)
        if self._frame.eof:
            self._packed, self._frame = self._frame.unused_data, None
        return True
