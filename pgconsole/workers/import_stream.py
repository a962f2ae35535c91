"""Reads an import's sources and hands on batches of pieces, in the order of the records.

Reading, and whatever unpacks or decodes, happens in a thread; cutting happens on the loop, a stretch of a quarter of a
MiB (1 ms) at a time, for a busy thread would keep the loop from feeding the server (its socket holds 3 ms of work).
"""

import asyncio
import contextlib
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Iterator
from contextlib import aclosing, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

from pgconsole.core.errors import FileError
from pgconsole.core.import_account import OddThing
from pgconsole.core.import_plan import ImportPlan, RecordRange, SourceFile
from pgconsole.core.import_rows import RowProblem
from pgconsole.formats.copy_pieces import CopyPiece, PieceMaker
from pgconsole.formats.csv_cutter import STRETCH_BYTES, CsvCutter, RawRecord, Stretch
from pgconsole.formats.utf8_stream import Utf8Stream
from pgconsole.workers.import_source import OpenedSource, SourceOpener

BATCH_BYTES = 1 << 22
"""Of a whole batch; the first ones are less, so that the server gets something to do 20 ms earlier."""
_BATCH_RECORDS = 1 << 16
"""Of a whole batch, but for the rest of its last stretch: what is told of rejected records is kept until its end."""
_READ_BYTES = 1 << 20
_TURNS = 3
"""How often the loop goes round between two stretches. From a refused record to the next attempt it is ten times where
the order is kept, in each of which the server would wait for a stretch: 10,000 bad in a million took 14.9 s with one,
13.9 s with three, 13.1 s with eight, which a clean file has to pay for."""
_T = TypeVar("_T")


@dataclass(slots=True)
class Batch:
    """Records `first` to `last` of the sources, to be loaded together."""

    first: int
    last: int
    source: SourceFile
    pieces: list[CopyPiece] = field(default_factory=list)
    problems: list[tuple[RawRecord, RowProblem]] = field(default_factory=list)
    skipped: int = 0
    """Records that an earlier run was done with."""
    bytes_read: int = 0
    """Of all sources on the disk, at the end of this batch."""


class ImportStream:
    """Reads the sources of one plan once."""

    def __init__(self, plan: ImportPlan, maker: PieceMaker, opener: SourceOpener) -> None:
        self._plan = plan
        self._maker = maker
        self._opener = opener
        self._bytes_before = 0
        self.records = 0
        """How many records were cut so far."""
        self.bytes_read = 0
        """Of all sources, as they lie on the disk."""
        self.bytes_total: int | None = 0
        self.head = b""
        """What the first source has before its first record."""
        self.oddities: list[OddThing] = []

    async def batches(self) -> AsyncGenerator[Batch]:
        """Every record of every source; raises `FileError`."""
        self.bytes_total = None
        for source in self._plan.sources:
            async with self._opened(source) as opened, aclosing(self._batches_of(source, opened)) as batches:
                if len(self._plan.sources) == 1:
                    self.bytes_total = opened.size_bytes
                elif self.bytes_total is None and opened.size_bytes is not None:
                    self.bytes_total = await _in_thread(source, self._size_of_all)
                async for batch in batches:
                    yield batch
                self._bytes_before += await _in_thread(source, opened.position_bytes)

    def _size_of_all(self) -> int:
        return sum(Path(source.path).stat().st_size for source in self._plan.sources)

    @asynccontextmanager
    async def _opened(self, source: SourceFile) -> AsyncIterator[OpenedSource]:
        # A caller that is cancelled meanwhile never sees what was opened.
        opened: list[OpenedSource] = []
        try:
            await _in_thread(source, lambda: opened.append(self._opener(source)))
            yield opened[0]
        finally:
            for each in opened:
                await _in_thread(source, each.close)

    async def _batches_of(self, source: SourceFile, opened: OpenedSource) -> AsyncGenerator[Batch]:
        cutter = CsvCutter(
            self._plan.dialect,
            len(self._plan.source_columns),
            first_number=self.records + 1,
        )
        decoder = Utf8Stream(self._plan.dialect.encoding)
        batch = self._new_batch(cutter, source)
        size, enough = 0, STRETCH_BYTES if self.records == 0 else BATCH_BYTES
        reading = asyncio.ensure_future(_in_thread(source, lambda: _read(opened, decoder)))
        try:
            while True:
                data, position, is_end = await reading
                if not is_end:
                    reading = asyncio.ensure_future(_in_thread(source, lambda: _read(opened, decoder)))
                for stretch in _stretches(cutter, data, is_end):
                    size += self._add(batch, stretch)
                    batch.bytes_read = self._bytes_before + position
                    if size >= enough or cutter.number - batch.first >= _BATCH_RECORDS:
                        yield self._finished(batch, cutter)
                        batch, size = self._new_batch(cutter, source), 0
                        enough = min(2 * enough, BATCH_BYTES)
                    await _turns_of_others()
                if is_end:
                    break
        finally:
            await asyncio.wait({reading})
            if not reading.cancelled():
                reading.exception()
        batch.bytes_read = self.bytes_read = self._bytes_before + position
        if cutter.number > batch.first:
            yield self._finished(batch, cutter)
        self.oddities += cutter.oddities.values()
        self.head = self.head or cutter.head

    def _new_batch(self, cutter: CsvCutter, source: SourceFile) -> Batch:
        return Batch(cutter.number, cutter.number - 1, source)

    def _finished(self, batch: Batch, cutter: CsvCutter) -> Batch:
        self.head = self.head or cutter.head
        batch.last = cutter.number - 1
        self.records = batch.last
        return batch

    def _add(self, batch: Batch, stretch: Stretch) -> int:
        """Put a stretch into the batch, but for what an earlier run was done with; its size."""
        last = stretch.number + stretch.count - 1
        done = [span for span in self._plan.already_loaded if span.first <= last and stretch.number <= span.last]
        made = self._maker.make(stretch)
        if done and made.piece is not None and not made.piece.is_exact:
            made = self._maker.in_text(made.piece)
        pieces = [made.piece] if made.piece is not None else []
        if done:
            pieces = [part for piece in pieces for part in _outside(piece, done)]
            made.problems = [each for each in made.problems if not _is_done(each[0].number, done)]
            batch.skipped += stretch.count - sum(piece.count for piece in pieces) - len(made.problems)
        batch.pieces += pieces
        batch.problems += made.problems
        return sum(piece.size_bytes for piece in pieces)


async def _turns_of_others() -> None:
    for _turn in range(_TURNS):
        await asyncio.sleep(0)


def _stretches(cutter: CsvCutter, data: bytes, is_end: bool) -> Iterator[Stretch]:
    yield from cutter.feed(data)
    if is_end:
        yield from cutter.finish()


def _read(opened: OpenedSource, decoder: Utf8Stream) -> tuple[bytes, int, bool]:
    """The next bytes in UTF-8, how much of the file is read, and whether that was all."""
    data = opened.read(_READ_BYTES)
    return decoder.feed(data, final=not data), opened.position_bytes(), not data


def _outside(piece: CopyPiece, done: list[RecordRange]) -> Iterator[CopyPiece]:
    """The parts of a piece that no earlier run was done with."""
    start = 0
    for index in range(piece.count + 1):
        if index == piece.count or _is_done(piece.record(index).number, done):
            if index > start:
                yield piece.part(start, index)
            start = index + 1


def _is_done(number: int, done: list[RecordRange]) -> bool:
    return any(span.first <= number <= span.last for span in done)


async def _in_thread(source: SourceFile, work: Callable[[], _T]) -> _T:
    """What `work` returns in a thread, its failures told as the file's; a cancelled caller waits for its end."""
    task = asyncio.ensure_future(asyncio.to_thread(work))
    try:
        return await asyncio.shield(task)
    except asyncio.CancelledError:
        await asyncio.wait({task})
        with contextlib.suppress(Exception):
            task.exception()
        raise
    except (OSError, EOFError, ValueError) as error:
        name = Path(source.path).name
        raise FileError(f"{name} could not be read to its end.", str(error) or type(error).__name__) from error
