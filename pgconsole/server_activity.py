"""What a server does, without its widgets: watches while somebody looks, and acts on sessions when told to.

Owns which server is watched and when, what is asked before an act, and who is told of a tab that blocks others.
Leaves looking to `workers.activity_sampler` and `workers.blocking_watch`, the SQL to `db.server_watch`, and grouping,
sorting and everything that is seen to the view.
"""

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Mapping
from contextlib import aclosing
from functools import partial
from typing import Protocol

from pgconsole.core.activity_words import one_line
from pgconsole.core.backend import Backend
from pgconsole.core.errors import PgconsoleError, SessionError
from pgconsole.core.plain_text import first_line
from pgconsole.core.pool_facts import SessionFacts
from pgconsole.core.pooler import PoolerSample
from pgconsole.core.server_sample import ServerSample, WatchState
from pgconsole.db.pooler_watch import open_pooler
from pgconsole.db.server_connection import ServerConnection
from pgconsole.db.server_watch import ServerWatch, open_watch
from pgconsole.workers.activity_sampler import ActivitySampler, Pace
from pgconsole.workers.blocking_watch import LOOK_EVERY_S, BlockingWatch
from pgconsole.workers.pooler_sampler import pooler_samples
from pgconsole.workers.task_scope import TaskScope

_OWN_SESSION = "activity"

Act = Callable[[ServerWatch, Backend], Awaitable[bool]]
"""Does something to a process; False where it is gone. Raises `PgconsoleError`."""


class ActivityView(Protocol):
    """What shows a server's activity; every call but `confirm` returns at once."""

    def show_watch(self, state: WatchState) -> None:
        """Show how the watching stands."""

    def show_sample(self, sample: ServerSample, own: Mapping[int, str]) -> None:
        """Show what was seen; `own` are the console's own sessions by process id, with their owners' names."""

    def show_pooler(self, seen: PoolerSample | PgconsoleError) -> None:
        """Show what the PgBouncer on the way tells of itself, or why it tells nothing."""

    def clear(self) -> None:
        """Show no server: another one, or none, is watched from now on."""

    def show_statement(self, backend: Backend, text: str, is_whole: bool) -> None:
        """Show the whole statement of a session, or as much of it as the server keeps."""

    async def confirm(self, question: str, detail: str, yes: str) -> bool:
        """Ask whether something shall be done that others feel."""

    def tell(self, text: str) -> None:
        """One sentence that is no failure."""

    def tell_tab(self, pid: int, owner: str, count: int) -> None:
        """Tell the tab that has the session of this process how many wait for it."""

    def report(self, error: PgconsoleError) -> None:
        """Tell of a failure in the notice bar, the one road of every error."""


class ServerActivity:
    """The activity of the server that one window shows; implements `ServerPane`."""

    def __init__(self, view: ActivityView, blocking_every_s: float = LOOK_EVERY_S) -> None:
        """Take the view to tell, and how often blocking tabs are looked for while nobody looks at the server."""
        self._view = view
        self._blocking_every_s = blocking_every_s
        self._pace = Pace()
        self._scope = TaskScope("server activity", view.report)
        self._server: ServerConnection | None = None
        self._is_seen = False
        self._sampler: ActivitySampler | None = None
        self._watches: dict[ServerConnection, list[asyncio.Task[None]]] = {}
        """The newest tasks that watch each server; they may have been told to end."""
        self._guards: dict[ServerConnection, tuple[BlockingWatch, asyncio.Task[None]]] = {}

    # Which server

    def follow(self, server: ServerConnection | None) -> None:
        """Watch this one from now on, while somebody looks."""
        self._stop()
        self._server = server
        self._view.clear()
        if server is not None and server not in self._guards:
            self._guard(server)
        self._start()

    def _guard(self, server: ServerConnection) -> None:
        """Have tabs told that they block others, until the connection closes."""
        guard = BlockingWatch(
            partial(open_watch, server, _OWN_SESSION),
            lambda: _owners(server.pool.sessions),
            self._view.tell_tab,
            self._blocking_every_s,
        )
        self._guards[server] = guard, self._scope.start(guard.run(), "look for blocking tabs")

    async def leave(self, server: ServerConnection) -> None:
        """Give back what was opened on a connection that is about to close."""
        if server is self._server:
            self.follow(None)
        tasks = self._watches.pop(server, [])
        if server in self._guards:
            tasks.append(self._guards.pop(server)[1])
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def aclose(self) -> None:
        """End what still runs."""
        self._stop()
        self._server = None
        await self._scope.aclose()

    # When

    def show(self, seen: bool) -> None:
        """Somebody looks now, or no longer: then the connection goes, and nothing is asked."""
        if seen is not self._is_seen:
            self._is_seen = seen
            self._stop()
            self._start()

    def pause(self, paused: bool) -> None:
        """Keep what is shown as it is, or go on."""
        self._pace.is_paused = paused
        self._pace.changed.set()
        if self._sampler is not None and self._server in self._guards:
            self._guards[self._server][0].is_needless = not paused
            if paused:
                self._view.show_watch(WatchState("paused"))

    def set_interval(self, interval_s: float) -> None:
        """Look so often."""
        self._pace.interval_s = interval_s
        self._pace.changed.set()

    def want_statements(self, wanted: bool) -> None:
        """Read pg_stat_statements too, or no longer."""
        if wanted is not self._pace.with_statements:
            self._pace.with_statements = wanted
            self._pace.changed.set()

    def _start(self) -> None:
        server = self._server
        if server is None or not self._is_seen:
            self._view.show_watch(WatchState())
            return
        self._guards[server][0].is_needless = not self._pace.is_paused
        self._sampler = ActivitySampler(partial(open_watch, server, _OWN_SESSION), self._pace)
        self._watches[server] = [self._scope.start(self._watch(server, self._sampler), "watch")]
        if server.profile.pgbouncer:
            task = self._scope.start(self._watch_pooler(server, self._sampler), "watch PgBouncer")
            self._watches[server].append(task)

    def _stop(self) -> None:
        for task in self._watches.get(self._server, ()) if self._server is not None else ():
            task.cancel()
        if self._server in self._guards:
            self._guards[self._server][0].is_needless = False
        self._sampler = None

    async def _watch_pooler(self, server: ServerConnection, sampler: ActivitySampler) -> None:
        samples = pooler_samples(partial(open_pooler, server, _OWN_SESSION), self._pace)
        async with aclosing(samples) as seen:
            async for each in seen:
                if sampler is not self._sampler:
                    return
                self._view.show_pooler(each)

    async def _watch(self, server: ServerConnection, sampler: ActivitySampler) -> None:
        guard = self._guards[server][0]
        async with aclosing(sampler.run()) as seen:
            async for each in seen:
                if sampler is not self._sampler:
                    return
                if isinstance(each, WatchState):
                    self._view.show_watch(each)
                    continue
                self._view.show_watch(WatchState("paused" if self._pace.is_paused else "watching"))
                ours = self._own_sessions(server)
                known = each.with_statements_of_ours({facts.pid: facts.last_query for facts in ours})
                self._view.show_sample(known, _owners(ours))
                guard.hear(each.waits)

    def read_statement(self, backend: Backend) -> None:
        """Read the whole statement of a session, of which a sample has the beginning."""
        sampler = self._sampler
        if sampler is not None and sampler.watch is not None:
            self._scope.start(self._read_statement(sampler.watch, backend), "read a statement")

    async def _read_statement(self, watch: ServerWatch, backend: Backend) -> None:
        try:
            text, is_whole = await watch.statement_of(backend)
        except SessionError:
            # Whoever looks at the server tells of its loss.
            return
        self._view.show_statement(backend, text, is_whole)

    def _own_sessions(self, shown: ServerConnection) -> list[SessionFacts]:
        """Those of the console on this server: the pool's, those beside it, and those of other connections to it."""
        # By way of a pooler process ids are the pooler's own, and may be anybody's on the server.
        alike = [each for each in self._guards if each.target.hosts == shown.target.hosts and not each.is_pooler]
        return [each for server in alike for each in (*server.pool.sessions, *server.sessions_beside)]

    # Acts

    def cancel_query(self, backend: Backend) -> None:
        """Ask, then have the server cancel what a session runs."""
        question = f"Cancel what session {backend.pid} runs?"
        detail = f"{describe(backend)}\n\nThe statement ends with an error; the session and its connection stay."
        self._act(
            backend,
            question,
            detail,
            ("Cancel the statement", "was asked to end its statement"),
            ServerWatch.cancel_query,
        )

    def terminate(self, backend: Backend) -> None:
        """Ask, then have the server end a session."""
        question = f"Terminate session {backend.pid}?"
        detail = f"{describe(backend)}\n\nIts connection is closed, and what its transaction has changed is undone."
        self._act(backend, question, detail, ("Terminate the session", "was told to end"), ServerWatch.terminate)

    def _act(self, backend: Backend, question: str, detail: str, words: tuple[str, str], act: Act) -> None:
        self._scope.start(self._ask_and_act(backend, question, detail, words, act), "act on a session")

    async def _ask_and_act(
        self, backend: Backend, question: str, detail: str, words: tuple[str, str], act: Act
    ) -> None:
        sampler = self._sampler
        if not await self._view.confirm(question, detail, words[0]):
            return
        watch = sampler.watch if sampler is not None and sampler is self._sampler else None
        if watch is None:
            raise SessionError(
                "Nothing was done: the server is not connected.", "", "Do it again once its activity is shown."
            )
        if await act(watch, backend):
            self._view.tell(f"Session {backend.pid} {words[1]}.")
        else:
            self._view.tell(f"Session {backend.pid} had ended before; nothing was done.")
        self._pace.changed.set()


def _owners(sessions: Iterable[SessionFacts]) -> dict[int, str]:
    """Who has each session, by the process id of its backend; an empty name for those that are free."""
    return {each.pid: each.owner for each in sessions}


def describe(backend: Backend) -> str:
    """Whose session it is, and what it runs, for a question."""
    who = f"{backend.user or 'no user'} on {backend.database or 'no database'}"
    where = f" from {backend.client}" if backend.client else ""
    by = f" by {first_line(backend.application, 60)}" if backend.application else ""
    state = backend.state or "state not known"
    return f"{who}{where}{by}, {state}\n{one_line(backend.query)}".rstrip()
