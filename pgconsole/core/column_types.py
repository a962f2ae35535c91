"""Which type a column gets: what its values are like, and how the dialect has numbers and dates written, decide it.

Choices of the user come before all of it, and are not looked at here.
"""

from collections.abc import Sequence
from typing import Final

import msgspec

from pgconsole.core.import_plan import DateOrder, Dialect
from pgconsole.core.type_patterns import TYPE_PATTERNS
from pgconsole.core.type_scan import Break, ColumnFacts, plain_type

TYPES_OFFERED: Final = (
    "text",
    "smallint",
    "integer",
    "bigint",
    "numeric",
    "double precision",
    "boolean",
    "date",
    "timestamp",
    "timestamptz",
    "time",
    "interval",
    "uuid",
    "inet",
    "json",
    "jsonb",
    "bytea",
)
"""What a new column's type can be chosen from; anything else can be typed."""

_PREFERRED: Final = tuple(
    dict.fromkeys(each.name.partition(":")[0] for each in TYPE_PATTERNS if each.name != "smallint")
)
"""What is proposed first where several hold; a column of small numbers seldom stays one."""

_SHORT: Final = {
    "timestamp with time zone": "timestamptz",
    "timestamp without time zone": "timestamp",
    "time without time zone": "time",
    "character varying": "varchar",
}
_ORDERS: Final[dict[str, DateOrder]] = {"dmy": "DMY", "mdy": "MDY", "ymd": "YMD"}


def fitting_dialect(dialect: Dialect, facts: Sequence[ColumnFacts]) -> Dialect:
    """The dialect with the marks of numbers and the order of dates that columns show, where all that show any agree."""
    writings = {fact.writing for fact in facts if fact.writing}
    if dialect.delimiter == "," and any(fact.doubt == "number" for fact in facts):
        # Who writes 1,5 for one and a half parts fields by something else.
        writings.add("thousands")
    numbers, dates = writings & {"comma", "thousands"}, writings & _ORDERS.keys()
    if len(numbers) == 1 and dialect.decimal == "." and not dialect.thousands:
        marks = {"decimal": ",", "thousands": "."} if numbers == {"comma"} else {"thousands": ","}
        dialect = msgspec.structs.replace(dialect, **marks)
    if len(dates) == 1 and not dialect.date_order:
        dialect = msgspec.structs.replace(dialect, date_order=_ORDERS[dates.pop()])
    return dialect


def fitting_type(facts: ColumnFacts, dialect: Dialect) -> str:
    """The first type that every value is of, as the dialect has it written; `text` where there is none."""
    if not facts.values:
        return "text"
    for name in _PREFERRED:
        if any(spelling not in facts.breaks for spelling in _spellings(name, dialect)):
            return name
    return "text"


def break_of(facts: ColumnFacts, type_name: str, dialect: Dialect) -> Break | None:
    """The first value that would not do as that type; None where every one would, or where nobody can tell."""
    found = [facts.breaks.get(spelling) for spelling in _spellings(plain_type(type_name), dialect)]
    broken = [each for each in found if each is not None]
    return max(broken, key=lambda each: each.line) if broken and len(broken) == len(found) else None


def short_type(type_name: str) -> str:
    """A type as people write it, where the server's own words for it are long."""
    for words, name in _SHORT.items():
        type_name = type_name.replace(words, name)
    return type_name


def nearest_type(facts: ColumnFacts, dialect: Dialect) -> tuple[str, Break] | None:
    """The type that was given up last, where others went before it, and the value for which it was given up."""
    offered = [name for name in _PREFERRED if _spellings(name, dialect)]
    found = [(name, broken) for name in offered if (broken := break_of(facts, name, dialect)) is not None]
    if len(found) < len(offered):
        return None
    name, last = max(found, key=lambda each: each[1].line)
    return (name, last) if last.line > min(broken.line for _name, broken in found) else None


def _spellings(type_name: str, dialect: Dialect) -> tuple[str, ...]:
    """The ways of writing a type that the server understands under the dialect."""
    if type_name == "numeric":
        return ("numeric:comma" if dialect.decimal == "," else "numeric:thousands" if dialect.thousands else "numeric",)
    if type_name == "double precision" and (dialect.decimal == "," or dialect.thousands):
        return ()
    if type_name in ("date", "timestamp") and dialect.date_order:
        return type_name, f"{type_name}:{dialect.date_order.lower()}"
    return (type_name,)
