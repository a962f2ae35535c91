"""The pool that a connection's tabs borrow their sessions from.

Owns opening, lending, taking back, ageing and counting sessions; leaves what runs on them to `session.py` and why a
tab keeps one to `session_state.py`.

It does not stand on `asyncpg.Pool`: that pool can't change its size while running, can't hand a tab the session it
had last (whose currval, setseed and loaded libraries no view shows), and queues idle connections, not requests, so
that who waits and how long would have to be counted around it. Borrow and give back cost the loop less than there,
because a clean session needs no reset query.
"""

import asyncio
import time
from collections import deque
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

from pgconsole.core.errors import ConnectionLost, PgconsoleError, PoolTimeout
from pgconsole.core.pool_stats import Durations, PoolStats
from pgconsole.core.quoting import quote_literal
from pgconsole.db.session import Session
from pgconsole.db.session_state import held_state, idle_limits, read_only_step

Connect = Callable[[], Awaitable[Session]]
"""Opens a session with everything of its profile applied; raises `ConnectFailed` and its kin."""

# What asyncpg's own reset sends, and what that leaves behind: temporary tables and sequences' state. Another role is
# not undone here: a session with one is never given back, and RESET SESSION AUTHORIZATION would drop the profile's.
_RESET = (
    "SELECT pg_catalog.pg_advisory_unlock_all(); CLOSE ALL; UNLISTEN *; RESET ALL;"
    " DEALLOCATE ALL; DISCARD SEQUENCES; DISCARD TEMP"
)


_HEALTH_CHECK_S = 5.0
"""How long a session that was idle may take to answer; after a sleep, or with the network gone, it never does."""


@dataclass(frozen=True, slots=True)
class PoolLimits:
    """How many sessions a pool may hold, and for how long; seconds throughout."""

    min_size: int = 0
    max_size: int = 10
    acquire_timeout_s: float = 30.0
    idle_life_s: float = 600.0
    max_age_s: float = 3600.0


@dataclass(slots=True)
class _Idle:
    session: Session
    owner: str
    since: float


@dataclass(slots=True)
class _Counts:
    opened: int = 0
    lost: int = 0
    recycled: int = 0
    acquire: Durations = field(default_factory=Durations)
    usage: Durations = field(default_factory=Durations)


class Pool:
    """Lends sessions to named owners, first come first served, and hands each its last one while it is free."""

    def __init__(self, connect: Connect, limits: PoolLimits | None = None) -> None:
        self._connect = connect
        self._limits = limits or PoolLimits()
        self._idle: list[_Idle] = []
        self._used: dict[Session, tuple[str, float]] = {}
        self._opening = 0
        self._waiters: deque[asyncio.Future[None]] = deque()
        self._counts = _Counts()
        self._ageing: asyncio.TimerHandle | None = None
        self._closing: set[asyncio.Task[None]] = set()
        self._closed = False
        self.on_exhausted: Callable[[], None] | None = None
        """Called when a request has to wait, so that somebody can give a paused session back."""
        self.on_session_lost: Callable[[Session], None] | None = None
        """Called when the connection of a session ended, idle or borrowed, and not by this side's wish."""
        self.on_session_opened: Callable[[], None] | None = None
        """Called when there is a new session."""

    @property
    def limits(self) -> PoolLimits:
        """The limits in force."""
        return self._limits

    @limits.setter
    def limits(self, limits: PoolLimits) -> None:
        """Apply new limits: busy sessions stay, those too many are closed as they come back."""
        self._limits = limits
        while self._idle and self._size > limits.max_size:
            self._retire(self._idle.pop(0).session)
        self._wake()

    @property
    def stats(self) -> PoolStats:
        """A snapshot for the pool monitor."""
        counts = self._counts
        return PoolStats(
            size=self._size,
            idle=len(self._idle),
            used=len(self._used),
            min=self._limits.min_size,
            max=self._limits.max_size,
            waiting=sum(not waiter.done() for waiter in self._waiters),
            acquire_ms_p50=counts.acquire.percentile_ms(0.5),
            acquire_ms_p95=counts.acquire.percentile_ms(0.95),
            acquire_ms_max=counts.acquire.percentile_ms(1.0),
            usage_ms_p50=counts.usage.percentile_ms(0.5),
            opened=counts.opened,
            lost=counts.lost,
            recycled=counts.recycled,
        )

    @property
    def owners(self) -> dict[int, str]:
        """Who has each session, by the process id of its backend; an empty name for those that are free."""
        free = {idle.session.backend_pid: "" for idle in self._idle}
        return free | {session.backend_pid: owner for session, (owner, _since) in self._used.items()}

    @property
    def _size(self) -> int:
        return len(self._idle) + len(self._used) + self._opening

    async def acquire(self, owner: str, *, read_only: bool = False) -> Session:
        """Lend `owner` a session that has just answered; its name shows in pg_stat_activity as application_name.

        With `read_only` its transactions begin read-only unless they say otherwise. Raises `PoolTimeout` where none is
        free in time, and what opening one raises.
        """
        started = time.monotonic()
        deadline = started + self._limits.acquire_timeout_s
        name = f"SET application_name = {quote_literal('pgconsole: ' + owner)}"
        while True:
            session, is_new = await self._take(owner, deadline)
            changes = session.read_only is not read_only
            steps = f"{name}; {read_only_step(session, read_only)}" if changes else name
            failure = await self._prepare(session, steps, owner)
            if failure is None:
                break
            if is_new:
                raise failure
        session.read_only = read_only
        self._counts.acquire.add(time.monotonic() - started)
        self._used[session] = (owner, time.monotonic())
        return session

    async def _prepare(self, session: Session, statements: str, owner: str) -> PgconsoleError | None:
        """Run what a borrower needs, which is the health check too; why it could not, where the session is gone."""
        try:
            asked = time.monotonic()
            alarm = asyncio.get_running_loop().call_later(_HEALTH_CHECK_S, session.terminate)
            try:
                await session.execute(statements)
            finally:
                alarm.cancel()
            session.round_trip_s = time.monotonic() - asked
        except PgconsoleError as error:
            self._forget(session, lost=True)
            return error
        except asyncio.CancelledError:
            self.release(session, owner)
            raise
        return None

    async def _take(self, owner: str, deadline: float) -> tuple[Session, bool]:
        """An idle session, or a new one (True), counted as used; waits while the pool is full or others came first."""
        woken = False
        while True:
            if self._closed:
                raise _closed()
            if self._waiters and not woken:
                await self._wait_for_room(deadline, first=False)
                woken = True
                continue
            idle = self._pop_idle(owner)
            if idle is not None:
                self._used[idle.session] = (owner, time.monotonic())
                is_others = idle.owner not in ("", owner)
                if is_others and not idle.session.is_resettable:
                    self.discard(idle.session)
                    continue
                if is_others:
                    if await self._prepare(idle.session, _RESET, idle.owner) is not None:
                        continue
                    idle.session.read_only = False
                return idle.session, False
            if self._size < self._limits.max_size:
                return await self._open(owner), True
            await self._wait_for_room(deadline, first=woken)
            woken = True

    def _pop_idle(self, owner: str) -> _Idle | None:
        """The session that `owner` had last, else one that nobody had, else the one idle for longest."""
        self._drop_lost_idle()
        for wanted in (owner, ""):
            for idle in reversed(self._idle):
                if idle.owner == wanted:
                    self._idle.remove(idle)
                    return idle
        return self._idle.pop(0) if self._idle else None

    def _drop_lost_idle(self) -> None:
        for idle in [idle for idle in self._idle if idle.session.is_lost]:
            self._idle.remove(idle)
            self._counts.lost += 1

    async def _open(self, owner: str) -> Session:
        self._opening += 1
        try:
            session = await self._connect()
            session.own_state = await held_state(session)
            session.idle_limits = await idle_limits(session)
            session.on_gone = self._session_gone
        except BaseException:
            self._opening -= 1
            self._wake()
            raise
        self._opening -= 1
        self._counts.opened += 1
        if self.on_session_opened is not None:
            self.on_session_opened()
        if self._closed:
            await session.close()
            raise _closed()
        self._used[session] = (owner, time.monotonic())
        return session

    async def _wait_for_room(self, deadline: float, *, first: bool) -> None:
        waiter: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        if first:
            self._waiters.appendleft(waiter)
        else:
            self._waiters.append(waiter)
        if self.on_exhausted is not None:
            self.on_exhausted()
        try:
            async with asyncio.timeout(max(0.0, deadline - time.monotonic())):
                await waiter
        except TimeoutError:
            self._waiters.remove(waiter)
            self._wake()
            raise PoolTimeout(
                "No connection became free.",
                f"All {self._limits.max_size} connections of this pool were in use for"
                f" {self._limits.acquire_timeout_s:g} s.",
                "Close a tab that keeps one (its badge says why), or raise the pool's size.",
            ) from None
        except asyncio.CancelledError:
            self._waiters.remove(waiter)
            self._wake()
            raise
        self._waiters.remove(waiter)

    async def fill(self) -> None:
        """Open sessions up to the minimum size; raises what opening one raises."""
        while self._size < self._limits.min_size and not self._closed:
            self.release(await self._open(""), "")

    def release(self, session: Session, owner: str) -> None:
        """Take a clean session back; one that is lost or too old is closed instead."""
        _owner, since = self._used.pop(session, ("", time.monotonic()))
        self._counts.usage.add(time.monotonic() - since)
        session.listen(None, None)
        session.on_lost = None
        if session.is_lost:
            self._counts.lost += 1
        elif self._closed or self._is_spent(session) or self._size >= self._limits.max_size:
            self._retire(session)
        else:
            self._idle.append(_Idle(session, owner, time.monotonic()))
            self._schedule_ageing()
        self._wake()

    def discard(self, session: Session) -> None:
        """Close a session whose state can't be undone, and make room for another."""
        self._used.pop(session, None)
        session.listen(None, None)
        session.on_lost = None
        if session.is_lost:
            self._counts.lost += 1
        else:
            self._retire(session)
        self._wake()

    def _session_gone(self, session: Session) -> None:
        """Heal at once where an idle one is gone; a borrowed one is its borrower's to give back."""
        self._drop_lost_idle()
        self._wake()
        if self.on_session_lost is not None and not self._closed:
            self.on_session_lost(session)

    async def renew(self, owner: str) -> None:
        """Close what is idle, whose connection may have died without a word, and open one session anew.

        Raises what opening one raises; borrowed sessions stay.
        """
        while self._idle:
            idle = self._idle.pop()
            self._counts.recycled += 1
            idle.session.terminate()
        session = await self.acquire(owner)
        self.release(session, "")

    @property
    def is_gone(self) -> bool:
        """Whether there is no session left that lives, nor one on its way."""
        living = [session for session in self._used if not session.is_lost]
        return not (living or self._idle or self._opening)

    def is_borrowed(self, session: Session) -> bool:
        """Whether somebody holds it, and so tells of its end."""
        return session in self._used

    def _forget(self, session: Session, *, lost: bool) -> None:
        self._used.pop(session, None)
        self._counts.lost += lost
        session.terminate()
        self._wake()

    def _wake(self) -> None:
        """Let as many of the first waiters try again as there is room for, those counted who were told before."""
        room = len(self._idle) + max(0, self._limits.max_size - self._size)
        for waiter in list(self._waiters)[:room]:
            if not waiter.done():
                waiter.set_result(None)

    def _is_spent(self, session: Session) -> bool:
        return time.time() - session.opened_at > self._limits.max_age_s

    def _retire(self, session: Session) -> None:
        self._counts.recycled += 1
        task = asyncio.get_running_loop().create_task(session.close(), name="close session")
        self._closing.add(task)
        task.add_done_callback(self._closing.discard)

    # Ageing

    def _schedule_ageing(self) -> None:
        if self._ageing is None and not self._closed:
            delay_s = min(self._limits.idle_life_s, 60.0)
            self._ageing = asyncio.get_running_loop().call_later(delay_s, self._age)

    def _age(self) -> None:
        """Close what was idle or open for too long, down to the minimum size."""
        self._ageing = None
        self._drop_lost_idle()
        now = time.monotonic()
        for idle in list(self._idle):
            too_long = now - idle.since > self._limits.idle_life_s and self._size > self._limits.min_size
            if too_long or self._is_spent(idle.session):
                self._idle.remove(idle)
                self._retire(idle.session)
        if self._idle:
            self._schedule_ageing()

    async def aclose(self) -> None:
        """Close every session, the borrowed ones too, and end those who wait."""
        self._closed = True
        if self._ageing is not None:
            self._ageing.cancel()
            self._ageing = None
        sessions = [idle.session for idle in self._idle] + list(self._used)
        self._idle.clear()
        self._used.clear()
        for waiter in self._waiters:
            if not waiter.done():
                waiter.set_result(None)
        await asyncio.gather(*(session.close() for session in sessions), *self._closing)


def _closed() -> ConnectionLost:
    return ConnectionLost("The connection was closed.", remedy="Open it again to go on.")
