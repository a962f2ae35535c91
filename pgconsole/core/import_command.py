"""Writes an import plan as the `pgconsole import` line that does the same; `import_arguments.py` reads it.

What the command line takes by itself is left out, so that a simple import is a short line.
"""

import csv
import io
import shlex
from collections.abc import Iterable, Sequence
from pathlib import PurePath

import msgspec

from pgconsole.core.import_plan import (
    ColumnMapping,
    Commit,
    Dialect,
    FileColumn,
    ImportPlan,
    NewTable,
    OnBadRow,
    Packing,
    SourceFile,
    SourceFormat,
    Target,
    Way,
)

_PACKINGS: dict[str, Packing] = {
    ".gz": "gz",
    ".bz2": "bz2",
    ".xz": "xz",
    ".zip": "zip",
    ".zst": "zst",
}
_FORMATS: dict[str, SourceFormat] = {
    ".xlsx": "sheet",
    ".xlsm": "sheet",
    ".xlsb": "sheet",
    ".xls": "sheet",
    ".ods": "sheet",
    ".json": "json",
    ".ndjson": "ndjson",
    ".jsonl": "ndjson",
}


def source_named(path: str) -> SourceFile:
    """The source that a file's name promises, as `orders.csv.gz` or `orders.xlsx`; a name like no other is CSV."""
    name = PurePath(path)
    packing = _PACKINGS.get(name.suffix.lower(), "none")
    inner = PurePath(name.stem) if packing != "none" else name
    return SourceFile(path=path, format=_FORMATS.get(inner.suffix.lower(), "delimited"), packing=packing)


def equal_command_line(plan: ImportPlan, dsn: str = "DSN") -> str:
    """The line for a POSIX shell; `dsn` must hold no password."""
    words = [
        "pgconsole",
        "import",
        *(source.path for source in plan.sources),
        "--dsn",
        dsn,
        *_source_words(plan.sources),
        *_target_words(plan),
        *_dialect_words(plan.dialect),
        *_column_words(plan),
        *_way_words(plan),
    ]
    return shlex.join(words)


def join_names(names: Iterable[str]) -> str:
    """Names as one line of CSV."""
    line = io.StringIO()
    csv.writer(line, lineterminator="\n").writerow(names)
    return line.getvalue().removesuffix("\n")


def split_names(text: str) -> tuple[str, ...]:
    """The names that `join_names` joined; raises `ValueError` for more than one line."""
    lines = list(csv.reader(io.StringIO(text, newline=""), strict=True))
    if len(lines) != 1:
        raise ValueError("one line of names, separated by commas")
    return tuple(lines[0])


def qualified_text(target: Target) -> str:
    """The table's name as `--table` takes it: `schema.table`, a part in double quotes where it has a dot or a quote."""
    return ".".join(_part_text(part) for part in target.name)


def _part_text(part: str) -> str:
    return '"' + part.replace('"', '""') + '"' if set(part) & set('."') or not part else part


def is_plain_mapping(plan: ImportPlan) -> bool:
    """Whether each mapped column is one of the file's, none of which is used twice."""
    indexes = [mapping.source.index for mapping in plan.columns if isinstance(mapping.source, FileColumn)]
    is_bare = all(mapping.null_text is None for mapping in plan.columns)
    return is_bare and len(set(indexes)) == len(plan.columns)


def _source_words(sources: Sequence[SourceFile]) -> list[str]:
    words: list[str] = []
    if any(source.format != source_named(source.path).format for source in sources):
        words += ["--format", sources[0].format]
    if any(source.packing != source_named(source.path).packing for source in sources):
        words += ["--packing", sources[0].packing]
    for option in ("member", "sheet", "cells"):
        given = [getattr(source, option) for source in sources]
        if any(given):
            once = given[:1] if len(set(given)) == 1 else given
            words += [f"--{option}={value}" for value in once]
    return words


def _target_words(plan: ImportPlan) -> list[str]:
    words = ["--table", qualified_text(plan.target)]
    return words if plan.target.new is None else [*words, *_new_table_words(plan.target.new, _mapped_names(plan))]


def _new_table_words(table: NewTable, mapped_names: Sequence[str]) -> list[str]:
    words = ["--create"]
    names = [column.name for column in table.columns]
    if names != mapped_names:
        words.append(f"--new-columns={join_names(names)}")
    words.append(f"--types={join_names(column.type for column in table.columns)}")
    not_null = [column.name for column in table.columns if column.not_null]
    if not_null:
        words.append(f"--not-null={join_names(not_null)}")
    if table.primary_key:
        words.append(f"--primary-key={join_names(table.primary_key)}")
    if table.kind != "permanent":
        words.append(f"--{table.kind}")
    if table.comment:
        words.append(f"--table-comment={table.comment}")
    return words


def _dialect_words(dialect: Dialect) -> list[str]:
    usual = Dialect()
    words: list[str] = []
    for field, option in DIALECT_OPTIONS.items():
        value = getattr(dialect, field)
        if value != getattr(usual, field) or field in ("delimiter", "encoding"):
            words.append(f"{option}={value}")
    words.append("--header" if dialect.has_header else "--no-header")
    words += ["--trim"] if dialect.trim else []
    return [*words, "--trailing-delimiter"] if dialect.ends_with_delimiter else words


DIALECT_OPTIONS = {
    "delimiter": "--delimiter",
    "quote": "--quote",
    "escape": "--escape",
    "encoding": "--encoding",
    "null_text": "--null",
    "skip_lines": "--skip-lines",
    "comment": "--comment",
    "decimal": "--decimal",
    "thousands": "--thousands",
    "date_order": "--date-order",
}
"""The options that take the text of a field of the dialect."""


def _column_words(plan: ImportPlan) -> list[str]:
    if not is_plain_mapping(plan):
        return [f"--source-columns={join_names(plan.source_columns)}", f"--mapping={mapping_text(plan.columns)}"]
    named = _names_by_index(plan)
    return [f"--columns={join_names(named.get(index, '') for index in range(len(plan.source_columns)))}"]


def _mapped_names(plan: ImportPlan) -> list[str]:
    """The table's columns in the order in which the line names them."""
    if not is_plain_mapping(plan):
        return [mapping.column for mapping in plan.columns]
    return [name for _index, name in sorted(_names_by_index(plan).items())]


def _names_by_index(plan: ImportPlan) -> dict[int, str]:
    """The table's column for each of the file's columns that is used."""
    return {mapping.source.index: mapping.column for mapping in plan.columns if isinstance(mapping.source, FileColumn)}


def mapping_text(columns: tuple[ColumnMapping, ...]) -> str:
    """A mapping as JSON, for `--mapping`."""
    return msgspec.json.encode(columns).decode()


def _way_words(plan: ImportPlan) -> list[str]:
    words: list[str] = []
    if plan.way is Way.TRUNCATE:
        words.append("--truncate")
    elif plan.is_upsert:
        words += ["--on-conflict", plan.way.value]
    if plan.key:
        words.append(f"--key={join_names(plan.key)}")
    if plan.on_bad_row is OnBadRow.REJECT:
        words += ["--on-error", "reject"]
    if plan.reject_limit is not None:
        words += ["--reject-limit", str(plan.reject_limit)]
    if plan.reject_file:
        words += [f"--reject-file={plan.reject_file}"]
    if plan.commit is Commit.BY_BATCH:
        words.append("--commit-by-batch")
    if plan.connections != 1:
        words += ["--connections", str(plan.connections)]
    for done in plan.already_loaded:
        words += ["--already-loaded", f"{done.first}-{done.last}"]
    return [*words, "--dry-run"] if plan.dry_run else words
