"""The rules of one dialect, compiled: where a record ends, what its fields are, and which of them are NULL.

A quote opens a field only where the field begins; what follows a closing quote belongs to the field, as with
PostgreSQL's COPY and Python's csv module. Where as many fields come of it, though, quotes that were not doubled stay
text: `"a "big" one"` is `a "big" one` and not `a big" one"`. Everything here is about text that is in memory;
`csv_cutter.py` finds it.
"""

import csv
import re
import sys
from collections.abc import Sequence
from dataclasses import dataclass

from pgconsole.core.import_plan import Dialect

_EOL = r"(?:\r\n?|\n)"

# A field may be as long as the server allows; the limit is the module's, and for all of the process.
csv.field_size_limit(sys.maxsize)

Cells = list[str | None]


@dataclass(frozen=True, slots=True)
class RecordMatch:
    """One record of a text."""

    start: int
    body_end: int
    """Where its line end begins."""
    end: int
    is_complete: bool
    """Whether its line end is there; only the last record of a file may lack one."""
    unclosed_at: int | None = None
    """Where a quote begins that is not closed, or only by one in the midst of a later line's field.

    Blanks behind the closing quote are no such midst.
    """
    goes_on: bool = False
    """Whether a quoted field goes on behind a quote that was not doubled."""


class CsvGrammar:
    """Finds records and fields of one dialect in text."""

    def __init__(self, dialect: Dialect) -> None:
        self._dialect = dialect
        self._end = dialect.delimiter if dialect.ends_with_delimiter else ""
        delimiter = re.escape(dialect.delimiter)
        is_single = len(dialect.delimiter) == 1
        self._is_plain = is_single and not dialect.trim and dialect.escape == dialect.quote
        not_in_field = rf"[^{delimiter}\r\n]" if is_single else rf"(?:(?!{delimiter})[^\r\n])"
        first, last = _field(dialect, not_in_field, ""), _field(dialect, not_in_field, "_last")
        self._record = re.compile(rf"(?:{first}{delimiter})*+{last}(?P<end>{_EOL}|\Z)")
        self._one_field = re.compile(rf"{first}(?P<end>{delimiter}|\Z|(?=[\r\n]))")
        self._bare_quote: re.Pattern[str] | None = None
        self._lenient_field: re.Pattern[str] | None = None
        if dialect.quote:
            self._bare_quote, self._lenient_field = _bare_quotes(dialect, not_in_field)
        quoted = dialect.quote + dialect.null_text + dialect.quote
        self._quoted_null = dialect.delimiter + quoted + dialect.delimiter if dialect.quote else None

    def match(self, text: str, start: int) -> RecordMatch:
        """The record that begins at `start`, as far as the text goes."""
        found = self._record.match(text, start)
        assert found is not None  # every part of the pattern can be empty
        body_end, end = found.start("end"), found.end()
        is_complete = end > body_end and not (end == len(text) and text[end - 1] == "\r")
        unclosed_at, goes_on = None, False
        if self._dialect.quote:
            is_open = found["open"] is not None or found["open_last"] is not None
            goes_on = found["rest"] is not None or found["rest_last"] is not None
            if is_open or (goes_on and _has_eol(text, start, body_end)):
                unclosed_at = self._unclosed_at(text, start, body_end)
        return RecordMatch(start, body_end, end, is_complete, unclosed_at, goes_on)

    def _unclosed_at(self, text: str, start: int, end: int) -> int | None:
        """Where the first quoted field of a record begins that has no end, or goes on behind it after a line end."""
        position = start
        while position <= end:
            found = self._one_field.match(text, position, end)
            if found is None:
                return None
            is_suspect = found["open"] is not None or (found["rest"] or "").strip(" \t")
            if is_suspect and (found["open"] is not None or _has_eol(text, position, found.start("end"))):
                return position
            if found.end() == position or not found["end"]:
                return None
            position = found.end()
        return None

    def rows(self, raws: Sequence[str]) -> list[Cells]:
        """The fields of records, an unquoted NULL text as None; by the csv module where it can, 7 times as fast."""
        rows: list[Cells] | None = self.texts(raws)  # type: ignore[assignment]
        if rows is None:
            return [self.fields(raw) for raw in raws]
        dialect = self._dialect
        null, quoted_null = dialect.null_text, self._quoted_null
        if self._bare_quote is not None:
            for index, raw in enumerate(raws):
                if dialect.quote in raw and self._bare_quote.search(raw):
                    rows[index] = self.fields(raw)
        for index, row in enumerate(rows):
            if null in row or not row:
                if quoted_null is not None and quoted_null in f"{dialect.delimiter}{raws[index]}{dialect.delimiter}":
                    rows[index] = self.fields(raws[index])
                else:
                    rows[index] = [None if cell == null else cell for cell in row or [""]]
        return rows

    def texts(self, raws: Sequence[str]) -> list[list[str]] | None:
        """The texts of the fields of records, NULL or not; None where the csv module does not understand them."""
        dialect = self._dialect
        if not self._is_plain:
            return None
        try:
            rows = list(
                csv.reader(
                    [raw.removesuffix(self._end) for raw in raws] if self._end else raws,
                    delimiter=dialect.delimiter,
                    quotechar=dialect.quote or None,
                    quoting=csv.QUOTE_MINIMAL if dialect.quote else csv.QUOTE_NONE,
                )
            )
        except csv.Error:
            return None
        return rows if len(rows) == len(raws) else None

    def may_quote_null(self, text: str) -> bool:
        """Whether a field of a text of lines may be a quoted text that would be NULL without its quotes."""
        dialect = self._dialect
        if not dialect.quote:
            return False
        quoted = dialect.quote + dialect.null_text + dialect.quote
        return text.startswith(quoted) or dialect.delimiter + quoted in text or "\n" + quoted in text

    def fields(self, raw: str) -> Cells:
        """The fields of one record without its line end."""
        cells: Cells = []
        for text, is_quoted in self.parts(raw):
            cells.append(None if not is_quoted and text == self._dialect.null_text else text)
        return cells

    def parts(self, raw: str) -> list[tuple[str, bool]]:
        """The text of each field, and whether it was quoted."""
        if self._end:
            raw = (raw.rstrip(_blanks(self._dialect)) if self._dialect.trim else raw).removesuffix(self._end)
        found = self._split(raw, self._one_field)
        if self._lenient_field is not None and self.has_bare_quote(raw):
            lenient = self._split(raw, self._lenient_field)
            found = lenient if lenient and found and len(lenient) == len(found) else found
        return found or []

    def has_bare_quote(self, raw: str) -> bool:
        """Whether a quote may stand amid a quoted field without being doubled."""
        return self._bare_quote is not None and self._bare_quote.search(raw) is not None

    def _split(self, raw: str, pattern: re.Pattern[str]) -> list[tuple[str, bool]] | None:
        """The fields as a pattern has them; None where one is none to it."""
        found: list[tuple[str, bool]] = []
        position, limit = 0, len(raw)
        while True:
            field = pattern.match(raw, position)
            if field is None:
                return None
            found.append(self._part(field))
            if not field["end"]:
                return found
            position = field.end()
            if position > limit:
                return found

    def _part(self, field: re.Match[str]) -> tuple[str, bool]:
        dialect = self._dialect
        if not dialect.quote or field["quoted"] is None:
            text = field["bare"]
            return (text.strip(_blanks(dialect)) if dialect.trim else text), False
        quoted, rest = field["quoted"], field["rest"] or ""
        if dialect.escape == dialect.quote:
            quoted = quoted.replace(dialect.quote * 2, dialect.quote)
        else:
            quoted = re.sub(
                rf"{re.escape(dialect.escape)}([{re.escape(dialect.quote + dialect.escape)}])", r"\1", quoted
            )
        return quoted + (rest.rstrip(_blanks(dialect)) if dialect.trim else rest), True


def line_count(text: str) -> int:
    """How many line ends of any kind are in a text."""
    return text.count("\n") + text.count("\r") - text.count("\r\n")


def _field(dialect: Dialect, not_in_field: str, suffix: str) -> str:
    bare = rf"(?P<bare{suffix}>{not_in_field}*+)"
    if not dialect.quote:
        return bare
    quote, escape = re.escape(dialect.quote), re.escape(dialect.escape)
    if escape == quote:
        inside = rf"[^{quote}]*+(?:{quote}{quote}[^{quote}]*+)*+"
    else:
        inside = rf"(?:[^{quote}{escape}]++|{escape}[\s\S])*+"
    lead = rf"[{re.escape(_blanks(dialect))}]*+" if dialect.trim else ""
    closed = rf"{quote}(?P<rest{suffix}>{not_in_field}++)?"
    return rf"(?:{lead}{quote}(?P<quoted{suffix}>{inside})(?:{closed}|(?P<open{suffix}>\Z))|(?!{lead}{quote}){bare})"


def _bare_quotes(dialect: Dialect, not_in_field: str) -> tuple[re.Pattern[str], re.Pattern[str]]:
    """What finds a quote with text on both sides, and a field in which such a quote is text."""
    quote, delimiter = re.escape(dialect.quote), re.escape(dialect.delimiter)
    escape, others = re.escape(dialect.escape), re.escape(dialect.quote + dialect.escape)
    escaped = rf"{quote}{quote}" if escape == quote else rf"{escape}[\s\S]"
    bare = rf"(?<!{delimiter})(?<!{quote})(?<!{escape})(?<!^){quote}(?!{quote})(?!{delimiter})(?!\Z)"
    lead = rf"[{re.escape(_blanks(dialect))}]*+" if dialect.trim else ""
    closes = rf"{quote}(?={lead}(?:{delimiter}|\Z))"
    inside = rf"(?:[^{others}]++|{escaped}|(?!{closes}){quote})*+"
    quoted = rf"{lead}{quote}(?P<quoted>{inside}){quote}(?P<rest>{lead})"
    return re.compile(bare), re.compile(
        rf"(?:{quoted}|(?!{lead}{quote})(?P<bare>{not_in_field}*+))(?P<end>{delimiter}|\Z)"
    )


def _blanks(dialect: Dialect) -> str:
    return " \t".replace(dialect.delimiter, "")


def _has_eol(text: str, start: int, end: int) -> bool:
    return text.find("\n", start, end) >= 0 or text.find("\r", start, end) >= 0
