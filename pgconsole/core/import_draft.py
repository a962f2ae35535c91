"""What has been chosen in the import wizard so far; a plan comes of it once nothing is missing.

Each column of the table is a row, whether the table is there or is to be made. A row that is left out says so, instead
of being away, so that it can come back as it was.
"""

from collections.abc import Sequence
from typing import Literal

import msgspec
from msgspec import Struct

from pgconsole.core.column_names import match_columns
from pgconsole.core.column_types import fitting_type
from pgconsole.core.import_plan import (
    ColumnMapping,
    ColumnSource,
    Commit,
    Dialect,
    Expression,
    FileColumn,
    ImportPlan,
    NewColumn,
    NewTable,
    OnBadRow,
    ServerDefault,
    SourceFile,
    TableKind,
    Target,
    Way,
)
from pgconsole.core.table_description import TableColumn, TableDescription
from pgconsole.core.type_scan import ColumnFacts


class ColumnRow(Struct, frozen=True, kw_only=True):
    """One column of the table, and where its values come from."""

    column: str
    type: str
    source: ColumnSource
    is_used: bool = True
    """Whether the column is made, or of a table that is there, filled."""
    null_text: str | None = None
    not_null: bool = False
    is_key: bool = False
    """Of the primary key of a new table."""
    is_own_type: bool = False
    """Whether the user chose the type, which no scan changes then."""

    @property
    def file_index(self) -> int | None:
        """The column of the file that it is filled from as it is; None where it is not."""
        return self.source.index if isinstance(self.source, FileColumn) else None


class ImportDraft(Struct, frozen=True, kw_only=True):
    """Every choice of the wizard."""

    sources: tuple[SourceFile, ...]
    source_columns: tuple[str, ...] = ()
    dialect: Dialect = Dialect()
    schema: str = ""
    table: str = ""
    existing: TableDescription | None = None
    """The table where it is there; None where it is to be made."""
    rows: tuple[ColumnRow, ...] = ()
    kind: TableKind = "permanent"
    comment: str = ""
    way: Way = Way.APPEND
    key: tuple[str, ...] = ()
    on_bad_row: OnBadRow = OnBadRow.REJECT
    reject_limit: int | None = None
    commit: Commit = Commit.WHOLE
    connections: int = 1
    dry_run: bool = False

    @property
    def is_new(self) -> bool:
        """Whether the table is to be made."""
        return self.existing is None

    def unused_columns(self) -> tuple[str, ...]:
        """Columns of the file that nothing in the table is filled from."""
        used = {index for row in self.rows if row.is_used for index in _indexes(row.source)}
        return tuple(name for index, name in enumerate(self.source_columns) if index not in used)


def new_rows(names: Sequence[str], facts: Sequence[ColumnFacts], dialect: Dialect) -> tuple[ColumnRow, ...]:
    """The columns of a table made after the file."""
    return tuple(
        ColumnRow(
            column=name,
            type=fitting_type(facts[index], dialect) if index < len(facts) else "text",
            source=FileColumn(index),
        )
        for index, name in enumerate(names)
    )


def matched_rows(names: Sequence[str], table: TableDescription) -> tuple[ColumnRow, ...]:
    """The columns of a table that is there, each filled from the file's column of the same name."""
    loadable = [column.name for column in table.columns if column.is_usual]
    matched = {name: index for index, name in enumerate(match_columns(names, loadable)) if name is not None}
    return tuple(_matched_row(column, matched.get(column.name)) for column in table.columns)


def _matched_row(column: TableColumn, index: int | None) -> ColumnRow:
    return ColumnRow(
        column=column.name,
        type=column.type,
        source=ServerDefault() if index is None else FileColumn(index),
        is_used=index is not None,
        not_null=column.not_null,
        is_own_type=True,
    )


def retyped(draft: ImportDraft, facts: Sequence[ColumnFacts]) -> ImportDraft:
    """The draft with types after new facts, but for those that the user chose and those of a table that is there."""
    if not draft.is_new:
        return draft
    rows = []
    for row in draft.rows:
        index = row.file_index
        if not row.is_own_type and index is not None and index < len(facts):
            row = msgspec.structs.replace(row, type=fitting_type(facts[index], draft.dialect))
        rows.append(row)
    return msgspec.structs.replace(draft, rows=tuple(rows))


def plan_of(draft: ImportDraft) -> ImportPlan:
    """The plan that the draft stands for, be it whole or not; `check_plan` tells what it lacks."""
    used = [row for row in draft.rows if row.is_used]
    return ImportPlan(
        sources=draft.sources,
        source_columns=draft.source_columns,
        dialect=draft.dialect,
        target=Target(table=draft.table, schema=draft.schema, new=_new_table(draft, used)),
        columns=tuple(
            ColumnMapping(column=row.column, source=row.source, null_text=row.null_text)
            for row in used
            if not isinstance(row.source, ServerDefault)
        ),
        way=draft.way,
        key=draft.key if draft.way in (Way.DO_NOTHING, Way.UPDATE) else (),
        on_bad_row=draft.on_bad_row,
        reject_limit=draft.reject_limit if draft.on_bad_row is OnBadRow.REJECT else None,
        commit=Commit.WHOLE if draft.dry_run else draft.commit,
        connections=draft.connections if draft.commit is Commit.BY_BATCH and not draft.dry_run else 1,
        dry_run=draft.dry_run,
    )


def _new_table(draft: ImportDraft, used: Sequence[ColumnRow]) -> NewTable | None:
    if not draft.is_new:
        return None
    return NewTable(
        columns=tuple(NewColumn(name=row.column, type=row.type, not_null=row.not_null) for row in used),
        primary_key=tuple(row.column for row in used if row.is_key),
        kind=draft.kind,
        comment=draft.comment,
    )


def draft_of(plan: ImportPlan, existing: TableDescription | None) -> ImportDraft:
    """The choices that a plan was made of; `existing` describes its table where that is there by now."""
    new = plan.target.new if existing is None else None
    by_name = {mapping.column: mapping for mapping in plan.columns}
    types = {column.name: column.type for column in (new.columns if new is not None else ())}
    if existing is not None:
        types = {column.name: column.type for column in existing.columns}
    needed = {column.name for column in (new.columns if new is not None else ()) if column.not_null}
    keys = new.primary_key if new is not None else ()
    rows = [
        ColumnRow(
            column=name,
            type=types.get(name, "text"),
            source=by_name[name].source if name in by_name else ServerDefault(),
            is_used=name in by_name or new is not None,
            null_text=by_name[name].null_text if name in by_name else None,
            not_null=name in needed,
            is_key=name in keys,
            is_own_type=True,
        )
        for name in dict.fromkeys([*types, *by_name])
    ]
    return ImportDraft(
        sources=plan.sources,
        source_columns=plan.source_columns,
        dialect=plan.dialect,
        schema=plan.target.schema,
        table=plan.target.table,
        existing=existing,
        rows=tuple(rows),
        kind=new.kind if new is not None else "permanent",
        comment=new.comment if new is not None else "",
        way=plan.way,
        key=plan.key,
        on_bad_row=plan.on_bad_row,
        reject_limit=plan.reject_limit,
        commit=plan.commit,
        connections=plan.connections,
        dry_run=plan.dry_run,
    )


def for_file(draft: ImportDraft, sources: tuple[SourceFile, ...], encoding: str) -> ImportDraft:
    """The draft of a plan for other files; one that shows its encoding is read so, whatever the plan's own file was in.

    An empty `encoding` leaves it to the plan.
    """
    dialect = msgspec.structs.replace(draft.dialect, encoding=encoding or draft.dialect.encoding)
    return msgspec.structs.replace(draft, sources=sources, dialect=dialect)


def with_columns(draft: ImportDraft, names: Sequence[str]) -> ImportDraft:
    """The draft for a file that has these columns now; types that the user chose stay with their names."""
    if tuple(names) == draft.source_columns:
        return draft
    changed = msgspec.structs.replace(draft, source_columns=tuple(names))
    if draft.existing is not None:
        return msgspec.structs.replace(changed, rows=matched_rows(names, draft.existing))
    own = {row.column: row for row in draft.rows if row.is_own_type or not row.is_used}
    rows = []
    for row in new_rows(names, (), draft.dialect):
        kept = own.get(row.column)
        rows.append(msgspec.structs.replace(kept, source=row.source) if kept is not None else row)
    return msgspec.structs.replace(changed, rows=tuple(rows))


def takes_all(names: Sequence[str], table: TableDescription) -> bool:
    """Whether a table has a column for each of the file's, and needs no other."""
    rows = [row for row in matched_rows(names, table) if row.is_used]
    filled = {row.column for row in rows}
    return len(rows) == len(names) and all(column.name in filled for column in table.columns if column.is_needed)


SourceKind = Literal["file", "constant", "expression", "default"]


def source_kind(source: ColumnSource) -> SourceKind:
    """Which kind of source it is."""
    match source:
        case FileColumn():
            return "file"
        case Expression():
            return "expression"
        case ServerDefault():
            return "default"
        case _:
            return "constant"


def _indexes(source: ColumnSource) -> tuple[int, ...]:
    if isinstance(source, FileColumn):
        return (source.index,)
    return source.indexes if isinstance(source, Expression) else ()
