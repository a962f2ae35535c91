"""Reads how any connection pool stands, by the names that its kind has: ours, asyncpg's, SQLAlchemy's.

It imports none of them, so that a service that is asked for its pool's figures loads nothing of this program but this.
What a pool does not tell is None: asyncpg counts neither losses nor waiting time, SQLAlchemy nothing but sizes.
"""

import asyncio
from dataclasses import asdict
from typing import Any

from pgconsole.core.pool_stats import PoolStats


def pool_stats(pool: object) -> dict[str, Any]:
    """The figures of a pool as plain values for JSON, by the names of `PoolStats`.

    Takes this console's `Pool`, an `asyncpg.Pool`, and of SQLAlchemy an engine, sync or async, or its pool. Raises
    TypeError for anything else.
    """
    return asdict(read_pool(pool))


def read_pool(pool: object) -> PoolStats:
    """The same as a value."""
    stats = getattr(pool, "stats", None)
    if isinstance(stats, PoolStats):
        return stats
    if _has(pool, "get_size", "get_idle_size", "get_max_size"):
        return _asyncpg(pool)
    inner = getattr(pool, "pool", pool)
    if _has(inner, "checkedout"):
        return _sqlalchemy(inner)
    if _has(inner, "status", "dispose"):
        return PoolStats(size=0, idle=0, used=0, min=None, max=None, waiting=None)
    raise TypeError(f"{type(pool).__name__} is no pool of a kind that is known here")


def _has(pool: object, *names: str) -> bool:
    return all(callable(getattr(pool, name, None)) for name in names)


def _asyncpg(pool: Any) -> PoolStats:
    size, idle = int(pool.get_size()), int(pool.get_idle_size())
    return PoolStats(
        size=size,
        idle=idle,
        used=size - idle,
        min=int(pool.get_min_size()),
        max=int(pool.get_max_size()),
        waiting=_queued(getattr(pool, "_queue", None)),
    )


def _queued(queue: object) -> int | None:
    """How many wait at a queue of asyncio's, which keeps them in a private deque; None should that be gone."""
    if not isinstance(queue, asyncio.Queue):
        return None
    waiting = getattr(queue, "_getters", None)
    return None if waiting is None else sum(not waiter.done() for waiter in waiting)


def _sqlalchemy(pool: Any) -> PoolStats:
    """SQLAlchemy's `size()` is what it keeps; `max_overflow` more may be open, or any number where that is -1."""
    used = int(pool.checkedout())
    idle = int(pool.checkedin()) if _has(pool, "checkedin") else 0
    kept = int(pool.size()) if _has(pool, "size") else None
    overflow = getattr(pool, "_max_overflow", None)
    is_bounded = kept is not None and isinstance(overflow, int) and overflow >= 0
    return PoolStats(
        size=used + idle,
        idle=idle,
        used=used,
        min=0,
        max=kept + overflow if is_bounded and kept is not None and overflow is not None else None,
        waiting=None,
    )
