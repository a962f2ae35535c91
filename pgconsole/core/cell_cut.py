"""Reads the beginnings of a row's cells out of a byte log without ever holding a cell whole.

A row's separators are counted at both ends first: where none is missing, one cell fills the middle and the middle is
never read, which makes 45 rows with a cell of 1 MB each cost 2 ms and not 20 (2026-11). Else the row is scanned, 300 MB
in 0.13 s.
"""

from pgconsole.core.byte_log import ByteLog

_EDGE_BYTES = 32 << 10
_STEP_BYTES = 1 << 17


def cut_cells(
    log: ByteLog, start: int, end: int, separator: bytes, separator_count: int, keep_bytes: int
) -> list[bytes]:
    """Return the cells of a range that holds so many one-byte separators, each cut to `keep_bytes`.

    A cut may fall inside a character or an escape: callers keep fewer characters than bytes.
    """
    if end - start > 2 * _EDGE_BYTES:
        head = log.read(start, start + _EDGE_BYTES).split(separator)
        tail = log.read(end - _EDGE_BYTES, end).split(separator)
        if len(head) + len(tail) - 2 == separator_count:
            begins = start + _EDGE_BYTES - len(head[-1])
            large = log.read(begins, min(end, begins + keep_bytes))
            if len(tail) > 1:
                large = large[: end - begins - sum(map(len, tail[1:])) - len(tail) + 1]
            return [cell[:keep_bytes] for cell in (*head[:-1], large, *tail[1:])]
    return _scan(log, start, end, separator, keep_bytes)


def _scan(log: ByteLog, start: int, end: int, separator: bytes, keep_bytes: int) -> list[bytes]:
    cells: list[bytes] = []
    current = b""
    for position in range(start, end, _STEP_BYTES):
        parts = log.read(position, min(end, position + _STEP_BYTES)).split(separator)
        for number, part in enumerate(parts):
            if number:
                cells.append(current)
                current = b""
            if len(current) < keep_bytes:
                current += part[: keep_bytes - len(current)]
    cells.append(current)
    return cells
