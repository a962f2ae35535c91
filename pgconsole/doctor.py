"""Tells what is missing or odd on this machine, a line each, without opening a window.

Owns the list of things looked at and their words. Qt is only tried in a process of its own, so that one which ends
without words is a line here.
"""

import asyncio
import json
import os
import platform
import shutil
import subprocess
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import Enum
from pathlib import Path

from pgconsole.core.errors import PgconsoleError
from pgconsole.core.system_libraries import install_advice
from pgconsole.workers import qt_platform

_OLDEST_PYTHON = (3, 11)
_SUBPROCESS_TIMEOUT_S = 30
_KEYRING_TIMEOUT_S = 10.0
_LOW_DISK_BYTES = 1 << 30
_LABEL_WIDTH = 15


class Verdict(Enum):
    """How much a finding matters."""

    FINE = "ok"
    ODD = "odd"
    """The window opens, and something in it is less than it could be."""
    FATAL = "fails"
    """No window can open."""


@dataclass(frozen=True, slots=True)
class Finding:
    """What one look at the machine showed."""

    subject: str
    verdict: Verdict
    text: str
    """What there is, or what is wrong and what to do about it."""

    def __str__(self) -> str:
        return f"{self.verdict.value:<6}{self.subject:<{_LABEL_WIDTH}}{self.text}"


def main() -> int:
    """Print every finding, and return the exit status: 1 where the program cannot run here."""
    found = examine(os.environ)
    for finding in found:
        sys.stdout.write(f"{finding}\n")
    return 1 if any(finding.verdict is Verdict.FATAL for finding in found) else 0


def examine(environment: Mapping[str, str]) -> list[Finding]:
    """Look at everything that the program needs of a machine; takes about a second."""
    looks: list[Callable[[], list[Finding]]] = [
        lambda: [_python()],
        _qt,
        lambda: [_display(environment)],
        lambda: [_window_systems()],
        lambda: [_keyring()],
        lambda: [_postgresql()],
        _folders,
    ]
    return [finding for look in looks for finding in look()]


def _python() -> Finding:
    text = f"{platform.python_version()} at {sys.executable}"
    if sys.version_info < _OLDEST_PYTHON:
        return Finding("Python", Verdict.FATAL, f"{text} is too old: 3.11 or later is needed.")
    return Finding("Python", Verdict.FINE, text)


_QT_PROBE = """
import asyncio
import json
from PySide6.QtCore import qVersion
from PySide6.QtGui import QFont, QFontDatabase, QFontInfo, QFontMetricsF, QGuiApplication
from PySide6.QtWidgets import QApplication
from PySide6.QtSvg import QSvgRenderer
app = QGuiApplication(["doctor"])
font = QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont)
widths = {QFontMetricsF(font).horizontalAdvance(letter * 32) for letter in "iW"}
print(json.dumps([qVersion(), QFontInfo(font).family(), len(widths) == 1, len(QFontDatabase.families())]))
"""


def _qt() -> list[Finding]:
    """Load all of Qt that a window uses, and ask it for fonts, which no display is needed for."""
    environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen"}
    try:
        probe = subprocess.run(
            [sys.executable, "-c", _QT_PROBE],
            env=environment,
            capture_output=True,
            text=True,
            timeout=_SUBPROCESS_TIMEOUT_S,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        return [Finding("Qt", Verdict.FATAL, f"Qt could not be tried: {error}.")]
    if probe.returncode != 0:
        return [Finding("Qt", Verdict.FATAL, _qt_failure(probe.stderr, probe.returncode))]
    version, family, is_fixed, families = json.loads(probe.stdout.splitlines()[-1])
    return [Finding("Qt", Verdict.FINE, f"{version} loads"), _fonts(family, is_fixed, families)]


def _qt_failure(stderr: str, status: int) -> str:
    last = stderr.strip().rpartition("\n")[2] or f"it ended with status {status} and no word"
    kind, _, message = last.partition(": ")
    if kind in ("ImportError", "ModuleNotFoundError"):
        known = qt_platform.import_problem(ImportError(message, name="PySide6"))
        if known is not None:
            return known
    return f"Qt does not load: {last}"


def _fonts(family: str, is_fixed: bool, families: int) -> Finding:
    if families == 0:
        advice = "Install one, as Debian's fonts-dejavu-core: without it no text is painted."
        return Finding("Fonts", Verdict.ODD, f"There is no font on this machine. {advice}")
    if not is_fixed:
        advice = "Install one, as Debian's fonts-dejavu-core: the editor looks uneven without it."
        return Finding("Fonts", Verdict.ODD, f"No font of fixed width was found ({family} is used). {advice}")
    return Finding("Fonts", Verdict.FINE, f"{families} families, {family} for text of fixed width")


def _display(environment: Mapping[str, str]) -> Finding:
    problem = qt_platform.display_problem(environment)
    if problem is not None:
        return Finding("Display", Verdict.FATAL, problem)
    named = [name for name in ("QT_QPA_PLATFORM", "WAYLAND_DISPLAY", "DISPLAY") if environment.get(name)]
    how = ", ".join(f"{name}={environment[name]}" for name in named) or "the desktop's own"
    return Finding("Display", Verdict.FINE, how)


def _window_systems() -> Finding:
    missing = qt_platform.missing_libraries()
    if missing:
        advice = install_advice(missing, qt_platform.installer())
        return Finding("Libraries", Verdict.ODD, f"Qt would use {', '.join(missing)} too. {advice}")
    return Finding("Libraries", Verdict.FINE, "all that Qt's window system needs is there")


def _keyring() -> Finding:
    from pgconsole.db.credentials import Credentials

    report = asyncio.run(Credentials(time_limit_s=_KEYRING_TIMEOUT_S).backend_report())
    if report.usable:
        return Finding("Keyring", Verdict.FINE, report.name)
    advice = (
        "On Linux, gnome-keyring, KWallet or KeePassXC serve as one. Until then passwords are forgotten at the end."
    )
    return Finding("Keyring", Verdict.ODD, f"{report.why} {advice}")


def _postgresql() -> Finding:
    from pgconsole.db.local_binaries import find_binaries

    try:
        binaries = find_binaries()
    except PgconsoleError as error:
        return Finding("PostgreSQL", Verdict.ODD, f"pgconsole --local cannot start one. {error}")
    return Finding("PostgreSQL", Verdict.FINE, f"{binaries.version} at {binaries.directory}")


def _folders() -> list[Finding]:
    from pgconsole.db.local_paths import LocalPaths
    from pgconsole.workers.private_files import config_dir, state_dir
    from pgconsole.workers.settings_file import SettingsFile

    settings = _folder("Settings", config_dir())
    problems = SettingsFile().read_settings().problems
    if problems and settings.verdict is not Verdict.FATAL:
        settings = Finding("Settings", Verdict.ODD, " ".join(str(problem) for problem in problems))
    return [
        settings,
        _folder("State", state_dir()),
        _folder("Local data", LocalPaths.of_user().data_home / "pgconsole"),
    ]


def _folder(subject: str, path: Path) -> Finding:
    existing = next(folder for folder in (path, *path.parents) if folder.exists())
    if not existing.is_dir() or not os.access(existing, os.W_OK | os.X_OK):
        advice = "Make it writable, or name another place in the XDG_* variables."
        return Finding(subject, Verdict.FATAL, f"{path} cannot be written to. {advice}")
    free_bytes = shutil.disk_usage(existing).free
    text = f"{path}, {free_bytes / (1 << 30):.1f} GiB free"
    if free_bytes < _LOW_DISK_BYTES:
        return Finding(subject, Verdict.ODD, f"{text}: large results and the local server need more.")
    return Finding(subject, Verdict.FINE, text)
