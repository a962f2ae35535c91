"""The user's own transaction in a query tab: who begins it, what is shown of it, and what becomes of it."""

import time

import pytest

from pgconsole.core.connection_target import ConnectionTarget
from pgconsole.core.errors import ConnectionLost, OutcomeUnknown, TransactionAborted
from pgconsole.core.run_state import Isolation, TransactionState
from pgconsole.core.settings import Settings
from pgconsole.db.session import Session
from tests.fixtures.desk import Desk, MakeDesk
from tests.fixtures.engine import MakePool, through, value
from tests.fixtures.proxy import Proxy
from tests.fixtures.waiting import until_answer


async def test_typed_begin_is_shown_as_open_since_then(desk: Desk) -> None:
    before = time.time()
    await desk.run("begin")
    assert desk.transaction() is TransactionState.OPEN
    assert before <= (desk.state.transaction_since or 0) <= time.time()
    since = desk.state.transaction_since
    await desk.run("select 1")
    assert desk.state.transaction_since == since
    await desk.do(desk.console.commit)
    assert desk.tags[-1] == "COMMIT"
    assert (desk.state.transaction, desk.state.transaction_since) == (TransactionState.IDLE, None)
    assert desk.state.backend_pid is None


async def test_tab_keeps_its_session_as_long_as_a_transaction_is_open(desk: Desk) -> None:
    await desk.run("begin")
    pid = desk.state.backend_pid
    for _ in range(3):
        await desk.run("select pg_backend_pid()")
        assert desk.cell == str(pid)
    assert desk.state.pin_reasons == ()


async def test_error_fails_the_transaction_until_it_is_rolled_back(desk: Desk) -> None:
    await desk.run("begin")
    await desk.run("select nowhere")
    assert desk.transaction() is TransactionState.FAILED
    await desk.run("select 1")
    assert isinstance(desk.error, TransactionAborted)
    assert desk.transaction() is TransactionState.FAILED
    await desk.do(desk.console.roll_back)
    assert desk.transaction() is TransactionState.IDLE


async def test_rollback_to_a_savepoint_heals_a_failed_transaction(desk: Desk) -> None:
    await desk.run_all("begin; savepoint s")
    await desk.run("select nowhere")
    await desk.run("rollback to s")
    assert desk.transaction() is TransactionState.OPEN


async def test_commit_of_a_failed_transaction_shows_that_it_was_rolled_back(desk: Desk) -> None:
    await desk.run("begin")
    await desk.run("select nowhere")
    await desk.run("commit")
    assert desk.tags == ["ROLLBACK"]
    assert desk.transaction() is TransactionState.IDLE


async def test_manual_mode_begins_with_the_first_statement_and_commits_on_request(desk: Desk, watcher: Session) -> None:
    await watcher.execute("create table manual_mode (n int)")
    desk.console.set_auto_commit(False)
    assert desk.transaction() is TransactionState.IDLE
    await desk.run("insert into manual_mode values (1)")
    assert desk.transaction() is TransactionState.OPEN
    assert await value(watcher, "select count(*) from manual_mode") == "0"
    await desk.do(desk.console.commit)
    assert await value(watcher, "select count(*) from manual_mode") == "1"
    await desk.run("insert into manual_mode values (2)")
    await desk.do(desk.console.roll_back)
    assert desk.transaction() is TransactionState.IDLE
    assert await value(watcher, "select count(*) from manual_mode") == "1"


async def test_manual_mode_is_how_new_tabs_start_where_the_settings_say_so(make_desk: MakeDesk) -> None:
    desk = make_desk(settings=Settings(manual_commit=True))
    assert not desk.state.auto_commit
    await desk.run("select 1")
    assert desk.transaction() is TransactionState.OPEN


async def test_manual_mode_of_a_script_is_one_transaction(desk: Desk, watcher: Session) -> None:
    desk.console.set_auto_commit(False)
    await desk.run_all("create table manual_script (n int); insert into manual_script values (1); select 1/0")
    assert desk.transaction() is TransactionState.FAILED
    await desk.do(desk.console.roll_back)
    assert await value(watcher, "select to_regclass('manual_script')") is None


async def test_auto_commit_leaves_an_open_transaction_as_it_is(desk: Desk) -> None:
    desk.console.set_auto_commit(False)
    await desk.run("select 1")
    desk.console.set_auto_commit(True)
    assert desk.transaction() is TransactionState.OPEN
    await desk.do(desk.console.commit)
    await desk.run("select 1")
    assert desk.transaction() is TransactionState.IDLE


@pytest.mark.parametrize("level", ["read committed", "repeatable read", "serializable"])
async def test_manual_transaction_begins_with_the_level_that_was_chosen(desk: Desk, level: Isolation) -> None:
    desk.console.set_auto_commit(False)
    desk.console.set_isolation(level)
    await desk.run("show transaction_isolation")
    assert desk.cell == level
    await desk.do(desk.console.commit)
    desk.console.set_isolation("")
    await desk.run("show transaction_isolation")
    assert desk.cell == "read committed"


# Read-only


async def test_read_only_tab_writes_nothing_in_either_mode(desk: Desk, watcher: Session) -> None:
    await watcher.execute("create table guarded_by_mode (n int)")
    desk.console.set_read_only(True)
    for auto_commit in (True, False):
        desk.console.set_auto_commit(auto_commit)
        await desk.run("insert into guarded_by_mode values (1)")
        assert desk.error.sqlstate == "25006"
        await desk.run("rollback")
    desk.console.set_read_only(False)
    desk.console.set_auto_commit(True)
    await desk.run("insert into guarded_by_mode values (1)")
    assert desk.tags == ["INSERT 0 1"]


async def test_read_only_holds_on_a_session_that_the_tab_keeps(desk: Desk, watcher: Session) -> None:
    await watcher.execute("create table guarded_pinned (n int)")
    await desk.run("set work_mem = '5MB'")
    pid = desk.state.backend_pid
    desk.console.set_read_only(True)
    await desk.run("insert into guarded_pinned values (1)")
    assert desk.error.sqlstate == "25006"
    assert desk.state.backend_pid == pid
    assert desk.state.pin_reasons == ("SET work_mem",)
    desk.console.set_read_only(False)
    await desk.run("insert into guarded_pinned values (1)")
    assert desk.tags == ["INSERT 0 1"]


@pytest.mark.parametrize("ending", ["commit", "rollback"])
async def test_read_only_that_is_chosen_in_a_transaction_holds_from_the_next_one(
    desk: Desk, watcher: Session, ending: str
) -> None:
    await watcher.execute("create table if not exists guarded_later (n int)")
    await desk.run_all("set work_mem = '5MB'; begin; insert into guarded_later values (1)")
    desk.console.set_read_only(True)
    assert desk.infos == ["The open transaction stays as it is; the choice holds from the next one."]
    await desk.run("insert into guarded_later values (2)")
    assert desk.tags == ["INSERT 0 1"]
    await desk.run(ending)
    await desk.run("insert into guarded_later values (3)")
    assert desk.error.sqlstate == "25006"


async def test_read_only_leaves_the_results_of_the_tab_alone(desk: Desk) -> None:
    await desk.run("set work_mem = '5MB'")
    await desk.run("select 1")
    desk.console.set_read_only(True)
    assert desk.rows == [("1",)]
    assert desk.state.answered == 2


async def test_read_only_session_serves_other_tabs_as_it_was(make_desk: MakeDesk, watcher: Session) -> None:
    await watcher.execute("create table guarded_alone (n int)")
    first, second = make_desk("Query 1"), make_desk("Query 2")
    first.console.set_read_only(True)
    await first.run("select 1")
    await second.run("insert into guarded_alone values (1)")
    assert second.tags == ["INSERT 0 1"]
    assert first.pool.stats.opened == 1


# Losses


@pytest.fixture
async def proxied(make_desk: MakeDesk, make_pool: MakePool, proxy: Proxy, target: ConnectionTarget) -> Desk:
    """A tab whose connection can be cut."""
    return make_desk(on=make_pool(to=through(proxy, target)))


async def test_commit_whose_answer_is_lost_has_an_unknown_outcome(
    proxied: Desk, proxy: Proxy, watcher: Session
) -> None:
    await watcher.execute("create table lost_commit (n int)")
    await proxied.run_all("begin; insert into lost_commit values (1)")
    proxy.lose_answer_after(len("Q....COMMIT."))
    await proxied.do(proxied.console.commit)
    assert isinstance(proxied.error, OutcomeUnknown)
    assert proxied.transaction() is TransactionState.UNKNOWN
    assert await value(watcher, "select count(*) from lost_commit") == "1"
    await proxied.run("select count(*) from lost_commit")
    assert proxied.cell == "1"
    assert proxied.transaction() is TransactionState.IDLE


async def test_change_in_auto_commit_whose_answer_is_lost_has_an_unknown_outcome_and_ends_the_script(
    proxied: Desk, proxy: Proxy, watcher: Session
) -> None:
    await watcher.execute("create table lost_change (n int)")
    await proxied.run("set work_mem = '5MB'")  # keeps the session, so that the change is the next that is sent
    text = "insert into lost_change values (1)"
    proxy.lose_answer_after(len(f"Q....{text}."))
    await proxied.run_all(f"{text}; insert into lost_change values (2)")
    assert isinstance(proxied.error, OutcomeUnknown)
    assert proxied.infos[-1] == "Not run: 1 statement of the script."
    await until_answer(lambda: value(watcher, "select string_agg(n::text, ',') from lost_change"), "1", "it is there")


async def test_transaction_that_is_lost_while_idle_is_told_at_once(desk: Desk, watcher: Session) -> None:
    await desk.run("begin")
    await watcher.execute(f"select pg_terminate_backend({desk.state.backend_pid})")
    await desk.view.shows(lambda: bool(desk.view.errors))
    await desk.idle()
    assert isinstance(desk.error, ConnectionLost)
    assert desk.error.lost == ("the open transaction",)
    assert desk.transaction() is TransactionState.UNKNOWN
    await desk.run("select 1")
    assert desk.cell == "1"
    assert desk.transaction() is TransactionState.IDLE


async def test_closing_a_tab_rolls_its_transaction_back(desk: Desk, watcher: Session) -> None:
    await watcher.execute("create table rolled_back_at_close (n int)")
    await desk.run_all("begin; insert into rolled_back_at_close values (1)")
    pid = desk.state.backend_pid
    await desk.console.aclose()
    gone = f"select count(*) from pg_stat_activity where pid = {pid}"
    await until_answer(lambda: value(watcher, gone), "0", "its session is gone")
    assert await value(watcher, "select count(*) from rolled_back_at_close") == "0"
