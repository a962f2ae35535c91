"""Finds a line of `\\.` alone within the data of COPY ... FROM STDIN, where the server stops reading without a word.

In text format on every server, in CSV up to PostgreSQL 17, which loaded 3 of 5 records and answered `COPY 3`
(15.18, 2026-11). Source: PostgreSQL manual, "COPY", File Formats, and the release notes of 18.
"""

import re
from collections.abc import AsyncGenerator, AsyncIterable

from pgconsole.core.errors import PgconsoleError
from pgconsole.core.wording import format_size

_MARK = re.compile(rb"[\r\n]\\\.\r?\n")
_LONGEST_MARK = 5
_FIRST_WITHOUT = 18
_IS_CSV = re.compile(r"\bcsv\b", re.IGNORECASE)


class EndMark:
    """Passes data on, and counts what stands behind the mark; in CSV a value in quotes may hold such a line."""

    def __init__(self) -> None:
        self.left_bytes = 0
        """How much stands behind the first mark."""
        self._is_found = False

    async def watch(self, source: AsyncIterable[bytes]) -> AsyncGenerator[bytes]:
        """The same pieces as they come."""
        end = b"\n"
        try:
            async for piece in source:
                self._look(end, piece)
                end = (end + piece)[-_LONGEST_MARK:]
                yield piece
        finally:
            if isinstance(source, AsyncGenerator):
                await source.aclose()

    def _look(self, before: bytes, piece: bytes) -> None:
        if self._is_found:
            self.left_bytes += len(piece)
            return
        found = _MARK.search(before + piece)
        if found is not None:
            self._is_found = True
            self.left_bytes = max(0, len(before) + len(piece) - found.end())


def check_end_mark(mark: EndMark, statement: str, server_version: str) -> None:
    """Raise `PgconsoleError` where the server has left data unread that were sent to it."""
    major = server_version.partition(".")[0].partition(" ")[0]
    is_plain_data = _IS_CSV.search(statement) and major.isdecimal() and int(major) >= _FIRST_WITHOUT
    if mark.left_bytes and not is_plain_data:
        raise PgconsoleError(
            f"The data hold a line of \\. alone; {format_size(mark.left_bytes)} stand behind it.",
            "The server takes such a line for the end, and reads nothing behind it; it does not say so.",
            "Compare the count of COPY with the lines of the file, and quote or remove that line.",
        )
