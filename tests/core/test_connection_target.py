from dataclasses import replace
from pathlib import Path

import pytest

from pgconsole.core.connection_target import ConnectionTarget, Host

_PLAIN = ConnectionTarget(hosts=(Host("localhost"),), database="shop", user="ada")


@pytest.mark.parametrize(
    ("hosts", "label"),
    [
        ((Host("localhost"),), "shop@localhost"),
        ((Host("db1", 6432), Host("db2")), "shop@db1:6432,db2"),
        ((Host("/var/run/postgresql"),), "shop@local"),
        ((Host("::1"),), "shop@[::1]"),
        ((Host("::1", 1),), "shop@[::1]:1"),
    ],
)
def test_a_label_names_database_and_place(hosts: tuple[Host, ...], label: str) -> None:
    assert replace(_PLAIN, hosts=hosts).label == label


def test_a_title_names_role_and_socket() -> None:
    assert replace(_PLAIN, hosts=(Host("/tmp", 5433),)).title == "ada on shop at /tmp:5433"


def test_a_uri_has_the_password_only_when_asked() -> None:
    target = replace(_PLAIN, password="s@c:ret/ ")

    assert target.uri() == "postgresql://ada@localhost/shop"
    assert target.uri(with_password=True) == "postgresql://ada:s%40c%3Aret%2F%20@localhost/shop"


def test_settings_that_come_later_count() -> None:
    target = replace(_PLAIN, server_settings=(("TimeZone", "UTC"),)).with_settings(TimeZone="Asia/Tokyo", role="r")

    assert dict(target.server_settings) == {"TimeZone": "Asia/Tokyo", "role": "r"}


@pytest.mark.parametrize(
    ("name", "address", "is_loopback"),
    [("/tmp", "", True), ("localhost", "", True), ("::1", "", True), ("db", "127.0.0.1", True), ("db", "", False)],
)
def test_loopback_is_known(name: str, address: str, is_loopback: bool) -> None:
    assert Host(name, address=address).is_loopback is is_loopback


def test_nothing_shows_a_password(tmp_path: Path) -> None:
    target = replace(_PLAIN, hosts=(Host("a", password="sesame"),)).with_password("sesame")

    assert "sesame" not in repr(target)
