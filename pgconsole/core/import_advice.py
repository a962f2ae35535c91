"""What to know of an import before it runs, beyond what cannot be as it is: missing rights, columns left empty."""

from collections.abc import Sequence
from dataclasses import dataclass

from pgconsole.core.column_types import break_of, nearest_type
from pgconsole.core.import_check import PlanProblem, check_plan
from pgconsole.core.import_draft import ImportDraft, plan_of
from pgconsole.core.import_plan import Commit, ImportPlan, Way
from pgconsole.core.import_rows import RowShaper
from pgconsole.core.import_sql import CopyForm, CopyOptions, copy_from_stdin, shown_statements
from pgconsole.core.plain_text import cut_line
from pgconsole.core.type_scan import ColumnFacts, plain_type
from pgconsole.core.wording import format_count, plural

_NAMES_SHOWN = 4
_NUMERIC = frozenset({"smallint", "integer", "bigint", "numeric", "real", "double precision"})


def draft_problems(draft: ImportDraft, *, may_create: bool = True) -> tuple[PlanProblem, ...]:
    """What has to be settled before the import can run: the plan's own problems, and the table's."""
    if not draft.source_columns:
        return (PlanProblem("sources", "The file is empty."),)
    plan = plan_of(draft)
    found = list(check_plan(plan))
    table = draft.existing
    if table is None:
        if not may_create and draft.kind != "temporary":
            found.append(PlanProblem("target.schema", "Your role may not make a table in any schema here."))
        return tuple(found)
    wanted = _privileges_for(plan)
    missing = [name for name in table.missing_privileges if name in wanted]
    if missing:
        found.append(PlanProblem("target.table", f"Your role may not {' or '.join(missing)} on this table."))
    filled = {mapping.column for mapping in plan.columns}
    for column in table.columns:
        if column.name in filled and column.generated:
            found.append(PlanProblem(f"columns.{column.name}", "It is computed by the server."))
        elif column.name in filled and not column.may_insert and not missing:
            found.append(PlanProblem(f"columns.{column.name}", "Your role may not INSERT into it."))
        if column.name not in filled and column.is_needed:
            found.append(PlanProblem(f"columns.{column.name}", "It may not be NULL and has no default: fill it."))
    return tuple(found)


def draft_notes(draft: ImportDraft, facts: Sequence[ColumnFacts]) -> tuple[str, ...]:
    """What is as it was asked for, and should be seen all the same."""
    notes = []
    unused = draft.unused_columns()
    if unused:
        notes.append(f"Not imported: {_listed(unused)}.")
    doubtful = {fact.doubt for fact in facts if fact.doubt}
    if "date" in doubtful and not draft.dialect.date_order:
        notes.append("Day and month could be taken for each other: choose the order of dates, or they stay text.")
    if "number" in doubtful and draft.dialect.decimal == "." and not draft.dialect.thousands:
        notes.append("A comma may be the decimal mark or group digits: choose which, or such columns stay text.")
    for row in draft.rows:
        index = row.file_index
        broken = break_of(facts[index], row.type, draft.dialect) if index is not None and index < len(facts) else None
        if row.is_used and broken is not None:
            name, value = cut_line(row.column, 40), cut_line(broken.value, 30)
            notes.append(f"{name}: line {format_count(broken.line)} has {value}, which is no {row.type}.")
        nearest = nearest_type(facts[index], draft.dialect) if index is not None and index < len(facts) else None
        if row.is_used and draft.is_new and row.type == "text" and not row.is_own_type and nearest is not None:
            name, value, line = cut_line(row.column, 40), cut_line(nearest[1].value, 30), format_count(nearest[1].line)
            notes.append(f"{name} is text for {value} on line {line}; up to there it is {nearest[0]}.")
    table = draft.existing
    notes += [
        f"{cut_line(name, 40)} is always numbered by the server: what is imported goes in instead, and its sequence"
        " does not know of it."
        for name in overridden(draft)
    ]
    if draft.way is Way.TRUNCATE and table is not None:
        rows = _rows_there(table.estimated_rows)
        notes.append(f"The table is emptied first: {rows[0].lower()}{rows[1:]} of it will be gone.")
    if draft.way is Way.DO_NOTHING and table is not None and not table.keys:
        notes.append("The table has no key: no record will be skipped.")
    return tuple(notes)


def overridden(draft: ImportDraft) -> tuple[str, ...]:
    """The columns GENERATED ALWAYS AS IDENTITY that get values all the same, which COPY puts there without a word.

    Source: PostgreSQL manual, "COPY", Notes.
    """
    columns = draft.existing.columns if draft.existing is not None else ()
    always = {column.name for column in columns if column.identity == "always"}
    return tuple(mapping.column for mapping in plan_of(draft).columns if mapping.column in always)


@dataclass(frozen=True, slots=True)
class HarmQuestion:
    """What is asked before an import that may do harm."""

    question: str
    detail: str
    yes: str


def harm_question(draft: ImportDraft, *, is_production: bool) -> HarmQuestion | None:
    """What to ask before a run: it empties a table, or writes to a production server; a dry run does neither."""
    if draft.dry_run:
        return None
    table = draft.existing
    name = f"{draft.schema}.{draft.table}" if draft.schema else draft.table
    where = " on the production server" if is_production else ""
    if draft.way is Way.TRUNCATE and table is not None:
        rows = _rows_there(table.estimated_rows)
        when = (
            "with the first batch, whatever comes of the rest"
            if draft.commit is Commit.BY_BATCH
            else "once the import is committed"
        )
        return HarmQuestion(f"Empty {name}{where} first?", f"{rows} of it will be gone {when}.", "Empty and import")
    if is_production:
        return HarmQuestion(f"Import into {name}{where}?", "What is loaded is committed.", "Import")
    return None


def _rows_there(estimated_rows: int | None) -> str:
    return f"About {plural(estimated_rows, 'row')}" if estimated_rows else "Every row"


def planned_statements(draft: ImportDraft) -> tuple[str, ...]:
    """What will be sent for a draft that has no problems; what COPY is told depends on the server in details."""
    plan = plan_of(draft)
    numeric = frozenset(row.column for row in draft.rows if plain_type(row.type) in _NUMERIC)
    dialect = plan.dialect
    is_plain = bool(dialect.quote) and len(dialect.delimiter) == 1 and not (dialect.trim or dialect.ends_with_delimiter)
    takes_bytes = is_plain and RowShaper(plan, numeric).is_direct
    form: CopyForm = "csv" if takes_bytes else "text"
    return shown_statements(plan, copy_from_stdin(plan, CopyOptions(form, plan.dialect, stand_in_quote="")))


def _privileges_for(plan: ImportPlan) -> set[str]:
    wanted = {"INSERT"}
    if plan.way is Way.TRUNCATE:
        wanted.add("TRUNCATE")
    if plan.way is Way.UPDATE:
        wanted |= {"UPDATE", "SELECT"}
    return wanted


def _listed(names: Sequence[str]) -> str:
    shown = ", ".join(cut_line(name, 40) for name in names[:_NAMES_SHOWN])
    more = len(names) - _NAMES_SHOWN
    return f"{shown} and {format_count(more)} more" if more > 0 else shown
