"""One connection's losses, and the way back: tells of sessions that ended while nothing ran, and connects anew.

Owns when it is told and tried, and the waits in between. Leaves making a session to the pool, what a tab lost to its
query console, and running statements to people: nothing is ever run again from here.
"""

import asyncio
from collections.abc import Callable
from typing import Protocol

from pgconsole.core.backoff import delays
from pgconsole.core.errors import AuthenticationFailed, InvalidConninfo, PgconsoleError
from pgconsole.core.server_errors import from_report
from pgconsole.core.wording import format_duration_ms
from pgconsole.db.pool import Pool
from pgconsole.db.session import Session
from pgconsole.workers.task_scope import TaskScope

_OWNER = "reconnect"


class ReconnectionView(Protocol):
    """What shows how a connection stands; every call returns at once."""

    def show_lost(self, text: str) -> None:
        """Sessions ended; what was said of it, and what can be done."""

    def show_attempt(self, text: str) -> None:
        """An attempt goes on, or failed and will be made again."""

    def show_back(self, text: str) -> None:
        """There is a session again; without words where nobody was told of a loss."""

    def report(self, error: PgconsoleError) -> None:
        """No further attempt is made."""


class Reconnection:
    """Watches one pool."""

    def __init__(self, pool: Pool, label: str, view: ReconnectionView, is_automatic: Callable[[], bool]) -> None:
        """Take what the connection is called, whom to tell, and whether to try without being asked."""
        self._pool = pool
        self._label = label
        self._view = view
        self._is_automatic = is_automatic
        self._scope = TaskScope(f"reconnect {label}", view.report)
        self._attempts: asyncio.Task[None] | None = None
        self._now = asyncio.Event()
        self._is_told = False
        self._is_back = False
        self._told_soon: asyncio.Handle | None = None
        pool.on_session_lost = self._lost
        pool.on_session_opened = self._opened

    def _lost(self, session: Session) -> None:
        """Tell once of all sessions that end at the same time; of a borrowed one its tab tells by itself."""
        if not self._pool.is_borrowed(session) and not self._is_told:
            self._is_told = True
            report = session.last_words
            told = from_report(report) if report is not None else None
            why = f"{told.what} ({report.message})." if told is not None and report is not None else "It said nothing."
            text = f"The connection to {self._label} was lost. {why} No statement was running."
            self._told_soon = asyncio.get_running_loop().call_soon(self._view.show_lost, text)
        if self._is_automatic():
            self.reconnect()

    def _opened(self) -> None:
        was_told, self._is_told = self._is_told, False
        self._is_back = True
        self._now.set()
        if was_told and self._attempts is None:
            self._view.show_back("")

    def reconnect(self) -> None:
        """Try at once, and then again and again until there is a session or the server will not have us."""
        self._now.set()
        if self._attempts is None or self._attempts.done():
            self._attempts = self._scope.start(self._try(), "attempts")

    async def _try(self) -> None:
        try:
            for number, delay_s in enumerate(delays(), 1):
                self._now.clear()
                self._is_back = False
                self._view.show_attempt(f"Reconnecting to {self._label}…")
                failure = await self._attempt()
                if failure is None:
                    break
                if isinstance(failure, AuthenticationFailed | InvalidConninfo):
                    self._view.report(failure)
                    return
                self._view.show_attempt(
                    f"Attempt {number} to reconnect to {self._label} failed. {failure.why}"
                    f" The next one is in {format_duration_ms(delay_s * 1000)}."
                )
                await self._wait(delay_s)
                if self._is_back:
                    break
            self._view.show_back(f"Connected to {self._label} again. Nothing was run a second time.")
        finally:
            self._attempts = None

    async def _attempt(self) -> PgconsoleError | None:
        try:
            await self._pool.renew(_OWNER)
        except PgconsoleError as error:
            return error
        return None

    async def _wait(self, delay_s: float) -> None:
        """Wait, unless the user will not."""
        try:
            async with asyncio.timeout(delay_s):
                await self._now.wait()
        except TimeoutError:
            pass

    async def aclose(self) -> None:
        """End the attempts."""
        self._pool.on_session_lost = self._pool.on_session_opened = None
        if self._told_soon is not None:
            self._told_soon.cancel()
        await self._scope.aclose()
