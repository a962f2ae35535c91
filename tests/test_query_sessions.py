"""When a query tab keeps its session, says why, gives it back, and what is told when it is lost."""

import asyncio
from dataclasses import replace

import pytest

from pgconsole.core.connection_target import ConnectionTarget
from pgconsole.core.errors import ConnectFailed, ConnectionLost, PoolTimeout
from pgconsole.core.run_state import Phase, TransactionState
from pgconsole.core.settings import Settings
from pgconsole.db.pool import PoolLimits
from pgconsole.db.session import Session
from tests.fixtures.desk import Desk, MakeDesk
from tests.fixtures.engine import ENDLESS, MakePool, backend_state, value
from tests.fixtures.waiting import until, until_answer


async def test_clean_session_goes_back_and_serves_the_next_tab(make_desk: MakeDesk) -> None:
    first, second = make_desk("Query 1"), make_desk("Query 2")
    await first.run("select pg_backend_pid()")
    assert (first.state.backend_pid, first.state.pinned) == (None, False)
    await second.run("select pg_backend_pid(), current_setting('application_name')")
    assert second.rows == [(first.cell, "pgconsole: Query 2")]
    assert first.pool.stats.opened == 1


@pytest.mark.parametrize(
    ("sql", "reason", "undo"),
    [
        ("set work_mem = '5MB'", "SET work_mem", "reset work_mem"),
        ("select set_config('work_mem', '5MB', false)", "SET work_mem", "reset all"),
        ("create temp table kept (n int)", "temporary table kept", "drop table kept"),
        ("prepare kept as select 1", "prepared statement kept", "deallocate kept"),
        ("select pg_advisory_lock(42)", "advisory lock", "select pg_advisory_unlock(42)"),
        ("listen kept", "LISTEN kept", "unlisten kept"),
        ("declare kept cursor with hold for select 1", "cursor kept WITH HOLD", "close kept"),
        ("set role pg_monitor", "SET ROLE pg_monitor", "reset role"),
    ],
)
async def test_state_of_the_session_keeps_it_with_the_tab_until_it_is_undone(
    make_desk: MakeDesk, sql: str, reason: str, undo: str
) -> None:
    desk, other = make_desk("Query 1"), make_desk("Query 2")
    await desk.run(sql)
    assert desk.view.errors == []
    assert desk.state.pin_reasons == (reason,)
    pid = desk.state.backend_pid
    await other.run("select pg_backend_pid()")
    assert other.cell != str(pid)
    await desk.run("select pg_backend_pid()")
    assert desk.cell == str(pid)
    await desk.run(undo)
    assert not desk.state.pinned
    assert desk.console.state.backend_pid is None


async def test_what_is_set_for_a_transaction_does_not_outlive_it_as_a_pin(desk: Desk) -> None:
    await desk.run_all("begin; set local work_mem = '5MB'; select 1; commit")
    assert desk.state.pin_reasons == ()


async def test_listen_in_a_tab_shows_its_notifications(desk: Desk, watcher: Session) -> None:
    await desk.run("listen tab_news")
    await watcher.execute("notify tab_news, 'hello'")
    await desk.view.shows(lambda: bool(desk.infos))
    assert desk.infos == [f"Notification on tab_news from process {watcher.backend_pid}: hello"]
    await watcher.execute("notify tab_news")
    await desk.view.shows(lambda: len(desk.infos) == 2)
    assert desk.infos[1].endswith(", without a payload")


async def test_lost_session_names_what_went_with_it_and_the_next_run_has_another(desk: Desk, watcher: Session) -> None:
    await desk.run_all("set work_mem = '5MB'; create temp table gone (n int); begin")
    pid = desk.state.backend_pid
    await watcher.execute(f"select pg_terminate_backend({pid})")
    await desk.view.shows(lambda: bool(desk.view.errors))
    await desk.idle()
    assert isinstance(desk.error, ConnectionLost)
    assert desk.error.lost == ("the open transaction", "SET work_mem", "temporary table")
    assert desk.state.pin_reasons == ()
    await desk.run("select pg_backend_pid(), current_setting('work_mem')")
    assert desk.rows[0][0] != str(pid)
    assert desk.rows[0][1] == "4MB"


async def test_lost_pins_are_named(desk: Desk, watcher: Session) -> None:
    await desk.run_all("set work_mem = '5MB'; create temp table gone_too (n int)")
    await watcher.execute(f"select pg_terminate_backend({desk.state.backend_pid})")
    await desk.view.shows(lambda: bool(desk.view.errors))
    await desk.idle()
    assert isinstance(desk.error, ConnectionLost)
    assert desk.error.lost == ("SET work_mem", "temporary table gone_too")


async def test_session_that_is_lost_while_it_runs_names_its_pins_too(desk: Desk, watcher: Session) -> None:
    await desk.run("set work_mem = '5MB'")
    await desk.run("select pg_terminate_backend(pg_backend_pid())")
    assert isinstance(desk.error, ConnectionLost)
    assert desk.infos == ["Ended with the connection: SET work_mem."]


async def test_idle_session_in_the_pool_that_dies_is_replaced_without_a_word(desk: Desk, watcher: Session) -> None:
    await desk.run("select pg_backend_pid()")
    pid = int(str(desk.cell))
    await watcher.execute(f"select pg_terminate_backend({pid})")
    await until_answer(lambda: backend_state(watcher, pid), None, "it is gone")
    await desk.run("select pg_backend_pid()")
    assert desk.view.errors == []
    assert desk.cell != str(pid)


async def test_reset_session_drops_what_was_kept(desk: Desk, watcher: Session) -> None:
    await desk.run_all("set work_mem = '5MB'; begin")
    pid = desk.state.backend_pid
    assert pid is not None
    await desk.do(desk.console.reset_session)
    assert (desk.state.pin_reasons, desk.state.backend_pid) == ((), None)
    assert desk.state.transaction is TransactionState.IDLE
    await until_answer(lambda: backend_state(watcher, pid), None, "it is gone")
    await desk.run("show work_mem")
    assert desk.cell == "4MB"


async def test_reset_session_closes_paused_results(desk: Desk) -> None:
    desk.settings = Settings(read_ahead_rows=100)
    await desk.run("select generate_series(1, 50000)")
    await desk.do(desk.console.reset_session)
    assert (desk.result.portal_open, desk.result.stopped_because) == (False, "the session was reset")


async def test_pool_that_stays_full_is_told_with_what_to_do(make_desk: MakeDesk, make_pool: MakePool) -> None:
    pool = make_pool(PoolLimits(max_size=1, acquire_timeout_s=0.1))
    first, second = make_desk("Query 1", pool), make_desk("Query 2", pool)
    await first.run("begin")
    await second.run("select 2")
    assert isinstance(second.error, PoolTimeout)
    await first.do(first.console.roll_back)
    await second.run("select 2")
    assert second.cell == "2"


async def test_connection_that_fails_is_told_and_ends_a_script(
    make_desk: MakeDesk, make_pool: MakePool, target: ConnectionTarget
) -> None:
    desk = make_desk(on=make_pool(to=replace(target, database="no_such_database")))
    desk.settings = Settings(on_script_error="continue")
    await desk.run_all("select 1; select 2; select 3")
    assert isinstance(desk.error, ConnectFailed)
    assert desk.infos == ["Not run: 2 statements of the script."]


# Closing the tab


@pytest.mark.parametrize("to_end", [False, True])
async def test_tab_that_is_closed_in_mid_stream_leaves_its_backend_idle_within_a_second(
    desk: Desk, watcher: Session, to_end: bool
) -> None:
    desk.settings = Settings(read_ahead_rows=100_000_000, read_ahead_mib=4096)
    desk.start(ENDLESS, to_end=to_end)
    await desk.view.shows(lambda: bool(desk.view.results) and desk.result.row_count > 5000)
    pid = desk.state.backend_pid
    assert pid is not None
    await desk.console.aclose()
    await idle_or_gone(watcher, pid)


@pytest.mark.parametrize("sql", ["select pg_sleep(30)", "begin \\; select pg_sleep(30)", "select $1::int"])
async def test_tab_that_is_closed_while_a_statement_runs_ends_it_within_a_second(
    desk: Desk, watcher: Session, sql: str
) -> None:
    desk.start(sql)
    await desk.view.shows(lambda: desk.state.backend_pid is not None)
    pid = desk.state.backend_pid
    assert pid is not None
    await until_answer(lambda: is_busy_or_asking(desk, watcher, pid), True, "it runs or asks")
    await desk.console.aclose()
    await idle_or_gone(watcher, pid)


async def test_tab_that_is_closed_while_it_waits_for_a_connection_leaves_the_queue(
    make_desk: MakeDesk, make_pool: MakePool
) -> None:
    pool = make_pool(PoolLimits(max_size=1))
    first, second = make_desk("Query 1", pool), make_desk("Query 2", pool)
    await first.run("begin")
    second.start("select 2")
    await until(lambda: pool.stats.waiting == 1, "the second waits")
    await second.console.aclose()
    assert pool.stats.waiting == 0
    await first.do(first.console.roll_back)


async def test_tab_that_is_closed_while_it_counts_gives_the_session_back(desk: Desk, watcher: Session) -> None:
    await desk.run("select 1 where pg_sleep(0) is not null")
    desk.result.statement = "select pg_sleep(30)"
    desk.result.is_final = False
    desk.console.count(desk.result)
    counting = (
        "select count(*) from pg_stat_activity"
        " where query ~ 'sleep.30' and state = 'active' and pid <> pg_backend_pid()"
    )
    await until_answer(lambda: value(watcher, counting), "1", "it counts")
    await desk.console.aclose()
    assert desk.pool.stats.used == 0
    await until_answer(lambda: value(watcher, counting), "0", "the server has ended it")


async def test_closing_a_tab_twice_is_closing_it_once(desk: Desk) -> None:
    await desk.run("select 1")
    await asyncio.gather(desk.console.aclose(), desk.console.aclose())
    assert desk.state.phase is Phase.IDLE


async def is_busy_or_asking(desk: Desk, watcher: Session, pid: int) -> bool:
    return bool(desk.view.parameter_requests) or await backend_state(watcher, pid) == "active"


async def idle_or_gone(watcher: Session, pid: int) -> None:
    async def look() -> bool:
        return await backend_state(watcher, pid) in ("idle", None)

    await until_answer(look, True, "the backend is idle or gone")
