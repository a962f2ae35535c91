"""The health of connection pools, without its widgets: watches the pool of each connection that was looked at.

Owns which pool is shown and what the user asks of it. Leaves sampling, checks and replacements to `PoolWatch`, judging
to `core.pool_advice`, and everything that is seen to the view.

An application exposes its own pool by `pool_stats`, and loads neither Qt nor the driver with this module.
"""

import asyncio
import time
from contextlib import aclosing
from dataclasses import replace
from typing import TYPE_CHECKING, Protocol

from pgconsole.core.errors import PgconsoleError
from pgconsole.core.pool_limits import PoolLimits
from pgconsole.core.pool_picture import PoolPicture
from pgconsole.core.pool_reader import pool_stats
from pgconsole.core.settings import Settings
from pgconsole.core.wording import plural
from pgconsole.workers.pool_watch import PoolWatch
from pgconsole.workers.task_scope import TaskScope

if TYPE_CHECKING:
    from collections.abc import Callable

    from pgconsole.db.server_connection import ServerConnection

__all__ = ["PoolMonitor", "PoolView", "pool_stats"]


class PoolView(Protocol):
    """What shows a pool; every call returns at once."""

    def show(self, picture: PoolPicture) -> None:
        """Show how the pool stands now."""

    def show_nothing(self) -> None:
        """There is no connection."""

    def tell(self, text: str) -> None:
        """One sentence about what was asked for."""

    def report(self, error: PgconsoleError) -> None:
        """Tell of a failure in the notice bar, the one road of every error."""


class PoolMonitor:
    """The pools of one window's connections; intents come in as method calls, which return at once."""

    def __init__(self, view: PoolView, settings: "Callable[[], Settings]") -> None:
        self._view = view
        self._settings = settings
        self._scope = TaskScope("pool monitor", view.report)
        self._watches: dict[ServerConnection, tuple[PoolWatch, asyncio.Task[None]]] = {}
        self._shown: ServerConnection | None = None
        self._is_seen = False

    # Which pool is shown

    def follow(self, server: "ServerConnection | None") -> None:
        """Show the pool of this connection from now on, or none; others go on being watched unseen."""
        before = self._watch
        if before is not None:
            before.hide()
        self._shown = server
        if server is None:
            self._view.show_nothing()
            return
        if server not in self._watches:
            watch = PoolWatch(
                server,
                self._scope,
                lambda: self._settings().slow_statement_ms,
                lambda: self._settings().pool_check_s,
                lambda: self._settings().auto_reconnect,
            )
            self._watches[server] = (watch, self._scope.start(self._run(server, watch), "watch"))
        self._look()

    def set_seen(self, is_seen: bool) -> None:
        """Whether the view is to be seen: nothing is drawn, and the server is asked less, while it is not."""
        self._is_seen = is_seen
        self._look()

    async def leave(self, server: "ServerConnection") -> None:
        """Watch a connection no more, which is about to close."""
        found = self._watches.pop(server, None)
        if found is not None:
            watch, running = found
            running.cancel()
            await asyncio.gather(running, return_exceptions=True)
            await watch.aclose()

    async def aclose(self) -> None:
        """End everything."""
        for server in list(self._watches):
            await self.leave(server)
        await self._scope.aclose()

    @property
    def _watch(self) -> PoolWatch | None:
        found = self._watches.get(self._shown) if self._shown is not None else None
        return found[0] if found is not None else None

    def _look(self) -> None:
        watch = self._watch
        if watch is None:
            return
        if self._is_seen:
            watch.show()
        else:
            watch.hide()
        self._view.show(watch.picture())

    async def _run(self, server: "ServerConnection", watch: PoolWatch) -> None:
        async with aclosing(watch.run()) as beats:
            async for _beat in beats:
                if self._is_seen and server is self._shown:
                    self._view.show(watch.picture())

    def refresh(self) -> None:
        """Show how the pool stands at this moment."""
        watch = self._watch
        if watch is not None:
            self._view.show(watch.picture())

    # What the user asks for

    def check_now(self) -> None:
        """Check the server and every idle connection, and replace the dead ones."""
        watch = self._watch
        if watch is not None:
            self._scope.start(self._check(watch), "check now")

    async def _check(self, watch: PoolWatch) -> None:
        began = time.monotonic()
        asked, gone = await watch.check_now()
        took_ms = (time.monotonic() - began) * 1000
        outcome = f"{gone} did not answer and {'is' if gone == 1 else 'are'} replaced" if gone else "all answered"
        self._view.tell(
            f"{plural(asked, 'idle connection')} checked in {took_ms:.0f} ms: {outcome}."
            if asked
            else "No connection is idle: the server was asked on the monitor's own."
        )
        self.refresh()

    def recycle(self, pid: int) -> None:
        """Replace one connection, when it comes back where it is busy."""
        if self._shown is not None:
            if not self._shown.pool.upkeep.recycle(pid):
                self._view.tell(f"The connection with pid {pid} is not the pool's.")
            self.refresh()

    def recycle_idle(self) -> None:
        """Replace every idle connection."""
        if self._shown is not None:
            count = self._shown.pool.upkeep.recycle_idle()
            self._view.tell(f"{plural(count, 'idle connection')} recycled.")
            self.refresh()

    def expire(self) -> None:
        """Replace every connection, the busy ones when they come back."""
        if self._shown is not None:
            count = self._shown.pool.upkeep.expire()
            self._view.tell(f"{plural(count, 'connection')} expired; those in use are replaced when they come back.")
            self.refresh()

    def set_limits(self, limits: PoolLimits) -> None:
        """Apply new limits to the running pool: no busy connection is dropped."""
        if self._shown is not None:
            fitting = replace(limits, min_size=min(limits.min_size, limits.max_size))
            self._shown.pool.limits = fitting
            self.refresh()

    def set_server_log(self, is_on: bool) -> None:
        """Have the server log slow statements of this pool's sessions too, or no longer."""
        watch = self._watch
        if watch is not None:
            self._scope.start(self._set_server_log(watch, is_on), "set server log")

    async def _set_server_log(self, watch: PoolWatch, is_on: bool) -> None:
        try:
            await watch.set_server_log(self._settings().slow_statement_ms if is_on else None)
        finally:
            self.refresh()

    def clear_log(self) -> None:
        """Forget the statements that were logged."""
        if self._shown is not None:
            self._shown.log.clear()
            self.refresh()
