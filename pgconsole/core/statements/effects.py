"""What statements other than queries do to transactions, the session and data, by their words."""

import re
from collections.abc import Sequence
from itertools import pairwise
from typing import Literal

from pgconsole.core.statements.statement import Kind
from pgconsole.core.statements.words import Lexeme

CopyTarget = Literal["none", "from_stdin", "to_stdout", "server"]
TransactionStep = Literal[
    "none",
    "begin",
    "commit",
    "commit_and_chain",
    "rollback",
    "rollback_and_chain",
    "savepoint",
    "release",
    "rollback_to",
    "prepare",
    "commit_prepared",
    "rollback_prepared",
]

_SESSION_FUNCTIONS = {
    "pg_advisory_lock": "advisory lock",
    "pg_advisory_lock_shared": "advisory lock",
    "pg_try_advisory_lock": "advisory lock",
    "pg_try_advisory_lock_shared": "advisory lock",
    "set_config": "set_config",
    "setseed": "setseed",
}
_FOR_THE_TRANSACTION = ("local", "transaction", "constraints")
_TWO_WORD_SETTINGS = {("time", "zone"), ("session", "authorization"), ("session", "characteristics"), ("xml", "option")}
_PERSISTENCE = ("temp", "temporary")
_TEMPORARY = re.compile(r"(?:table|view|sequence)\Z")


def _words(tokens: Sequence[Lexeme], count: int = 8) -> list[str]:
    return [token.text for token in tokens[:count] if token.kind in ("word", "quoted")]


def copy_target(tokens: Sequence[Lexeme]) -> CopyTarget:
    """Where a COPY's data come from or go to; STDIN and STDOUT mean the same to the server's grammar."""
    for token, following in pairwise(tokens):
        if token.kind == "word" and token.text in ("from", "to") and token.depth == 0:
            if following.kind == "word" and following.text in ("stdin", "stdout"):
                return "from_stdin" if token.text == "from" else "to_stdout"
            return "server"
    return "server"


def transaction_step(tokens: Sequence[Lexeme]) -> TransactionStep:
    """The step that a transaction control statement takes."""
    words = _words(tokens)
    first = words[0]
    if first in ("begin", "start"):
        return "begin"
    if first == "prepare":
        return "prepare"
    if first == "savepoint":
        return "savepoint"
    if first == "release":
        return "release"
    chains = "chain" in words and "no" not in words
    if first in ("commit", "end"):
        if words[1:2] == ["prepared"]:
            return "commit_prepared"
        return "commit_and_chain" if chains else "commit"
    if words[1:2] == ["prepared"]:
        return "rollback_prepared"
    if "to" in words[1:3]:
        return "rollback_to"
    return "rollback_and_chain" if chains else "rollback"


def needs_no_transaction(kind: Kind, tokens: Sequence[Lexeme]) -> bool:
    """Whether it is to run outside a transaction block, by the notes of the manual's SQL command pages.

    CALL and DO run in one too, but then what they run may not COMMIT.
    """
    words = _words(tokens)
    if kind in (Kind.CALL, Kind.DO):
        return True
    if kind is Kind.TRANSACTION:
        return words[1:2] == ["prepared"]
    if kind is Kind.SET:
        return words[:2] == ["discard", "all"]
    if kind is Kind.MAINTENANCE:
        return _maintenance_alone(words, tokens)
    if kind is not Kind.DEFINITION:
        return False
    first, second = (*words, "", "")[:2]
    if first in ("create", "drop") and second in ("database", "tablespace", "subscription"):
        return True
    if first in ("create", "drop") and "index" in words[1:3]:
        return "concurrently" in words[:4]
    if first == "alter":
        if second == "database":
            return "tablespace" in words[2:5]
        if second == "table":
            return any(token.text == "concurrently" and token.depth == 0 for token in tokens)
        return second in ("system", "subscription")
    return False


def _maintenance_alone(words: list[str], tokens: Sequence[Lexeme]) -> bool:
    if words[0] == "vacuum":
        return True
    if words[0] == "reindex":
        return any(word in ("concurrently", "schema", "database", "system") for word in words[1:6])
    if words[0] in ("cluster", "repack"):
        named = [t for t in tokens[1:] if t.depth == 0 and t.kind in ("word", "quoted") and t.text != "verbose"]
        return not named or "concurrently" in words
    return False


def changes_session(kind: Kind, text: str, tokens: Sequence[Lexeme]) -> str:
    """What a statement leaves behind in the session, in a few words; empty for nothing."""
    words = _words(tokens)
    if kind is Kind.SET:
        return _setting(words) if words[0] == "set" else ""
    if kind is Kind.NOTIFICATION:
        return f"LISTEN {text[tokens[1].start : tokens[1].end]}" if words[0] == "listen" and len(tokens) > 1 else ""
    if kind is Kind.PREPARED:
        return f"prepared statement {words[1]}" if words[0] == "prepare" and len(words) > 1 else ""
    if kind is Kind.CURSOR:
        holds = any(a.text == "with" and b.text == "hold" for a, b in pairwise(tokens))
        return f"cursor {words[1]}" if words[0] == "declare" and holds and len(words) > 1 else ""
    if kind is Kind.MAINTENANCE:
        return "LOAD" if words[0] == "load" else ""
    if kind is Kind.DEFINITION:
        return _temporary(words)
    return _by_functions(tokens)


def _setting(words: list[str]) -> str:
    rest = words[1:]
    if rest[:2] == ["session", "characteristics"]:
        return "SET SESSION CHARACTERISTICS"
    if rest[:1] == ["session"] and rest[1:2] != ["authorization"]:
        rest = rest[1:]
    if not rest or rest[0] in _FOR_THE_TRANSACTION:
        return ""
    if tuple(rest[:2]) in _TWO_WORD_SETTINGS:
        return f"SET {rest[0].upper()} {rest[1].upper()}"
    return "SET ROLE" if rest[0] == "role" else f"SET {rest[0]}"


def _temporary(words: list[str]) -> str:
    """The kind of a temporary relation that a CREATE makes, or an empty string."""
    at = next((i for i, word in enumerate(words) if _TEMPORARY.match(word)), len(words))
    before, behind = words[:at], words[at + 1 : at + 5]
    if not behind or before[:1] != ["create"]:
        return ""
    is_temporary = any(word in _PERSISTENCE for word in before) or "pg_temp" in behind
    return f"temporary {words[at]}" if is_temporary else ""


def _by_functions(tokens: Sequence[Lexeme]) -> str:
    for before, token in pairwise(tokens):
        if token.text == "(" and before.text in _SESSION_FUNCTIONS:
            return _SESSION_FUNCTIONS[before.text]
        if before.text == "into" and before.kind == "word" and token.text in _PERSISTENCE:
            return "temporary table"
    return ""


def is_unguarded(tokens: Sequence[Lexeme]) -> bool:
    """Whether it is TRUNCATE or DROP, or an UPDATE or DELETE in it, at any depth, has no WHERE of its own."""
    if tokens and tokens[0].text in ("truncate", "drop"):
        return True
    for index, token in enumerate(tokens):
        if token.kind != "word" or token.text not in ("update", "delete") or not _is_verb(tokens, index):
            continue
        own = _until_closed(tokens[index + 1 :], token.depth)
        if not any(t.text == "where" and t.depth == token.depth for t in own):
            return True
    return False


def _is_verb(tokens: Sequence[Lexeme], index: int) -> bool:
    """UPDATE and DELETE as verbs: first of all, first in parentheses, or behind the parts of a WITH."""
    following = tokens[index + 1].text if index + 1 < len(tokens) else ""
    if tokens[index].text == "delete" and following != "from":
        return False
    if index == 0 or tokens[index - 1].text == "(":
        return tokens[0].text not in ("create", "alter", "grant", "revoke", "comment")
    return tokens[0].text == "with" and tokens[index - 1].text == ")" and tokens[index].depth == 0


def _until_closed(tokens: Sequence[Lexeme], depth: int) -> Sequence[Lexeme]:
    """The tokens up to the parenthesis that closes their own level."""
    end = next((i for i, token in enumerate(tokens) if token.depth < depth), len(tokens))
    return tokens[:end]
