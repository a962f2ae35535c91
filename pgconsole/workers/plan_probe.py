"""Asks the planner, before a query runs, how many rows it expects and whether it would use parallel workers.

A portal that is read by pages runs a parallel plan in one process: the same aggregate took 7.9 s by cursor and 4.0 s
by COPY (2026-11, PostgreSQL 18). The answer is a hint: whatever fails here is not told, the statement's own run is.
"""

import asyncio
import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from pgconsole.core.errors import PgconsoleError
from pgconsole.db.session import Session

_LIMIT_S = 0.2
_MOST_ROUND_TRIP_S = 0.02


@dataclass(frozen=True, slots=True)
class PlanHint:
    """What the planner expects; nothing where it was not asked or did not answer in time."""

    estimated_rows: int | None = None
    is_parallel: bool = False


async def ask_planner(session: Session, query: str) -> PlanHint:
    """The planner's hint for a query without parameters, within 200 ms; an empty one on a slow line."""
    if session.round_trip_s > _MOST_ROUND_TRIP_S or session.in_transaction_block:
        return PlanHint()
    alarm = asyncio.get_running_loop().call_later(_LIMIT_S, session.request_cancel)
    try:
        rows = await session.fetch(f"EXPLAIN (FORMAT JSON)\n{query}")
        return read_plan(str(rows[0][0]))
    except PgconsoleError:
        return PlanHint()
    finally:
        alarm.cancel()


def read_plan(text: str) -> PlanHint:
    """The hint in the text of EXPLAIN (FORMAT JSON); an empty one where it is not such a text."""
    try:
        plan = json.loads(text)[0]["Plan"]
        return PlanHint(int(plan["Plan Rows"]), any(node.get("Workers Planned") for node in _nodes(plan)))
    except (ValueError, LookupError, TypeError, RecursionError):
        return PlanHint()


def _nodes(plan: dict[str, Any]) -> Iterator[dict[str, Any]]:
    waiting = [plan]
    while waiting:
        node = waiting.pop()
        yield node
        waiting.extend(node.get("Plans", ()))
