"""One query tab without its widgets: takes the user's intents, and knows what the tab is doing.

Owns the tab's state and what may begin in which, and tells a `QueryView` of it. Leaves the sequence of a run to
`ScriptRun`, the session to `TabSession`, paused results to `Readings`, the end that was asked for to `RunStop`, roads
and pages to the other workers, and everything that is seen to the view.
"""

import asyncio
import time
from collections.abc import Callable, Coroutine, Sequence
from contextlib import suppress
from dataclasses import replace
from typing import Any

from pgconsole.core.demand import NOT_TO_THE_END
from pgconsole.core.errors import PgconsoleError, QueryCancelled
from pgconsole.core.guards import GuardRules
from pgconsole.core.messages import error_message, info_message, notice_message
from pgconsole.core.query_view import QueryView
from pgconsole.core.result import Result
from pgconsole.core.run_state import Isolation, Phase, TabState, TransactionState
from pgconsole.db.pool import Pool
from pgconsole.db.session import Session
from pgconsole.workers import tab_words
from pgconsole.workers.batch_run import Line
from pgconsole.workers.idle_watch import IdleWatch, roll_back_idle
from pgconsole.workers.portal_guard import PortalGuard
from pgconsole.workers.prompts import Answer, Prompts
from pgconsole.workers.reading import Reading
from pgconsole.workers.readings import Readings
from pgconsole.workers.run_plan import Choice, Plan
from pgconsole.workers.run_stop import RunStop
from pgconsole.workers.script_run import RunServices
from pgconsole.workers.session_probe import probe
from pgconsole.workers.tab_aside import TabAside
from pgconsole.workers.tab_portals import TabPortals
from pgconsole.workers.tab_runs import TabRuns
from pgconsole.workers.tab_session import TabSession
from pgconsole.workers.task_scope import TaskScope

_PAUSED_TOO_LONG = "it was paused for too long"


class QueryConsole:
    """The life of one query tab; intents come in as method calls, which return at once."""

    def __init__(
        self,
        view: QueryView,
        pool: Pool,
        guard: PortalGuard,
        services: RunServices,
        owner: str,
        rules: GuardRules | None = None,
    ) -> None:
        """Take the view to tell, where sessions come from, the tab's name on the server, and what it asks about."""
        self._view = view
        self._guard = guard
        self._services = services
        self._scope = TaskScope(owner, view.report)
        self._tab = TabSession(
            pool,
            owner,
            notices=lambda notice: view.show_message(notice_message(notice)),
            notifications=lambda *heard: self._say(tab_words.notification_text(*heard)),
            on_lost=self._lost,
            on_doubt=self.probe,
            on_restored=lambda what: self._say(f"Set again on the new connection: {what}."),
        )
        self._readings = Readings(
            lambda left_s: self._say(tab_words.limit_warning(left_s)), lambda: self.close_portals(_PAUSED_TOO_LONG)
        )
        self._prompts = Prompts(lambda what: self._set(waits_for=what, run_started=time.time()))
        self._portals = TabPortals(self._tab, self._readings, lambda: self._state.is_busy, self.close_portals)
        guard.join(self._portals)
        self._runs = TabRuns(self, view, self._readings, self._prompts, services, guard, rules or GuardRules())
        self._aside = TabAside(pool, owner, view)
        self._idle_watch = IdleWatch(services.settings, view.notify, self._end_idle_transaction)
        self._owes_answer = False
        self._stop = RunStop(self._say)
        self._run_task: asyncio.Task[None] | None = None
        self._is_resting = False
        self._is_closed = False
        self._state = TabState(
            connected=True,
            auto_commit=not services.settings().manual_commit,
            connection_read_only=self._runs.rules.is_read_only,
        )

    @property
    def state(self) -> TabState:
        """What the tab is doing now."""
        return self._state

    @property
    def stop_requested(self) -> bool:
        """Whether the user asked for the end of the run."""
        return self._stop.is_requested

    # Intents: running

    def run(self, script: str, caret: int, selection: tuple[int, int] | None = None, *, to_end: bool = False) -> None:
        """Run the selection, else the statement at the caret; `to_end` asks for every row at full speed."""
        self._start(self._choice(script, caret, selection), Plan((), to_end=to_end))

    def run_all(self, script: str) -> None:
        """Run every statement of the script in order."""
        self._start(self._choice(script, 0, (0, len(script))), Plan(()))

    def dry_run(self, script: str, caret: int, selection: tuple[int, int] | None = None) -> None:
        """Run the selection, else the statement at the caret, in a transaction that is rolled back."""
        self._start(self._choice(script, caret, selection), Plan((), dry_run=True))

    def explain(self, script: str, caret: int, selection: tuple[int, int] | None = None, *, analyze: bool) -> None:
        """Show the plan of the statement at the caret; with `analyze` it runs, and what it changed is rolled back."""
        prefix = "EXPLAIN (ANALYZE, BUFFERS)\n" if analyze else "EXPLAIN\n"
        self._start(self._choice(script, caret, selection), Plan((), prefix=prefix, undo=analyze))

    def commit(self) -> None:
        """End the user's transaction, keeping what it did."""
        self._start(Choice("COMMIT"), Plan((), keeps_results=True))

    def roll_back(self) -> None:
        """End the user's transaction, undoing what it did."""
        self._start(Choice("ROLLBACK"), Plan((), keeps_results=True))

    def fetch_more(self, result: Result, *, to_end: bool = False) -> None:
        """Read on in a paused result; where it is being read already, raise how far."""
        reading = self._readings.want_more(result, to_end=to_end, is_busy=self._state.is_busy)
        if reading is not None:
            self._begin(self._read_on(reading), Phase.STREAMING, "read on")

    def cancel(self) -> None:
        """First press: ask the server to end the run. Second press: drop the connection. Idle: let a portal go."""
        if self._state.phase is Phase.CANCELLING:
            if self._tab.session is not None:
                self._tab.session.terminate()
        elif self._state.is_busy:
            self._readings.take_wanted()
            self._stop.request()
            self._set(phase=Phase.CANCELLING)
            if self._run_task is not None:
                self._scope.start(self._cancel(self._run_task), "cancel")
        else:
            self.close_portals(NOT_TO_THE_END)

    def count(self, result: Result) -> None:
        """Have the server count a result's rows, as they are now, on a session beside the tab's own."""
        unseen = tab_words.unseen_beside(self._tab.pins, self._state.transaction)
        self._scope.start(self._aside.count(result, unseen), "count")

    def run_batch(self, script: str, caret: int, selection: tuple[int, int] | None, lines: Sequence[Line]) -> None:
        """Run the statement at the caret once for each line of values, all or none of them."""
        if self._may_begin():
            work = self._runs.run_batch(self._choice(script, caret, selection), lines)
            self._begin(work, Phase.RUNNING, "batch")

    def close_portals(self, why: str) -> None:
        """Let the portals of paused results go; their rows stay."""
        if self._readings and not self._state.is_busy:
            self._begin(self._readings.close_all(why), Phase.RUNNING, "close portals")

    def answer(self, answer: Answer) -> None:
        """Take what the view was asked for: values, a file, or how the statements of a question are to be run."""
        self._prompts.answer(answer)

    def give_up_prompt(self) -> None:
        """The user does not answer; the statement is not run."""
        self._prompts.give_up()

    # Intents: the session

    def set_auto_commit(self, auto_commit: bool) -> None:
        """Commit each statement by itself, or open a transaction with the first one; an open one is left as it is."""
        self._set(auto_commit=auto_commit)

    def set_isolation(self, isolation: Isolation) -> None:
        """The isolation level that the next manual transaction begins with; empty for the server's default."""
        self._set(isolation=isolation)

    def set_read_only(self, read_only: bool) -> None:
        """Begin transactions read-only, or no longer, from the next one on; also on a session that the tab holds."""
        self._set(read_only=read_only)
        if self._state.transaction in (TransactionState.OPEN, TransactionState.FAILED):
            self._say("The open transaction stays as it is; the choice holds from the next one.")

    def ask_outcome(self) -> None:
        """Have the server say what became of the transaction whose COMMIT was not confirmed."""
        if self._state.unknown_transaction:
            self._scope.start(self._ask_outcome(self._state.unknown_transaction), "ask for the outcome")

    def reset_session(self) -> None:
        """Close the tab's session with all that it holds; the next run begins on another."""
        if not self._state.is_busy:
            self._begin(self._reset(), Phase.RUNNING, "reset session")

    def probe(self) -> None:
        """See whether a session that the tab holds still answers, as after a sleep; a run finds out by itself."""
        self._on_idle_session(self._probe, "probe")

    async def until_idle(self) -> None:
        """Wait for the end of what runs."""
        if self._run_task is not None:
            await asyncio.wait({self._run_task})

    async def aclose(self) -> None:
        """End the tab: what runs is cancelled on the server, what is open is rolled back, the session goes."""
        if self._is_closed:
            return
        self._is_closed = True
        self._stop.request()
        self._prompts.give_up()
        self._guard.leave(self._portals)
        leaving = asyncio.get_running_loop().create_task(self._leave(), name="leave")
        await self._stop.await_end(leaving, self._tab.session)
        await leaving

    async def _leave(self) -> None:
        await self._scope.aclose()
        with suppress(PgconsoleError):
            await self._readings.close_all("the tab was closed")
        await self._tab.leave()
        self._idle_watch.stop()  # what ends may have been in a transaction, and so have set it going

    # Choosing and starting

    def _choice(self, script: str, caret: int, selection: tuple[int, int] | None) -> Choice:
        return Choice(script, caret, selection, self._tab.standard_conforming_strings)

    def _start(self, choice: Choice, plan: Plan) -> None:
        if self._may_begin():
            self._begin(self._runs.run(choice, plan, self._tab.session), Phase.RUNNING, "run")

    def _may_begin(self) -> bool:
        """Whether a run may begin; then the view hears that it does, and an answer is owed."""
        if self._is_closed:
            return False
        if self._state.is_busy:
            self._view.report(tab_words.tab_is_busy())
            return False
        self._view.begin_run()
        self._owes_answer = True
        return True

    def _begin(self, work: Coroutine[Any, Any, None], phase: Phase, name: str) -> None:
        self._stop.clear()
        self._set(phase=phase, run_started=time.time())
        self._run_task = self._scope.start(self._until_idle(work), name)
        self._run_task.add_done_callback(lambda _task: work.close())  # it may have ended before its first step

    async def _until_idle(self, work: Coroutine[Any, Any, None]) -> None:
        """Do the work, then give the session back where nothing holds it, then say that the tab is idle."""
        try:
            await work
        except PgconsoleError as error:
            if isinstance(error, QueryCancelled) and (self.stop_requested or not error.report):
                self.cancelled(error)
            else:
                self._tell(error)
        except Exception:
            self._tab.drop()  # a fault of ours, which the scope reports: what state the session is in is not known
            raise
        finally:
            self._readings.began(None)
            try:
                self.answered()
            finally:
                await self._rest()

    async def _rest(self) -> None:
        self._is_resting = True
        try:
            session = self._tab.session
            if session is not None and session.is_lost:
                self.sync()
                self._stop.note_loss()
            await self._readings.close_dead(session, "its transaction ended")
            if self._readings.is_overdue:
                await self._readings.close_all(_PAUSED_TOO_LONG)
            if not self._readings:
                await self._tab.settle()
        finally:
            self._is_resting = False
            self._stop.end()
            self._stop.clear()
            self._set(phase=Phase.IDLE, run_started=None, waits_for="")
            self.sync()
            if (wanted := self._readings.take_wanted()) is not None and not self._is_closed:
                self._begin(self._read_on(wanted), Phase.STREAMING, "read on")

    async def _ask_outcome(self, transaction_id: str) -> None:
        if await self._aside.ask_outcome(transaction_id) != "in progress":
            self._show(tab_words.with_known_outcome(self._state))

    def _end_idle_transaction(self) -> None:
        self._on_idle_session(lambda session: roll_back_idle(session, self._view), "roll back")

    def _on_idle_session(self, work: Callable[[Session], Coroutine[Any, Any, None]], name: str) -> None:
        if (session := self._tab.session) is not None and not (self._state.is_busy or self._is_closed):
            self._begin(work(session), Phase.RUNNING, name)

    async def _probe(self, session: Session) -> None:
        self._set(waits_for=tab_words.AN_ANSWER)
        await probe(session, self._what_is_lost())

    async def _read_on(self, reading: Reading) -> None:
        limit_s = self._services.settings().portal_limit_s
        await self._readings.go_on(reading, lambda: self.stop_requested, limit_s)
        if reading.tag:
            self._view.show_message(reading.tag_message())

    async def _reset(self) -> None:
        await self._readings.close_all("the session was reset")
        self._tab.drop()
        self._say("The session was closed; the next statement begins on a new one.")

    # Cancelling

    async def _cancel(self, run: asyncio.Task[None]) -> None:
        self._prompts.give_up()
        self._tab.give_up_borrowing()
        session = self._tab.session
        if session is not None and not (run.done() or self._is_resting):
            await self._stop.reach_server(session)
        await self._stop.await_end(run, session)

    # What a run asks for (RunHost)

    async def borrow(self) -> Session:
        """The tab's session, or one of the pool; cancelling ends the wait for it."""
        self._set(waits_for="" if self._tab.session is not None else "a connection")
        try:
            return await self._tab.borrow(read_only=self._state.read_only)
        finally:
            self._set(waits_for="")
            self.sync()

    def cancelled(self, error: QueryCancelled) -> None:
        """A run ended as the user asked, or gave a question up: that is no error."""
        self._stop.confirm(error)

    def reading_began(self, reading: Reading) -> None:
        """Take note of what more rows are asked of."""
        self._readings.began(reading)
        self.sync()

    def outcome_unknown(self, transaction_id: str) -> None:
        """A COMMIT was not confirmed; the server can be asked where the id is known."""
        self._set(unknown_transaction=transaction_id)

    def leaves_behind(self, state: str) -> None:
        """A statement left that in the session."""
        self._tab.leaves_behind(state)

    def answered(self) -> None:
        """Count a run as answered, once, and show that rows are streaming where they are."""
        if self._owes_answer:
            self._owes_answer = False
            self._set(answered=self._state.answered + 1)
        if self._state.phase is Phase.RUNNING and self._readings.shows_rows:
            self._set(phase=Phase.STREAMING)

    def sync(self) -> None:
        """Take over what the session says of its transaction, and what the tab holds."""
        self._show(tab_words.with_session(self._state, self._tab.session, self._tab.pins, self._readings))

    # Hearing from the session

    def _lost(self) -> None:
        """The connection ended while the tab held it; a run that was under way tells by itself."""
        if self._is_closed:
            return
        session, lost = self._tab.session, self._what_is_lost()
        if self._state.is_busy and lost:
            self._say(f"Ended with the connection: {', '.join(lost)}.")
        if not self._state.is_busy:
            self._tell(tab_words.lost_while_idle(lost, session.last_words if session is not None else None))
            self._begin(self._readings.close_all("the connection was lost"), Phase.RUNNING, "let go")
        self.sync()

    def _what_is_lost(self) -> tuple[str, ...]:
        return tab_words.lost_with_session(self._tab.holds, self._state.transaction, has_paused=bool(self._readings))

    # Telling

    def _say(self, text: str) -> None:
        self._view.show_message(info_message(text))

    def _tell(self, error: PgconsoleError) -> None:
        self._view.show_message(error_message(error))
        self._view.report(error)

    def _set(self, **changes: Any) -> None:
        self._show(replace(self._state, **changes))

    def _show(self, state: TabState) -> None:
        if state != self._state:
            self._state = state
            self._idle_watch.follow(state, self._tab.idle_limit_s)
            self._view.show_state(state)
