"""Asks the server a trivial question again and again, on a session of its own, and tells how it answers.

A question that is late is not taken back: it is told as late, and after ten seconds the session goes.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Final, TypeVar

from pgconsole.core.errors import AuthenticationFailed, ConnectionLost, PgconsoleError
from pgconsole.core.health import Health

if TYPE_CHECKING:
    from pgconsole.db.session import Session

LATE_S: Final = 1.0
GIVE_UP_S: Final = 10.0
_QUESTION: Final = "SELECT 1"
_PAUSE_S: Final = 0.25
"""After a failure; attempts to connect have a pace of their own beyond this."""

_T = TypeVar("_T")


class HealthCheck:
    """The checks of one server; `opens` makes the session, `pause_s` tells how long the next attempt is away."""

    def __init__(
        self,
        opens: Callable[[], Awaitable["Session"]],
        pause_s: Callable[[], float],
        on_change: Callable[[], None],
    ) -> None:
        """Take also who hears that the phase has changed."""
        self._opens = opens
        self._pause_s = pause_s
        self._on_change = on_change
        self._wake = asyncio.Event()
        self.health = Health()
        self.session: Session | None = None
        """For other questions of the monitor, between its own; None while there is none."""

    def check_now(self) -> None:
        """Ask at once."""
        self._wake.set()

    async def run(self, period_s: Callable[[], float], between: Callable[["Session"], Awaitable[None]]) -> None:
        """Ask each period, and let `between` use the session after each answer, until cancelled."""
        try:
            while True:
                self._wake.clear()
                try:
                    session = await self._connected()
                    await self._ask(session)
                    await self._in_time(between(session))
                    pause_s = period_s()
                except PgconsoleError as error:
                    self._fail(error)
                    # A password that is refused again and again locks roles out.
                    pause_s = 3600.0 if isinstance(error, AuthenticationFailed) else _PAUSE_S
                await self._rest(pause_s)
        finally:
            await self._close()

    async def _connected(self) -> "Session":
        if self.session is not None and self.session.is_lost:
            report = self.session.last_words
            self.session = None
            raise ConnectionLost("The connection of the health check was lost.", report.message if report else "")
        if self.session is None:
            return await self._in_time(self._open())
        return self.session

    async def _open(self) -> "Session":
        # Kept here, not by who waits for it: he may be cancelled in the moment in which it comes.
        self.session = session = await self._opens()
        session.on_lost = self._wake.set
        return session

    async def _ask(self, session: "Session") -> None:
        began = time.monotonic()
        await self._in_time(session.execute(_QUESTION))
        latency_ms = (time.monotonic() - began) * 1000
        since = self.health.since if self.health.phase == "answers" else time.time()
        self._tell(Health("answers", latency_ms, since))

    async def _in_time(self, work: Awaitable[_T]) -> _T:
        """What `work` returns; meanwhile it is told that it is late, and at last the session goes."""
        asked_at = time.time()
        task: asyncio.Future[_T] = asyncio.ensure_future(work)
        try:
            await asyncio.wait({task}, timeout=LATE_S)
            if not task.done():
                if self.health.phase != "down":
                    self._tell(Health("late", None, asked_at))
                await asyncio.wait({task}, timeout=GIVE_UP_S - LATE_S)
        finally:
            if not task.done():
                await self._give_up(task)
        if task.cancelled():
            raise ConnectionLost(f"The server did not answer within {GIVE_UP_S:g} s.")
        return task.result()

    async def _give_up(self, task: "asyncio.Future[_T]") -> None:
        """End the work: on a session by dropping it, which ends what runs there."""
        if self.session is not None:
            self.session.terminate()
        else:
            task.cancel()
        await asyncio.gather(task, return_exceptions=True)

    def _fail(self, error: PgconsoleError) -> None:
        if self.session is not None:
            self.session.on_lost = None
            self.session.terminate()
            self.session = None
        self._wake.clear()
        since = self.health.since if self.health.phase == "down" else time.time()
        reason = " ".join(part for part in (error.what, error.why) if part)
        self._tell(Health("down", None, since, reason, time.time() + self._pause_s()))

    def _tell(self, health: Health) -> None:
        changed = health.phase != self.health.phase
        self.health = health
        if changed:
            self._on_change()

    async def _rest(self, pause_s: float) -> None:
        try:
            async with asyncio.timeout(pause_s):
                await self._wake.wait()
        except TimeoutError:
            pass

    async def _close(self) -> None:
        if self.session is not None:
            self.session.on_lost = None
            await self.session.close()
            self.session = None
