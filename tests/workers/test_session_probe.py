"""What a tab finds of its session after this machine slept."""

import pytest

from pgconsole.core.connection_target import ConnectionTarget
from pgconsole.core.errors import ConnectionLost
from pgconsole.core.run_state import Phase, TransactionState
from pgconsole.db.session import Session
from tests.fixtures.desk import Desk, MakeDesk
from tests.fixtures.engine import MakePool, through, value
from tests.fixtures.proxy import Proxy
from tests.fixtures.waiting import until


@pytest.fixture
async def remote(target: ConnectionTarget, proxy: Proxy, make_pool: MakePool, make_desk: MakeDesk) -> Desk:
    """A tab whose connection goes through the proxy."""
    return make_desk("Query 1", make_pool(to=through(proxy, target)))


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pgconsole.workers.session_probe.ANSWER_S", 0.2)


async def test_transaction_that_outlived_the_sleep_is_as_it_was(desk: Desk) -> None:
    await desk.run_all("begin; create temp table kept (n int)")
    await desk.do(desk.pool.doubt)
    assert desk.view.errors == []
    assert desk.transaction() is TransactionState.OPEN
    await desk.run("select count(*) from kept")
    assert desk.cell == "0"


async def test_probe_takes_no_snapshot_of_the_transaction(desk: Desk, watcher: Session) -> None:
    await watcher.execute("create table t (n int)")
    await desk.run("begin isolation level repeatable read")
    await desk.do(desk.pool.doubt)
    await watcher.execute("insert into t values (1)")
    await desk.run("select count(*) from t")
    assert desk.cell == "1"


async def test_failed_transaction_stays_failed(desk: Desk) -> None:
    await desk.run_all("begin; select 1/0")
    desk.view.errors.clear()
    await desk.do(desk.pool.doubt)
    assert desk.view.errors == []
    assert desk.transaction() is TransactionState.FAILED


async def test_end_of_the_session_is_still_told_after_a_probe(desk: Desk, watcher: Session) -> None:
    await desk.run("begin")
    await desk.do(desk.pool.doubt)
    await watcher.execute(f"select pg_terminate_backend({desk.state.backend_pid})")
    await desk.view.shows(lambda: bool(desk.view.errors))
    await desk.idle()
    assert isinstance(desk.error, ConnectionLost)


@pytest.mark.usefixtures("impatient")
async def test_connection_that_died_in_the_sleep_is_told_without_a_run(remote: Desk, proxy: Proxy) -> None:
    await remote.run_all("begin; set work_mem = '5MB'")
    proxy.forget_links()
    remote.pool.doubt()
    await remote.view.shows(lambda: remote.state.waits_for == "an answer, after a sleep")
    await remote.idle()
    assert isinstance(remote.error, ConnectionLost)
    assert remote.error.what == "The connection of this tab was lost while this machine slept."
    assert remote.error.why == "The server gave no answer for 0.2 s."
    assert remote.error.lost[0] == "the open transaction"
    assert remote.transaction() is TransactionState.UNKNOWN
    assert remote.infos == []
    await remote.run("select 'goes on'")
    assert remote.cell == "goes on"


async def test_server_that_knows_nothing_of_it_any_more_is_told_at_once(remote: Desk, proxy: Proxy) -> None:
    await remote.run("begin")
    session = remote.console._tab.session
    assert session is not None
    remote.pool.doubt()
    proxy.cut()
    await remote.idle()
    assert isinstance(remote.error, ConnectionLost)
    assert "while this machine slept" in remote.error.what


async def test_tab_that_runs_or_holds_nothing_is_left_alone(desk: Desk) -> None:
    desk.console.probe()
    assert desk.state.phase is Phase.IDLE
    desk.start("select pg_sleep(0.1), 'whole'")
    await until(lambda: desk.state.backend_pid is not None, "it has a session")
    desk.pool.doubt()
    await desk.idle()
    assert desk.rows[0][1] == "whole"


async def test_cancel_ends_the_wait_for_an_answer(remote: Desk, proxy: Proxy, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pgconsole.db.session.CANCEL_DEADLINE_S", 0.2)
    await remote.run("begin")
    proxy.black_hole()
    remote.pool.doubt()
    remote.console.cancel()
    await remote.idle()
    assert isinstance(remote.error, ConnectionLost)
    proxy.open.set()


async def test_idle_sessions_are_no_tabs_to_try(desk: Desk, watcher: Session) -> None:
    await desk.run("select 1")
    desk.pool.doubt()
    assert desk.state.phase is Phase.IDLE
    count = "select count(*) from pg_stat_activity where application_name = 'pgconsole: Query 1'"
    assert await value(watcher, count) == "1"
