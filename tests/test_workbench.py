"""A window at work: its tabs, connections and settings bound together, on the real server."""

import asyncio
import os
import signal
from pathlib import Path

import pytest
from PySide6.QtWidgets import QLabel

from pgconsole.core.errors import LocalServerError
from pgconsole.core.profile import Profile
from pgconsole.core.settings import Settings, WindowState
from pgconsole.db.local_paths import LocalPaths
from pgconsole.db.local_server import LocalServer
from pgconsole.db.session import Session
from pgconsole.ui.theme import theme_of
from pgconsole.ui.window.settings_dialog import SettingsDialog
from pgconsole.workers import sample_server
from pgconsole.workers.settings_file import SettingsFile
from tests.fixtures.engine import backend_state, value
from tests.fixtures.postgres import PostgresServer
from tests.fixtures.proxy import Proxy
from tests.fixtures.waiting import until
from tests.fixtures.window import ENDLESS, User, Windows, comes_to_rest, password_of, running_servers, spilled_files

# Closing in mid-stream


async def test_closing_a_tab_in_mid_stream_ends_it_on_the_server(user: User, outside: Session) -> None:
    pid = await user.stream()
    user.trigger("tab.close")
    await user.tabs(0)
    await comes_to_rest(outside, pid)
    assert user.window.pages.currentWidget() is user.window.start_page


async def test_disconnecting_in_mid_stream_keeps_text_and_rows(user: User, outside: Session) -> None:
    pid = await user.stream()
    await user.disconnect()
    await comes_to_rest(outside, pid)
    assert await backend_state(outside, pid) is None
    assert user.editor.script() == ENDLESS
    assert user.tab.property("state") == "idle"
    assert user.grid.property("rowsKnown") > 0
    assert user.cell(0) == "1"


async def test_closing_the_window_in_mid_stream_ends_it_on_the_server(
    windows: Windows, user: User, outside: Session, home: Path
) -> None:
    pid = await user.stream()
    user.trigger("app.quit")
    await windows.closed_by_user(user)
    await comes_to_rest(outside, pid)
    assert await backend_state(outside, pid) is None
    assert not spilled_files(home)


# Transactions


async def test_closing_a_tab_asks_where_a_transaction_is_open(user: User, outside: Session) -> None:
    await user.run("begin; create table t (n int)", "query.run_all")
    user.trigger("tab.close")
    await user.answer("question", "Cancel")
    assert user.window.tabs.count() == 1
    assert user.tab.property("transaction") == "open"
    user.trigger("tab.close")
    await user.answer("question", "Roll back and close")
    await user.tabs(0)
    assert await value(outside, "select to_regclass('t')") is None


async def test_disconnecting_asks_where_a_transaction_is_open(user: User) -> None:
    await user.run("begin; select nonsense", "query.run_all")
    assert user.tab.property("transaction") == "failed"
    user.trigger("connection.disconnect")
    await user.answer("question", "Cancel")
    assert user.tab.state.connected
    user.trigger("connection.disconnect")
    await user.answer("question", "Roll back and close")
    await until(lambda: not user.tab.state.connected, "the connection is gone")
    assert user.tab.property("transaction") == "idle"


async def test_closing_the_window_asks_where_a_transaction_is_open(windows: Windows, user: User) -> None:
    await user.run("begin")
    user.window.close()
    await user.answer("question", "Cancel")
    assert user.window.isVisible()
    user.window.close()
    await user.answer("question", "Roll back and close")
    await windows.closed_by_user(user)


async def test_closing_a_tab_can_commit_its_transaction(user: User, outside: Session) -> None:
    await user.run("begin; create table t (n int)", "query.run_all")
    user.trigger("tab.close")
    await user.answer("question", "Commit and close")
    await user.tabs(0)
    assert await value(outside, "select to_regclass('t')") == "t"


async def test_tab_whose_commit_fails_stays(user: User) -> None:
    await user.run("create table t (n int primary key deferrable initially deferred)")
    await user.run("begin; insert into t values (1), (1)", "query.run_all")
    user.trigger("tab.close")
    await user.answer("question", "Commit and close")
    await user.idle()
    await until(lambda: "duplicate key" in user.notice, "the failure is told")


async def test_closing_a_tab_asks_where_its_session_holds_something(user: User) -> None:
    await user.run("create temp table only_here (n int)")
    user.trigger("tab.close")
    dialog = await user.dialog("question")
    assert "only_here" in " ".join(label.text() for label in dialog.findChildren(QLabel))
    await user.answer("question", "Cancel")
    assert user.window.tabs.count() == 1
    user.trigger("tab.close")
    await user.answer("question", "Close all the same")
    await user.tabs(0)


async def test_closing_the_window_asks_where_a_statement_writes(windows: Windows, user: User, outside: Session) -> None:
    await user.run("create table t (n int)")
    await user.start("insert into t select 1 from pg_sleep(60)")
    await user.state("running")
    await until(lambda: user.tab.state.may_have_written, "it was sent")
    user.window.close()
    await user.answer("question", "Cancel")
    assert user.window.isVisible()
    user.window.close()
    await user.answer("question", "Close all the same")
    await windows.closed_by_user(user)


async def test_manual_commit_keeps_a_transaction_until_commit(user: User, outside: Session) -> None:
    user.trigger("query.manual_commit")
    await user.run("create table t (n int)")
    assert user.tab.property("transaction") == "open"
    assert await value(outside, "select to_regclass('t')") is None
    user.trigger("query.commit")
    await user.property_is("transaction", "idle")
    await user.idle()
    assert await value(outside, "select to_regclass('t')") == "t"


# Tabs


async def test_closing_a_tab_twice_at_once_closes_it_once(user: User) -> None:
    user.trigger("tab.new")
    await user.stream()
    user.trigger("tab.close")
    user.window.actions_by_id["tab.close"].trigger()
    await user.tabs(1)
    await user.run("select 1")
    assert user.cell(0) == "1"


async def test_a_dragged_tab_keeps_its_run(user: User) -> None:
    await user.run("select 'first'")
    user.trigger("tab.new")
    await user.run("select 'second'")
    user.window.tabs.tabBar().moveTab(1, 0)
    assert user.cell(0) == "second"
    await user.run("select 'still second'")
    user.trigger("tab.next")
    assert user.cell(0) == "first"


# Coming back


async def test_the_window_comes_back_as_it_was_left(windows: Windows, database_dsn: str) -> None:
    user = await windows.open(database_dsn)
    user.window.setGeometry(40, 50, 640, 480)
    user.write("select 1")
    for script in ("select 2", "select 3"):
        user.trigger("tab.new")
        user.write(script)
    user.window.tabs.tabBar().moveTab(2, 0)
    user.window.tabs.setCurrentIndex(1)
    user.tab.splitter.setSizes([90, 200])
    before, split = user.window.geometry(), user.tab.splitter.sizes()
    assert split[0] < split[1] / 2
    await windows.close(user)
    again = await windows.open(database_dsn)
    assert again.window.geometry() == before
    assert [tab.editor.script() for tab in again.window.query_tabs()] == ["select 3", "select 1", "select 2"]
    assert again.editor.script() == "select 1"
    assert again.tab.splitter.sizes() == split


async def test_a_memory_that_makes_no_sense_is_forgotten(windows: Windows) -> None:
    path = SettingsFile().window_path
    path.parent.mkdir(parents=True)
    path.write_text('{"geometry": "%%%", "splitter_px": [1, 2, 3], "current_tab": "none"}')
    user = await windows.open()
    assert user.window.isVisible()


async def test_the_last_connections_come_back_with_their_tabs(
    windows: Windows, database_dsn: str, other_dsn: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    user = await windows.open(database_dsn)
    here = await user.database()
    await user.connect(other_dsn)
    assert await user.database() == "postgres"
    await windows.close(user)
    assert password_of(database_dsn) not in SettingsFile().window_path.read_text()
    monkeypatch.setenv("PGPASSWORD", password_of(database_dsn))
    again = await windows.open()
    assert again.window.tabs.count() == 2
    for index, database in enumerate((here, "postgres")):
        again.window.tabs.setCurrentIndex(index)
        assert await again.database() == database


async def test_a_tab_whose_connection_fails_is_not_put_on_another(
    windows: Windows,
    database_dsn: str,
    other_dsn: str,
    postgres_server: PostgresServer,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    user = await windows.open(database_dsn)
    here = await user.database()
    await user.connect(other_dsn)
    await windows.close(user)
    monkeypatch.setenv("PGPASSWORD", password_of(database_dsn))
    postgres_server.psql(f"alter database {here} allow_connections false")
    again = await windows.open()
    assert again.notice
    again.window.tabs.setCurrentIndex(0)
    assert not again.tab.state.connected
    again.window.tabs.setCurrentIndex(1)
    assert await again.database() == "postgres"


async def test_without_the_setting_no_connection_comes_back(
    windows: Windows, database_dsn: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    user = await windows.open(database_dsn)
    user.trigger("app.settings")
    dialog = await user.dialog("settingsDialog")
    assert isinstance(dialog, SettingsDialog)
    dialog.settings_changed.emit(Settings(restore_connections=False))
    dialog.close()
    await windows.close(user)
    monkeypatch.setenv("PGPASSWORD", password_of(database_dsn))
    again = await windows.open()
    assert again.status("statusConnection") == "Not connected"


# Connections


async def test_two_connections_keep_their_tabs_apart(user: User, other_dsn: str) -> None:
    here = await user.database()
    await user.connect(other_dsn)
    assert await user.database() == "postgres"
    user.window.tabs.setCurrentIndex(0)
    assert await user.database() == here
    assert user.window.connection_button.text() == user.status("statusConnection")
    user.trigger("tab.new")
    assert await user.database() == here
    await user.disconnect()
    user.window.tabs.setCurrentIndex(1)
    assert await user.database() == "postgres"


async def test_a_disconnected_tab_works_on_the_next_connection(user: User, other_dsn: str) -> None:
    await user.run("select g from generate_series(1, 1000000) g")
    await user.disconnect()
    user.trigger("query.run")
    assert "no connection" in user.notice
    user.window.start_page.text_entered.emit(other_dsn)
    await until(lambda: user.tab.state.connected, "another is there")
    assert user.window.tabs.count() == 1
    assert await user.database() == "postgres"


async def test_a_tab_without_connection_hears_nothing_of_its_old_results(user: User) -> None:
    await user.run("select g from generate_series(1, 1000000) g")
    result = user.results.result
    await user.disconnect()
    user.tab.more_wanted.emit(result)
    assert user.tab.property("state") == "idle"
    assert not user.notice


# Settings


async def test_settings_take_effect_and_are_saved(user: User) -> None:
    user.trigger("app.settings")
    dialog = await user.dialog("settingsDialog")
    assert isinstance(dialog, SettingsDialog)
    dialog.settings_changed.emit(Settings(theme="light", editor_font_pt=14.0))
    assert not theme_of(user.window).is_dark
    dialog.settings_changed.emit(Settings(theme="dark", editor_font_pt=14.0))
    assert theme_of(user.window).is_dark
    assert user.editor.font().pointSizeF() == 14.0
    await until(lambda: SettingsFile().read_settings().value.theme == "dark", "the settings are saved")
    assert SettingsFile().read_settings().value.editor_font_pt == 14.0
    dialog.close()


async def test_the_theme_is_a_choice_of_the_view_menu(windows: Windows) -> None:
    user = await windows.open()
    assert user.window.actions_by_id["view.theme_system"].isChecked()
    user.trigger("view.theme_dark")
    assert theme_of(user.window).is_dark
    assert user.window.actions_by_id["view.theme_dark"].isChecked()
    await until(lambda: SettingsFile().read_settings().value.theme == "dark", "the setting is saved")
    user.trigger("view.theme_light")
    assert not theme_of(user.window).is_dark
    await until(lambda: SettingsFile().read_settings().value.theme == "light", "the setting is saved")
    user.trigger("app.settings")
    dialog = await user.dialog("settingsDialog")
    assert isinstance(dialog, SettingsDialog)
    dialog.settings_changed.emit(Settings(theme="system"))
    assert user.window.actions_by_id["view.theme_system"].isChecked()
    dialog.close()


async def test_the_last_of_quick_changes_is_what_is_saved(windows: Windows, user: User) -> None:
    user.trigger("app.settings")
    dialog = await user.dialog("settingsDialog")
    assert isinstance(dialog, SettingsDialog)
    for size in (11.0, 12.0, 13.0):
        dialog.settings_changed.emit(Settings(editor_font_pt=size))
    await windows.close(user)
    assert SettingsFile().read_settings().value.editor_font_pt == 13.0


async def test_a_script_goes_on_after_an_error_where_it_is_set_so(
    windows: Windows, database_dsn: str, home: Path
) -> None:
    settings = home / ".config/pgconsole/settings.toml"
    settings.parent.mkdir(parents=True)
    settings.write_text('on_script_error = "continue"\n')
    user = await windows.open(database_dsn)
    await user.run("select nonsense; select 'after'", "query.run_all")
    user.results.setCurrentIndex(0)
    assert user.cell(0) == "after"


async def test_a_setting_that_makes_no_sense_is_told_at_the_start(windows: Windows, home: Path) -> None:
    settings = home / ".config/pgconsole/settings.toml"
    settings.parent.mkdir(parents=True)
    settings.write_text('theme = "pink"\n')
    user = await windows.open()
    assert "theme" in user.notice


# Closing while something begins


async def test_closing_the_window_does_not_wait_for_a_server_that_is_silent(
    windows: Windows, database_dsn: str, proxy: Proxy
) -> None:
    dsn = f"postgresql://u:p@127.0.0.1:{proxy.port}/d?sslmode=disable"
    proxy.black_hole()
    opening = asyncio.ensure_future(windows.open(dsn))
    await until(lambda: proxy.connections == 1, "the server is being called")
    user = windows.newest
    assert "Connecting" in user.window.connection_button.text()
    user.window.close()
    async with asyncio.timeout(2):
        await opening
        await windows.closed_by_user(user)


async def test_closing_while_connections_come_back_forgets_none(
    windows: Windows, database_dsn: str, proxy: Proxy
) -> None:
    user = await windows.open(database_dsn)
    await windows.close(user)
    before = SettingsFile().read_window().last_connections
    assert len(before) == 1
    silent = Profile(id="silent", server={"host": "127.0.0.1", "port": proxy.port, "sslmode": "disable"})
    proxy.black_hole()
    await SettingsFile().save_window(WindowState(last_connections=(silent, *before)))
    opening = asyncio.ensure_future(windows.open())
    await until(lambda: proxy.connections == 1, "the first is being called")
    windows.newest.window.close()
    await opening
    await windows.closed_by_user(windows.newest)
    assert SettingsFile().read_window().last_connections == (silent, *before)


async def test_closing_while_the_local_server_starts_leaves_none_behind(
    windows: Windows, local_data_home: Path
) -> None:
    opening = asyncio.ensure_future(windows.open(local=True))
    await until(lambda: any(local_data_home.rglob("PG_VERSION")), "the server is being made")
    windows.newest.window.close()
    await opening
    await windows.closed_by_user(windows.newest)
    assert not running_servers(local_data_home)


async def test_a_local_server_that_has_ended_is_started_again(windows: Windows, local_data_home: Path) -> None:
    user = await windows.open(local=True)
    await user.run("select pg_postmaster_start_time()")
    before = user.cell(0)
    (lock,) = running_servers(local_data_home)
    os.kill(int(lock.read_text().splitlines()[0]), signal.SIGINT)
    await until(lambda: not running_servers(local_data_home), "the server has ended")
    user.window.start_page.local_requested.emit()
    await until(lambda: len(running_servers(local_data_home)) == 1, "the server runs again")
    await user.tabs(2)
    await user.run("select pg_postmaster_start_time()")
    assert user.cell(0) != before
    await windows.close(user)


async def test_a_local_server_that_cannot_be_started_leaves_nothing_pending(
    windows: Windows, database_dsn: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(_paths: LocalPaths) -> LocalServer:
        raise LocalServerError("The local PostgreSQL did not start.")

    user = await windows.open(database_dsn)
    title = user.window.windowTitle()
    monkeypatch.setattr(sample_server, "acquire", refuse)
    user.window.start_page.local_requested.emit()
    await until(lambda: bool(user.notice), "the failure is told")
    assert user.window.windowTitle() == title


async def test_the_local_server_comes_back_as_the_last_connection(windows: Windows, local_data_home: Path) -> None:
    user = await windows.open(local=True)
    await user.run("select count(*) from shop.products")
    await windows.close(user)
    again = await windows.open()
    await again.run("select count(*) from shop.products")
    assert int(again.cell(0) or 0) > 0
    await windows.close(again)
