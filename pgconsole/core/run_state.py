"""What a query tab is doing, as values that cross from the query console to its view."""

from dataclasses import dataclass
from enum import Enum
from typing import Literal


class Phase(Enum):
    """What the tab's current run is doing; a paused result is idle with an open portal."""

    IDLE = "idle"
    RUNNING = "running"
    STREAMING = "streaming"
    CANCELLING = "cancelling"


class TransactionState(Enum):
    """The state of the user's own transaction; the console's portals do not count."""

    IDLE = "idle"
    OPEN = "open"
    FAILED = "failed"
    UNKNOWN = "unknown"
    """The connection was lost in a transaction or before a COMMIT was confirmed."""


class Road(Enum):
    """How rows came from the server."""

    PORTAL = "cursor"
    COPY = "copy"
    WHOLE = "whole"
    """Read in one go: a statement of at most a few rows that refuses a transaction block, such as CALL."""
    LINES = "lines"
    """The lines of a COPY ... TO STDOUT that the user typed."""


Isolation = Literal["", "read committed", "repeatable read", "serializable"]

ReadOnlyBy = Literal["", "tab", "connection"]
"""Who asked for read-only transactions: nobody, the tab's own switch, or the connection's profile."""


@dataclass(frozen=True, slots=True)
class TabState:
    """A snapshot of one query tab; times are seconds since the epoch."""

    phase: Phase = Phase.IDLE
    transaction: TransactionState = TransactionState.IDLE
    transaction_since: float | None = None
    pin_reasons: tuple[str, ...] = ()
    """Why the tab keeps its connection (`SET work_mem`, `temporary table t`); empty where it gave it back."""
    portal_since: float | None = None
    """Since when a paused result holds a portal, and so a snapshot, on the server."""
    run_started: float | None = None
    """Since when the run goes on without waiting for the user."""
    waits_for: str = ""
    """What the run waits for before it goes on, as `values` or `a connection`; empty while it waits for nothing."""
    may_have_written: bool = False
    """Whether the statement that runs is one that writes."""
    auto_commit: bool = True
    isolation: Isolation = ""
    read_only: bool = False
    connection_read_only: bool = False
    """Whether every tab of the connection is so, for its profile says it."""
    answered: int = 0
    """How many runs have shown their first page, their end or their error."""
    connected: bool = False
    unknown_transaction: str = ""
    """The id of the transaction whose outcome is unknown, until the server was asked; empty where there is none."""
    backend_pid: int | None = None

    @property
    def is_busy(self) -> bool:
        """Whether a run is under way."""
        return self.phase is not Phase.IDLE

    @property
    def read_only_by(self) -> ReadOnlyBy:
        """Who asked for them, if anybody did."""
        return "connection" if self.connection_read_only else "tab" if self.read_only else ""

    @property
    def pinned(self) -> bool:
        """Whether the tab keeps its connection for state that would be lost with it."""
        return bool(self.pin_reasons)
