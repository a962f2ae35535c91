"""How many connections a server has room for, and what it says of ours, as values."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ServerCapacity:
    """Limits of connections and what is used of them; a limit of None is none."""

    max_connections: int
    reserved: int
    """Kept for superusers, and since PostgreSQL 16 for a role of its own."""
    used: int
    """Client connections of everybody."""
    used_by_us: int
    """Those that this console's connection has, the pool's and those beside it."""
    role: str
    role_limit: int | None
    role_used: int
    database: str
    database_limit: int | None
    database_used: int
    is_superuser: bool = False
    """Whether the reserved ones are ours to use."""

    @property
    def usable(self) -> int:
        """How many there may be at all for a role like ours."""
        return self.max_connections - (0 if self.is_superuser else self.reserved)

    @property
    def others(self) -> int:
        """What everybody else has."""
        return self.used - self.used_by_us


@dataclass(frozen=True, slots=True)
class BackendFacts:
    """One of our connections as pg_stat_activity has it."""

    state: str
    wait: str
    """What it waits for, as `Lock: transactionid`; empty where it does not wait."""
