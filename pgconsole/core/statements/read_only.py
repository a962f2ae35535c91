"""What gets past a read-only mode by its words: statements that lift it, and those that the server lets through.

The server's rules are those of `ClassifyUtilityCommandAsReadOnly` in its source (src/backend/tcop/utility.c, PostgreSQL
14 to 18): maintenance, NOTIFY, COPY to a file or program and ALTER SYSTEM pass. A function can hide anything, so that
this guards against mistakes only.
"""

import re
from collections.abc import Sequence
from itertools import islice, pairwise

from pgconsole.core.statements.statement import Kind, kind_of
from pgconsole.core.statements.words import Lexeme, lexemes

_SETTINGS = ("default_transaction_read_only", "transaction_read_only")
_ON = frozenset({"on", "true", "yes", "1"})
_LIFTS = "It would lift the read-only mode."
_MAINTENANCE = frozenset({"vacuum", "analyze", "analyse", "cluster", "reindex", "repack", "checkpoint"})
_FUNCTIONS = {
    "pg_notify": "The server lets pg_notify() through in a read-only transaction.",
    "lo_export": "The server lets lo_export() write a file of its machine in a read-only transaction.",
    "dblink": "It works on another connection, where the read-only mode does not hold.",
    "dblink_exec": "It works on another connection, where the read-only mode does not hold.",
}
_IN_BODY = re.compile(r"read_only|read\s+write", re.IGNORECASE)


def passes_read_only(text: str) -> str:
    """Why a statement must not go out in a read-only tab, as a sentence; empty where the server guards well enough."""
    kind, tokens = kind_of(text), list(lexemes(text))
    words = [token.text.strip('"') for token in tokens if token.kind in ("word", "quoted")]
    if not words:
        return ""
    return _by_kind(kind, words, tokens) or _by_functions(text, tokens)


def _by_kind(kind: Kind, words: list[str], tokens: Sequence[Lexeme]) -> str:
    first = words[0]
    if kind is Kind.SET:
        return _LIFTS if _sets(words, tokens) else ""
    if kind is Kind.TRANSACTION:
        if words[:2] == ["commit", "prepared"]:
            return "The server lets it through: it would make another transaction last."
        return _LIFTS if _is_writable(words) else ""
    if kind is Kind.COPY and _is_to_server(tokens):
        return "The server lets COPY write to a file or a program of its machine in a read-only transaction."
    if (kind is Kind.MAINTENANCE and first in _MAINTENANCE) or first == "notify":
        return f"The server lets {first.upper()} through in a read-only transaction."
    if words[:2] == ["alter", "system"]:
        return "The server lets ALTER SYSTEM through in a read-only transaction."
    if kind is Kind.UPDATE and "pg_settings" in words[:4]:
        return _LIFTS
    if kind is Kind.DO and any(token.kind == "string" and _IN_BODY.search(token.text) for token in tokens):
        return _LIFTS
    return ""


def _is_writable(words: list[str]) -> bool:
    return ("read", "write") in pairwise(words)


def _sets(words: list[str], tokens: Sequence[Lexeme]) -> bool:
    if words[0] == "discard":
        return words[1:2] == ["all"]
    if words[0] == "reset":
        return words[1:] != [] and words[1] in ("all", *_SETTINGS)
    if "transaction" in words[1:5]:
        return _is_writable(words)
    name = next((i for i, token in enumerate(tokens) if token.text.strip('"') in _SETTINGS), None)
    if name is None:
        return False
    return not (len(tokens) > name + 2 and _is_on(tokens[name + 2]))


def _is_on(token: Lexeme) -> bool:
    return token.text.strip("'").lower() in _ON


def _is_to_server(tokens: Sequence[Lexeme]) -> bool:
    for token, following in pairwise(tokens):
        if token.kind == "word" and token.text in ("from", "to") and token.depth == 0:
            return token.text == "to" and following.text not in ("stdin", "stdout")
    return False


def _by_functions(text: str, tokens: Sequence[Lexeme]) -> str:
    for token in tokens:
        name = token.text.strip('"')
        if token.kind not in ("word", "quoted") or name not in (*_FUNCTIONS, "set_config"):
            continue
        behind = list(islice(lexemes(text[token.end :]), 4))  # far into a long text, arguments are skipped over
        if not behind or behind[0].text != "(":
            continue
        if name in _FUNCTIONS:
            return _FUNCTIONS[name]
        if _sets_mode(behind[1:]):
            return _LIFTS
    return ""


def _sets_mode(arguments: Sequence[Lexeme]) -> bool:
    """Whether `set_config(` may reach the mode: its name is one of those, or is not written there."""
    if not arguments or arguments[0].kind != "string":
        return True
    is_mode = arguments[0].text.strip("'").lower() in _SETTINGS
    return is_mode and not (len(arguments) > 2 and _is_on(arguments[2]))
