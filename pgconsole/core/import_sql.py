"""The statements of an import, built from its plan: every name quoted, every option a quoted literal.

Pure text; what is sent when, and what becomes of it, is the importer's.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from pgconsole.core.import_plan import (
    ColumnMapping,
    Constant,
    Dialect,
    Expression,
    FileColumn,
    ImportPlan,
    NewTable,
    ServerDefault,
    Target,
    Way,
)
from pgconsole.core.quoting import quote_identifier, quote_literal, quote_qualified

SAVEPOINT = "pgconsole_import"
STAGING = "pgconsole_import_rows"

CopyForm = Literal["csv", "text"]
"""The file's own bytes, or lines of COPY's text format made of them."""


@dataclass(frozen=True, slots=True)
class CopyOptions:
    """How COPY is to read."""

    form: CopyForm
    dialect: Dialect
    stand_in_quote: str
    """The quote where the dialect has none."""
    force_null: Sequence[str] = ()
    """Columns in which quotes round what stands for NULL mean nothing."""
    skips_type_errors: bool = False
    """ON_ERROR ignore, with a notice for each row: PostgreSQL 17 and later."""


def table_name(target: Target) -> str:
    """The table as SQL names it."""
    return quote_qualified(*target.name)


def create_table(target: Target) -> str:
    """The CREATE TABLE of a table that is to be made, a column a line."""
    table = target.new
    assert table is not None
    kind = "" if table.kind == "permanent" else f"{table.kind.upper()} "
    lines = [
        f"    {quote_identifier(column.name)} {column.type}{' NOT NULL' if column.not_null else ''}"
        for column in table.columns
    ]
    if table.primary_key:
        lines.append(f"    PRIMARY KEY ({_names(table.primary_key)})")
    return f"CREATE {kind}TABLE {table_name(target)} (\n" + ",\n".join(lines) + "\n)"


def comment_on_table(target: Target, table: NewTable) -> str:
    """The COMMENT of a table that has one."""
    return f"COMMENT ON TABLE {table_name(target)} IS {quote_literal(table.comment)}"


def truncate(target: Target) -> str:
    """Empty the table, and not those that refer to it."""
    return f"TRUNCATE TABLE {table_name(target)}"


def set_date_order(dialect: Dialect) -> str | None:
    """How 03/04/05 is read, until the transaction's end."""
    return f"SET LOCAL DateStyle TO 'ISO, {dialect.date_order}'" if dialect.date_order else None


def is_staged(plan: ImportPlan) -> bool:
    """Whether records go by way of a temporary table: they may meet rows that are there, or are reckoned by SQL."""
    return plan.is_upsert or any(isinstance(mapping.source, Expression) for mapping in plan.columns)


def filled(plan: ImportPlan) -> tuple[ColumnMapping, ...]:
    """The columns that the import gives a value to."""
    return tuple(mapping for mapping in plan.columns if not isinstance(mapping.source, ServerDefault))


def copy_columns(plan: ImportPlan) -> tuple[ColumnMapping, ...]:
    """The columns that COPY itself fills, in the order of its lines.

    File columns come in the file's order, so that its own bytes can be sent.
    """
    direct = [mapping for mapping in filled(plan) if isinstance(mapping.source, FileColumn)]
    direct.sort(key=lambda mapping: mapping.source.index if isinstance(mapping.source, FileColumn) else 0)
    if is_staged(plan):
        return tuple(direct)
    return (*direct, *(mapping for mapping in filled(plan) if isinstance(mapping.source, Constant)))


def expression_indexes(plan: ImportPlan) -> tuple[int, ...]:
    """The file's columns that expressions need, which COPY fills behind the others."""
    used = {
        index for mapping in plan.columns if isinstance(mapping.source, Expression) for index in mapping.source.indexes
    }
    return tuple(sorted(used))


def copy_from_stdin(plan: ImportPlan, options: CopyOptions) -> str:
    """The COPY of the records, into the table itself or into the one between."""
    columns = [quote_identifier(mapping.column) for mapping in copy_columns(plan)]
    columns += [quote_identifier(_staged_text(index)) for index in expression_indexes(plan)]
    table = f"pg_temp.{quote_identifier(STAGING)}" if is_staged(plan) else table_name(plan.target)
    return f"COPY {table} ({', '.join(columns)}) FROM STDIN WITH ({', '.join(_copy_words(options))})"


def _copy_words(options: CopyOptions) -> list[str]:
    words = [f"FORMAT {options.form}"]
    if options.form == "csv":
        dialect = options.dialect
        quote = dialect.quote or options.stand_in_quote
        escape = dialect.escape if dialect.quote else quote
        words += [
            f"DELIMITER {quote_literal(dialect.delimiter)}",
            f"QUOTE {quote_literal(quote)}",
            f"ESCAPE {quote_literal(escape)}",
            f"NULL {quote_literal(dialect.null_text)}",
        ]
        words += [f"FORCE_NULL ({_names(options.force_null)})"] if options.force_null else []
    words.append("ENCODING 'UTF8'")
    return [*words, "ON_ERROR ignore", "LOG_VERBOSITY verbose"] if options.skips_type_errors else words


def piece_script(plan: ImportPlan, copy: str) -> str:
    """One piece under a savepoint of its own; only the last that failed is left open."""
    between = (
        f"{insert_staged(plan)};\nTRUNCATE TABLE pg_temp.{quote_identifier(STAGING)};\n" if is_staged(plan) else ""
    )
    return f"SAVEPOINT {SAVEPOINT};\n{copy};\n{between}RELEASE SAVEPOINT {SAVEPOINT}"


def free_piece_script(copy: str) -> str:
    """A piece whose failure keeps those sent behind it from nothing; `MARK_PIECE` before the first, `UNDO_PIECE` last.

    The savepoint stands behind all that was taken, so that to go back to it undoes just a piece that failed.
    """
    return f"ROLLBACK TO SAVEPOINT {SAVEPOINT};\n{copy};\nRELEASE SAVEPOINT {SAVEPOINT};\nSAVEPOINT {SAVEPOINT}"


MARK_PIECE = f"SAVEPOINT {SAVEPOINT}"
UNDO_PIECE = f"ROLLBACK TO SAVEPOINT {SAVEPOINT};\nRELEASE SAVEPOINT {SAVEPOINT}"
"""What puts a transaction in order in which a piece failed."""


def create_staging(plan: ImportPlan) -> str:
    """The table between: columns of the target's types, and texts for expressions."""
    direct = [quote_identifier(mapping.column) for mapping in copy_columns(plan)]
    texts = [f"NULL::pg_catalog.text AS {quote_identifier(_staged_text(index))}" for index in expression_indexes(plan)]
    return (
        f"CREATE TEMPORARY TABLE {quote_identifier(STAGING)} AS"
        f" SELECT {', '.join([*direct, *texts])} FROM {table_name(plan.target)} WITH NO DATA"
    )


DROP_STAGING = f"DROP TABLE IF EXISTS pg_temp.{quote_identifier(STAGING)}"


def insert_staged(plan: ImportPlan) -> str:
    """From the table between into the target."""
    mappings = filled(plan)
    values = ", ".join(_staged_value(mapping) for mapping in mappings)
    text = (
        f"INSERT INTO {table_name(plan.target)} ({_names(mapping.column for mapping in mappings)})"
        # As COPY has it for identity columns.
        f" OVERRIDING SYSTEM VALUE\nSELECT {values} FROM pg_temp.{quote_identifier(STAGING)} AS r"
    )
    return f"{text}\n{_on_conflict(plan)}" if plan.is_upsert else text


def trial(plan: ImportPlan) -> str:
    """Have the server look at names, privileges, expressions and keys, without a COPY and before anything is read."""
    if is_staged(plan):
        return f"EXPLAIN {insert_staged(plan)}"
    columns = [mapping.column for mapping in filled(plan)]
    return (
        f"EXPLAIN INSERT INTO {table_name(plan.target)} ({_names(columns)}) OVERRIDING SYSTEM VALUE"
        f" VALUES ({', '.join('NULL' for _column in columns)})"
    )


def _staged_value(mapping: ColumnMapping) -> str:
    source = mapping.source
    if isinstance(source, Constant):
        return "NULL" if source.text is None else quote_literal(source.text)
    if isinstance(source, Expression):
        return f"({_with_columns(source)}\n)"
    return f"r.{quote_identifier(mapping.column)}"


def _with_columns(expression: Expression) -> str:
    """The expression with each `$n` replaced by the column that holds its text."""
    # Slow to import (0.1 s), and few plans have an expression.
    from pgconsole.core.statements.words import lexemes

    pieces: list[str] = []
    position = 0
    for lexeme in lexemes(expression.sql):
        if lexeme.kind == "parameter":
            column = quote_identifier(_staged_text(expression.indexes[int(lexeme.text) - 1]))
            pieces += [expression.sql[position : lexeme.start - 1], f"r.{column}"]
            position = lexeme.end
    return "".join([*pieces, expression.sql[position:]])


def _on_conflict(plan: ImportPlan) -> str:
    key = f" ({_names(plan.key)})" if plan.key else ""
    changed = [quote_identifier(mapping.column) for mapping in filled(plan) if mapping.column not in plan.key]
    if plan.way is Way.DO_NOTHING or not changed:
        return f"ON CONFLICT{key} DO NOTHING"
    return f"ON CONFLICT{key} DO UPDATE SET {', '.join(f'{name} = EXCLUDED.{name}' for name in changed)}"


def _staged_text(index: int) -> str:
    return f"pgconsole text {index + 1}"


def _names(names: Iterable[str]) -> str:
    return ", ".join(quote_identifier(name) for name in names)


def shown_statements(plan: ImportPlan, copy: str) -> tuple[str, ...]:
    """What ran, to be read and copied."""
    statements: list[str] = []
    if plan.target.new is not None:
        statements.append(create_table(plan.target))
        if plan.target.new.comment:
            statements.append(comment_on_table(plan.target, plan.target.new))
    if plan.way is Way.TRUNCATE:
        statements.append(truncate(plan.target))
    date_order = set_date_order(plan.dialect)
    if date_order is not None:
        statements.append(date_order)
    if is_staged(plan):
        statements.append(create_staging(plan))
    statements.append(copy)
    return (*statements, insert_staged(plan)) if is_staged(plan) else tuple(statements)


def type_reasons(pairs: Sequence[tuple[str, str]]) -> str:
    """Ask why texts are no values of a type, in their order; PostgreSQL 16 and later."""
    rows = ", ".join(
        f"({number}, {quote_literal(text)}, {quote_literal(kind)})" for number, (text, kind) in enumerate(pairs)
    )
    return (
        "SELECT e.message, e.detail, e.sql_error_code"
        f" FROM (VALUES {rows}) AS v (n, text, kind)"
        " CROSS JOIN LATERAL pg_catalog.pg_input_error_info(v.text, v.kind) AS e ORDER BY v.n"
    )


def target_columns(target: Target) -> str:
    """Ask for the table's columns: name, type in words, whether a number, numbered always, and never an empty text."""
    same = "OPERATOR(pg_catalog.=)"
    return (
        f"SELECT a.attname, pg_catalog.format_type(a.atttypid, a.atttypmod), b.typcategory {same} 'N',"
        f" a.attidentity {same} 'a', b.typcategory {same} ANY ('{{N,D,T,B,I}}'::pg_catalog.\"char\"[])"
        f" OR b.oid {same} ANY ('{{uuid,json,jsonb}}'::pg_catalog.regtype[]::pg_catalog.oid[])"
        " FROM pg_catalog.pg_attribute a"
        f" JOIN pg_catalog.pg_type t ON t.oid {same} a.atttypid"
        f" JOIN pg_catalog.pg_type b ON b.oid {same} CASE WHEN t.typtype {same} 'd' THEN t.typbasetype ELSE t.oid END"
        f" WHERE a.attrelid {same} {quote_literal(table_name(target))}::pg_catalog.regclass"
        " AND a.attnum OPERATOR(pg_catalog.>) 0 AND NOT a.attisdropped"
    )


def order_matters(plan: ImportPlan) -> str:
    """Ask whether it can be seen in the table in which order its rows came, but for where they lie.

    It can by keys (which of two rows is refused), triggers, rules and partitions, references to the table itself, and
    values that the server makes, as numbers.
    """
    same, given = "OPERATOR(pg_catalog.=)", ", ".join(quote_literal(mapping.column) for mapping in filled(plan))
    return (
        f"SELECT c.relkind OPERATOR(pg_catalog.<>) 'r' OR c.relhassubclass OR c.relhasrules"
        f" OR EXISTS (SELECT FROM pg_catalog.pg_index i WHERE i.indrelid {same} c.oid"
        " AND (i.indisunique OR i.indisexclusion))"
        f" OR EXISTS (SELECT FROM pg_catalog.pg_trigger t WHERE t.tgrelid {same} c.oid AND NOT t.tgisinternal)"
        f" OR EXISTS (SELECT FROM pg_catalog.pg_constraint f WHERE f.conrelid {same} c.oid"
        f" AND f.confrelid {same} c.oid)"
        f" OR EXISTS (SELECT FROM pg_catalog.pg_attribute a WHERE a.attrelid {same} c.oid"
        " AND a.attnum OPERATOR(pg_catalog.>) 0 AND NOT a.attisdropped"
        f" AND (a.atthasdef OR a.attidentity OPERATOR(pg_catalog.<>) '') AND a.attgenerated {same} ''"
        f" AND a.attname OPERATOR(pg_catalog.<>) ALL (ARRAY[{given}]::pg_catalog.name[]))"
        f" FROM pg_catalog.pg_class c WHERE c.oid {same} {quote_literal(table_name(plan.target))}::pg_catalog.regclass"
    )
