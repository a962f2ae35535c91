"""What is told of one connection of a pool, and of what happened to connections, as values."""

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, Literal

SessionPhase = Literal["idle", "running", "in transaction", "failed transaction", "kept", "lost"]
"""`kept`: lent, and neither running nor in a transaction; what its borrower holds it for is in `kept_for`."""

EventKind = Literal["opened", "lost", "recycled", "open failed", "reset failed", "not answering", "limits", "note"]

_EVENTS_KEPT: Final = 1_000

BAD_EVENTS: Final[frozenset[EventKind]] = frozenset({"lost", "open failed", "reset failed", "not answering"})
"""Those that nobody asked for."""


@dataclass(frozen=True, slots=True)
class SessionFacts:
    """One connection as its pool knows it; moments are seconds since the epoch."""

    pid: int
    owner: str
    """Who has it; empty where nobody does."""
    phase: SessionPhase
    opened_at: float
    since: float
    """Since when it is lent, or idle."""
    served: int
    """Statements run on it, those of the console's own included."""
    last_query: str = ""
    last_error: str = ""
    transaction_since: float | None = None
    """Since when a transaction block is open, be it the user's or one that a paused result needs."""
    quiet_since: float | None = None
    """Since when nothing runs on it; None while something does."""
    tls: str = ""
    """As `TLSv1.3`; empty where it is not encrypted."""
    kept_for: tuple[str, ...] = ()
    """What would be lost if it were given back."""
    is_expired: bool = False
    """It is closed as soon as it comes back."""
    last_owner: str = ""
    """Whose session it was; while that one can have it back, it is his again."""


@dataclass(frozen=True, slots=True)
class Waiter:
    """A request that waits for a connection."""

    owner: str
    since: float


@dataclass(frozen=True, slots=True)
class PoolEvent:
    """Something that happened to a connection, and why."""

    number: int
    """Counts from 1, so that who looks again knows what is new."""
    at: float
    kind: EventKind
    pid: int | None
    owner: str
    reason: str
    """Who closed it and why, in words."""
    sqlstate: str = ""
    message: str = ""
    """The server's own words."""

    @property
    def is_bad(self) -> bool:
        """Whether it is one that nobody asked for."""
        return self.kind in BAD_EVENTS


class EventLog:
    """The newest thousand events of a pool."""

    def __init__(self) -> None:
        self._events: deque[PoolEvent] = deque(maxlen=_EVENTS_KEPT)
        self.count = 0
        """How many there have been."""

    def __iter__(self) -> Iterator[PoolEvent]:
        return iter(self._events)

    def __len__(self) -> int:
        return len(self._events)

    def add(
        self,
        at: float,
        kind: EventKind,
        pid: int | None,
        owner: str,
        reason: str,
        *,
        sqlstate: str = "",
        message: str = "",
    ) -> None:
        """Record one."""
        self.count += 1
        self._events.append(PoolEvent(self.count, at, kind, pid, owner, reason, sqlstate, message))
