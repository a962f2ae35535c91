"""A server's activity without widgets, on a real server: who is watched and when, acts, restarts, tabs that block."""

import asyncio
from collections.abc import AsyncIterator, Mapping

import pytest

from pgconsole.core.backend import Backend
from pgconsole.core.connection_target import ConnectionTarget
from pgconsole.core.errors import InsufficientPrivilege, PgconsoleError, SessionError
from pgconsole.core.pooler import PoolerSample
from pgconsole.core.profile import Profile
from pgconsole.core.server_sample import ServerSample, WatchState
from pgconsole.db.conninfo_syntax import parse_keywords
from pgconsole.db.server_connection import ServerConnection, open_server
from pgconsole.db.session import Session
from pgconsole.server_activity import ServerActivity, describe
from pgconsole.workers import activity_sampler, blocking_watch
from tests.fixtures.activity import backend, busy
from tests.fixtures.engine import backend_state, open_session, target_of_dsn, value
from tests.fixtures.postgres import PostgresServer
from tests.fixtures.waiting import until, until_answer

_MONITORS = "select count(*) from pg_stat_activity where application_name = 'pgconsole: activity'"


class FakeActivityView:
    """Implements `ActivityView`."""

    def __init__(self) -> None:
        self.states: list[WatchState] = []
        self.samples: list[ServerSample] = []
        self.own: Mapping[int, str] = {}
        self.pooler: list[PoolerSample | PgconsoleError] = []
        self.cleared = 0
        self.questions: list[tuple[str, str, str]] = []
        self.answer = True
        self.told: list[str] = []
        self.statements: list[tuple[int, str, bool]] = []
        self.blocking: list[tuple[int, str, int]] = []
        self.errors: list[PgconsoleError] = []

    def show_watch(self, state: WatchState) -> None:
        self.states.append(state)

    def show_sample(self, sample: ServerSample, own: Mapping[int, str]) -> None:
        self.samples.append(sample)
        self.own = own

    def show_pooler(self, seen: PoolerSample | PgconsoleError) -> None:
        self.pooler.append(seen)

    def clear(self) -> None:
        self.cleared += 1
        self.samples.clear()

    def show_statement(self, backend: Backend, text: str, is_whole: bool) -> None:
        self.statements.append((backend.pid, text, is_whole))

    async def confirm(self, question: str, detail: str, yes: str) -> bool:
        self.questions.append((question, detail, yes))
        return self.answer

    def tell(self, text: str) -> None:
        self.told.append(text)

    def tell_tab(self, pid: int, owner: str, count: int) -> None:
        self.blocking.append((pid, owner, count))

    def report(self, error: PgconsoleError) -> None:
        self.errors.append(error)

    @property
    def phase(self) -> str:
        return self.states[-1].phase

    @property
    def seen(self) -> tuple[Backend, ...]:
        return self.samples[-1].backends if self.samples else ()

    async def sees(self, pid: int) -> Backend:
        """Wait until a session is seen."""

        def found() -> Backend | None:
            return next((each for each in self.seen if each.pid == pid), None)

        await until(lambda: found() is not None, f"session {pid} is seen")
        seen = found()
        assert seen is not None
        return seen


async def connect(dsn: str) -> ServerConnection:
    """A connection as the window opens it."""
    keywords = dict(parse_keywords(dsn))
    password = keywords.pop("password")
    return await open_server(Profile(id=dsn, server=dict(keywords)), password)


@pytest.fixture
async def server(module_dsn: str) -> AsyncIterator[ServerConnection]:
    server = await connect(module_dsn)
    yield server
    await server.aclose()


@pytest.fixture
def view() -> FakeActivityView:
    return FakeActivityView()


@pytest.fixture
async def activity(view: FakeActivityView, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[ServerActivity]:
    monkeypatch.setattr(activity_sampler, "_FIRST_RETRY_S", 0.05)
    activity = ServerActivity(view, blocking_every_s=0.05)
    activity.set_interval(0.05)
    yield activity
    await activity.aclose()


async def test_nothing_is_asked_until_somebody_looks(
    activity: ServerActivity, view: FakeActivityView, server: ServerConnection, session: Session
) -> None:
    activity.follow(server)
    assert (view.phase, await value(session, _MONITORS)) == ("off", "0")
    activity.show(True)
    await until(lambda: len(view.samples) >= 2, "two looks")
    assert view.phase == "watching"
    assert await value(session, _MONITORS) == "1"
    activity.show(False)
    await until_answer(lambda: value(session, _MONITORS), "0", "its connection is gone")
    assert view.phase == "off"


async def test_own_sessions_are_known_with_their_owners(
    activity: ServerActivity, view: FakeActivityView, server: ServerConnection
) -> None:
    mine = await server.pool.acquire("Query 7")
    activity.follow(server)
    activity.show(True)
    await view.sees(mine.backend_pid)
    assert view.own[mine.backend_pid] == "Query 7"
    server.pool.release(mine, "Query 7")


async def test_it_looks_while_the_pool_is_full(
    activity: ServerActivity, view: FakeActivityView, server: ServerConnection
) -> None:
    sessions = [await server.pool.acquire(f"Query {number}") for number in range(server.pool.limits.max_size)]
    activity.follow(server)
    activity.show(True)
    await view.sees(sessions[-1].backend_pid)
    for session in sessions:
        server.pool.discard(session)


async def test_another_server_is_watched_from_then_on_and_the_first_left(
    activity: ServerActivity, view: FakeActivityView, server: ServerConnection, postgres_server: PostgresServer
) -> None:
    other = await connect(postgres_server.dsn)
    activity.show(True)
    activity.follow(server)
    await until(lambda: bool(view.samples), "the first server is seen")
    cleared = view.cleared
    activity.follow(other)
    assert view.cleared == cleared + 1
    await until(lambda: bool(view.samples), "the second server is seen")
    await activity.leave(other)
    assert (view.phase, view.samples) == ("off", [])
    activity.follow(server)
    await until(lambda: bool(view.samples), "the first server is seen again")
    await activity.leave(server)
    await other.aclose()


async def test_pause_holds_what_is_shown_and_says_so(
    activity: ServerActivity, view: FakeActivityView, server: ServerConnection
) -> None:
    activity.follow(server)
    activity.show(True)
    await until(lambda: bool(view.samples), "a look")
    activity.pause(True)
    assert view.phase == "paused"
    activity.pause(False)
    count = len(view.samples)
    await until(lambda: len(view.samples) > count + 1, "it goes on")
    assert view.phase == "watching"


async def test_statements_are_read_where_they_are_wanted(
    activity: ServerActivity, view: FakeActivityView, server: ServerConnection
) -> None:
    activity.follow(server)
    activity.show(True)
    await until(lambda: bool(view.samples), "a look")
    assert not view.samples[-1].unseen
    activity.want_statements(True)
    await until(lambda: bool(view.samples[-1].unseen), "pg_stat_statements is looked for")


# Acts


async def test_cancel_is_asked_about_done_and_told(
    activity: ServerActivity, view: FakeActivityView, server: ServerConnection, session: Session
) -> None:
    sleeping = asyncio.get_running_loop().create_task(session.execute("SELECT pg_sleep(100)"))
    activity.follow(server)
    activity.show(True)
    activity.cancel_query(await view.sees(session.backend_pid))
    with pytest.raises(PgconsoleError) as told:
        await sleeping
    assert told.value.sqlstate == "57014"
    await until(lambda: bool(view.told), "it is told")
    assert view.told == [f"Session {session.backend_pid} was asked to end its statement."]
    question, detail, yes = view.questions[0]
    assert (question, yes) == (f"Cancel what session {session.backend_pid} runs?", "Cancel the statement")
    assert "pgconsole" in detail


async def test_terminate_is_another_act_with_a_question_of_its_own(
    activity: ServerActivity, view: FakeActivityView, server: ServerConnection, session: Session
) -> None:
    activity.follow(server)
    activity.show(True)
    activity.terminate(await view.sees(session.backend_pid))
    await until(lambda: session.is_lost, "the session is gone")
    question, detail, yes = view.questions[0]
    assert (question, yes) == (f"Terminate session {session.backend_pid}?", "Terminate the session")
    assert "undone" in detail
    await until(lambda: bool(view.told), "it is told")


async def test_nothing_is_done_without_consent(
    activity: ServerActivity, view: FakeActivityView, server: ServerConnection, session: Session
) -> None:
    view.answer = False
    activity.follow(server)
    activity.show(True)
    activity.terminate(await view.sees(session.backend_pid))
    await until(lambda: bool(view.questions), "it is asked")
    count = len(view.samples)
    await until(lambda: len(view.samples) > count + 1, "two more looks")
    assert await value(session, "select 1") == "1"
    assert view.told == []


async def test_session_that_has_ended_meanwhile_is_told(
    activity: ServerActivity, view: FakeActivityView, server: ServerConnection, session: Session
) -> None:
    activity.follow(server)
    activity.show(True)
    gone = await view.sees(session.backend_pid)
    await session.close()
    monitor = await server.open_beside("looking")
    await until_answer(lambda: backend_state(monitor, gone.pid), None, "it is gone")
    await monitor.close()
    activity.terminate(gone)
    await until(lambda: bool(view.told), "it is told")
    assert view.told == [f"Session {gone.pid} had ended before; nothing was done."]


async def test_act_without_a_connection_is_an_error_that_says_so(
    activity: ServerActivity, view: FakeActivityView
) -> None:
    activity.terminate(backend(7))
    await until(lambda: bool(view.errors), "the error is told")
    assert isinstance(view.errors[0], SessionError)


async def test_refusal_of_an_act_is_told_and_the_watch_goes_on(
    activity: ServerActivity,
    view: FakeActivityView,
    module_dsn: str,
    postgres_server: PostgresServer,
    session: Session,
) -> None:
    postgres_server.psql("CREATE ROLE act_weak LOGIN PASSWORD 'weak'")
    keywords = dict(parse_keywords(module_dsn)) | {"user": "act_weak"}
    del keywords["password"]
    server = await open_server(Profile(id="weak", server=dict(keywords)), "weak")
    activity.follow(server)
    activity.show(True)
    activity.terminate(await view.sees(session.backend_pid))
    await until(lambda: bool(view.errors), "the refusal is told")
    assert isinstance(view.errors[0], InsufficientPrivilege)
    count = len(view.samples)
    await until(lambda: len(view.samples) > count, "it looks on")
    await activity.leave(server)
    await server.aclose()
    postgres_server.psql("DROP ROLE act_weak")


def test_question_says_whose_session_it_is() -> None:
    text = describe(busy(7, 5, client="10.0.0.9", query="update orders\n  set x = 1"))
    assert text == "ann on shop from 10.0.0.9 by psql, active\nupdate orders set x = 1"
    assert describe(backend(7, user="", database="", application="", state="", query="")) == (
        "no user on no database, state not known"
    )


# Faults


async def test_restart_is_told_within_two_seconds_and_healed(
    activity: ServerActivity, view: FakeActivityView, server: ServerConnection, postgres_server: PostgresServer
) -> None:
    activity.set_interval(30.0)
    activity.follow(server)
    activity.show(True)
    await until(lambda: bool(view.samples), "a look")
    await asyncio.to_thread(postgres_server.stop)
    try:
        await until(lambda: view.phase == "reconnecting", "the loss is told")
        assert view.samples, "what was seen stays"
    finally:
        await asyncio.to_thread(postgres_server.start)
    count = len(view.samples)
    await until(lambda: len(view.samples) > count and view.phase == "watching", "it looks again")
    assert view.errors == []


# Tabs that block others


async def test_tab_is_told_that_it_blocks_though_nobody_looks(
    activity: ServerActivity,
    view: FakeActivityView,
    server: ServerConnection,
    session: Session,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(blocking_watch, "TOLD_AFTER_S", 0.05)
    mine = await server.pool.acquire("Query 1")
    await mine.execute("CREATE TABLE blocked (id int)")
    await mine.execute("BEGIN; LOCK TABLE blocked")
    waiting = asyncio.get_running_loop().create_task(session.execute("SELECT * FROM blocked"))
    activity.follow(server)
    await until(lambda: bool(view.blocking), "the tab is told")
    assert view.blocking == [(mine.backend_pid, "Query 1", 1)]
    activity.show(True)
    await until(lambda: bool(view.samples and view.samples[-1].waits), "the wait is seen")
    assert len(view.blocking) == 1
    await mine.execute("ROLLBACK")
    await waiting
    server.pool.release(mine, "Query 1")
    assert view.errors == []


# PgBouncer


async def through_pgbouncer(pooled: ConnectionTarget, user: str) -> ServerConnection:
    """A connection by way of the PgBouncer."""
    host = pooled.hosts[0]
    where: dict[str, str | int] = {"host": host.name, "port": host.port, "user": user, "dbname": pooled.database}
    return await open_server(Profile(id="pooled", server=where | {"sslmode": "disable"}, pgbouncer=True), None)


async def test_pgbouncer_on_the_way_is_watched_too(
    activity: ServerActivity, view: FakeActivityView, pooled: ConnectionTarget
) -> None:
    host = pooled.hosts[0]
    keywords: dict[str, str | int] = {
        "host": host.name,
        "port": host.port,
        "user": "watcher",
        "dbname": pooled.database,
    }
    server = await open_server(Profile(id="pooled", server=keywords, pgbouncer=True), None)
    activity.follow(server)
    activity.show(True)
    await until(lambda: bool(view.samples) and len(view.pooler) > 1, "both are seen")
    assert all(isinstance(each, PoolerSample) for each in view.pooler)
    await activity.leave(server)
    await server.aclose()


async def test_pgbouncer_that_tells_nothing_is_told_and_the_server_is_seen(
    activity: ServerActivity, view: FakeActivityView, pooled: ConnectionTarget
) -> None:
    server = await through_pgbouncer(pooled, "app")
    activity.follow(server)
    activity.show(True)
    await until(lambda: bool(view.samples) and bool(view.pooler), "both have answered")
    assert "stats_users" in str(view.pooler[0])
    await activity.leave(server)
    await server.aclose()


async def test_sessions_of_every_connection_to_the_server_are_ours(
    activity: ServerActivity, view: FakeActivityView, server: ServerConnection, module_dsn: str
) -> None:
    other = await connect(module_dsn)
    activity.follow(other)
    activity.follow(server)
    beside = await server.open_beside("notifications")
    activity.show(True)
    await view.sees(beside.backend_pid)
    pids = {facts.pid for facts in (*server.pool.sessions, *other.pool.sessions)}
    assert pids < view.own.keys()
    assert view.own[beside.backend_pid] == "notifications"
    assert "activity" in view.own.values()
    await beside.close()
    await activity.leave(other)
    await other.aclose()


async def test_long_statement_is_read_whole(
    activity: ServerActivity, view: FakeActivityView, server: ServerConnection, module_dsn: str
) -> None:
    activity.follow(server)
    activity.show(True)
    session = await open_session(target_of_dsn(module_dsn))
    statement = f"select {', '.join(str(number) for number in range(222))}"
    await session.fetch(statement)
    await until(lambda: any(each.query == statement[:1000] for each in view.seen), "its beginning is seen")
    activity.read_statement(await view.sees(session.backend_pid))
    await until(lambda: bool(view.statements), "it is read")
    assert view.statements == [(session.backend_pid, statement, True)]
    await session.close()
