"""One look at a server, and how the watching of it stands; values that cross from the sampler to the pane."""

import time
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Literal

from pgconsole.core.backend import Backend
from pgconsole.core.blocking import BlockNode, LockWait
from pgconsole.core.errors import PgconsoleError
from pgconsole.core.server_numbers import Progress, Replica, ServerCounters, ServerRates, TopStatement


@dataclass(frozen=True, slots=True)
class ServerSample:
    """What was seen in one look; the parts are a few milliseconds apart."""

    taken: float
    """This machine's monotonic time."""
    counters: ServerCounters
    rates: ServerRates | None
    """Since the look before; None at the first one."""
    backends: tuple[Backend, ...]
    waits: tuple[LockWait, ...]
    trees: tuple[BlockNode, ...]
    progress: tuple[Progress, ...]
    replicas: tuple[Replica, ...]
    statements: tuple[TopStatement, ...] | None = None
    """None where they were not asked for, or can't be had: `unseen` says why."""
    unseen: tuple[str, ...] = ()
    """What could not be seen and why, a sentence each."""
    cost_ms: float = 0.0
    """How long the server was asked."""

    def with_statements_of_ours(self, statements: Mapping[int, str]) -> "ServerSample":
        """The same with what our sessions that run nothing ran last for a user, by their process ids.

        The server has what the console asked there afterwards for itself.
        """
        backends = tuple(
            replace(each, query=known) if (known := statements.get(each.pid)) and each.state != "active" else each
            for each in self.backends
        )
        return replace(self, backends=backends)

    def server_now(self) -> float:
        """The server's time now, as far as its clock and ours go alike."""
        return self.counters.clock + time.monotonic() - self.taken


@dataclass(frozen=True, slots=True)
class WatchState:
    """How the watching of a server stands."""

    phase: Literal["off", "connecting", "watching", "paused", "unanswered", "reconnecting"] = "off"
    error: PgconsoleError | None = None
    """Why it is `reconnecting`."""
    retry_in_s: float = 0.0

    @property
    def text(self) -> str:
        """One line that tells of it; empty while all is well."""
        match self.phase:
            case "off":
                return "No connection to watch."
            case "connecting":
                return "Connecting…"
            case "watching":
                return ""
            case "paused":
                return "Paused"
            case "unanswered":
                return "The server has not answered for 2 s; what is shown is from before."
            case "reconnecting":
                why = f"{self.error.what} {self.error.why}".strip() if self.error is not None else "Lost."
                return f"{why} Trying again in {max(1, round(self.retry_in_s))} s; what is shown is from before."
