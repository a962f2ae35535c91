"""Counts a statement's rows on the server, without reading them."""

from pgconsole.core.result import Result
from pgconsole.db.pool import Pool


async def count_rows(pool: Pool, result: Result, owner: str) -> int:
    """How many rows the statement returns now, on a session beside the tab's own; raises `PgconsoleError`.

    What only the tab's session sees, as its temporary tables and its open transaction, does not count.
    """
    session = await pool.acquire(owner)
    try:
        prepared = await session.prepare(f"SELECT pg_catalog.count(*) FROM (\n{result.statement}\n) AS counted")
        page = await session.open_portal(prepared, result.args, "", 0)
    finally:
        pool.release(session, "")
    return int(str(page.rows[0][0]))
