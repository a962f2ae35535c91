"""The paused results of one tab: how long they may hold the server's snapshot, and who closes them."""

import asyncio
import time
from collections.abc import Callable

from pgconsole.core.result import Result
from pgconsole.db.session import Session
from pgconsole.workers.portal_limit import server_limit_s
from pgconsole.workers.reading import Reading

_WARN_BEFORE_S = 60.0
_SCROLL_ROWS = 20_000
_SCROLL_BYTES = 16 * 1024 * 1024


class Readings:
    """Keeps readings while they are paused, and calls when their time is nearly up and when it is."""

    def __init__(self, warn: Callable[[float], None], time_up: Callable[[], None]) -> None:
        """Take whom to warn, with the seconds that are left, and to tell that the time is up."""
        self._warn = warn
        self._time_up = time_up
        self._kept: list[Reading] = []
        self._current: Reading | None = None
        self._wanted: Result | None = None
        self._timers: list[asyncio.TimerHandle] = []
        self.paused_since: float | None = None
        """Seconds since the epoch; None where nothing is paused."""
        self.is_overdue = False
        """Their time was up while the tab was busy with something else: they go as soon as it is not."""

    def __bool__(self) -> bool:
        return bool(self._kept)

    def began(self, reading: Reading | None) -> None:
        """A statement is being read now, or nothing is any longer: more rows may be asked of it."""
        self._current = reading

    @property
    def shows_rows(self) -> bool:
        """Whether what is being read now has opened a result."""
        return self._current is not None and self._current.result is not None

    @property
    def writes(self) -> bool:
        """Whether what is being read now is a statement that writes."""
        return self._current is not None and self._current.writes

    def want_more(self, result: Result, *, to_end: bool, is_busy: bool) -> Reading | None:
        """Raise how far a result shall be read; the reading to go on with, where it is paused and the tab is idle."""
        reading = self.of(result)
        if reading is None and self._current is not None and self._current.result is result:
            reading = self._current
        if reading is None:
            return None
        if to_end:
            reading.demand.raise_to_end()
        elif reading.is_paused:
            size_bytes = result.store.memory_bytes + result.store.spilled_bytes
            reading.demand.raise_to(result.row_count + _SCROLL_ROWS, size_bytes + _SCROLL_BYTES)
        if reading.is_paused and is_busy:
            self._wanted = result
        return reading if reading.is_paused and not is_busy else None

    def take_wanted(self) -> Reading | None:
        """The paused reading of which more was asked for while the tab was busy; it is asked for once."""
        wanted, self._wanted = self._wanted, None
        return self.of(wanted) if wanted is not None else None

    def of(self, result: Result) -> Reading | None:
        """The reading of a result that is paused."""
        return next((reading for reading in self._kept if reading.result is result), None)

    async def keep(self, reading: Reading, limit_s: float) -> None:
        """Keep a paused reading for `limit_s` at most, or for as long as the server bears with its transaction."""
        self._kept.append(reading)
        if self.paused_since is None:
            self.paused_since = time.time()
            limit_s = min(limit_s, await server_limit_s(reading.session))
            warning_s = min(limit_s, _WARN_BEFORE_S)
            loop = asyncio.get_running_loop()
            self._timers = [
                loop.call_later(limit_s - warning_s, self._warn, warning_s),
                loop.call_later(limit_s, self._expire),
            ]

    async def go_on(self, reading: Reading, should_stop: Callable[[], bool], limit_s: float) -> None:
        """Read on in a paused reading, until it ends or has enough again."""
        self.take(reading)
        self.began(reading)
        await reading.advance(should_stop)
        if reading.is_paused:
            await self.keep(reading, limit_s)

    def take(self, reading: Reading) -> None:
        """A reading goes on or has ended, and is no longer kept."""
        if reading in self._kept:
            self._kept.remove(reading)
        if not self._kept:
            self._stop_timers()

    async def close_all(self, why: str) -> None:
        """End every paused reading; rows stay, portals go."""
        for reading in list(self._kept):
            self.take(reading)
            await reading.close(why)

    async def close_dead(self, session: Session | None, why: str) -> None:
        """End the readings whose portal went with its transaction, its connection, or the tab's session as a whole."""
        for reading in list(self._kept):
            if (
                session is None
                or session.is_lost
                or reading.serial != session.transaction_serial
                or session.in_failed_block
            ):
                self.take(reading)
                await reading.close(why)

    def _expire(self) -> None:
        self.is_overdue = True
        self._time_up()

    def _stop_timers(self) -> None:
        self.paused_since = None
        self.is_overdue = False
        for timer in self._timers:
            timer.cancel()
        self._timers = []
