"""Reads records round some line of a source, wherever in it that is; bounded by the records that are shown."""

import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from itertools import islice
from pathlib import Path
from typing import Final

import msgspec

from pgconsole.core.import_plan import Dialect, SourceFile
from pgconsole.core.source_preview import Preview
from pgconsole.formats.block_lines import BlockLines
from pgconsole.formats.byte_source import reading
from pgconsole.formats.file_preview import null_places, trimmed
from pgconsole.formats.loose_reader import LooseReader
from pgconsole.formats.source_opener import open_source

_SLICE_RECORDS: Final = 500
_SHOWN_RECORDS: Final = 600
_PAUSE_EVERY_S: Final = 0.005
_PAUSE_S: Final = 0.0005


def excerpt_at(
    source: SourceFile, dialect: Dialect, line: int, like: Preview, is_stopped: Callable[[], bool]
) -> Preview:
    """Records from some before that line on, under the header of another preview; raises `FileError`.

    Without records where the file is shorter, and where it was stopped on the way.
    """
    start = _slice_start(source, dialect, line, is_stopped)
    with _lines(source, dialect) as lines:
        for _line in islice(lines, start - 1):
            pass
        # Lines that are skipped lie before.
        reader = LooseReader(lines, msgspec.structs.replace(dialect, skip_lines=max(0, dialect.skip_lines - start + 1)))
        found = [(start - 1 + number, tuple(trimmed(record, dialect)), reader.text) for number, record in _some(reader)]
    if dialect.has_header and found and start <= dialect.skip_lines + 1:
        found.pop(0)
    records = tuple(record for _number, record, _text in found)
    nulls = null_places(records, [text for _number, _record, text in found], dialect)
    numbers = tuple(number for number, _record, _text in found)
    return Preview(like.header, records, numbers, nulls, like.width, is_whole=False)


def _some(reader: LooseReader) -> Iterator[tuple[int, list[str]]]:
    return islice(reader, _SHOWN_RECORDS)


def _slice_start(source: SourceFile, dialect: Dialect, line: int, is_stopped: Callable[[], bool]) -> int:
    """The line on which the slice of records begins in which it is: quotes are understood from the beginning only."""
    start, paused = 1, time.monotonic()
    with _lines(source, dialect) as lines:
        for _records, numbers in LooseReader(lines, dialect).slices(_SLICE_RECORDS):
            if (numbers and numbers[0] > line) or is_stopped():
                break
            start = numbers[0] if numbers else start
            if time.monotonic() - paused >= _PAUSE_EVERY_S:
                time.sleep(_PAUSE_S)
                paused = time.monotonic()
    return start


@contextmanager
def _lines(source: SourceFile, dialect: Dialect) -> Iterator[Iterator[str]]:
    with reading(Path(source.path)), closing(open_source(source)) as stream:
        yield iter(BlockLines(stream.read, dialect.encoding))
