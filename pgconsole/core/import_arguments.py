"""Reads the words of `pgconsole import`: what they say of a plan, and what is to be learnt from file and table.

`import_command.py` writes the same words for a plan; `headless_import.py` completes and runs what is read here.
"""

import argparse
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import msgspec

from pgconsole.core.import_command import DIALECT_OPTIONS, source_named, split_names
from pgconsole.core.import_plan import (
    ColumnMapping,
    Commit,
    Dialect,
    NewColumn,
    OnBadRow,
    RecordRange,
    SourceFile,
    TableKind,
    Target,
    Way,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportRequest:
    """One command line; what is None is to be found out."""

    sources: tuple[SourceFile, ...]
    dsn: str | None
    """As libpq reads it; it may hold a password."""
    target: Target
    creates: bool
    dialect: dict[str, Any]
    """The fields of the dialect that are given."""
    columns: tuple[str, ...] | None
    """The table's column for each of the file's, empty for one that is left out."""
    mapping: tuple[ColumnMapping, ...] | None
    source_columns: tuple[str, ...] | None
    new_columns: tuple[str, ...] | None
    types: tuple[str, ...] | None
    not_null: tuple[str, ...]
    primary_key: tuple[str, ...]
    kind: TableKind
    table_comment: str
    saved_plan: str
    """A file with a plan, whose sources are replaced by those given."""
    rest: dict[str, Any]
    """Fields of the plan itself."""

    def new_column_list(self, names: Sequence[str], types: Sequence[str]) -> tuple[NewColumn, ...]:
        """The columns of the table to make."""
        return tuple(
            NewColumn(name=name, type=kind, not_null=name in self.not_null)
            for name, kind in zip(names, types, strict=True)
        )


def parse_import(argv: Sequence[str]) -> ImportRequest:
    """Read the words after `import`; prints and raises SystemExit as argparse does."""
    parser = _parser()
    given = parser.parse_args(argv)
    if given.table is None and not given.plan:
        parser.error("the following arguments are required: --table")
    try:
        return _request(given)
    except ValueError as error:
        parser.error(str(error))


def _request(given: argparse.Namespace) -> ImportRequest:
    return ImportRequest(
        sources=_sources(given),
        dsn=given.dsn,
        target=_target(given.table or ""),
        creates=given.create,
        dialect=_dialect(given),
        columns=given.columns,
        mapping=msgspec.json.decode(given.mapping, type=tuple[ColumnMapping, ...]) if given.mapping else None,
        source_columns=given.source_columns,
        new_columns=given.new_columns,
        types=given.types,
        not_null=given.not_null or (),
        primary_key=given.primary_key or (),
        kind="unlogged" if given.unlogged else "temporary" if given.temporary else "permanent",
        table_comment=given.table_comment,
        saved_plan=given.plan,
        rest={
            "way": Way.TRUNCATE if given.truncate else Way(given.on_conflict or "append"),
            "key": given.key or (),
            "on_bad_row": OnBadRow(given.on_error),
            "reject_limit": given.reject_limit,
            "reject_file": given.reject_file,
            "commit": Commit.BY_BATCH if given.commit_by_batch else Commit.WHOLE,
            "connections": given.connections,
            "already_loaded": tuple(given.already_loaded),
            "dry_run": given.dry_run,
        },
    )


def _sources(given: argparse.Namespace) -> tuple[SourceFile, ...]:
    sources = []
    for number, path in enumerate(given.files):
        changes: dict[str, Any] = {}
        if given.format:
            changes["format"] = given.format
        if given.packing:
            changes["packing"] = given.packing
        for option in ("member", "sheet", "cells"):
            values: list[str] = getattr(given, option)
            if len(values) not in (0, 1, len(given.files)):
                raise ValueError(f"--{option} is given once for all files, or once for each")
            if values:
                changes[option] = values[number % len(values)]
        sources.append(msgspec.structs.replace(source_named(path), **changes))
    return tuple(sources)


def _dialect(given: argparse.Namespace) -> dict[str, Any]:
    found = {field: getattr(given, field) for field in DIALECT_OPTIONS if getattr(given, field) is not None}
    if "delimiter" in found:
        found["delimiter"] = found["delimiter"].replace("\\t", "\t")
    if given.header is not None:
        found["has_header"] = given.header
    if given.trim:
        found["trim"] = True
    if given.trailing_delimiter:
        found["ends_with_delimiter"] = True
    if given.quote is not None and given.escape is None:
        found["escape"] = given.quote or Dialect().escape
    return found


def _target(text: str) -> Target:
    """`table`, `schema.table`, with a part in double quotes where it has a dot or a quote."""
    parts = [""]
    is_quoted = False
    for index, char in enumerate(text):
        if char == '"':
            if is_quoted is False and text[index - 1 : index] == '"' and parts[-1]:
                parts[-1] += '"'
            is_quoted = not is_quoted
        elif char == "." and not is_quoted:
            parts.append("")
        else:
            parts[-1] += char
    if is_quoted or len(parts) > 2 or (text and not all(parts)):
        raise ValueError(f"--table: {text} is neither table nor schema.table")
    return Target(table=parts[-1], schema=parts[0] if len(parts) == 2 else "")


def _span(text: str) -> RecordRange:
    first, _, last = text.partition("-")
    return RecordRange(int(first), int(last or first))


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="pgconsole import",
        description="Load files into a table through COPY: every good record is loaded, every bad one accounted for.",
        epilog="Prints its account as one JSON object. Status: 0 all loaded, 3 some rejected, 1 failed. "
        "LIST is a line of CSV.",
        allow_abbrev=False,
    )
    parser.add_argument("files", nargs="+", metavar="FILE", help="files of one shape, read one after the other")
    parser.add_argument("--dsn", metavar="DSN", help="where to: a URI or 'host=... dbname=...'; else the variables PG*")
    parser.add_argument("--table", metavar="NAME", help="table, or schema.table")
    parser.add_argument("--plan", default="", metavar="FILE", help="a saved plan, to be run on these files")
    _add_source_options(parser.add_argument_group("the files"))
    _add_column_options(parser.add_argument_group("columns"))
    _add_way_options(parser.add_argument_group("loading"))
    return parser


def _add_source_options(group: Any) -> None:
    group.add_argument("--delimiter", metavar="C", help="as ; or ||, or \\t for a tab")
    group.add_argument("--quote", metavar="C", help="empty for none")
    group.add_argument(
        "--escape", metavar="C", help="before a quote inside quotes; the quote itself where it is doubled"
    )
    group.add_argument("--encoding", metavar="E", help="as utf-8, cp1252, utf-16")
    group.add_argument("--header", action=argparse.BooleanOptionalAction, help="the first record holds names")
    group.add_argument("--null", dest="null_text", metavar="S", help="an unquoted field that is NULL; empty by default")
    group.add_argument("--skip-lines", type=int, metavar="N", help="lines before the header")
    group.add_argument("--comment", metavar="S", help="leave out lines that begin with this")
    group.add_argument("--trim", action="store_true", help="leave out spaces round unquoted fields")
    group.add_argument("--trailing-delimiter", action="store_true", help="one at a record's end begins no field")
    group.add_argument("--decimal", choices=(".", ","), help="the mark in numbers")
    group.add_argument("--thousands", metavar="C", help="what groups digits in numbers")
    group.add_argument("--date-order", choices=("YMD", "MDY", "DMY"), help="how 03/04/05 is read")
    group.add_argument("--format", choices=("delimited", "sheet", "json", "ndjson"), help="else by the file's name")
    group.add_argument("--packing", choices=("none", "gz", "bz2", "xz", "zip", "zst"), help="else by the file's name")
    group.add_argument("--member", action="append", default=[], metavar="NAME", help="the member of an archive")
    group.add_argument("--sheet", action="append", default=[], metavar="NAME", help="the sheet of a spreadsheet")
    group.add_argument("--cells", action="append", default=[], metavar="RANGE", help="a range of the sheet, as B2:F900")


def _add_column_options(group: Any) -> None:
    group.add_argument("--columns", type=split_names, metavar="LIST", help="the table's column for each of the file's")
    group.add_argument("--mapping", default="", metavar="JSON", help="constants, expressions and the like for columns")
    group.add_argument("--source-columns", type=split_names, metavar="LIST", help="names of the file's columns")
    group.add_argument("--create", action="store_true", help="make the table")
    group.add_argument("--new-columns", type=split_names, metavar="LIST", help="the new table's columns")
    group.add_argument("--types", type=split_names, metavar="LIST", help="their types")
    group.add_argument("--not-null", type=split_names, metavar="LIST", help="those that can't be NULL")
    group.add_argument("--primary-key", type=split_names, metavar="LIST", help="its primary key")
    kind = group.add_mutually_exclusive_group()
    kind.add_argument("--unlogged", action="store_true", help="a table that a crash of the server empties")
    kind.add_argument(
        "--temporary", action="store_true", help="a table of the session, to try whether all can be loaded"
    )
    group.add_argument("--table-comment", default="", metavar="TEXT", help="the new table's comment")


def _add_way_options(group: Any) -> None:
    way = group.add_mutually_exclusive_group()
    way.add_argument("--truncate", action="store_true", help="empty the table first, in the same transaction")
    way.add_argument("--on-conflict", choices=("do-nothing", "update"), help="what a record does whose key is there")
    group.add_argument("--key", type=split_names, metavar="LIST", help="columns by which a row is found")
    group.add_argument(
        "--on-error", choices=("stop", "reject"), default="stop", help="stop loads nothing; reject the rest"
    )
    group.add_argument("--reject-limit", type=int, metavar="N", help="fail beyond so many rejected records")
    group.add_argument("--reject-file", default="", metavar="F", help="where they go; else beside the first file")
    group.add_argument("--commit-by-batch", action="store_true", help="keep what was loaded where the import fails")
    group.add_argument(
        "--connections", type=int, default=1, metavar="N", help="load by several at once, with the above"
    )
    group.add_argument(
        "--already-loaded", type=_span, action="append", default=[], metavar="FIRST-LAST", help="skip these records"
    )
    group.add_argument("--dry-run", action="store_true", help="do it all, and roll it back")
