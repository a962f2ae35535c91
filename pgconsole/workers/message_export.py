"""Writes the messages that a view shows to a file, a piece at a time: nothing waits for the disk."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from pgconsole.core.message_log import Message, MessageLog
from pgconsole.core.message_rows import MessageRows
from pgconsole.core.spreadsheet_cells import count_formulas
from pgconsole.formats.message_writer import CSV_HEADER, MessageFormat, message_text
from pgconsole.workers.file_chunks import write_pieces

_PIECE_ROWS: Final = 100


@dataclass(frozen=True, slots=True)
class Exported:
    """What is in the file."""

    rows: int
    formulas: int = 0
    """Payloads that a spreadsheet would run, where the file is one that it opens and nobody asked for safe cells."""


async def export_messages(log: MessageLog, rows: MessageRows, path: Path, kind: MessageFormat) -> Exported:
    """Write what is shown now; raises `FileError` where the file can't be written whole.

    Rows that the log drops meanwhile are left out.
    """
    numbers = [rows.number(row) for row in range(rows.first, rows.end)]
    count = formulas = 0

    def pieces() -> Iterator[bytes]:
        nonlocal count, formulas
        yield CSV_HEADER.encode() if kind in ("csv", "spreadsheet") else b""
        for start in range(0, len(numbers), _PIECE_ROWS):
            piece = [log.entry(number) for number in numbers[start : start + _PIECE_ROWS] if number >= log.first]
            count += len(piece)
            if kind == "csv":
                formulas += count_formulas(entry.payload for entry in piece if isinstance(entry, Message))
            yield message_text(piece, kind).encode("utf-8", "surrogateescape")

    await write_pieces(path, pieces())
    return Exported(count, formulas)
