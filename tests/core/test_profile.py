import tomllib

import pytest
import tomli_w

from pgconsole.core.profile import (
    ConnectionKind,
    PoolOptions,
    Profile,
    RecentConnection,
    SessionOptions,
    new_profile_id,
    profile_from,
    profile_values,
    without_secrets,
)
from pgconsole.core.tunnel_options import TunnelOptions

_FULL = Profile(
    id="p1",
    name="Shop, live",
    kind=ConnectionKind.PRODUCTION,
    colour="#C4232D",
    group="Berlin",
    server={"host": "db1,db2", "port": 5433, "dbname": "shop", "sslmode": "verify-full"},
    password_storage="keyring",
    password_command=("vault", "read", "a b"),
    password_command_timeout_s=5.0,
    tunnel=TunnelOptions(hops="ann@gate", uses_agent=False),
    pgbouncer=True,
    pool=PoolOptions(max_size=4, idle_life_s=60.0),
    session=SessionOptions(time_zone="Europe/Berlin", read_only=True, lock_timeout_s=2.0, initial_sql="set a.b = '1'"),
)


@pytest.mark.parametrize("profile", [Profile(id="x"), _FULL])
def test_profile_comes_back_from_toml_as_it_went(profile: Profile) -> None:
    assert profile_from(tomllib.loads(tomli_w.dumps(profile_values(profile)))) == profile


def test_defaults_are_not_written() -> None:
    values = profile_values(Profile(id="x"))
    assert "pool" not in values
    assert "session" not in values
    assert "pgbouncer" not in values
    assert not {"group", "tunnel", "password_command", "password_command_timeout_s"} & set(values)


def test_secret_never_enters_a_profile_from_a_file_nor_leaves_for_one() -> None:
    read = profile_from({"id": "x", "server": {"host": "h", "password": "s3cret", "sslpassword": "s3cret"}})
    assert read.server == {"host": "h"}
    assert "s3cret" not in repr(profile_values(Profile(id="x", server={"password": "s3cret"})))
    assert without_secrets({"user": "u", "password": "p"}) == {"user": "u"}


@pytest.mark.parametrize(
    ("values", "told"),
    [
        ({"name": "no id"}, "profile: "),
        ({"id": "x", "kind": "staging"}, "kind: "),
        ({"id": "x", "pool": {"max_size": 0}}, "pool.max_size: "),
        ({"id": "x", "colour": "red"}, "colour: "),
        ({"id": "x", "password_command": "vault read"}, "password_command: "),
        ({"id": "x", "tunnel": {"keep_alive_s": -1}}, "tunnel.keep_alive_s: "),
        (3, "profile: "),
    ],
)
def test_wrong_value_is_named_by_its_path(values: object, told: str) -> None:
    with pytest.raises(ValueError, match="^" + told):
        profile_from(values)


@pytest.mark.parametrize(
    ("profile", "title"),
    [
        (_FULL, "Shop, live"),
        (Profile(id="x", server={"host": "h", "dbname": "d"}), "d @ h"),
        (Profile(id="x", server={"host": "/tmp", "user": "u"}), "u @ local socket"),
        (Profile(id="x", server={"service": "live"}), "service live"),
        (Profile(id="x"), "local socket"),
    ],
)
def test_profile_without_a_name_is_called_by_its_server(profile: Profile, title: str) -> None:
    assert profile.title == title


def test_ids_differ() -> None:
    assert len({new_profile_id() for _ in range(100)}) == 100


def test_recent_connections_are_the_same_by_profile_or_by_server() -> None:
    saved = RecentConnection(title="a", used_at=1, profile_id="p")
    typed = RecentConnection(title="b", used_at=1, server={"host": "h"})
    assert saved.is_same_as(RecentConnection(title="renamed", used_at=9, profile_id="p", server={"host": "x"}))
    assert typed.is_same_as(RecentConnection(title="c", used_at=2, server={"host": "h"}))
    assert not typed.is_same_as(saved)
    assert not typed.is_same_as(RecentConnection(title="b", used_at=1, server={"host": "other"}))


def test_times_of_sessions_go_to_the_server_in_milliseconds() -> None:
    session = SessionOptions(statement_timeout_s=1.5, lock_timeout_s=2, idle_in_transaction_timeout_s=0)
    assert session.server_settings() == {"statement_timeout": "1500", "lock_timeout": "2000"}
