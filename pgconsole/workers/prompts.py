"""Questions that a run asks the user while it waits; one at a time, answered or given up."""

import asyncio
from collections.abc import Callable
from pathlib import Path

from pgconsole.core.parameters import ParameterValues

Answer = ParameterValues | Path | str


class Prompts:
    """Holds the question that is open; the view shows it, and whoever runs awaits it."""

    def __init__(self) -> None:
        self._open: asyncio.Future[Answer | None] | None = None

    async def ask(self, show: Callable[[], None]) -> Answer | None:
        """Show a question and wait; None where it was given up."""
        self._open = asyncio.get_running_loop().create_future()
        try:
            show()
            return await self._open
        finally:
            self._open = None

    def answer(self, answer: Answer) -> None:
        """Answer the open question; without one, nothing happens."""
        self._resolve(answer)

    def give_up(self) -> None:
        """Withdraw the open question."""
        self._resolve(None)

    def _resolve(self, answer: Answer | None) -> None:
        if self._open is not None and not self._open.done():
            self._open.set_result(answer)
