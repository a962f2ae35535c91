"""Which statements are asked about before they run, and in which words; pure, judged by their text alone.

A guard against mistakes, no lock: a SELECT that writes by a function is not asked about.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import takewhile
from typing import Literal

from pgconsole.core.profile import ConnectionKind
from pgconsole.core.statements import Kind, Traits
from pgconsole.core.statements.words import Lexeme, lexemes
from pgconsole.core.wording import format_about

GuardAnswer = Literal["run", "dry_run"]
"""What a question was answered by; giving it up runs nothing."""

MOST_SHOWN = 20
_MOST_CHARS = 300
_MAY_BE_DANGEROUS = ("update", "delete", "truncate", "drop")
_ENDS_NAMES = frozenset({"restart", "continue", "cascade", "restrict"})
_WITH_ROWS = ("table", "materialized")
_WHAT = {
    "update": "It has no WHERE: every row is changed.",
    "delete": "It has no WHERE: every row is deleted.",
    "truncate": "It removes every row.",
    "drop": "What it drops is gone with all that is in it.",
}


@dataclass(frozen=True, slots=True)
class GuardRules:
    """What holds for the tabs of one connection."""

    kind: ConnectionKind = ConnectionKind.DEVELOPMENT
    label: str = ""
    """What the connection is called on screen."""
    is_read_only: bool = False
    """The connection's profile asks for read-only transactions."""

    @property
    def is_production(self) -> bool:
        """Whether every statement that writes is asked about."""
        return self.kind is ConnectionKind.PRODUCTION


@dataclass(frozen=True, slots=True)
class GuardedStatement:
    """One statement of a question."""

    text: str
    why: str
    estimated_rows: int | None = None
    """How many rows the planner expects it to touch; None where it was not asked, or does not know."""

    @property
    def rows(self) -> str:
        """The estimate in words; empty without one."""
        if self.estimated_rows is None:
            return ""
        noun = "row" if self.estimated_rows == 1 else "rows"
        return f"The planner expects {format_about(self.estimated_rows)} {noun}."


@dataclass(frozen=True, slots=True)
class GuardQuestion:
    """What is asked before a run."""

    rules: GuardRules
    statements: tuple[GuardedStatement, ...]
    """The first of those that are asked about."""
    count: int
    """How many of them there are."""
    can_dry_run: bool = True

    @property
    def heading(self) -> str:
        """The question in one line."""
        what = "this statement" if self.count == 1 else f"these {self.count:,} statements"
        return f"Run {what}{_KINDS[self.rules.kind]}?"


_KINDS = {
    ConnectionKind.DEVELOPMENT: "",
    ConnectionKind.TEST: " on a test server",
    ConnectionKind.PRODUCTION: " on production",
}


def may_be_guarded(text: str, *, is_production: bool) -> bool:
    """Whether a statement is worth a closer look: a script may have a hundred thousand that are not."""
    return is_production or any(word in text.lower() for word in _MAY_BE_DANGEROUS)


def guard_reason(text: str, traits: Traits, *, is_production: bool, asks_unguarded: bool) -> str:
    """Why a statement is asked about, as a sentence; empty where it is not."""
    if traits.unguarded_write and (is_production or asks_unguarded):
        first = next((token.text for token in lexemes(text) if token.kind == "word"), "")
        return _WHAT.get(first, "An UPDATE or DELETE in it has no WHERE: every row is meant.")
    if is_production and traits.writes is not False:
        return "It writes." if traits.writes else "Only the server knows whether it writes."
    return ""


def shown(text: str) -> str:
    """As much of a statement as a question shows."""
    text = text.strip()
    return text if len(text) <= _MOST_CHARS else f"{text[:_MOST_CHARS]}…"


def explained_for_rows(text: str, traits: Traits) -> str:
    """What to EXPLAIN to hear how many rows a statement touches; empty where no plan tells."""
    if traits.parameter_count:
        return ""
    if traits.kind in (Kind.INSERT, Kind.UPDATE, Kind.DELETE, Kind.MERGE, Kind.WITH):
        return text
    names = _relations(text)
    return " UNION ALL ".join(f"SELECT 1 FROM {name}" for name in names)


def _relations(text: str) -> list[str]:
    """The tables of a TRUNCATE or DROP as they are written there."""
    tokens = [token for token in lexemes(text) if token.text != ";"]
    words = [token.text for token in tokens[:3]]
    if words[:1] == ["truncate"]:
        tokens = tokens[1 + (words[1:2] == ["table"]) :]
    elif words[:1] == ["drop"] and words[1:2] and words[1] in _WITH_ROWS:
        tokens = tokens[2 + (words[1] == "materialized") :]
        tokens = tokens[2:] if [token.text for token in tokens[:2]] == ["if", "exists"] else tokens
    else:
        return []
    tokens = list(takewhile(lambda token: token.kind != "word" or token.text not in _ENDS_NAMES, tokens))
    if any(token.kind == "skipped" for token in tokens):
        return []
    return [text[name[0].start : name[-1].end] for name in _split_at_commas(tokens) if name]


def _split_at_commas(tokens: Sequence[Lexeme]) -> list[list[Lexeme]]:
    names: list[list[Lexeme]] = [[]]
    for token in tokens:
        if token.text == ",":
            names.append([])
        else:
            names[-1].append(token)
    return names


def no_dry_run(text: str, traits: Traits) -> str:
    """Why a dry run can't take a statement in, as a sentence; empty where rolling back undoes what it does."""
    if traits.transaction != "none":
        return "It begins or ends a transaction, and a dry run is one transaction that is rolled back."
    if traits.outside_transaction and traits.kind not in (Kind.CALL, Kind.DO):
        return "It can't run inside a transaction."
    if traits.copy == "server" and traits.writes is False:
        return "It writes a file or feeds a program, which no rollback undoes."
    return ""
