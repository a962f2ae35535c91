"""The lexical rules of psql's SQL scanner as compiled patterns; it knows tokens, and nothing of statements.

A pattern of `scanner` swallows, in one match, everything that can't change where a statement ends, and then names the
one token that can. The rules are those of PostgreSQL 18's psqlscan.l: line comments, quotes and dollar quotes hide
semicolons, a dollar sign inside an identifier starts no quote, `e'` is a prefix only where a token begins.
"""

import re
from dataclasses import dataclass
from enum import IntEnum
from functools import cache

SPACE = r"[ \t\n\r\f\v]"
IDENTIFIER_START = r"[^\x00-@\[-^`{-\x7f]"
IDENTIFIER_PART = r"[^\x00-#%-/:-@\[-^`{-\x7f]"
TAG_PART = r"[^\x00-/:-@\[-^`{-\x7f]"
"""What a dollar quote's tag and a variable's name are made of: letters, digits, underscore, all beyond ASCII."""
IDENTIFIER = rf"{IDENTIFIER_START}{IDENTIFIER_PART}*+"
NUMBER = rf"[0-9][0-9_.]*+(?:[eE][-+][0-9]++)?+(?:{IDENTIFIER})?+"
"""A number with the letters that directly follow it, which the server then refuses."""
DOLLAR_DELIMITER = rf"\$(?:{IDENTIFIER_START}{TAG_PART}*+)?+\$"
VARIABLE = rf""":(?:{TAG_PART}++|'{TAG_PART}++'|"{TAG_PART}++"|\{{\?{TAG_PART}++\}})"""
LINE_COMMENT = r"--[^\n\r]*+"
FLAT_COMMENT = r"/\*(?:[^*/]++|\*(?!/)|/(?!\*))*+\*/"
"""A block comment without another inside; one that holds another, or has no end, is a token of its own."""
GAP = rf"(?:{SPACE}++|{LINE_COMMENT}|{FLAT_COMMENT})*+"

LEADING_SPACE = re.compile(rf"(?:{SPACE}++|{LINE_COMMENT})*+")
"""What psql drops before a statement's first character; block comments are kept."""
CREATE_ROUTINE = re.compile(
    rf"{GAP}create{GAP}(?:or{GAP}replace{GAP})?(?:function|procedure)(?!{IDENTIFIER_PART})", re.IGNORECASE
)
"""The beginning of a statement whose body may be BEGIN ATOMIC ... END."""
COMMENT_EDGE = re.compile(r"(?:/\*)++|(?:\*/)++")
STRING_END = re.compile(r"(?:[^']++|'')*+'")
RAW_STRING_END = re.compile(r"[^']*+'")
ESCAPE_STRING_END = re.compile(r"(?:[^'\\]++|''|\\[\s\S])*+'")
IDENTIFIER_END = re.compile(r'(?:[^"]++|"")*+"')
STRING_CONTINUED = re.compile(r"(?:[ \t\f\v]++|--[^\n\r]*+)*+\r(?:[ \t\r\f\v]++|--[^\n\r]*+\r)*+'")
"""A lone carriage return between two literals joins them; psql looks for it within one line only."""


class Token(IntEnum):
    """What a scanner's pattern stopped at; the value is the number of the pattern's group."""

    SEMICOLON = 1
    OPEN = 2
    CLOSE = 3
    BLANK_LINES = 4
    DOLLAR_QUOTE = 5
    VARIABLE = 6
    FORCED = 7
    """`\\;` or `\\:`, which puts the second character into the text."""
    BACKSLASH = 8
    STRING = 9
    ESCAPE_STRING = 10
    RAW_STRING = 11
    QUOTED_IDENTIFIER = 12
    COMMENT = 13
    BLOCK_WORD = 14
    """BEGIN, CASE or END of a routine's body."""
    OTHER = 15


AT_A_TIME = "{0,3000}+"
"""How much one match swallows, some 30 KiB: a match lets no other thread run, and a statement may have megabytes."""
BLOCK_WORDS = rf"(?i:begin|case|end)(?!{IDENTIFIER_PART})"


def plain_parts(conforming: bool, stop_words: str = "") -> list[str]:
    """Alternatives that match a stretch of text which a scan need not stop at; words of `stop_words` stop it."""
    prefixes = "[eE]" if conforming else "(?:[eEbBxX]|[uU]&)"
    word = rf"(?!{prefixes}')" + (f"(?!{stop_words})" if stop_words else "")
    parts = [
        rf"{word}{IDENTIFIER}[ ,.=]*+",
        r"[^\n\"'$()\-/:;\\0-9A-Za-z_\x80-\U0010ffff]++",
        r"\n(?!\n|\Z)[ \t]*+",
        NUMBER,
        r'"(?:[^"]++|"")*+"',
        LINE_COMMENT,
        r"-(?!-)",
        FLAT_COMMENT,
        r"/(?!\*)",
        rf"::|:=|:(?!{VARIABLE[1:]})",
        rf"\$(?!(?:{IDENTIFIER_START}{TAG_PART}*+)?+\$)(?:[0-9]++(?:{IDENTIFIER})?+)?+",
        r"\$\$(?:[^$]++|\$(?!\$))*+\$\$",
        r"[eE]'(?:[^'\\]++|''|\\[\s\S])*+'(?![ \t\f\v]*+[\r\-])",
    ]
    if conforming:
        parts.insert(4, r"'(?:[^']++|'')*+'")
    return parts


@cache
def scanner(conforming: bool, routine: bool) -> re.Pattern[str]:
    """The pattern that swallows plain text up to the next `Token`, for `match` at any place between tokens.

    `conforming` is the server's standard_conforming_strings; `routine` makes the words of a routine's body tokens.
    Parentheses are swallowed whole where there are at most two levels of them. Every quantifier is possessive, so a
    match takes time in proportion to what it swallows, or at worst to what it looked at before giving one token back.
    """
    plain = "|".join(plain_parts(conforming, BLOCK_WORDS if routine else ""))
    inside = "|".join([*plain_parts(conforming), ";"])
    tokens = [
        r"(;)",
        r"(\((?:[ \t]*+\()*+)",
        r"(\)(?:[ \t]*+\))*+)",
        r"(\n++)",
        rf"({DOLLAR_DELIMITER})",
        rf"({VARIABLE})",
        r"(\\[;:])",
        r"(\\)",
        r"(')",
        r"([eE]')",
        r"([bBxX]'|[uU]&')",
        r'(")',
        r"(/\*)",
        rf"({BLOCK_WORDS})",
        r"([\s\S])",
    ]
    flat = rf"\((?:{inside})*+\)"
    swallowed = rf"(?:{plain}|\((?:{inside}|{flat})*+\)){AT_A_TIME}"
    return re.compile(rf"{swallowed}(?:(?!{plain})(?:{'|'.join(tokens)}))?")


@dataclass(frozen=True, slots=True)
class Quote:
    """A string, quoted identifier or comment that has begun, and how it ends."""

    pattern: re.Pattern[str] | None = None
    """Matches from inside up to and with its end."""
    delimiter: str = ""
    """The dollar quote's `$tag$`."""
    depth: int = 0
    """How many block comments are open."""

    def end(self, source: str, start: int, limit: int) -> tuple[int, "Quote | None"]:
        """The offset behind its end; or `limit`, and what is still open there."""
        if self.depth:
            return self._comment_end(source, start, limit)
        if self.delimiter:
            found = source.find(self.delimiter, start, limit)
            return (found + len(self.delimiter), None) if found >= 0 else (limit, self)
        position = start
        while self.pattern and (match := self.pattern.match(source, position, limit)):
            position = match.end()
            if self.pattern is not ESCAPE_STRING_END:
                return position, None
            continued = STRING_CONTINUED.match(source, position, limit)
            if not continued:
                return position, None
            position = continued.end()
        return limit, self

    def _comment_end(self, source: str, start: int, limit: int) -> tuple[int, "Quote | None"]:
        depth = self.depth
        for found in COMMENT_EDGE.finditer(source, start, limit):
            edges = (found.end() - found.start()) // 2
            if source[found.start()] == "/":
                depth += edges
            elif depth > edges:
                depth -= edges
            else:
                return found.start() + 2 * depth, None
        return limit, Quote(depth=depth)
