"""Reads and writes whole files in a thread, a piece at a time."""

import asyncio
from collections.abc import AsyncIterator, Iterable
from pathlib import Path

from pgconsole.core.errors import PgconsoleError

_CHUNK_BYTES = 1 << 18


async def read_chunks(path: Path) -> AsyncIterator[bytes]:
    """The bytes of a file in pieces of 256 KiB; raises `PgconsoleError` where it can't be read."""
    try:
        file = await asyncio.to_thread(path.open, "rb")
        try:
            while chunk := await asyncio.to_thread(file.read, _CHUNK_BYTES):
                yield chunk
        finally:
            await asyncio.to_thread(file.close)
    except OSError as error:
        raise PgconsoleError(f"{path.name} could not be read.", str(error)) from error


async def read_text(path: Path) -> str:
    """A script's text; UTF-8 with or without a byte order mark, else cp1252, in which every byte means something."""
    try:
        data = await asyncio.to_thread(path.read_bytes)
    except OSError as error:
        raise PgconsoleError(f"{path.name} could not be opened.", str(error)) from error
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("cp1252", "replace")


async def write_text(path: Path, text: str) -> None:
    """Replace a file by `text` in UTF-8, whole or not at all; raises `PgconsoleError`."""
    await write_pieces(path, [text.encode()])


async def write_pieces(path: Path, pieces: Iterable[bytes]) -> None:
    """Replace a file by the joined pieces; under its own name it is whole or as it was before."""

    def write() -> None:
        part = path.with_name(f".{path.name}.part")
        try:
            with part.open("wb") as file:
                for piece in pieces:
                    file.write(piece)
            part.replace(path)
        except BaseException:
            part.unlink(missing_ok=True)
            raise

    try:
        await asyncio.to_thread(write)
    except OSError as error:
        raise PgconsoleError(f"{path.name} could not be written.", str(error), "Choose another place.") from error
