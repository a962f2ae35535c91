import stat
from pathlib import Path

import pytest

from pgconsole.core.errors import FileError
from pgconsole.db.known_hosts import add_known_host, host_pattern, known_hosts_file


def test_list_is_made_for_its_owner_alone(home: Path) -> None:
    add_known_host("gate ssh-ed25519 AAAA")
    path = known_hosts_file()
    assert path == home / ".ssh" / "known_hosts"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700


def test_line_is_added_below_what_is_there(home: Path) -> None:
    path = home / "known"
    path.write_text("old line without an end")
    add_known_host("new", path)
    assert path.read_text() == "old line without an end\nnew\n"


def test_list_that_can_not_be_written_is_told(home: Path) -> None:
    (home / ".ssh").write_text("no folder")
    with pytest.raises(FileError, match="can't be written"):
        add_known_host("gate ssh-ed25519 AAAA")


def test_port_is_named_where_it_is_another_than_usual() -> None:
    assert (host_pattern("gate", 22), host_pattern("gate", 2222)) == ("gate", "[gate]:2222")
