"""Addresses of a server behind a pooler."""

import pytest

from pgconsole.core.connection_target import ConnectionTarget, Host
from pgconsole.core.direct_address import at_address

POOLER = ConnectionTarget(hosts=(Host("pooler", 6432),), database="shop", user="app", password="secret")


@pytest.mark.parametrize(
    ("address", "host"),
    [
        ("db1", Host("db1", 5432)),
        (" db1:5433 ", Host("db1", 5433)),
        ("[::1]:5433", Host("::1", 5433)),
        ("::1", Host("::1", 5432)),
        ("/run/postgresql", Host("/run/postgresql", 5432)),
    ],
)
def test_address_leads_elsewhere_with_the_same_login(address: str, host: Host) -> None:
    target = at_address(POOLER, address)
    assert target.hosts == (host,)
    assert (target.database, target.user, target.password) == ("shop", "app", "secret")


@pytest.mark.parametrize("address", ["", "  ", "db1:x", "db1:0", "db1:70000", "a b", "user@db1", "db1,db2", "db1?x"])
def test_what_is_no_address_is_said(address: str) -> None:
    with pytest.raises(ValueError, match=r"\.$"):
        at_address(POOLER, address)
