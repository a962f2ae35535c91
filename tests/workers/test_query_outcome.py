"""What one statement leaves of the user's transaction, and what is told when it fails."""

import pytest

from pgconsole.core.demand import NOT_TO_THE_END, AtDemand, Demand
from pgconsole.core.errors import (
    ConnectionLost,
    ConstraintViolation,
    OutcomeUnknown,
    PgconsoleError,
    StatementInvalid,
)
from pgconsole.core.run_state import TransactionState
from pgconsole.db.session import Session
from tests.fixtures.engine import value
from tests.fixtures.proxy import Proxy
from tests.fixtures.runs import Told, run
from tests.fixtures.waiting import until

FEW = Demand(rows=250)


# The user's transaction


async def test_manual_mode_begins_a_transaction_with_the_first_statement(session: Session, watcher: Session) -> None:
    await session.execute("create table manual (n int)")
    begin = "BEGIN ISOLATION LEVEL SERIALIZABLE"
    await run(session, "insert into manual values (1)", begin=begin)
    assert (await run(session, "show transaction_isolation", begin=begin)).rows == [("serializable",)]
    assert await value(watcher, "select count(*) from manual") == "0"
    await run(session, "commit", begin=begin)
    assert session.transaction is TransactionState.IDLE
    assert await value(watcher, "select count(*) from manual") == "1"


async def test_manual_mode_can_be_read_only(session: Session) -> None:
    await session.execute("create table manual_read_only (n int)")
    with pytest.raises(PgconsoleError) as caught:
        await run(session, "insert into manual_read_only values (1)", begin="BEGIN READ ONLY")
    assert caught.value.sqlstate == "25006"
    assert session.transaction is TransactionState.FAILED


async def test_typed_begin_in_manual_mode_begins_once(session: Session) -> None:
    heard: list[dict[str, str]] = []
    session.listen(heard.append, None)
    await run(session, "begin", begin="BEGIN")
    assert heard == []
    assert session.transaction is TransactionState.OPEN


async def test_portal_in_the_users_transaction_leaves_it_open(session: Session) -> None:
    await session.execute("begin")
    told = await run(session, "select g from generate_series(1, 10000) g", demand=FEW, at_demand=AtDemand.STOP)
    assert told.why_incomplete == NOT_TO_THE_END
    assert session.transaction is TransactionState.OPEN
    assert await value(session, "select count(*) from pg_cursors where name like 'pgconsole%'") == "0"


@pytest.mark.parametrize("text", ["rollback to s", "commit and chain", "rollback and chain"])
async def test_statements_that_end_portals_outdate_them(session: Session, text: str) -> None:
    for statement in ("begin", "savepoint s"):
        await run(session, statement)
    serial = session.transaction_serial
    await run(session, text)
    assert session.transaction_serial == serial + 1


# Failures


@pytest.mark.parametrize("to_end", [False, True])
async def test_error_position_counts_in_the_users_text(session: Session, to_end: bool) -> None:
    with pytest.raises(StatementInvalid) as caught:
        await run(session, "select 1 + nowhere", to_end=to_end)
    assert caught.value.position == 12


@pytest.mark.parametrize("to_end", [False, True])
async def test_error_in_the_middle_keeps_the_rows_before_it(session: Session, to_end: bool) -> None:
    told = Told()
    query = "select 1000 / (50000 - g), repeat('x', 100) from generate_series(1, 60000) g"
    with pytest.raises(PgconsoleError, match="division by zero"):
        await run(session, query, to_end=to_end, told=told)
    assert 0 < told.store.row_count < 50_000
    assert not session.in_transaction_block


@pytest.mark.parametrize("to_end", [False, True])
async def test_error_before_the_first_row_opens_no_result(session: Session, to_end: bool) -> None:
    told = Told()
    with pytest.raises(PgconsoleError, match="division by zero"):
        await run(session, "select 1/0", to_end=to_end, told=told)
    assert told.opened is None


async def test_deferred_constraint_fails_at_the_commit_of_returning(session: Session) -> None:
    await session.execute("create table deferred (n int unique deferrable initially deferred)")
    with pytest.raises(ConstraintViolation):
        await run(session, "insert into deferred values (1), (1) returning n")
    assert await value(session, "select count(*) from deferred") == "0"
    assert not session.in_transaction_block


async def test_client_encoding_is_set_back_and_said(session: Session) -> None:
    with pytest.raises(PgconsoleError, match="client_encoding was set to LATIN1 and has been set back"):
        await run(session, "set client_encoding = latin1")
    assert session.parameter_status("client_encoding") == "UTF8"
    assert await value(session, "select 'é'") == "é"


@pytest.mark.parametrize(
    "text", ["insert into lost_answer values (1)", "insert into lost_answer values (1) returning n"]
)
async def test_lost_answer_to_a_change_has_an_unknown_outcome_and_is_not_run_twice(
    proxied: Session, proxy: Proxy, watcher: Session, text: str
) -> None:
    await watcher.execute("drop table if exists lost_answer; create table lost_answer (n int)")
    returning = "returning" in text

    def lose(told: Told) -> bool:
        # All that is left to come is the COMMIT.
        if told.opened is not None and proxied.in_transaction_block:
            proxy.lose_answer_after(len("Q....COMMIT."))
        return False

    if not returning:
        proxy.lose_answer_after(len(f"Q....{text}."))
    with pytest.raises(OutcomeUnknown):
        await run(proxied, text, until=lose)
    await until(lambda: proxied.is_lost, "the connection is lost")
    assert await value(watcher, "select count(*) from lost_answer") == "1"


async def test_lost_commit_has_an_unknown_outcome(proxied: Session, proxy: Proxy, watcher: Session) -> None:
    await watcher.execute("create table lost_typed_commit (n int)")
    await run(proxied, "begin")
    await run(proxied, "insert into lost_typed_commit values (1)")
    proxy.lose_answer_after(len("Q....commit."))
    with pytest.raises(OutcomeUnknown, match="commit"):
        await run(proxied, "commit")
    assert proxied.transaction is TransactionState.UNKNOWN
    assert await value(watcher, "select count(*) from lost_typed_commit") == "1"


async def test_loss_inside_a_transaction_is_no_unknown_outcome(
    proxied: Session, proxy: Proxy, watcher: Session
) -> None:
    await watcher.execute("create table lost_inside (n int)")
    await run(proxied, "begin")
    text = "insert into lost_inside values (1)"
    proxy.lose_answer_after(len(f"Q....{text}."))
    with pytest.raises(ConnectionLost) as caught:
        await run(proxied, text)
    assert not isinstance(caught.value, OutcomeUnknown)
    assert proxied.transaction is TransactionState.UNKNOWN


async def test_loss_while_reading_is_no_unknown_outcome(proxied: Session, proxy: Proxy) -> None:
    def cut(told: Told) -> bool:
        proxy.cut()
        return False

    with pytest.raises(ConnectionLost) as caught:
        await run(proxied, "select g from generate_series(1, 1000000) g", until=cut)
    assert not isinstance(caught.value, OutcomeUnknown)
