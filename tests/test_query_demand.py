"""Results of a query tab that are not read to their end: what they hold, who goes on with them and who closes them."""

import time

import pytest

from pgconsole.core.demand import NOT_TO_THE_END
from pgconsole.core.errors import ConnectionLost, PgconsoleError, RefusedStatement
from pgconsole.core.result import Result
from pgconsole.core.run_state import Phase, Road, TransactionState
from pgconsole.core.settings import Settings
from pgconsole.db.pool import PoolLimits
from pgconsole.db.session import Session
from pgconsole.workers import portal_guard
from tests.fixtures.desk import Desk, MakeDesk
from tests.fixtures.engine import MakePool, backend_state, value
from tests.fixtures.waiting import until, until_answer

NUMBERS = "select generate_series(1, 50000) as n"
SHORT = Settings(read_ahead_rows=100)


@pytest.fixture
def paused_desk(desk: Desk) -> Desk:
    """A tab that reads no more than some hundred rows ahead."""
    desk.settings = SHORT
    return desk


def pid_of(desk: Desk) -> int:
    assert desk.state.backend_pid is not None
    return desk.state.backend_pid


async def test_reading_pauses_at_the_limit_and_says_since_when_a_portal_is_held(
    paused_desk: Desk, watcher: Session
) -> None:
    desk, before = paused_desk, time.time()
    await desk.run(NUMBERS)
    assert 100 <= desk.result.row_count < 3000
    assert (desk.result.is_final, desk.result.portal_open, desk.result.stopped_because) == (False, True, "")
    assert before <= (desk.state.portal_since or 0) <= time.time()
    assert desk.state.transaction is TransactionState.IDLE
    assert desk.state.pin_reasons == ()
    assert desk.tags == []
    assert await backend_state(watcher, pid_of(desk)) == "idle in transaction"


async def test_scrolling_reads_on_and_fetch_all_reads_to_the_end(paused_desk: Desk, watcher: Session) -> None:
    desk = paused_desk
    await desk.run(NUMBERS)
    first, pid = desk.result.row_count, pid_of(desk)
    await desk.do(lambda: desk.console.fetch_more(desk.result))
    assert first + 20_000 <= desk.result.row_count < 50_000
    assert desk.result.portal_open
    await desk.do(lambda: desk.console.fetch_more(desk.result, to_end=True))
    assert desk.rows == [(str(n),) for n in range(1, 50_001)]
    assert (desk.result.is_final, desk.result.portal_open, desk.result.tag) == (True, False, "SELECT 50000")
    assert desk.state.portal_since is None
    assert desk.state.backend_pid is None
    assert await backend_state(watcher, pid) == "idle"


async def test_reading_on_shows_as_streaming(paused_desk: Desk) -> None:
    desk = paused_desk
    await desk.run(NUMBERS)
    desk.view.phases.clear()
    await desk.do(lambda: desk.console.fetch_more(desk.result))
    assert desk.view.phases == [Phase.STREAMING, Phase.IDLE]
    assert desk.state.answered == 1


async def test_fetch_all_while_rows_still_stream_reads_to_the_end(paused_desk: Desk) -> None:
    desk = paused_desk
    desk.start(NUMBERS)
    await desk.view.shows(lambda: bool(desk.view.results))
    desk.console.fetch_more(desk.result, to_end=True)
    await desk.idle()
    assert (desk.result.row_count, desk.result.is_final) == (50_000, True)


async def test_more_that_is_asked_for_while_the_tab_is_busy_is_read_afterwards(paused_desk: Desk) -> None:
    desk = paused_desk
    await desk.run("begin")
    await desk.run(NUMBERS)
    first = desk.result
    desk.view.kept.append(first)
    desk.start("select pg_sleep(0.05)")
    desk.console.fetch_more(first, to_end=True)
    await desk.view.shows(lambda: first.is_final)
    await desk.idle()
    assert (first.row_count, desk.cell) == (50_000, "")
    assert desk.view.errors == []


async def test_asking_for_more_of_a_result_that_has_ended_does_nothing(desk: Desk) -> None:
    await desk.run("select 1")
    desk.console.fetch_more(desk.result, to_end=True)
    assert desk.state.phase is Phase.IDLE


async def test_cancel_while_reading_on_keeps_the_rows_and_the_session(paused_desk: Desk) -> None:
    desk = paused_desk
    await desk.run("select generate_series(1, 500000000)")
    pid = pid_of(desk)
    desk.console.fetch_more(desk.result, to_end=True)
    await desk.view.shows(lambda: desk.result.row_count > 5000)
    await desk.do(desk.console.cancel)
    assert desk.view.errors == []
    assert [text[:9] for text in desk.infos] == ["Cancelled"]
    assert (desk.result.portal_open, desk.result.stopped_because) == (False, "cancelled")
    await desk.run("select pg_backend_pid()")
    assert desk.cell == str(pid)


async def test_paused_copy_goes_on_and_is_let_go(paused_desk: Desk, watcher: Session) -> None:
    desk = paused_desk
    await watcher.execute(
        "create table wide_copy as select g as n, repeat('x', 500) as t from generate_series(1, 60000) g;"
        " analyze wide_copy"
    )
    await desk.run_all(
        "set parallel_setup_cost = 0; set parallel_tuple_cost = 0; set min_parallel_table_scan_size = 0;"
        " select * from wide_copy"
    )
    assert desk.result.road is Road.COPY
    assert desk.result.portal_open
    pid, first = pid_of(desk), desk.result.row_count
    assert first < 60_000
    await desk.do(lambda: desk.console.fetch_more(desk.result))
    assert desk.result.row_count > first
    await desk.do(desk.console.cancel)
    assert (desk.result.portal_open, desk.result.stopped_because) == (False, NOT_TO_THE_END)
    await desk.run("select pg_backend_pid()")
    assert desk.cell == str(pid)


async def test_new_run_closes_the_paused_result_and_keeps_its_rows(paused_desk: Desk) -> None:
    desk = paused_desk
    await desk.run(NUMBERS)
    paused = desk.result
    count = paused.row_count
    await desk.run("select 1")
    assert (paused.portal_open, paused.is_final, paused.row_count) == (False, False, count)
    assert paused.stopped_because == "another statement ran in the tab"
    assert desk.cell == "1"
    assert desk.state.portal_since is None


async def test_statement_that_is_not_the_last_of_a_script_is_read_to_the_limit_only(paused_desk: Desk) -> None:
    desk = paused_desk
    await desk.run_all(f"{NUMBERS}; select 2")
    first, second = desk.view.results
    assert (first.is_final, first.portal_open, first.stopped_because) == (False, False, NOT_TO_THE_END)
    assert second.is_final


async def test_results_in_the_users_transaction_stay_open_together(paused_desk: Desk) -> None:
    desk = paused_desk
    await desk.run("begin")
    await desk.run(NUMBERS)
    first = desk.result
    desk.view.kept.append(first)
    await desk.run("select generate_series(1, 40000)")
    second = desk.result
    assert first.portal_open
    assert second.portal_open
    await desk.do(lambda: desk.console.fetch_more(first, to_end=True))
    assert (first.is_final, first.row_count) == (True, 50_000)
    assert desk.state.portal_since is not None
    await desk.do(desk.console.commit)
    assert (second.portal_open, second.stopped_because) == (False, "its transaction ended")
    assert desk.state.portal_since is None


@pytest.mark.parametrize("ending", ["select 1/0", "rollback to s", "rollback and chain"])
async def test_what_ends_the_portals_of_a_transaction_closes_its_results(paused_desk: Desk, ending: str) -> None:
    desk = paused_desk
    await desk.run_all("begin; savepoint s")
    await desk.run(NUMBERS)
    paused = desk.result
    await desk.run(ending)
    assert (paused.portal_open, paused.stopped_because) == (False, "its transaction ended")


async def test_server_that_goes_away_ends_a_paused_result_and_says_so(paused_desk: Desk, watcher: Session) -> None:
    desk = paused_desk
    await desk.run(NUMBERS)
    paused = desk.result
    await watcher.execute(f"select pg_terminate_backend({pid_of(desk)})")
    await desk.view.shows(lambda: bool(desk.view.errors))
    await desk.idle()
    assert isinstance(desk.error, ConnectionLost)
    assert desk.error.lost == ("paused results",)
    assert (paused.portal_open, paused.stopped_because) == (False, "the connection was lost")
    assert desk.state.portal_since is None


# Time


async def test_paused_result_is_closed_before_the_server_ends_its_session(paused_desk: Desk, watcher: Session) -> None:
    desk = paused_desk
    await watcher.execute("alter role current_user set idle_in_transaction_session_timeout = '5300ms'")
    try:
        await desk.run(NUMBERS)
        assert desk.infos == ["A paused result holds a snapshot on the server; it is closed in 0 s, its rows kept."]
        await desk.view.shows(lambda: not desk.result.portal_open)
    finally:
        await watcher.execute("alter role current_user reset idle_in_transaction_session_timeout")
    await desk.idle()
    assert desk.result.stopped_because == "it was paused for too long"
    assert desk.view.errors == []
    assert desk.state.backend_pid is None


async def test_paused_result_is_warned_of_a_minute_before_its_limit(paused_desk: Desk) -> None:
    desk = paused_desk
    desk.settings = Settings(read_ahead_rows=100, portal_limit_min=2)
    await desk.run(NUMBERS)
    assert desk.infos == []
    desk.settings = Settings(read_ahead_rows=100, portal_limit_min=1)
    await desk.run(NUMBERS)
    await desk.view.shows(lambda: bool(desk.infos))
    assert desk.infos == ["A paused result holds a snapshot on the server; it is closed in 60 s, its rows kept."]


async def test_limit_that_is_reached_while_the_tab_is_busy_holds_as_soon_as_it_is_not(paused_desk: Desk) -> None:
    desk = paused_desk
    await desk.run_all("begin; set local idle_in_transaction_session_timeout = '5100ms'")
    await desk.run(NUMBERS)
    paused = desk.result
    await desk.run("select pg_sleep(0.3)")
    assert (paused.portal_open, paused.stopped_because) == (False, "it was paused for too long")
    assert desk.state.transaction is TransactionState.OPEN


# Other tabs


@pytest.fixture
def quick_looks(monkeypatch: pytest.MonkeyPatch) -> None:
    """Look for blockers sooner than a user would want it."""
    monkeypatch.setattr(portal_guard, "_FIRST_LOOK_S", 0.05)


async def test_alter_table_of_another_tab_is_let_through_and_said(
    make_desk: MakeDesk, watcher: Session, quick_looks: None
) -> None:
    await watcher.execute("create table guarded as select g as n from generate_series(1, 50000) g")
    reading, altering = make_desk("Query 1"), make_desk("Query 2")
    reading.settings = SHORT
    await reading.run("select * from guarded")
    paused = reading.result
    await altering.run("alter table guarded add column t text")
    assert altering.tags == ["ALTER TABLE"]
    assert (paused.portal_open, paused.stopped_because) == (False, "another tab waited for its locks")


async def test_batch_of_another_tab_is_let_through_too(
    make_desk: MakeDesk, watcher: Session, quick_looks: None
) -> None:
    await watcher.execute("create table guarded_batch as select g as n from generate_series(1, 50000) g")
    reading, altering = make_desk("Query 1"), make_desk("Query 2")
    reading.settings = SHORT
    sql = "with l as (select $1::int) select pg_advisory_xact_lock(1)"
    await reading.run("select n, pg_advisory_xact_lock(1) from guarded_batch")
    assert reading.result.portal_open
    await altering.do(lambda: altering.console.run_batch(sql, 0, None, [("1",)]))
    assert altering.view.errors == []
    assert reading.result.stopped_because == "another tab waited for its locks"


async def test_full_pool_frees_the_oldest_paused_result(make_desk: MakeDesk, make_pool: MakePool) -> None:
    pool = make_pool(PoolLimits(max_size=2))
    oldest, newer, third = (make_desk(f"Query {n}", pool) for n in (1, 2, 3))
    for desk in (oldest, newer):
        desk.settings = SHORT
        await desk.run(NUMBERS)
    await third.run("select 3")
    assert third.cell == "3"
    assert oldest.result.stopped_because == "its connection was needed by another tab"
    assert newer.result.portal_open


async def test_full_pool_spares_paused_results_that_would_free_nothing(
    make_desk: MakeDesk, make_pool: MakePool
) -> None:
    pool = make_pool(PoolLimits(max_size=3))
    in_transaction, pinned, plain, fourth = (make_desk(f"Query {n}", pool) for n in (1, 2, 3, 4))
    await in_transaction.run("begin")
    await pinned.run("set work_mem = '5MB'")
    for desk in (in_transaction, pinned, plain):
        desk.settings = SHORT
        await desk.run(NUMBERS)
    await fourth.run("select 4")
    assert fourth.cell == "4"
    assert in_transaction.result.portal_open
    assert pinned.result.portal_open
    assert plain.result.stopped_because == "its connection was needed by another tab"


async def test_locks_of_a_paused_result_are_gone_once_it_is_closed(paused_desk: Desk, watcher: Session) -> None:
    desk = paused_desk
    await watcher.execute("create table let_go as select g as n from generate_series(1, 50000) g")
    await desk.run("select * from let_go")
    await desk.do(desk.console.cancel)
    await watcher.execute("set lock_timeout = '1s'; alter table let_go add column t text")


# Counting


async def test_rows_of_a_paused_result_are_counted_on_a_session_beside(paused_desk: Desk) -> None:
    desk = paused_desk
    await desk.run(f"{NUMBERS} -- a last comment")
    desk.console.count(desk.result)
    await desk.view.shows(lambda: desk.result.counted_rows is not None)
    assert desk.result.counted_rows == 50_000
    assert desk.infos == ["Counting on the server…", "The server counts 50,000 rows now."]
    assert desk.result.portal_open


async def test_count_uses_the_values_of_the_parameters(paused_desk: Desk) -> None:
    desk = paused_desk
    desk.start("select generate_series(1, $1::int)")
    await desk.view.shows(lambda: bool(desk.view.parameter_requests))
    desk.console.answer(["321"])
    await desk.idle()
    desk.console.count(desk.result)
    await desk.view.shows(lambda: desk.result.counted_rows is not None)
    assert desk.result.counted_rows == 321


def cut_off(result: Result) -> Result:
    """The result as one that was not read to its end: only such a one is counted."""
    result.is_final, result.stopped_because = False, "cancelled"
    return result


async def test_count_changes_nothing_on_the_server(paused_desk: Desk, watcher: Session) -> None:
    desk = paused_desk
    await watcher.execute(
        "create table count_writes (n int); create function count_write(n int) returns int language sql as"
        " 'insert into count_writes values (n) returning n'"
    )
    await desk.run("select count_write(7)")
    desk.console.count(cut_off(desk.result))
    await desk.view.shows(lambda: bool(desk.view.errors))
    assert desk.error.sqlstate == "25006"
    assert await value(watcher, "select count(*) from count_writes") == "1"


async def test_count_of_what_is_no_query_is_refused(desk: Desk, watcher: Session) -> None:
    await watcher.execute("create table count_returned (n int)")
    for sql in ("insert into count_returned values (1) returning n", "show work_mem", "explain select 1"):
        await desk.run(sql)
        desk.console.count(cut_off(desk.result))
        await desk.view.shows(lambda: bool(desk.view.errors))
        assert isinstance(desk.error, RefusedStatement)
    assert await value(watcher, "select count(*) from count_returned") == "1"


async def test_count_beside_a_session_with_state_of_its_own_says_so(paused_desk: Desk) -> None:
    desk = paused_desk
    await desk.run("set work_mem = '5MB'")
    await desk.run(NUMBERS)
    desk.console.count(desk.result)
    await desk.view.shows(lambda: desk.result.counted_rows is not None)
    assert desk.infos[-1].endswith("rows now, on a session without this tab's own: SET work_mem.")


async def test_count_that_fails_is_told_and_gives_its_session_back(desk: Desk) -> None:
    await desk.run_all("create temp table only_here (n int); select * from only_here")
    desk.console.count(cut_off(desk.result))
    await desk.view.shows(lambda: bool(desk.view.errors))
    error: PgconsoleError = desk.error
    assert error.sqlstate == "42P01"
    await until(lambda: desk.pool.stats.idle == 1, "its session is back")


async def test_paused_portal_is_gone_within_a_second_of_the_tab(paused_desk: Desk, watcher: Session) -> None:
    desk = paused_desk
    await desk.run(NUMBERS)
    pid = pid_of(desk)
    await desk.console.aclose()
    await until_answer(lambda: backend_state(watcher, pid), "idle", "the portal is gone")
