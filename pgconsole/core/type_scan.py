"""Finds out, batch by batch, which types every value of a column has, and which line is the first that breaks a type.

Pure and bounded: it keeps a few facts a column, whatever the file's size. A batch of a column is one string and each
type one regular expression over its lines, which takes 0.3 us a value; a type that is broken is not looked at again.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache, lru_cache
from typing import Final, Literal

import msgspec

from pgconsole.core.plain_text import cut_line
from pgconsole.core.type_patterns import TYPE_PATTERNS

Doubt = Literal["", "date", "number"]
"""`date`: which is the day and which the month; `number`: whether a comma is the decimal sign."""

_SHOWN_CHARS: Final = 60
_WIDER: Final = {each.name: each.wider for each in TYPE_PATTERNS}
_NARROWEST: Final = tuple(each.name for each in TYPE_PATTERNS if each.name not in set(_WIDER.values()))


@dataclass(frozen=True, slots=True)
class Break:
    """The first value that is not of a type."""

    line: int
    """The physical line on which the value's record begins, from 1."""
    value: str
    """Cut for display."""


@dataclass(frozen=True, slots=True)
class ColumnFacts:
    """What is known of one column after so many records."""

    proposed: str
    """A type as CREATE TABLE has it; `text` where nothing narrower is sure."""
    writing: str = ""
    """How its values are written where not as the server writes them: `comma`, `thousands`, `dmy`, `mdy` or `ymd`.

    Where no type holds, how those are written before the value that broke the last one.
    """
    breaks: Mapping[str, Break] = field(default_factory=dict)
    """By type: the first value that is not of it. A type that is not in it holds for every value."""
    values: int = 0
    """How many values were seen that are not NULL."""
    doubt: Doubt = ""
    """What can be read in two ways in every value, so that no type is proposed."""


class _Column:
    __slots__ = ("breaks", "looked_at", "values", "words")

    def __init__(self) -> None:
        self.looked_at = list(_NARROWEST)
        self.breaks: dict[str, Break] = {}
        self.values = 0
        self.words: dict[str, int] = {}
        """Of a column that may be of truth values: each word, and the line on which it stood first."""

    def add(self, values: Sequence[str], lines: Sequence[int], nulls: frozenset[str]) -> None:
        empty = sum(map(values.count, nulls))
        self.values += len(values) - empty
        if empty == len(values) or not self.looked_at:
            return
        joined = "\n".join(values) + "\n"
        if joined.count("\n") != len(values):
            joined = "\n".join([value.replace("\n", "\0") for value in values]) + "\n"
        waiting, self.looked_at = self.looked_at, []
        while waiting:
            name = waiting.pop(0)
            index = _first_other(name, joined, nulls)
            if index is None:
                self.looked_at.append(name)
                continue
            self.breaks[name] = Break(lines[index], cut_line(values[index], _SHOWN_CHARS))
            wider = _WIDER[name]
            if wider and wider not in self.breaks and wider not in self.looked_at and wider not in waiting:
                waiting.insert(0, wider)
        if "boolean" in self.looked_at:
            for value, line in zip(values, lines, strict=True):
                self.words.setdefault(value.strip().casefold(), line)

    def facts(self) -> ColumnFacts:
        if not self.values:
            return ColumnFacts("text", breaks=dict(self.breaks))
        breaks = self.breaks | self._lone_letter()
        holding = [each.name for each in TYPE_PATTERNS if each.name not in breaks]
        doubt: Doubt = ""
        if sum(name.startswith("timestamp:") for name in holding) > 1:
            doubt, holding = "date", []
        elif {"numeric:comma", "numeric:thousands"} <= set(holding) and holding[0] == "numeric:comma":
            doubt, holding = "number", []
        name, _, writing = (holding[0] if holding else "text").partition(":")
        writing = writing if holding else _lasting_writing(breaks)
        # A column of small numbers seldom stays one.
        name = "integer" if name == "smallint" else name
        return ColumnFacts(name, writing, breaks, self.values, doubt)

    def _lone_letter(self) -> dict[str, Break]:
        """What speaks against truth values where all are the same letter: F may be female as well as false."""
        letters = self.words.keys() & {"t", "f"}
        if "boolean" in self.breaks or len(letters) != 1 or self.words.keys() & {"true", "false"}:
            return {}
        letter = letters.pop()
        return {"boolean": Break(self.words[letter], letter)}


def _lasting_writing(breaks: Mapping[str, Break]) -> str:
    """The way of writing that was given up after every other; empty where there is no such one."""
    last: dict[str, int] = {}
    for name, broken in breaks.items():
        writing = name.partition(":")[2]
        last[writing] = max(last.get(writing, 0), broken.line)
    writing, line = max(last.items(), key=lambda each: each[1], default=("", 0))
    return writing if list(last.values()).count(line) == 1 else ""


class TypeScan:
    """Takes the records of a file in batches, and tells at any time what the columns are like so far."""

    def __init__(self, width: int, nulls: Sequence[str] = ("",)) -> None:
        """Take how many columns there are, and the texts that stand for NULL."""
        self._columns = [_Column() for _ in range(width)]
        self._nulls = frozenset(nulls)
        self.records = 0

    def add(self, records: Sequence[Sequence[str]], lines: Sequence[int]) -> None:
        """Take further records, and the line on which each begins; those of another width are counted only."""
        self.records += len(records)
        width = len(self._columns)
        if set(map(len, records)) != {width}:
            whole = [(record, line) for record, line in zip(records, lines, strict=True) if len(record) == width]
            records, lines = [record for record, _ in whole], [line for _, line in whole]
        if records:
            for column, values in zip(self._columns, zip(*records, strict=True), strict=True):
                column.add(values, lines, self._nulls)

    def facts(self) -> tuple[ColumnFacts, ...]:
        """What is known of each column by now."""
        return tuple(column.facts() for column in self._columns)


@cache
def _pattern(name: str, nulls: frozenset[str]) -> re.Pattern[str]:
    described = next(each for each in TYPE_PATTERNS if each.name == name)
    others = "|".join(re.escape(text) for text in sorted(nulls, key=len, reverse=True) if "\n" not in text)
    return re.compile(f"(?:(?: *(?:{described.pattern}) *|{others})\n)*+")


def _first_other(name: str, joined: str, nulls: frozenset[str]) -> int | None:
    """The index of the first line that is neither NULL nor of the type; None where there is none."""
    match = _pattern(name, nulls).match(joined)
    end = match.end() if match else 0
    if name == "jsonb":
        return _first_not_json(joined[:end], nulls, None if end == len(joined) else joined.count("\n", 0, end))
    return None if end == len(joined) else joined.count("\n", 0, end)


def _first_not_json(joined: str, nulls: frozenset[str], otherwise: int | None) -> int | None:
    """Look into what has the brackets of JSON."""
    for index, text in enumerate(joined.split("\n")[:-1]):
        if text not in nulls:
            try:
                msgspec.json.decode(text.replace("\0", "\n"))
            except (msgspec.DecodeError, RecursionError):
                return index
    return otherwise


_SPELLINGS: Final = {
    "int": "integer",
    "int2": "smallint",
    "int4": "integer",
    "int8": "bigint",
    "bool": "boolean",
    "decimal": "numeric",
    "float8": "double precision",
    "json": "jsonb",
    "timestamp without time zone": "timestamp",
    "timestamp with time zone": "timestamptz",
    "time without time zone": "time",
}


@lru_cache(maxsize=1024)
def plain_type(type_name: str) -> str:
    """A type's name as it is spelled here, without its modifiers: `numeric(8,2)` and `decimal` are `numeric`."""
    plain = type_name.strip().casefold().partition("(")[0].strip()
    return _SPELLINGS.get(plain, plain)
