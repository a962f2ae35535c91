"""Finds the bracket that belongs to the one beside the caret; brackets in strings and comments count for nothing."""

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtGui import QTextBlock

LINES_AT_MOST = 400
"""How far a partner is looked for: 400 lines take some 4 ms."""

_PARTNERS = {"(": ")", "[": "]", ")": "(", "]": "["}
_OPENING = "(["


@dataclass(frozen=True, slots=True)
class BracketPair:
    """Where the two stand in the document, in Qt's units; no partner where the whole text has none."""

    position: int
    partner: int | None


CodeMask = Callable[[QTextBlock], str]
"""A line's text with everything in strings and comments blanked, its length in Qt's units."""


def bracket_pair(block: QTextBlock, column: int, code_of: CodeMask) -> BracketPair | None:
    """The bracket before or behind a column, and its partner; None where there is no bracket or it is too far off."""
    code = code_of(block)
    for at in (column - 1, column):
        if 0 <= at < len(code) and code[at] in _PARTNERS:
            return _match(block, at, code_of)
    return None


def _match(block: QTextBlock, at: int, code_of: CodeMask) -> BracketPair | None:
    own = code_of(block)[at]
    partner, forward = _PARTNERS[own], own in _OPENING
    depth, line, start = 0, block, at
    for _ in range(LINES_AT_MOST):
        code = code_of(line)
        columns = range(start, len(code)) if forward else range(min(start, len(code) - 1), -1, -1)
        for column in columns:
            if code[column] == own:
                depth += 1
            elif code[column] == partner:
                depth -= 1
                if depth == 0:
                    return BracketPair(block.position() + at, line.position() + column)
        line = line.next() if forward else line.previous()
        if not line.isValid():
            return BracketPair(block.position() + at, None)
        start = 0 if forward else len(line.text()) * 2
    return None
