"""Looks at one server again and again, on a connection of its own that comes back after each loss.

Yields what it sees and how it stands; who shows it, and when, is the feature's. It ends when its task is cancelled,
and takes its connection with it.
"""

import asyncio
import random
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import aclosing
from dataclasses import dataclass, field
from typing import Final

from pgconsole.core.errors import PgconsoleError
from pgconsole.core.server_sample import ServerSample, WatchState
from pgconsole.db.server_watch import ServerWatch

UNANSWERED_AFTER_S: Final = 1.5
"""A look that takes longer is told, within 2 s of its beginning."""
GIVEN_UP_AFTER_S: Final = 12.0
"""Beyond the time that the session allows for each statement, the connection is taken for dead."""
_FIRST_RETRY_S: Final = 0.5
_LONGEST_RETRY_S: Final = 15.0

OpenWatch = Callable[[], Awaitable[ServerWatch]]


@dataclass(slots=True)
class Pace:
    """How often is looked, and at what; may change at any time."""

    interval_s: float = 2.0
    is_paused: bool = False
    with_statements: bool = False
    changed: asyncio.Event = field(default_factory=asyncio.Event)
    """Set by whoever wants a look at once."""


class ActivitySampler:
    """Watches one server."""

    def __init__(self, open_watch: OpenWatch, pace: Pace) -> None:
        self._open_watch = open_watch
        self._pace = pace
        self.watch: ServerWatch | None = None
        """What looks, while it is connected."""

    async def run(self) -> AsyncGenerator[ServerSample | WatchState]:
        """Connect, look, wait; after a loss tell of it, and try again after half a second, then ever more seldom."""
        retry_s = _FIRST_RETRY_S
        yield WatchState("connecting")
        while True:
            try:
                watch = await self._connect()
                async with aclosing(self._look_on(watch)) as looks:
                    async for seen in looks:
                        retry_s = _FIRST_RETRY_S
                        yield seen
            except PgconsoleError as error:
                yield WatchState("reconnecting", error, retry_s)
            finally:
                await self._disconnect()
            # So that many consoles do not come back to a restarted server in the same moment.
            await asyncio.sleep(retry_s * random.uniform(0.8, 1.2))
            retry_s = min(retry_s * 2, _LONGEST_RETRY_S)

    async def _connect(self) -> ServerWatch:
        self.watch = watch = await self._open_watch()
        watch.session.on_lost = self._pace.changed.set
        return watch

    async def _disconnect(self) -> None:
        watch, self.watch = self.watch, None
        if watch is not None:
            watch.session.on_lost = None
            await watch.aclose()

    async def _look_on(self, watch: ServerWatch) -> AsyncGenerator[ServerSample | WatchState]:
        """Look until the connection is lost, which raises `ConnectionLost`."""
        pace = self._pace
        while True:
            pace.changed.clear()
            if not pace.is_paused or watch.session.is_lost:
                look = asyncio.get_running_loop().create_task(
                    watch.look(with_statements=pace.with_statements), name="look at the server"
                )
                try:
                    done, _pending = await asyncio.wait({look}, timeout=UNANSWERED_AFTER_S)
                    if not done:
                        yield WatchState("unanswered")
                        done, _pending = await asyncio.wait({look}, timeout=GIVEN_UP_AFTER_S)
                    if not done:
                        watch.session.terminate()
                    yield await look
                finally:
                    await _end(look)
            await self._rest()

    async def _rest(self) -> None:
        """Wait until the next look is due, or somebody wants one at once."""
        wait_s = None if self._pace.is_paused else self._pace.interval_s
        try:
            async with asyncio.timeout(wait_s):
                await self._pace.changed.wait()
        except TimeoutError:
            return


async def _end(look: asyncio.Task[ServerSample]) -> None:
    """Wait for the end of a look, whatever it is by now."""
    look.cancel()
    await asyncio.wait({look})
    if not look.cancelled():
        look.exception()
