"""A result as a tab shows it: columns, a row store that fills, and what is known of its end."""

from dataclasses import dataclass

from pgconsole.core.columns import Column
from pgconsole.core.row_store import RowStore
from pgconsole.core.run_state import Road


@dataclass(slots=True)
class Result:
    """One result of one statement; the query console changes it and tells the view that it did."""

    number: int
    """Counts from 1 within its run."""
    statement: str
    columns: tuple[Column, ...]
    store: RowStore
    road: Road = Road.PORTAL
    is_final: bool = False
    """Every row that the statement returned is in the store."""
    portal_open: bool = False
    """Reading is paused and more rows can be asked for."""
    stopped_because: str = ""
    """Why an unfinished result can't go on: cancelled, connection lost, disk budget; else empty."""
    estimated_rows: int | None = None
    """The planner's estimate of the row count."""
    counted_rows: int | None = None
    """How many rows the server counted when the user asked; the rows may have changed since."""
    args: tuple[str | None, ...] = ()
    """The values of the statement's parameters."""
    tag: str = ""
    """The server's command tag, as `SELECT 3` or `INSERT 0 2`."""
    server_wait_ms: float = 0.0
    """Time spent waiting for the server."""
    first_row_ms: float | None = None
    total_ms: float | None = None
    time_zone: str = ""

    @property
    def is_copy_output(self) -> bool:
        """Whether it holds the lines of a COPY ... TO STDOUT, which can be saved as they came."""
        return self.road is Road.LINES

    @property
    def row_count(self) -> int:
        """Rows in the store so far."""
        return self.store.row_count
