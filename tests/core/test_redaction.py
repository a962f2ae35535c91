"""Secrets leave SQL before it is kept, whatever they are written in."""

import time

import pytest

from pgconsole.core.redaction import redacted


@pytest.mark.parametrize(
    "sql",
    [
        "alter role ann password 'canary'",
        "ALTER USER ann WITH ENCRYPTED PASSWORD E'can\\'canary'",
        "create role ann login password $$canary$$ valid until 'infinity'",
        "create role ann login password $x$can$$ary canary$x$",
        "create user mapping for ann server s options (user 'ann', password 'canary')",
        "create subscription s connection 'host=a password=canary' publication p",
        "alter subscription s connection 'host=a password=canary'",
        "select * from dblink('host=a user=b password=canary', 'select 1') as t(n int)",
        "select dblink_connect('c', 'postgresql://u:canary@h/d')",
        "create server s foreign data wrapper w options (secret 'canary')",
        "select set_config('app.password', 'canary', false)",
        "select login(password => 'canary')",
        "update users set password = 'canary' where id = 1",
        "set app.api_secret to 'canary'",
        "-- see postgresql://ann:canary@db/shop\nselect 1",
        "select 'host=db password=canary'",
        "alter role ann password 'canary cut off here",
        "alter role ann password $$canary cut off here",
        "alter role ann password E'canary cut off here\\",
        "alter role ann /* why */ password\n\t'canary'",
        "comment on role ann is 'x'; alter role ann password 'canary'",
    ],
)
def test_secret_is_gone(sql: str) -> None:
    assert "canary" not in redacted(sql)


@pytest.mark.parametrize(
    "sql",
    [
        "select 'plain' as word",
        "select password_changed_at from users",
        "update users set name = 'x'",
        "select * from pg_user where passwd is null",
        "select 'http://example.com/a@b'",
        "create table secrets (n int)",
        "",
    ],
)
def test_what_is_no_secret_stays(sql: str) -> None:
    assert redacted(sql) == sql


def test_statement_without_a_hint_is_the_same_object() -> None:
    sql = "select 1"
    assert redacted(sql) is sql


@pytest.mark.parametrize(
    "sql",
    [
        "password" * 250,
        "password " * 220,
        "pwd," * 500,
        "://" * 660,
        "x://a:" * 330,
        "x://" + "a" * 1990,
        "$a$" * 660 + "passw",
        "E'" * 990 + "password",
        "alter role a password " + "E'\\" * 600,
        "create user mapping " * 100,
        "dblink(" * 280,
        "secret" + "\t" * 1990,
    ],
)
def test_text_made_to_keep_it_busy_is_done_with_soon(sql: str) -> None:
    began = time.process_time()
    redacted(sql)
    assert time.process_time() - began < 0.2
