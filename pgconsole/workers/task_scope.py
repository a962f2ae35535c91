"""The tasks of one feature: each is named, a failure is reported, and all end with the scope."""

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any

from pgconsole.core.errors import DriverFault, PgconsoleError

ErrorReport = Callable[[PgconsoleError], None]


class TaskScope:
    """Owns tasks from their start to their end; what a task raises goes to `report`, and is never lost.

    `asyncio.TaskGroup` is not it: there one failure ends the siblings, and the group must be awaited where it began.
    """

    def __init__(self, name: str, report: ErrorReport) -> None:
        self._name = name
        self._report = report
        self._tasks: set[asyncio.Task[None]] = set()

    def start(self, coroutine: Coroutine[Any, Any, None], name: str) -> asyncio.Task[None]:
        """Run `coroutine` in a task of this scope."""
        task = asyncio.get_running_loop().create_task(coroutine, name=f"{self._name}: {name}")
        self._tasks.add(task)
        task.add_done_callback(self._ended)
        return task

    def _ended(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        if task.cancelled():
            return
        error = task.exception()
        if isinstance(error, PgconsoleError):
            self._report(error)
        elif error is not None:
            fault = DriverFault("Something went wrong inside pgconsole.", f"{type(error).__name__}: {error}")
            fault.__cause__ = error
            self._report(fault)

    async def aclose(self) -> None:
        """Cancel what still runs and wait for its end."""
        tasks = [task for task in self._tasks if task is not asyncio.current_task()]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
