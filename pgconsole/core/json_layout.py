"""Lays JSON text out over indented lines without reading its values: digits, escapes and order stay as they were.

It works on tokens, not on a tree, so numbers keep every digit and no depth is too deep. Text that is not JSON comes out
as some layout of the same characters; whether it is JSON is the server's word.
"""

import re
from collections.abc import Iterator

INDENT = "  "
MAX_INDENTED_DEPTH = 40
"""Deeper levels are not moved further to the right: 6,000 levels would else take megabytes of blanks."""

_TOKEN = re.compile(r'"(?:[^"\\]|\\.)*"?|[{}\[\],:]|[^\s{}\[\],:"]+', re.DOTALL)
_CLOSERS = {"{": "}", "[": "]"}


def laid_out(text: str) -> str:
    """Return JSON text with a line for each member and element; empty objects and arrays stay on one line."""
    return "".join(_pieces([match[0] for match in _TOKEN.finditer(text)]))


def _pieces(tokens: list[str]) -> Iterator[str]:
    depth = 0
    for number, token in enumerate(tokens):
        following = tokens[number + 1] if number + 1 < len(tokens) else ""
        previous = tokens[number - 1] if number else ""
        if token in _CLOSERS:
            depth += 1
            yield token
            if following != _CLOSERS[token]:
                yield _new_line(depth)
        elif token in ("}", "]"):
            depth = max(0, depth - 1)
            if _CLOSERS.get(previous) != token:
                yield _new_line(depth)
            yield token
        elif token == ",":
            yield token + _new_line(depth)
        elif token == ":":
            yield ": "
        else:
            yield token


def _new_line(depth: int) -> str:
    return "\n" + INDENT * min(depth, MAX_INDENTED_DEPTH)
