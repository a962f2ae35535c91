from pathlib import Path

import pytest

from pgconsole.core.errors import InvalidConninfo
from pgconsole.core.profile import Profile, SessionOptions
from pgconsole.core.tunnel_options import TunnelOptions
from pgconsole.db.server_access import ServerAccess, target_of


def test_tunnel_without_a_host_ends_at_its_own_machine() -> None:
    target = target_of(Profile(id="p", tunnel=TunnelOptions(hops="gate")))
    assert [host.name for host in target.hosts] == ["localhost"]


def test_password_file_is_asked_for_the_real_host(home: Path) -> None:
    (home / ".pgpass").touch(mode=0o600)
    (home / ".pgpass").write_text("db.example.com:5432:*:*:s3cret\n")
    profile = Profile(id="p", server={"host": "db.example.com"}, tunnel=TunnelOptions(hops="gate"))
    assert target_of(profile).hosts[0].password == "s3cret"


def test_settings_of_the_profile_go_with_the_start_up_but_to_a_pooler() -> None:
    session = SessionOptions(lock_timeout_s=2)
    assert dict(target_of(Profile(id="p", session=session)).server_settings) == {"lock_timeout": "2000"}
    assert target_of(Profile(id="p", session=session, pgbouncer=True)).server_settings == ()


def test_tunnel_that_makes_no_sense_is_told() -> None:
    with pytest.raises(InvalidConninfo, match="is no machine"):
        ServerAccess(Profile(id="p", tunnel=TunnelOptions(hops="a b")), None)


async def test_password_that_replaces_another_is_used_from_then_on() -> None:
    access = ServerAccess(Profile(id="p"), "old")
    access.use_password("new")
    assert await access.password() == "new"
