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
from pgconsole.core.server_report import ServerReport
from pgconsole.core.wording import as_sentence
from pgconsole.db.pool import Pool
from pgconsole.db.session import Session
from pgconsole.workers.task_scope import TaskScope

_OWNER = "reconnect"
_TOGETHER_S = 0.02
"""A server that stops ends its sessions one after the other."""


class ReconnectionView(Protocol):
    """What shows how a connection stands; every call returns at once."""

    def show_lost(self, text: str, is_whole: bool) -> None:
        """Sessions ended, every one of them where `is_whole`; without words where others tell of it."""

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
        self._is_back = False
        self._last_words: ServerReport | None = None
        self._is_to_be_told = False
        self._why = ""
        """Why the newest session was lost, to be told once there is another."""
        self._told_soon: asyncio.TimerHandle | None = None
        pool.on_session_lost = self._lost
        pool.on_session_opened = self._opened

    def _lost(self, session: Session) -> None:
        """Tell once of all sessions that end at the same time; of a borrowed one its tab tells by itself."""
        if not self._pool.is_borrowed(session):
            self._last_words = self._last_words or session.last_words
            self._is_to_be_told = True
        if self._told_soon is None:
            self._told_soon = asyncio.get_running_loop().call_later(_TOGETHER_S, self._tell)
        self._why = _reason(session.last_words) if session.last_words is not None else self._why
        if self._is_automatic():
            self.reconnect()

    def _tell(self) -> None:
        is_whole, why = self._pool.is_gone, _reason(self._last_words)
        what = "The connection to" if is_whole else "A free session of"
        if self._is_to_be_told and self._attempts is None:
            self._view.show_lost(f"{what} {self._label} was lost. {why} No statement was running.", is_whole)
        elif is_whole and self._attempts is None:
            self._view.show_lost("", is_whole)
        self._forget_loss()

    def _forget_loss(self) -> None:
        if self._told_soon is not None:
            self._told_soon.cancel()
        self._told_soon, self._last_words, self._is_to_be_told = None, None, False

    def _opened(self) -> None:
        self._is_back = True
        self._now.set()
        if self._attempts is None:
            self._why = ""
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
                    f" The next one is in {delay_s:.1f} s."
                )
                await self._wait(delay_s)
                if self._is_back:
                    break
            before = f" Before, it was lost: {self._why}" if self._why else ""
            self._why = ""
            self._view.show_back(f"Connected to {self._label} again. Nothing was run a second time.{before}")
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
        self._forget_loss()
        await self._scope.aclose()


def _reason(report: ServerReport | None) -> str:
    """What the server said as it went, after what that amounts to."""
    if report is None:
        return "The server gave no reason."
    return as_sentence(f"{from_report(report).what.removesuffix('.')}: {report.message}")
