"""Writes identifiers and literals so that the server reads back exactly what was meant.

The only way by which a name from a catalog, a file or a person gets into SQL; values go as parameters wherever the
server takes any. Source: PostgreSQL manual, "Identifiers and Key Words" and "String Constants".
"""

import re
from typing import Final

MAX_IDENTIFIER_BYTES: Final = 63
"""Longer names are cut by the server, silently but for a NOTICE (NAMEDATALEN - 1)."""

_PLAIN: Final = re.compile("[a-z_][a-z0-9_$]*", re.ASCII)


def quote_identifier(name: str) -> str:
    """`name` in double quotes, whatever it is; raises ValueError for an empty name and one with a NUL."""
    if not name:
        raise ValueError("an identifier can't be empty")
    return '"' + _without_nul(name, "an identifier").replace('"', '""') + '"'


def quote_qualified(*names: str) -> str:
    """The names joined by dots, each quoted: schema and table, or table and column."""
    return ".".join(quote_identifier(name) for name in names)


def quote_identifier_if_needed(name: str, keywords: frozenset[str]) -> str:
    """`name` as people write it where that means the same; else in double quotes.

    `keywords` are the reserved words in lower case, which always need quotes.
    """
    return name if _PLAIN.fullmatch(name) and name not in keywords else quote_identifier(name)


def quote_literal(text: str) -> str:
    """`text` as a string constant that reads the same with standard_conforming_strings on and off.

    Raises ValueError for a NUL, which no text of the server can hold.
    """
    doubled = _without_nul(text, "a text").replace("'", "''")
    if "\\" not in doubled:
        return f"'{doubled}'"
    return "E'" + doubled.replace("\\", "\\\\") + "'"


def is_cut_by_server(name: str) -> bool:
    """Whether the server would cut `name`, which counts in bytes of UTF-8."""
    return len(name.encode()) > MAX_IDENTIFIER_BYTES


def _without_nul(text: str, what: str) -> str:
    if "\x00" in text:
        raise ValueError(f"{what} can't hold a NUL character")
    return text
