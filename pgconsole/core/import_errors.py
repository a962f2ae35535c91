"""Reads what the server says about a COPY: which record it means, of which column, or that it is about none."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from pgconsole.core.errors import PgconsoleError, ServerError
from pgconsole.core.server_report import ServerReport

_WORLDLY_CLASSES = frozenset({"08", "25", "28", "40", "53", "55", "57", "58", "F0", "XX"})
"""Failures of the server, the session or another transaction, whatever record was at hand."""
_STRUCTURAL_CLASSES = frozenset({"0A", "0Z", "26", "2F", "3B", "3D", "3F", "42"})
"""Failures of the statement, where no line is named."""
_ROUTINES_OF_RECORDS = frozenset({"exec_stmt_raise", "ExecWithCheckOptions"})
"""Of the server: what they report is about a record, whatever its code. The first is RAISE, whose code is anybody's."""
_ROUTINES_OF_BUFFERS = frozenset({"RelationGetBufferForTuple", "pgfdw_report_error"})
"""Of the server: these write many rows at once, and the line is that of the newest one read, not of the one refused."""

_SKIPPED = re.compile(
    r"skipping row due to data type incompatibility at line (\d+) for column \"(.*?)\": (?:\".*|null input)", re.DOTALL
)
_KEY = re.compile(r"\(([^()]+)\)=\((.*?)\)(?=[^()]*$)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class SkippedRow:
    """A row that COPY left out by itself."""

    line: int
    column: str


def skipped_row(message: str) -> SkippedRow | None:
    """What a notice of ON_ERROR ignore tells; None for any other notice. It is translated: read it in English only."""
    found = _SKIPPED.fullmatch(message)
    return SkippedRow(int(found[1]), found[2]) if found else None


def refused_line(report: ServerReport, table: str) -> int | None:
    """The line of the COPY that an error is about, counted from 1; None where it names none.

    The words round the number are the server's own language. A line of the context that belongs to a value, as JSON's
    errors have it, does not begin by COPY.
    """
    if report.source_routine in _ROUTINES_OF_BUFFERS:
        return None
    found = re.search(rf"^COPY {re.escape(table)}\D{{1,30}}?(\d+)", report.context, re.MULTILINE)
    return int(found[1]) if found else None


def refused_column(report: ServerReport, columns: Sequence[str]) -> str:
    """The column that an error is about; empty where it tells none."""
    if report.column_name:
        return report.column_name
    context = re.search(r"^COPY .*", report.context, re.MULTILINE)
    line = context[0] if context else ""
    named = [name for name in columns if f" {name}: " in line or line.endswith(f" {name}")]
    named = [name for name in named if re.search(rf"\d+\D{{1,30}} {re.escape(name)}(?:: |$)", line)]
    if not named:
        named = [name for name in columns if f'"{name}"' in report.message and report.sqlstate == "22P04"]
    if not named:
        key = refused_key(report)
        return key[0] if key is not None and key[0] in columns else ""
    return max(named, key=len)


def refused_key(report: ServerReport) -> tuple[str, str] | None:
    """Column and value of a key of one column that breaks a constraint, as the detail has them."""
    found = _KEY.search(report.detail) if report.sqlstate.startswith("23") else None
    return (found[1], found[2]) if found else None


def is_about_a_record(error: PgconsoleError, line: int | None) -> bool:
    """Whether leaving a record out may help; else the import can't go on."""
    if not isinstance(error, ServerError) or not error.sqlstate:
        return False  # what was stopped from this side says nothing of the data
    if error.report.source_routine in _ROUTINES_OF_RECORDS:
        return True
    kind = error.sqlstate[:2]
    return kind not in _WORLDLY_CLASSES and (line is not None or kind not in _STRUCTURAL_CLASSES)
