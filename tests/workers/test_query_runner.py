"""One statement on a session: which road it goes, what it leaves, and what is told when it fails."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path

import pytest

from pgconsole.core.connection_target import ConnectionTarget
from pgconsole.core.demand import NOT_TO_THE_END, AtDemand, Demand
from pgconsole.core.errors import (
    ConnectionLost,
    ConstraintViolation,
    OutcomeUnknown,
    PgconsoleError,
    QueryCancelled,
    StatementInvalid,
    StatementTimeout,
)
from pgconsole.core.row_store import RowStore
from pgconsole.core.run_events import ReadingPaused
from pgconsole.core.run_state import Road, TransactionState
from pgconsole.db.session import Session
from tests.fixtures.engine import open_session, through, value, values
from tests.fixtures.proxy import Proxy
from tests.fixtures.runs import Told, run
from tests.fixtures.waiting import until

NASTY = (
    "select * from (values (1, 'plain'), (2, null), (3, ''), (4, E'tab\\tnew\\nline\\\\back\\r'), (5, '\\N'),"
    " (6, '\\.'), (7, 'שלום עולם'), (8, '👩‍👩‍👧‍👦 🏳️‍🌈'), (9, E'\\x01\\x1b[31m\\u202e'), (10, 'NULL')) v(n, t)"
    " order by n"
)
MakeStore = Callable[[int], RowStore]
FEW = Demand(rows=250)


async def pieces(*given: bytes) -> AsyncIterator[bytes]:
    for piece in given:
        yield piece


@pytest.fixture
async def proxied(proxy: Proxy, target: ConnectionTarget) -> AsyncIterator[Session]:
    """A session by way of the proxy."""
    session = await open_session(through(proxy, target))
    yield session
    session.terminate()


@pytest.fixture
def small_stores(tmp_path: Path) -> Iterator[MakeStore]:
    """Makes stores of 1 MiB of memory and 4 MiB of disk."""
    made: list[RowStore] = []

    def make(columns: int) -> RowStore:
        made.append(RowStore(columns, memory_budget=1 << 20, disk_budget=4 << 20, spill_directory=tmp_path))
        return made[-1]

    yield make
    for store in made:
        store.close()


# Roads


@pytest.mark.parametrize(
    "query",
    [
        NASTY,
        'select 1 as a, 2 as a, null::int as "A b"',
        "select g, g::text, md5(g::text), case when g % 3 = 0 then null else repeat('é', g % 50) end"
        " from generate_series(1, 5000) g",
        "select from generate_series(1, 3000)",
        "select 1 where false",
        "select repeat('x', 1048576), repeat('ü', 524288)",
        "table pg_namespace",
        "values (1, 'a'), (2, null)",
        "with w as (select 7 as n) select * from w -- a last comment",
        "select array[1, null]::int[], row(1, 'a b'), '{\"a\": [1]}'::jsonb, 'infinity'::timestamptz, '\\x00ff'::bytea",
    ],
)
async def test_both_roads_give_the_same_rows(session: Session, query: str) -> None:
    by_portal = await run(session, query, to_end=True, always_cursor=True)
    by_copy = await run(session, query, to_end=True)
    assert by_portal.road is Road.PORTAL
    expected = Road.COPY if by_portal.columns else Road.PORTAL
    assert by_copy.road is expected
    assert by_copy.columns == by_portal.columns
    assert by_copy.rows == by_portal.rows
    assert by_copy.tag == by_portal.tag == f"SELECT {by_portal.store.row_count}"
    assert by_copy.why_incomplete == by_portal.why_incomplete == ""


async def test_rows_without_columns_are_counted(session: Session) -> None:
    told = await run(session, "select from generate_series(1, 1234)")
    assert told.columns == ()
    assert told.store.row_count == 1234
    assert told.tag == "SELECT 1234"


async def test_no_rows_open_a_result_with_its_columns(session: Session) -> None:
    told = await run(session, "select 1 as a where false")
    assert [column.name for column in told.columns] == ["a"]
    assert told.rows == []
    assert told.tag == "SELECT 0"


async def test_types_made_a_second_ago_are_shown(session: Session) -> None:
    await session.execute("create type quick_mood as enum ('calm'); create table quick (m quick_mood, ms quick_mood[])")
    await session.execute("insert into quick values ('calm', '{calm,NULL}')")
    told = await run(session, "select m, ms, quick from quick")
    assert told.rows == [("calm", "{calm,NULL}", '(calm,"{calm,NULL}")')]
    assert [column.type_name for column in told.columns] == ["quick_mood", "quick_mood[]", "quick"]


async def test_long_line_comes_whole(session: Session) -> None:
    told = await run(session, "select repeat('0123456789', 104858) as line")
    cell = told.rows[0][0]
    assert cell is not None
    assert len(cell) == 1_048_580


async def test_parallel_plan_takes_the_copy_road(session: Session) -> None:
    await session.execute("create table wide_parallel as select g as n from generate_series(1, 20000) g")
    await session.execute(
        "set parallel_setup_cost = 0; set parallel_tuple_cost = 0; set min_parallel_table_scan_size = 0;"
        " set max_parallel_workers_per_gather = 2; analyze wide_parallel"
    )
    query = "select n from wide_parallel where n % 2 = 0"
    told = await run(session, query)
    assert told.road is Road.COPY
    assert told.opened is not None
    assert told.opened.estimated_rows == pytest.approx(100, abs=100)
    assert sorted(int(row[0] or 0) for row in told.rows) == list(range(2, 20001, 2))
    assert told.tag == "SELECT 10000"
    assert (await run(session, query, always_cursor=True)).road is Road.PORTAL
    await session.execute("begin")
    assert (await run(session, query)).road is Road.PORTAL


async def test_serial_plan_takes_the_cursor_road(session: Session) -> None:
    told = await run(session, "select g from generate_series(1, 1000) g")
    assert told.road is Road.PORTAL
    assert told.opened is not None
    assert told.opened.estimated_rows == 1000


@pytest.mark.parametrize(
    ("text", "tag"),
    [
        ("vacuum", "VACUUM"),
        ("create database beside template template0 strategy file_copy", "CREATE DATABASE"),
        ("drop database if exists nowhere", "DROP DATABASE"),
        ("set work_mem = '5MB'", "SET"),
        ("do $$ begin null; end $$", "DO"),
        ("create table told_tag (n int primary key)", "CREATE TABLE"),
    ],
)
async def test_utility_statements_run_outside_a_block(session: Session, watcher: Session, text: str, tag: str) -> None:
    told = await run(session, text)
    assert (told.tag, told.opened) == (tag, None)
    if "beside" in text:
        await watcher.execute("drop database beside")


@pytest.mark.parametrize("begin", ["", "BEGIN"])
async def test_vacuum_and_call_run_outside_a_block_also_in_manual_mode(session: Session, begin: str) -> None:
    assert (await run(session, "vacuum", begin=begin)).tag == "VACUUM"
    assert session.transaction is TransactionState.IDLE


async def test_procedure_may_commit_inside(session: Session, watcher: Session) -> None:
    await session.execute(
        "create table called (n int); create procedure call_twice(inout total int) language plpgsql as"
        " $$ begin insert into called values (1); commit; insert into called values (2); rollback; total := 5; end $$"
    )
    told = await run(session, "call call_twice(0)")
    assert (told.road, told.rows, told.tag) == (Road.WHOLE, [("5",)], "CALL")
    assert await values(watcher, "select n from called") == ["1"]


@pytest.mark.parametrize("text", ["explain select 1", "show work_mem", "explain (format json) select 1"])
async def test_few_rows_are_read_in_one_go(session: Session, text: str) -> None:
    told = await run(session, text)
    assert told.road is Road.WHOLE
    assert told.rows


async def test_parameters_of_any_type_go_as_text(session: Session) -> None:
    told = await run(session, "select $1::int * 2, $2::text, $3::date", "21", None, "infinity")
    assert told.rows == [("42", None, "infinity")]


async def test_fetch_from_a_cursor_of_the_user_shows_its_rows(session: Session) -> None:
    await run(session, "begin")
    await run(session, "declare c cursor for select generate_series(1, 300)")
    told = await run(session, "fetch 200 from c")
    assert (told.store.row_count, told.tag) == (200, "FETCH 200")


async def test_execute_of_a_prepared_statement_shows_its_rows(session: Session) -> None:
    await run(session, "prepare p as select 'here'")
    told = await run(session, "execute p")
    assert told.rows == [("here",)]


# Paging


async def test_reading_pauses_at_the_demand_and_holds_a_portal(session: Session) -> None:
    told = await run(session, "select g from generate_series(1, 100000) g", demand=Demand(rows=250))
    assert told.pauses == 1
    assert 250 <= told.store.row_count < 5000
    assert not session.in_transaction_block


async def test_paused_reading_goes_on_to_the_end(session: Session) -> None:
    demand, told = Demand(rows=250), Told()

    def go_on(told: Told) -> bool:
        if isinstance(told.events[-1], ReadingPaused):
            assert session.in_transaction_block
            demand.raise_to(told.store.row_count + 1000, 1 << 40)
        return False

    await run(session, "select g from generate_series(1, 5000) g", demand=demand, told=told, until=go_on)
    assert told.pauses >= 2
    assert [row[0] for row in told.rows] == [str(n) for n in range(1, 5001)]
    assert told.tag == "SELECT 5000"
    assert told.why_incomplete == ""


async def test_stopped_reading_ends_there_and_frees_the_session(session: Session) -> None:
    told = await run(session, "select g from generate_series(1, 100000) g", demand=FEW, at_demand=AtDemand.STOP)
    assert told.pauses == 0
    assert told.why_incomplete == NOT_TO_THE_END
    assert told.tag == ""
    assert not session.in_transaction_block


async def test_select_that_writes_is_read_to_its_end_and_committed(session: Session, watcher: Session) -> None:
    await session.execute(
        "create table written (n int); create function write_one(n int) returns int language sql as"
        " 'insert into written values (n) returning n'"
    )
    told = await run(session, "select write_one(g) from generate_series(1, 3000) g", demand=Demand(rows=250))
    assert (told.pauses, told.store.row_count, told.why_incomplete) == (0, 3000, "")
    assert await value(watcher, "select count(*) from written") == "3000"


async def test_select_that_writes_and_is_cancelled_is_undone(session: Session, watcher: Session) -> None:
    await session.execute(
        "create table half (n int); create function write_half(n int) returns int language sql as"
        " 'insert into half values (n) returning n'"
    )

    async def cancel_soon() -> None:
        await until(lambda: session.is_running, "it runs")
        await until(lambda: told.opened is not None, "rows are there")
        await session.cancel()

    told = Told()
    cancelling = asyncio.create_task(cancel_soon())
    with pytest.raises(QueryCancelled):
        await run(session, "select write_half(g) from generate_series(1, 3000000) g", told=told)
    await cancelling
    assert await value(watcher, "select count(*) from half") == "0"
    assert not session.in_transaction_block


async def test_returning_is_read_whole_and_committed_at_once(session: Session, watcher: Session) -> None:
    await session.execute("create table returned (n int)")
    text = "insert into returned select generate_series(1, 1000) returning n"
    told = await run(session, text, demand=Demand(rows=100))
    assert (told.pauses, told.store.row_count, told.tag) == (0, 1000, "INSERT 0 1000")
    assert await value(watcher, "select count(*) from returned") == "1000"
    assert session.transaction is TransactionState.IDLE


async def test_rows_locked_for_update_are_read_without_a_pause(session: Session, watcher: Session) -> None:
    await session.execute("create table locked as select g as n from generate_series(1, 1000) g")
    told = await run(session, "select n from locked for update", demand=Demand(rows=100))
    assert (told.pauses, told.store.row_count) == (0, 1000)
    await watcher.execute("set lock_timeout = '1s'; update locked set n = n")


async def test_early_close_of_a_portal_frees_the_session(session: Session) -> None:
    for _ in range(20):
        told = await run(session, "select generate_series(1, 1000000)", until=lambda told: told.opened is not None)
        assert told.rows
        assert not session.in_transaction_block
        assert await value(session, "select 1") == "1"


async def test_early_close_of_a_copy_frees_the_session(session: Session) -> None:
    for _ in range(20):
        told = await run(
            session,
            "select repeat('x', 50), generate_series(1, 1000000)",
            to_end=True,
            until=lambda told: told.opened is not None,
        )
        assert told.road is Road.COPY
        assert await value(session, "select 1") == "1"


async def test_very_large_rows_pause_in_time(session: Session) -> None:
    told = await run(
        session,
        "select g, repeat('x', 2100000) from generate_series(1, 1000) g",
        demand=Demand(size_bytes=240 << 20),
        always_cursor=True,
        until=lambda told: bool(told.pauses) or told.ended is not None,
    )
    assert told.pauses == 1
    assert told.store.row_count < 125
    told.store.close()
    assert await value(session, "select 1") == "1"


# Budgets and time


@pytest.mark.parametrize("to_end", [False, True])
async def test_disk_budget_stops_with_the_rows_so_far(session: Session, small_stores: MakeStore, to_end: bool) -> None:
    told = await run(
        session,
        "select g, repeat('x', 1000) from generate_series(1, 1000000) g",
        to_end=to_end,
        demand=Demand(rows=10_000_000, size_bytes=1 << 40),
        make_store=small_stores,
    )
    assert told.road is (Road.COPY if to_end else Road.PORTAL)
    assert told.store.row_count > 1000
    assert told.rows[0][0] == "1"
    assert told.rows[-1][0] == str(told.store.row_count)
    assert told.why_incomplete
    assert not session.in_transaction_block
    assert await value(session, "select 1") == "1"


async def test_disk_budget_of_copy_lines_stops_with_the_lines_so_far(session: Session, small_stores: MakeStore) -> None:
    told = await run(
        session,
        "copy (select g, repeat('x', 1000) from generate_series(1, 1000000) g) to stdout",
        make_store=small_stores,
    )
    assert told.store.row_count > 1000
    assert told.why_incomplete
    assert await value(session, "select 1") == "1"


async def test_disk_budget_leaves_the_users_transaction_alive(session: Session, small_stores: MakeStore) -> None:
    await session.execute("begin")
    for text in (
        "copy (select repeat('x', 1000) from generate_series(1, 20000) g) to stdout",
        "select repeat('x', 1000) from generate_series(1, 20000) g",
    ):
        told = await run(session, text, make_store=small_stores)
        assert told.why_incomplete
        assert session.transaction is TransactionState.OPEN


async def test_disk_budget_of_returning_still_commits_everything(
    session: Session, watcher: Session, small_stores: MakeStore
) -> None:
    await session.execute("create table overflowing (n int, t text)")
    told = await run(
        session,
        "insert into overflowing select g, repeat('x', 1000) from generate_series(1, 20000) g returning *",
        make_store=small_stores,
    )
    assert told.why_incomplete
    assert told.store.row_count < 20000
    assert told.tag == "INSERT 0 20000"
    assert await value(watcher, "select count(*) from overflowing") == "20000"


@pytest.mark.parametrize("to_end", [False, True])
async def test_statement_timeout_is_the_same_on_both_roads(session: Session, to_end: bool) -> None:
    with pytest.raises(StatementTimeout) as caught:
        await run(session, "select pg_sleep(0.01) from generate_series(1, 1000)", to_end=to_end, timeout_s=0.1)
    assert "this console's limit" in caught.value.why
    assert not session.in_transaction_block
    assert await value(session, "select 1") == "1"


async def test_statement_timeout_ends_a_copy_from_stdin(session: Session) -> None:
    async def endless() -> AsyncIterator[bytes]:
        while True:
            yield b"1\n" * 1000
            await asyncio.sleep(0)

    await session.execute("create table endless (n int)")
    with pytest.raises(StatementTimeout):
        await run(session, "copy endless from stdin", copy_source=endless(), timeout_s=0.1)
    assert await value(session, "select count(*) from endless") == "0"


async def test_time_of_a_pause_is_not_counted_against_the_statement(session: Session) -> None:
    await session.execute(
        "create table paused_long as select g as n from generate_series(1, 200000) g; analyze paused_long;"
        " set parallel_setup_cost = 0; set parallel_tuple_cost = 0; set min_parallel_table_scan_size = 0"
    )
    for always_cursor in (True, False):
        demand, told = Demand(rows=250, size_bytes=1 << 30), Told()
        paused = asyncio.Event()

        def note(told: Told, paused: asyncio.Event = paused) -> bool:
            if told.pauses:
                paused.set()
            return False

        task = asyncio.create_task(
            run(
                session,
                "select n from paused_long",
                demand=demand,
                timeout_s=0.5,
                told=told,
                until=note,
                always_cursor=always_cursor,
            )
        )
        await paused.wait()
        await asyncio.sleep(0.6)
        demand.raise_to_end()
        await task
        assert told.road is (Road.PORTAL if always_cursor else Road.COPY)
        assert told.store.row_count == 200_000


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


# COPY as typed


async def test_copy_from_stdin_takes_its_data(session: Session) -> None:
    await session.execute("create table copied_in (n int, t text)")
    source = pieces(b"1\tone\n", b"2\ttwo\n")
    told = await run(session, "copy copied_in from stdin", copy_source=source)
    assert told.tag == "COPY 2"
    assert await values(session, "select t from copied_in order by n") == ["one", "two"]


async def test_copy_from_stdin_without_data_is_refused(session: Session) -> None:
    with pytest.raises(PgconsoleError, match="no data"):
        await run(session, "copy pg_class from stdin")
    assert await value(session, "select 1") == "1"


async def test_wrong_line_of_copy_is_told_with_its_context(session: Session) -> None:
    await session.execute("create table copied_wrong (n int)")
    with pytest.raises(PgconsoleError) as caught:
        await run(session, "copy copied_wrong from stdin", copy_source=pieces(b"1\n", b"many\n"))
    assert "line 2" in caught.value.report.context
    assert await value(session, "select count(*) from copied_wrong") == "0"


async def test_copy_to_stdout_shows_its_lines(session: Session) -> None:
    text = "copy (values (1, 'a,b'), (2, null)) to stdout (format csv, header)"
    told = await run(session, text)
    assert (told.road, told.tag) == (Road.LINES, "COPY 2")
    assert told.rows == [("column1,column2",), ('1,"a,b"',), ("2,",)]


async def test_binary_copy_to_stdout_does_not_break(session: Session) -> None:
    told = await run(session, "copy (select 1) to stdout (format binary)")
    assert told.tag == "COPY 1"
    assert (told.rows[0][0] or "").startswith("PGCOPY")
