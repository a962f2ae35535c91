"""Cuts the UTF-8 bytes of a delimited file into stretches of whole records, and knows the number and line of each.

Where quote parity is sound the bytes are handed on as they are, uncopied by any parser; anything else is cut record by
record. What the records mean is left to others.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from pgconsole.core.import_account import OddThing
from pgconsole.core.import_plan import Dialect
from pgconsole.core.wording import plural
from pgconsole.formats.csv_grammar import CsvGrammar, RecordMatch, line_count
from pgconsole.formats.sound_bytes import SoundBytes

STRETCH_BYTES = 1 << 18
MAX_RECORD_BYTES = 1 << 26
"""A record that is longer is taken for one whose quote was never closed."""

UNCLOSED = "unterminated CSV quoted field"
TOO_LONG = "record without an end for 64 MiB"
_ERRORS = "surrogateescape"


@dataclass(frozen=True, slots=True)
class RawRecord:
    """One record as it stands in the file."""

    number: int
    """Among the records of all sources, from 1."""
    line: int
    """The line of its file on which it begins, or on which its trouble does."""
    raw: bytes
    """Without its line end, in UTF-8."""
    problem: str = ""
    """Why it can be no record at all."""


@dataclass(frozen=True, slots=True)
class Stretch:
    """Whole records that follow each other: bytes that COPY can have, or records that are to be parsed."""

    data: bytes
    count: int
    number: int
    """Of the first record."""
    line: int
    """On which the first record begins."""
    has_line_ends_inside: bool = False
    records: tuple[RawRecord, ...] | None = None
    """Where the bytes are not to be sent as they are."""


class CsvCutter:
    """Takes a file's bytes piece by piece; `head` is what comes before the first record."""

    def __init__(
        self,
        dialect: Dialect,
        column_count: int,
        *,
        first_number: int = 1,
        always_parse: bool = False,
        stretch_bytes: int = STRETCH_BYTES,
        max_record_bytes: int = MAX_RECORD_BYTES,
    ) -> None:
        self._dialect = dialect
        self._grammar = CsvGrammar(dialect)
        self._sound = None if always_parse or not SoundBytes.fits(dialect) else SoundBytes(dialect, column_count)
        self._column_count = column_count
        self._skips_blank = column_count > 1
        self._stretch_bytes = self._window = stretch_bytes
        self._max_record_bytes = max_record_bytes
        self._pending = b""
        self._taken = 0
        """How much of `_pending` was handed on: it is cut off once for many stretches."""
        self._is_in_head = dialect.has_header or dialect.skip_lines > 0
        self._lines_to_skip = dialect.skip_lines
        self.head = b""
        self.header = ""
        """The last record of the head, without its line end; the first of the file where the dialect has a header."""
        self.number = first_number
        """Of the next record."""
        self.line = 1
        """The next one of the file."""
        self.oddities: dict[str, OddThing] = {}

    def feed(self, data: bytes) -> Iterator[Stretch]:
        """Take the next bytes, and hand on the records that are whole by now, all but the newest."""
        self._pending = self._pending[self._taken :] + data
        self._taken = 0
        if self._is_in_head and not self._take_head(final=False):
            return
        yield from self._cut(final=False)

    def finish(self) -> Iterator[Stretch]:
        """Hand on the rest."""
        if self._is_in_head:
            self._take_head(final=True)
        yield from self._cut(final=True)

    # What comes first

    def _take_head(self, *, final: bool) -> bool:
        """Leave out the lines to skip and the header; False where they are not there whole."""
        text = self._pending.decode("utf-8", _ERRORS)
        position = 0
        for _ in range(self._lines_to_skip):
            found = _end_of_line(text, position)
            if found is None and not final:
                return False
            position = len(text) if found is None else found
        if self._dialect.has_header:
            is_last = final or len(self._pending) >= self._max_record_bytes
            header = self._header(text, position, is_last=is_last)
            if header is None and not is_last:
                return False
            start, position = header or (len(text), len(text))
            self.header = text[start:position].rstrip("\r\n")
            self._note_width(1 + line_count(text[:start]))
        self.head = text[:position].encode("utf-8", _ERRORS)
        self._pending = self._pending[len(self.head) :]
        self.line += line_count(text[:position])
        self._is_in_head = False
        return True

    def _header(self, text: str, position: int, *, is_last: bool) -> tuple[int, int] | None:
        """Where the header begins and ends; None where it is not there whole."""
        while position < len(text):
            found = self._grammar.match(text, position)
            if not is_last and (not found.is_complete or found.end == len(text)) and found.unclosed_at is not None:
                return None
            if not self._is_left_out(text[position : found.body_end]):
                if found.unclosed_at is not None:
                    # As with a record, the lines behind the quote are not given up with it.
                    return position, _end_of_line(text, found.unclosed_at) or len(text)
                return (position, found.end) if found.is_complete or is_last else None
            position = found.end
        return None

    def _note_width(self, line: int) -> None:
        names = len(self._grammar.parts(self.header))
        if self.header and names != self._column_count:
            told = f"The header has {plural(names, 'name')} for {plural(self._column_count, 'field')}."
            self.oddities["header"] = OddThing(kind="header", text=told, line=line)

    # The records

    def _cut(self, *, final: bool) -> Iterator[Stretch]:
        while self._left_bytes >= self._window or (final and self._left_bytes):
            stretch = self._sound_stretch(final) or self._parsed_stretch(final)
            if stretch is None:
                self._window *= 2
                continue
            self._window = self._stretch_bytes
            if stretch.count:
                yield stretch

    @property
    def _left_bytes(self) -> int:
        return len(self._pending) - self._taken

    def _next_window(self) -> bytes:
        return self._pending[self._taken : self._taken + self._window]

    def _sound_stretch(self, final: bool) -> Stretch | None:
        if self._sound is None or self._window > self._stretch_bytes:
            return None
        window = self._next_window()
        if final and len(window) == self._left_bytes and not window.endswith(b"\n"):
            window += b"\n"
        data = window[: window.rfind(b"\n") + 1]
        counted = self._sound.count(data)
        if counted is None:
            # The last line end may stand within quotes; to count quotes first would cost every window a pass more.
            newest, data = data, window[: self._sound.last_end(window)]
            counted = self._sound.count(data) if len(data) < len(newest) else None
        if counted is None or not data:
            return None
        stretch = Stretch(data, counted.records, self.number, self.line, counted.lines > counted.records)
        self._taken = min(self._taken + len(data), len(self._pending))
        self.number += counted.records
        self.line += counted.lines
        return stretch

    def _parsed_stretch(self, final: bool) -> Stretch | None:
        """The whole records of the window; None where not even one is there whole."""
        window = self._next_window()
        is_last = final and len(window) == self._left_bytes
        is_too_long = len(window) >= self._max_record_bytes
        text = window.decode("utf-8", _ERRORS)
        records: list[RawRecord] = []
        number, position = self.number, 0
        while position < len(text):
            found = self._grammar.match(text, position)
            if found.end == len(text) and not (found.is_complete or is_last):
                if position or not is_too_long:
                    break
                found = RecordMatch(0, len(text), len(text), True, found.unclosed_at or 0)
            position = self._take_record(text, found, records)
        if not position:
            return None
        taken = len(window) if position == len(text) else len(text[:position].encode("utf-8", _ERRORS))
        self._taken += taken
        return Stretch(b"", self.number - number, number, self.line, records=tuple(records))

    def _take_record(self, text: str, found: RecordMatch, records: list[RawRecord]) -> int:
        """Note one record; where the next begins."""
        start, body_end, end, problem, line = found.start, found.body_end, found.end, "", self.line
        if found.unclosed_at is not None:
            # Only the lines up to the quote are given up: those that follow may well be records of their own.
            line += line_count(text[start : found.unclosed_at])
            end = _end_of_line(text, found.unclosed_at) or len(text)
            body_end = start + len(text[start:end].rstrip("\r\n"))
            has_quote = self._dialect.quote and text.startswith(self._dialect.quote, found.unclosed_at)
            problem = UNCLOSED if has_quote else TOO_LONG
        body = text[start:body_end]
        if found.goes_on and not problem:
            self._note("quote", "A quoted field goes on behind a quote that was not doubled.")
        self._note_line_end(text[body_end:end])
        if problem or not self._is_left_out(body):
            records.append(RawRecord(self.number, line, body.encode("utf-8", _ERRORS), problem))
            self.number += 1
        self.line += line_count(text[start:end])
        return end

    def _is_left_out(self, body: str) -> bool:
        if self._dialect.comment and body.startswith(self._dialect.comment):
            self._note("comment", "A line that is a comment was left out.")
            return True
        if not body and self._skips_blank:
            self._note("blank", "A blank line was left out.")
            return True
        return False

    def _note_line_end(self, line_end: str) -> None:
        if "\r" in line_end and line_end != "\r\n":
            self._note("line end", "A line ends by a carriage return alone.")

    def _note(self, kind: str, text: str) -> None:
        before = self.oddities.get(kind)
        first, count = (before.line, before.count + 1) if before else (self.line, 1)
        self.oddities[kind] = OddThing(kind=kind, text=text, line=first, count=count)


def _end_of_line(text: str, start: int) -> int | None:
    """Where the line after that of `start` begins; None where the line has no end."""
    ends = [end for end in (text.find("\n", start), text.find("\r", start)) if end >= 0]
    if not ends:
        return None
    end = min(ends)
    return end + 2 if text.startswith("\r\n", end) else end + 1
