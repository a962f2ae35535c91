"""The activity pane as a user has it: shown and hidden, a lock queue, acts, a tab that blocks, a server's restart."""

import asyncio
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDockWidget, QLabel, QPushButton, QTabWidget, QWidget

from pgconsole.db.session import Session
from pgconsole.ui.activity.blocking_tree import BlockingTree
from pgconsole.ui.activity.table import ActivityTable
from pgconsole.ui.activity_pane import ActivityPane
from pgconsole.ui.pool_pane import PoolPane
from tests.fixtures.engine import value
from tests.fixtures.postgres import PostgresServer
from tests.fixtures.waiting import until, until_answer
from tests.fixtures.window import User, Windows

_MONITORS = "select count(*) from pg_stat_activity where application_name = 'pgconsole: activity'"


async def open_pane(user: User) -> ActivityPane:
    """Show the pane and wait for its first look."""
    user.trigger("view.activity")
    pane = user.find(ActivityPane, "activityContent")
    await until(lambda: pane.table.session_count > 0, "sessions are seen")
    pane.interval.setCurrentIndex(0)
    return pane


def state(user: User) -> object:
    """What the pane says of the watching, whether it is seen or not."""
    place = user.window.findChild(QWidget, "activityPane")
    assert place is not None
    return place.property("state")


async def test_pane_is_off_until_it_is_shown_and_again_when_it_is_hidden(user: User, outside: Session) -> None:
    assert state(user) == "off"
    assert user.window.findChild(ActivityPane) is None
    await open_pane(user)
    assert state(user) == "watching"
    assert user.focus is user.find(ActivityTable, "activityTable")
    assert await value(outside, _MONITORS) == "1"
    user.trigger("view.activity")
    await until_answer(lambda: value(outside, _MONITORS), "0", "its connection is gone")
    assert state(user) == "off"


async def test_pane_that_was_left_open_comes_back_at_work(windows: Windows, user: User, database_dsn: str) -> None:
    await open_pane(user)
    await windows.close(user)
    again = await windows.open(database_dsn)
    pane = again.find(ActivityPane, "activityContent")
    await until(lambda: pane.table.session_count > 0, "sessions are seen")


async def test_own_sessions_are_marked_and_shown_alone(user: User, outside: Session) -> None:
    await user.run("set work_mem to '5MB'")
    pane = await open_pane(user)
    pid = user.tab.state.backend_pid
    assert pid is not None
    assert pane.table.choose(pid)
    assert pane.table.choose(outside.backend_pid)
    pane.choice.setCurrentIndex(pane.choice.findText("Ours"))
    assert pane.table.choose(pid)
    assert not pane.table.choose(outside.backend_pid)


async def test_connection_and_session_lead_to_each_other(user: User, outside: Session) -> None:
    await user.run("set work_mem to '5MB'")
    pid = user.tab.state.backend_pid
    assert pid is not None
    user.trigger("view.pool")
    pool = user.find(PoolPane, "poolPane")
    await until(lambda: pool.connections.choose(pid), "the connection is listed")
    user.press(Qt.Key.Key_Return)
    pane = user.find(ActivityPane, "activityContent")
    await until(lambda: pane.table.chosen_backend is not None, "its session is chosen")
    assert pane.table.chosen_backend is not None
    assert pane.table.chosen_backend.pid == pid
    pool.connections.clearSelection()
    user.trigger("activity.to_pool")
    await until(pool.isVisible, "the pool is shown")
    assert pool.selected_pid == pid
    user.trigger("view.activity")
    await until(lambda: pane.table.choose(outside.backend_pid), "another's session is chosen")
    user.trigger("activity.to_pool")
    assert "none of this console's" in user.notice


async def test_connection_without_a_choice_leads_nowhere(user: User) -> None:
    user.trigger("view.pool")
    user.trigger("pool.to_activity")
    assert "Select a connection" in user.find(QLabel, "poolTold").text()
    assert state(user) == "off"


async def test_session_that_was_filtered_out_is_found(user: User) -> None:
    await user.run("set work_mem to '5MB'")
    pane = await open_pane(user)
    pane.filter.setText("nothing has this text")
    user.trigger("view.pool")
    pool = user.find(PoolPane, "poolPane")
    await until(lambda: pool.connections.choose(user.tab.state.backend_pid), "the connection is listed")
    user.trigger("pool.to_activity")
    await until(lambda: pane.table.chosen_backend is not None, "its session is chosen")
    assert pane.filter.text() == ""


async def test_statement_of_the_chosen_session_is_shown_whole(user: User, outside: Session) -> None:
    statement = f"select {', '.join(str(number) for number in range(222))} -- the end"
    await outside.fetch(statement)
    pane = await open_pane(user)
    await until(lambda: pane.table.choose(outside.backend_pid), "the session is chosen")
    user.press(Qt.Key.Key_Return)
    await until(lambda: pane.statement.code.text == statement, "the whole statement is shown")
    assert user.window.actions_by_id["activity.statement"].isChecked()
    pane.table.clearSelection()
    assert pane.statement.code.text == ""
    user.trigger("activity.statement")
    assert not pane.statement.isVisible()


async def test_acts_need_a_chosen_session(user: User, outside: Session) -> None:
    pane = await open_pane(user)
    actions = user.window.actions_by_id
    assert not actions["activity.terminate"].isEnabled()
    await until(lambda: pane.table.choose(outside.backend_pid), "the session is chosen")
    assert actions["activity.terminate"].isEnabled()
    assert actions["activity.cancel"].isEnabled()
    pane.pages.setCurrentWidget(pane.numbers)
    assert not actions["activity.terminate"].isEnabled()
    pane.pages.setCurrentWidget(pane.table)
    assert actions["activity.terminate"].isEnabled()
    user.trigger("view.activity")
    assert not actions["activity.terminate"].isEnabled()


async def test_session_is_terminated_after_a_question(user: User, outside: Session) -> None:
    pane = await open_pane(user)
    await until(lambda: pane.table.choose(outside.backend_pid), "the session is chosen")
    user.trigger("activity.terminate")
    await user.answer("question", "Cancel")
    assert await value(outside, "select 1") == "1"
    user.trigger("activity.terminate")
    await user.answer("question", "Terminate the session")
    await until(lambda: outside.is_lost, "the session is gone")
    await until(lambda: "was told to end" in user.notice, "it is told")


async def test_statement_is_cancelled_after_a_question(user: User, outside: Session) -> None:
    sleeping = asyncio.get_running_loop().create_task(outside.execute("SELECT pg_sleep(100)"))
    pane = await open_pane(user)
    await until(lambda: pane.table.choose(outside.backend_pid), "the session is chosen")
    user.trigger("activity.cancel")
    await user.answer("question", "Cancel the statement")
    await asyncio.wait({sleeping})
    assert getattr(sleeping.exception(), "sqlstate", "") == "57014"


async def test_tab_that_blocks_is_told_and_led_to_those_who_wait(user: User, outside: Session) -> None:
    await user.run("create table blocked (id int)")
    await user.run("begin; lock table blocked", "query.run_all")
    pid = user.tab.state.backend_pid
    waiting = asyncio.get_running_loop().create_task(outside.execute("select * from blocked"))
    pane = await open_pane(user)
    await until(lambda: user.notice.startswith("Query 1 blocks 1 session"), "the tab is told")
    assert "Query 1 blocks 1 session" in user.messages
    user.find(QPushButton, "noticeAction").click()
    tree = user.find(BlockingTree, "blockingTree")
    assert tree.isVisible()
    assert (tree.chosen_pid, tree.root_count) == (pid, 1)
    assert user.notice == ""
    assert pane.chosen_backend is not None
    await user.run("rollback")
    await waiting
    await until(lambda: tree.root_count == 0, "nobody blocks any more")
    assert user.messages.count("blocks 1 session") == 1


async def test_pane_heals_after_a_restart_and_says_so_meanwhile(user: User, postgres_server: PostgresServer) -> None:
    pane = await open_pane(user)
    await asyncio.to_thread(postgres_server.stop)
    try:
        await until(lambda: state(user) == "reconnecting", "the loss is told")
        assert pane.table.session_count > 0
    finally:
        await asyncio.to_thread(postgres_server.start)
    await until(lambda: state(user) == "watching", "it is at work again")


async def test_charts_are_loaded_when_they_are_first_shown_and_saved(user: User, tmp_path: Path) -> None:
    pane = await open_pane(user)
    assert pane.numbers.charts is None
    pane.pages.setCurrentWidget(pane.numbers)
    await until(lambda: bool(pane.numbers.charts), "the charts are there and have samples", 20.0)
    user.find(QPushButton, "serverNumbersCsv").click()
    await user.save_as(tmp_path / "server.csv")
    assert (tmp_path / "server.csv").read_text().startswith("time,connections,transactions,cache_hits")
    user.find(QPushButton, "serverNumbersPng").click()
    await user.save_as(tmp_path / "server.png")
    assert (tmp_path / "server.png").read_bytes().startswith(b"\x89PNG")


async def test_statements_say_why_there_are_none(user: User) -> None:
    pane = await open_pane(user)
    pane.pages.setCurrentWidget(pane.statements)
    await until(lambda: "not installed" in pane.statements.hint, "the reason is told")


async def test_pane_follows_the_tab_that_is_shown(user: User, other_dsn: str) -> None:
    pane = await open_pane(user)
    await user.connect(other_dsn)
    await until(lambda: state(user) == "watching" and pane.table.session_count > 0, "the other is seen")
    await user.disconnect()
    assert pane.table.session_count == 0
    assert state(user) == "off"


async def test_pages_and_bar_are_named_for_those_who_can_not_see(user: User) -> None:
    pane = await open_pane(user)
    dock = user.find(QDockWidget, "dock.view.activity")
    assert dock.windowTitle() == "Activity"
    pages = user.find(QTabWidget, "activityPages")
    shown = [number for number in range(pages.count()) if pages.isTabVisible(number)]
    titles = [pages.tabText(number).split(" ")[0] for number in shown]
    assert titles == ["Sessions", "Blocking", "Server", "Progress", "Replication", "Statements"]
    assert all(page.accessibleName() for page in pages.findChildren(QWidget) if pages.indexOf(page) >= 0)
    reached = [widget for widget in pane.findChildren(QWidget) if widget.focusPolicy() != Qt.FocusPolicy.NoFocus]
    own = [widget for widget in reached if not widget.objectName().startswith("qt_") and widget.isVisible()]
    assert len(own) > 8
    names = {widget.objectName(): widget.accessibleName() or widget.toolTip() for widget in own}
    assert [name for name, said in names.items() if not name or not said] == []
