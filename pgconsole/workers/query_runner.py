"""Runs one statement on a session: chooses the road, and tells what happens as it happens.

Owns which protocol and which transaction block a statement needs; leaves reading to `portal_reader.py` and
`copy_reader.py`, sessions to the pool, and everything that is shown to the query console.
"""

from collections.abc import AsyncGenerator, AsyncIterable, Callable, Sequence
from contextlib import aclosing
from dataclasses import dataclass, replace

from pgconsole.core.columns import Column
from pgconsole.core.demand import AtDemand, Demand
from pgconsole.core.errors import ConnectionLost, OutcomeUnknown, PgconsoleError, RefusedStatement
from pgconsole.core.row_store import RowStore
from pgconsole.core.run_events import ResultEnded, ResultOpened, RowsStored, RunEvent, StatementDone
from pgconsole.core.run_state import Road
from pgconsole.core.statements import Kind, Traits
from pgconsole.db.session import Session
from pgconsole.db.session_failures import tells_of_no_change, unknown_outcome
from pgconsole.db.text_connection import PreparedText
from pgconsole.workers.copy_end_mark import EndMark, check_end_mark
from pgconsole.workers.copy_reader import WRAP_BEFORE, CopyLines, CopyReader, wrapped
from pgconsole.workers.plan_probe import PlanHint, ask_planner
from pgconsole.workers.portal_reader import PortalReader

_TEXT_OID = 25
_GOES_IN_BLOCK = frozenset({Kind.CALL, Kind.DO})
"""Outside a block they may commit by themselves; a manual transaction takes that from them, as psql's does."""
_READ_WHOLE = frozenset({Kind.EXPLAIN, Kind.SHOW, Kind.CALL})


@dataclass(frozen=True, slots=True)
class RunOptions:
    """How a statement is to be run, beyond its text."""

    make_store: Callable[[int], RowStore]
    """Makes the row store for a result of that many columns."""
    timeout_s: float | None = None
    begin: str = ""
    """The BEGIN that a manual transaction starts with; empty in auto-commit."""
    read_to_end: bool = False
    """The whole result is wanted from the start."""
    at_demand: AtDemand = AtDemand.WAIT
    always_cursor: bool = False


@dataclass(frozen=True, slots=True)
class Request:
    """One statement with what it needs: values for its parameters, data for COPY FROM STDIN."""

    text: str
    traits: Traits
    args: Sequence[str | None] = ()
    copy_source: AsyncIterable[bytes] | None = None


class QueryRunner:
    """Runs statements on one session; each run is an async generator that must be closed."""

    def __init__(self, session: Session, options: RunOptions) -> None:
        self._session = session
        self._options = options
        self._awaits_commit = False
        """The statement that is under way may commit something before its answer is here."""

    async def run(self, request: Request, demand: Demand) -> AsyncGenerator[RunEvent]:
        """Run one statement; raises `PgconsoleError`, with positions that count from the statement's own start.

        Closing the generator early ends the statement on the server: a portal by closing it, a COPY by cancelling it.
        """
        session, options = self._session, self._options
        session.start_clock(options.timeout_s)
        if options.read_to_end:
            demand.raise_to_end()
        try:
            if self._needs_begin(request.traits):
                await session.execute(options.begin)
            async with aclosing(self._choose(request, demand)) as events:
                async for event in events:
                    yield event
        except OutcomeUnknown:
            raise
        except ConnectionLost as error:
            if tells_of_no_change(error) or not self._awaits_commit:
                raise
            if request.traits.transaction == "none":
                raise unknown_outcome("the statement") from error
            raise unknown_outcome("the commit", session.transaction_id) from error
        finally:
            session.stop_clock()
        self._note_ended_portals(request.traits)
        await self._keep_utf8()

    def _note_ended_portals(self, traits: Traits) -> None:
        if traits.transaction == "rollback_to" or traits.transaction.endswith("_and_chain"):
            self._session.outdate_portals(new_transaction=traits.transaction != "rollback_to")

    def _send(self, traits: Traits) -> None:
        """Note, before a statement goes out, whether its answer confirms a change; a cancelled one does not go out."""
        self._session.refuse_cancelled()
        ends_block = traits.transaction.startswith("commit") or traits.transaction == "prepare"
        commits = traits.writes is not False and not self._session.in_transaction_block
        self._awaits_commit = ends_block or commits

    def _needs_begin(self, traits: Traits) -> bool:
        starts = self._options.begin and not self._session.in_transaction_block
        refuses = traits.outside_transaction and traits.kind not in _GOES_IN_BLOCK
        return bool(starts) and traits.transaction == "none" and not refuses

    def _choose(self, request: Request, demand: Demand) -> AsyncGenerator[RunEvent]:
        traits = request.traits
        if traits.copy == "to_stdout":
            return self._copy_lines(request)
        if traits.copy == "from_stdin":
            return self._copy_in(request)
        if traits.returns_rows is False and not request.args:
            return self._execute(request)
        return self._query(request, demand)

    async def _execute(self, request: Request) -> AsyncGenerator[RunEvent]:
        self._send(request.traits)
        yield StatementDone(await self._session.execute(request.text))

    async def _copy_in(self, request: Request) -> AsyncGenerator[RunEvent]:
        source = request.copy_source
        if source is None:
            raise RefusedStatement(
                "COPY FROM STDIN has no data.",
                "The script holds no lines after it, and no file was chosen.",
                "Put the lines below it and end them with a line of \\. alone, or choose a file.",
            )
        self._send(request.traits)
        mark = EndMark()
        async with aclosing(mark.watch(source)) as pieces:
            yield StatementDone(await self._session.copy_in(request.text, pieces))
        check_end_mark(mark, request.text, self._session.parameter_status("server_version"))

    async def _copy_lines(self, request: Request) -> AsyncGenerator[RunEvent]:
        """Show the lines of a COPY ... TO STDOUT that the user typed, a row a line."""
        store = self._options.make_store(1)
        lines = CopyLines(store)
        yield ResultOpened((Column("COPY", _TEXT_OID, "text"),), store, Road.LINES)
        reader = CopyReader(
            self._session, request.text, store, Demand(), AtDemand.GO_ON, lines.append, lines.finish, "COPY"
        )
        async with aclosing(reader.events()) as events:
            async for event in events:
                yield event

    async def _query(self, request: Request, demand: Demand) -> AsyncGenerator[RunEvent]:
        traits = request.traits
        prepared = await self._session.prepare(request.text)
        if not prepared.columns and not traits.without_columns:
            self._send(traits)
            page = await self._session.open_portal(prepared, request.args, "", 0)
            yield StatementDone(page.tag)
            return
        store = self._options.make_store(len(prepared.columns))
        if traits.kind in _READ_WHOLE or traits.outside_transaction:
            events = self._read_whole(request, prepared, store)
        else:
            hint = await self._hint(request, prepared)
            events = self._read(request, prepared, store, demand, hint)
        async with aclosing(events):
            async for event in events:
                yield event

    async def _read_whole(self, request: Request, prepared: PreparedText, store: RowStore) -> AsyncGenerator[RunEvent]:
        self._send(request.traits)
        page = await self._session.open_portal(prepared, request.args, "", 0)
        yield ResultOpened(prepared.columns, store, Road.WHOLE)
        store.append_rows(page.rows)
        yield RowsStored()
        yield ResultEnded()
        yield StatementDone(page.tag)

    async def _hint(self, request: Request, prepared: PreparedText) -> PlanHint:
        if not self._may_copy(request, prepared) or self._options.read_to_end:
            return PlanHint()
        return await ask_planner(self._session, request.text)

    def _may_copy(self, request: Request, prepared: PreparedText) -> bool:
        """Whether the full-speed road is open: a plain query on its own, in auto-commit, not cut at a page."""
        plain = request.traits.copy_wrappable and not request.args and bool(prepared.columns)
        alone = not self._session.in_transaction_block and not self._options.begin
        return plain and alone and not self._options.always_cursor

    async def _read(
        self, request: Request, prepared: PreparedText, store: RowStore, demand: Demand, hint: PlanHint
    ) -> AsyncGenerator[RunEvent]:
        session, options = self._session, self._options
        at_demand = options.at_demand if request.traits.lazily_paged else AtDemand.GO_ON
        by_copy = self._may_copy(request, prepared) and (options.read_to_end or hint.is_parallel)
        if by_copy:
            opened = ResultOpened(prepared.columns, store, Road.COPY, hint.estimated_rows)
            reader = CopyReader(
                session, wrapped(request.text), store, demand, at_demand, store.append_copy_text, store.finish
            )
            events = reader.events()
        else:
            opened = ResultOpened(prepared.columns, store, Road.PORTAL, hint.estimated_rows)
            own_block = not session.in_transaction_block
            writes = not request.traits.lazily_paged
            events = PortalReader(session, prepared, request.args, store, demand, at_demand, own_block, writes).events()
        is_open = False
        try:
            async with aclosing(events):
                async for event in events:
                    if not is_open:
                        yield opened
                    is_open = True
                    yield event
        except PgconsoleError as error:
            if by_copy:
                shift_position(error, len(WRAP_BEFORE))
            raise

    async def _keep_utf8(self) -> None:
        """Undo a SET client_encoding: the driver reads and writes UTF-8 whatever the server was told."""
        encoding = self._session.parameter_status("client_encoding")
        if encoding in {"", "UTF8"} or self._session.in_failed_block:
            return
        await self._session.execute("RESET client_encoding")
        raise PgconsoleError(
            f"client_encoding was set to {encoding} and has been set back to UTF8.",
            "This console reads and writes UTF-8; with any other encoding text would be damaged without a word.",
            "Convert values with convert_to() where you need them in another encoding.",
        )


def shift_position(error: PgconsoleError, by: int) -> None:
    """Move an error's position back by `by` code points of wrapping around the user's statement."""
    if error.report.position is not None:
        error.report = replace(error.report, position=max(1, error.report.position - by))
