"""`pgconsole import`: completes what the command line says by a look at file and table, runs it, prints the account.

The same engine as the wizard's, without a window. What files are and of what types their columns could be is asked of
a `FileKnowledge`.
"""

import asyncio
import os
import signal
import sys
import time
from collections import Counter
from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from contextlib import aclosing, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import msgspec

from pgconsole.core.column_names import header_names, match_columns, usable_names
from pgconsole.core.errors import FileError, PgconsoleError
from pgconsole.core.import_account import (
    ImportAccount,
    ImportFailure,
    ImportProgress,
    Outcome,
    account_to_json,
)
from pgconsole.core.import_arguments import ImportRequest, parse_import
from pgconsole.core.import_check import PlanProblem, check_dialect, check_plan
from pgconsole.core.import_plan import (
    ColumnMapping,
    Dialect,
    FileColumn,
    ImportPlan,
    NewTable,
    SourceFile,
    Target,
    plan_from_json,
)
from pgconsole.core.import_sql import table_name, target_columns
from pgconsole.core.wording import format_count, format_duration_ms, plural
from pgconsole.db.connecting import open_connection
from pgconsole.db.conninfo import parse_conninfo
from pgconsole.db.session import Session
from pgconsole.formats.csv_cutter import CsvCutter, RawRecord
from pgconsole.formats.csv_grammar import CsvGrammar
from pgconsole.formats.utf8_stream import Utf8Stream
from pgconsole.workers.csv_importer import CsvImporter
from pgconsole.workers.import_source import OpenedSource, open_plain

_HEAD_BYTES = 1 << 16
_TOLD_EVERY_S = 0.5


class FileKnowledge(Protocol):
    """What is known of files beyond their bytes."""

    def open(self, source: SourceFile) -> OpenedSource:
        """Open a source; called in a thread."""

    def dialect(self, source: SourceFile, given: Mapping[str, Any]) -> Dialect:
        """The dialect that a file seems to have beside the fields that are given; called in a thread."""

    def types(self, plan: ImportPlan) -> tuple[str, ...]:
        """A type for each column of the file; called in a thread."""


class PlainKnowledge:
    """Takes files as they lie there for CSV in UTF-8 unless their first bytes say else, and every column for text."""

    def open(self, source: SourceFile) -> OpenedSource:
        """A plain file."""
        return open_plain(source)

    def dialect(self, source: SourceFile, given: Mapping[str, Any]) -> Dialect:
        """CSV, or tabs where the name says so."""
        opened = self.open(source)
        try:
            start = opened.read(2)
        finally:
            opened.close()
        is_utf16 = start in (b"\xff\xfe", b"\xfe\xff")
        is_tab = Path(source.path).suffix.lower() in (".tsv", ".tab")
        return Dialect(delimiter="\t" if is_tab else ",", encoding="utf-16" if is_utf16 else "utf-8")

    def types(self, plan: ImportPlan) -> tuple[str, ...]:
        """Text for all."""
        return tuple("text" for _name in plan.source_columns)


@dataclass(frozen=True, slots=True)
class _Beginning:
    """What the first records of a file are like."""

    first: Sequence[str]
    """The fields of the header, or of the first record where there is none."""
    width: int
    """How many fields the others mostly have; 0 where nobody can tell."""
    ends_empty: bool
    """Whether nothing is in the last field of each."""


class _OwnSessions:
    """Opens a session whenever one is wanted."""

    def __init__(self, dsn: str | None) -> None:
        self._target = parse_conninfo(dsn or "", os.environ, Path.home())

    async def acquire(self) -> Session:
        return Session(await open_connection(self._target))

    async def release(self, session: Session) -> None:
        await session.close()

    @asynccontextmanager
    async def lent(self) -> AsyncIterator[Session]:
        session = await self.acquire()
        try:
            yield session
        finally:
            await self.release(session)


def main(argv: Sequence[str], knowledge: FileKnowledge | None = None) -> int:
    """Run the words after `import`; the exit status."""
    account = asyncio.run(run_request(parse_import(argv), knowledge or PlainKnowledge()))
    sys.stdout.write(account_to_json(account) + "\n")
    if account.failure is not None:
        sys.stderr.write(f"pgconsole import: {' '.join(_words(account.failure))}\n")
    return account.exit_status


async def run_request(request: ImportRequest, knowledge: FileKnowledge) -> ImportAccount:
    """Complete what was asked for and run it; what can't be run has an account too."""
    try:
        sessions = _OwnSessions(request.dsn)
        plan = await complete(request, knowledge, sessions.lent)
    except PgconsoleError as error:
        return _nothing_done(request.target, error)
    return await _run(CsvImporter(plan, sessions, knowledge.open))


async def _run(importer: CsvImporter) -> ImportAccount:
    account: ImportAccount | None = None
    loop = asyncio.get_running_loop()
    cancelling: list[asyncio.Task[None]] = []
    if sys.platform != "win32":
        loop.add_signal_handler(signal.SIGINT, lambda: cancelling.append(loop.create_task(importer.cancel())))
    told = 0.0
    async with aclosing(importer.run()) as events:
        async for event in events:
            if isinstance(event, ImportAccount):
                account = event
            elif sys.stderr.isatty() and time.monotonic() - told > _TOLD_EVERY_S:
                told = time.monotonic()
                sys.stderr.write(f"\r\x1b[K{progress_line(event)}")
                sys.stderr.flush()
    await asyncio.gather(*cancelling)
    if told:
        sys.stderr.write("\r\x1b[K")
    assert account is not None
    return account


def progress_line(progress: ImportProgress) -> str:
    """How far an import is, in one line."""
    parts = [f"{format_count(progress.read)} records read", f"{format_count(progress.rejected)} rejected"]
    if progress.left_s is not None:
        parts.append(f"about {format_duration_ms(progress.left_s * 1000)} left")
    return ", ".join(parts)


async def complete(request: ImportRequest, knowledge: FileKnowledge, lent: Any) -> ImportPlan:
    """The plan that a command line means; raises `PgconsoleError`."""
    if request.saved_plan:
        plan = msgspec.structs.replace(_saved(request.saved_plan), sources=request.sources)
    else:
        plan = await _plan(request, knowledge, lent)
    _refuse(check_plan(plan))
    return plan


def _refuse(problems: Sequence[PlanProblem]) -> None:
    if problems:
        raise FileError("The import can't be run.", " ".join(f"{each.field}: {each.text}" for each in problems))


def _saved(path: str) -> ImportPlan:
    try:
        return plan_from_json(Path(path).read_bytes())
    except (OSError, ValueError) as error:
        raise FileError(f"{Path(path).name} could not be used as a plan.", str(error)) from error


async def _plan(request: ImportRequest, knowledge: FileKnowledge, lent: Any) -> ImportPlan:
    source = request.sources[0]
    _refuse(check_dialect(msgspec.structs.replace(Dialect(), **request.dialect)))
    try:
        dialect = await asyncio.to_thread(knowledge.dialect, source, request.dialect)
        dialect = msgspec.structs.replace(dialect, **request.dialect)
        beginning = await asyncio.to_thread(_beginning, knowledge, source, dialect)
    except (OSError, EOFError, ValueError, LookupError) as error:
        raise FileError(f"{Path(source.path).name} could not be read.", str(error)) from error
    if not beginning.first:
        raise FileError(f"{Path(source.path).name} holds no record.")
    names = request.source_columns or _names(request, dialect, beginning.first, beginning.width)
    plan = ImportPlan(
        sources=request.sources,
        source_columns=names,
        dialect=dialect,
        target=request.target,
        columns=(),
        **request.rest,
    )
    if request.mapping is not None:
        columns = request.mapping
    elif request.columns is not None:
        columns = _mapped(request.columns)
    elif request.creates:
        columns = _mapped(usable_names(names)[0])
    else:
        async with lent() as session:
            plan, columns = await _matched(session, plan, beginning)
    plan = msgspec.structs.replace(plan, columns=columns)
    if request.creates:
        plan = await asyncio.to_thread(_with_new_table, request, knowledge, plan)
    return plan


def _names(request: ImportRequest, dialect: Dialect, first: Sequence[str], width: int) -> tuple[str, ...]:
    """A name for each column of the file; those that the header has none for are numbered."""
    if request.columns is None:
        first = header_names(first, width) if dialect.has_header else first
    named = first if dialect.has_header else request.columns or ()
    width = len(request.columns) if request.columns is not None else max(len(first), width)
    numbered = tuple(f"column_{number}" for number in range(len(named) + 1, max(width, len(named)) + 1))
    if dialect.has_header:
        return (*first, *numbered)
    return (*(name or f"column_{number}" for number, name in enumerate(named, 1)), *numbered)


def _mapped(columns: Sequence[str]) -> tuple[ColumnMapping, ...]:
    return tuple(ColumnMapping(column=name, source=FileColumn(index)) for index, name in enumerate(columns) if name)


async def _matched(
    session: Session, plan: ImportPlan, beginning: _Beginning
) -> tuple[ImportPlan, tuple[ColumnMapping, ...]]:
    """The table's columns by the file's names, or in its order where there is no header; the plan may change by it."""
    rows = await session.fetch(target_columns(plan.target))
    table_columns = [str(row[0]) for row in rows]
    numbered = {str(name) for name, _type, _is_number, is_always, *_ in rows if is_always == "t"}
    if not plan.dialect.has_header:
        if len(plan.source_columns) == len(table_columns) + 1 and beginning.ends_empty:
            dialect = msgspec.structs.replace(plan.dialect, ends_with_delimiter=True)
            plan = msgspec.structs.replace(plan, dialect=dialect, source_columns=plan.source_columns[:-1])
        if len(plan.source_columns) > len(table_columns):
            raise FileError(
                f"The file has {plural(len(plan.source_columns), 'field')} a record, and the table "
                f"{plural(len(table_columns), 'column')}.",
                "Fields of the file would be lost.",
                "Name the table's column for each with --columns, and leave out by an empty name.",
            )
        table_columns = table_columns[: len(plan.source_columns)]
        _refuse_numbered(name for name in table_columns if name in numbered)
        return plan, _mapped(table_columns)
    found = match_columns(plan.source_columns, table_columns)
    named = enumerate(zip(plan.source_columns, found, strict=True), 1)
    unknown = [name or f"column_{number}" for number, (name, column) in named if column is None]
    if unknown:
        raise FileError(
            f"The table has no column for: {', '.join(unknown)}.",
            "A column of the file would be lost.",
            "Name the table's column for each with --columns, and leave out by an empty name.",
        )
    _refuse_numbered(column for column in found if column in numbered)
    return plan, _mapped([column or "" for column in found])


def _refuse_numbered(names: Iterable[str]) -> None:
    """COPY would put the file's numbers in the place of the server's, without a word: they have to be asked for."""
    refused = ", ".join(names)
    if refused:
        raise FileError(
            f"The table always numbers its rows itself: {refused}.",
            "Numbers of the file would go in instead, and the sequence would not know of them.",
            "Name the table's column for each with --columns, and leave out by an empty name.",
        )


def _with_new_table(request: ImportRequest, knowledge: FileKnowledge, plan: ImportPlan) -> ImportPlan:
    names = request.new_columns or tuple(mapping.column for mapping in plan.columns)
    types = request.types
    if types is None:
        guessed = knowledge.types(plan)
        by_column = {m.column: guessed[m.source.index] for m in plan.columns if isinstance(m.source, FileColumn)}
        types = tuple(by_column.get(name, "text") for name in names)
    if len(types) != len(names):
        raise FileError("The import can't be run.", f"--types names {len(types)} types for {len(names)} columns.")
    new = NewTable(
        columns=request.new_column_list(names, types),
        primary_key=request.primary_key,
        kind=request.kind,
        comment=request.table_comment,
    )
    return msgspec.structs.replace(plan, target=msgspec.structs.replace(plan.target, new=new))


def _beginning(knowledge: FileKnowledge, source: SourceFile, dialect: Dialect) -> _Beginning:
    decoder = Utf8Stream(dialect.encoding)
    shape = msgspec.structs.replace(dialect, has_header=True)
    cutter = CsvCutter(shape, 2, always_parse=True, stretch_bytes=_HEAD_BYTES // 4)
    records: list[RawRecord] = []
    opened = knowledge.open(source)
    try:
        data = b"."
        while data and not records:
            data = opened.read(_HEAD_BYTES)
            stretches = [*cutter.feed(decoder.feed(data, final=not data)), *(() if data else cutter.finish())]
            records += [record for stretch in stretches for record in stretch.records or ()]
    finally:
        opened.close()
    grammar = CsvGrammar(dialect)
    first = [text for text, _is_quoted in grammar.parts(cutter.header)] if cutter.header else []
    rows = [grammar.parts(record.raw.decode("utf-8", "surrogateescape")) for record in records]
    width, count = Counter(map(len, rows)).most_common(1)[0] if rows else (0, 0)
    ends_empty = bool(first) and not first[-1] and all(row[-1] == ("", False) for row in rows)
    return _Beginning(first, width if count > len(records) // 2 else 0, ends_empty)


def _nothing_done(target: Target, error: PgconsoleError) -> ImportAccount:
    failure = ImportFailure(what=error.what, why=error.why, remedy=error.remedy, sqlstate=error.sqlstate)
    name = table_name(target) if target.table else ""
    return ImportAccount(
        outcome=Outcome.FAILED, table=name, read=0, loaded=0, rejected=0, skipped=0, committed=False, failure=failure
    )


def _words(failure: ImportFailure) -> list[str]:
    return [text for text in (failure.what, failure.why, failure.remedy) if text]
