"""Looks whether Qt can start on this machine, before Qt is loaded.

Qt ends the process when its window system's plugin does not load or no display answers: both are found out here first,
and said in a sentence. Installs nothing.
"""

import ctypes
import importlib.util
import os
import shutil
import socket
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

from pgconsole.core.system_libraries import Installer, install_advice, missing_in_ldd_report, missing_in_load_error

_LDD_TIMEOUT_S = 30
_NO_DISPLAY = (
    "There is no display: neither DISPLAY nor WAYLAND_DISPLAY is set. Start pgconsole from a graphical session "
    "(over ssh: ssh -X), or have pictures of every pane written by: pgconsole --screenshots DIR"
)
_LOADED_MODULES = ("QtCore", "QtGui", "QtWidgets", "QtSvg")
_PLUGINS = {"xcb": ("libqxcb.so",), "wayland": ("libqwayland.so", "libqwayland-generic.so")}


def display_problem(environment: Mapping[str, str]) -> str | None:
    """Why no window can open, as one sentence with what to do, or None where one can.

    Of the window systems that Qt would try, the first whose plugin loads and whose display answers will do. Takes 12 ms
    (November 2026), by nearly all of which Qt's own start is then shorter.
    """
    if sys.platform != "linux":
        return None
    systems = _window_systems(environment)
    if not systems:
        return _NO_DISPLAY
    problem = None
    for system in systems:
        if system not in _PLUGINS:
            return None
        found = _plugin_problem(system) or _connection_problem(system, environment)
        if found is None:
            return None
        problem = problem or found
    return problem


def import_problem(error: ImportError) -> str | None:
    """The failed import of Qt as one sentence with what to do; None where it is something else's, and so a bug."""
    library = missing_in_load_error(str(error))
    if library is not None:
        missing = sorted({library, *missing_libraries(*_module_files())})
        return (
            f"Qt cannot be loaded: {', '.join(missing)} is not on this machine. {install_advice(missing, installer())}"
        )
    if (error.name or "").partition(".")[0] in ("PySide6", "shiboken6"):
        return f"Qt cannot be loaded ({error}). Install it with: {sys.executable} -m pip install pyside6-essentials"
    return None


def missing_libraries(*files: Path) -> tuple[str, ...]:
    """The shared libraries that `files`, or all of Qt that is used in this session, need and this machine lacks.

    Empty also where `ldd` is not there to ask, as on anything but Linux, or where PySide6 is not installed.
    """
    ldd = shutil.which("ldd") if sys.platform == "linux" else None
    files = files or (*_module_files(), *_used_plugin_files())
    if ldd is None or not files:
        return ()
    report = subprocess.run([ldd, *files], capture_output=True, text=True, timeout=_LDD_TIMEOUT_S, check=False).stdout
    return missing_in_ldd_report(report)


def installer() -> Installer | None:
    """The package program of this system, of those that install by a library's name."""
    return next((candidate for candidate in Installer if shutil.which(candidate.value)), None)


def _window_systems(environment: Mapping[str, str]) -> list[str]:
    chosen = environment.get("QT_QPA_PLATFORM", "")
    if chosen:
        return [part.partition(":")[0].partition("-")[0] for part in chosen.split(";")]
    named = (("wayland", "WAYLAND_DISPLAY"), ("xcb", "DISPLAY"))
    return [system for system, variable in named if environment.get(variable)]


def _plugin_problem(system: str) -> str | None:
    plugin = next(_plugin_files(system), None)
    if plugin is None:
        return None
    try:
        ctypes.CDLL(str(plugin))
    except OSError as error:
        library = missing_in_load_error(str(error))
        if library is None:
            return f"Qt's plugin for the window system {system} cannot be loaded: {error}."
        missing = sorted({library, *missing_libraries(plugin)})
        return (
            f"No window can open: {', '.join(missing)} is not on this machine. {install_advice(missing, installer())}"
        )
    return None


def _connection_problem(system: str, environment: Mapping[str, str]) -> str | None:
    if system == "xcb":
        name = environment.get("DISPLAY", "")
        answers = _x_server_answers(name)
    else:
        name = environment.get("WAYLAND_DISPLAY", "wayland-0")
        answers = _wayland_server_answers(Path(environment.get("XDG_RUNTIME_DIR", "/"), name))
    if answers:
        return None
    return (
        f"The display {name or '(none)'} does not answer. Check the variables DISPLAY, XAUTHORITY and WAYLAND_DISPLAY, "
        "or have pictures of every pane written by: pgconsole --screenshots DIR"
    )


def _x_server_answers(display: str) -> bool:
    xcb = ctypes.CDLL("libxcb.so.1")
    xcb.xcb_connect.restype = ctypes.c_void_p
    connection = ctypes.c_void_p(xcb.xcb_connect(display.encode(), None))
    if xcb.xcb_connection_has_error(connection):
        xcb.xcb_disconnect(connection)
        return False
    # Left open until the process ends: a bare X server resets when its last client leaves, and Qt would wait for that.
    return True


def _wayland_server_answers(path: Path) -> bool:
    with socket.socket(socket.AF_UNIX) as client:
        try:
            client.connect(str(path))
        except OSError:
            return False
    return True


def _qt_folder() -> Path | None:
    spec = importlib.util.find_spec("PySide6")
    return Path(spec.origin).parent if spec is not None and spec.origin is not None else None


def _module_files() -> Iterator[Path]:
    folder = _qt_folder()
    if folder is not None:
        yield from (path for name in _LOADED_MODULES if (path := folder / f"{name}.abi3.so").is_file())


def _used_plugin_files() -> Iterator[Path]:
    systems = ("offscreen", "xcb", "wayland") if os.environ.get("WAYLAND_DISPLAY") else ("offscreen", "xcb")
    return (path for system in systems for path in _plugin_files(system))


def _plugin_files(system: str) -> Iterator[Path]:
    folder = _qt_folder()
    names = _PLUGINS.get(system, (f"libq{system}.so",))
    if folder is not None:
        yield from (path for name in names if (path := folder / "Qt" / "plugins" / "platforms" / name).is_file())
