"""The way to the server is cut, silent, slow or loses one answer."""

import asyncio
import time
from pathlib import Path

import pytest
from PySide6.QtWidgets import QLabel, QPushButton

from pgconsole.core.run_state import Phase
from pgconsole.core.sleep_watch import SleepWatch
from pgconsole.db.session import Session
from tests.faults.conftest import by_way_of
from tests.fixtures.engine import ENDLESS, value
from tests.fixtures.proxy import Proxy
from tests.fixtures.waiting import until, until_answer
from tests.fixtures.window import User, Windows


@pytest.mark.parametrize("action", ["query.run", "query.run_to_end"])
async def test_reset_in_mid_query_keeps_rows_and_marks_them_incomplete(remote: User, proxy: Proxy, action: str) -> None:
    proxy.rate_bytes_s = 20_000_000
    await remote.start(ENDLESS, action)
    await remote.state("streaming")
    await until(lambda: remote.grid.property("rowsKnown") > 1000, "rows came")
    proxy.cut()
    await remote.idle()
    remote.results.setCurrentIndex(0)
    assert remote.cell(0) == "1"
    assert remote.grid.property("rowsFinal") is False
    assert remote.status("statusRows").startswith("at least ")
    assert "lost" in remote.notice
    assert remote.find(QPushButton, "noticeAction").text() == "Reconnect"
    assert remote.editor.script() == ENDLESS
    await remote.run("select 'goes on'")
    assert remote.cell(0) == "goes on"


async def test_end_of_file_in_mid_query_is_a_loss_too(remote: User, proxy: Proxy, outside: Session) -> None:
    await remote.start("select pg_sleep(30)")
    await until_answer(lambda: value(outside, _SLEEPERS), "1", "it runs")
    proxy.close_links()
    await remote.idle()
    assert "lost" in remote.notice


async def test_black_hole_in_mid_query_is_left_by_cancel_and_the_tab_goes_on(
    remote: User, proxy: Proxy, outside: Session
) -> None:
    await remote.run("select 'kept'")
    remote.trigger("result.pin")
    await remote.start("select pg_sleep(30)")
    await until_answer(lambda: value(outside, _SLEEPERS), "1", "it runs")
    proxy.black_hole()
    remote.trigger("query.cancel")
    assert remote.tab.state.phase is Phase.CANCELLING
    await remote.idle(within_s=20)
    assert "did not confirm" in remote.messages
    proxy.open.set()
    await remote.run("select 'on a new connection'")
    assert remote.cell(0) == "on a new connection"


async def test_black_hole_at_connect_ends_with_the_time_limit(
    windows: Windows, proxy: Proxy, database_dsn: str
) -> None:
    proxy.black_hole()
    user = await windows.open(by_way_of(proxy, database_dsn, connect_timeout="2"))
    assert "did not answer in time" in user.notice or "failed" in user.notice
    assert user.status("statusConnection") == "Not connected"


async def test_black_hole_at_connect_is_left_by_cancel_at_once(
    windows: Windows, proxy: Proxy, database_dsn: str
) -> None:
    proxy.black_hole()
    user = await windows.open()
    user.window.start_page.text_entered.emit(by_way_of(proxy, database_dsn, connect_timeout="60"))
    await until(lambda: proxy.connections == 1, "it connects")
    assert user.status("statusConnection").startswith("Connecting to ")
    shown = [label.text() for label in user.window.start_page.findChildren(QLabel)]
    assert any(text.startswith("Connecting to ") for text in shown)
    user.trigger("query.cancel")
    await until(lambda: "given up" in user.notice, "it is given up")
    assert user.status("statusConnection") == "Not connected"
    assert not user.window.actions_by_id["query.cancel"].isEnabled()
    proxy.open.set()
    await user.connect(by_way_of(proxy, database_dsn))
    await user.run("select 'there'")
    assert user.cell(0) == "there"


async def test_session_that_slept_through_a_change_of_network_is_replaced(
    remote: User, proxy: Proxy, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As after the laptop's sleep: the sockets are there, and nobody answers them."""
    monkeypatch.setattr("pgconsole.db.pool._HEALTH_CHECK_S", 0.3)
    await remote.run("select pg_backend_pid()")
    pid = remote.cell(0)
    proxy.forget_links()
    await remote.run("select pg_backend_pid()")
    assert remote.cell(0) != pid


async def test_transaction_that_died_while_the_laptop_slept_is_told_without_a_run(
    remote: User, proxy: Proxy, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("pgconsole.workers.session_probe.ANSWER_S", 0.5)
    await remote.run("begin; select 'kept'", "query.run_all")
    proxy.forget_links()
    monkeypatch.setattr(SleepWatch, "has_slept", lambda _watch: True)
    await until(lambda: "while this machine slept" in remote.notice, "the loss is told")
    assert "Lost: the open transaction" in remote.notice
    assert remote.find(QPushButton, "noticeAction").text() == "Reconnect"
    monkeypatch.undo()
    await remote.idle()
    remote.results.setCurrentIndex(0)
    assert remote.cell(0) == "kept"
    await remote.run("select 'goes on'")
    assert remote.cell(0) == "goes on"


async def test_slow_line_shows_progress_and_never_holds_the_window_up(remote: User, proxy: Proxy) -> None:
    proxy.delay_s, proxy.rate_bytes_s = 0.2, 200_000
    seen: set[str] = set()
    busiest_s = 0.0
    await remote.start("select n, repeat('x', 200) from generate_series(1, 1500) n")
    while remote.tab.property("state") != "idle":
        began = time.process_time()
        await asyncio.sleep(0.01)
        busiest_s = max(busiest_s, time.process_time() - began)
        if remote.results.pane is not None:
            seen.add(remote.status("statusRows"))
    assert busiest_s < 0.1
    assert remote.grid.property("rowsKnown") == 1500
    assert len({text for text in seen if text.endswith(" so far") and not text.startswith("0 ")}) > 1, seen


async def test_lost_answer_of_a_commit_is_unknown_until_the_server_was_asked(
    remote: User, proxy: Proxy, outside: Session
) -> None:
    await outside.execute("create table t (n int)")
    await remote.run("begin; insert into t values (1)", "query.run_all")
    proxy.lose_answer_after(len("Q....COMMIT."))
    remote.trigger("query.commit")
    await remote.property_is("transaction", "unknown")
    await remote.idle()
    assert remote.notice.startswith("Outcome unknown")
    assert remote.status("statusTransaction") == "Transaction unknown"
    button = remote.find(QPushButton, "noticeAction")
    assert button.text() == "Ask for the outcome"
    button.click()
    await until(lambda: "was committed" in remote.notice, "the server has told")
    assert remote.tab.property("transaction") == "idle"
    assert await value(outside, "select count(*) from t") == "1"


async def test_commit_that_never_arrived_is_found_to_be_rolled_back(
    remote: User, proxy: Proxy, outside: Session
) -> None:
    await outside.execute("create table t (n int)")
    await remote.run("begin; insert into t values (1)", "query.run_all")
    proxy.cut_at_next_upload()
    remote.trigger("query.commit")
    await remote.property_is("transaction", "unknown")
    await remote.idle()
    assert remote.notice.startswith("Outcome unknown")

    async def ask() -> bool:
        remote.window.actions_by_id["query.ask_outcome"].trigger()
        await until(lambda: "Transaction " in remote.notice, "the server has told")
        return "was rolled back" in remote.notice

    await until_answer(ask, True, "it was rolled back")
    assert await value(outside, "select count(*) from t") == "0"


async def test_lost_answer_of_a_change_in_auto_commit_is_unknown_and_nothing_runs_twice(
    remote: User, proxy: Proxy, outside: Session
) -> None:
    await outside.execute("create table t (n int)")
    await remote.run("set work_mem = '5MB'")  # keeps the session: the change is the next that is sent
    proxy.lose_answer_after(len("Q....insert into t values (1)."))
    await remote.run("insert into t values (1)")
    assert remote.notice.startswith("Outcome unknown")
    assert "Look at the data" in remote.notice
    remote.find(QPushButton, "noticeAction").click()
    await until(lambda: "again. Nothing was run" in remote.notice, "it is connected again")
    assert await value(outside, "select count(*) from t") == "1"


async def test_reset_during_copy_in_stops_reading_and_imports_nothing(
    remote: User, proxy: Proxy, outside: Session, tmp_path: Path
) -> None:
    await outside.execute("create table t (n text)")
    file = tmp_path / "rows.txt"
    file.write_text("a line of some length that is sent\n" * 400_000)
    await remote.start("copy t from stdin")
    await remote.choose(file)
    await until_answer(lambda: value(outside, _COPYING), "1", "it copies")
    proxy.cut()
    await remote.idle()
    assert "lost" in remote.notice
    await until_answer(lambda: value(outside, "select count(*) from t"), "0", "nothing was imported")


async def test_reset_during_copy_out_keeps_lines_and_saves_none_of_them(remote: User, proxy: Proxy) -> None:
    proxy.rate_bytes_s = 5_000_000
    await remote.start("copy (select generate_series(1, 50000000)) to stdout")
    await until(lambda: remote.results.pane is not None and remote.grid.property("rowsKnown") > 1000, "lines came")
    proxy.cut()
    await remote.idle()
    remote.results.setCurrentIndex(0)
    assert remote.grid.property("rowsFinal") is False
    assert remote.status("statusRows").startswith("at least ")
    assert "lost" in remote.notice


_SLEEPERS = "select count(*) from pg_stat_activity where wait_event = 'PgSleep' and datname = current_database()"
_COPYING = "select count(*) from pg_stat_progress_copy where datname = current_database() and tuples_processed > 0"
