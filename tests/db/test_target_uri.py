"""A target's URI leads to the same target again."""

from dataclasses import replace
from pathlib import Path

import pytest

from pgconsole.db.conninfo import parse_conninfo


@pytest.mark.parametrize(
    "text",
    [
        "host=localhost user=u dbname='a/b ?&=%'",
        "host=a,b,/tmp port=1,5432,3 user='ü@:/'",
        "host=::1 port=5433 user=u",
        "host=a hostaddr=10.0.0.1 user=u",
        "host=a user=u sslmode=verify-full sslrootcert='/a b/r.crt' sslcert=c sslkey=k",
        "host=a user=u sslcrl=l sslcrldir=d sslcertmode=disable",
        "host=a user=u sslmode=require sslnegotiation=direct ssl_min_protocol_version=TLSv1.3",
        "host=a user=u ssl_max_protocol_version=TLSv1.3",
        "host=a,b user=u target_session_attrs=prefer-standby load_balance_hosts=random connect_timeout=0",
        "host=a user=u keepalives=0 keepalives_idle=1 keepalives_interval=2 keepalives_count=3 tcp_user_timeout=4",
        "host=a user=u application_name='my app' options='-c search_path=a\\\\ b -c geqo=off' connect_timeout=3",
    ],
)
def test_a_uri_leads_back(home: Path, text: str) -> None:
    target = parse_conninfo(text + " password='p %'", {}, home)

    assert parse_conninfo(target.uri(with_password=True), {}, home) == target


def test_settings_become_options(home: Path) -> None:
    target = replace(
        parse_conninfo("host=a user=u", {}, home), server_settings=(("search_path", "a b"), ("role", "x\\y"))
    )

    assert parse_conninfo(target.uri(), {}, home).options == "-c search_path=a\\ b -c role=x\\\\y"
