"""Writes the messages that a view shows to a file, a piece at a time: nothing waits for the disk."""

import asyncio
from pathlib import Path
from typing import Final

from pgconsole.core.errors import FileError
from pgconsole.core.message_log import MessageLog
from pgconsole.core.message_rows import MessageRows
from pgconsole.formats.message_writer import CSV_HEADER, MessageFormat, message_text

_PIECE_ROWS: Final = 500


async def export_messages(log: MessageLog, rows: MessageRows, path: Path, kind: MessageFormat) -> int:
    """Write what is shown now, and return how many rows; raises `FileError` where the file can't be written whole.

    It is written under another name first. Rows that the log drops meanwhile are left out.
    """
    numbers = [rows.number(row) for row in range(rows.first, rows.end)]
    partial = path.with_name(f".{path.name}.part")
    count = 0
    try:
        await asyncio.to_thread(_write, partial, CSV_HEADER if kind == "csv" else "", "w")
        for start in range(0, len(numbers), _PIECE_ROWS):
            piece = [log.entry(number) for number in numbers[start : start + _PIECE_ROWS] if number >= log.first]
            count += len(piece)
            await asyncio.to_thread(_write, partial, message_text(piece, kind), "a")
        await asyncio.to_thread(partial.replace, path)
    except OSError as error:
        raise FileError(f"{path} can't be written.", f"{error.strerror}.", "Choose another place.") from error
    finally:
        await asyncio.to_thread(partial.unlink, True)
    return count


def _write(path: Path, text: str, mode: str) -> None:
    with path.open(mode, encoding="utf-8", errors="surrogateescape", newline="") as file:
        file.write(text)
