"""The user's wish that a tab's run ends: how it reaches the server, and what is truly told of it.

Leaves when it may be wished to the query console, and sending the request to the session.
"""

import asyncio
import time
from collections.abc import Callable

from pgconsole.core.errors import QueryCancelled
from pgconsole.db.session import CANCEL_DEADLINE_S, Session


class RunStop:
    """Asked for at most once in a run, and told of once: a run that ended by itself is not called cancelled."""

    def __init__(self, say: Callable[[str], None]) -> None:
        self._say = say
        self._requested_at = 0.0
        self._is_told = False
        self.is_requested = False

    def clear(self) -> None:
        """A run begins, and nobody has asked for its end."""
        self.is_requested = self._is_told = False

    def request(self) -> None:
        """Note the wish; whoever runs heeds it between two steps."""
        self.is_requested = True
        self._requested_at = time.perf_counter()

    async def reach_server(self, session: Session) -> None:
        """Have the server end what runs on the session, or drop the connection where it does not in time."""
        await session.cancel()
        if session.is_lost:
            self.note_loss()

    def note_loss(self) -> None:
        """The connection went with the run, be it that the server did not answer in time."""
        if self.is_requested and not self._is_told:
            self._tell(f"The server did not confirm within {self._elapsed_ms():.0f} ms; the connection was dropped.")

    async def await_end(self, run: asyncio.Task[None], session: Session | None) -> None:
        """Give what a run, or a tab that leaves, still asks of the server a cancelled statement's time to end.

        Then the connection goes. To let a portal go, to roll back, or to look at what is left in the session is not
        cancelled, and behind a dead line none of it would end.
        """
        while session is not None and not run.done() and not session.is_lost:
            await asyncio.wait({run}, timeout=CANCEL_DEADLINE_S)
            if not run.done() and session.is_running:
                session.terminate()
                self.note_loss()

    def confirm(self, error: QueryCancelled) -> None:
        """The run ended by a cancel, or by a question that was given up: say whose word that is."""
        if not error.report:
            self._tell(f"{error.what} {error.why}".strip())
        elif not self._is_told:
            self._tell(f"Cancelled: the server confirmed after {self._elapsed_ms():.0f} ms. The session is kept.")

    def end(self) -> None:
        """The run is over: a wish that came too late for it is answered, too."""
        if self.is_requested and not self._is_told:
            self._tell("There was nothing left to cancel: it had ended.")

    def _tell(self, text: str) -> None:
        self._is_told = True
        self._say(text)

    def _elapsed_ms(self) -> float:
        return (time.perf_counter() - self._requested_at) * 1000
