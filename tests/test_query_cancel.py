"""Cancelling what a query tab does: the server's own end is waited for, and what is told of it is true."""

import asyncio
import random
from pathlib import Path

import pytest

from pgconsole.core.connection_target import ConnectionTarget
from pgconsole.core.errors import ConnectionLost, QueryCancelled
from pgconsole.core.messages import Message
from pgconsole.core.result import Result
from pgconsole.core.run_state import Phase, Road, TransactionState
from pgconsole.core.settings import Settings
from pgconsole.db.pool import PoolLimits
from pgconsole.db.session import Session
from pgconsole.db.text_connection import PreparedText
from tests.fixtures.desk import Desk, MakeDesk
from tests.fixtures.engine import ENDLESS, MakePool, backend_state, through, value
from tests.fixtures.proxy import Proxy
from tests.fixtures.waiting import LONG_S, until, until_answer


async def started(desk: Desk, sql: str, *, to_end: bool = False) -> int:
    """Start a statement and wait until its session has it; the server process."""
    desk.start(sql, to_end=to_end)
    await desk.view.shows(lambda: desk.state.backend_pid is not None)
    pid = desk.state.backend_pid
    assert pid is not None
    return pid


async def active(watcher: Session, pid: int, waiting_for: str = "") -> None:
    """Wait until the server process works on a statement, or waits for that."""

    async def look() -> bool:
        rows = await watcher.fetch(f"select state, wait_event_type, wait_event from pg_stat_activity where pid = {pid}")
        return rows[0][0] == "active" and waiting_for in (rows[0][1] or "", rows[0][2] or "", "")

    await until_answer(look, True, "the server works on it")


async def cancelled(desk: Desk) -> None:
    """Cancel and wait for the end, which is told once and is no error."""
    desk.console.cancel()
    assert desk.state.phase is Phase.CANCELLING
    await desk.idle()
    assert desk.view.errors == []
    told = [text for text in desk.infos if text.startswith("Cancelled")]
    assert len(told) == 1, desk.view.messages


async def usable(desk: Desk, pid: int) -> None:
    """See that the tab's next statement runs on the same server process."""
    await desk.run("select pg_backend_pid()")
    assert desk.view.errors == []
    assert desk.cell == str(pid)


async def test_cancel_waits_for_the_server_and_keeps_the_session(desk: Desk, watcher: Session) -> None:
    pid = await started(desk, "select pg_sleep(30)")
    await active(watcher, pid, "PgSleep")
    await cancelled(desk)
    (told,) = desk.infos
    assert told.startswith("Cancelled: the server confirmed after ")
    assert told.endswith(" The session is kept.")
    await usable(desk, pid)


@pytest.mark.parametrize("to_end", [False, True])
async def test_cancel_while_rows_stream_keeps_them_and_the_session(desk: Desk, to_end: bool) -> None:
    desk.settings = Settings(read_ahead_rows=100_000_000, read_ahead_mib=4096)
    pid = await started(desk, ENDLESS, to_end=to_end)
    await desk.view.shows(lambda: bool(desk.view.results) and desk.result.row_count > 5000)
    assert desk.result.road is (Road.COPY if to_end else Road.PORTAL)
    await cancelled(desk)
    assert desk.result.row_count > 5000
    assert not desk.result.is_final
    assert not desk.result.portal_open
    assert desk.result.stopped_because
    assert desk.tags == []
    await usable(desk, pid)


async def test_cancel_between_two_pages_is_told_too(desk: Desk) -> None:
    desk.settings = Settings(read_ahead_rows=100_000_000)
    update = desk.view.update_result

    def press(result: Result) -> None:
        update(result)
        if result.row_count > 1000 and not desk.console.stop_requested:
            desk.console.cancel()

    desk.view.update_result = press  # type: ignore[method-assign]
    await desk.run("select generate_series(1, 500000000)")
    assert [text[:9] for text in desk.infos] == ["Cancelled"]
    assert desk.view.errors == []


async def test_cancel_of_a_change_that_returns_rows_undoes_it(desk: Desk, watcher: Session) -> None:
    await watcher.execute("create table cancelled_returning (n int)")
    pid = await started(desk, "insert into cancelled_returning select generate_series(1, 400000) returning n")
    await desk.view.shows(lambda: bool(desk.view.results) and desk.result.row_count > 1000)
    await cancelled(desk)
    assert desk.tags == []
    assert await value(watcher, "select count(*) from cancelled_returning") == "0"
    await usable(desk, pid)


async def test_cancel_while_waiting_for_a_lock_gives_the_wait_up(
    desk: Desk, make_desk: MakeDesk, watcher: Session
) -> None:
    await watcher.execute("create table locked_away (n int)")
    holder = make_desk("Query 2")
    await holder.run_all("begin; lock table locked_away")
    pid = await started(desk, "select * from locked_away")
    await active(watcher, pid, "Lock")
    await cancelled(desk)
    await usable(desk, pid)


async def test_cancel_while_a_connection_is_waited_for_ends_the_wait(make_desk: MakeDesk, make_pool: MakePool) -> None:
    pool = make_pool(PoolLimits(max_size=1))
    first, second = make_desk("Query 1", pool), make_desk("Query 2", pool)
    pid = await started(first, "select pg_sleep(30)")
    second.start("select 2")
    await until(lambda: pool.stats.waiting == 1, "the second waits")
    second.console.cancel()
    await second.idle()
    assert second.infos == ["Cancelled before a connection was there."]
    assert second.view.errors == []
    await cancelled(first)
    await usable(second, pid)


async def test_cancel_while_connecting_to_a_silent_server_ends_at_once(
    make_desk: MakeDesk, make_pool: MakePool, proxy: Proxy, target: ConnectionTarget
) -> None:
    proxy.black_hole()
    desk = make_desk(on=make_pool(to=through(proxy, target)))
    desk.start("select 1")
    await until(lambda: proxy.connections == 1, "it connects")
    assert desk.state.waits_for == "a connection"
    desk.console.cancel()
    await desk.idle()
    assert not desk.state.waits_for
    assert desk.infos == ["Cancelled before a connection was there."]


@pytest.mark.parametrize("sql", ["select $1::int", "copy pg_class from stdin"])
async def test_cancel_while_a_question_is_open_withdraws_it(desk: Desk, sql: str) -> None:
    desk.start(sql)
    await desk.view.shows(lambda: bool(desk.view.parameter_requests or desk.view.file_requests))
    pid = desk.state.backend_pid
    desk.console.cancel()
    await desk.idle()
    assert desk.view.errors == []
    assert desk.view.results == []
    assert len(desk.infos) == 1
    assert pid is not None
    await usable(desk, pid)


async def test_cancel_of_a_copy_from_stdin_loads_nothing(desk: Desk, watcher: Session, tmp_path: Path) -> None:
    await watcher.execute("create table copied_and_cancelled (n int)")
    file = tmp_path / "long.tsv"
    file.write_bytes(b"1\n" * 4_000_000)
    desk.start("copy copied_and_cancelled from stdin")
    await desk.view.shows(lambda: bool(desk.view.file_requests))
    pid = desk.state.backend_pid
    desk.console.answer(file)
    assert pid is not None
    await active(watcher, pid)
    desk.console.cancel()
    await desk.idle()
    assert desk.view.errors == []
    assert len([text for text in desk.infos if "cancelled" in text.lower()]) == 1
    assert await value(watcher, "select count(*) from copied_and_cancelled") == "0"
    await usable(desk, pid)


async def test_cancel_while_paused_lets_the_portal_go(desk: Desk, watcher: Session) -> None:
    desk.settings = Settings(read_ahead_rows=100)
    await desk.run("select generate_series(1, 100000)")
    pid = desk.state.backend_pid
    assert desk.result.portal_open
    assert pid is not None
    assert await backend_state(watcher, pid) == "idle in transaction"
    await desk.do(desk.console.cancel)
    assert (desk.result.portal_open, desk.result.stopped_because) == (False, "not read to the end")
    assert desk.state.backend_pid is None
    assert await backend_state(watcher, pid) == "idle"


async def test_cancel_of_an_idle_tab_does_nothing(desk: Desk) -> None:
    desk.console.cancel()
    assert desk.state.phase is Phase.IDLE
    await desk.run("select 1")
    desk.console.cancel()
    assert desk.state.phase is Phase.IDLE
    assert desk.cell == "1"


async def test_cancel_of_a_script_names_what_was_not_run(desk: Desk, watcher: Session) -> None:
    desk.settings = Settings(on_script_error="continue")
    desk.console.run_all("select 1; select pg_sleep(30); select 3; select 4")
    await desk.view.shows(lambda: desk.tags == ["SELECT 1"])
    await cancelled(desk)
    assert desk.infos[-1] == "Not run: 2 statements of the script."


async def test_cancel_in_a_transaction_fails_it_and_says_so(desk: Desk, watcher: Session) -> None:
    await desk.run("begin")
    pid = await started(desk, "select pg_sleep(30)")
    await active(watcher, pid, "PgSleep")
    await cancelled(desk)
    assert desk.state.transaction is TransactionState.FAILED
    await desk.do(desk.console.roll_back)
    await usable(desk, pid)


async def test_second_press_drops_the_connection_and_says_so(
    make_desk: MakeDesk, make_pool: MakePool, proxy: Proxy, target: ConnectionTarget, watcher: Session
) -> None:
    desk = make_desk(on=make_pool(to=through(proxy, target)))
    pid = await started(desk, "select pg_sleep(30)")
    await active(watcher, pid, "PgSleep")
    proxy.black_hole()
    desk.console.cancel()
    desk.console.cancel()
    await desk.idle()
    assert any("the connection was dropped" in text for text in desk.infos)
    assert not any(text.startswith("Cancelled") for text in desk.infos)
    proxy.open.set()
    await desk.run("select 3")
    assert desk.cell == "3"


async def test_cancel_that_the_server_does_not_confirm_drops_the_connection_after_two_seconds(
    make_desk: MakeDesk, make_pool: MakePool, proxy: Proxy, target: ConnectionTarget, watcher: Session
) -> None:
    desk = make_desk(on=make_pool(to=through(proxy, target)))
    await desk.run("begin")
    pid = await started(desk, "select pg_sleep(30)")
    await active(watcher, pid, "PgSleep")
    proxy.black_hole()
    desk.console.cancel()
    await desk.idle()
    assert isinstance(desk.error, ConnectionLost)
    assert [text[:25] for text in desk.infos] == ["Ended with the connection", "The server did not confir"]
    assert desk.state.transaction is TransactionState.UNKNOWN
    proxy.open.set()


async def test_cancel_between_two_steps_drops_a_connection_that_answers_no_more(
    make_desk: MakeDesk, make_pool: MakePool, proxy: Proxy, target: ConnectionTarget, monkeypatch: pytest.MonkeyPatch
) -> None:
    prepare = Session.prepare

    async def prepare_and_fall_silent(session: Session, text: str) -> PreparedText:
        prepared = await prepare(session, text)
        proxy.black_hole()
        desk.console.cancel()
        await session.cancel()
        return prepared

    desk = make_desk(on=make_pool(to=through(proxy, target)))
    await desk.run("begin")
    monkeypatch.setattr(Session, "prepare", prepare_and_fall_silent)
    await desk.run("select 1")
    assert desk.view.errors == []
    assert desk.infos[0] == "Ended with the connection: the open transaction."
    assert any("the connection was dropped" in text for text in desk.infos)
    assert desk.state.transaction is TransactionState.UNKNOWN
    proxy.open.set()


@pytest.mark.parametrize(
    "script",
    ["set work_mem = '5MB'", "select generate_series(1, 100000)", "begin; select generate_series(1, 100000)", "begin"],
)
async def test_tab_closes_whatever_it_holds_on_a_connection_that_answers_no_more(
    make_desk: MakeDesk, make_pool: MakePool, proxy: Proxy, target: ConnectionTarget, script: str
) -> None:
    desk = make_desk(on=make_pool(to=through(proxy, target)))
    desk.settings = Settings(read_ahead_rows=100)
    await desk.run_all(script)
    proxy.black_hole()
    async with asyncio.timeout(LONG_S):
        await desk.console.aclose()
    assert desk.pool.stats.used == 0
    proxy.open.set()


async def test_cancel_by_somebody_else_is_told_as_an_error(desk: Desk, watcher: Session) -> None:
    pid = await started(desk, "select pg_sleep(30)")
    await active(watcher, pid, "PgSleep")
    await watcher.execute(f"select pg_cancel_backend({pid})")
    await desk.idle()
    assert isinstance(desk.error, QueryCancelled)
    assert "Someone else cancelled it" in desk.error.why


async def test_cancel_that_comes_too_late_does_not_claim_to_have_cancelled(desk: Desk, watcher: Session) -> None:
    await watcher.execute("create table too_late (n int)")
    show = desk.view.show_message

    def press_at_the_tag(message: Message) -> None:
        show(message)
        if desk.state.phase is Phase.RUNNING:
            desk.console.cancel()

    desk.view.show_message = press_at_the_tag  # type: ignore[method-assign]
    await desk.run("insert into too_late values (1)")
    desk.view.show_message = show  # type: ignore[method-assign]
    assert desk.tags == ["INSERT 0 1"]
    assert not any(text.startswith("Cancelled") for text in desk.infos)
    assert desk.state.pin_reasons == ()
    assert await value(watcher, "select count(*) from too_late") == "1"
    assert desk.infos == ["There was nothing left to cancel: it had ended."]
    opened = desk.pool.stats.opened
    await desk.run("select 1")
    assert (desk.cell, desk.pool.stats.opened) == ("1", opened)


@pytest.mark.parametrize(
    ("sql", "to_end"),
    [
        ("select pg_sleep(0.0005) from generate_series(1, 200)", False),
        ("select generate_series(1, 300000), repeat('x', 100)", True),
        ("select generate_series(1, 300000), repeat('x', 100)", False),
        ("insert into cancelled_often select generate_series(1, 100000) returning n", False),
    ],
)
async def test_thirty_cancels_at_random_moments_keep_the_same_session_usable(
    desk: Desk, watcher: Session, sql: str, to_end: bool
) -> None:
    await watcher.execute("create table if not exists cancelled_often (n int); truncate cancelled_often")
    await desk.run("select pg_backend_pid()")
    pid = int(str(desk.cell))
    moments = random.Random(7)
    loop = asyncio.get_running_loop()
    done = 0
    for _ in range(30):
        desk.start(sql, to_end=to_end)
        loop.call_later(moments.random() * 0.02, desk.console.cancel)
        await desk.idle()
        assert desk.view.errors == []
        done += bool(desk.tags)
        assert len([text for text in desk.infos if text.startswith("Cancelled")]) == (not desk.tags)
        assert desk.state.pin_reasons == ()
        await usable(desk, pid)
    if "insert" in sql:
        assert await value(watcher, "select count(*) from cancelled_often") == str(done * 100_000)
