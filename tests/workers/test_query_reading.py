"""How far one statement is read: until the demand, a budget or its time ends."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path

import pytest

from pgconsole.core.demand import NOT_TO_THE_END, AtDemand, Demand
from pgconsole.core.errors import (
    QueryCancelled,
    StatementTimeout,
)
from pgconsole.core.row_store import RowStore
from pgconsole.core.run_events import ReadingPaused
from pgconsole.core.run_state import Road, TransactionState
from pgconsole.db.session import Session
from tests.fixtures.engine import value
from tests.fixtures.runs import Told, run
from tests.fixtures.waiting import until

MakeStore = Callable[[int], RowStore]
FEW = Demand(rows=250)


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
        "create table paused_long as select g as n from generate_series(1, 50000) g; analyze paused_long;"
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
                timeout_s=2.0,
                told=told,
                until=note,
                always_cursor=always_cursor,
            )
        )
        await paused.wait()
        await asyncio.sleep(2.1)
        demand.raise_to_end()
        await task
        assert told.road is (Road.PORTAL if always_cursor else Road.COPY)
        assert told.store.row_count == 50_000


async def test_rows_among_notices_are_all_there_by_either_road(session: Session) -> None:
    await session.execute(
        "create function pg_temp.told(n int) returns int language plpgsql as"
        " $$ begin raise notice 'row %', n; return n; end $$"
    )
    text = "select pg_temp.told(n) from generate_series(1, 3000) n"
    for always_cursor in (False, True):
        told = await run(session, text, to_end=True, always_cursor=always_cursor)
        assert told.road is (Road.PORTAL if always_cursor else Road.COPY)
        assert (told.store.row_count, told.why_incomplete) == (3000, "")


async def test_rows_that_the_driver_loses_among_changed_settings_are_told(session: Session) -> None:
    zone = "set_config('TimeZone', case when n % 2 = 0 then 'UTC' else 'Asia/Tokyo' end, true)"
    text = f"select {zone} from generate_series(1, 3000) n"
    fast = await run(session, text, to_end=True)
    assert fast.road is Road.COPY
    missing = 3000 - fast.store.row_count
    assert fast.why_incomplete.startswith(f"{missing:,} rows were lost on the way") is bool(missing)
    whole = await run(session, text, to_end=True, always_cursor=True)
    assert (whole.store.row_count, whole.why_incomplete) == (3000, "")
