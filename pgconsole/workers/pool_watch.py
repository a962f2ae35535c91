"""Watches the pool of one connection: samples, checks, replacements; keeps what a picture of it needs.

Samples are taken all the time, for they cost next to nothing. The health check, which takes a connection of the
server, begins when the pool is first looked at.
"""

import asyncio
import time
from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing, suppress
from typing import TYPE_CHECKING, Final

from pgconsole.core.errors import AuthenticationFailed, PgconsoleError
from pgconsole.core.pool_advice import PoolSituation, advise
from pgconsole.core.pool_picture import PoolPicture
from pgconsole.core.server_capacity import BackendFacts, ServerCapacity
from pgconsole.core.sleep_watch import SleepWatch
from pgconsole.workers.health_check import HealthCheck
from pgconsole.workers.pool_sampler import PoolSampler
from pgconsole.workers.task_scope import TaskScope

if TYPE_CHECKING:
    from pgconsole.db.server_connection import ServerConnection
    from pgconsole.db.session import Session

CHECKER: Final = "health check"
_MONITOR: Final = "pool monitor"
_SERVER_LOG: Final = "log_min_duration_statement"
_SHOWN_PERIOD_S: Final = 1.0
_HIDDEN_PERIOD_S: Final = 5.0
_CAPACITY_EVERY_S: Final = 1.5


class PoolWatch:
    """One pool under watch; `slow_ms`, `check_every_s` and `reconnects` are the user's settings, asked each time."""

    def __init__(
        self,
        server: "ServerConnection",
        scope: TaskScope,
        slow_ms: Callable[[], float],
        check_every_s: Callable[[], float],
        reconnects: Callable[[], bool],
    ) -> None:
        self._server = server
        self._pool = server.pool
        self._scope = scope
        self._slow_ms = slow_ms
        self._check_every_s = check_every_s
        self._reconnects = reconnects
        self._health = HealthCheck(self._open, lambda: self._pool.opening.pause_s, self._health_changed)
        self._sampler = PoolSampler(self._pool, lambda: self._health.health.latency_ms)
        self._capacity: ServerCapacity | None = None
        self._capacity_at = 0.0
        self._backends: dict[int, BackendFacts] = {}
        self._checked_at = time.monotonic()
        self._sleep = SleepWatch()
        self._tasks: list[asyncio.Task[None]] = []
        self._repair: asyncio.Task[None] | None = None
        self.is_shown = False
        self.server_logs = False

    async def run(self) -> AsyncGenerator[None]:
        """Watch; yields once a second, when there is something new to show."""
        async with aclosing(self._sampler.run()) as samples:
            async for _stats in samples:
                self._keep_fit()
                yield

    def show(self) -> None:
        """Somebody looks: from now on the server is asked too."""
        self.is_shown = True
        if not self._tasks:
            self._tasks.append(self._scope.start(self._health.run(self._period_s, self._ask_server), CHECKER))
        self._health.check_now()

    def hide(self) -> None:
        """Nobody looks."""
        self.is_shown = False

    async def check_now(self) -> tuple[int, int]:
        """Check everything: how many idle sessions were asked, and how many of them were dropped."""
        self._health.check_now()
        self._capacity_at = 0.0
        outcome = await self._pool.upkeep.check_idle()
        self._replace_lost()
        return outcome

    async def set_server_log(self, slow_ms: int | None) -> None:
        """Have sessions lent from now on log what takes so long; None undoes that. Raises where the role may not."""
        if slow_ms is not None:
            session = await self._pool.acquire(_MONITOR)
            try:
                await session.execute(f"BEGIN; SET LOCAL {_SERVER_LOG} = {slow_ms:d}; ROLLBACK")
            finally:
                if session.in_transaction_block:
                    await session.execute("ROLLBACK")
                self._pool.release(session, _MONITOR)
        self._pool.console_settings = {} if slow_ms is None else {_SERVER_LOG: str(slow_ms)}
        self.server_logs = slow_ms is not None

    def picture(self) -> PoolPicture:
        """How everything stands now."""
        pool, now = self._pool, time.time()
        stats, sessions, waiters = pool.stats, pool.sessions, pool.waiters
        situation = PoolSituation(
            now=now,
            stats=stats,
            sessions=sessions,
            waiters=waiters,
            capacity=self._capacity,
            borrowed_per_s=self._sampler.borrowed_per_s,
            is_pooler=self._server.is_pooler,
            open_failures_in_a_row=pool.opening.failures,
            open_failure=pool.opening.failure.what if pool.opening.failure is not None else "",
            open_pause_s=pool.opening.pause_s,
            waits_for_user=self._waits_for_user,
        )
        return PoolPicture(
            at=now,
            title=self._server.status.label,
            stats=stats,
            limits=pool.limits,
            health=self._health.health,
            capacity=self._capacity,
            sessions=sessions,
            beside=self._server.sessions_beside,
            backends=self._backends,
            advice=advise(situation),
            events=pool.events,
            log=self._server.log,
            samples=self._sampler.samples,
            slow_ms=self._slow_ms(),
            server_logs=self.server_logs,
        )

    async def aclose(self) -> None:
        """End every task."""
        tasks = [*self._tasks, *([self._repair] if self._repair is not None else [])]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    # Keeping fit

    def _keep_fit(self) -> None:
        if self._sleep.has_slept():
            self._pool.doubt()
            self._check_idle(0.0)
        every_s = self._check_every_s()
        if every_s > 0 and time.monotonic() - self._checked_at >= every_s:
            self._check_idle(every_s)
        self._replace_lost()

    def _check_idle(self, unused_for_s: float) -> None:
        if self._repair is None or self._repair.done():
            self._checked_at = time.monotonic()
            self._repair = self._scope.start(self._check(unused_for_s), "check idle connections")

    @property
    def _waits_for_user(self) -> bool:
        """Whether the connection as a whole was lost, and it is the user who has it made anew."""
        return self._pool.is_lost and not self._reconnects()

    def _replace_lost(self) -> None:
        is_refused = isinstance(self._pool.opening.failure, AuthenticationFailed)
        is_wanted = self._pool.upkeep.lacks_some and not is_refused and not self._waits_for_user
        if is_wanted and (self._repair is None or self._repair.done()):
            self._repair = self._scope.start(self._refill(), "replace connections")

    async def _check(self, unused_for_s: float) -> None:
        """What is found dead is replaced by the next beat."""
        await self._pool.upkeep.check_idle(unused_for_s=unused_for_s)

    async def _refill(self) -> None:
        # The pool's events tell of a failure, and the next second tries again, at the pace of opening.
        with suppress(PgconsoleError):
            await self._pool.upkeep.refill()

    def _health_changed(self) -> None:
        """Where the server does not answer, idle sessions may be as dead; nobody is to find that out by one."""
        if self._health.health.phase in ("late", "down"):
            self._check_idle(0.0)

    # Asking the server

    async def _open(self) -> "Session":
        return await self._server.open_beside(CHECKER)

    def _period_s(self) -> float:
        return _SHOWN_PERIOD_S if self.is_shown else _HIDDEN_PERIOD_S

    async def _ask_server(self, session: "Session") -> None:
        if not self.is_shown:
            return
        from pgconsole.db.server_capacity import ask_backends, ask_capacity

        ours = [*self._pool.sessions, *self._server.sessions_beside]
        self._backends = await ask_backends(session, [each.pid for each in ours])
        if time.monotonic() - self._capacity_at >= _CAPACITY_EVERY_S:
            self._capacity = await ask_capacity(session, len(self._backends))
            self._capacity_at = time.monotonic()
