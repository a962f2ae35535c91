"""Questions that a run asks the user while it waits; one at a time, answered or given up."""

import asyncio
from collections.abc import Callable
from pathlib import Path

from pgconsole.core.parameters import ParameterValues

Answer = ParameterValues | Path | str


class Prompts:
    """Holds the question that is open; the view shows it, and whoever runs awaits it."""

    def __init__(self, tell: Callable[[str], None]) -> None:
        """Take whom to tell what is waited for, and with an empty text that nothing is any longer."""
        self._tell = tell
        self._open: asyncio.Future[Answer | None] | None = None

    async def ask(self, show: Callable[[], None], what: str) -> Answer | None:
        """Show a question and wait for `what`, as `values`; None where it was given up."""
        self._open = asyncio.get_running_loop().create_future()
        self._tell(what)
        try:
            show()
            return await self._open
        finally:
            self._open = None
            self._tell("")

    def answer(self, answer: Answer) -> None:
        """Answer the open question; without one, nothing happens."""
        self._resolve(answer)

    def give_up(self) -> None:
        """Withdraw the open question."""
        self._resolve(None)

    def _resolve(self, answer: Answer | None) -> None:
        if self._open is not None and not self._open.done():
            self._open.set_result(answer)
