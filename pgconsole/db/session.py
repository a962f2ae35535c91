"""One server session as a query tab uses it: one thing at a time, cancellable, with a known transaction state.

Owns the transaction state, the statement deadline and cancellation; leaves to `text_connection.py` how things are
sent, to `pool.py` who holds the session, and to the query runner what is sent in which order.
"""

import asyncio
import time
from collections.abc import AsyncIterable, Awaitable, Callable, Coroutine, Sequence
from typing import Any, TypeVar, cast

from pgconsole.core.errors import ConnectionLost, DriverFault, PgconsoleError, QueryCancelled
from pgconsole.core.idle_limits import IdleLimits
from pgconsole.core.query_log import QueryLog
from pgconsole.core.run_state import TransactionState
from pgconsole.core.server_report import ServerReport
from pgconsole.db.copy_answers import CopyAnswers
from pgconsole.db.copy_pipeline import CopyFeed
from pgconsole.db.error_translation import is_poisonous, translate
from pgconsole.db.last_words import read_last_words
from pgconsole.db.session_failures import dropped, lost, own_timeout, unknown_outcome
from pgconsole.db.session_record import SessionRecord, add_rows, rows_of_tag
from pgconsole.db.statement_clock import StatementClock
from pgconsole.db.text_connection import CopyStopped, NoticeSink, NotificationSink, Page, PreparedText, TextConnection

CANCEL_DEADLINE_S = 2.0
"""How long a cancelled statement may take to end before its connection is dropped."""

_ASK_AGAIN_S = 0.1

_T = TypeVar("_T")


class Session:
    """A text connection that runs one operation at a time and survives its callers' cancellation.

    Every operation raises `PgconsoleError` only. Cancelling the awaiting task never cancels the driver's own task,
    which destroyed up to a third of the connections in COPY TO STDOUT (7 of 20, asyncpg 0.32): it sends the
    protocol's CancelRequest and waits for the statement's own end.
    """

    def __init__(self, connection: TextConnection, log: QueryLog | None = None) -> None:
        self._connection = connection
        self.record = SessionRecord(log, connection.backend_pid, connection.tls_version)
        self._operation: asyncio.Task[Any] | None = None
        self._cancel_request: asyncio.Task[None] | None = None
        self._cancelled = False
        self.clock = StatementClock(self.request_cancel)
        self.transaction = TransactionState.IDLE
        self.transaction_since: float | None = None
        self.transaction_serial = 0
        """Grows when portals end with what they were opened in: what was opened at a lower one is gone."""
        self.opened_at = time.time()
        self.read_only = False
        """Whether the tab that holds it asked for transactions that begin read-only."""
        self.own_state: frozenset[tuple[str, str]] = frozenset()
        """What it held when it was new, as `session_state.held_state` has it."""
        self.idle_limits = IdleLimits()
        """How long the server bears with it while nothing runs, as it was when it was new."""
        self.is_resettable = True
        """Whether RESET ALL and its kin make it as it was when it was new; not where statements made it so."""
        self.round_trip_s = 0.0
        """How long the newest health check took."""
        self.transaction_id = ""
        """The server's id of the user's transaction, once `note_transaction_id` has heard it; kept when it is lost."""
        self._own_block = False
        self._block_failed = False
        self._ended_here = False
        self._why_lost = ""
        self.on_lost: Callable[[], None] | None = None
        """Told of the connection's end to whoever holds the session, whatever ended it."""
        self.on_doubt: Callable[[], None] | None = None
        """Asked to try the session, whose connection may have died without a word."""
        self.on_gone: Callable[[Session], None] | None = None
        """Told to whoever owns the session that its connection ended, and not by this side's wish."""
        connection.add_termination_listener(self._on_terminated)

    # What it is

    @property
    def backend_pid(self) -> int:
        """Process id of the server process, also after it is gone."""
        return self.record.pid

    @property
    def is_lost(self) -> bool:
        """Whether the connection is gone."""
        return self._connection.is_closed()

    @property
    def last_words(self) -> ServerReport | None:
        """What the server said as it ended the session while nothing ran; None where it said nothing."""
        return read_last_words(self._connection.last_data) if self.is_lost else None

    @property
    def is_running(self) -> bool:
        """Whether an operation is waiting for the server."""
        return self._operation is not None

    @property
    def in_transaction_block(self) -> bool:
        """Whether a transaction block is open, be it the user's or a portal's."""
        return not self.is_lost and self._connection.is_in_transaction()

    @property
    def in_failed_block(self) -> bool:
        """Whether the open transaction block, the user's or a portal's, accepts ROLLBACK only."""
        return self._block_failed and self.in_transaction_block

    def parameter_status(self, name: str) -> str:
        """A setting that the server reports by itself, as `TimeZone`."""
        return "" if self.is_lost else self._connection.parameter_status(name)

    def listen(self, notices: NoticeSink | None, notifications: NotificationSink | None) -> None:
        """Say who hears this session's notices and notifications from now on."""
        self._connection.notice_sink = notices
        self._connection.notification_sink = notifications

    def outdate_portals(self, *, new_transaction: bool) -> None:
        """Note that a statement ended portals though a transaction stays open: ROLLBACK TO, or COMMIT AND CHAIN."""
        self.transaction_serial += 1
        if new_transaction and self.transaction is not TransactionState.IDLE:
            self.transaction_since, self.transaction_id = time.time(), ""

    def start_clock(self, timeout_s: float | None) -> None:
        """Begin a statement of the user's: waiting counts from zero and may last `timeout_s` in all."""
        self.clock.start(timeout_s)
        self._cancelled = False
        self.record.is_users_turn = True

    def stop_clock(self) -> None:
        """End the statement: what follows on the session has no deadline, and no cancel of the past ends it."""
        self.clock.stop()
        self._cancelled = False
        self.record.is_users_turn = False

    # Operations

    async def prepare(self, text: str) -> PreparedText:
        """Parse and describe `text`, with a name for every type in it."""
        self.refuse_cancelled()
        entry = self.record.parse(text)
        prepared = await self._drive(self._connection.prepare_text, text)
        unnamed = self._connection.unnamed_types([*(c.type_oid for c in prepared.columns), *prepared.parameter_oids])
        if unnamed and self.transaction is not TransactionState.FAILED:
            await self._name_types(unnamed)
            prepared = await self._drive(self._connection.prepare_text, text)
        prepared.entry = entry
        return prepared

    async def _name_types(self, oids: Sequence[int]) -> None:
        listed = ",".join(str(oid) for oid in oids)
        rows = await self.fetch(
            "SELECT t.oid, CASE WHEN e.typnamespace OPERATOR(pg_catalog.=) 'pg_catalog'::pg_catalog.regnamespace"
            " THEN e.typname OPERATOR(pg_catalog.||) '[]' ELSE pg_catalog.format_type(t.oid, NULL) END"
            " FROM pg_catalog.pg_type t LEFT JOIN pg_catalog.pg_type e ON e.typarray OPERATOR(pg_catalog.=) t.oid"
            f" WHERE t.oid OPERATOR(pg_catalog.=) ANY ('{{{listed}}}'::pg_catalog.oid[])"
        )
        self._connection.name_types({int(str(oid)): str(name) for oid, name in rows})

    def parameter_type_names(self, prepared: PreparedText) -> tuple[str, ...]:
        """Names of the types that the server inferred for the parameters."""
        return tuple(self._connection.parameter_type_name(oid) for oid in prepared.parameter_oids)

    async def open_portal(self, prepared: PreparedText, args: Sequence[str | None], name: str, limit: int) -> Page:
        """Bind and read the first `limit` rows, all of them where it is 0."""
        self.refuse_cancelled()
        return await self._page(prepared, self._connection.open_portal, prepared, args, name, limit)

    async def read_portal(self, prepared: PreparedText, name: str, limit: int) -> Page:
        """Read up to `limit` further rows."""
        self.refuse_cancelled()
        return await self._page(prepared, self._connection.read_portal, prepared, name, limit)

    async def _page(self, prepared: PreparedText, read: Callable[..., Coroutine[Any, Any, Page]], *args: Any) -> Page:
        entry = prepared.entry = prepared.entry or self.record.parse(prepared.text)
        self.record.run(entry)
        page = await self._drive(read, *args)
        add_rows(entry, len(page.rows) if prepared.columns else rows_of_tag(page.tag) or 0)
        return page

    async def close_portal(self, name: str) -> None:
        """Close a portal before its end."""
        self.record.finish()
        await self._drive(self._connection.close_portal, name)

    async def execute(self, text: str) -> str:
        """Send a statement without rows by the simple protocol; its tag."""
        return await self._tagged(self._connection.run_simple, text, is_own=self._own_block)

    async def execute_batch(self, prepared: PreparedText, lines: Sequence[Sequence[str | None]]) -> None:
        """Run the statement once for each line of arguments, all or none of them."""
        self.refuse_cancelled()
        self.record.send(prepared.text).rows = len(lines)
        await self._drive(self._connection.execute_batch, prepared, lines)

    async def copy_out(self, text: str, sink: Callable[[bytes], Awaitable[None]]) -> str:
        """Run COPY ... TO STDOUT into `sink`, which may make the server wait."""
        self.refuse_cancelled()
        return await self._tagged(self._connection.copy_out_text, text, sink)

    async def copy_in(self, text: str, source: AsyncIterable[bytes], answers: CopyAnswers | None = None) -> str:
        """Run COPY ... FROM STDIN with the bytes of `source`, or a script with several, as `copy_in_text` has it."""
        self.refuse_cancelled()
        return await self._tagged(self._connection.copy_in_text, text, source, answers)

    async def copy_in_each(self, feed: CopyFeed, first: str, last: str) -> None:
        """Run the scripts of `feed`, each with one COPY, between two others, as `copy_in_each_text` has it."""
        self.refuse_cancelled()
        self.record.send(first)
        await self._drive(self._connection.copy_in_each_text, feed, first, last)

    async def _tagged(self, operation: Callable[..., Any], text: str, *args: Any, is_own: bool = False) -> str:
        entry = self.record.send(text, is_own=is_own)
        tag: str = await self._drive(operation, text, *args)
        entry.rows = rows_of_tag(tag)
        return tag

    async def fetch(self, text: str) -> Sequence[Sequence[str | None]]:
        """All rows of a small query of our own, whatever became of the user's statement and its time."""
        entry = self.record.send(text, is_own=True)
        with self.clock.unlimited():
            prepared = await self._drive(self._connection.prepare_text, text)
            rows = (await self._drive(self._connection.open_portal, prepared, (), "", 0)).rows
        entry.rows = len(rows)
        return rows

    async def note_transaction_id(self) -> None:
        """Ask for the id of the open transaction, by which its outcome can be asked later; once a transaction."""
        if not self.transaction_id:
            rows = await self.fetch("SELECT pg_catalog.pg_current_xact_id_if_assigned()")
            self.transaction_id = rows[0][0] or ""

    # A transaction block of the console's own, around a portal

    async def begin_block(self) -> None:
        """Open a block for a portal; `transaction` goes on to say what the user has, which is none."""
        self._own_block = True
        try:
            await self.execute("BEGIN")
        finally:
            self._own_block = self.in_transaction_block

    async def end_block(self, *, commit: bool, wrote: bool = True) -> None:
        """End the block of `begin_block`; to roll back what a lost connection has ended is no failure.

        Of a block that `wrote` something, a COMMIT that was not carried out raises: `ConnectionLost` where it can't be
        sent any more, `OutcomeUnknown` where the connection is lost before the server confirmed it.
        """
        if commit and wrote and self.is_lost and self._own_block:
            raise lost(self._why_lost)
        try:
            if self.in_transaction_block:
                await self.execute("COMMIT" if commit else "ROLLBACK")
        except ConnectionLost as error:
            if not commit or not wrote or error.sqlstate:
                raise
            raise unknown_outcome("the commit") from error
        finally:
            self._own_block = False

    # Running one operation

    async def _drive(self, operation: Callable[..., Coroutine[Any, Any, _T]], *args: Any) -> _T:
        """Run `operation` in a task that nobody cancels, and keep the transaction state by what came of it."""
        if self._cancel_request is not None:
            await asyncio.shield(self._cancel_request)
        if self.is_lost:
            raise lost(self._why_lost)
        loop = asyncio.get_running_loop()
        task = self._operation = loop.create_task(operation(*args), name="server operation")
        waited_before_s = self.clock.waited_s
        self.record.began()
        self.clock.resume()
        try:
            await asyncio.wait({task})
            self.clock.hold()
            if self._cancel_request is not None:
                await asyncio.shield(self._cancel_request)
        except asyncio.CancelledError:
            await self._give_up(task)
            raise
        finally:
            self.clock.hold()
            self._operation = None
            self.record.ended(self.clock.waited_s - waited_before_s)
        return cast(_T, self._outcome(task))

    def _outcome(self, task: asyncio.Task[_T]) -> _T:
        error = task.exception()
        if error is None:
            self._track(failed=False)
            return task.result()
        if isinstance(error, CopyStopped):
            translated: PgconsoleError = QueryCancelled("The COPY was cancelled.", "Nothing of it was loaded.")
        else:
            was_lost = self.is_lost
            if is_poisonous(error):
                self._connection.terminate()
            translated = translate(error)
            if isinstance(translated, DriverFault) and was_lost:
                translated = lost(self._why_lost)  # the driver stumbles over what it has no longer, as its protocol
            if self._ended_here and isinstance(translated, ConnectionLost) and not translated.sqlstate:
                translated = dropped()
            if isinstance(translated, ConnectionLost):
                self._why_lost = self._why_lost or translated.why
        self._track(failed=True)
        if isinstance(translated, QueryCancelled) and self.clock.is_up:
            translated = own_timeout(self.clock.limit_s, translated)
        self.record.failed(translated)
        raise translated from error

    def _track(self, *, failed: bool) -> None:
        """Take the transaction state from the server's own word, which ends each answer (ReadyForQuery)."""
        if self.is_lost:
            if self.transaction in (TransactionState.OPEN, TransactionState.FAILED):
                self.transaction = TransactionState.UNKNOWN
            return
        self._block_failed = failed and self._connection.is_in_transaction()
        self.record.in_block(self._connection.is_in_transaction())
        if self._own_block or not self._connection.is_in_transaction():
            if self.transaction is not TransactionState.IDLE:
                self.transaction_serial += 1
                self.transaction_id = ""
            self.transaction, self.transaction_since = TransactionState.IDLE, None
            return
        if self.transaction is TransactionState.IDLE:
            self.transaction_since = time.time()
        self.transaction = TransactionState.FAILED if failed else TransactionState.OPEN

    # Ending an operation early

    @property
    def is_cancelled(self) -> bool:
        """Whether the statement that the clock runs for was cancelled, be it between two operations."""
        return self._cancelled

    def refuse_cancelled(self) -> None:
        """Raise where the statement was cancelled, or its time ran out as a step of it ended: nothing more is sent."""
        if self.clock.is_up:
            raise own_timeout(self.clock.limit_s)
        if self._cancelled:
            raise QueryCancelled("Cancelled; nothing more was sent to the server.")

    def request_cancel(self) -> asyncio.Task[None]:
        """Begin to cancel whatever runs, and return the task that ends with it."""
        if self._cancel_request is None:
            self._connection.stop_copy_in()
            loop = asyncio.get_running_loop()
            self._cancel_request = loop.create_task(self._send_cancel(), name="cancel request")
        return self._cancel_request

    async def _send_cancel(self) -> None:
        """Ask until the operation ends: a request that overtakes its statement finds the server idle, and is lost."""
        operation = self._operation
        try:
            async with asyncio.timeout(CANCEL_DEADLINE_S):
                while operation is not None and not operation.done() and not self.is_lost:
                    await self._connection.send_cancel()
                    await asyncio.wait({operation}, timeout=_ASK_AGAIN_S)
        except (TimeoutError, OSError):
            self.terminate()
        finally:
            self._cancel_request = None

    async def cancel(self) -> None:
        """Ask the server to end the running operation; returns once it has ended, or its connection was dropped.

        The server has 2 s; then the connection is terminated. Where nothing runs at the moment, nothing more is sent
        for the statement.
        """
        self._cancelled = True
        if self._operation is not None:
            await asyncio.shield(self.request_cancel())

    async def _give_up(self, task: asyncio.Task[Any]) -> None:
        """The caller was cancelled: end the operation on the server, then swallow its outcome."""
        # Whoever is cancelled once more while this waits does not come to look at it.
        task.add_done_callback(lambda done: None if done.cancelled() else done.exception())
        request = self.request_cancel()
        await asyncio.wait({request})
        await asyncio.wait({task}, timeout=CANCEL_DEADLINE_S)
        if task.done() and not task.cancelled():
            error = task.exception()
            if error is not None and is_poisonous(error):
                self._connection.terminate()
            self._track(failed=error is not None)

    def terminate(self) -> None:
        """Drop the connection at once; a running operation ends with `ConnectionLost`."""
        self._ended_here = True
        self._connection.terminate()

    async def close(self) -> None:
        """Say goodbye to the server, within 2 s, and close."""
        self._ended_here = True
        try:
            async with asyncio.timeout(CANCEL_DEADLINE_S):
                await self._connection.close()
        except Exception:  # whatever goes wrong while leaving, the connection goes
            self._connection.terminate()

    def _on_terminated(self, _connection: Any) -> None:
        self._track(failed=False)
        if self.on_gone is not None and not self._ended_here:
            self.on_gone(self)
        if self.on_lost is not None:
            self.on_lost()
