"""Writes the messages that a view shows to a file, a piece at a time: nothing waits for the disk."""

import asyncio
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from pgconsole.core.errors import FileError
from pgconsole.core.message_log import Message, MessageLog
from pgconsole.core.message_rows import MessageRows
from pgconsole.core.spreadsheet_cells import count_formulas
from pgconsole.formats.message_writer import CSV_HEADER, MessageFormat, message_text

_PIECE_ROWS: Final = 500


@dataclass(frozen=True, slots=True)
class Exported:
    """What is in the file."""

    rows: int
    formulas: int = 0
    """Payloads that a spreadsheet would run, where the file is one that it opens and nobody asked for safe cells."""


async def export_messages(log: MessageLog, rows: MessageRows, path: Path, kind: MessageFormat) -> Exported:
    """Write what is shown now; raises `FileError` where the file can't be written whole.

    It is written under another name first. Rows that the log drops meanwhile are left out.
    """
    numbers = [rows.number(row) for row in range(rows.first, rows.end)]
    partial = path.with_name(f".{path.name}.part")
    count = formulas = 0
    try:
        await asyncio.to_thread(_write, partial, CSV_HEADER if kind in ("csv", "spreadsheet") else "", "w")
        for start in range(0, len(numbers), _PIECE_ROWS):
            piece = [log.entry(number) for number in numbers[start : start + _PIECE_ROWS] if number >= log.first]
            count += len(piece)
            if kind == "csv":
                formulas += count_formulas(entry.payload for entry in piece if isinstance(entry, Message))
            await asyncio.to_thread(_write, partial, message_text(piece, kind), "a")
        await asyncio.to_thread(partial.replace, path)
    except OSError as error:
        raise FileError(f"{path} can't be written.", f"{error.strerror}.", "Choose another place.") from error
    finally:
        await asyncio.to_thread(partial.unlink, True)
    return Exported(count, formulas)


def _write(path: Path, text: str, mode: str) -> None:
    with path.open(mode, encoding="utf-8", errors="surrogateescape", newline="") as file:
        file.write(text)
