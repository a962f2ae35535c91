from pathlib import Path

import pytest

from pgconsole.db.password_file import PasswordFile, default_path


def _file(tmp_path: Path, text: str) -> PasswordFile:
    path = tmp_path / "pass"
    path.write_text(text, encoding="utf-8")
    path.chmod(0o600)
    return PasswordFile(path)


@pytest.mark.parametrize(
    ("line", "password"),
    [
        ("h:5432:d:u:secret", "secret"),
        ("*:*:*:*:secret", "secret"),
        ("h:*:d:u:se\\:cr\\\\et", "se:cr\\et"),
        ("h:5432:d:u:with space ", "with space "),
        ("h:5432:d:u:se:cret", "se"),
        ("h:5432:d:u:ünï", "ünï"),
        ("h:5432:d:u:dos\r", "dos"),
        ("\\h:5432:d:u:secret", "secret"),
        ("h:5433:d:u:secret", ""),
        ("h:5432:d:x:secret", ""),
        ("h:5432:x:u:secret", ""),
        ("\\*:5432:d:u:secret", ""),
        ("#h:5432:d:u:secret", ""),
        ("h:5432:d:u", ""),
        ("", ""),
    ],
)
def test_a_line_is_read_as_libpq_does(tmp_path: Path, line: str, password: str) -> None:
    assert _file(tmp_path, line + "\n").password("h", 5432, "d", "u") == password


def test_the_first_line_that_fits_counts(tmp_path: Path) -> None:
    assert _file(tmp_path, "x:*:*:*:no\n*:*:*:*:first\nh:*:*:*:second\n").password("h", 1, "d", "u") == "first"


def test_names_may_hold_colons_and_backslashes(tmp_path: Path) -> None:
    passwords = _file(tmp_path, "\\:\\:1:5432:a\\\\b:u:secret\n")

    assert passwords.password("::1", 5432, "a\\b", "u") == "secret"


@pytest.mark.parametrize("directory", ["", "/tmp", "/var/run/postgresql"])
def test_the_default_sockets_are_localhost(tmp_path: Path, directory: str) -> None:
    assert _file(tmp_path, "localhost:*:*:*:secret\n").password(directory, 5432, "d", "u") == "secret"


def test_another_socket_goes_by_its_directory(tmp_path: Path) -> None:
    passwords = _file(tmp_path, "/srv/pg:*:*:*:own\nlocalhost:*:*:*:wrong\n")

    assert passwords.password("/srv/pg", 5432, "d", "u") == "own"


@pytest.mark.parametrize("mode", [0o604, 0o620, 0o660, 0o777])
def test_a_file_that_others_can_reach_is_refused(tmp_path: Path, mode: int) -> None:
    path = tmp_path / "pass"
    path.write_text("*:*:*:*:secret\n")
    path.chmod(mode)

    passwords = PasswordFile(path)

    assert passwords.password("h", 5432, "d", "u") == ""
    assert "chmod 0600" in passwords.warning


def test_a_directory_is_refused(tmp_path: Path) -> None:
    assert "no plain file" in PasswordFile(tmp_path).warning


def test_a_missing_file_is_no_matter(tmp_path: Path) -> None:
    passwords = PasswordFile(tmp_path / "missing")

    assert passwords.warning == ""
    assert passwords.password("h", 5432, "d", "u") == ""


def test_the_default_file_is_in_the_home(tmp_path: Path) -> None:
    assert default_path(tmp_path, {}).name in (".pgpass", "pgpass.conf")
