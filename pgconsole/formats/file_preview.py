"""Shows the first records of a sample under a dialect, and what is odd about them; pure, and bounded by the sample."""

from collections import Counter
from collections.abc import Sequence
from io import BytesIO
from itertools import islice
from typing import Final

from pgconsole.core.column_names import header_names, usable_names
from pgconsole.core.import_plan import Dialect
from pgconsole.core.plain_text import cut_line
from pgconsole.core.source_preview import Oddity, Preview
from pgconsole.core.wording import plural
from pgconsole.formats.block_lines import BlockLines
from pgconsole.formats.csv_grammar import CsvGrammar
from pgconsole.formats.dialect_detection import Sample
from pgconsole.formats.loose_reader import LooseReader

_SHOWN_RECORDS: Final = 500
_NAME_CHARS: Final = 40


def preview_of(sample: Sample, dialect: Dialect) -> Preview:
    """The first 500 records; of a sample that is cut the last one, which may be half, is left out."""
    lines = BlockLines(BytesIO(sample.data).read, dialect.encoding)
    reader = LooseReader(lines, dialect)
    found = [(line, record, reader.text) for line, record in islice(reader, _SHOWN_RECORDS + 2)]
    is_whole = sample.is_whole and len(found) <= _SHOWN_RECORDS + 1
    if not is_whole and len(found) > 1:
        found.pop()
    header = tuple(found.pop(0)[1]) if dialect.has_header and found else ()
    found = found[:_SHOWN_RECORDS]
    records = tuple(tuple(trimmed(record, dialect)) for _line, record, _text in found)
    numbers = tuple(line for line, _record, _text in found)
    usual = _usual_width(records)
    header, given = header_names(header, usual), header
    width = max(len(header), usual)
    oddities = [*header_oddities(header, width, dialect), *lines.oddities(), *reader.oddities()]
    # What a cut sample leaves open may be closed further on; the scan of the whole file will tell.
    if reader.open_quote_line and sample.is_whole:
        oddities.append(open_quote_oddity(reader.open_quote_line))
    if len(given) > len(header):
        told = f"The header has {plural(len(given) - len(header), 'empty name')} more than records have fields"
        oddities.append(Oddity(f"{told}: left out", dialect.skip_lines + 1, is_harmful=False))
    if dialect.ends_with_delimiter and found:
        oddities.append(Oddity("Records end with a delimiter that begins no field", numbers[0], is_harmful=False))
    oddities += ragged_oddities(records, numbers, width)
    nulls = null_places(records, [text for _line, _record, text in found], dialect)
    return Preview(header, records, numbers, nulls, width, tuple(oddities), is_whole)


def null_places(records: Sequence[Sequence[str]], texts: Sequence[str], dialect: Dialect) -> frozenset[tuple[int, int]]:
    """Where fields stand for NULL, which only those without quotes do."""
    grammar = CsvGrammar(dialect)
    places = set()
    for row, (record, text) in enumerate(zip(records, texts, strict=True)):
        if dialect.null_text not in record:
            continue
        cells: Sequence[str | None] = grammar.fields(text.rstrip("\r\n")) if dialect.quote in text else ()
        if len(cells) != len(record):
            cells = [None if value == dialect.null_text else value for value in record]
        places |= {(row, column) for column, cell in enumerate(cells) if cell is None}
    return frozenset(places)


def header_oddities(header: Sequence[str], width: int, dialect: Dialect) -> list[Oddity]:
    """Names that can't be a column's as they are, and what they become."""
    if not header:
        return []
    return [
        Oddity(
            f"The name of column {change.index + 1} {change.reason}: it becomes {cut_line(change.name, _NAME_CHARS)}",
            dialect.skip_lines + 1,
            is_harmful=False,
        )
        for change in usable_names(header, width)[1]
    ]


def open_quote_oddity(line: int) -> Oddity:
    """A quote that never ends takes everything after it for one value."""
    return Oddity("A quote begins here and never ends", line)


def ragged_oddities(records: Sequence[Sequence[str]], lines: Sequence[int], width: int) -> list[Oddity]:
    """Records of another number of fields than the header, too few and too many."""
    short = [line for line, record in zip(lines, records, strict=True) if len(record) < width]
    long = [line for line, record in zip(lines, records, strict=True) if len(record) > width]
    told = []
    if short:
        told.append(Oddity(f"Records with fewer than {width} fields", short[0], len(short)))
    if long:
        told.append(Oddity(f"Records with more than {width} fields", long[0], len(long)))
    return told


def _usual_width(records: Sequence[Sequence[str]]) -> int:
    return Counter(map(len, records)).most_common(1)[0][0] if records else 0


def trimmed(record: Sequence[str], dialect: Dialect) -> Sequence[str]:
    """A record as it is shown."""
    return [value.strip(" \t") for value in record] if dialect.trim else record
