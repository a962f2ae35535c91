"""Keeps a pool's sessions fit: ages the idle ones, checks and replaces them, and does what the user asks of them.

A busy session is never dropped: it is marked, and closed when it comes back.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import Final

from pgconsole.core.errors import PgconsoleError
from pgconsole.db.idle_sessions import IdleSession
from pgconsole.db.pool_stock import PoolStock

CHECK_DEADLINE_S: Final = 1.0
"""How long an idle session may take to answer a check."""

_CHECK = "SELECT 1"
CHECKER: Final = "health check"
"""Who has an idle session while it is checked."""
_LOOK_AT_LEAST_EVERY_S = 60.0


class PoolUpkeep:
    """The upkeep of one pool; `open_idle` opens a session for nobody yet, `on_room` lets those who wait try again."""

    def __init__(self, stock: PoolStock, open_idle: Callable[[], Awaitable[None]], on_room: Callable[[], None]) -> None:
        self._stock = stock
        self._open_idle = open_idle
        self._on_room = on_room
        self._ageing: asyncio.TimerHandle | None = None
        self._is_checking = False
        self._is_refilling = False

    # Ageing

    def schedule(self) -> None:
        """See to it that idle sessions are looked at when the first may have become too old."""
        if self._ageing is None and not self._stock.is_closed:
            delay_s = min(self._stock.limits.idle_life_s, _LOOK_AT_LEAST_EVERY_S)
            self._ageing = asyncio.get_running_loop().call_later(delay_s, self._age)

    def stop(self) -> None:
        """Look no more."""
        if self._ageing is not None:
            self._ageing.cancel()
            self._ageing = None

    def apply_limits(self) -> None:
        """Close the idle sessions that new limits have no room for, and age by the new ones."""
        stock = self._stock
        for idle in stock.idle:
            if stock.size > stock.limits.max_size:
                stock.retire_idle(idle, "the pool's size was lowered")
        self.stop()
        self._age()

    def _age(self) -> None:
        """Close what was idle or open for too long, down to the minimum size."""
        self._ageing = None
        stock, now = self._stock, time.monotonic()
        for idle in stock.idle:
            is_surplus = stock.size > stock.limits.min_size
            if is_surplus and now - idle.since > stock.limits.idle_life_s:
                stock.retire_idle(idle, f"it was idle for {stock.limits.idle_life_s:g} s")
            elif stock.is_spent(idle.session):
                stock.retire_idle(idle, f"it was older than {stock.limits.max_age_s:g} s")
        if stock.idle:
            self.schedule()

    # What the user asks for

    def recycle(self, pid: int) -> bool:
        """Replace the session of a server process, when it comes back where it is lent; whether it is one of ours."""
        for idle in self._stock.idle:
            if idle.session.backend_pid == pid:
                self._replace(idle, "you had it recycled")
                return True
        lent = [session for session in self._stock.lent if session.backend_pid == pid]
        self._stock.expired.update(lent)
        return bool(lent)

    def recycle_idle(self, why: str = "you had all idle ones recycled") -> int:
        """Replace every idle session; how many there were."""
        idle = list(self._stock.idle)
        for each in idle:
            self._replace(each, why)
        return len(idle)

    def expire(self) -> int:
        """Replace every session, the lent ones when they come back; how many there are."""
        self._stock.expired.update(self._stock.lent)
        return self.recycle_idle("you had all connections expire") + len(self._stock.lent)

    def _replace(self, idle: IdleSession, why: str) -> None:
        self._stock.owed += 1
        self._stock.retire_idle(idle, why)
        self._on_room()

    # Checking and replacing

    async def check_idle(self, *, unused_for_s: float = 0.0) -> tuple[int, int]:
        """Ask each session that was idle for so long whether it is there: how many were asked, and how many are gone.

        Those that do not answer in time are dropped, and owed. Nobody is lent a session while it is asked.
        """
        if self._is_checking:
            return 0, 0
        self._is_checking = True
        try:
            now = time.monotonic()
            asked = [idle for idle in self._stock.idle if now - idle.since >= unused_for_s]
            answers = await asyncio.gather(*(self._answers(idle) for idle in asked))
        finally:
            self._is_checking = False
        return len(answers), answers.count(False)

    async def _answers(self, idle: IdleSession) -> bool:
        stock, session = self._stock, idle.session
        stock.idle.remove(session)
        stock.lend(session, CHECKER)
        check = asyncio.get_running_loop().create_task(session.execute(_CHECK), name="check session")
        try:
            await asyncio.wait({check}, timeout=CHECK_DEADLINE_S)
        finally:
            is_late = not check.done()
            if is_late:
                session.terminate()
            await asyncio.gather(check, return_exceptions=True)
            is_fit = not is_late and check.exception() is None and not session.is_lost
            self._take_back(idle, is_fit, is_late, check)
        return is_fit

    def _take_back(self, idle: IdleSession, is_fit: bool, is_late: bool, check: "asyncio.Task[str]") -> None:
        stock, session = self._stock, idle.session
        if stock.is_closed:
            return
        why = stock.why_not_kept(session)
        stock.let_go(session)
        if is_fit and not why:
            stock.rest(session, idle.owner)
            stock.idle.keep_place(idle)
            self.schedule()
        elif is_fit:
            stock.retire(session, idle.owner, why)
        else:
            stock.owed += 1
            error = check.exception()
            if is_late:
                stock.ledger.note_not_answering(session, idle.owner, CHECK_DEADLINE_S)
            else:
                stock.ledger.note_lost(session, "", error if isinstance(error, PgconsoleError) else None)
            session.terminate()
        self._on_room()

    async def refill(self) -> int:
        """Open as many sessions as idle ones went, and at least the minimum, one after the other; how many.

        Raises why one can't be opened. Called again and again it is no storm: opening has its own pace.
        """
        if self._is_refilling:
            return 0
        self._is_refilling = True
        opened = 0
        try:
            while self.lacks_some:
                await self._open_idle()
                opened += 1
        finally:
            self._is_refilling = False
        return opened

    @property
    def lacks_some(self) -> bool:
        """Whether idle sessions went and were not replaced, or there are fewer than the minimum."""
        stock = self._stock
        room = stock.limits.max_size - stock.size
        if room <= 0:
            stock.owed = 0
        return not stock.is_closed and max(stock.limits.min_size - stock.size, min(stock.owed, room)) > 0
