"""What is told of the records of a batch that are refused: by the server's error or notice, or before it was asked."""

from collections.abc import Sequence

from pgconsole.core.errors import PgconsoleError
from pgconsole.core.import_account import Reject
from pgconsole.core.import_errors import SkippedRow, refused_column
from pgconsole.core.import_plan import ImportPlan, SourceFile
from pgconsole.core.import_rows import RowProblem
from pgconsole.core.import_sql import type_reasons
from pgconsole.db.session import Session
from pgconsole.formats.copy_pieces import PieceMaker
from pgconsole.formats.csv_cutter import RawRecord
from pgconsole.workers.import_target import TargetFacts

_KEPT_TEXT = 10_000


class BadRecord(Exception):
    """A record was refused, and the plan is to stop then."""

    def __init__(self, reject: Reject) -> None:
        super().__init__(reject.message)
        self.reject = reject


class RefusedRecords:
    """Gathers them; where the plan stops at the first, each raises `BadRecord` instead."""

    def __init__(self, plan: ImportPlan, maker: PieceMaker, facts: TargetFacts, stops: bool) -> None:
        self._maker = maker
        self._facts = facts
        self._stops = stops
        self._has_several_sources = len(plan.sources) > 1
        self._source = ""
        self._rejects: list[tuple[Reject, bytes]] = []
        self._unexplained: list[tuple[RawRecord, SkippedRow]] = []

    def begin(self, source: SourceFile) -> None:
        """Begin a batch of that file."""
        self._source = source.path if self._has_several_sources else ""
        self._rejects, self._unexplained = [], []

    def add_failed(self, record: RawRecord, error: PgconsoleError) -> None:
        """One for which a COPY failed."""
        report = error.report
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

    def add_problems(self, problems: Sequence[tuple[RawRecord, RowProblem]]) -> None:
        """Ones that the server was not even asked about."""
        for record, problem in problems:
            column, value = problem.column, problem.value
            self._add(record, column=column, value=value, sqlstate=problem.sqlstate, message=problem.message)

    def add_skipped(self, record: RawRecord, row: SkippedRow) -> None:
        """One that COPY left out by itself; why is asked at the batch's end."""
        self._unexplained.append((record, row))

    async def explained(self, session: Session) -> list[tuple[Reject, bytes]]:
        """All of the batch, with their raw bytes, in the order of the file."""
        if self._unexplained:
            await self._explain(session)
        return sorted(self._rejects, key=lambda pair: pair[0].record)

    async def _explain(self, session: Session) -> None:
        """Ask why COPY left rows out, which its notices do not say."""
        rows = self._unexplained
        values = [self._value(record, row.column) for record, row in rows]
        kinds = [self._facts.column_types.get(row.column, "text") for _record, row in rows]
        asked = [(value.replace("\x00", ""), kind) for value, kind in zip(values, kinds, strict=True)]
        answers = await session.fetch(type_reasons(asked))
        for (record, row), value, kind, (message, detail, code) in zip(rows, values, kinds, answers, strict=True):
            said = message or f"The value is none of type {kind}."
            self._add(
                record, column=row.column, value=value, sqlstate=code or "22P02", message=said, detail=detail or ""
            )

    def _value(self, record: RawRecord, column: str) -> str:
        index = self._maker.shaper.index_of(column)
        cells = self._maker.cells(record) if index is not None else []
        return (cells[index] or "") if index is not None and index < len(cells) else ""

    def _add(self, record: RawRecord, **said: str) -> None:
        text = record.raw.decode("utf-8", "replace")
        reject = Reject(record=record.number, line=record.line, text=text[:_KEPT_TEXT], source=self._source, **said)
        if self._stops:
            raise BadRecord(reject)
        self._rejects.append((reject, record.raw))
