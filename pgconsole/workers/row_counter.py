"""Counts a statement's rows on the server, without reading them."""

from collections.abc import Sequence

from pgconsole.core.errors import RefusedStatement
from pgconsole.core.result import Result
from pgconsole.core.statements import traits
from pgconsole.core.wording import plural
from pgconsole.db.pool import Pool


async def count_rows(pool: Pool, result: Result, owner: str) -> int:
    """How many rows the query returns now, on a read-only session beside the tab's own; raises `PgconsoleError`.

    What only the tab's session sees, as its temporary tables and its open transaction, does not count. What is no
    plain query is refused: it would have to be run again.
    """
    if not traits(result.statement).lazily_paged:
        raise RefusedStatement(
            "Only the rows of a query can be counted.",
            "To count others, the server would have to run the statement again.",
            "Read the result to its end; then the number of its rows is exact.",
        )
    session = await pool.acquire(owner, read_only=True)
    try:
        session.start_clock(None)
        prepared = await session.prepare(f"SELECT pg_catalog.count(*) FROM (\n{result.statement}\n) AS counted")
        page = await session.open_portal(prepared, result.args, "", 0)
    finally:
        pool.release(session, "")
    return int(str(page.rows[0][0]))


def count_text(count: int, unseen: Sequence[str]) -> str:
    """What is said of a count, and of what the tab's session holds that the counting one could not see."""
    beside = f", on a session without this tab's own: {', '.join(unseen)}" if unseen else ""
    return f"The server counts {plural(count, 'row')} now{beside}."
