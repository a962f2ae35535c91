"""The cursor road: reads a statement's rows page by page through a portal into a row store.

Owns page sizes, pausing and the transaction block around a portal in auto-commit; which statements go this road is
decided by `query_runner.py`.
"""

import asyncio
import itertools
import time
from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing
from dataclasses import dataclass, replace

from pgconsole.core.demand import NOT_TO_THE_END, AtDemand, Demand
from pgconsole.core.errors import PgconsoleError
from pgconsole.core.row_store import RowStore, SpillError
from pgconsole.core.run_events import ReadingPaused, ResultEnded, RowsStored, RunEvent, StatementDone
from pgconsole.db.session import Session
from pgconsole.db.text_connection import Page, PreparedText

FIRST_PAGE_ROWS = 100
"""Enough to fill a screen; the server can stop early for it."""
_FEW_ROWS = 4
"""The first page where a value may be long: 100 rows of 9 MB took 900 MB of memory."""
_MOST_GROWTH = 32
"""How many times the rows of the page before: what is not seen yet may be longer."""

_MOST_PAGE_ROWS = 2_000
_MOST_PAGE_CELLS = 32_000
_MOST_PAGE_BYTES = 1 << 20
_SLICE_S = 0.003
_SLICE_ROWS = 256
_LARGE_ROW_BYTES = 16 << 10
_TURNS_UNTIL_SENT = 2
"""Turns of the loop until a task that asks for a page has sent its request: its own first step, and the session's."""

_portal_numbers = itertools.count(1)


@dataclass(slots=True)
class PortalReader:
    """One portal, from its opening to its end; iterate `events` to make it read.

    In auto-commit the portal gets a block of its own, which ends in COMMIT also where reading stopped early, for a
    SELECT may have written through a function: 5,000 such calls read 100 at a time and committed wrote 100 rows. So
    before it pauses, the server is asked whether the statement has written; then it is read to its end.
    """

    session: Session
    prepared: PreparedText
    args: Sequence[str | None]
    store: RowStore
    demand: Demand
    at_demand: AtDemand
    own_block: bool
    """No transaction of the user is open, so the portal needs a block of the console's own."""
    writes: bool = False
    _name: str = ""
    _stored_until_rows: int = 0
    _rows_read: int = 0
    _page_rows: int = 0
    """How many rows the newest page was asked for."""
    _overflow: str = ""
    """Why further rows are not kept."""
    _ahead: asyncio.Task[Page] | None = None
    """The page that is asked for while the one before it is stored."""

    async def events(self) -> AsyncGenerator[RunEvent]:
        """Read until the end or a pause, again and again; closing this generator closes the portal."""
        self._name = f"pgconsole_{next(_portal_numbers)}"
        if self.own_block:
            await self.session.begin_block()
        serial = self.session.transaction_serial
        try:
            async with aclosing(self._read()) as events:
                async for event in events:
                    yield event
            await self._end(serial, commit=True)
        except GeneratorExit:
            await self._end_quietly(serial, commit=await self._may_stand())
            raise
        except BaseException:
            await self._end_quietly(serial, commit=False)
            raise

    async def _read(self) -> AsyncGenerator[RunEvent]:
        is_short = all(column.is_short for column in self.prepared.columns)
        self._page_rows = FIRST_PAGE_ROWS if is_short else _FEW_ROWS
        page = await self.session.open_portal(self.prepared, self.args, self._name, self._page_rows)
        try:
            while True:
                self._rows_read += len(page.rows)
                await self._ask_ahead(page)
                if not self._overflow:
                    await self._store(page)
                page = replace(page, rows=())  # it may be large, and a pause may be long
                yield RowsStored()
                if page.exhausted:
                    yield ResultEnded(self._overflow)
                    yield StatementDone(self._whole_tag(page.tag))
                    break
                following = await self._page_ahead() if self._overflow or self._has_met_demand() else None
                if self._overflow and not await self._must_go_on():
                    yield ResultEnded(self._overflow)
                    break
                if await self._is_enough():
                    if self.at_demand is AtDemand.WAIT:
                        yield ReadingPaused()
                        await self.demand.changed()
                    if self.at_demand is AtDemand.STOP or self.demand.is_stopped:
                        yield ResultEnded(NOT_TO_THE_END)
                        break
                page = following or await self._page_ahead() or await self._ask()
        finally:
            await self._drop_page_ahead()

    async def _ask(self) -> Page:
        self._page_rows = self._next_page_rows()
        return await self.session.read_portal(self.prepared, self._name, self._page_rows)

    async def _ask_ahead(self, page: Page) -> None:
        """Have the server make the next page while this one is stored, unless this one may be the last for now.

        Server and console then work at the same time, which takes a quarter off a million rows of 16 columns. Of the
        first page nothing is known of the rows' size yet.
        """
        rows = len(page.rows)
        meets = self._has_met_demand(rows, rows * self._row_bytes()) and self.at_demand is not AtDemand.GO_ON
        if page.exhausted or self._overflow or meets or not self._stored_until_rows:
            return
        self._ahead = asyncio.get_running_loop().create_task(self._ask(), name="page ahead")
        for _ in range(_TURNS_UNTIL_SENT):
            await asyncio.sleep(0)

    async def _page_ahead(self) -> Page | None:
        """The page that was asked for ahead, None where none was; raises what asking for it raised."""
        if self._ahead is None:
            return None
        await asyncio.wait({self._ahead})
        ahead, self._ahead = self._ahead, None
        return ahead.result()

    async def _drop_page_ahead(self) -> None:
        ahead, self._ahead = self._ahead, None
        if ahead is not None:
            ahead.cancel()
            await asyncio.gather(ahead, return_exceptions=True)

    async def _is_enough(self) -> bool:
        return not self._overflow and self._has_met_demand() and not await self._must_go_on()

    def _has_met_demand(self, more_rows: int = 0, more_bytes: int = 0) -> bool:
        """Whether what is stored, and so many rows and bytes more, is as much as is wanted for now."""
        store = self.store
        return self.demand.is_met(store.row_count + more_rows, store.memory_bytes + store.spilled_bytes + more_bytes)

    async def _must_go_on(self) -> bool:
        """Whether the statement writes, and so is read to its end: the server is asked where the text does not tell."""
        if self.own_block and self.at_demand is not AtDemand.GO_ON:
            rows = await self.session.fetch("SELECT pg_catalog.pg_current_xact_id_if_assigned()")
            if rows[0][0] is not None:
                self.writes, self.at_demand = True, AtDemand.GO_ON
        return self.at_demand is AtDemand.GO_ON

    async def _store(self, page: Page) -> None:
        """Pack a page in slices short enough for the window to stay live; what finds no room is dropped, and said."""
        rows = page.rows
        size = _SLICE_ROWS if self._row_bytes() < _LARGE_ROW_BYTES and self._stored_until_rows else 16
        for start in range(0, len(rows), size):
            began = time.perf_counter()
            try:
                self.store.append_rows(rows[start : start + size] if len(rows) > size else rows)
            except SpillError as error:
                self._overflow = str(error)
                return
            if time.perf_counter() - began > _SLICE_S:
                await asyncio.sleep(0)
        self._stored_until_rows = self.store.row_count

    def _row_bytes(self) -> int:
        stored = self.store.memory_bytes + self.store.spilled_bytes
        return stored // max(1, self.store.row_count)

    def _next_page_rows(self) -> int:
        """As many rows as about 4 ms of work: at most 2,000, 1 MiB, or 200 of a hundred columns and more.

        Rows that are not seen yet may be longer than those that are, so that pages grow by and by.
        """
        by_cells = _MOST_PAGE_CELLS // max(1, self.store.column_count)
        by_bytes = _MOST_PAGE_BYTES // max(1, self._row_bytes())
        return max(1, min(_MOST_PAGE_ROWS, by_cells, by_bytes, self._page_rows * _MOST_GROWTH))

    def _whole_tag(self, tag: str) -> str:
        """The tag with the count of all pages: the server's counts the last page only, also with RETURNING."""
        *words, count = tag.split()
        return " ".join((*words, str(self._rows_read))) if count.isdecimal() else tag

    async def _end(self, serial: int, *, commit: bool) -> None:
        if not self.own_block:
            if self._is_alive(serial):
                await self.session.close_portal(self._name)
            return
        await self.session.end_block(commit=commit, wrote=self.writes)

    async def _may_stand(self) -> bool:
        """Whether what a statement closed early has done can be committed: of one that writes it would be a part."""
        if self.session.in_failed_block:
            return False
        try:
            return not await self._must_go_on()
        except PgconsoleError:
            return False

    async def _end_quietly(self, serial: int, *, commit: bool) -> None:
        """End the block after an error or an early close, whose own failure is the one to tell."""
        try:
            await self._end(serial, commit=commit)
        except PgconsoleError:
            if not self.session.is_lost:
                self.session.terminate()

    def _is_alive(self, serial: int) -> bool:
        same_block = self.session.transaction_serial == serial and self.session.in_transaction_block
        return same_block and not self.session.in_failed_block
