"""Says what in an import plan can't be as it is, field by field, before any server is asked; it judges the rest."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from pgconsole.core.import_plan import (
    ColumnMapping,
    Commit,
    Dialect,
    Expression,
    FileColumn,
    ImportPlan,
    NewTable,
    ServerDefault,
    Target,
    Way,
)
from pgconsole.core.quoting import MAX_IDENTIFIER_BYTES, is_cut_by_server

_NAME = r'(?:[^\W\d][\w$]*|"(?:[^"\x00]|"")+")'
_TYPE = re.compile(
    rf"{_NAME}(?:\.{_NAME})*(?:[ \t]+{_NAME})*(?:[ \t]*\([ \t]*-?\d+(?:[ \t]*,[ \t]*-?\d+)*[ \t]*\))?"
    r"(?:[ \t]+(?:with|without)[ \t]+time[ \t]+zone)?(?:[ \t]*\[\d*\])*",
    re.IGNORECASE,
)
MAX_DELIMITER_CHARS = 8
_MAX_COLUMNS = 1600
"""PostgreSQL manual, appendix "PostgreSQL Limits"."""


@dataclass(frozen=True, slots=True)
class PlanProblem:
    """What is wrong with one part of a plan; `field` is a path as `dialect.delimiter` or `columns.price`."""

    field: str
    text: str


def check_plan(plan: ImportPlan) -> tuple[PlanProblem, ...]:
    """Everything that is certain to fail or to mean something else, in the wizard's order; empty where all may go."""
    found = [
        *_named("", [("sources", "Choose a file." if not plan.sources else "")]),
        *check_dialect(plan.dialect),
        *check_target(plan.target),
        *_check_columns(plan),
        *_check_way(plan),
    ]
    return tuple(found)


def check_dialect(dialect: Dialect) -> tuple[PlanProblem, ...]:
    """What can't be in a dialect."""
    delimiter, quote, escape = dialect.delimiter, dialect.quote, dialect.escape
    found = [
        ("delimiter", _delimiter_problem(delimiter, quote)),
        ("quote", _mark_problem(quote) if quote else ""),
        (
            "escape",
            _mark_problem(escape) or ("It is the delimiter too." if escape == delimiter else "") if quote else "",
        ),
        ("encoding", _encoding_problem(dialect.encoding)),
        ("null_text", _line_problem(dialect.null_text)),
        ("comment", _line_problem(dialect.comment)),
        ("thousands", "It is the decimal mark too." if dialect.thousands == dialect.decimal else ""),
    ]
    return tuple(_named("dialect.", found))


def check_target(target: Target) -> tuple[PlanProblem, ...]:
    """What can't be in a target, and in the table that is to be made."""
    found = [
        ("table", _name_problem(target.table) if target.table else "Choose a table."),
        ("schema", _name_problem(target.schema) if target.schema else ""),
    ]
    problems = list(_named("target.", found))
    if target.new is not None:
        problems += _check_new_table(target.new, has_schema=bool(target.schema))
    return tuple(problems)


def type_problem(text: str) -> str:
    """Why a text can't stand as a column's type; empty where the server is to judge it."""
    if not text.strip():
        return "A type is needed."
    return "" if _TYPE.fullmatch(text.strip()) else "This is no type's name."


def expression_problem(expression: Expression, column_count: int) -> str:
    """Why an expression can't be used; empty where the server is to judge it."""
    if not expression.sql.strip():
        return "An expression is needed."
    if any(index >= column_count for index in expression.indexes):
        return f"The file has {column_count} columns only."
    # Slow to import (0.1 s), and few plans have an expression.
    from pgconsole.core.statements.words import lexemes

    depth = 0
    for lexeme in lexemes(expression.sql):
        if lexeme.kind == "parameter" and not 1 <= int(lexeme.text[:6]) <= len(expression.indexes):
            return f"${lexeme.text} stands for no column."
        if lexeme.kind == "mark":
            depth += {"(": 1, ")": -1}.get(lexeme.text, 0)
            if lexeme.text == ";" or depth < 0:
                return "One expression, without a semicolon and with its parentheses in pairs."
    return "A parenthesis is not closed." if depth else ""


def _check_new_table(table: NewTable, *, has_schema: bool) -> Iterator[PlanProblem]:
    names = [column.name for column in table.columns]
    found = [
        ("columns", _count_problem(len(names)) or _doubles_problem(names)),
        ("primary_key", _missing_problem(table.primary_key, names) or _doubles_problem(table.primary_key)),
        ("kind", "A temporary table has no schema." if table.kind == "temporary" and has_schema else ""),
        ("comment", "It holds a NUL character." if "\x00" in table.comment else ""),
    ]
    found += [
        (f"columns.{column.name}", _name_problem(column.name) or type_problem(column.type)) for column in table.columns
    ]
    return _named("target.new.", found)


def _check_columns(plan: ImportPlan) -> Iterator[PlanProblem]:
    mapped = [mapping for mapping in plan.columns if not isinstance(mapping.source, ServerDefault)]
    names = [mapping.column for mapping in plan.columns]
    found = [("columns", "No column is to be filled." if not mapped else _doubles_problem(names))]
    if plan.target.new is not None:
        unknown = _missing_problem(names, [column.name for column in plan.target.new.columns])
        found.append(("columns", unknown))
    for mapping in plan.columns:
        field = f"columns.{mapping.column}"
        found.append((field, _name_problem(mapping.column) or _source_problem(mapping, len(plan.source_columns))))
        found.append((field, _line_problem(mapping.null_text or "")))
    return _named("", found)


def _source_problem(mapping: ColumnMapping, column_count: int) -> str:
    source = mapping.source
    if isinstance(source, FileColumn) and source.index >= column_count:
        return f"The file has {column_count} columns only."
    if isinstance(source, Expression):
        return expression_problem(source, column_count)
    return ""


def _check_way(plan: ImportPlan) -> Iterator[PlanProblem]:
    filled = [mapping.column for mapping in plan.columns if not isinstance(mapping.source, ServerDefault)]
    is_single = plan.connections == 1
    by_batch = plan.commit is Commit.BY_BATCH
    found = [
        ("key", "Choose the columns by which rows are found." if plan.way is Way.UPDATE and not plan.key else ""),
        ("key", _missing_problem(plan.key, filled) if plan.is_upsert else ""),
        ("commit", "A dry run is one transaction." if plan.dry_run and by_batch else ""),
        ("connections", "" if is_single or by_batch else "Several connections can't share one transaction."),
        ("connections", "" if is_single or not _is_temporary(plan) else "A temporary table is seen by one connection."),
    ]
    return _named("", found)


def _is_temporary(plan: ImportPlan) -> bool:
    return plan.target.new is not None and plan.target.new.kind == "temporary"


def _named(prefix: str, found: Iterable[tuple[str, str]]) -> Iterator[PlanProblem]:
    return (PlanProblem(prefix + field, text) for field, text in found if text)


def _delimiter_problem(delimiter: str, quote: str) -> str:
    if not 0 < len(delimiter) <= MAX_DELIMITER_CHARS:
        return f"One character, or up to {MAX_DELIMITER_CHARS}."
    if set(delimiter) & set("\r\n\x00"):
        return "A line end or NUL can't be used."
    return (
        "It is the quote too." if delimiter == quote else "The quote is in it." if quote and quote in delimiter else ""
    )


def _mark_problem(mark: str) -> str:
    if len(mark) != 1:
        return "One character."
    return "A line end or NUL can't be used." if mark in "\r\n\x00" else ""


def _line_problem(text: str) -> str:
    return "No line end or NUL can be in it." if set(text) & set("\r\n\x00") else ""


def _encoding_problem(name: str) -> str:
    try:
        b"a".decode(name, "replace")
    except (LookupError, UnicodeError, ValueError):
        return "This encoding is unknown, or none of text."
    return ""


def _name_problem(name: str) -> str:
    if not name:
        return "A name is needed."
    if "\x00" in name:
        return "A name can't hold a NUL character."
    return f"At most {MAX_IDENTIFIER_BYTES} bytes." if is_cut_by_server(name) else ""


def _count_problem(count: int) -> str:
    if not count:
        return "A table needs a column."
    return f"At most {_MAX_COLUMNS:,} columns." if count > _MAX_COLUMNS else ""


def _doubles_problem(names: Iterable[str]) -> str:
    doubles = [name for name, count in Counter(names).items() if count > 1]
    return f"Named twice: {', '.join(doubles)}." if doubles else ""


def _missing_problem(names: Iterable[str], known: Iterable[str]) -> str:
    missing = [name for name in names if name not in set(known)]
    return f"Not among the columns: {', '.join(missing)}." if missing else ""
