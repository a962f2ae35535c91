"""Runs every test on the window's own kind of loop, in homes of its own, and fails it for what it leaves behind.

A test that means to leave something, or to log, says so: `@pytest.mark.permits("log")`, with any of `log`, `tasks`,
`threads` and `widgets`.
"""

import asyncio
import gc
import logging
import os
import shutil
import sys
import tempfile
import threading
from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path
from typing import Any

import hypothesis
import pytest

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
os.environ["PYTHON_KEYRING_BACKEND"] = "keyring.backends.fail.Keyring"

# No deadline, for machines that do other things too; with CI set, the same examples each time.
_PROFILE = hypothesis.settings.get_profile("ci" if os.environ.get("CI") else "default")
hypothesis.settings.register_profile("unhurried", _PROFILE, deadline=None)
hypothesis.settings.load_profile("unhurried")

pytest_plugins = [
    "tests.fixtures.postgres",
    "tests.fixtures.proxy",
    "tests.fixtures.engine",
    "tests.fixtures.connections",
    "tests.fixtures.desk",
    "tests.fixtures.grid",
    "tests.fixtures.pgbouncer",
    "tests.fixtures.ssh",
    "tests.fixtures.tls",
    "tests.fixtures.listening",
    "tests.fixtures.import_bench",
    "tests.fixtures.services",
    "tests.fixtures.watched",
    "tests.fixtures.window",
    "tests.fixtures.watcher",
    "tests.fixtures.importer",
]

_THREAD_END_TIMEOUT_S = 2.0


def _new_loop() -> asyncio.AbstractEventLoop:
    from PySide6.QtWidgets import QApplication

    from pgconsole.ui.window_loop import WindowLoop

    application = QApplication.instance() or QApplication([])
    assert isinstance(application, QApplication)
    application.setQuitOnLastWindowClosed(False)
    loop: asyncio.AbstractEventLoop = WindowLoop(application)
    return loop


def pytest_asyncio_loop_factories(
    config: pytest.Config, item: pytest.Item
) -> dict[str, Callable[[], asyncio.AbstractEventLoop]]:
    return {"qasync": _new_loop}


_BEGUN_FIRST = ("tests/soak/", "tests/ui/tour/", "tests/test_pool_faults.py", "tests/benchmarks/")
"""What takes long by few tests: begun last, it would be waited for alone."""


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_auto_num_workers() -> int:
    # Tests wait for half of their time, for a server or for what must not happen: two processes kept one core busy.
    return 2 * (os.cpu_count() or 1)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    sizes = Counter(item.path for item in items)

    def place(item: pytest.Item) -> tuple[int, int]:
        first = (number for number, start in enumerate(_BEGUN_FIRST) if item.nodeid.startswith(start))
        return next(first, len(_BEGUN_FIRST)), -sizes[item.path]

    items.sort(key=place)


_DIED = pytest.StashKey[bool]()


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any, error: object) -> None:
    node.config.stash[_DIED] = node.config.stash.get(_DIED, False) or bool(error)


def pytest_sessionfinish(session: pytest.Session) -> None:
    if session.config.stash.get(_DIED, False):
        # What the dead process had still to run was not run: that is more than tests that failed.
        session.exitstatus = pytest.ExitCode.INTERNAL_ERROR


def pytest_collection_finish() -> None:
    _freeze()


def _freeze() -> None:
    # What is alive before a test is no test's litter; frozen, it does not slow the collections below.
    gc.collect()
    gc.freeze()


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The home directory of this test alone, with no PostgreSQL variable of the machine set."""
    home = tmp_path / "home"
    home.mkdir(mode=0o700)
    # Sockets have at most 107 characters of path.
    runtime = Path(tempfile.mkdtemp(prefix="pgc-"))
    for name in [name for name in os.environ if name.startswith("PG")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("HOME", str(home))
    for name, folder in _XDG_FOLDERS.items():
        monkeypatch.setenv(name, str(home / folder))
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(runtime))
    yield home
    shutil.rmtree(runtime, ignore_errors=True)


_XDG_FOLDERS = {
    "XDG_CONFIG_HOME": ".config",
    "XDG_DATA_HOME": ".local/share",
    "XDG_STATE_HOME": ".local/state",
    "XDG_CACHE_HOME": ".cache",
}


@pytest.fixture(autouse=True)
def _leaves_nothing_behind(
    request: pytest.FixtureRequest, home: Path, caplog: pytest.LogCaptureFixture
) -> Iterator[None]:
    permitted = _permitted(request)
    threads_before = set(threading.enumerate())
    widgets_before = _top_level_widgets()
    yield
    problems: list[str] = []
    if "log" not in permitted:
        problems += [f"log line: {line}" for line in _unexpected_log_lines(caplog)]
    if "widgets" not in permitted:
        problems += [f"top-level widget left: {widget}" for widget in _new_widgets(widgets_before)]
    if "threads" not in permitted:
        problems += [f"thread left: {thread.name}" for thread in _new_threads(threads_before)]
    if problems:
        pytest.fail("\n".join(problems), pytrace=False)


@pytest.fixture(autouse=True)
def _supervises_its_loop(request: pytest.FixtureRequest, _leaves_nothing_behind: None) -> None:
    # Set up before the test's own fixtures, the loop is looked at after they ended and before it closes.
    if request.node.get_closest_marker("asyncio") is not None:
        request.getfixturevalue("_keeps_garbage_to_its_thread")
        if "tasks" not in _permitted(request):
            request.getfixturevalue("_ends_its_tasks")


@pytest.fixture
def _keeps_garbage_to_its_thread() -> Iterator[None]:
    # As in the program: a collection in a worker thread would destroy Qt objects there.
    gc.disable()
    if not gc.get_freeze_count():  # a run of the whole program thaws it
        _freeze()
    yield
    gc.collect()
    gc.enable()


def _permitted(request: pytest.FixtureRequest) -> set[str]:
    return {kind for marker in request.node.iter_markers("permits") for kind in marker.args}


@pytest.fixture
async def _ends_its_tasks() -> AsyncIterator[None]:
    before = asyncio.all_tasks()
    yield
    for _ in range(3):
        await asyncio.sleep(0)
    left = asyncio.all_tasks() - before - {asyncio.current_task()}
    if left:
        pytest.fail("\n".join(f"task left: {task!r}" for task in left), pytrace=False)


def _unexpected_log_lines(caplog: pytest.LogCaptureFixture) -> list[str]:
    records = [record for when in ("setup", "call", "teardown") for record in caplog.get_records(when)]
    return [f"{record.name}: {record.getMessage()}" for record in records if record.levelno >= logging.WARNING]


def _new_threads(before: set[threading.Thread]) -> list[threading.Thread]:
    # Threads that Qt started show as dummies, which older Pythons keep for ever.
    new = [thread for thread in threading.enumerate() if thread not in before]
    new = [thread for thread in new if not isinstance(thread, threading._DummyThread)]
    for thread in new:
        thread.join(_THREAD_END_TIMEOUT_S)
    return [thread for thread in new if thread.is_alive()]


def _top_level_widgets() -> dict[int, str]:
    widgets = sys.modules.get("PySide6.QtWidgets")
    if widgets is None or widgets.QApplication.instance() is None:
        return {}
    return {id(widget): repr(widget) for widget in widgets.QApplication.topLevelWidgets()}


def _new_widgets(before: dict[int, str]) -> list[str]:
    core = sys.modules.get("PySide6.QtCore")
    if core is None or core.QCoreApplication.instance() is None:
        return []
    core.QCoreApplication.sendPostedEvents(None, core.QEvent.Type.DeferredDelete.value)
    if _top_level_widgets().keys() - before.keys():
        gc.collect()
        core.QCoreApplication.sendPostedEvents(None, core.QEvent.Type.DeferredDelete.value)
    return [name for key, name in _top_level_widgets().items() if key not in before]
