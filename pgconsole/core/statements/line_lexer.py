"""Colours SQL line by line: the tokens of one line, given the state in which the line before it ended.

It goes by the server's lexical rules, with psql's variables and backslash commands; it knows no statements. Inline data
of COPY are not told apart from SQL.
"""

import re
from enum import Enum
from typing import NamedTuple

from pgconsole.core.statements.keywords import HIGHLIGHTED
from pgconsole.core.statements.lexer import (
    DOLLAR_DELIMITER,
    ESCAPE_STRING_END,
    IDENTIFIER,
    IDENTIFIER_END,
    NUMBER,
    SPACE,
    STRING_END,
    TAG_PART,
    VARIABLE,
    Quote,
)


class TokenKind(Enum):
    """What a stretch of a line is, for its colour."""

    KEYWORD = "keyword"
    IDENTIFIER = "identifier"
    QUOTED_IDENTIFIER = "quoted identifier"
    FUNCTION = "function"
    """An identifier with an opening parenthesis behind it."""
    STRING = "string"
    NUMBER = "number"
    COMMENT = "comment"
    OPERATOR = "operator"
    PUNCTUATION = "punctuation"
    PARAMETER = "parameter"
    """`$1`."""
    VARIABLE = "variable"
    """psql's `:x`, `:'x'`, `:"x"`, `:{?x}`; a named parameter looks the same."""
    META_COMMAND = "meta command"


class LexToken(NamedTuple):
    """A stretch of one line, as half-open offsets in it."""

    start: int
    end: int
    kind: TokenKind


class LineState(NamedTuple):
    """What is open at the end of a line: nothing, a string, a quoted identifier, a dollar quote or comments."""

    opened: str = ""
    """`'`, `e'`, `"`, `/*` or the dollar quote's `$tag$`; empty for nothing."""
    depth: int = 0
    """How many comments are open."""


_TOKEN = re.compile(
    rf"""(?:{SPACE}++)?(?:
    (?P<comment>--[^\r]*)
    |(?P<block>/\*)
    |(?P<escape>[eE]')
    |(?P<string>(?:[uU]&|[bBxXnN])?')
    |(?P<quoted>(?:[uU]&)?")
    |(?P<word>{IDENTIFIER})
    |(?P<number>{NUMBER}|\.[0-9][0-9_]*+(?:[eE][-+]?[0-9]++)?)
    |(?P<dollar>{DOLLAR_DELIMITER})
    |(?P<parameter>\$[0-9]++)
    |(?P<cast>::|:=)
    |(?P<variable>{VARIABLE})
    |(?P<forced>\\[;:])
    |(?P<meta>\\(?:[!?]|\\|{TAG_PART}*+\+?))
    |(?P<punctuation>[()\[\],;.{{}}])
    |(?P<operator>(?:(?!--|/\*)[-+*/<>=~!@\#%^&|`?:])++)
    |(?P<other>[\s\S])
    )?""",
    re.VERBOSE,
)
_FUNCTION_FOLLOWS = re.compile(rf"{SPACE}*+\(")
_KINDS = {
    "comment": TokenKind.COMMENT,
    "number": TokenKind.NUMBER,
    "parameter": TokenKind.PARAMETER,
    "cast": TokenKind.OPERATOR,
    "variable": TokenKind.VARIABLE,
    "forced": TokenKind.PUNCTUATION,
    "meta": TokenKind.META_COMMAND,
    "punctuation": TokenKind.PUNCTUATION,
    "operator": TokenKind.OPERATOR,
    "other": TokenKind.OPERATOR,
}
_OPENED_KINDS = {
    "'": TokenKind.STRING,
    "e'": TokenKind.STRING,
    '"': TokenKind.QUOTED_IDENTIFIER,
    "/*": TokenKind.COMMENT,
}
_OPENERS = {"block": "/*", "escape": "e'", "string": "'", "quoted": '"'}
_PATTERNS = {"'": STRING_END, "e'": ESCAPE_STRING_END, '"': IDENTIFIER_END}


PLAIN_LINE = LineState()
"""The state in which nothing is open, and that a script begins with."""


def lex_line(line: str, state: LineState = PLAIN_LINE) -> tuple[list[LexToken], LineState]:
    """The tokens of one line without its newline, white space left out, and the state for the line below it.

    Never raises; takes time in proportion to the line's length.
    """
    tokens: list[LexToken] = []
    position, limit = 0, len(line)
    if state.opened:
        position, state = _close(line, 0, state, tokens, 0)
    while position < limit:
        found = _TOKEN.match(line, position)
        group = found.lastgroup if found else None
        if not found or group is None:
            break
        start, end = found.start(group), found.end()
        if opened := found[group] if group == "dollar" else _OPENERS.get(group, ""):
            position, state = _close(line, end, LineState(opened, int(group == "block")), tokens, start)
            continue
        tokens.append(LexToken(start, end, _KINDS[group] if group != "word" else _word(line, start, end)))
        position = end
    return tokens, state


def _close(line: str, position: int, state: LineState, tokens: list[LexToken], start: int) -> tuple[int, LineState]:
    """Add the token of what is open, up to its end or the line's."""
    if state.opened == "/*":
        quote = Quote(depth=state.depth)
    elif pattern := _PATTERNS.get(state.opened):
        quote = Quote(pattern)
    else:
        quote = Quote(delimiter=state.opened)
    end, rest = quote.end(line, position, len(line))
    if end > start:
        tokens.append(LexToken(start, end, _OPENED_KINDS.get(state.opened, TokenKind.STRING)))
    return end, LineState(state.opened, rest.depth) if rest else LineState()


def _word(line: str, start: int, end: int) -> TokenKind:
    if line[start:end].lower() in HIGHLIGHTED:
        return TokenKind.KEYWORD
    return TokenKind.FUNCTION if _FUNCTION_FOLLOWS.match(line, end) else TokenKind.IDENTIFIER


class LineLexer:
    """Lexes lines for a highlighter that keeps one int a line, as Qt's QSyntaxHighlighter does.

    States are numbered as they come up: 0 is a line's plain end. A number means the same as long as the lexer lives.
    """

    def __init__(self) -> None:
        self._numbers: dict[LineState, int] = {LineState(): 0}
        self._states: list[LineState] = [LineState()]

    def lex(self, line: str, state_number: int) -> tuple[list[LexToken], int]:
        """The tokens of a line and the number of its state; a number never given out, as Qt's -1, counts as 0."""
        known = 0 <= state_number < len(self._states)
        tokens, state = lex_line(line, self._states[state_number] if known else LineState())
        number = self._numbers.setdefault(state, len(self._states))
        if number == len(self._states):
            self._states.append(state)
        return tokens, number
