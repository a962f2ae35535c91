"""Reads delimited text for looking at it: never fails on a record, and knows on which line each begins.

What is loaded is read by `csv_reader`; this one serves the preview, the guesses and the scan of types, at the speed of
the standard library's reader.
"""

import csv
import io
import re
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from itertools import islice
from typing import Any, Final

from pgconsole.core.import_plan import Dialect
from pgconsole.core.source_preview import Oddity
from pgconsole.formats.csv_grammar import CsvGrammar

_STAND_IN: Final = "\ue000"
"""Of a delimiter of several characters, which the standard library's reader does not take; of private use."""
_FIELD_LIMIT_CHARS: Final = 32 * 1024 * 1024
_ENDS: Final = {"\r\n": "CR LF", "\n": "LF", "\r": "CR"}


def lines_of(text: str) -> Iterator[str]:
    """Lines with their ends, which are line feeds, carriage returns or both, and nothing else."""
    return io.StringIO(text, newline="")


class LooseReader:
    """Records of lines, one after the other; `open_quote_line` tells afterwards where a quote never ends."""

    def __init__(self, lines: Iterable[str], dialect: Dialect) -> None:
        """Take all lines of a file with their ends, those to be skipped included."""
        self._dialect = dialect
        self._fed = 0
        self._pending: list[str] = []
        self._last = ""
        self._is_long = len(dialect.delimiter) > 1
        self._grammar = CsvGrammar(dialect)
        self._blanks = " \t" if dialect.trim else ""
        self._ends: dict[str, int] = {}
        self._lines = iter(lines)
        self._waiting: deque[str] = deque()
        """Lines that were looked at and not yet read."""
        others = re.escape(dialect.quote + dialect.delimiter[:1])
        self._bare = re.compile(rf"{re.escape(dialect.quote)}(?![{others}\r\n]|\Z)(?<![{others}\n].)(?<!^.)", re.DOTALL)
        """A quote amid a field."""
        self._options = _reader_options(dialect)
        self._reader = csv.reader(self._tapped(), **self._options)
        self.open_quote_line = 0
        """The line on which a quote is opened that the end of the text finds open; 0 where there is none."""

    def _tapped(self) -> Iterator[str]:
        comment, skipped, delimiter = self._dialect.comment, self._dialect.skip_lines, self._dialect.delimiter
        waiting, lines = self._waiting, self._lines
        while (line := waiting.popleft() if waiting else next(lines, None)) is not None:
            self._fed += 1
            if self._fed <= skipped or (comment and not self._pending and line.startswith(comment)):
                continue
            self._pending.append(line)
            yield line.replace(delimiter, _STAND_IN) if self._is_long else line

    def __iter__(self) -> Iterator[tuple[int, list[str]]]:
        pending = self._pending
        is_odd, quote = self._is_long or self._dialect.ends_with_delimiter, self._dialect.quote
        try:
            for record in self._reader:
                start = self._fed - len(pending) + 1
                self._last = "".join(pending) if len(pending) > 1 else pending[0] if pending else ""
                self._note_end()
                pending.clear()
                if is_odd or (quote and quote in self._last):
                    record = self._as_loaded(record)
                if record:
                    yield start, record
            self._find_open_quote(self._last)
        except csv.Error:
            # A field of 32 MiB, or what no record can be: what follows it can't be told apart.
            self._find_open_quote("".join(pending))
            self.open_quote_line = self.open_quote_line or max(1, self._fed)

    def slices(self, size: int) -> Iterator[tuple[Sequence[list[str]], Sequence[int]]]:
        """The same, up to so many at once, with the line of each: up to three times as fast where quotes are sound."""
        records = iter(self)
        while True:
            plain = self._plain_records(size)
            if plain is not None:
                yield plain
                continue
            numbered = list(islice(records, size))
            if not numbered:
                return
            yield [record for _line, record in numbered], [line for line, _record in numbered]

    def _plain_records(self, size: int) -> tuple[Sequence[list[str]], Sequence[int]] | None:
        """The records of the next lines where each is one for certain; else None, and the lines wait."""
        dialect = self._dialect
        if self._is_long or dialect.trim or dialect.ends_with_delimiter or dialect.comment:
            return None
        if self._waiting or self._fed < dialect.skip_lines:
            return None
        lines = list(islice(self._lines, size))
        text = "".join(lines)
        returns = text.count("\r")
        records: list[list[str]] = []
        if not (returns and not returns == text.count("\r\n") == len(lines)) and self._is_soundly_quoted(text):
            with suppress(csv.Error):
                # A quote that is open at the end would take in the line behind.
                *records, _behind = csv.reader([*lines, "\n"], **self._options)
        if not lines or len(records) != len(lines):
            self._waiting.extend(lines)
            return None
        numbers: Sequence[int] = range(self._fed + 1, self._fed + len(lines) + 1)
        if "\n" in text:
            self._ends.setdefault("\r\n" if returns else "\n", numbers[0])
        self._fed += len(lines)
        self._last = lines[-1]
        if [] in records:
            numbers = [number for number, record in zip(numbers, records, strict=True) if record]
            records = [record for record in records if record]
        return records, numbers

    def _is_soundly_quoted(self, text: str) -> bool:
        """Whether each quote of whole lines stands where a field begins or ends, or is doubled."""
        quote, escape = self._dialect.quote, self._dialect.escape
        if not quote or quote not in text:
            return not (quote and escape in text)
        return (escape == quote or escape not in text) and not self._bare.search(text)

    def _as_loaded(self, record: list[str]) -> list[str]:
        """The newest record as the grammar has it, where the standard library's reader has it otherwise."""
        raw = self._last.rstrip("\r\n")
        if self._grammar.has_bare_quote(raw):
            return [text for text, _is_quoted in self._grammar.parts(raw)]
        if self._is_long:
            record = [text.replace(_STAND_IN, self._dialect.delimiter) for text in record]
        is_ended = self._dialect.ends_with_delimiter and len(record) > 1 and not record[-1].strip(self._blanks)
        return record[:-1] if is_ended else record

    @property
    def text(self) -> str:
        """The newest record as it stands in the file, with its line end."""
        return self._last

    def _note_end(self) -> None:
        last = self._pending[-1] if self._pending else ""
        end = "\r\n" if last.endswith("\r\n") else last[-1:]
        if end not in self._ends and end in _ENDS:
            self._ends[end] = self._fed

    def oddities(self) -> tuple[Oddity, ...]:
        """Whether records end in more than one way, with the first that ends otherwise than those before it."""
        if len(self._ends) < 2:
            return ()
        kinds = " and ".join(_ENDS[end] for end in self._ends)
        return (Oddity(f"Line ends are mixed: {kinds}", list(self._ends.values())[1], is_harmful=False),)

    def _find_open_quote(self, record: str) -> None:
        opened = open_quote(record, self._dialect) if self._dialect.quote else -1
        if opened >= 0:
            start = self._fed - sum(1 for _ in lines_of(record)) + 1
            self.open_quote_line = start + sum(1 for _ in lines_of(record[: opened + 1])) - 1


def open_quote(record: str, dialect: Dialect) -> int:
    """The offset of the quote in a record that is never closed; -1 where each is."""
    quote, escape = dialect.quote, dialect.escape
    opened, at_start, index = -1, True, 0
    while index < len(record):
        char = record[index]
        if opened >= 0:
            if char == escape and escape != quote:
                index += 1
            elif char == quote:
                if record[index + 1 : index + 2] == quote and escape == quote:
                    index += 1
                else:
                    opened = -1
        elif char == quote and at_start:
            opened = index
        at_start = record.endswith(dialect.delimiter, 0, index + 1) or char in "\r\n"
        index += 1
    return opened


def _reader_options(dialect: Dialect) -> dict[str, Any]:
    """What the standard library's reader takes."""
    csv.field_size_limit(_FIELD_LIMIT_CHARS)
    return {
        "delimiter": dialect.delimiter if len(dialect.delimiter) == 1 else _STAND_IN,
        "quotechar": dialect.quote or None,
        "quoting": csv.QUOTE_MINIMAL if dialect.quote else csv.QUOTE_NONE,
        "escapechar": dialect.escape if dialect.quote and dialect.escape != dialect.quote else None,
        "skipinitialspace": dialect.trim,
        "doublequote": dialect.escape == dialect.quote,
        "strict": False,
    }
