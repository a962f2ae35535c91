"""What borrowing a session and giving it back costs, in the console's pool and in asyncpg's."""

import asyncio
from pathlib import Path
from time import perf_counter

import asyncpg

from pgconsole.db.connecting import open_connection
from pgconsole.db.conninfo import parse_conninfo
from pgconsole.db.pool import Pool
from pgconsole.db.session import Session

_TURNS = 500


def ours(dsn: str) -> float:
    """Milliseconds for one borrower of the console's pool."""

    async def measure() -> float:
        target = parse_conninfo(dsn, {}, Path("/nonexistent"))

        async def connect() -> Session:
            return Session(await open_connection(target))

        pool = Pool(connect)
        pool.release(await pool.acquire("benchmark"), "benchmark")
        began = perf_counter()
        for _ in range(_TURNS):
            pool.release(await pool.acquire("benchmark"), "benchmark")
        elapsed_ms = (perf_counter() - began) * 1000 / _TURNS
        await pool.aclose()
        return elapsed_ms

    return asyncio.run(measure())


def asyncpgs(dsn: str) -> float:
    """Milliseconds for one borrower of asyncpg's pool, which resets each connection that comes back."""

    async def measure() -> float:
        async with asyncpg.create_pool(dsn, min_size=1, max_size=10) as pool:
            began = perf_counter()
            for _ in range(_TURNS):
                async with pool.acquire():
                    pass
            return (perf_counter() - began) * 1000 / _TURNS

    return asyncio.run(measure())
