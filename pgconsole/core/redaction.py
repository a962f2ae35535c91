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

_HINTS: Final = ("passw", "pwd", "secret", "dblink", "subscription", "mapping", "://")
"""Nothing is secret in a text that has none of them in small letters, which takes microseconds to see."""

_CARRIES_SECRETS = re.compile(
    r"\b(?:create|alter)\s+(?:(?:role|user|group|subscription|server|foreign\s+data\s+wrapper)\b)|\buser\s+mapping\b"
    r"|\bdblink\w*\s*\(",
    re.IGNORECASE,
)
_LITERALS = re.compile(_LITERAL, re.DOTALL)
# No repetition here gives anything back, for a text may be made to have one tried for ever.
_NAMED = re.compile(
    rf"((?:passw(?:or)?d|pwd|secret)\w*+['\"]?\s*+(?:=>|:=|[=:,(]|\bto\b)?\s*+){_LITERAL}", re.IGNORECASE | re.DOTALL
)
_IN_CONNINFO = re.compile(r"((?:passw(?:or)?d|secret)\s*+=\s*+)(?!')[^\s'&]+", re.IGNORECASE)
_IN_URI = re.compile(r"(\w://[^\s:/@']{0,200}+:)[^\s'@]{1,400}+@")


def redacted(sql: str) -> str:
    """The statement without its secrets; one that has none comes back as the same object."""
    lowered = sql.lower()
    if not any(hint in lowered for hint in _HINTS):
        return sql
    if _CARRIES_SECRETS.search(sql) is not None:
        return _LITERALS.sub(HIDDEN, sql)
    hidden = _NAMED.sub(rf"\1{HIDDEN}", sql)
    hidden = _IN_CONNINFO.sub(r"\1***", hidden)
    return _IN_URI.sub(r"\1***@", hidden)
