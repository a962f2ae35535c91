"""Finds the channels that a function's source sends on: constants given to pg_notify, and names after NOTIFY.

A channel that is computed is not found; one that a trigger passes as an argument is, where the function notifies on
TG_ARGV.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

# Compiled when they are first used: few windows ever search, and each pattern costs the start a millisecond.
_CALL: Final = r"(?i)pg_notify\s*\(\s*E?'((?:[^']|'')*)'\s*(?:::\s*\w+\s*)?,"
_STATEMENT: Final = r'(?i)(?:^|[;\s])NOTIFY\s+("(?:[^"]|"")+"|[^\W\d][\w$]*)\s*(?:[,;]|$)'
_BY_ARGUMENT: Final = r"(?i)pg_notify\s*\(\s*TG_ARGV\s*\[\s*(\d+)\s*\]"
_COMMENT: Final = r"(?s)--[^\n]*|/\*.*?\*/"


@dataclass(frozen=True, slots=True)
class FoundChannel:
    """A channel and where in the database something is sent on it."""

    name: str
    place: str
    """As `function shop.tell_order(), line 3`."""


def channels_in_source(source: str, function: str) -> Iterator[FoundChannel]:
    """The channels that a function names, each with its line."""
    text = re.sub(_COMMENT, lambda comment: "\n" * comment[0].count("\n"), source)
    found = [*re.finditer(_CALL, text), *re.finditer(_STATEMENT, text)]
    for match in sorted(found, key=lambda each: each.start(1)):
        line = text.count("\n", 0, match.start(1)) + 1
        yield FoundChannel(_name(match), f"function {function}, line {line}")


def channels_of_trigger(source: str, arguments: Sequence[str], trigger: str) -> Iterator[FoundChannel]:
    """The channels that a trigger passes to a function which notifies on its arguments."""
    for match in re.finditer(_BY_ARGUMENT, re.sub(_COMMENT, " ", source)):
        index = int(match[1])
        if index < len(arguments):
            yield FoundChannel(arguments[index], f"trigger {trigger}")


def _name(match: re.Match[str]) -> str:
    if match.re.pattern == _CALL:
        return match[1].replace("''", "'")
    name = match[1]
    return name[1:-1].replace('""', '"') if name.startswith('"') else name.lower()
