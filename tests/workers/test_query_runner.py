"""One statement on a session: which road it goes, and what comes of it."""

from collections.abc import AsyncIterator

import pytest

from pgconsole.core.errors import (
    PgconsoleError,
)
from pgconsole.core.run_state import Road, TransactionState
from pgconsole.db.session import Session
from tests.fixtures.engine import value, values
from tests.fixtures.runs import run

NASTY = (
    "select * from (values (1, 'plain'), (2, null), (3, ''), (4, E'tab\\tnew\\nline\\\\back\\r'), (5, '\\N'),"
    " (6, '\\.'), (7, 'שלום עולם'), (8, '👩‍👩‍👧‍👦 🏳️‍🌈'), (9, E'\\x01\\x1b[31m\\u202e'), (10, 'NULL')) v(n, t)"
    " order by n"
)


async def pieces(*given: bytes) -> AsyncIterator[bytes]:
    for piece in given:
        yield piece


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
