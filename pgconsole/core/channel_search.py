"""Finds the channels that a function's source sends on: constants given to pg_notify, and names after NOTIFY.

A channel that is computed is not found; one that a trigger passes as an argument is, where the function notifies on
TG_ARGV.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

_CALL = re.compile(r"pg_notify\s*\(\s*E?'((?:[^']|'')*)'\s*(?:::\s*\w+\s*)?,", re.IGNORECASE)
_STATEMENT = re.compile(r'(?:^|[;\s])NOTIFY\s+("(?:[^"]|"")+"|[^\W\d][\w$]*)\s*(?:[,;]|$)', re.IGNORECASE)
_BY_ARGUMENT = re.compile(r"pg_notify\s*\(\s*TG_ARGV\s*\[\s*(\d+)\s*\]", re.IGNORECASE)
_COMMENT = re.compile(r"--[^\n]*|/\*.*?\*/", re.DOTALL)


@dataclass(frozen=True, slots=True)
class FoundChannel:
    """A channel and where in the database something is sent on it."""

    name: str
    place: str
    """As `function shop.tell_order(), line 3`."""


def channels_in_source(source: str, function: str) -> Iterator[FoundChannel]:
    """The channels that a function names, each with its line."""
    text = _COMMENT.sub(lambda comment: "\n" * comment[0].count("\n"), source)
    for match in sorted([*_CALL.finditer(text), *_STATEMENT.finditer(text)], key=lambda each: each.start(1)):
        line = text.count("\n", 0, match.start(1)) + 1
        yield FoundChannel(_name(match), f"function {function}, line {line}")


def channels_of_trigger(source: str, arguments: Sequence[str], trigger: str) -> Iterator[FoundChannel]:
    """The channels that a trigger passes to a function which notifies on its arguments."""
    for match in _BY_ARGUMENT.finditer(_COMMENT.sub(" ", source)):
        index = int(match[1])
        if index < len(arguments):
            yield FoundChannel(arguments[index], f"trigger {trigger}")


def _name(match: re.Match[str]) -> str:
    if match.re is _CALL:
        return match[1].replace("''", "'")
    name = match[1]
    return name[1:-1].replace('""', '"') if name.startswith('"') else name.lower()
