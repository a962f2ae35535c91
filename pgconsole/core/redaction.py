"""Takes secrets out of SQL before it is kept anywhere: passwords of roles, mappings, subscriptions and links.

It works on text that may be cut off anywhere, so that it never needs to understand the statement: where a statement is
of a kind that carries secrets every literal of it goes, else what stands behind a password's name.
"""

import re
from typing import Final

HIDDEN: Final = "'***'"

_LITERAL: Final = (
    r"""(?:[eE]'(?:[^'\\]|\\.|'')*(?:'|\\?$)|(?:[uU]&)?'(?:[^']|'')*(?:'|$)|\$(?P<tag>\w*)\$.*?(?:\$(?P=tag)\$|$))"""
)

_HINT = re.compile(r"passw|pwd|secret|dblink|subscription|\buser\s+mapping|://", re.IGNORECASE)
_CARRIES_SECRETS = re.compile(
    r"\b(?:create|alter)\s+(?:(?:role|user|group|subscription|server|foreign\s+data\s+wrapper)\b)|\buser\s+mapping\b"
    r"|\bdblink\w*\s*\(",
    re.IGNORECASE,
)
_LITERALS = re.compile(_LITERAL, re.DOTALL)
_NAMED = re.compile(
    rf"(\w*(?:passw(?:or)?d|pwd|secret)\w*['\"]?\s*(?:=>|:=|[=:,(]|\bto\b)?\s*){_LITERAL}", re.I | re.DOTALL
)
_IN_CONNINFO = re.compile(r"((?:passw(?:or)?d|secret)\s*=\s*)(?!\s*')[^\s'&]+", re.IGNORECASE)
_IN_URI = re.compile(r"(\w://[^\s:/@']*:)[^\s@']+@")


def redacted(sql: str) -> str:
    """The statement without its secrets; one that has none comes back as the same object."""
    if _HINT.search(sql) is None:
        return sql
    if _CARRIES_SECRETS.search(sql) is not None:
        return _LITERALS.sub(HIDDEN, sql)
    hidden = _NAMED.sub(rf"\1{HIDDEN}", sql)
    hidden = _IN_CONNINFO.sub(r"\1***", hidden)
    return _IN_URI.sub(r"\1***@", hidden)
