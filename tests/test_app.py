"""`run`, the one way to start the program in process; and whole processes, where one has to die."""

import asyncio
import contextlib
import gc
import os
import resource
import signal
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, QObject, QTimer
from PySide6.QtWidgets import QApplication, QInputDialog, QLineEdit

from pgconsole.app import run
from pgconsole.db.conninfo_syntax import parse_keywords
from pgconsole.ui.main_window import MainWindow
from tests.fixtures.engine import ENDLESS
from tests.fixtures.postgres import PostgresServer
from tests.fixtures.waiting import until, wait_until
from tests.fixtures.window import User, running_servers, spilled_files

_ROOT = Path(__file__).parents[1]


@pytest.fixture(autouse=True)
def _destroys_its_window(qapp: QApplication) -> Iterator[None]:
    yield
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)


def _keywords(dsn: str) -> dict[str, str]:
    return dict(parse_keywords(dsn))


def _key_value(dsn: str, **other: str) -> str:
    return " ".join(f"{name}='{value}'" for name, value in (_keywords(dsn) | other).items())


async def _selects(window: MainWindow) -> int:
    user = User(window)
    await user.run("select 41 + 1")
    assert user.cell(0) == "42"
    return 0


# The exit status and the moment of the drive


def test_the_exit_status_is_what_the_drive_returned(database_dsn: str) -> None:
    async def drive(window: MainWindow) -> int:
        assert window.isVisible()
        assert User(window).status("statusConnection")
        return 7

    assert run([database_dsn], drive) == 7


def test_a_drive_that_returns_nothing_exits_with_0() -> None:
    async def drive(window: MainWindow) -> None:
        assert window.isVisible()

    assert run([], drive) == 0


def test_what_a_drive_raises_comes_out_and_the_window_is_closed(database_dsn: str) -> None:
    async def drive(window: MainWindow) -> None:
        await User(window).start("select pg_sleep(30)")
        raise LookupError("of the drive")

    with pytest.raises(LookupError, match="of the drive"):
        run([database_dsn], drive)
    assert not [widget for widget in QApplication.topLevelWidgets() if widget.isVisible()]


def test_closing_the_window_ends_an_undriven_run(database_dsn: str) -> None:
    def close() -> None:
        windows = [widget for widget in QApplication.topLevelWidgets() if isinstance(widget, MainWindow)]
        if windows and windows[0].current_tab is not None:
            windows[0].close()

    timer = QTimer()
    timer.timeout.connect(close)
    timer.start(20)
    assert run([database_dsn]) == 0
    timer.stop()


# Ways to a server


def test_a_uri_connects(database_dsn: str) -> None:
    assert run([database_dsn], _selects) == 0


def test_key_value_pairs_connect(database_dsn: str) -> None:
    assert run([_key_value(database_dsn)], _selects) == 0


def test_variables_fill_what_the_dsn_leaves_open(database_dsn: str, monkeypatch: pytest.MonkeyPatch) -> None:
    variables = {"host": "PGHOST", "port": "PGPORT", "user": "PGUSER", "password": "PGPASSWORD"}
    keywords = _keywords(database_dsn)
    for name, variable in variables.items():
        monkeypatch.setenv(variable, keywords[name])
    assert run([f"dbname={keywords['dbname']}"], _selects) == 0


def test_the_local_postgresql_answers_with_its_sample(local_data_home: Path) -> None:
    async def drive(window: MainWindow) -> int:
        user = User(window)
        assert "local" in user.status("statusConnection")
        await user.run("select count(*) from shop.customers")
        return int(user.cell(0) or 0)

    assert run(["--local"], drive) > 0
    assert not running_servers(local_data_home)


def test_a_closed_port_is_told_and_the_window_stays(database_dsn: str) -> None:
    async def drive(window: MainWindow) -> None:
        user = User(window)
        assert window.isVisible()
        assert "connect" in user.notice.lower()
        assert window.pages.currentWidget() is window.start_page
        assert user.status("statusConnection") == "Not connected"

    assert run([_key_value(database_dsn, host="127.0.0.1", port="1")], drive) == 0


def test_a_dsn_that_makes_no_sense_is_told() -> None:
    async def drive(window: MainWindow) -> None:
        assert User(window).notice

    assert run(["postgresql://[::1"], drive) == 0


def test_a_wrong_password_is_asked_for_once_each_time(database_dsn: str) -> None:
    right = _keywords(database_dsn)["password"]

    async def drive(window: MainWindow) -> None:
        user = User(window)
        for password in ("still wrong", right):
            await until(lambda: len(user.dialogs("passwordQuestion")) == 1, "the password is asked for")
            question = user.dialogs("passwordQuestion")[0]
            assert isinstance(question, QInputDialog)
            assert question.textEchoMode() is QLineEdit.EchoMode.Password
            question.setTextValue(password)
            question.accept()
            await until(lambda question=question: question not in user.dialogs(), "the question is gone")  # type: ignore[misc]
        await until(lambda: window.tabs.count() == 1, "a tab is open")
        assert await _selects(window) == 0
        assert not user.dialogs()

    assert run([_key_value(database_dsn, password="wrong")], drive) == 0


def test_giving_up_the_password_leaves_the_start_page(database_dsn: str) -> None:
    async def drive(window: MainWindow) -> None:
        user = User(window)
        (await user.dialog("passwordQuestion")).reject()
        await until(lambda: not user.dialogs(), "the question is gone")
        assert window.pages.currentWidget() is window.start_page

    assert run([_key_value(database_dsn, password="wrong")], drive) == 0


# The end


def test_closing_in_mid_stream_leaves_nothing_on_the_server(
    database_dsn: str, postgres_server: PostgresServer, home: Path
) -> None:
    async def drive(window: MainWindow) -> None:
        user = User(window)
        await user.start(ENDLESS, "query.run_to_end")
        await user.state("streaming")

    assert run([database_dsn], drive) == 0
    database = _keywords(database_dsn)["dbname"]
    asked = f"select count(*) from pg_stat_activity where datname = '{database}' and state <> 'idle'"
    wait_until(lambda: postgres_server.psql(asked) == "0", "the server's backend is gone or idle")
    assert not spilled_files(home)
    assert not [name for name in _open_files() if "spill" in name or str(home) in name]


def _open_files() -> list[str]:
    folder = Path("/proc/self/fd")
    return [str(each.readlink()) for each in folder.iterdir() if each.is_symlink()] if folder.is_dir() else []


# Garbage


class _Cyclic(QObject):
    """A widget's kind of garbage: in a cycle, with a timer that must be stopped on its own thread."""

    ended_on: list[threading.Thread]

    def __init__(self, ended_on: list[threading.Thread]) -> None:
        super().__init__()
        self.itself = self
        self.timer = QTimer(self)
        self.timer.start(10_000)
        self.ended_on = ended_on

    def __del__(self) -> None:
        self.ended_on.append(threading.current_thread())


def test_cyclic_garbage_ends_on_the_windows_thread() -> None:
    ended_on: list[threading.Thread] = []

    def make_much() -> list[list[int]]:
        return [[number] for number in range(200_000)]

    async def drive(window: MainWindow) -> None:
        _Cyclic(ended_on)
        kept = await asyncio.to_thread(make_much)
        await until(lambda: bool(ended_on), "the garbage is collected")
        kept.clear()

    was_enabled = gc.isenabled()
    assert run([], drive) == 0
    assert ended_on == [threading.main_thread()]
    assert gc.isenabled() is was_enabled


# What it costs to do nothing


def test_an_idle_window_is_idle(database_dsn: str) -> None:
    async def drive(window: MainWindow) -> None:
        user = User(window)
        await user.run("select g from generate_series(1, 1000) g")
        await _passes(0.5)
        began, used = time.monotonic(), _own_cpu_s()
        await _passes(1.0)
        share = (_own_cpu_s() - used) / (time.monotonic() - began)
        assert share < 0.05, f"{share:.1%} of a processor"

    assert run([database_dsn], drive) == 0


async def _passes(time_s: float) -> None:
    """Time passes, without anybody looking."""
    passed = asyncio.Event()
    asyncio.get_running_loop().call_later(time_s, passed.set)
    await passed.wait()


def _own_cpu_s() -> float:
    usage = resource.getrusage(resource.RUSAGE_SELF)
    return usage.ru_utime + usage.ru_stime


# Processes


_WRITES_AND_WAITS = """
import asyncio, sys
from pgconsole.app import run

async def drive(window):
    window.current_tab.editor.set_script("select 'kept \\N{GRINNING FACE}'")
    window.actions_by_id["tab.new"].trigger()
    window.current_tab.editor.set_script("select 'second'")
    await asyncio.Event().wait()

sys.exit(run([sys.argv[1]], drive))
"""


_LEAVES_IN_MID_STREAM = f"""
import asyncio, sys
from pgconsole.app import run

async def streaming(window, action_id):
    tab = window.current_tab
    tab.editor.set_script("{ENDLESS}")
    window.actions_by_id[action_id].trigger()
    while tab.property("state") != "streaming":
        await asyncio.sleep(0.005)

async def drive(window):
    with open("/proc/self/status") as status:
        print(next(line.split()[1] for line in status if line.startswith("VmRSS")))
    await streaming(window, "query.run_to_end")
    window.actions_by_id["tab.new"].trigger()
    await streaming(window, "query.run")
    return 5

sys.exit(run([sys.argv[1]], drive))
"""


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="memory is read from /proc")
def test_a_process_is_small_and_leaves_without_a_complaint(database_dsn: str) -> None:
    argv = [sys.executable, "-X", "dev", "-c", _LEAVES_IN_MID_STREAM, database_dsn]
    done = subprocess.run(argv, cwd=_ROOT, capture_output=True, text=True, timeout=60)
    assert done.returncode == 5, done.stderr
    assert int(done.stdout) / 1024 < 150, f"{int(done.stdout) / 1024:.0f} MiB"
    complaints = ("Traceback", "unclosed", "never", "destroyed", "QObject", "QThread", "Exception")
    assert not [line for line in done.stderr.splitlines() if any(word in line for word in complaints)]


_WAITS_FOR_ITS_END = """
import sys
from pgconsole.app import run
sys.exit(run(sys.argv[1:]))
"""


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such signals")
@pytest.mark.parametrize("number", [signal.SIGHUP, signal.SIGINT])
def test_a_signal_ends_it_in_order(database_dsn: str, home: Path, number: signal.Signals) -> None:
    assert _status_after(number, database_dsn, home) == 0


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such signals")
def test_a_logout_stops_the_local_server(local_data_home: Path, home: Path) -> None:
    assert _status_after(signal.SIGTERM, "--local", home) == 0
    assert any(local_data_home.rglob("PG_VERSION"))
    assert not running_servers(local_data_home)


def _status_after(number: signal.Signals, argument: str, home: Path) -> int:
    """How a process ends that gets a signal once it is connected."""
    process = subprocess.Popen([sys.executable, "-c", _WAITS_FOR_ITS_END, argument], cwd=_ROOT)
    state = home / ".local/state/pgconsole/window.json"
    try:
        wait_until(lambda: '"dbname"' in _text_of(state), "it is connected", 30)
        process.send_signal(number)
        return process.wait(20)
    finally:
        process.kill()
        process.wait(10)


def _text_of(file: Path) -> str:
    return file.read_text() if file.exists() else ""


def test_texts_outlive_a_killed_process(database_dsn: str, home: Path) -> None:
    process = subprocess.Popen([sys.executable, "-c", _WRITES_AND_WAITS, database_dsn], cwd=_ROOT)
    try:
        store = home / ".local/state/pgconsole/drafts.sqlite"
        wait_until(lambda: _saved_texts(store) == 2 or process.poll() is not None, "both texts are saved", 30)
    finally:
        process.send_signal(signal.SIGKILL)
        process.wait(10)

    async def drive(window: MainWindow) -> None:
        texts = [tab.editor.script() for tab in window.query_tabs()]
        assert texts == ["select 'kept \N{GRINNING FACE}'", "select 'second'"]

    assert run([database_dsn], drive) == 0


def _saved_texts(store: Path) -> int:
    if not store.exists():
        return 0
    with contextlib.closing(sqlite3.connect(store)) as database:
        try:
            (count,) = database.execute("select count(*) from draft where text <> ''").fetchone()
        except sqlite3.OperationalError:  # just being made
            return 0
    return int(count)
