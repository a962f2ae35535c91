"""Looks at every record of a source for the types of its columns and for what is odd, a slice at a time.

Runs in a thread: between slices it lets go of the interpreter, so that the window stays live. A million records of 16
columns take some 6 s on one core.
"""

import time
from collections.abc import Generator, Iterator, Sequence
from contextlib import ExitStack, closing
from pathlib import Path
from typing import Final

from pgconsole.core.import_plan import Dialect, SourceFile
from pgconsole.core.source_preview import Oddity, ScanState
from pgconsole.core.type_scan import TypeScan
from pgconsole.formats.block_lines import BlockLines
from pgconsole.formats.byte_source import reading
from pgconsole.formats.file_preview import open_quote_oddity
from pgconsole.formats.loose_reader import LooseReader
from pgconsole.formats.source_opener import open_source

_SLICE_RECORDS: Final = 500
_TELL_EVERY_S: Final = 0.25
_PAUSE_S: Final = 0.0005
_PAUSE_EVERY_S: Final = 0.005
"""As often as the interpreter changes threads by itself; a pause may take three times as long as it is asked for."""


class _Ragged:
    """The first record of another width, of those too short and those too long."""

    def __init__(self, width: int) -> None:
        self._width = width
        self._first = {"fewer": 0, "more": 0}
        self._count = {"fewer": 0, "more": 0}

    def look_at(self, records: Sequence[Sequence[str]], lines: Sequence[int]) -> None:
        if set(map(len, records)) == {self._width}:
            return
        for record, line in zip(records, lines, strict=True):
            kind = "fewer" if len(record) < self._width else "more" if len(record) > self._width else ""
            if kind:
                self._first[kind] = self._first[kind] or line
                self._count[kind] += 1

    def oddities(self) -> Iterator[Oddity]:
        for kind, line in self._first.items():
            if line:
                yield Oddity(f"Records with {kind} than {self._width} fields", line, self._count[kind])


def scan_file(sources: Sequence[SourceFile], dialect: Dialect, width: int) -> Generator[ScanState, None, None]:
    """Yield how far it is some times a second, and at last what holds for the whole; raises `FileError`."""
    scan = TypeScan(width, tuple({"", dialect.null_text}))
    ragged = _Ragged(width)
    found: dict[str, Oddity] = {}
    with reading(Path(sources[0].path)):
        total = sum(Path(source.path).stat().st_size for source in sources)
    before = 0
    told = paused = time.monotonic()
    for source in sources:
        with ExitStack() as stack:
            stack.enter_context(reading(Path(source.path)))
            stream = stack.enter_context(closing(open_source(source)))
            lines = BlockLines(stream.read, dialect.encoding)
            reader = LooseReader(lines, dialect)
            for records, numbers in _slices(reader, dialect):
                scan.add(records, numbers)
                ragged.look_at(records, numbers)
                if time.monotonic() - paused >= _PAUSE_EVERY_S:
                    time.sleep(_PAUSE_S)
                    paused = time.monotonic()
                if time.monotonic() - told >= _TELL_EVERY_S:
                    seen = (*found.values(), *lines.oddities(), *reader.oddities(), *ragged.oddities())
                    yield ScanState(scan.facts(), seen, scan.records, before + stream.position_bytes(), total)
                    told = time.monotonic()
            for oddity in (*lines.oddities(), *reader.oddities()):
                found.setdefault(oddity.text, oddity)
            if reader.open_quote_line:
                oddity = open_quote_oddity(reader.open_quote_line)
                found.setdefault(oddity.text, oddity)
            before += stream.size_bytes or 0
    yield ScanState(scan.facts(), (*found.values(), *ragged.oddities()), scan.records, total, total, is_done=True)


def _slices(reader: LooseReader, dialect: Dialect) -> Iterator[tuple[Sequence[Sequence[str]], Sequence[int]]]:
    is_header = dialect.has_header
    for records, numbers in reader.slices(_SLICE_RECORDS):
        if is_header and records:
            records, numbers, is_header = records[1:], numbers[1:], False
        if dialect.trim:
            records = [[value.strip(" \t") for value in record] for record in records]
        yield records, numbers
