"""Asks the user about what may do harm before anything of a run is sent, with the planner's estimate of the rows.

Which statements are asked about is decided in `core.guards`; the question is the view's.
"""

import asyncio
import json
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from pgconsole.core.errors import ConnectionLost, PgconsoleError, QueryCancelled, RefusedStatement
from pgconsole.core.guards import (
    MOST_SHOWN,
    GuardedStatement,
    GuardQuestion,
    GuardRules,
    explained_for_rows,
    guard_reason,
    may_be_guarded,
    no_dry_run,
    shown,
)
from pgconsole.core.run_state import ReadOnlyBy
from pgconsole.core.statements import Kind, Statement, passes_read_only, traits
from pgconsole.db.session import Session
from pgconsole.workers.job import jobs_of
from pgconsole.workers.prompts import Answer

_LONG_CHARS = 1 << 16
_ESTIMATE_LIMIT_S = 1.0
_MOST_ESTIMATES = 5
_SAVEPOINT = "pgconsole_estimate"

Ask = Callable[[GuardQuestion], Awaitable[Answer | None]]


@dataclass(frozen=True, slots=True)
class Found:
    """A statement to ask about, as the script has it."""

    text: str
    why: str
    explained: str


def refuse_past_read_only(text: str, by: ReadOnlyBy) -> None:
    """Raise `RefusedStatement` where a statement gets past the read-only mode that somebody asked for."""
    why = passes_read_only(text) if by else ""
    if not why:
        return
    if by == "tab":
        what, remedy = "This tab is read-only", "Switch Read-only off in the menu beside Auto-commit"
    else:
        what, remedy = "This connection is read-only", "Switch Read-only off in Edit connection"
    raise RefusedStatement(f"{what}; the statement was not sent.", why, f"{remedy}, then run it again.")


def survey(statements: Sequence[Statement], rules: GuardRules, *, asks_unguarded: bool) -> list[Found]:
    """The statements of a run that are asked about."""
    found = []
    for statement in statements:
        if statement.kind is Kind.META:
            continue
        for part in statement.parts:
            if may_be_guarded(part, is_production=rules.is_production):
                judged = traits(part)
                why = guard_reason(part, judged, is_production=rules.is_production, asks_unguarded=asks_unguarded)
                if why:
                    found.append(Found(shown(part), why, explained_for_rows(part, judged)))
    return found


def refuse_what_stays(statements: Sequence[Statement]) -> None:
    """Raise `RefusedStatement` where a dry run would not undo one of them."""
    for statement in statements:
        for job in jobs_of(statement) if statement.kind is not Kind.META else ():
            why = no_dry_run(job.text, job.traits)
            if why:
                raise RefusedStatement(f"No dry run of this: {shown(job.text)}", why, "Leave it out, or run it.")


class GuardCheck:
    """Asks about one run."""

    def __init__(self, rules: GuardRules, *, asks_unguarded: bool) -> None:
        self._rules = rules
        self._asks_unguarded = asks_unguarded

    async def allows(
        self,
        statements: Sequence[Statement],
        borrow: Callable[[], Awaitable[Session]],
        ask: Ask,
        *,
        lines: int = 0,
    ) -> Answer:
        """How to run it, `run` or `dry_run`; raises `QueryCancelled` where the user gave it up.

        With `lines` it runs once for each of them, and can't run dry.
        """
        if not (self._rules.is_production or self._asks_unguarded):
            return "run"
        found = await self._survey(statements)
        if not found:
            return "run"
        told = [GuardedStatement(each.text, each.why) for each in found[:MOST_SHOWN]]
        session = await borrow()
        for index, each in enumerate(found[:_MOST_ESTIMATES]):
            told[index] = replace(told[index], estimated_rows=await estimated_rows(session, each.explained))
        if lines:
            told = [replace(each, why=f"{each.why} It runs for {lines:,} lines of values.") for each in told]
        answer = await ask(GuardQuestion(self._rules, tuple(told), len(found), can_dry_run=not lines))
        if answer is None:
            raise QueryCancelled("Not run: the question was answered by Cancel.")
        return answer

    async def _survey(self, statements: Sequence[Statement]) -> list[Found]:
        size = sum(statement.end - statement.start for statement in statements)
        if size <= _LONG_CHARS:
            return survey(statements, self._rules, asks_unguarded=self._asks_unguarded)
        return await asyncio.to_thread(survey, statements, self._rules, asks_unguarded=self._asks_unguarded)


async def estimated_rows(session: Session, explained: str) -> int | None:
    """How many rows the planner expects a statement to touch; None where it does not say within a second.

    In the user's transaction it is asked behind a savepoint, for a plan that fails would fail the transaction.
    """
    if not explained or session.in_failed_block:
        return None
    in_block = session.in_transaction_block
    alarm = asyncio.get_running_loop().call_later(_ESTIMATE_LIMIT_S, session.request_cancel)
    try:
        if in_block:
            await session.execute(f"SAVEPOINT {_SAVEPOINT}")
        rows = await session.fetch(f"EXPLAIN (FORMAT JSON)\n{explained}")
        return touched_rows(str(rows[0][0]))
    except ConnectionLost:
        raise
    except PgconsoleError:
        return None
    finally:
        alarm.cancel()
        if in_block and not session.is_lost:
            await session.execute(f"ROLLBACK TO SAVEPOINT {_SAVEPOINT}")
            await session.execute(f"RELEASE SAVEPOINT {_SAVEPOINT}")


def touched_rows(plan: str) -> int | None:
    """The rows that the changes in a plan get to work on, else those that it returns."""
    try:
        root = json.loads(plan)[0]["Plan"]
        changes = [node for node in _nodes(root) if node["Node Type"] == "ModifyTable"]
        if not changes:
            return int(root["Plan Rows"])
        return sum(int(child["Plan Rows"]) for node in changes for child in node["Plans"] if _feeds(child))
    except (ValueError, LookupError, TypeError, RecursionError):
        return None


def _nodes(root: dict[str, Any]) -> list[dict[str, Any]]:
    found, waiting = [], [root]
    while waiting:
        node = waiting.pop()
        found.append(node)
        waiting.extend(node.get("Plans", ()))
    return found


def _feeds(node: dict[str, Any]) -> bool:
    return node.get("Parent Relationship") in ("Outer", "Member")
