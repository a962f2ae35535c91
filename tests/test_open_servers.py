"""Which connections and tabs come back with the window, and that it closes whatever is still beginning."""

import asyncio
import os
import signal
from pathlib import Path

import pytest

from pgconsole.core.errors import LocalServerError
from pgconsole.core.profile import Profile
from pgconsole.core.settings import Settings, WindowState
from pgconsole.db.local_paths import LocalPaths
from pgconsole.db.local_server import LocalServer
from pgconsole.ui.window.settings_dialog import SettingsDialog
from pgconsole.workers import sample_server
from pgconsole.workers.sample_server import LOCAL_PROFILE_ID
from pgconsole.workers.settings_file import SettingsFile
from tests.fixtures.postgres import PostgresServer
from tests.fixtures.proxy import Proxy
from tests.fixtures.waiting import until
from tests.fixtures.window import User, Windows, password_of, running_servers

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


async def test_a_tab_of_another_server_waits_for_its_own(windows: Windows, database_dsn: str) -> None:
    user = await windows.open(database_dsn)
    user.write("drop table orders")
    user.tab.profile_id = LOCAL_PROFILE_ID
    await windows.close(user)
    again = await windows.open(database_dsn)
    theirs, own = again.window.query_tabs()
    assert theirs.editor.script() == "drop table orders"
    assert not theirs.state.connected
    assert own.state.connected
    assert again.tab is own


# While another one is made


async def test_a_tab_names_its_own_server_while_another_one_is_asked(user: User, proxy: Proxy) -> None:
    proxy.black_hole()
    named = user.status("statusConnection")
    user.window.start_page.text_entered.emit(
        f"postgresql://u:p@127.0.0.1:{proxy.port}/d?sslmode=disable&connect_timeout=600"
    )
    await until(lambda: bool(user.status("statusOpening")), "the other one is asked")
    assert user.status("statusConnection") == user.window.connection_button.text() == named
    assert user.window.windowTitle().startswith(named)
    user.trigger("query.cancel")
    await until(lambda: not user.status("statusOpening"), "it is given up")
    assert "given up" in user.notice
    assert user.status("statusConnection") == named


async def test_the_failure_of_one_attempt_does_not_stand_beside_the_next(user: User, other_dsn: str) -> None:
    user.window.start_page.text_entered.emit("postgresql://u:p@127.0.0.1:1/d?sslmode=disable")
    await until(lambda: "Nothing listens" in user.notice, "the first attempt has failed")
    await user.connect(other_dsn)
    assert not user.notice


# Closing while something begins


async def test_closing_the_window_does_not_wait_for_a_server_that_is_silent(
    windows: Windows, database_dsn: str, proxy: Proxy
) -> None:
    dsn = f"postgresql://u:p@127.0.0.1:{proxy.port}/d?sslmode=disable&connect_timeout=600"
    proxy.black_hole()
    opening = asyncio.ensure_future(windows.open(dsn))
    await until(lambda: proxy.connections == 1, "the server is being called")
    user = windows.newest
    assert "Connecting" in user.window.connection_button.text()
    user.window.close()
    async with asyncio.timeout(30):
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
