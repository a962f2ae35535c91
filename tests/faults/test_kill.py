"""The console, or the server under it, is killed or frozen."""

import asyncio
import contextlib
import os
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from pgconsole.app import run
from pgconsole.core.run_state import Phase
from pgconsole.ui.main_window import MainWindow
from tests.faults.conftest import OwnServer
from tests.fixtures.waiting import until, wait_until
from tests.fixtures.window import User, Windows

_ROOT = Path(__file__).parents[2]
_FIVE_TEXTS = """
import asyncio, sys
from pgconsole.app import run

async def drive(window):
    while window.tabs.count() < 5:
        window.actions_by_id["tab.new"].trigger()
    for number, tab in enumerate(window.query_tabs()):
        tab.editor.set_script(f"select 'text {number}'")
    await asyncio.sleep(0.5)
    window.tabs.setCurrentIndex(2)
    await asyncio.sleep(3600)

run([sys.argv[1]], drive)
"""


def saved_texts(store: Path) -> int:
    """How many drafts are on the disk."""
    if not store.exists():
        return 0
    with contextlib.closing(sqlite3.connect(store)) as database, contextlib.suppress(sqlite3.OperationalError):
        return int(database.execute("select count(*) from draft where text <> ''").fetchone()[0])
    return 0


def is_third_current(store: Path, window_file: Path) -> bool:
    """Whether the third tab is remembered as the one that is shown."""
    with contextlib.closing(sqlite3.connect(store)) as database:
        (third,) = database.execute("select id from draft where position = 2").fetchone()
    return window_file.exists() and third in window_file.read_text("utf-8")


def test_five_unsaved_tabs_outlive_a_killed_console_with_the_one_that_was_shown(database_dsn: str, home: Path) -> None:
    process = subprocess.Popen([sys.executable, "-c", _FIVE_TEXTS, database_dsn], cwd=_ROOT)
    try:
        store = home / ".local/state/pgconsole/drafts.sqlite"
        wait_until(lambda: saved_texts(store) == 5 or process.poll() is not None, "all texts are saved", 30)
        window_file = home / ".local/state/pgconsole/window.json"
        wait_until(lambda: is_third_current(store, window_file), "the current tab is remembered", 30)
    finally:
        process.send_signal(signal.SIGKILL)
        process.wait(10)

    async def drive(window: MainWindow) -> None:
        texts = [tab.editor.script() for tab in window.query_tabs()]
        assert texts == [f"select 'text {number}'" for number in range(5)]
        assert window.tabs.currentIndex() == 2

    assert run([database_dsn], drive) == 0


@contextlib.contextmanager
def frozen(*pids: int) -> Iterator[None]:
    """Stop processes, and let them go on at the end."""
    for pid in pids:
        os.kill(pid, signal.SIGSTOP)
    try:
        yield
    finally:
        for pid in pids:
            os.kill(pid, signal.SIGCONT)


@pytest.mark.skipif(not hasattr(signal, "SIGSTOP"), reason="processes can't be frozen here")
async def test_frozen_server_is_left_by_cancel_and_the_tab_goes_on_once_it_thaws(
    windows: Windows, own_server: OwnServer
) -> None:
    user: User = await windows.open(own_server.dsn)
    await user.start("select pg_sleep(61)")
    await until(lambda: own_server.times_run("select pg_sleep(61)") > 0, "it runs")
    pid, postmaster = user.tab.state.backend_pid, own_server.local.pid()
    assert pid is not None
    assert postmaster is not None
    with frozen(pid, postmaster):
        user.trigger("query.cancel")
        assert user.tab.state.phase is Phase.CANCELLING
        await user.idle()
        assert "did not confirm" in user.messages
        user.trigger("query.run")  # waits for a connection that does not come
        await asyncio.sleep(0.1)
        user.trigger("query.cancel")
        await user.idle()
    await user.run("select 'thawed'")
    assert user.cell(0) == "thawed"
    await windows.close(user)


async def test_end_of_an_idle_transaction_by_the_server_is_warned_of_before(user: User) -> None:
    await user.run("set idle_in_transaction_session_timeout = '6s'")
    await user.run("begin")
    await until(lambda: "the server ends the session" in user.notice, "it is warned of")
    assert user.tab.property("transaction") == "open"
    await user.run("rollback")
    assert user.notice == ""
