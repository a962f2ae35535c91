"""A window at work: its tabs, transactions, connections and settings bound together, on the real server."""

from pathlib import Path

from PySide6.QtWidgets import QLabel

from pgconsole.core.settings import Settings
from pgconsole.db.session import Session
from pgconsole.ui.theme import theme_of
from pgconsole.ui.window.settings_dialog import SettingsDialog
from pgconsole.workers.settings_file import SettingsFile
from tests.fixtures.engine import ENDLESS, backend_state, value
from tests.fixtures.waiting import until
from tests.fixtures.window import User, Windows, comes_to_rest, spilled_files

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
