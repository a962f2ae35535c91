"""Sends notifications through the pool, as any application does, so that one sees one's own."""

import asyncio
from collections.abc import AsyncGenerator
from typing import Final

from pgconsole.db.pool import Pool
from pgconsole.db.session import Session

OWNER: Final = "notifications"
_NOTIFY: Final = "SELECT pg_catalog.pg_notify($1, $2)"


async def notify(pool: Pool, channel: str, payload: str) -> None:
    """Send one notification, and return when the server has committed it; raises `PgconsoleError`."""
    session = await pool.acquire(OWNER)
    try:
        await _send(session, channel, payload)
    finally:
        pool.release(session, OWNER)


async def notify_repeatedly(pool: Pool, channel: str, payload: str, per_second: float) -> AsyncGenerator[int]:
    """Send the same again and again until it is closed; yields how often it has been sent."""
    loop = asyncio.get_running_loop()
    session = await pool.acquire(OWNER)
    sent = 0
    began = loop.time()
    try:
        while True:
            await _send(session, channel, payload)
            sent += 1
            yield sent
            await asyncio.sleep(max(0.0, began + sent / per_second - loop.time()))
    finally:
        pool.release(session, OWNER)


async def _send(session: Session, channel: str, payload: str) -> None:
    prepared = await session.prepare(_NOTIFY)
    await session.open_portal(prepared, (channel, payload), "", 0)
