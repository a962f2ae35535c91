import os
import subprocess
import sys
from collections.abc import Callable
from importlib.machinery import ModuleSpec
from pathlib import Path
from types import ModuleType

import pytest

from pgconsole import __main__, __version__

_ROOT = Path(__file__).parent.parent
_on_linux = pytest.mark.skipif(sys.platform != "linux", reason="only Linux starts without a display")


def _start(*argv: str, **variables: str) -> subprocess.CompletedProcess[str]:
    display = ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM")
    environment = {name: value for name, value in os.environ.items() if name not in display}
    command = [sys.executable, "-m", "pgconsole", *argv]
    environment.update(variables)
    return subprocess.run(command, cwd=_ROOT, env=environment, capture_output=True, text=True, timeout=60, check=False)


@pytest.fixture
def window_calls(monkeypatch: pytest.MonkeyPatch) -> list[list[str]]:
    """The arguments with which the window was opened; it ends at once, with status 7."""
    calls = list[list[str]]()

    def run(argv: list[str]) -> int:
        calls.append(argv)
        return 7

    app = ModuleType("pgconsole.app")
    app.__dict__["run"] = run
    monkeypatch.setitem(sys.modules, "pgconsole.app", app)
    return calls


@pytest.fixture
def fail_import(monkeypatch: pytest.MonkeyPatch) -> Callable[[ImportError], None]:
    """Lets the import of the window's module raise the given error."""

    class Finder:
        def __init__(self, error: ImportError) -> None:
            self.error = error

        def find_spec(self, name: str, path: object = None, target: object = None) -> ModuleSpec | None:
            if name == "pgconsole.app":
                raise self.error
            return None

    def fail(error: ImportError) -> None:
        monkeypatch.delitem(sys.modules, "pgconsole.app", raising=False)
        monkeypatch.setattr(sys, "meta_path", [Finder(error), *sys.meta_path])

    return fail


def test_version_names_the_parts_and_needs_no_qt() -> None:
    script = "import sys; from pgconsole.__main__ import main; main(['--version']); sys.exit('PySide6' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", script], cwd=_ROOT, capture_output=True, text=True, check=True)
    lines = [line.split(" ") for line in done.stdout.splitlines()]
    assert lines[0] == ["pgconsole", __version__]
    assert [name for name, _ in lines] == ["pgconsole", "Qt", "qasync", "asyncpg"]
    assert all(version[0].isdigit() for _, version in lines)


def test_window_gets_the_words_after_the_program_name(window_calls: list[list[str]]) -> None:
    assert __main__.main(["host=db dbname=shop"]) == 7
    assert __main__.main(["--local"]) == 7
    assert window_calls == [["host=db dbname=shop"], ["--local"]]


def test_words_are_taken_from_the_command_line(window_calls: list[list[str]], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "argv", ["pgconsole", "--local"])
    assert __main__.main() == 7
    assert window_calls == [["--local"]]


def test_tour_needs_no_display(window_calls: list[list[str]], monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"):
        monkeypatch.delenv(name, raising=False)
    # Set first, so that what the program sets is undone with it.
    monkeypatch.setenv("QT_QPA_PLATFORM", "offscreen")
    monkeypatch.delenv("QT_QPA_PLATFORM")
    assert __main__.main(["--screenshots", "out"]) == 7
    assert os.environ["QT_QPA_PLATFORM"] == "offscreen"
    assert window_calls == [["--screenshots", "out"]]


@_on_linux
@pytest.mark.parametrize("variables", [{}, {"DISPLAY": ":7357"}, {"WAYLAND_DISPLAY": "wayland-7357"}])
def test_without_a_display_one_sentence_is_said(variables: dict[str, str]) -> None:
    done = _start(**variables)
    assert done.returncode == 1
    assert done.stderr.startswith("pgconsole: ")
    assert done.stderr.count("\n") == 1
    assert done.stdout == ""


def test_missing_library_is_named(
    fail_import: Callable[[ImportError], None], capsys: pytest.CaptureFixture[str]
) -> None:
    fail_import(ImportError("libEGL.so.1: cannot open shared object file: No such file or directory"))
    assert __main__.main(["--local"]) == 1
    assert "libEGL.so.1" in capsys.readouterr().err


def test_missing_qt_is_named(fail_import: Callable[[ImportError], None], capsys: pytest.CaptureFixture[str]) -> None:
    fail_import(ModuleNotFoundError("No module named 'PySide6'", name="PySide6"))
    assert __main__.main(["--local"]) == 1
    assert "pip install pyside6-essentials" in capsys.readouterr().err


def test_failed_import_of_our_own_stays_a_bug(fail_import: Callable[[ImportError], None]) -> None:
    fail_import(ImportError("cannot import name 'x' from 'pgconsole.core'", name="pgconsole.core"))
    with pytest.raises(ImportError, match="cannot import name"):
        __main__.main(["--local"])


def test_doctor_decides_the_status(monkeypatch: pytest.MonkeyPatch) -> None:
    from pgconsole import doctor

    monkeypatch.setattr(doctor, "main", lambda: 1)
    assert __main__.main(["--doctor"]) == 1
