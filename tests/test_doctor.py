import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

import pytest

from pgconsole import doctor
from pgconsole.core.errors import LocalServerError
from pgconsole.db import local_binaries
from pgconsole.doctor import Finding, Verdict, examine
from pgconsole.workers import qt_platform

_ROOT = Path(__file__).parent.parent
_HEADLESS = {"QT_QPA_PLATFORM": "offscreen"}


def _find(subject: str, environment: Mapping[str, str] = _HEADLESS) -> Finding:
    (found,) = [finding for finding in examine(environment) if finding.subject == subject]
    return found


def test_every_subject_has_one_line() -> None:
    found = examine(_HEADLESS)
    subjects = [finding.subject for finding in found]
    assert subjects == [
        "Python", "Qt", "Fonts", "Display", "Libraries", "Keyring", "PostgreSQL", "Settings", "State", "Local data",
    ]  # fmt: skip
    assert all(finding.text and "\n" not in str(finding) for finding in found)


def test_machine_of_the_tests_can_run_the_program() -> None:
    assert [finding for finding in examine(_HEADLESS) if finding.verdict is Verdict.FATAL] == []


def test_keyring_that_keeps_nothing_is_odd_and_not_fatal() -> None:
    assert _find("Keyring").verdict is Verdict.ODD


def test_programs_of_postgresql_are_found_with_their_version() -> None:
    found = _find("PostgreSQL")
    assert found.verdict is Verdict.FINE
    assert found.text.startswith("18.")


def test_missing_postgresql_is_odd_and_told_in_its_own_words(monkeypatch: pytest.MonkeyPatch) -> None:
    def find_binaries() -> None:
        raise LocalServerError("No PostgreSQL server programs were found.", remedy="Install some.")

    monkeypatch.setattr(local_binaries, "find_binaries", find_binaries)
    found = _find("PostgreSQL")
    assert found.verdict is Verdict.ODD
    assert "Install some." in found.text


@pytest.mark.skipif(sys.platform != "linux", reason="the other systems bring their display along")
def test_missing_display_is_fatal() -> None:
    assert _find("Display", {}).verdict is Verdict.FATAL


def test_missing_library_is_named_with_the_line_to_run(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(qt_platform, "missing_libraries", lambda: ("libxcb-cursor.so.0",))
    found = _find("Libraries")
    assert found.verdict is Verdict.ODD
    assert "libxcb-cursor.so.0" in found.text


class _Ended(NamedTuple):
    returncode: int
    stdout: str
    stderr: str


@pytest.mark.parametrize(
    ("ended", "word"),
    [
        (
            _Ended(1, "", "Traceback\nImportError: libEGL.so.1: cannot open shared object file: No such file"),
            "libEGL.so.1",
        ),
        (_Ended(1, "", "Traceback\nModuleNotFoundError: No module named 'PySide6'"), "pip install pyside6-essentials"),
        (_Ended(-6, "", ""), "-6"),
        (_Ended(1, "", "RuntimeError: out of order"), "out of order"),
    ],
)
def test_qt_that_does_not_load_is_fatal_and_explained(
    ended: _Ended, word: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(subprocess, "run", lambda *_args, **_kwargs: ended)
    (found,) = doctor._qt()
    assert found.verdict is Verdict.FATAL
    assert word in found.text


def test_qt_that_hangs_is_fatal(monkeypatch: pytest.MonkeyPatch) -> None:
    def run(command: list[str], **_kwargs: object) -> None:
        raise subprocess.TimeoutExpired(command, 30)

    monkeypatch.setattr(subprocess, "run", run)
    (found,) = doctor._qt()
    assert found.verdict is Verdict.FATAL


@pytest.mark.parametrize(
    ("fonts", "verdict"),
    [(("DejaVu Sans Mono", True, 9), Verdict.FINE), (("Sans", False, 3), Verdict.ODD), (("", False, 0), Verdict.ODD)],
)
def test_lack_of_fonts_is_odd(fonts: tuple[str, bool, int], verdict: Verdict) -> None:
    assert doctor._fonts(*fonts).verdict is verdict


def test_folder_that_cannot_be_made_is_fatal(tmp_path: Path) -> None:
    # A plain file stops root as well, whom no permission stops.
    tmp_path.joinpath("file").write_text("")
    assert doctor._folder("State", tmp_path / "file" / "pgconsole").verdict is Verdict.FATAL


def test_folder_yet_to_be_made_is_fine_and_not_made(tmp_path: Path) -> None:
    assert doctor._folder("State", tmp_path / "new" / "pgconsole").verdict is Verdict.FINE
    assert list(tmp_path.iterdir()) == [tmp_path / "home"]


def test_full_disk_is_odd(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doctor, "_LOW_DISK_BYTES", 1 << 62)
    assert doctor._folder("State", tmp_path).verdict is Verdict.ODD


@pytest.mark.parametrize(("verdict", "status"), [(Verdict.ODD, 0), (Verdict.FATAL, 1)])
def test_only_what_is_fatal_fails_the_doctor(
    verdict: Verdict, status: int, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(doctor, "examine", lambda _environment: [Finding("Fonts", verdict, "None.")])
    assert doctor.main() == status
    assert capsys.readouterr().out.split() == [verdict.value, "Fonts", "None."]


def test_doctor_loads_no_qt_into_its_own_process() -> None:
    script = (
        "import sys; from pgconsole import doctor; doctor.main(); "
        "assert 'PySide6' not in sys.modules and 'qasync' not in sys.modules"
    )
    environment = {**os.environ, **_HEADLESS}
    subprocess.run([sys.executable, "-c", script], cwd=_ROOT, env=environment, check=True, capture_output=True)


def test_settings_that_are_not_understood_are_odd(home: Path) -> None:
    file = home / ".config/pgconsole/settings.toml"
    file.parent.mkdir(parents=True)
    file.write_text("theme = [\n")
    (settings,) = [found for found in doctor._folders() if found.subject == "Settings"]
    assert settings.verdict is Verdict.ODD
    assert "settings.toml" in settings.text
