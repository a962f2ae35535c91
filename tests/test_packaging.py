"""What is installed from a wheel starts, with its resources, where no checkout is in sight."""

import os
import subprocess
import sys
import sysconfig
import tarfile
import tomllib
import venv
import zipfile
from pathlib import Path

import pytest

from pgconsole import __version__

_ROOT = Path(__file__).parent.parent
_SCRIPTS = "Scripts" if os.name == "nt" else "bin"


@pytest.fixture(scope="module")
def archives(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the wheel and the source archive, built by what is installed here."""
    folder = tmp_path_factory.mktemp("archives")
    _run([sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-t", "sdist", "-d", folder], _ROOT)
    return folder


@pytest.fixture(scope="module")
def wheel(archives: Path) -> Path:
    (path,) = archives.glob("*.whl")
    return path


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An environment with nothing but the wheel, which sees what this one has installed."""
    folder = tmp_path_factory.mktemp("installed")
    venv.create(folder, with_pip=True)
    python = folder / _SCRIPTS / "python"
    _run([python, "-m", "pip", "install", "--quiet", "--no-index", "--no-deps", wheel], folder)
    purelib = _run([python, "-c", "import sysconfig; print(sysconfig.get_path('purelib'))"], folder).strip()
    # The .pth files of a folder named in a .pth file are not read: an editable checkout stays out of sight.
    Path(purelib, "dependencies.pth").write_text(f"{sysconfig.get_path('purelib')}\n")
    return folder


def _run(command: list[str | Path], folder: Path) -> str:
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=100, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_wheel_carries_resources_and_queries(wheel: Path) -> None:
    names = set(zipfile.ZipFile(wheel).namelist())
    files = [path for folder in ("pgconsole", "resources") for path in (_ROOT / folder).rglob("*") if path.is_file()]
    expected = {path.relative_to(_ROOT).as_posix() for path in files if path.suffix != ".pyc"}
    expected = {name if name.startswith("pgconsole/") else f"pgconsole/{name}" for name in expected}
    assert {name for name in names if ".dist-info/" not in name} == expected
    assert any(name.endswith(".sql") for name in names)


def test_source_archive_carries_resources(archives: Path) -> None:
    (path,) = archives.glob("*.tar.gz")
    with tarfile.open(path) as archive:
        names = archive.getnames()
    top = f"pgconsole-{__version__}"
    assert {f"{top}/resources/pgconsole.svg", f"{top}/pgconsole/__main__.py", f"{top}/pyproject.toml"} <= set(names)


def test_installed_program_tells_its_version(installed: Path) -> None:
    for program in ("pgconsole", "pgconsole-gui"):
        assert _run([installed / _SCRIPTS / program, "--version"], installed).startswith(f"pgconsole {__version__}\n")


def test_installed_package_loads_an_icon_of_its_own(installed: Path) -> None:
    script = (
        "from PySide6.QtGui import QGuiApplication, QIcon; "
        "from pgconsole.core.resources import resource_path; "
        "app = QGuiApplication(['test', '-platform', 'offscreen']); path = resource_path('pgconsole.svg'); "
        "assert not QIcon(str(path)).pixmap(32, 32).isNull(); print(path)"
    )
    path = Path(_run([installed / _SCRIPTS / "python", "-c", script], installed).strip())
    assert path.is_relative_to(installed.resolve())


def test_locks_hold_versions_and_hashes_and_no_address() -> None:
    for name in ("requirements.txt", "requirements-dev.txt"):
        text = (_ROOT / name).read_text(encoding="utf-8")
        assert "://" not in text
        assert "--index" not in text
        pins = [line for line in text.splitlines() if line and not line.startswith((" ", "#"))]
        assert all("==" in line and line.endswith("\\") for line in pins)


def test_dev_lock_repeats_the_run_lock() -> None:
    run, dev = (_pins(_ROOT / name) for name in ("requirements.txt", "requirements-dev.txt"))
    assert run <= dev


def test_every_dependency_is_locked() -> None:
    project = tomllib.loads((_ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    locked = {pin.partition("==")[0] for pin in _pins(_ROOT / "requirements.txt")}
    wanted = {requirement.replace(">", "=").partition("=")[0] for requirement in project["dependencies"]}
    assert wanted <= locked


def _pins(path: Path) -> set[str]:
    lines = path.read_text(encoding="utf-8").splitlines()
    return {line.partition(" ")[0] for line in lines if line and not line.startswith(" ")}
