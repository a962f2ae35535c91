"""A server process as pg_stat_activity tells of it, as a value; times are the server's, in seconds since the epoch."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

CLIENT_KIND: Final = "client backend"
IDLE_IN_TRANSACTION: Final = ("idle in transaction", "idle in transaction (aborted)")
QUERY_CHARACTERS: Final = 1000
"""How much of each statement a look reads."""
_HIDDEN_QUERY: Final = "<insufficient privilege>"


@dataclass(frozen=True, slots=True)
class BackendKey:
    """Tells a process from a later one that was given the same number."""

    pid: int
    started: str
    """When it began, in the server's own digits; empty where the role may not see it."""


@dataclass(frozen=True, slots=True)
class Backend:
    """One row of pg_stat_activity; an empty text or None where the server has nothing, or hides it."""

    key: BackendKey
    database: str
    user: str
    application: str
    client: str
    """The client's address; empty for a Unix socket."""
    kind: str
    """As `client backend` or `walwriter`."""
    state: str
    wait_type: str
    wait_event: str
    transaction_start: float | None
    query_start: float | None
    state_change: float | None
    query: str
    """The first `QUERY_CHARACTERS` of the statement that runs, or ran last."""
    is_hidden: bool
    """Whether the role may not see what it does."""

    @property
    def pid(self) -> int:
        """Its process id."""
        return self.key.pid

    @property
    def start(self) -> float | None:
        """When it began."""
        return float(self.key.started) if self.key.started else None

    @property
    def is_client(self) -> bool:
        """Whether it serves a connection; one that is hidden and has a user does."""
        return self.kind == CLIENT_KIND or (self.is_hidden and bool(self.user))

    @property
    def is_idle_in_transaction(self) -> bool:
        """Whether it does nothing while its transaction holds what it holds."""
        return self.state in IDLE_IN_TRANSACTION

    @property
    def wait(self) -> str:
        """What it waits for, as `Lock: transactionid`; empty where it does not wait, or is merely idle."""
        if not self.wait_type or (self.wait_event == "ClientRead" and self.state != "active"):
            return ""
        return f"{self.wait_type}: {self.wait_event}"

    @property
    def is_query_cut(self) -> bool:
        """Whether there may be more of the statement."""
        return len(self.query) >= QUERY_CHARACTERS

    @property
    def query_since(self) -> float | None:
        """Since when its statement runs; None while none does."""
        return self.query_start if self.state == "active" else None


def backend_of(row: Sequence[str | None]) -> Backend:
    """The process in a row of the query `activity`."""
    pid, started, database, user, application, client, kind, state, wait_type, wait_event, *rest = row
    transaction_start, query_start, state_change, query = rest
    is_hidden = query == _HIDDEN_QUERY
    return Backend(
        key=BackendKey(int(str(pid)), started or ""),
        database=database or "",
        user=user or "",
        application=application or "",
        client=client or "",
        kind=kind or "",
        state=state or "",
        wait_type=wait_type or "",
        wait_event=wait_event or "",
        transaction_start=number_of(transaction_start),
        query_start=number_of(query_start),
        state_change=number_of(state_change),
        query="" if is_hidden else query or "",
        is_hidden=is_hidden,
    )


def number_of(text: str | None) -> float | None:
    """A number in the server's text; None for NULL."""
    return None if text is None else float(text)
