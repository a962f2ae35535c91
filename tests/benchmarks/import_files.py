"""Files to import: the wide table's rows as CSV, some of them spoilt in every way that a record can be bad."""

from collections.abc import Callable
from pathlib import Path

from tests.benchmarks.tables import WIDE

IMPORTED = "imported"
_KINDS = 8


def imported_table() -> str:
    """SQL that makes the table to load, with constraints for records to break."""
    return f"""
    CREATE TABLE {IMPORTED} (LIKE {WIDE});
    ALTER TABLE {IMPORTED} ALTER price SET NOT NULL, ADD CHECK (quantity >= 0);
    """


def spoil(clean: Path, spoilt: Path, bad: int, rows: int) -> list[int]:
    """Write the clean file again with so many of its records spoilt, evenly; their numbers."""
    every = rows // bad
    numbers = list(range(every // 2 + 1, rows + 1, every))[:bad]
    wanted = set(numbers)
    with clean.open("rb") as source, spoilt.open("wb") as sink:
        sink.write(source.readline())
        for number, line in enumerate(source, 1):
            sink.write(_spoilt(line, number) if number in wanted else line)
    return numbers


def _spoilt(line: bytes, number: int) -> bytes:
    return _WAYS[number // 7 % _KINDS](line)


def _with_field(index: int, text: bytes) -> Callable[[bytes], bytes]:
    """The line with one of its first fields, which have no quotes, replaced."""

    def replaced(line: bytes) -> bytes:
        fields = line.split(b",", index + 1)
        fields[index] = text
        return b",".join(fields)

    return replaced


_WAYS: tuple[Callable[[bytes], bytes], ...] = (
    _with_field(1, b"many"),
    _with_field(2, b"99999"),
    _with_field(3, b""),
    _with_field(2, b"-1"),
    _with_field(3, b"12345678901.00"),
    lambda line: line.rstrip(b"\n") + b",more\n",
    lambda line: line.rpartition(b",")[0] + b"\n",
    _with_field(10, b"2026-02-30 12:00:00+00"),
)
