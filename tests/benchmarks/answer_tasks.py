"""How soon a query's first rows are seen, and how soon the server had them."""

import asyncio
from collections.abc import Mapping
from statistics import median
from time import perf_counter

import asyncpg

from tests.benchmarks.paint_watch import watched_paints
from tests.benchmarks.window_driver import WindowDriver, in_window

_TRIES = 9


def first_paint(dsn: str, statement: str) -> dict[str, float]:
    """Milliseconds from the server's first row to its paint: the wish to run until the paint, less the server's part.

    The server's part is measured in turn, on a plain connection in a thread; medians of nine tries.
    """

    async def work(driver: WindowDriver) -> Mapping[str, float]:
        over = []
        for _ in range(_TRIES):
            server_ms = await asyncio.to_thread(first_row_ms, dsn, statement, 1)
            with watched_paints() as paints:
                began = perf_counter()
                driver.start(statement)
                painted_ms = (await paints.first() - began) * 1000
                await driver.until("idle")
            over.append(painted_ms - server_ms)
        return {"over_ms": median(over)}

    return in_window(dsn, work)


def first_row_ms(dsn: str, statement: str, tries: int = _TRIES) -> float:
    """Milliseconds from a statement's sending to its first row on a plain connection; median."""
    return asyncio.run(_first_row_ms(dsn, statement, tries))


async def _first_row_ms(dsn: str, statement: str, tries: int) -> float:
    connection = await asyncpg.connect(dsn, statement_cache_size=0)
    try:
        times = []
        for _ in range(tries):
            async with connection.transaction():
                began = perf_counter()
                cursor = await connection.cursor(statement)
                await cursor.fetchrow()
                times.append((perf_counter() - began) * 1000)
        return median(times)
    finally:
        await connection.close()
