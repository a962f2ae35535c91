"""What happens while one statement runs, in the order in which the query runner tells it."""

from dataclasses import dataclass

from pgconsole.core.columns import Column
from pgconsole.core.row_store import RowStore
from pgconsole.core.run_state import Road


@dataclass(frozen=True, slots=True)
class ResultOpened:
    """The statement returns rows; they will be found in `store`."""

    columns: tuple[Column, ...]
    store: RowStore
    road: Road
    estimated_rows: int | None = None


@dataclass(frozen=True, slots=True)
class RowsStored:
    """More rows are in the store."""


@dataclass(frozen=True, slots=True)
class ReadingPaused:
    """The demand is met and more rows can be asked for; the server holds a portal or a COPY open."""


@dataclass(frozen=True, slots=True)
class ResultEnded:
    """No more rows will come; `why_incomplete` is empty where the store has all of them."""

    why_incomplete: str = ""


@dataclass(frozen=True, slots=True)
class StatementDone:
    """The server has answered the statement whole."""

    tag: str


RunEvent = ResultOpened | RowsStored | ReadingPaused | ResultEnded | StatementDone
