"""The time that a statement has: what counts towards it, and what ends with it."""

import asyncio

import pytest

from pgconsole.core.errors import (
    StatementTimeout,
)
from pgconsole.db.session import Session
from tests.fixtures.engine import value


async def test_statement_timeout_is_the_consoles_own(session: Session) -> None:
    session.start_clock(0.05)
    with pytest.raises(StatementTimeout) as caught:
        await session.execute("select pg_sleep(30)")
    assert "0.05 s" in caught.value.why
    assert "this console's limit" in caught.value.why
    session.start_clock(None)
    assert await value(session, "select 1") == "1"


async def test_time_that_runs_out_as_a_step_ends_stops_the_next_step(session: Session) -> None:
    session.start_clock(0.05)
    await session.fetch("select 1")
    session.clock._time_out()  # as where the loop comes by late, and finds the answer there too
    await asyncio.sleep(0)
    with pytest.raises(StatementTimeout, match="took too long"):
        await session.prepare("select 2")
    session.stop_clock()
    assert (await session.prepare("select 3")).columns


async def test_statement_timeout_counts_waiting_for_the_server_only(session: Session) -> None:
    session.start_clock(1.0)
    await session.execute("select pg_sleep(0.1)")
    waited = session.clock.waited_s
    assert 0.1 <= waited < 1.0
    await asyncio.sleep(1.0)
    assert session.clock.waited_s == waited
    await session.execute("select 1")
    with pytest.raises(StatementTimeout):
        await session.execute("select pg_sleep(30)")
    assert 1.0 - 0.1 < session.clock.waited_s < 1.0 + 10


async def test_statement_timeout_ends_with_the_statement(session: Session) -> None:
    session.start_clock(0.5)
    await session.begin_block()
    with pytest.raises(StatementTimeout):
        await session.execute("select pg_sleep(30)")
    await session.end_block(commit=False)
    assert not session.in_transaction_block
    await session.execute("select pg_sleep(0.6)")


async def test_statement_timeout_leaves_the_consoles_own_queries_alone(session: Session) -> None:
    session.start_clock(0.05)
    await session.fetch("select pg_sleep(0.06)")
    with pytest.raises(StatementTimeout):
        await session.execute("select pg_sleep(30)")


async def test_time_for_which_a_copy_is_held_back_does_not_count(session: Session) -> None:
    async def take(piece: bytes) -> None:
        session.clock.hold()
        await asyncio.sleep(0.06)
        session.clock.resume()

    session.start_clock(1.0)
    tag = await session.copy_out("copy (select repeat('x', 60000) from generate_series(1, 20)) to stdout", take)
    assert tag == "COPY 20"
    assert session.clock.waited_s < 1.0


async def test_servers_own_statement_timeout_is_told_as_such(session: Session) -> None:
    await session.execute("set statement_timeout = '20ms'")
    with pytest.raises(StatementTimeout) as caught:
        await session.execute("select pg_sleep(30)")
    assert "statement_timeout" in caught.value.why
    assert "console" not in caught.value.why
