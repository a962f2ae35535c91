"""What a server counts, and the rates between two looks at its counters; rates are per second."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from pgconsole.core.backend import number_of


@dataclass(frozen=True, slots=True)
class ServerCounters:
    """One look at the server's counters."""

    values: Mapping[str, str]
    """By the names that the query `server_counters` gives them."""

    def number(self, name: str) -> float | None:
        """A counter or limit; None where the server does not tell."""
        return number_of(self.values.get(name))

    @property
    def clock(self) -> float:
        """The server's time of the look, in seconds since the epoch."""
        return self.number("clock") or 0.0

    @property
    def sees_all(self) -> bool:
        """Whether the role may see what others do."""
        return self.values.get("sees_all") == "true"

    @property
    def connections_used(self) -> int:
        """Connections to any database."""
        return int(self.number("numbackends") or 0)

    @property
    def connections_max(self) -> int:
        """How many there may be, those kept for superusers and for roles with the right to them included."""
        return int(self.number("max_connections") or 0)

    @property
    def connections_reserved(self) -> int:
        """How many are kept for superusers and such roles."""
        return int((self.number("superuser_reserved") or 0) + (self.number("role_reserved") or 0))


@dataclass(frozen=True, slots=True)
class ServerRates:
    """What happened between two looks, a second; None where a counter went back or is not told."""

    at: float
    """The server's time of the later look."""
    transactions: float | None = None
    rollbacks: float | None = None
    cache_hits: float | None = None
    """The share of blocks, from 0 to 1, that were found in the server's cache; None where none was asked for."""
    rows_read: float | None = None
    rows_written: float | None = None
    temp_files: float | None = None
    temp_bytes: float | None = None
    wal_bytes: float | None = None


def rates(before: ServerCounters, after: ServerCounters) -> ServerRates | None:
    """The rates between two looks; None where no time has passed."""
    seconds = after.clock - before.clock
    if seconds <= 0:
        return None

    def grown(*names: str) -> float | None:
        total = 0.0
        for name in names:
            old, new = before.number(name), after.number(name)
            if old is None or new is None or new < old:
                return None
            total += new - old
        return total

    def rate(*names: str) -> float | None:
        growth = grown(*names)
        return None if growth is None else growth / seconds

    hit, read = grown("blks_hit"), grown("blks_read")
    return ServerRates(
        at=after.clock,
        transactions=rate("xact_commit", "xact_rollback"),
        rollbacks=rate("xact_rollback"),
        cache_hits=hit / (hit + read) if hit is not None and read is not None and hit + read else None,
        rows_read=rate("tup_fetched"),
        rows_written=rate("tup_inserted", "tup_updated", "tup_deleted"),
        temp_files=rate("temp_files"),
        temp_bytes=rate("temp_bytes"),
        wal_bytes=rate("wal_bytes"),
    )


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a long command is; `done` and `total` are None where the role may not see them."""

    pid: int
    command: str
    phase: str
    relation: str
    done: int | None
    total: int | None
    unit: str
    """Blocks, rows or bytes."""

    @property
    def share(self) -> float | None:
        """From 0 to 1; None where the server does not know the whole."""
        if self.done is None or not self.total:
            return None
        return min(1.0, self.done / self.total)


@dataclass(frozen=True, slots=True)
class Replica:
    """Somebody who takes the server's WAL."""

    pid: int
    name: str
    client: str
    state: str
    sync_state: str
    lag_bytes: float | None
    lag_s: float | None


@dataclass(frozen=True, slots=True)
class TopStatement:
    """A statement in pg_stat_statements; times in milliseconds."""

    query: str
    calls: int
    total_ms: float
    mean_ms: float
    rows: int
    blocks_hit: int
    blocks_read: int
    database: str
    user: str


def counters_of(rows: Sequence[Sequence[str | None]]) -> ServerCounters:
    """The counters in the rows of the query `server_counters`."""
    return ServerCounters({str(name): str(value) for name, value in rows})


def progress_of(row: Sequence[str | None]) -> Progress:
    """The command in a row of the query `progress`."""
    pid, command, phase, relation, done, total, unit = row
    return Progress(int(str(pid)), command or "", phase or "", relation or "", _whole(done), _whole(total), unit or "")


def replica_of(row: Sequence[str | None]) -> Replica:
    """The replica in a row of the query `replication`."""
    pid, name, client, state, sync_state, lag_bytes, lag_s = row
    return Replica(
        int(str(pid)), name or "", client or "", state or "", sync_state or "", number_of(lag_bytes), number_of(lag_s)
    )


def top_statement_of(row: Sequence[str | None]) -> TopStatement:
    """The statement in a row of the query `top_statements`."""
    query, calls, total_ms, mean_ms, rows, hit, read, database, user = row
    return TopStatement(
        query=query or "",
        calls=_whole(calls) or 0,
        total_ms=number_of(total_ms) or 0.0,
        mean_ms=number_of(mean_ms) or 0.0,
        rows=_whole(rows) or 0,
        blocks_hit=_whole(hit) or 0,
        blocks_read=_whole(read) or 0,
        database=database or "",
        user=user or "",
    )


def _whole(text: str | None) -> int | None:
    return None if text is None else int(float(text))
