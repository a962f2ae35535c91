"""Opens connections one by one, with growing pauses, while that fails; so that a dead server is not stormed.

While all is well any number is opened at a time. After a failure one attempt is made for all who want a connection,
and not before a pause has passed, unless somebody ends it; its failure is that of everyone who waited for it, and its
success sets them free.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import Final

from pgconsole.core.errors import PgconsoleError
from pgconsole.db.session import Session

Connect = Callable[[], Awaitable[Session]]
"""Opens a session with everything of its profile applied; raises `ConnectFailed` and its kin."""

_FIRST_PAUSE_S: Final = 0.25
_LONGEST_PAUSE_S: Final = 4.0
"""So a user waits no longer for the server that has come back, and a dead one hears of us 15 times a minute."""


class PacedOpening:
    """Makes connections; knows how long it has been failing."""

    def __init__(self, connect: Connect, on_failed: Callable[[str, PgconsoleError, float], None]) -> None:
        """Take what connects, and who hears for whom an attempt was made, why it failed and how long the pause is."""
        self._connect = connect
        self._on_failed = on_failed
        self._attempt: asyncio.Future[PgconsoleError | None] | None = None
        self._not_before = 0.0
        self._hurried = asyncio.Event()
        self.failures = 0
        """How many attempts failed in a row."""
        self.failure: PgconsoleError | None = None
        """Why the newest one did; None after a success."""

    @property
    def pause_s(self) -> float:
        """How long until the next attempt may be made; 0 while all is well."""
        return max(0.0, self._not_before - time.monotonic()) if self.failures else 0.0

    def end_pause(self) -> None:
        """Make the next attempt without a further wait: who asks for one by himself has a pace of his own."""
        self._not_before = 0.0
        self._hurried.set()

    async def open(self, owner: str, deadline: float) -> Session:
        """A new session; raises why there is none, which may be what another's attempt met with.

        `deadline` is of the monotonic clock: a pause that goes beyond it is not waited for.
        """
        while self.failures:
            if self._attempt is None:
                return await self._try_alone(owner, deadline)
            failure = await asyncio.shield(self._attempt)
            if failure is not None:
                raise failure
        return await self._try(owner)

    async def _try_alone(self, owner: str, deadline: float) -> Session:
        attempt = self._attempt = asyncio.get_running_loop().create_future()
        failure: PgconsoleError | None = None
        try:
            if self.failure is not None and self._not_before > deadline:
                failure = self.failure.without_frames()
                raise failure
            await self._pause()
            return await self._try(owner)
        except PgconsoleError as error:
            failure = error
            raise
        finally:
            self._attempt = None
            attempt.set_result(failure)

    async def _pause(self) -> None:
        self._hurried.clear()
        try:
            async with asyncio.timeout(self.pause_s):
                await self._hurried.wait()
        except TimeoutError:
            pass

    async def _try(self, owner: str) -> Session:
        try:
            session = await self._connect()
        except PgconsoleError as error:
            self.failures += 1
            self.failure = error.without_frames()
            pause_s = min(_LONGEST_PAUSE_S, _FIRST_PAUSE_S * 2 ** (self.failures - 1))
            self._not_before = time.monotonic() + pause_s
            self._on_failed(owner, error, pause_s)
            raise
        self.failures, self.failure = 0, None
        return session
