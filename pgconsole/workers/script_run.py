"""One run of one or several statements in a tab: in order, each with what it needs, and each told of as it ends.

Owns the sequence, prompts for values and files, transaction blocks around joined parts, and the messages that a
statement ends with. Leaves the tab's state and its intents to the query console, and roads to `query_runner.py`.
"""

import re
from collections.abc import AsyncIterable, AsyncIterator, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from pgconsole.core.demand import AtDemand, Demand
from pgconsole.core.errors import OutcomeUnknown, PgconsoleError, QueryCancelled, RefusedStatement
from pgconsole.core.messages import error_message, info_message
from pgconsole.core.notice import Notice
from pgconsole.core.parameters import Parameter, ParameterRequest
from pgconsole.core.query_view import QueryView
from pgconsole.core.result import Result
from pgconsole.core.row_store import RowStore
from pgconsole.core.run_state import TabState, TransactionState
from pgconsole.core.settings import Settings
from pgconsole.core.statements import Kind, Statement
from pgconsole.core.wording import plural
from pgconsole.db.session import Session
from pgconsole.workers.guard_check import refuse_past_read_only, refuse_what_stays
from pgconsole.workers.job import Job, advise_named_parameters, refuse_unsendable
from pgconsole.workers.portal_guard import PortalGuard
from pgconsole.workers.prompts import Prompts
from pgconsole.workers.query_runner import QueryRunner, Request, RunOptions
from pgconsole.workers.reading import LONGEST_STATEMENT_SHOWN, Reading
from pgconsole.workers.readings import Readings
from pgconsole.workers.run_plan import Plan

FileReader = Callable[[Path], AsyncIterator[bytes]]

_WORD = re.compile(r"\w+|.", re.DOTALL)
MOST_RESULTS = 100
"""Of one run, that are shown; a tab for each of thousands could be neither found nor paid for."""
_UNDO_SAVEPOINT = "pgconsole_undo"


@dataclass(frozen=True, slots=True)
class RunServices:
    """What a run works with beyond its session."""

    settings: Callable[[], Settings]
    spill_directory: Path
    read_file: FileReader


def make_store(columns: int, services: RunServices) -> RowStore:
    """A row store within the user's budgets."""
    settings = services.settings()
    return RowStore(
        columns,
        memory_budget=settings.result_memory_bytes,
        disk_budget=settings.result_disk_bytes,
        spill_directory=services.spill_directory,
    )


class RunHost(Protocol):
    """What a run asks of the tab that it runs in."""

    @property
    def state(self) -> TabState:
        """What the tab is doing."""

    @property
    def stop_requested(self) -> bool:
        """Whether the user asked for the end of the run."""

    async def borrow(self) -> Session:
        """The session to run on."""

    def cancelled(self, error: QueryCancelled) -> None:
        """The run ended as the user asked, or gave a question up."""

    def reading_began(self, reading: Reading) -> None:
        """A statement runs; it is what more rows are asked of."""

    def leaves_behind(self, state: str) -> None:
        """A statement ran that leaves this in the session."""

    def outcome_unknown(self, transaction_id: str) -> None:
        """A change was sent and not confirmed; the transaction's id is empty where it is not known."""

    def answered(self) -> None:
        """The first page, the end or an error is there."""

    def sync(self) -> None:
        """The session's state may have changed."""


class ScriptRun:
    """Runs a plan once."""

    def __init__(
        self,
        plan: Plan,
        host: RunHost,
        view: QueryView,
        readings: Readings,
        prompts: Prompts,
        services: RunServices,
        guard: PortalGuard,
        last_values: dict[str, str | None],
    ) -> None:
        """Take the plan, whom to tell, and the values that the tab's parameters had last, which the run updates."""
        self._plan = plan
        self._host = host
        self._view = view
        self._readings = readings
        self._prompts = prompts
        self._services = services
        self._guard = guard
        self._last_values = last_values
        self._results = 0
        self._keeps_results = plan.keeps_results
        self._tags: list[str] = []

    async def run(self) -> None:
        """Run every statement in order; errors are told, and end the run unless the settings say otherwise."""
        try:
            await self._run_whole()
        finally:
            if self._results > MOST_RESULTS:
                left = plural(self._results - MOST_RESULTS, "result")
                self._say(f"Not shown: {left} beyond the first {MOST_RESULTS} of the run.")

    async def _run_whole(self) -> None:
        if not self._plan.dry_run:
            await self._run_in_order()
            return
        refuse_what_stays(self._plan.statements)
        async with _Block(await self._host.borrow(), joined=True, undo=True):
            is_whole = await self._run_in_order()
        counts = f" Counts: {', '.join(self._tags)}." if self._tags else ""
        told = f"Dry run: everything was rolled back, nothing is kept.{counts}"
        self._say(f"{told} Only sequences do not go back.")
        if is_whole:
            self._view.notify(Notice(told, "ok"))

    async def _run_in_order(self) -> bool:
        """Whether it came to the end."""
        count = len(self._plan.statements)
        for index, statement in enumerate(self._plan.statements):
            goes_on = await self._run_statement(statement, is_last=index == count - 1)
            left = count - index - 1
            if left and (self._host.stop_requested or not goes_on):
                self._say(f"Not run: {plural(left, 'statement')} of the script.")
            if self._host.stop_requested or not goes_on:
                return False
        return True

    async def _run_statement(self, statement: Statement, *, is_last: bool) -> bool:
        """Run one statement; whether the run may go on."""
        current: Job | None = None
        session: Session | None = None
        try:
            if statement.kind is Kind.META:
                self._answer_meta(statement)
                return True
            jobs = await self._plan.jobs(statement)
            for current in jobs:
                refuse_past_read_only(current.text, self._host.state.read_only_by)
            session = await self._host.borrow()
            joined = len(jobs) > 1 and all(job.traits.transaction == "none" for job in jobs)
            async with _Block(session, joined=joined, undo=self._plan.undo) as block:
                if block.is_open and joined:
                    self._say(f"{len(jobs)} statements joined by \\; run in one transaction.")
                for current in jobs:
                    at_demand = self._at_demand(session, block, is_last=is_last and current is jobs[-1])
                    await self._run_job(session, current, at_demand)
            if statement.expanded:
                self._say("\\gx shows its rows in the grid, as \\g does; Space shows a cell's whole value beside it.")
            if self._plan.undo:
                self._say("The statement ran, and what it changed was rolled back.")
            return True
        except PgconsoleError as error:
            if isinstance(error, QueryCancelled) and (self._host.stop_requested or not error.report):
                self._host.cancelled(error)
                return False
            self._tell(error, current)
            lost = session is None or session.is_lost
            return not lost and not self._plan.dry_run and self._services.settings().on_script_error == "continue"
        finally:
            self._host.answered()
            self._host.sync()

    def _answer_meta(self, statement: Statement) -> None:
        if statement.command == "\\echo":
            self._say(statement.text)
            return
        raise RefusedStatement(
            f"{statement.command} is not a command of this console; nothing was run for it.",
            "It is one of psql's; here \\set, \\unset, \\if, \\echo, \\g, \\gx and \\bind are understood.",
        )

    async def _run_job(self, session: Session, job: Job, at_demand: AtDemand) -> None:
        session.start_clock(None)
        request = await self._request(session, job)
        if self._host.stop_requested:
            raise QueryCancelled("Cancelled before it was sent to the server.")
        self._clear_results()
        demand = self._demand()
        options = self._options(at_demand)
        reading = Reading(
            QueryRunner(session, options).run(request, demand),
            demand,
            session,
            job.text[:LONGEST_STATEMENT_SHOWN] if job.traits.returns_rows is False else job.text,
            tuple(request.args),
            self._results + 1,
            self._open_result,
            self._result_changed,
            writes=job.traits.writes is True,
        )
        self._host.reading_began(reading)
        try:
            async with self._guard.watching(session.backend_pid):
                await reading.advance(lambda: self._host.stop_requested)
        finally:
            if reading.result is not None and reading.number > MOST_RESULTS:
                reading.result.store.close()
        if reading.is_paused:
            await self._readings.keep(reading, self._services.settings().portal_limit_s)
        elif reading.tag:
            self._tags.append(reading.tag)
            self._view.show_message(reading.tag_message())
            if job.traits.session_state:
                self._host.leaves_behind(job.traits.session_state)
        await self._note_transaction(session, job)
        await self._readings.close_dead(session, "its transaction ended")

    async def _note_transaction(self, session: Session, job: Job) -> None:
        """Learn the id of the user's transaction once it writes: the server can be asked by it after a lost COMMIT."""
        if job.traits.writes is not False and session.transaction is TransactionState.OPEN:
            await session.note_transaction_id()

    # What a statement needs

    async def _request(self, session: Session, job: Job) -> Request:
        """The statement with its values and data; raises `QueryCancelled` where the user gave up."""
        refuse_unsendable(job.text, "The statement", is_marked=True)
        if job.traits.copy == "from_stdin":
            return Request(job.text, job.traits, copy_source=await self._copy_source(job))
        given = job.statement.bind_values
        if not job.parameter_labels:
            return Request(job.text, job.traits)
        if given is not None and len(given) == len(job.parameter_labels):
            return Request(job.text, job.traits, given)
        prepared = await session.prepare(job.text)
        names = session.parameter_type_names(prepared)
        asked = tuple(
            Parameter(label, name, self._last_values.get(label, ""))
            for label, name in zip(job.parameter_labels, names, strict=False)
        )
        if not asked:  # a command such as CREATE VIEW takes none, and the server says so
            return Request(job.text, job.traits)
        answer = await self._prompts.ask(lambda: self._view.ask_parameters(ParameterRequest(job.text, asked)), "values")
        if answer is None or isinstance(answer, Path | str):
            raise _given_up()
        self._last_values.update(zip(job.parameter_labels, answer, strict=False))
        for label, text in zip(job.parameter_labels, answer, strict=False):
            refuse_unsendable(text, label)
        return Request(job.text, job.traits, tuple(answer))

    async def _copy_source(self, job: Job) -> AsyncIterable[bytes]:
        if job.copy_data is not None:
            refuse_unsendable(job.copy_data, "The data of COPY")
            return job.copy_chunks()
        answer = await self._prompts.ask(lambda: self._view.ask_copy_file(job.text), "a file")
        if not isinstance(answer, Path):
            raise _given_up()
        return self._services.read_file(answer)

    def _demand(self) -> Demand:
        settings = self._services.settings()
        return Demand(settings.read_ahead_rows, settings.read_ahead_bytes)

    def _at_demand(self, session: Session, block: "_Block", *, is_last: bool) -> AtDemand:
        """What reading does at its limit: a block of our own ends with the run, and would take a portal with it."""
        if block.is_open or self._plan.dry_run:
            return AtDemand.GO_ON
        may_wait = self._results < MOST_RESULTS and (is_last or session.in_transaction_block)
        return AtDemand.WAIT if may_wait else AtDemand.STOP

    def _options(self, at_demand: AtDemand) -> RunOptions:
        settings, state = self._services.settings(), self._host.state
        return RunOptions(
            make_store=lambda columns: make_store(columns, self._services),
            timeout_s=settings.statement_timeout_or_none_s,
            begin="" if state.auto_commit else begin_text(state),
            read_to_end=self._plan.to_end,
            at_demand=at_demand,
            always_cursor=settings.always_cursor,
        )

    # Telling

    def _clear_results(self) -> None:
        """Let the results of runs before go, once, now that a statement is sent."""
        if not self._keeps_results:
            self._keeps_results = True
            self._view.clear_results()

    def _open_result(self, result: Result) -> None:
        self._results += 1
        if result.number <= MOST_RESULTS:
            self._view.open_result(result)

    def _result_changed(self, result: Result) -> None:
        if result.first_row_ms is not None or result.is_final:
            self._host.answered()
        if result.number <= MOST_RESULTS:
            self._view.update_result(result)

    def _say(self, text: str) -> None:
        self._view.show_message(info_message(text))

    def _tell(self, error: PgconsoleError, job: Job | None) -> None:
        position = job.script_position(error.position) if job is not None else None
        text = job.text.strip()[:LONGEST_STATEMENT_SHOWN] if job is not None else ""
        if isinstance(error, OutcomeUnknown):
            self._host.outcome_unknown(error.transaction_id)
        if job is not None and not self._plan.named_parameters:
            advise_named_parameters(error, job.text)
        begins = job.statement.script_offset(0, job.part) if job is not None else None
        place = position if position is not None else begins
        line = self._plan.line_of(place) if place is not None else None
        self._view.show_message(error_message(error, text, position, line))
        if job is not None and position is not None:
            word = _WORD.match(job.text, max(0, (error.position or 1) - 1))
            self._view.mark_error(position, position + (len(word[0]) if word else 1), error.what)
        self._view.report(error)


def _given_up() -> QueryCancelled:
    return QueryCancelled("Not run: no answer was given.")


def begin_text(state: TabState) -> str:
    """The BEGIN that a manual transaction of this tab starts with."""
    level = f" ISOLATION LEVEL {state.isolation.upper()}" if state.isolation else ""
    return f"BEGIN{level}{' READ ONLY' if state.read_only else ''}"


class _Block:
    """A transaction block around joined jobs, or around one that is to be undone: a savepoint in the user's own."""

    def __init__(self, session: Session, *, joined: bool, undo: bool) -> None:
        self._session = session
        self._undo = undo
        self._has_savepoint = undo and session.in_transaction_block
        self.is_open = (joined or undo) and not session.in_transaction_block

    async def __aenter__(self) -> "_Block":
        if self.is_open:
            await self._session.begin_block()
        elif self._has_savepoint:
            await self._session.execute(f"SAVEPOINT {_UNDO_SAVEPOINT}")
        return self

    async def __aexit__(self, kind: object, error: object, trace: object) -> None:
        if self.is_open:
            await self._session.end_block(commit=error is None and not self._undo)
        elif self._has_savepoint and not self._session.is_lost:
            await self._session.execute(f"ROLLBACK TO SAVEPOINT {_UNDO_SAVEPOINT}")
            await self._session.execute(f"RELEASE SAVEPOINT {_UNDO_SAVEPOINT}")
