"""Runs an import plan: yields how far it has come, and at the end its account.

Owns the transactions, the sessions and the count; `import_stream.py` reads, `copy_sender.py` loads and finds bad
records. Every record that is read is loaded, rejected or skipped, and COPY's own counts must say the same.
"""

import asyncio
import time
from collections.abc import AsyncGenerator, Coroutine
from contextlib import aclosing
from typing import Any

from pgconsole.core.errors import ConnectionLost, FileError, OutcomeUnknown, PgconsoleError, QueryCancelled
from pgconsole.core.import_account import ImportAccount, ImportPhase, ImportProgress, Outcome, Reject
from pgconsole.core.import_plan import Commit, ImportPlan, OnBadRow
from pgconsole.core.import_rows import RowShaper
from pgconsole.db.session import Session
from pgconsole.formats.copy_pieces import PieceMaker
from pgconsole.formats.reject_file import RejectFile, WrittenRejects
from pgconsole.workers.copy_sender import CopySender, Loaded
from pgconsole.workers.import_outcome import Tally, TooManyRejects, account_of
from pgconsole.workers.import_source import SourceOpener, open_plain
from pgconsole.workers.import_stream import Batch, ImportStream
from pgconsole.workers.import_target import (
    SessionLender,
    TargetFacts,
    begin_transaction,
    drop_staging,
    make_target,
    was_committed,
)
from pgconsole.workers.refused_records import BadRecord

PROGRESS_S = 0.1
_BATCHES_AHEAD = 1

ImportEvent = ImportProgress | ImportAccount


class CsvImporter:
    """One run of one plan."""

    def __init__(self, plan: ImportPlan, lender: SessionLender, opener: SourceOpener = open_plain) -> None:
        self._plan = plan
        self._lender = lender
        self._opener = opener
        self._sessions: list[Session] = []
        self._tally = Tally(plan)
        self._rejects = RejectFile(plan)
        self._uncommitted: list[WrittenRejects] = []
        """Of batches that are not committed yet: who goes on later meets these records again."""
        self._queue: asyncio.Queue[Batch | None] = asyncio.Queue(_BATCHES_AHEAD)
        self._stream: ImportStream | None = None
        self._facts = TargetFacts({}, frozenset(), frozenset(), False, True)
        self._maker: PieceMaker | None = None
        self._is_made = asyncio.Event()
        """Set once the table is committed, with the first batch: before, no other session sees it."""
        self._is_cancelled = False
        self._phase = ImportPhase.PREPARING
        self._began = time.monotonic()
        self._reading: asyncio.Task[None] | None = None

    async def run(self) -> AsyncGenerator[ImportEvent]:
        """Import; the last value is the account, whatever happened. A caller that goes away leaves nothing open."""
        self._began = time.monotonic()
        failure: BaseException | None = None
        work = asyncio.get_running_loop().create_task(self._import(), name="import")
        try:
            while not work.done():
                yield self._tally.told(self.progress)
                await asyncio.wait({work}, timeout=PROGRESS_S)
            failure = work.exception() if not work.cancelled() else asyncio.CancelledError()
            failure = await self._settle(failure)
        finally:
            if not work.done():
                work.cancel()
                await asyncio.wait({work})
            await self._close()
        if failure is not None and not isinstance(failure, PgconsoleError | BadRecord | TooManyRejects):
            raise failure
        yield self._account(failure)

    @property
    def progress(self) -> ImportProgress:
        """How far it has come."""
        return self._tally.progress(self._phase, self._stream, time.monotonic() - self._began)

    async def cancel(self) -> None:
        """Stop as soon as the server has confirmed it; the account tells what is in the table."""
        self._is_cancelled = True
        if self._reading is not None:
            self._reading.cancel()
        await asyncio.gather(*(session.cancel() for session in self._sessions))

    # The work

    async def _import(self) -> None:
        session = await self._open()
        self._facts = await make_target(session, self._plan)
        shaper = RowShaper(self._plan, self._facts.numeric, self._facts.never_empty)
        self._maker = PieceMaker(self._plan.dialect, shaper)
        self._stream = ImportStream(self._plan, self._maker, self._opener)
        sender = self._sender(session)
        self._tally.copy_statement = sender.copy_statement()
        self._phase = ImportPhase.LOADING
        loading = [self._load(session, sender)]
        for _ in range(self._plan.connections - 1):
            other = await self._open()
            loading.append(self._load_once_made(other, self._sender(other)))
        await _all_or_first_failure(self._read(), *loading)
        self._refuse_cancelled()
        self._phase = ImportPhase.FINISHING
        await self._finish(session)

    def _sender(self, session: Session) -> CopySender:
        assert self._maker is not None
        stops = self._plan.on_bad_row is OnBadRow.STOP
        return CopySender(session, self._plan, self._maker, self._facts, stops)

    async def _read(self) -> None:
        assert self._stream is not None
        self._reading = asyncio.current_task()
        try:
            async with aclosing(self._stream.batches()) as batches:
                async for batch in batches:
                    await self._queue.put(batch)
        except asyncio.CancelledError:
            self._refuse_cancelled()
            raise
        for _ in range(self._plan.connections):
            await self._queue.put(None)

    async def _load_once_made(self, session: Session, sender: CopySender) -> None:
        await self._is_made.wait()
        await self._load(session, sender)

    async def _load(self, session: Session, sender: CopySender) -> None:
        is_by_batch = self._plan.commit is Commit.BY_BATCH
        while (batch := await self._queue.get()) is not None:
            self._refuse_cancelled()
            if is_by_batch and not session.in_transaction_block:
                await begin_transaction(session, self._plan)
            self._tally.begin(batch)
            came = await sender.load(batch)
            self._tally.add(batch, came)
            written = self._write(came.rejects)
            if is_by_batch:
                await _undisturbed(self._commit_batch(session, batch, came, written))
                self._is_made.set()
            self._tally.refuse_too_many()
        if is_by_batch:
            if session.in_transaction_block:
                # A file without records: the table is made all the same.
                await session.end_block(commit=True)
                self._is_made.set()
            await drop_staging(session, self._plan)

    def _write(self, rejects: list[tuple[Reject, bytes]]) -> WrittenRejects | None:
        assert self._stream is not None
        self._rejects.head = self._stream.head
        written = self._rejects.write(rejects)
        if written is not None and self._plan.commit is Commit.BY_BATCH:
            self._uncommitted.append(written)
        return written

    async def _finish(self, session: Session) -> None:
        self._rejects.finish()
        if self._plan.commit is Commit.BY_BATCH:
            return
        if self._plan.dry_run:
            await session.end_block(commit=False)
            return
        await drop_staging(session, self._plan)
        await self._commit(session)
        self._tally.keep_all()

    async def _commit_batch(self, session: Session, batch: Batch, came: Loaded, written: WrittenRejects | None) -> None:
        try:
            await self._commit(session)
        except OutcomeUnknown as error:
            self._tally.doubt(batch, came, error.transaction_id)
            self._settled(written)
            raise
        self._tally.keep(batch, came)
        self._settled(written)

    def _settled(self, written: WrittenRejects | None) -> None:
        if written is not None:
            self._uncommitted.remove(written)

    async def _commit(self, session: Session) -> None:
        """Commit, and where the answer is lost ask the server on another session whether it was done."""
        number = str((await session.fetch("SELECT pg_catalog.pg_current_xact_id()"))[0][0])
        try:
            await session.end_block(commit=True)
        except OutcomeUnknown as error:
            committed = await was_committed(self._lender, number)
            self._tally.proof = _proof(number, committed)
            if committed is None:
                raise OutcomeUnknown(error.what, error.why, error.remedy, transaction_id=number) from error
            if not committed:
                raise ConnectionLost(error.what, self._tally.proof, "Run it again.") from error
        self._tally.last_transaction = number

    def _refuse_cancelled(self) -> None:
        if self._is_cancelled:
            raise QueryCancelled("The import was cancelled.")

    # Sessions

    async def _open(self) -> Session:
        session = await self._lender.acquire()
        self._sessions.append(session)
        session.start_clock(None)
        self._refuse_cancelled()
        return session

    async def _settle(self, failure: BaseException | None) -> BaseException | None:
        """Undo what is open, so that nothing of it is in the table when the account says so."""
        try:
            self._rejects.take_back(self._uncommitted)
            self._rejects.finish()
        except FileError as error:
            failure = failure or error
        for session in self._sessions:
            session.stop_clock()
            if not session.is_lost and session.in_transaction_block:
                try:
                    await session.end_block(commit=False)
                    await drop_staging(session, self._plan)
                except PgconsoleError as error:
                    session.terminate()
                    failure = failure or error
        return failure

    async def _close(self) -> None:
        for session in self._sessions:
            session.stop_clock()
            if session.is_lost or session.in_transaction_block:
                session.terminate()
            await self._lender.release(session)
        self._sessions.clear()

    # Telling

    def _account(self, failure: BaseException | None) -> ImportAccount:
        outcome = Outcome.CANCELLED if self._is_cancelled and failure is not None else None
        elapsed_s = time.monotonic() - self._began
        return account_of(self._tally, self._stream, self._rejects, failure, outcome, elapsed_s)


async def _all_or_first_failure(*works: Coroutine[Any, Any, None]) -> None:
    """Run together; where one fails the others end before its failure is raised."""
    loop = asyncio.get_running_loop()
    tasks = [loop.create_task(work, name="import") for work in works]
    try:
        await asyncio.wait(tasks, return_when=asyncio.FIRST_EXCEPTION)
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.wait(tasks)
    failures = [task.exception() for task in tasks if not task.cancelled()]
    for failure in failures:
        if failure is not None:
            raise failure


async def _undisturbed(work: Coroutine[Any, Any, None]) -> None:
    """Run to its end even where the caller is cancelled: what a commit came to must be known."""
    task = asyncio.get_running_loop().create_task(work, name="commit")
    try:
        await asyncio.shield(task)
    except asyncio.CancelledError:
        await asyncio.wait({task})
        if not task.cancelled():
            task.exception()
        raise


def _proof(number: str, committed: bool | None) -> str:
    if committed is None:
        return f"Whether transaction {number} was committed could not be asked: the server could not be reached."
    return f"The server says that transaction {number} was {'committed' if committed else 'rolled back'}."
