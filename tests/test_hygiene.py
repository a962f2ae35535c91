"""The rules of conftest.py bite: each test below leaves something behind, and fails for that alone."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

_ROOT = Path(__file__).parent.parent

_LITTER = """
import asyncio, logging, os, threading, warnings
from pathlib import Path
import pytest

kept = []

async def test_task():
    kept.append(asyncio.create_task(asyncio.Event().wait(), name="forgotten"))

def test_thread():
    kept.append(stop := threading.Event())
    threading.Thread(target=stop.wait, name="forgotten", daemon=True).start()

def test_widget(qapp):
    from PySide6.QtWidgets import QWidget
    kept.append(QWidget())

def test_log_line():
    logging.getLogger("somewhere").warning("forgotten")

def test_qt_warning(qapp):
    from PySide6.QtCore import qWarning
    qWarning("forgotten")

def test_warning():
    warnings.warn("forgotten", UserWarning)

@pytest.mark.permits("log", "tasks")
async def test_permitted():
    logging.getLogger("somewhere").warning("meant")
    kept.append(asyncio.create_task(asyncio.Event().wait()))

async def test_runs_on_the_loop_of_the_window():
    assert "pgconsole.ui.window_loop" == type(asyncio.get_running_loop()).__module__

@pytest.fixture
async def reader():
    task = asyncio.create_task(asyncio.Event().wait())
    yield task
    task.cancel()
    await asyncio.wait([task])

async def test_fixture_that_ends_its_own_task(reader):
    assert not reader.done()

def test_home_is_its_own(tmp_path):
    places = [os.environ[name] for name in os.environ if name.startswith("XDG_") and name.endswith("_HOME")]
    assert len(places) == 4
    assert all(Path(place).is_relative_to(tmp_path) for place in (os.environ["HOME"], *places))
    assert not [name for name in os.environ if name.startswith("PG")]
"""


@pytest.fixture(scope="module")
def outcomes(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """The outcome of each test of the litter, by its name; one that failed after its body is an error."""
    path = tmp_path_factory.mktemp("litter") / "test_litter.py"
    path.write_text(_LITTER)
    options = ["-c", str(_ROOT / "pyproject.toml"), "-p", "tests.conftest", "-p", "no:cacheprovider", "-v", "--tb=no"]
    command = [sys.executable, "-m", "pytest", *options, str(path)]
    done = subprocess.run(command, cwd=_ROOT, capture_output=True, text=True, timeout=100, check=False)
    found = dict[str, str]()
    for name, outcome in re.findall(r"::(\w+) (PASSED|FAILED|ERROR)", done.stdout):
        found[name] = outcome
    return found


@pytest.mark.parametrize("kind", ["task", "thread", "widget", "log_line", "qt_warning", "warning"])
def test_litter_fails_its_test(outcomes: dict[str, str], kind: str) -> None:
    assert outcomes[f"test_{kind}"] in ("FAILED", "ERROR")


@pytest.mark.parametrize(
    "name", ["permitted", "runs_on_the_loop_of_the_window", "fixture_that_ends_its_own_task", "home_is_its_own"]
)
def test_clean_test_passes(outcomes: dict[str, str], name: str) -> None:
    assert outcomes[f"test_{name}"] == "PASSED"
