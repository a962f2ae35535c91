"""What is done to the sessions of a server that is watched: asked about, done, told; and what they run, read whole."""

import asyncio

import pytest

from pgconsole.core.errors import InsufficientPrivilege, PgconsoleError, SessionError
from pgconsole.core.profile import Profile
from pgconsole.db.conninfo_syntax import parse_keywords
from pgconsole.db.server_connection import ServerConnection, open_server
from pgconsole.db.session import Session
from pgconsole.server_activity import ServerActivity, describe
from tests.fixtures.activity import backend, busy
from tests.fixtures.engine import backend_state, open_session, target_of_dsn, value
from tests.fixtures.postgres import PostgresServer
from tests.fixtures.waiting import until, until_answer
from tests.server_activity.conftest import FakeActivityView


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
