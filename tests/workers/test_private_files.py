import os
import stat
from pathlib import Path

import pytest

from pgconsole.core.errors import PgconsoleError
from pgconsole.workers.private_files import config_dir, keep_aside, locked, state_dir, take_lock, write_private

posix = pytest.mark.skipif(os.name != "posix", reason="modes are POSIX's")


def _mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_own_directories_follow_the_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "c"))
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "s"))
    assert config_dir() == tmp_path / "c" / "pgconsole"
    assert state_dir() == tmp_path / "s" / "pgconsole"


def test_relative_directory_in_the_environment_is_not_used(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", "here")
    assert config_dir().is_absolute()


@posix
def test_only_the_user_may_read_what_is_written(tmp_path: Path) -> None:
    path = tmp_path / "own" / "a.toml"
    write_private(path, "x = 1\n")
    assert _mode(path) == 0o600
    assert _mode(path.parent) == 0o700


@posix
def test_directory_left_open_to_others_is_closed(tmp_path: Path) -> None:
    (tmp_path / "own").mkdir(mode=0o755)
    write_private(tmp_path / "own" / "a", "")
    assert _mode(tmp_path / "own") == 0o700


def test_failed_write_leaves_the_old_text_and_no_scrap(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "own" / "a"
    write_private(path, "old")

    def full(_handle: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space"):
        write_private(path, "new")
    assert [file.read_text() for file in path.parent.iterdir()] == ["old"]


@posix
def test_link_to_a_file_elsewhere_stays_a_link(tmp_path: Path) -> None:
    (tmp_path / "dotfiles").mkdir()
    (tmp_path / "own").mkdir()
    real, link = tmp_path / "dotfiles" / "a", tmp_path / "own" / "a"
    real.write_text("old")
    link.symlink_to(real)
    write_private(link, "new")
    assert link.is_symlink()
    assert real.read_text() == "new"


def test_copies_kept_aside_never_meet(tmp_path: Path) -> None:
    path = tmp_path / "a"
    path.write_bytes(b"\xff broken")
    kept = {keep_aside(path) for _ in range(3)}
    assert len(kept) == 3
    assert all(copy.read_bytes() == b"\xff broken" for copy in kept)


def test_lock_excludes_a_second_holder_until_it_is_let_go(tmp_path: Path) -> None:
    path = tmp_path / "l"
    with locked(path):
        assert take_lock(path) is None
        with pytest.raises(PgconsoleError, match="in use by another console"), locked(path, timeout_s=0.02):
            pass
    again = take_lock(path)
    assert again is not None
    again.close()
