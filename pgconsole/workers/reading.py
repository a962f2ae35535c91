"""One result that is being read: the generator that reads it, also while it is paused, and what became of it."""

import asyncio
import time
from collections.abc import AsyncGenerator, Callable
from dataclasses import dataclass, field

from pgconsole.core.demand import NOT_TO_THE_END, Demand
from pgconsole.core.errors import PgconsoleError, QueryCancelled
from pgconsole.core.messages import Message, tag_message
from pgconsole.core.result import Result
from pgconsole.core.run_events import ReadingPaused, ResultEnded, ResultOpened, RowsStored, RunEvent, StatementDone
from pgconsole.db.session import Session

LONGEST_STATEMENT_SHOWN = 500
ResultChanged = Callable[[Result], None]


@dataclass(slots=True)
class Reading:
    """Drives one statement's generator and keeps its `Result` true; `result` is None where no rows come."""

    events: AsyncGenerator[RunEvent]
    demand: Demand
    session: Session
    statement: str
    args: tuple[str | None, ...]
    number: int
    opened: ResultChanged
    changed: ResultChanged
    result: Result | None = None
    tag: str = ""
    is_paused: bool = False
    serial: int = 0
    """The session's transaction when reading paused: the portal ends with it."""
    started: float = field(default_factory=time.perf_counter)
    """Grows by the length of each pause: what nobody waited for is no part of the time that is told."""
    writes: bool = False
    """Whether the statement is one that writes."""
    _paused: float | None = None

    async def advance(self, should_stop: Callable[[], bool]) -> None:
        """Read until the statement ends or pauses.

        Raises what the run raises, and `QueryCancelled` where `should_stop` says so before the statement has ended.
        """
        self.is_paused = False
        if self._paused is not None:
            self.started += time.perf_counter() - self._paused
            self._paused = None
        self._show_portal(is_open=False)
        why = NOT_TO_THE_END
        try:
            async for event in self.events:
                self._take(event)
                if isinstance(event, ResultOpened):
                    await asyncio.sleep(0)  # what shows it is made; the window gets its turn before rows are
                if isinstance(event, ReadingPaused) and self._has_enough():
                    self.is_paused = True
                    self._paused = time.perf_counter()
                    self.serial = self.session.transaction_serial
                    self._show_portal(is_open=True)
                    return
                if should_stop() and not isinstance(event, StatementDone):
                    raise QueryCancelled("Cancelled while rows came; they are kept, and no more were asked for.")
        except QueryCancelled:
            why = "cancelled"
            raise
        except PgconsoleError as error:
            why = error.what
            raise
        finally:
            if not self.is_paused:
                await self._stop(why)

    async def close(self, why: str = NOT_TO_THE_END) -> None:
        """End a paused reading: its rows stay, its portal goes."""
        self.demand.stop()
        self.is_paused = False
        await self._stop(why)

    def tag_message(self) -> Message:
        """What Messages say of a statement that has ended."""
        statement = self.statement.strip()[:LONGEST_STATEMENT_SHOWN]
        return tag_message(self.tag, statement, self._elapsed_ms())

    async def _stop(self, why: str) -> None:
        """Let the generator go, which may still store what the server had sent, and close the books after it."""
        try:
            await self.events.aclose()
        finally:
            self._end(why)

    def _has_enough(self) -> bool:
        """Whether the pause holds: more may have been asked for since the reader decided on it."""
        store = self.result.store if self.result is not None else None
        return store is None or self.demand.is_met(store.row_count, store.memory_bytes + store.spilled_bytes)

    def _take(self, event: RunEvent) -> None:
        match event:
            case ResultOpened(columns, store, road, estimate):
                zone = self.session.parameter_status("TimeZone")
                self.result = Result(
                    self.number,
                    self.statement,
                    columns,
                    store,
                    road,
                    estimated_rows=estimate,
                    args=self.args,
                    time_zone=zone,
                )
                self.opened(self.result)
            case RowsStored():
                if self.result is not None:
                    if self.result.first_row_ms is None:
                        self.result.first_row_ms = self._elapsed_ms()
                    self.changed(self.result)
            case ResultEnded(why):
                if self.result is not None:
                    self.result.is_final = not why
                    self.result.stopped_because = why
            case StatementDone(tag):
                self.tag = tag
                if self.result is not None:
                    self.result.tag = tag
                    self.result.is_final = not self.result.stopped_because

    def _show_portal(self, *, is_open: bool) -> None:
        if self.result is not None:
            self.result.portal_open = is_open
            self.changed(self.result)

    def _end(self, why: str) -> None:
        """Close the books; `why` counts only where the result has not ended by itself."""
        result = self.result
        if result is None or (result.total_ms is not None and not result.portal_open):
            return
        result.portal_open = False
        if not result.is_final and not result.stopped_because:
            result.stopped_because = why
        result.server_wait_ms = self.session.clock.waited_s * 1000
        result.total_ms = self._elapsed_ms()
        self.changed(result)

    def _elapsed_ms(self) -> float:
        until = self._paused if self._paused is not None else time.perf_counter()
        return (until - self.started) * 1000
