"""Lays out SQL anew without changing what it says: whatever would change a token is not done."""

from itertools import zip_longest

from pgconsole.core.statements.words import Lexeme, lexemes

FORMATTED_AT_MOST = 5_000
"""Characters beyond which nothing is laid out: sqlparse takes some 0.3 s for so many (0.5.x, measured 2026-11)."""


def format_sql(text: str) -> str | None:
    """The text with one clause a line and keywords in lower case; None where that can't be done safely.

    White space at its beginning and end stays. Comments stay, and every token is compared before and after: a layout
    that changed one, as sqlparse's of some quotes, is not given.
    """
    core = text.strip()
    if not core or len(text) > FORMATTED_AT_MOST:
        return None
    # Imported here, since it costs 30 ms and few sessions format anything.
    import sqlparse
    from sqlparse.exceptions import SQLParseError

    try:
        laid_out = str(sqlparse.format(core, reindent=True, keyword_case="lower", indent_width=2)).strip()
    except (SQLParseError, RecursionError):
        return None
    if not _say_the_same(core, laid_out):
        return None
    start = text.index(core)
    return text[:start] + laid_out + text[start + len(core) :]


def _say_the_same(first: str, second: str) -> bool:
    return _comments(first) == _comments(second) and all(
        one is not None and other is not None and _is_same(one, other)
        for one, other in zip_longest(lexemes(first), lexemes(second))
    )


def _is_same(one: Lexeme, other: Lexeme) -> bool:
    return (one.kind, one.text, one.depth) == (other.kind, other.text, other.depth)


def _comments(text: str) -> str:
    """What lies between tokens, less white space."""
    kept, position = [], 0
    for each in lexemes(text):
        kept.append(text[position : each.start])
        position = each.end
    return "".join("".join([*kept, text[position:]]).split())
