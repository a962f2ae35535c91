"""Looks at a real server: what is seen, by whom, whatever lies in the search path; and acts on its processes."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace

import pytest

from pgconsole.core.backend import Backend, BackendKey
from pgconsole.core.connection_target import ConnectionTarget
from pgconsole.core.errors import ConnectionLost, InsufficientPrivilege, PgconsoleError
from pgconsole.db.server_watch import NO_STATEMENTS, OTHERS_HIDDEN, ServerWatch
from pgconsole.db.session import Session
from tests.fixtures.engine import backend_state, open_session, value, values
from tests.fixtures.postgres import PostgresServer
from tests.fixtures.waiting import until, until_answer

LockedRow = tuple[Session, Session, "asyncio.Task[str]"]


@pytest.fixture
async def watch(target: ConnectionTarget) -> AsyncIterator[ServerWatch]:
    """Looks as the server's owner."""
    watch = ServerWatch(await open_session(target))
    yield watch
    await watch.aclose()


@pytest.fixture
async def weak(postgres_server: PostgresServer, target: ConnectionTarget) -> AsyncIterator[ServerWatch]:
    """Looks as a role that may nothing but log in."""
    postgres_server.psql(
        "DO $$ BEGIN CREATE ROLE watch_weak LOGIN PASSWORD 'weak'; EXCEPTION WHEN duplicate_object THEN END $$"
    )
    watch = ServerWatch(await open_session(replace(target, user="watch_weak", password="weak")))
    yield watch
    await watch.aclose()


async def seen(watch: ServerWatch, pid: int) -> Backend:
    """A process as it is seen now."""
    sample = await watch.look(with_statements=False)
    return next(backend for backend in sample.backends if backend.pid == pid)


async def test_look_sees_sessions_and_counters_but_not_itself(watch: ServerWatch, session: Session) -> None:
    await session.execute("SET application_name = 'spy'; BEGIN")
    sample = await watch.look(with_statements=False)
    pids = [backend.pid for backend in sample.backends]
    assert session.backend_pid in pids
    assert watch.session.backend_pid not in pids
    spy = await seen(watch, session.backend_pid)
    assert (spy.application, spy.state, spy.is_client) == ("spy", "idle in transaction", True)
    assert spy.transaction_start is not None
    assert (sample.counters.sees_all, sample.unseen) == (True, ())
    assert 1 < sample.counters.connections_used <= sample.counters.connections_max == 60
    assert sample.rates is None
    assert (await watch.look(with_statements=False)).rates is not None


async def test_lock_that_is_waited_for_is_seen_with_its_holder(watch: ServerWatch, locked_row: LockedRow) -> None:
    holder, waiter, _waiting = locked_row
    sample = await watch.look(with_statements=False)
    (tree,) = sample.trees
    assert [node.pid for node in tree] == [holder.backend_pid, waiter.backend_pid]
    (wait,) = sample.waits
    assert wait.wanted.startswith("the end of transaction ")
    assert wait.waited_s >= 0
    assert wait.since is not None


async def test_relation_that_is_waited_for_is_named(
    watch: ServerWatch, locked_row: LockedRow, session: Session
) -> None:
    altering = asyncio.get_running_loop().create_task(session.execute("ALTER TABLE lockable ADD COLUMN m int"))

    async def wanted() -> set[str]:
        return {wait.wanted for wait in await watch.waits() if wait.pid == session.backend_pid}

    await until_answer(wanted, {"AccessExclusiveLock on public.lockable"}, "the change of the table waits")
    session.terminate()
    with pytest.raises(ConnectionLost):
        await altering


async def test_command_that_reports_its_progress_is_seen(watch: ServerWatch, session: Session) -> None:
    await session.execute("CREATE TABLE copied (n int, at timestamptz DEFAULT clock_timestamp())")
    gate = asyncio.Event()

    async def rows() -> AsyncIterator[bytes]:
        yield b"1\n" * 100_000
        await gate.wait()

    copying = asyncio.get_running_loop().create_task(session.copy_in("COPY copied (n) FROM STDIN", rows()))

    async def progress() -> list[tuple[str, str]]:
        return [(each.command, each.relation) for each in (await watch.look(with_statements=False)).progress]

    await until_answer(progress, [("COPY FROM", "public.copied")], "the COPY shows")
    gate.set()
    await copying


async def test_weak_role_is_told_what_it_does_not_see_and_still_sees_who_blocks(
    weak: ServerWatch, locked_row: LockedRow
) -> None:
    holder, waiter, _waiting = locked_row
    sample = await weak.look(with_statements=True)
    assert OTHERS_HIDDEN in sample.unseen
    other = next(backend for backend in sample.backends if backend.pid == holder.backend_pid)
    assert (other.is_hidden, other.is_client, other.key.started) == (True, True, "")
    assert [node.pid for node in sample.trees[0]] == [holder.backend_pid, waiter.backend_pid]


async def test_weak_role_may_not_act_and_hears_why(weak: ServerWatch, session: Session) -> None:
    with pytest.raises(InsufficientPrivilege):
        await weak.terminate(await seen(weak, session.backend_pid))
    assert await value(session, "select 1") == "1"


async def test_nothing_in_the_search_path_is_trusted(
    postgres_server: PostgresServer, target: ConnectionTarget, session: Session
) -> None:
    await session.execute(_HOSTILE)
    trap = replace(target, server_settings=(("search_path", "evil, pg_catalog"),))
    watch = ServerWatch(await open_session(trap))
    try:
        await watch.session.execute("SELECT 'the trap' = 'works'")
        sample = await watch.look(with_statements=True)
        assert (sample.counters.sees_all, sample.counters.connections_max) == (True, 60)
        assert session.backend_pid in [backend.pid for backend in sample.backends]
        assert await watch.cancel_query(await seen(watch, session.backend_pid))
    finally:
        await watch.aclose()
    assert await values(session, "select what from evil.sprung") == ["the trap"]


_HOSTILE = """
CREATE SCHEMA evil;
CREATE TABLE evil.sprung (what text);
CREATE FUNCTION evil.spring(text, text) RETURNS boolean LANGUAGE sql
  AS $$ INSERT INTO evil.sprung VALUES ($1); SELECT true $$;
CREATE OPERATOR evil.= (LEFTARG = text, RIGHTARG = text, FUNCTION = evil.spring);
CREATE FUNCTION evil.spring(oid, oid) RETURNS boolean LANGUAGE sql
  AS $$ INSERT INTO evil.sprung VALUES ('oid'); SELECT true $$;
CREATE OPERATOR evil.= (LEFTARG = oid, RIGHTARG = oid, FUNCTION = evil.spring);
CREATE FUNCTION evil.spring(name, name) RETURNS boolean LANGUAGE sql
  AS $$ INSERT INTO evil.sprung VALUES ('name'); SELECT true $$;
CREATE OPERATOR evil.= (LEFTARG = name, RIGHTARG = name, FUNCTION = evil.spring);
CREATE FUNCTION evil.spring(int, int) RETURNS boolean LANGUAGE sql
  AS $$ INSERT INTO evil.sprung VALUES ('int'); SELECT true $$;
CREATE OPERATOR evil.<> (LEFTARG = int, RIGHTARG = int, FUNCTION = evil.spring);
CREATE VIEW evil.pg_stat_activity AS SELECT 1 AS pid;
CREATE VIEW evil.pg_locks AS SELECT 1 AS pid;
CREATE DOMAIN evil.text AS pg_catalog.int4;
CREATE FUNCTION evil.left(text, int) RETURNS text LANGUAGE sql
  AS $$ INSERT INTO evil.sprung VALUES ('left'); SELECT 'x' $$;
CREATE FUNCTION evil.sum(numeric) RETURNS numeric LANGUAGE sql
  AS $$ INSERT INTO evil.sprung VALUES ('sum'); SELECT 1.0 $$;
"""


async def test_statements_are_told_to_be_missing_where_they_are(watch: ServerWatch) -> None:
    sample = await watch.look(with_statements=True)
    assert sample.statements is None
    assert sample.unseen == (NO_STATEMENTS,)


async def test_statements_that_can_not_be_read_are_told_and_the_rest_is_seen(
    watch: ServerWatch, postgres_server: PostgresServer, session: Session
) -> None:
    available = await value(session, "select 1 from pg_available_extensions where name = 'pg_stat_statements'")
    if available is None:
        pytest.skip("this PostgreSQL comes without pg_stat_statements")
    await session.execute('CREATE SCHEMA "odd ""name"; CREATE EXTENSION pg_stat_statements SCHEMA "odd ""name"')
    try:
        sample = await watch.look(with_statements=True)
        assert sample.statements is None
        assert "shared_preload_libraries" in sample.unseen[0]
        assert session.backend_pid in [backend.pid for backend in sample.backends]
    finally:
        await session.execute("DROP EXTENSION pg_stat_statements")


# Acts


async def test_cancel_ends_the_statement_and_leaves_the_session(watch: ServerWatch, session: Session) -> None:
    sleeping = asyncio.get_running_loop().create_task(session.execute("SELECT pg_sleep(100)"))
    await until_answer(lambda: backend_state(watch.session, session.backend_pid), "active", "it sleeps")
    assert await watch.cancel_query(await seen(watch, session.backend_pid))
    with pytest.raises(PgconsoleError) as told:
        await sleeping
    assert told.value.sqlstate == "57014"
    assert await value(session, "select 1") == "1"


async def test_terminate_ends_the_session(watch: ServerWatch, session: Session) -> None:
    assert await watch.terminate(await seen(watch, session.backend_pid))
    await until(lambda: session.is_lost, "the session is gone")


async def test_nothing_is_done_to_a_later_process_of_the_same_number(watch: ServerWatch, session: Session) -> None:
    backend = await seen(watch, session.backend_pid)
    another = replace(backend, key=BackendKey(backend.pid, "1000.000001"))
    assert not await watch.terminate(another)
    assert not await watch.cancel_query(another)
    assert await value(session, "select 1") == "1"


async def test_nothing_is_done_to_a_process_that_is_gone(watch: ServerWatch, target: ConnectionTarget) -> None:
    short = await open_session(target)
    backend = await seen(watch, short.backend_pid)
    await short.close()
    await until_answer(lambda: backend_state(watch.session, short.backend_pid), None, "it is gone")
    assert not await watch.terminate(backend)


async def test_act_during_a_look_waits_for_its_turn(watch: ServerWatch, session: Session) -> None:
    backend = await seen(watch, session.backend_pid)
    sample, done = await asyncio.gather(watch.look(with_statements=False), watch.terminate(backend))
    assert done
    assert sample.backends


async def test_long_statement_is_read_whole_as_far_as_the_server_keeps_it(watch: ServerWatch, session: Session) -> None:
    statement = f"select {', '.join(str(number) for number in range(200))}"
    await session.fetch(statement)
    backend = await seen(watch, session.backend_pid)
    assert await watch.statement_of(backend) == (statement, True)
    await session.fetch(f"{statement}, {', '.join(['1'] * 900)}")
    text, is_whole = await watch.statement_of(backend)
    assert (text[: len(statement)], is_whole) == (statement, False)
    gone = replace(backend, key=BackendKey(backend.pid, "1"))
    assert await watch.statement_of(gone) == ("", True)
