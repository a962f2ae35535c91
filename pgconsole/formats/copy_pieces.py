"""What COPY is sent at a time: records that can be counted, named, divided, and had back as they stand in the file."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from pgconsole.core.copy_text import encode_line
from pgconsole.core.import_plan import Dialect
from pgconsole.core.import_rows import BAD_FORMAT, RowProblem, RowShaper
from pgconsole.core.import_sql import CopyForm
from pgconsole.formats.csv_cutter import RawRecord, Stretch
from pgconsole.formats.csv_grammar import Cells, CsvGrammar
from pgconsole.formats.sound_bytes import SoundBytes

_CHUNK_BYTES = 1 << 16


@dataclass(slots=True)
class CopyPiece:
    """Records that follow each other; COPY's line n is the record n where `is_exact`."""

    form: CopyForm
    count: int
    number: int
    """Of the first record."""
    line: int
    blocks: list[bytes] = field(default_factory=list)
    """All lines, many in each; empty where they are kept one by one."""
    lines: Sequence[bytes] = ()
    records: Sequence[RawRecord] = ()
    """Parallel to the lines of the text form."""
    raws: list[bytes] = field(default_factory=list)
    """The same as they stand in the file, where no record was left out."""
    is_exact: bool = True
    is_even: bool = False
    """Whether each record is known to have as many fields as it should."""

    @property
    def size_bytes(self) -> int:
        """How much is sent."""
        return sum(map(len, self.blocks or self.lines))

    def chunks(self) -> Iterator[bytes]:
        """The bytes to send."""
        for block in self.blocks or [b"".join(self.lines)]:
            for start in range(0, len(block), _CHUNK_BYTES):
                yield block[start : start + _CHUNK_BYTES]

    def take(self, other: "CopyPiece") -> bool:
        """Take in the records that follow on these, where both can be sent by one COPY; whether they were."""
        is_alike = self.form == other.form and self.is_even == other.is_even and bool(self.raws) == bool(other.raws)
        is_next = (self.number + self.count, self.line + self.count) == (other.number, other.line)
        is_whole = bool(self.blocks and other.blocks) and self.is_exact and other.is_exact
        if not (is_alike and is_next and is_whole):
            return False
        self.count += other.count
        self.blocks += other.blocks
        self.raws += other.raws
        return True

    def record(self, index: int) -> RawRecord:
        """A record as it stands in the file; only of an exact piece."""
        if self.records:
            return self.records[index]
        if self.raws:
            return RawRecord(self.number + index, self.line + index, self.raws[index].rstrip(b"\r"))
        self._keep_lines()
        return RawRecord(self.number + index, self.line + index, self.lines[index].rstrip(b"\r\n"))

    def part(self, start: int, stop: int) -> "CopyPiece":
        """Some of the records; only of an exact piece."""
        self._keep_lines()
        lines, records = self.lines[start:stop], self.records[start:stop]
        number, line = self.number + start, self.line + start
        if records:
            number, line = records[0].number, records[0].line
        raws = self.raws[start:stop]
        return CopyPiece(
            self.form, len(lines), number, line, lines=lines, records=records, raws=raws, is_even=self.is_even
        )

    def _keep_lines(self) -> None:
        if self.blocks:
            pieces = b"".join(self.blocks).split(b"\n")
            self.lines = [line + b"\n" for line in pieces[:-1]]
            self.blocks = []


@dataclass(slots=True)
class Made:
    """What became of a stretch: a piece to send, and records that are refused before that."""

    piece: CopyPiece | None = None
    problems: list[tuple[RawRecord, RowProblem]] = field(default_factory=list)


class PieceMaker:
    """Makes pieces of stretches by one plan's dialect and mapping."""

    def __init__(self, dialect: Dialect, shaper: RowShaper) -> None:
        self.grammar = CsvGrammar(dialect)
        self.shaper = shaper
        self._delimiter = dialect.delimiter.encode()
        self._quote = dialect.quote.encode()
        self._null = dialect.null_text
        self.sends_bytes = shaper.is_direct and SoundBytes.fits(dialect) and not dialect.ends_with_delimiter
        """Whether the file's own bytes are sent where they are sound."""
        self._no_marks = bytes(byte for byte in range(256) if byte not in self._delimiter + b"\n")

    def make(self, stretch: Stretch) -> Made:
        """The piece that a stretch is sent as."""
        if stretch.records is not None:
            return self._of_records(stretch.records)
        exact = not stretch.has_line_ends_inside
        piece = CopyPiece("csv", stretch.count, stretch.number, stretch.line, [stretch.data], is_exact=exact)
        if self.sends_bytes:
            return Made(piece)
        return (self._of_lines(stretch) if exact else None) or self.in_text(piece)

    def _of_lines(self, stretch: Stretch) -> Made | None:
        """The lines of sound bytes in the text form; None where one is a problem, so that each is to be looked at."""
        raws = stretch.data.split(b"\n")[:-1]
        whole = stretch.data.decode("utf-8", "surrogateescape").replace("\r\n", "\n")
        picked = self._picked(whole)
        if picked is not None:
            return Made(CopyPiece("text", len(raws), stretch.number, stretch.line, [picked], raws=raws, is_even=True))
        rows = self.grammar.rows(whole.split("\n")[:-1])
        shape = self.shaper.shape
        try:
            text = "".join([encode_line(shape(cells)) for cells in rows])
        except RowProblem:
            return None
        lines = text.encode("utf-8", "surrogateescape").splitlines(keepends=True)
        return Made(CopyPiece("text", len(lines), stretch.number, stretch.line, lines=lines, raws=raws, is_even=True))

    def _picked(self, text: str) -> bytes | None:
        """Lines of the text form, without a step for each field: twice as fast, for lines that allow it."""
        if not self.shaper.picks_only or self._needs_escapes(text) or self.grammar.may_quote_null(text):
            return None
        rows = self.grammar.texts(text.split("\n")[:-1])
        if rows is None or {*map(len, rows)} != {self.shaper.width}:
            return None
        null, end = self._null, "".join(f"\t{encode_line([cell])[:-1]}" for cell in self.shaper.constants) + "\n"
        lines = [
            "\t".join(row if null not in row else ["\\N" if cell == null else cell for cell in row])
            for row in self.shaper.pick(rows)
        ]
        return (end.join(lines) + end).encode("utf-8", "surrogateescape")

    def _needs_escapes(self, text: str) -> bool:
        """Whether the text of a field may hold what means something in the text form."""
        is_parted_by_tabs = self._delimiter == b"\t" and (not self._quote or self._quote.decode() not in text)
        return "\\" in text or "\r" in text or ("\t" in text and not is_parted_by_tabs)

    def in_text(self, piece: CopyPiece) -> Made:
        """The same records as lines of the text format, so that each line is a record."""
        text = b"".join(piece.blocks).decode("utf-8", "surrogateescape")
        records: list[RawRecord] = []
        position, line = 0, piece.line
        while position < len(text):
            found = self.grammar.match(text, position)
            raw = text[position : found.body_end].encode("utf-8", "surrogateescape")
            records.append(RawRecord(piece.number + len(records), line, raw))
            line += text.count("\n", position, found.end)
            position = found.end
        return self._of_records(records)

    def ragged(self, piece: CopyPiece) -> list[tuple[int, RowProblem]]:
        """Places of the records of an exact piece of sound bytes that have fewer or more fields than they should.

        In such bytes every delimiter outside quotes parts two fields. A failed COPY costs a hundred times as much.
        """
        data = b"".join(piece.blocks or piece.lines)
        outside = b"".join(data.split(self._quote)[::2]) if self._quote else data
        # Twice as fast as to count the delimiters of each line.
        marks = outside.translate(None, self._no_marks).split(b"\n")[:-1]
        wanted = self._delimiter * (self.shaper.width - 1)
        return [(n, self.shaper.wrong_width(len(found) + 1)) for n, found in enumerate(marks) if found != wanted]

    def cells(self, record: RawRecord) -> Cells:
        """The fields of a record."""
        return self.grammar.rows([record.raw.decode("utf-8", "surrogateescape")])[0]

    def _of_records(self, records: Sequence[RawRecord]) -> Made:
        made = Made()
        whole = [record for record in records if not record.problem]
        made.problems = [(r, RowProblem(r.problem, BAD_FORMAT)) for r in records if r.problem]
        rows = self.grammar.rows([record.raw.decode("utf-8", "surrogateescape") for record in whole])
        lines: list[bytes] = []
        kept: list[RawRecord] = []
        for record, cells in zip(whole, rows, strict=True):
            try:
                line = encode_line(self.shaper.shape(cells))
            except RowProblem as problem:
                made.problems.append((record, problem))
            else:
                lines.append(line.encode("utf-8", "surrogateescape"))
                kept.append(record)
        if kept:
            first = kept[0]
            made.piece = CopyPiece("text", len(kept), first.number, first.line, lines=lines, records=kept, is_even=True)
        return made
