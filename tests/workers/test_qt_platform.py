import ctypes
import os
import socket
import sys
from pathlib import Path

import pytest

from pgconsole.core.system_libraries import Installer
from pgconsole.workers import qt_platform
from pgconsole.workers.qt_platform import display_problem, import_problem, missing_libraries

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="the other systems bring their display along")


def _break_loading(monkeypatch: pytest.MonkeyPatch, message: str) -> None:
    def load(name: str) -> ctypes.CDLL:
        raise OSError(message)

    monkeypatch.setattr(ctypes, "CDLL", load)
    monkeypatch.setattr(qt_platform, "installer", lambda: Installer.APT)


def test_no_display_is_said_with_two_ways_out() -> None:
    problem = display_problem({})
    assert problem is not None
    assert "DISPLAY" in problem
    assert "pgconsole --screenshots" in problem


@pytest.mark.parametrize("platform", ["offscreen", "minimal", "vnc:port=5901", "linuxfb"])
def test_a_platform_without_a_display_asks_for_none(platform: str) -> None:
    assert display_problem({"QT_QPA_PLATFORM": platform}) is None


def test_silent_display_is_named() -> None:
    problem = display_problem({"DISPLAY": ":7357"})
    assert problem is not None
    assert ":7357" in problem


def test_chosen_platform_without_a_display_is_said() -> None:
    assert display_problem({"QT_QPA_PLATFORM": "xcb"}) is not None


def test_wayland_display_that_answers_is_enough(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(qt_platform, "_plugin_problem", lambda system: None)
    folder = Path(os.environ["XDG_RUNTIME_DIR"])
    environment = {"WAYLAND_DISPLAY": "wayland-1", "XDG_RUNTIME_DIR": str(folder)}
    assert display_problem(environment) is not None
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(str(folder / "wayland-1"))
        server.listen()
        assert display_problem(environment) is None


def test_one_window_system_of_two_is_enough(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(qt_platform, "_plugin_problem", lambda system: "no plugin" if system == "wayland" else None)
    monkeypatch.setattr(qt_platform, "_connection_problem", lambda system, environment: None)
    assert display_problem({"WAYLAND_DISPLAY": "wayland-0"}) == "no plugin"
    assert display_problem({"WAYLAND_DISPLAY": "wayland-0", "DISPLAY": ":0"}) is None


def test_library_that_the_plugin_lacks_is_named_with_its_package(monkeypatch: pytest.MonkeyPatch) -> None:
    _break_loading(monkeypatch, "libxcb-cursor.so.0: cannot open shared object file: No such file or directory")
    problem = display_problem({"DISPLAY": ":0"})
    assert problem is not None
    assert "libxcb-cursor.so.0" in problem
    assert "sudo apt-get install" in problem
    assert "libxcb-cursor0" in problem


def test_plugin_that_fails_otherwise_is_told_in_the_loader_s_words(monkeypatch: pytest.MonkeyPatch) -> None:
    _break_loading(monkeypatch, "undefined symbol: _ZN9QtPrivate")
    problem = display_problem({"DISPLAY": ":0"})
    assert problem is not None
    assert "undefined symbol: _ZN9QtPrivate" in problem


def test_import_error_is_put_in_words(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(qt_platform, "installer", lambda: Installer.APT)
    error = ImportError("libEGL.so.1: cannot open shared object file: No such file or directory", name="PySide6.QtGui")
    problem = import_problem(error)
    assert problem is not None
    assert "libEGL.so.1" in problem
    assert "libegl1" in problem


def test_import_error_of_another_package_is_no_platform_problem() -> None:
    assert import_problem(ModuleNotFoundError("No module named 'asyncpg'", name="asyncpg")) is None


def test_ldd_finds_what_a_file_lacks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    ldd = tmp_path / "ldd"
    ldd.write_text('#!/bin/sh\nfor file; do printf "%s:\\n\\tlibxcb-xkb.so.1 => not found\\n" "$file"; done\n')
    ldd.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path), prepend=os.pathsep)
    assert missing_libraries() == ("libxcb-xkb.so.1",)


def test_without_ldd_nothing_is_claimed(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    assert missing_libraries() == ()
    assert qt_platform.installer() is None
