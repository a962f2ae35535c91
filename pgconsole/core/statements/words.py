"""The words of a statement with what stands around them, strings and comments left out; `traits` judges them."""

import re
from collections.abc import Iterator
from functools import cache
from typing import NamedTuple

from pgconsole.core.statements.lexer import (
    AT_A_TIME,
    DOLLAR_DELIMITER,
    FLAT_COMMENT,
    GAP,
    IDENTIFIER,
    IDENTIFIER_PART,
    LINE_COMMENT,
    NUMBER,
    SPACE,
    Quote,
    plain_parts,
)

_HEAD = 32
"""How many tokens are given in full; names and options of any command stand among them."""
_STOP_WORDS = rf"""(?i:select|values|table|insert|update|delete|merge|into|temp|temporary|for|share|no|key|where
|from|to|stdin|stdout|returning|with|hold|concurrently|pg_(?:try_)?advisory_lock(?:_shared)?|set_config|setseed
|pg_notify|lo_export|dblink(?:_exec)?)
(?!{IDENTIFIER_PART})""".replace("\n", "")
_TOKENS = rf"""
    (?P<string>(?:[eE]'(?:[^'\\]++|''|\\[\s\S])*+|(?:[uU]&|[bBxXnN])?'(?:[^']++|'')*+)(?:'|\Z))
    |(?P<quoted>(?:[uU]&)?"(?:[^"]++|"")*+(?:"|\Z))
    |(?P<word>{IDENTIFIER})
    |(?P<number>{NUMBER})
    |(?P<dollar>{DOLLAR_DELIMITER})
    |\$(?P<parameter>[0-9]++)
    |(?P<comment>/\*)
    |(?P<mark>[\s\S])
    """
_NOTHING = re.compile(rf"{GAP}\Z")


@cache
def _full() -> re.Pattern[str]:
    return re.compile(rf"(?:{SPACE}++|{LINE_COMMENT}|{FLAT_COMMENT})*+(?P<skipped>)(?:{_TOKENS})?", re.VERBOSE)


@cache
def _sparse() -> re.Pattern[str]:
    """Skips what cannot matter; its compilation takes 20 ms, which the window's start need not wait for."""
    plain = "|".join(rf"(?!\$[0-9])(?:{part})" for part in plain_parts(True, _STOP_WORDS))
    flat = rf"\((?:{plain}|[;\n])*+\)"
    tokens = re.sub(r"\n\s*", "", f"(?:{_TOKENS})?")
    skipped = rf"(?:{plain}|[;\n]|{flat}|\((?:{plain}|[;\n]|{flat})*+\)){AT_A_TIME}"
    return re.compile(f"(?P<skipped>{skipped}){tokens}")


class Lexeme(NamedTuple):
    """One token outside comments."""

    kind: str
    """`word`, `quoted`, `string`, `number`, `parameter`, `mark`; `skipped` for a stretch of no importance."""
    text: str
    """A word in lower case, a parameter's number, anything else as it stands."""
    start: int
    end: int
    depth: int
    """How many parentheses are open around it."""


def lexemes(text: str) -> Iterator[Lexeme]:
    """The first tokens of one statement, then those that may matter; an unterminated quote is a token up to the end.

    So a statement with a megabyte of values costs tens of milliseconds, not seconds.
    """
    position = depth = count = 0
    while position < len(text):
        count += 1
        found = (_full() if count <= _HEAD else _sparse()).match(text, position)
        kind = found.lastgroup if found else None
        if not found or kind is None:
            return
        if found["skipped"] and not _NOTHING.match(found["skipped"]):
            yield Lexeme("skipped", "", found.start("skipped"), found.end("skipped"), depth)
        if kind == "skipped":
            if found.end() == position:
                return
            position = found.end()
            continue
        start, position, value = found.start(kind), found.end(), found[kind]
        if kind == "comment":
            position = Quote(depth=1).end(text, position, len(text))[0]
            continue
        if kind == "dollar":
            kind, position = "string", Quote(delimiter=value).end(text, position, len(text))[0]
            value = text[start:position]
        depth -= value == ")" and depth > 0
        yield Lexeme(kind, value.lower() if kind == "word" else value, start, position, depth)
        depth += value == "("
