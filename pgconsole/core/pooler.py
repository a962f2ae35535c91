"""What PgBouncer tells of itself, in its own words: the answers of its SHOW commands, and the numbers among them."""

import time
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final, Literal

PoolerView = Literal["POOLS", "STATS", "CLIENTS", "SERVERS"]
POOLER_VIEWS: Final[tuple[PoolerView, ...]] = ("POOLS", "STATS", "CLIENTS", "SERVERS")
_CONSOLE: Final = "pgbouncer"
"""The name of its own database, whose pool serves the console alone."""


@dataclass(frozen=True, slots=True)
class PoolerTable:
    """The answer to one SHOW command; which columns there are depends on PgBouncer's version."""

    columns: tuple[str, ...] = ()
    rows: tuple[tuple[str | None, ...], ...] = ()

    def numbers(self, column: str) -> Iterable[float]:
        """A column's values but for the console's own pool; none where there is no such column."""
        if column not in self.columns:
            return ()
        at = self.columns.index(column)
        database = self.columns.index("database") if "database" in self.columns else None
        return [float(row[at] or 0) for row in self.rows if database is None or row[database] != _CONSOLE]


@dataclass(frozen=True, slots=True)
class PoolerSample:
    """One look at a PgBouncer."""

    tables: dict[PoolerView, PoolerTable]
    clock: float = field(default_factory=time.time)

    def total(self, view: PoolerView, column: str) -> float | None:
        """The sum over all pools; None where this PgBouncer does not tell."""
        table = self.tables.get(view, PoolerTable())
        return sum(table.numbers(column)) if column in table.columns else None

    @property
    def longest_wait_s(self) -> float:
        """How long the client has waited that waits longest for a server connection now."""
        pools = self.tables.get("POOLS", PoolerTable())
        waits = zip(pools.numbers("maxwait"), pools.numbers("maxwait_us"), strict=False)
        return max((seconds + micros / 1e6 for seconds, micros in waits), default=0.0)
