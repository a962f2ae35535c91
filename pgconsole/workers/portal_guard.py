"""Keeps paused results from standing in the way: of a full pool, and of our own statements that wait for their locks.

A paused portal takes a connection, and holds a snapshot and locks: it blocks another tab's ALTER TABLE. Who holds one
says so here; the oldest goes when the pool is full, and the one that blocks when a statement of ours waits for it.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Protocol

from pgconsole.core.errors import PgconsoleError
from pgconsole.db.pool import Pool

_FIRST_LOOK_S = 1.0
_NEXT_LOOK_S = 2.0


class PortalHolder(Protocol):
    """A tab, as far as its paused results concern others."""

    @property
    def paused_pid(self) -> int | None:
        """The server process that holds its paused portals; None without any."""

    @property
    def frees_session(self) -> bool:
        """Whether its connection goes back to the pool with them, for nothing else holds it."""

    @property
    def paused_since(self) -> float:
        """Since when, in seconds since the epoch."""

    def close_portals(self, why: str) -> None:
        """Let them go; their rows stay."""


class PortalGuard:
    """Knows the tabs of one pool."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool
        self._holders: list[PortalHolder] = []
        pool.on_exhausted = self._free_one

    def join(self, holder: PortalHolder) -> None:
        """Take a tab in."""
        self._holders.append(holder)

    def leave(self, holder: PortalHolder) -> None:
        """A tab closes."""
        self._holders.remove(holder)

    def _free_one(self) -> None:
        paused = [holder for holder in self._holders if holder.paused_pid is not None and holder.frees_session]
        if paused:
            oldest = min(paused, key=lambda holder: holder.paused_since)
            oldest.close_portals("its connection was needed by another tab")

    @asynccontextmanager
    async def watching(self, pid: int) -> AsyncIterator[None]:
        """While the block runs, look now and then whether the process `pid` waits for one of our paused portals."""
        look = asyncio.get_running_loop().create_task(self._look(pid), name="look for blockers")
        try:
            yield
        finally:
            look.cancel()
            await asyncio.wait({look})

    async def _look(self, pid: int) -> None:
        await asyncio.sleep(_FIRST_LOOK_S)
        while True:
            if any(holder.paused_pid is not None for holder in self._holders):
                try:
                    blockers = await self._blockers(pid)
                except PgconsoleError:
                    return
                for holder in self._holders:
                    if holder.paused_pid in blockers:
                        holder.close_portals("another tab waited for its locks")
            await asyncio.sleep(_NEXT_LOOK_S)

    async def _blockers(self, pid: int) -> set[int]:
        session = await self._pool.acquire("look for blockers")
        try:
            rows = await session.fetch(f"SELECT pg_catalog.unnest(pg_catalog.pg_blocking_pids({pid:d}))")
            return {int(str(blocker)) for (blocker,) in rows}
        finally:
            self._pool.release(session, "look for blockers")
