"""Runs one statement for each line of a table of values: all of them in one transaction, or none.

Lines go in chunks, a savepoint each, without a wait between them; a chunk that fails goes again line by line, which
finds the line and its error. A statement with RETURNING goes line by line from the start, so that its rows are seen.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from pgconsole.core.errors import (
    PgconsoleError,
    QueryCancelled,
    RefusedStatement,
    ServerError,
    StatementTimeout,
)
from pgconsole.core.messages import error_message, info_message
from pgconsole.core.query_view import QueryView
from pgconsole.core.result import Result
from pgconsole.core.row_store import RowStore
from pgconsole.core.settings import Settings
from pgconsole.core.statements import Kind, Statement
from pgconsole.core.wording import plural
from pgconsole.db.session import Session
from pgconsole.db.text_connection import PreparedText
from pgconsole.workers.job import Job, jobs_of, refuse_unsendable
from pgconsole.workers.portal_guard import PortalGuard
from pgconsole.workers.script_run import RunHost, RunServices, begin_text, make_store

Line = tuple[str | None, ...]
_SAVEPOINT = "pgconsole_batch"
_CHUNK_SAVEPOINT = "pgconsole_chunk"


@dataclass(slots=True)
class BatchRun:
    """One batch; `run` ends with everything done, or raises with everything undone."""

    session: Session
    prepared: PreparedText
    lines: Sequence[Line]
    chunk_lines: int
    store: RowStore | None = None
    """Takes the rows of RETURNING."""

    async def run(self) -> None:
        """Run every line; raises the failing line's error, with its number, after undoing the others."""
        self._check_lines()
        own = not self.session.in_transaction_block
        if own:
            await self.session.begin_block()
        else:
            await self.session.execute(f"SAVEPOINT {_SAVEPOINT}")
        try:
            await self._run_lines()
        except BaseException:
            self.session.stop_clock()
            await self._undo(own=own)
            raise
        if own:
            await self.session.end_block(commit=True)
        else:
            await self.session.execute(f"RELEASE SAVEPOINT {_SAVEPOINT}")

    def _check_lines(self) -> None:
        wanted = len(self.prepared.parameter_oids)
        for number, line in enumerate(self.lines, 1):
            if len(line) != wanted:
                raise RefusedStatement(
                    f"Line {number} has {plural(len(line), 'value')}, and the statement takes {wanted}.",
                    "Nothing was run.",
                    "Give each line one value for each parameter.",
                )
            for text in line:
                refuse_unsendable(text, f"Line {number}")

    async def _run_lines(self) -> None:
        step = 1 if self.store is not None else self.chunk_lines
        for start in range(0, len(self.lines), step):
            chunk = self.lines[start : start + step]
            if len(chunk) == 1:
                await self._run_line(start, chunk[0])
            else:
                await self._run_chunk(start, chunk)

    async def _run_chunk(self, start: int, chunk: Sequence[Line]) -> None:
        await self.session.execute(f"SAVEPOINT {_CHUNK_SAVEPOINT}")
        try:
            await self.session.execute_batch(self.prepared, chunk)
        except (QueryCancelled, StatementTimeout):
            raise
        except ServerError:
            await self.session.execute(f"ROLLBACK TO SAVEPOINT {_CHUNK_SAVEPOINT}")
            for offset, line in enumerate(chunk):
                await self._run_line(start + offset, line)
        await self.session.execute(f"RELEASE SAVEPOINT {_CHUNK_SAVEPOINT}")

    async def _run_line(self, index: int, line: Line) -> None:
        try:
            page = await self.session.open_portal(self.prepared, line, "", 0)
        except ServerError as error:
            if isinstance(error, QueryCancelled) and not error.report:
                raise  # before the line was sent
            error.what = f"Line {index + 1}: {error.what}"
            error.remedy = f"{error.remedy} No line was kept.".strip()
            raise
        if self.store is not None:
            self.store.append_rows(page.rows)

    async def _undo(self, *, own: bool) -> None:
        if self.session.is_lost:
            return
        if own:
            await self.session.end_block(commit=False)
        else:
            await self.session.execute(f"ROLLBACK TO SAVEPOINT {_SAVEPOINT}")
            await self.session.execute(f"RELEASE SAVEPOINT {_SAVEPOINT}")


def batch_job(statements: Sequence[Statement], settings: Settings) -> Job:
    """The one statement that a batch can run for each line; raises `RefusedStatement` for others, or for several."""
    jobs = jobs_of(statements[0], named_parameters=settings.named_parameters)
    traits = jobs[0].traits
    bound = traits.transaction != "none" or traits.outside_transaction or traits.copy in ("from_stdin", "to_stdout")
    if len(statements) > 1 or len(jobs) > 1 or statements[0].kind is Kind.META or bound:
        raise RefusedStatement(
            "This can't be run for each line of a batch.",
            "A batch runs one statement in one transaction, and takes its values from the lines.",
            "Select one INSERT, UPDATE, DELETE or query with $1, $2 ...",
        )
    return jobs[0]


async def run_batch(
    host: RunHost, view: QueryView, job: Job, lines: Sequence[Line], services: RunServices, guard: PortalGuard
) -> None:
    """Run a tab's batch and tell what came of it; raises only what no session came about by."""
    session = await host.borrow()
    if not host.state.auto_commit and not session.in_transaction_block:
        await session.execute(begin_text(host.state))
    view.clear_results()
    try:
        async with guard.watching(session.backend_pid):
            result = await run_lines(session, job.text, lines, services)
    except PgconsoleError as error:
        if isinstance(error, QueryCancelled) and host.stop_requested:
            host.cancelled(error)
            view.show_message(info_message("No line was kept."))
            return
        view.show_message(error_message(error, job.text, job.script_position(error.position)))
        view.report(error)
        return
    if result is not None:
        view.open_result(result)
        view.update_result(result)
    view.show_message(info_message(f"The statement ran for {plural(len(lines), 'line')}, all in one transaction."))


async def run_lines(session: Session, statement: str, lines: Sequence[Line], services: RunServices) -> Result | None:
    """Run `statement` for each line; what its RETURNING gave, whole, or None. Raises after undoing everything."""
    settings = services.settings()
    refuse_unsendable(statement, "The statement", is_marked=True)
    session.start_clock(settings.statement_timeout_or_none_s)
    try:
        prepared = await session.prepare(statement)
        store = make_store(len(prepared.columns), services) if prepared.columns else None
        await BatchRun(session, prepared, lines, settings.batch_chunk_lines, store).run()
    finally:
        session.stop_clock()
    if store is None:
        return None
    return Result(1, statement, prepared.columns, store, is_final=True, tag=f"{plural(len(lines), 'line')}")
