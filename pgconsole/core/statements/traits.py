"""What a statement is and does, as far as its text tells; where the server can tell better, that is said by None."""

from dataclasses import dataclass
from itertools import pairwise

from pgconsole.core.statements.effects import (
    CopyTarget,
    TransactionStep,
    changes_session,
    copy_target,
    is_unguarded,
    needs_no_transaction,
    transaction_step,
)
from pgconsole.core.statements.statement import Kind, kind_of
from pgconsole.core.statements.words import Lexeme, lexemes

_READING = ("select", "values", "table")
_WRITING = ("insert", "update", "delete", "merge")
_AFTER_EMPTY_LIST = frozenset(
    {
        "from",
        "where",
        "group",
        "having",
        "window",
        "union",
        "intersect",
        "except",
        "order",
        "limit",
        "offset",
        "fetch",
        "for",
        "into",
    }
)
_LOCKS = ("update", "share", "no", "key")


@dataclass(frozen=True, slots=True)
class Traits:
    """What running a statement needs to know of it beforehand."""

    kind: Kind
    returns_rows: bool | None = False
    """None where only the server knows: EXECUTE, CALL, and words that are unknown here."""
    without_columns: bool = False
    """Its select list is empty, so that it returns rows that have no columns."""
    lazily_paged: bool = False
    """A portal may be read as far as the user looks: a query that only reads, creates no table and locks no rows."""
    copy_wrappable: bool = False
    """It may stand in `COPY (...) TO STDOUT`; the closing parenthesis needs a line of its own, for a last comment."""
    writes: bool | None = False
    """None where only the server knows. A SELECT counts as reading, though a function in it may write."""
    outside_transaction: bool = False
    """The server refuses it in a transaction block, or, as with CALL and DO, takes a right away from it there."""
    copy: CopyTarget = "none"
    transaction: TransactionStep = "none"
    session_state: str = ""
    """What it leaves behind in the session, in a few words, as `SET work_mem` or `temporary table`."""
    unguarded_write: bool = False
    """UPDATE or DELETE without WHERE, TRUNCATE, DROP."""
    parameter_count: int = 0
    """The highest n of its `$n`."""


def traits(text: str) -> Traits:
    """Judge one statement by its text alone, in one pass over its tokens."""
    kind = kind_of(text)
    tokens = list(lexemes(text))
    parameters = max((int(token.text[:6]) for token in tokens if token.kind == "parameter"), default=0)
    if kind is Kind.EXPLAIN:
        return _explained(text, tokens, parameters)
    verb = _main_verb(kind, tokens)
    modifies = verb in _WRITING or (kind is Kind.WITH and _has_writing_part(tokens))
    into = verb == "select" and _selects_into(tokens)
    reads = verb in _READING and not modifies and not into
    lazily_paged = reads and not _locks_rows(tokens)
    return Traits(
        kind=kind,
        returns_rows=_returns_rows(kind, verb, into, tokens),
        without_columns=verb == "select" and not into and _has_empty_list(tokens),
        lazily_paged=lazily_paged,
        copy_wrappable=lazily_paged and not parameters,
        writes=modifies or into or _writes(kind, tokens),
        outside_transaction=needs_no_transaction(kind, tokens),
        copy=copy_target(tokens) if kind is Kind.COPY else "none",
        transaction=transaction_step(tokens) if kind is Kind.TRANSACTION else "none",
        session_state=changes_session(kind, text, tokens),
        unguarded_write=is_unguarded(tokens),
        parameter_count=parameters,
    )


def _explained(text: str, tokens: list[Lexeme], parameters: int) -> Traits:
    """EXPLAIN returns rows; with ANALYZE it does what the statement in it does."""
    analyze, position = False, 1
    if len(tokens) > 1 and tokens[1].text == "(":
        position = next((i for i, t in enumerate(tokens) if t.text == ")" and t.depth == 0), len(tokens) - 1) + 1
        options = tokens[2:position]
        analyze = any(
            token.text in ("analyze", "analyse") and options[i + 1].text not in ("off", "false", "0")
            for i, token in enumerate(options[:-1])
        )
    while position < len(tokens) and tokens[position].text in ("analyze", "analyse", "verbose"):
        analyze = analyze or tokens[position].text != "verbose"
        position += 1
    inner = traits(text[tokens[position].start :]) if position < len(tokens) else Traits(Kind.EMPTY)
    return Traits(
        kind=Kind.EXPLAIN,
        returns_rows=True,
        writes=inner.writes if analyze else False,
        session_state=inner.session_state if analyze else "",
        unguarded_write=analyze and inner.unguarded_write,
        parameter_count=parameters,
    )


def _main_verb(kind: Kind, tokens: list[Lexeme]) -> str:
    """The word that says what a query does; of WITH the one behind its parts."""
    if kind is Kind.WITH:
        before, base = "", next((token.depth for token in tokens if token.text == "with"), 0)
        for token in tokens:
            is_verb = token.kind == "word" and token.text in _READING + _WRITING
            if is_verb and token.depth == base and before not in ("", "with", "recursive", ","):
                return token.text
            before = token.text
        return _reading_in_parentheses(tokens)
    return kind.value if kind.value in _READING or kind.value in _WRITING else ""


def _reading_in_parentheses(tokens: list[Lexeme]) -> str:
    """`with a as (...) (select ...)`: two parentheses in a row."""
    for before, opening, token in zip(tokens, tokens[1:], tokens[2:], strict=False):
        if before.text == ")" and opening.text == "(" and token.text in _READING:
            return token.text
    return ""


def _has_writing_part(tokens: list[Lexeme]) -> bool:
    return any(
        before.text == "(" and token.kind == "word" and token.text in _WRITING for before, token in pairwise(tokens)
    )


def _selects_into(tokens: list[Lexeme]) -> bool:
    base = next((token.depth for token in tokens if token.text in ("select", "with")), 0)
    return any(token.kind == "word" and token.text == "into" and token.depth == base for token in tokens)


def _locks_rows(tokens: list[Lexeme]) -> bool:
    return any(
        before.kind == "word" and before.text == "for" and token.kind == "word" and token.text in _LOCKS
        for before, token in pairwise(tokens)
    )


def _has_empty_list(tokens: list[Lexeme]) -> bool:
    """Whether nothing to select stands behind the statement's own SELECT."""
    base = min((token.depth for token in tokens if token.text == "select"), default=0)
    at = next((i for i, t in enumerate(tokens) if t.text == "select" and t.depth == base), None)
    if at is None:
        return False
    rest = tokens[at + 1 :]
    if rest and rest[0].text in ("all", "distinct"):
        rest = rest[1:]
        if rest and rest[0].text == "on":
            closing = next((i for i, t in enumerate(rest) if t.text == ")" and t.depth == base), len(rest))
            rest = rest[closing + 1 :]
    return not rest or rest[0].text in (")", ";") or (rest[0].kind == "word" and rest[0].text in _AFTER_EMPTY_LIST)


def _returns_rows(kind: Kind, verb: str, into: bool, tokens: list[Lexeme]) -> bool | None:
    if verb in _READING:
        return not into
    if verb in _WRITING:
        return any(token.kind == "word" and token.text == "returning" and token.depth == 0 for token in tokens)
    if kind is Kind.SHOW:
        return True
    if kind is Kind.CURSOR:
        return tokens[0].text == "fetch"
    if kind is Kind.PREPARED:
        return None if tokens[0].text == "execute" else False
    return None if kind in (Kind.CALL, Kind.OTHER, Kind.WITH) else False


def _writes(kind: Kind, tokens: list[Lexeme]) -> bool | None:
    if kind is Kind.COPY:
        return copy_target(tokens) == "from_stdin" or any(t.text == "from" and t.depth == 0 for t in tokens)
    if kind is Kind.PREPARED:
        return None if tokens[0].text == "execute" else False
    if kind in (Kind.DEFINITION, Kind.CALL, Kind.DO):
        return True
    if kind is Kind.MAINTENANCE:
        return tokens[0].text not in ("load", "lock", "checkpoint")
    return None if kind is Kind.OTHER else False
