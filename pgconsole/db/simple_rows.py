"""Reads the rows of a simple query off the wire, as text; the driver throws them away.

PgBouncer's console speaks the simple protocol only. Source: PostgreSQL manual, "Message Formats" (RowDescription,
DataRow).
"""

from dataclasses import dataclass, field

_HEADER_BYTES = 5
_FIELD_FACTS_BYTES = 18
"""What follows a field's name: table, column, type, its size and modifier, format."""


@dataclass(slots=True)
class SimpleRows:
    """Hears what the server sends, and keeps the last result of it; a NULL is None."""

    columns: tuple[str, ...] = ()
    rows: list[tuple[str | None, ...]] = field(default_factory=list)
    _pending: bytearray = field(default_factory=bytearray)

    def hear(self, data: bytes) -> None:
        """Take what came, which may begin and end within a message."""
        pending = self._pending
        pending += data
        start = 0
        while len(pending) - start >= _HEADER_BYTES:
            end = start + 1 + int.from_bytes(pending[start + 1 : start + _HEADER_BYTES], "big")
            if len(pending) < end:
                break
            self._take(pending[start], bytes(pending[start + _HEADER_BYTES : end]))
            start = end
        del pending[:start]

    def _take(self, kind: int, body: bytes) -> None:
        if kind == ord("T"):
            self.columns, self.rows = _field_names(body), []
        elif kind == ord("D"):
            self.rows.append(_cells(body))


def _field_names(body: bytes) -> tuple[str, ...]:
    names = []
    at = 2
    for _ in range(int.from_bytes(body[:2], "big")):
        end = body.index(0, at)
        names.append(body[at:end].decode(errors="replace"))
        at = end + 1 + _FIELD_FACTS_BYTES
    return tuple(names)


def _cells(body: bytes) -> tuple[str | None, ...]:
    cells: list[str | None] = []
    at = 2
    for _ in range(int.from_bytes(body[:2], "big")):
        length = int.from_bytes(body[at : at + 4], "big", signed=True)
        at += 4
        cells.append(None if length < 0 else body[at : at + length].decode(errors="replace"))
        at += max(length, 0)
    return tuple(cells)
