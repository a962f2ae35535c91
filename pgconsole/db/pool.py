"""The pool that a connection's tabs borrow their sessions from.

Owns lending and taking back; leaves what runs on them to `session.py`, why a tab keeps one
to `session_state.py`, which there are to `pool_stock.py`, and their age and health to `pool_upkeep.py`.

It does not stand on `asyncpg.Pool`: that pool can't change its size while running, can't hand a tab the session it
had last (whose currval, setseed and loaded libraries no view shows), and queues idle connections, not requests, so
that who waits and how long would have to be counted around it. Borrow and give back cost the loop less than there,
because a clean session needs no reset query.
"""

import asyncio
import time
from collections.abc import Callable, Mapping

from pgconsole.core.errors import ConnectionLost, PgconsoleError, PoolTimeout
from pgconsole.core.pool_facts import EventLog, SessionFacts, Waiter
from pgconsole.core.pool_limits import PoolLimits
from pgconsole.core.pool_stats import Durations, PoolStats
from pgconsole.core.quoting import quote_literal
from pgconsole.db.idle_sessions import IdleSession
from pgconsole.db.pool_opening import Connect, PacedOpening
from pgconsole.db.pool_stock import PoolStock
from pgconsole.db.pool_upkeep import CHECKER, PoolUpkeep
from pgconsole.db.session import Session
from pgconsole.db.session_state import console_steps, held_state, idle_limits, read_only_step
from pgconsole.db.waiting_line import WaitingLine

__all__ = ["Connect", "Pool", "PoolLimits"]

# What asyncpg's own reset sends, and what that leaves behind: temporary tables and sequences' state. Another role is
# not undone here: a session with one is never given back, and RESET SESSION AUTHORIZATION would drop the profile's.
_RESET = (
    "SELECT pg_catalog.pg_advisory_unlock_all(); CLOSE ALL; UNLISTEN *; RESET ALL;"
    " DEALLOCATE ALL; DISCARD SEQUENCES; DISCARD TEMP"
)

_HEALTH_CHECK_S = 5.0
"""How long a session that was idle may take to answer; after a sleep, or with the network gone, it never does."""


class Pool:
    """Lends sessions to named owners, first come first served, and hands each its last one while it is free."""

    def __init__(self, connect: Connect, limits: PoolLimits | None = None) -> None:
        self._line = WaitingLine()
        self._stock = PoolStock(limits or PoolLimits(), self._wake)
        self._connect = connect
        self.opening = PacedOpening(self._connect_new, self._stock.ledger.note_open_failed)
        """Whether connections can be opened, and when the next attempt is made where not."""
        self.upkeep = PoolUpkeep(self._stock, self._open_idle, self._wake)
        """What keeps idle sessions fit, and replaces them."""
        self._has_lost = False
        """Whether a session was lost since one was opened."""
        self.console_settings: Mapping[str, str] = {}
        """Settings of the server that each session gets when it is lent, and that are no state of its borrower."""
        self.on_exhausted: Callable[[], None] | None = None
        """Called when a request has to wait, so that somebody can give a paused session back."""
        self.on_session_lost: Callable[[Session], None] | None = None
        """Called when the connection of a session ended, idle or borrowed, and not by this side's wish."""
        self.on_session_opened: Callable[[], None] | None = None
        """Called when there is a new session."""

    @property
    def limits(self) -> PoolLimits:
        """The limits in force."""
        return self._stock.limits

    @limits.setter
    def limits(self, limits: PoolLimits) -> None:
        """Apply new limits: busy sessions stay, those too many are closed as they come back."""
        before, self._stock.limits = self._stock.limits, limits
        self._stock.ledger.note_limits(limits.changes_from(before))
        self.upkeep.apply_limits()
        self._wake()

    # What it tells

    @property
    def stats(self) -> PoolStats:
        """A snapshot for the pool monitor."""
        return self._stock.stats(self._line.waiters)

    @property
    def sessions(self) -> list[SessionFacts]:
        """Every session, those that are lent first."""
        return self._stock.sessions()

    @property
    def waiters(self) -> list[Waiter]:
        """Who waits for a session, the first in line first."""
        return self._line.waiters

    @property
    def events(self) -> EventLog:
        """What happened to connections, and why."""
        return self._stock.ledger.events

    @property
    def acquire_times(self) -> Durations:
        """How long requests took from asking to having a session."""
        return self._stock.ledger.acquire

    @property
    def usage_times(self) -> Durations:
        """How long borrowers kept a session."""
        return self._stock.ledger.usage

    @property
    def is_gone(self) -> bool:
        """Whether there is no session left that lives, nor one on its way."""
        stock = self._stock
        is_any_coming = stock.opening and not self.opening.failures
        return not (stock.idle or is_any_coming or any(not session.is_lost for session in stock.lent))

    @property
    def is_lost(self) -> bool:
        """Whether every session was lost, and none has been opened since."""
        return self._has_lost and self.is_gone

    def is_borrowed(self, session: Session) -> bool:
        """Whether somebody holds it, and so tells of its end; whoever checks idle ones does not."""
        lent = self._stock.lent.get(session)
        return lent is not None and lent[0] != CHECKER

    # Lending

    async def acquire(self, owner: str, *, read_only: bool = False) -> Session:
        """Lend `owner` a session that has just answered; its name shows in pg_stat_activity as application_name.

        With `read_only` its transactions begin read-only unless they say otherwise. Raises `PoolTimeout` where none is
        free in time, and what opening one raises.
        """
        started = time.monotonic()
        deadline = started + self._stock.limits.acquire_timeout_s
        name = f"SET application_name = {quote_literal('pgconsole: ' + owner)}"
        while True:
            session, is_new = await self._take(owner, deadline)
            steps = [name, *console_steps(session, self.console_settings)]
            if session.read_only is not read_only:
                steps.append(read_only_step(session, read_only))
            failure = await self._prepare(session, "; ".join(steps), owner)
            if failure is None:
                break
            if is_new:
                raise failure
        session.read_only = read_only
        session.record.console_settings = dict(self.console_settings)
        self._stock.ledger.acquire.add(time.monotonic() - started)
        self._stock.lend(session, owner)
        return session

    async def _prepare(self, session: Session, statements: str, owner: str) -> PgconsoleError | None:
        """Run what a borrower needs, which is the health check too; why it could not, where the session is gone."""
        asked, is_late = time.monotonic(), False

        def give_up() -> None:
            nonlocal is_late
            is_late = True
            session.terminate()

        alarm = asyncio.get_running_loop().call_later(_HEALTH_CHECK_S, give_up)
        try:
            await session.execute(statements)
        except PgconsoleError as error:
            if statements is _RESET:
                self._stock.ledger.note_reset_failed(session, owner, error)
            self._stock.drop(session, owner, error, unanswered_s=_HEALTH_CHECK_S if is_late else None)
            return error
        except asyncio.CancelledError:
            self.release(session, owner)
            raise
        finally:
            alarm.cancel()
        session.round_trip_s = time.monotonic() - asked
        return None

    async def _take(self, owner: str, deadline: float) -> tuple[Session, bool]:
        """An idle session, or a new one (True), counted as used; waits while the pool is full or others came first."""
        woken = False
        while True:
            if self._stock.is_closed:
                raise _closed()
            if self._line and not woken:
                await self._wait_for_room(owner, deadline, first=False)
                woken = True
                continue
            idle = self._stock.idle.take(owner)
            if idle is not None:
                if await self._is_fit(idle, owner):
                    return idle.session, False
                continue
            if self._stock.size < self._stock.limits.max_size:
                return await self._open(owner, deadline), True
            await self._wait_for_room(owner, deadline, first=woken)
            woken = True

    async def _is_fit(self, idle: IdleSession, owner: str) -> bool:
        """Lend an idle session to `owner`, cleaned where it was another's; False where it can't be cleaned."""
        session = idle.session
        self._stock.lend(session, owner)
        if idle.owner in ("", owner):
            return True
        if not session.is_resettable:
            self.discard(session, "its set-up can't be repeated for another borrower")
            return False
        if await self._prepare(session, _RESET, idle.owner) is not None:
            return False
        session.read_only = False
        session.record.console_settings = {}
        return True

    async def _open(self, owner: str, deadline: float) -> Session:
        stock, began = self._stock, time.monotonic()
        stock.opening += 1
        try:
            session = await self.opening.open(owner, deadline)
        except BaseException:
            stock.opening -= 1
            self._wake()
            raise
        stock.opening -= 1
        stock.owed = max(0, stock.owed - 1)
        stock.ledger.note_opened(session, owner, time.monotonic() - began)
        if stock.is_closed:
            await session.close()
            raise _closed()
        session.on_gone = self._session_gone
        self._has_lost = False
        stock.lend(session, owner)
        if self.on_session_opened is not None:
            self.on_session_opened()
        return session

    def _session_gone(self, session: Session) -> None:
        self._has_lost = True
        if self.on_session_lost is not None and not self._stock.is_closed:
            self.on_session_lost(session)

    def doubt(self) -> None:
        """Have borrowers try their sessions, for this machine was asleep; who checks the idle ones is `upkeep`."""
        for session in list(self._stock.lent):
            if session.on_doubt is not None:
                session.on_doubt()

    async def renew(self, owner: str) -> None:
        """Close what is idle, whose connection may have died without a word, and open one session anew, at once.

        Raises what opening one raises; borrowed sessions stay.
        """
        for idle in self._stock.idle:
            self._stock.drop_idle(idle, "a connection was made anew in place of the idle ones")
        self.opening.end_pause()
        session = await self.acquire(owner)
        self.release(session, "")

    async def _connect_new(self) -> Session:
        session = await self._connect()
        try:
            session.own_state = await held_state(session)
            session.idle_limits = await idle_limits(session)
        except BaseException:
            session.terminate()
            raise
        return session

    async def _wait_for_room(self, owner: str, deadline: float, *, first: bool) -> None:
        try:
            await self._wait(owner, deadline, first=first)
        except BaseException:
            self._wake()
            raise

    async def _wait(self, owner: str, deadline: float, *, first: bool) -> None:
        turn = self._line.join(owner, first=first)
        if self.on_exhausted is not None:
            self.on_exhausted()
        try:
            await self._line.wait(turn, deadline)
        except TimeoutError:
            raise _timed_out(self.limits) from None

    def _wake(self) -> None:
        """Let as many of the first waiters try again as there is room for, those counted who were told before."""
        self._line.wake(self._stock.room)

    async def fill(self) -> None:
        """Open sessions up to the minimum size; raises what opening one raises."""
        await self.upkeep.refill()

    async def _open_idle(self) -> None:
        deadline = time.monotonic() + self.limits.acquire_timeout_s
        self.release(await self._open("", deadline), "")

    # Taking back

    def release(self, session: Session, owner: str) -> None:
        """Take a clean session back; one that is lost or too old is closed instead."""
        stock = self._stock
        why = stock.why_not_kept(session)
        had = stock.let_go(session)
        if had is not None and owner:
            stock.ledger.usage.add(time.monotonic() - had[1])
        if session.is_lost:
            stock.ledger.note_lost(session, owner)
        elif why:
            stock.retire(session, owner, why)
        else:
            stock.rest(session, owner)
            self.upkeep.schedule()
        self._wake()

    def discard(self, session: Session, why: str = "what it held can't be undone, or its tab was closed") -> None:
        """Close a session whose state can't be undone, and make room for another."""
        had = self._stock.let_go(session)
        owner = had[0] if had is not None else ""
        if session.is_lost:
            self._stock.ledger.note_lost(session, owner)
        else:
            self._stock.retire(session, owner, why)
        self._wake()

    async def aclose(self) -> None:
        """Close every session, the borrowed ones too, and end those who wait."""
        self._stock.is_closed = True
        self.upkeep.stop()
        self._line.wake_all()
        await self._stock.aclose()


def _closed() -> ConnectionLost:
    return ConnectionLost("The connection was closed.", remedy="Open it again to go on.")


def _timed_out(limits: PoolLimits) -> PoolTimeout:
    return PoolTimeout(
        "No connection became free.",
        f"All {limits.max_size} connections of this pool were in use for {limits.acquire_timeout_s:g} s.",
        "Close a tab that keeps one (its badge says why), or raise the pool's size.",
    )
