"""The pools of applications that tell of them over HTTP, without their widgets: asked while the window is open.

Which ones is the setting `application_pools`; what a service has to do for it is `pool_monitor.pool_stats`. Leaves the
asking to `workers.http_answer`, and everything that is seen to the view.
"""

import asyncio
import time
from collections.abc import Callable, Sequence
from typing import Final, Protocol

from pgconsole.core.application_pool import ApplicationPool, addresses_of, stats_of_json
from pgconsole.core.errors import PgconsoleError
from pgconsole.core.settings import Settings
from pgconsole.db.server_connection import ServerConnection
from pgconsole.workers.http_answer import read_document
from pgconsole.workers.task_scope import TaskScope

_SHOWN_PERIOD_S: Final = 1.0
_HIDDEN_PERIOD_S: Final = 10.0


class ApplicationsView(Protocol):
    """What shows the pools; every call returns at once."""

    def show_applications(self, applications: Sequence[ApplicationPool]) -> None:
        """Show how they stand now."""

    def report(self, error: PgconsoleError) -> None:
        """Tell of a failure in the notice bar, the one road of every error."""


class ApplicationPools:
    """The applications that one window watches; implements `ServerPane`."""

    def __init__(
        self, view: ApplicationsView, settings: Callable[[], Settings], period_s: float = _SHOWN_PERIOD_S
    ) -> None:
        """Take the view to tell, the user's settings, and how often is asked while somebody looks."""
        self._view = view
        self._settings = settings
        self._period_s = period_s
        self._scope = TaskScope("application pools", view.report)
        self._watched: dict[str, tuple[ApplicationPool, asyncio.Task[None]]] = {}
        self._beat: asyncio.Task[None] | None = None
        self._wake = asyncio.Event()
        self._is_seen = False

    def follow(self, server: ServerConnection | None) -> None:
        """Applications are the same ones whatever connection is shown."""
        self._choose()

    async def leave(self, server: ServerConnection) -> None:
        """Nothing of a connection is used here."""

    def set_seen(self, is_seen: bool) -> None:
        """Whether somebody looks: less is asked while nobody does."""
        self._is_seen = is_seen
        self._wake.set()
        if is_seen and (self._beat is None or self._beat.done()):
            self._beat = self._scope.start(self._show_always(), "show")

    async def _show_always(self) -> None:
        while self._is_seen:
            self._choose()
            self._view.show_applications([application for application, _task in self._watched.values()])
            await asyncio.sleep(self._period_s)

    def _choose(self) -> None:
        """Watch those that the settings name, and no others."""
        wanted = addresses_of(self._settings().application_pools)
        for address in [each for each in self._watched if each not in wanted]:
            self._watched.pop(address)[1].cancel()
        for address in wanted:
            if address not in self._watched:
                application = ApplicationPool(address)
                self._watched[address] = application, self._scope.start(self._watch(application), f"ask {address}")

    async def _watch(self, application: ApplicationPool) -> None:
        while True:
            self._wake.clear()
            try:
                application.take(stats_of_json(await read_document(application.address)), time.time())
            except PgconsoleError as error:
                application.fail(f"{error.what} {error.why}".strip())
            except ValueError as fault:
                application.fail(str(fault))
            await self._rest()

    async def _rest(self) -> None:
        try:
            async with asyncio.timeout(self._period_s if self._is_seen else _HIDDEN_PERIOD_S):
                await self._wake.wait()
        except TimeoutError:
            pass

    async def aclose(self) -> None:
        """End everything."""
        self._is_seen = False
        await self._scope.aclose()
