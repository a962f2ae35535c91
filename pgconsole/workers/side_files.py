"""Writes files whole or not at all, and loads modules, in a thread beside the window."""

import asyncio
import csv
import importlib
import io
import os
import tempfile
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from pathlib import Path

from pgconsole.core.errors import FileError


class SideFiles:
    """Does in a thread what would hold the window up."""

    async def write_csv(self, path: Path, rows: Iterable[Sequence[str]]) -> None:
        """Write rows of cells as CSV in UTF-8; raises `FileError`."""
        await self._write(path, lambda: _csv_bytes(rows))

    async def write_bytes(self, path: Path, content: bytes) -> None:
        """Write a file whole; raises `FileError`."""
        await self._write(path, lambda: content)

    async def load(self, module: str) -> None:
        """Import a module, so that importing it again takes no time.

        The loop is late by 15 to 35 ms at worst meanwhile (2026-11, pyqtgraph 0.14 with numpy).
        """
        await asyncio.to_thread(importlib.import_module, module)

    async def _write(self, path: Path, content: Callable[[], bytes]) -> None:
        try:
            await asyncio.to_thread(_replace, path, content)
        except OSError as error:
            raise FileError(
                f"{path.name} could not be written.", error.strerror or str(error), "Choose another place."
            ) from error


def _csv_bytes(rows: Iterable[Sequence[str]]) -> bytes:
    text = io.StringIO(newline="")
    csv.writer(text, lineterminator="\n").writerows(rows)
    return text.getvalue().encode()


def _replace(path: Path, content: Callable[[], bytes]) -> None:
    target = path.resolve()
    handle, temporary = tempfile.mkstemp(prefix=f".{target.name}.", dir=target.parent)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content())
        Path(temporary).replace(target)
    except BaseException:
        with suppress(OSError):
            Path(temporary).unlink()
        raise
