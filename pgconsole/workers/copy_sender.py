"""Loads batches through COPY on one session and finds the records that the server refuses.

Pieces of a batch go in one script, each under a savepoint of its own, so that what stands before a refused record is
kept and one round trip serves for all. Where a piece fails its records go again without the one that the server named;
where it named none the piece is divided. Pieces become as small as the newest failures are close to each other.
"""

import sys
from collections import deque
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field

from pgconsole.core.errors import CountMismatch, PgconsoleError
from pgconsole.core.import_account import Reject
from pgconsole.core.import_errors import (
    SkippedRow,
    is_about_a_record,
    refused_column,
    refused_key,
    refused_line,
    skipped_row,
)
from pgconsole.core.import_plan import ImportPlan, Way
from pgconsole.core.import_rows import BAD_FORMAT, RowProblem
from pgconsole.core.import_sql import (
    STAGING,
    UNDO_PIECE,
    CopyForm,
    CopyOptions,
    copy_from_stdin,
    is_staged,
    piece_script,
    type_reasons,
)
from pgconsole.db.copy_answers import CopyAnswers
from pgconsole.db.session import Session
from pgconsole.db.text_connection import NEXT_COPY
from pgconsole.formats.copy_pieces import CopyPiece, PieceMaker
from pgconsole.formats.csv_cutter import RawRecord
from pgconsole.formats.sound_bytes import STAND_IN_QUOTE
from pgconsole.workers.import_stream import Batch

_KEPT_TEXT = 10_000
_SMALLEST_PIECE = 16
_JOINED_BYTES = 1 << 20
_ANY_COUNT = sys.maxsize
_RECORDS_OF_A_PIECE = 100
"""About as many are loaded in the time that a COPY costs by itself (0.25 ms): a million rows took the server 2.52 s
in pieces of a quarter of a MiB, 2.36 s in pieces of a whole one. Half a piece is lost at each failure."""
_DENSE_RECORDS = 2000
"""Failures closer to each other than this are worth a look at each record before it is sent."""
_PIECES_AHEAD = 6
"""How many pieces are sent at once where failures are frequent: what comes behind one is sent again."""


class BadRecord(Exception):
    """A record was refused, and the plan is to stop then."""

    def __init__(self, reject: Reject) -> None:
        super().__init__(reject.message)
        self.reject = reject


@dataclass(slots=True)
class Loaded:
    """What came of one batch, not yet committed."""

    loaded: int = 0
    skipped: int = 0
    """Records whose key was there."""
    rejects: list[tuple[Reject, bytes]] = field(default_factory=list)
    """Each with its raw bytes."""


@dataclass(frozen=True, slots=True)
class TargetFacts:
    """What the server told of itself and of the table."""

    column_types: dict[str, str]
    """In words, by the columns' names."""
    numeric: frozenset[str]
    """The columns that hold numbers."""
    never_empty: frozenset[str]
    """The columns of types that no empty text is of."""
    skips_type_errors: bool
    """Whether COPY can leave rows out by itself, and says so in words that are understood."""


class CopySender:
    """Loads batches of one plan on one session, within a transaction that others begin and end."""

    def __init__(self, session: Session, plan: ImportPlan, maker: PieceMaker, facts: TargetFacts, stops: bool) -> None:
        self._session = session
        self._plan = plan
        self._maker = maker
        self._facts = facts
        self._stops = stops
        self._staged = is_staged(plan)
        self._relation = STAGING if self._staged else plan.target.table
        self._gap = 0.0
        """About how many records lie between two failures; 0 where there was none."""
        self._since_failure = 0
        self._has_ragged = False
        self._is_undone = True
        self._scripts: dict[tuple[CopyForm, bool], str] = {}
        self._notices: list[str] = []
        self._came = Loaded()
        self._batch: Batch | None = None
        self._unexplained: list[tuple[RawRecord, SkippedRow]] = []

    async def load(self, batch: Batch) -> Loaded:
        """Load all that the server takes; raises `BadRecord` where the plan stops, and what is no record's fault."""
        self._batch, self._came = batch, Loaded()
        self._session.listen(self._hear, None)
        try:
            await self._load_pieces(deque(batch.pieces))
            self._refuse_all(batch.problems)
            await self._undo()
            await self._explain()
        finally:
            self._session.listen(None, None)
        self._came.rejects.sort(key=lambda pair: pair[0].record)
        return self._came

    def _refuse_all(self, problems: Sequence[tuple[RawRecord, RowProblem]]) -> None:
        for record, problem in problems:
            self._refuse(record, problem)

    def copy_statement(self) -> str:
        """The COPY as it mostly runs, to be shown."""
        return self._copy("csv" if self._maker.sends_bytes else "text", exact=True)

    # Sending

    async def _load_pieces(self, queue: deque[CopyPiece]) -> None:
        while queue:
            group = self._next_group(queue)
            if not group:
                continue
            done, error = await self._attempt(group)
            if error is None:
                continue
            failed = group[done]
            queue.extendleft(reversed(group[done + 1 :]))
            queue.extendleft(reversed(self._resolve(failed, error)))

    def _next_group(self, queue: deque[CopyPiece]) -> list[CopyPiece]:
        group: list[CopyPiece] = []
        if not self._gap:
            while queue:
                group.append(_joined(queue, _ANY_COUNT))
            return group
        gap = max(self._gap, self._since_failure)
        size = max(_SMALLEST_PIECE, int(min(gap / 2, (2 * _RECORDS_OF_A_PIECE * gap) ** 0.5)))
        while queue and len(group) < _PIECES_AHEAD:
            piece = _joined(queue, size)
            if self._has_ragged and gap < _DENSE_RECORDS and piece.is_exact and not piece.is_even:
                queue.extendleft(reversed(self._even_parts(piece)))
                continue
            if piece.is_exact and piece.count > 2 * size:
                queue.appendleft(piece.part(size, piece.count))
                piece = piece.part(0, size)
            group.append(piece)
        return group

    def _even_parts(self, piece: CopyPiece) -> list[CopyPiece]:
        """What is left of a piece without the records that have too few or too many fields."""
        parts, start = [], 0
        for place, problem in self._maker.ragged(piece):
            self._refuse(piece.record(place), problem)
            parts.append(piece.part(start, place))
            start = place + 1
        parts.append(piece.part(start, piece.count))
        for part in parts:
            part.is_even = True
        return [part for part in parts if part.count]

    async def _attempt(self, group: Sequence[CopyPiece]) -> tuple[int, PgconsoleError | None]:
        """Send pieces; how many of them were taken, and what the next one failed by."""
        answers, undoes = CopyAnswers(), not self._is_undone
        self._notices.clear()
        error: PgconsoleError | None = None
        try:
            await self._session.copy_in(self._script(group), _data(group), answers)
            self._is_undone = True
        except PgconsoleError as failure:
            if self._session.is_lost or not self._session.in_transaction_block:
                raise
            error, self._is_undone = failure, False
        return self._count(group, answers, 2 if undoes else 0), error

    def _script(self, group: Sequence[CopyPiece]) -> str:
        pieces = [self._statements(piece.form, exact=piece.is_exact) for piece in group]
        return ";\n".join(pieces if self._is_undone else [UNDO_PIECE, *pieces])

    def _statements(self, form: CopyForm, *, exact: bool) -> str:
        known = self._scripts.get((form, exact))
        if known is None:
            known = self._scripts[form, exact] = piece_script(self._plan, self._copy(form, exact=exact))
        return known

    def _copy(self, form: CopyForm, *, exact: bool) -> str:
        skips = self._facts.skips_type_errors and exact
        columns = self._maker.shaper.columns if self._plan.dialect.quote else ()
        options = CopyOptions(
            form,
            self._plan.dialect,
            STAND_IN_QUOTE,
            force_null=[name for name in columns if name in self._facts.never_empty],
            skips_type_errors=skips,
        )
        return copy_from_stdin(self._plan, options)

    async def _undo(self) -> None:
        if not self._is_undone:
            await self._session.execute(UNDO_PIECE)
            self._is_undone = True

    def _hear(self, fields: dict[str, str]) -> None:
        self._notices.append(fields.get("message", ""))

    # Counting

    def _count(self, group: Sequence[CopyPiece], answers: CopyAnswers, before: int) -> int:
        """Note what the server has taken; how many pieces that is."""
        each = 5 if self._staged else 3
        done = min(len(group), max(0, len(answers.tags) - before) // each)
        for index, piece in enumerate(group[:done]):
            first = before + index * each
            notices = [
                text for text, place in zip(self._notices, answers.notice_places, strict=False) if place == first + 1
            ]
            self._count_piece(piece, answers.tags[first : first + each], notices)
        return done

    def _count_piece(self, piece: CopyPiece, tags: Sequence[str], notices: Sequence[str]) -> None:
        skipped = [row for row in map(skipped_row, notices) if row is not None]
        copied = _rows_of(tags[1])
        if copied != piece.count - len(skipped):
            raise _mismatch(piece, copied + len(skipped), "COPY")
        self._unexplained += [(piece.record(row.line - 1), row) for row in skipped]
        self._since_failure += piece.count
        inserted = _rows_of(tags[2]) if self._staged else copied
        if inserted != copied and self._plan.way is not Way.DO_NOTHING:
            raise _mismatch(piece, inserted, "INSERT")
        self._came.loaded += inserted
        self._came.skipped += copied - inserted

    # Finding the record

    def _resolve(self, piece: CopyPiece, error: PgconsoleError) -> list[CopyPiece]:
        """What is to be sent in place of a piece that failed; what its failure is about no record's fault is raised."""
        line = refused_line(error.report, self._relation)
        if not is_about_a_record(error, line):
            raise error
        if not piece.is_exact:
            made = self._maker.in_text(piece)
            self._refuse_all(made.problems)
            return [made.piece] if made.piece is not None else []
        if line is not None and 1 <= line <= piece.count:
            self._note_gap(line)
            self._reject(piece.record(line - 1), error)
            return [part for part in (piece.part(0, line - 1), piece.part(line, piece.count)) if part.count]
        if piece.count == 1:
            self._note_gap(1)
            self._reject(piece.record(0), error)
            return []
        return self._divided(piece, error)

    def _divided(self, piece: CopyPiece, error: PgconsoleError) -> list[CopyPiece]:
        """Parts of a piece in which no line was named: round the records with the key that it told, else halves."""
        suspects = self._with_key(piece, refused_key(error.report))
        if not suspects or len(suspects) == piece.count:
            middle = piece.count // 2
            return [piece.part(0, middle), piece.part(middle, piece.count)]
        parts, start = [], 0
        for suspect in suspects:
            parts += [piece.part(start, suspect), piece.part(suspect, suspect + 1)]
            start = suspect + 1
        return [part for part in [*parts, piece.part(start, piece.count)] if part.count]

    def _with_key(self, piece: CopyPiece, key: tuple[str, str] | None) -> list[int]:
        index = self._maker.shaper.index_of(key[0]) if key is not None else None
        if key is None or index is None:
            return []
        cells = (self._maker.cells(piece.record(number)) for number in range(piece.count))
        return [number for number, row in enumerate(cells) if index < len(row) and row[index] == key[1]]

    def _note_gap(self, records: int) -> None:
        since, self._since_failure = self._since_failure + records, 0
        self._gap = since if not self._gap else 0.8 * self._gap + 0.2 * since

    # Telling

    def _reject(self, record: RawRecord, error: PgconsoleError) -> None:
        report = error.report
        self._has_ragged |= report.sqlstate == BAD_FORMAT
        column = refused_column(report, self._maker.shaper.columns)
        self._add(
            record,
            column=column,
            value=self._value(record, column),
            sqlstate=report.sqlstate,
            message=report.message,
            detail=report.detail,
            constraint=report.constraint_name,
        )

    def _refuse(self, record: RawRecord, problem: RowProblem) -> None:
        """The same for a record that the server was not even asked about."""
        column, value = problem.column, problem.value
        self._add(record, column=column, value=value, sqlstate=problem.sqlstate, message=problem.message)

    def _value(self, record: RawRecord, column: str) -> str:
        index = self._maker.shaper.index_of(column)
        cells = self._maker.cells(record) if index is not None else []
        return (cells[index] or "") if index is not None and index < len(cells) else ""

    def _add(self, record: RawRecord, **said: str) -> None:
        text = record.raw.decode("utf-8", "replace")
        several = self._batch is not None and len(self._plan.sources) > 1
        source = self._batch.source.path if several and self._batch is not None else ""
        reject = Reject(record=record.number, line=record.line, text=text[:_KEPT_TEXT], source=source, **said)
        if self._stops:
            raise BadRecord(reject)
        self._came.rejects.append((reject, record.raw))

    async def _explain(self) -> None:
        """Ask why COPY left rows out, which its notices do not say."""
        if not self._unexplained:
            return
        rows, self._unexplained = self._unexplained, []
        values = [self._value(record, row.column) for record, row in rows]
        kinds = [self._facts.column_types.get(row.column, "text") for _record, row in rows]
        asked = [(value.replace("\x00", ""), kind) for value, kind in zip(values, kinds, strict=True)]
        answers = await self._session.fetch(type_reasons(asked))
        for (record, row), value, kind, (message, detail, code) in zip(rows, values, kinds, answers, strict=True):
            said = message or f"The value is none of type {kind}."
            self._add(
                record, column=row.column, value=value, sqlstate=code or "22P02", message=said, detail=detail or ""
            )


def _rows_of(tag: str) -> int:
    return int(tag.rpartition(" ")[2])


def _mismatch(piece: CopyPiece, counted: int, command: str) -> CountMismatch:
    last = piece.number + piece.count - 1
    return CountMismatch(
        f"The server's count does not agree: of the {piece.count:,} records {piece.number:,} to {last:,} its {command}"
        f" counted {counted:,}.",
        "A trigger or rule of the table may leave rows out, or take them elsewhere.",
        "Nothing of what was not yet committed was kept. Load into the table that the rows go to in the end.",
    )


def _joined(queue: deque[CopyPiece], most: int) -> CopyPiece:
    """The next piece, and those behind it that can go by the same COPY, up to so many records."""
    piece = queue.popleft()
    while queue and piece.size_bytes < _JOINED_BYTES and piece.count + queue[0].count <= most:
        if not piece.take(queue[0]):
            break
        queue.popleft()
    return piece


async def _data(group: Sequence[CopyPiece]) -> AsyncIterator[bytes]:
    for index, piece in enumerate(group):
        if index:
            yield NEXT_COPY
        for chunk in piece.chunks():
            yield chunk
