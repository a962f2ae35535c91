"""The full-speed road: reads a query's rows as COPY text into a row store.

The driver calls us with each chunk, so nothing waits on the loop between chunks; holding a call back holds the server
back. Which statements go this road is decided by `query_runner.py`.
"""

import asyncio
import contextlib
import time
from collections.abc import AsyncGenerator, Callable
from dataclasses import dataclass, field

from pgconsole.core.demand import NOT_TO_THE_END, AtDemand, Demand
from pgconsole.core.errors import PgconsoleError
from pgconsole.core.row_store import RowStore, SpillError
from pgconsole.core.run_events import ReadingPaused, ResultEnded, RowsStored, RunEvent, StatementDone
from pgconsole.db.session import Session

WRAP_BEFORE = "COPY (\n"
_WRAP_AFTER = "\n) TO STDOUT"

_SMALL_CHUNK_BYTES = 128 << 10
_GATHER_S = 0.0005
"""A server sends 8 KiB at a time, and is slowed by waking who waits for each; a Unix socket holds 208 KiB, which it
fills in 1 ms. So what comes fast is let gather for half of that, our own work on it included, and none longer: a
million rows of 225 bytes took 1.4 s in 2,100 chunks, where psql needed 1.55 s. With a timer of the loop, whose shortest
is 1 ms, it was 1.65 s, and taken as they came 1.9 s in 22,000 chunks (2026-11, medians of 5, nothing painted)."""

_TELL_EVERY_S = 0.008
"""Nobody sees rows counted oftener, and telling of each chunk takes a tenth of the time."""


def wrapped(query: str) -> str:
    """The COPY that returns a query's rows; error positions shift by `WRAP_BEFORE`."""
    return f"{WRAP_BEFORE}{query}{_WRAP_AFTER}"


@dataclass(slots=True)
class CopyLines:
    """Puts the lines of a COPY into a store of one column as they are, one a row."""

    store: RowStore
    _rest: bytearray = field(default_factory=bytearray)

    def append(self, chunk: bytes) -> None:
        """Add the lines that end in `chunk`."""
        self._rest.extend(chunk)
        whole = self._rest.rfind(b"\n") + 1
        if whole:
            self._add(bytes(self._rest[: whole - 1]))
            del self._rest[:whole]

    def finish(self) -> None:
        """Add a last line that has no newline, as COPY in binary format may end with."""
        if self._rest:
            self._add(bytes(self._rest))
            self._rest.clear()

    def _add(self, lines: bytes) -> None:
        text = lines.decode("utf-8", "backslashreplace").replace("\0", "\\x00")
        self.store.append_rows([(line,) for line in text.split("\n")])


@dataclass(slots=True)
class CopyReader:
    """One COPY ... TO STDOUT, from its start to its end; iterate `events` to follow it."""

    session: Session
    statement: str
    store: RowStore
    demand: Demand
    at_demand: AtDemand
    append: Callable[[bytes], None]
    """Puts a chunk into the store, cut anywhere; raises `SpillError` where there is no room."""
    finish: Callable[[], None]
    """Called once after the last chunk."""
    verb: str = "SELECT"
    """What the tag begins with."""
    _news: asyncio.Event = field(default_factory=asyncio.Event)
    _paused: bool = False
    _dropping: bool = False
    _taken_s: float = 0.0
    """When the last chunk was done with, by the performance counter."""
    _failure: SpillError | None = None
    _cancelling: asyncio.Task[None] | None = None

    async def events(self) -> AsyncGenerator[RunEvent]:
        """Tell of rows as they are stored; closing this generator cancels the COPY on the server."""
        copying = asyncio.get_running_loop().create_task(
            self.session.copy_out(self.statement, self._take), name="copy out"
        )
        copying.add_done_callback(lambda _task: self._news.set())
        try:
            while not copying.done():
                await self._news.wait()
                self._news.clear()
                if not copying.done() or copying.exception() is None:
                    yield RowsStored()
                if self._paused:
                    yield ReadingPaused()
                await asyncio.wait({copying}, timeout=_TELL_EVERY_S)
            if self._dropping:
                with contextlib.suppress(PgconsoleError):
                    await copying
                yield ResultEnded(str(self._failure) if self._failure else NOT_TO_THE_END)
            else:
                tag = await copying
                yield ResultEnded(self._finish() or self._lost(tag))
                yield StatementDone(f"{self.verb} {tag.split()[-1]}")
        finally:
            await self._stop(copying)

    async def _take(self, chunk: bytes) -> None:
        """Store a chunk; returns once the next one is wanted."""
        if self._dropping:
            return
        try:
            self.append(chunk)
        except SpillError as error:
            self._failure = error
            self._drop_the_rest()
            return
        while self.at_demand is not AtDemand.GO_ON and self._is_enough():
            if self.at_demand is AtDemand.STOP:
                self._drop_the_rest()
                return
            self._paused = True
            self._news.set()
            self.session.clock.hold()
            await self.demand.changed()
            self.session.clock.resume()
            self._paused = False
            if self.demand.is_stopped:
                self._drop_the_rest()
                return
        self._news.set()
        self._let_gather(len(chunk))

    def _let_gather(self, size_bytes: int) -> None:
        """Hold the loop for a moment too short to be felt, so that the next chunk is a larger one."""
        spare_s = _GATHER_S - (time.perf_counter() - self._taken_s)
        if size_bytes < _SMALL_CHUNK_BYTES and spare_s > 0:
            time.sleep(spare_s)
        self._taken_s = time.perf_counter()

    def _is_enough(self) -> bool:
        return self.demand.is_met(self.store.row_count, self.store.memory_bytes + self.store.spilled_bytes)

    def _finish(self) -> str:
        """Put the last rows into the store; why there is no room for them, or an empty string."""
        try:
            self.finish()
        except SpillError as error:
            return str(error)
        return ""

    def _lost(self, tag: str) -> str:
        """Why rows that the server has sent are not there; of a COPY that was typed, lines are no rows.

        asyncpg 0.32 forgets what it has read of a COPY where a changed setting follows, and of that tells nobody.
        """
        missing = int(tag.split()[-1]) - self.store.row_count if self.verb == "SELECT" else 0
        if not missing:
            return ""
        return (
            f"{missing:,} rows were lost on the way, because changes of settings came among them;"
            ' switch on "Always read through a cursor" in the settings and run it again to have them all'
        )

    def _drop_the_rest(self) -> None:
        """Cancel on the server; what it has sent until then is read and dropped, so the session lives on.

        In the user's transaction, which a cancel would fail, everything is read and dropped.
        """
        self._dropping = True
        if self.session.in_transaction_block:
            return
        self._cancelling = asyncio.get_running_loop().create_task(self.session.cancel(), name="stop copy")

    async def _stop(self, copying: asyncio.Task[str]) -> None:
        """End what still runs; who is cancelled meanwhile waits for it all the same, for the session is next's."""
        ending = asyncio.get_running_loop().create_task(self._end(copying), name="end copy")
        try:
            await asyncio.shield(ending)
        except asyncio.CancelledError:
            await asyncio.wait({ending})
            raise

    async def _end(self, copying: asyncio.Task[str]) -> None:
        if not copying.done():
            self._dropping = True
            self.demand.stop()
            await self.session.cancel()
        await asyncio.wait({copying})
        if not copying.cancelled():
            copying.exception()
        if self._cancelling is not None:
            await self._cancelling
