"""One tab's paused results, as far as they concern other tabs; implements `PortalHolder` for the portal guard."""

import time
from collections.abc import Callable
from dataclasses import dataclass

from pgconsole.core.run_state import TransactionState
from pgconsole.workers.readings import Readings
from pgconsole.workers.tab_session import TabSession


@dataclass(frozen=True, slots=True, eq=False)
class TabPortals:
    """What the tab holds; while it is busy nobody else may let go of it."""

    tab: TabSession
    readings: Readings
    is_busy: Callable[[], bool]
    close: Callable[[str], None]

    @property
    def paused_pid(self) -> int | None:
        """The server process that holds paused results; None without any."""
        session = self.tab.session
        return session.backend_pid if session is not None and self.readings and not self.is_busy() else None

    @property
    def paused_since(self) -> float:
        """Since when results are paused."""
        return self.readings.paused_since or time.time()

    @property
    def frees_session(self) -> bool:
        """Whether its connection goes back to the pool with its paused results."""
        session = self.tab.session
        return session is not None and session.transaction is TransactionState.IDLE and not self.tab.pins

    def close_portals(self, why: str) -> None:
        """Let them go; their rows stay."""
        self.close(why)
