"""What gets past a read-only mode by its words; one row a rule."""

import pytest

from pgconsole.core.statements import passes_read_only

LONG = ", ".join(f"c{n}" for n in range(60))


@pytest.mark.parametrize(
    "text",
    [
        "set transaction read write",
        "SET SESSION CHARACTERISTICS AS TRANSACTION ISOLATION LEVEL SERIALIZABLE, READ WRITE",
        "begin read write",
        "start transaction isolation level repeatable read, read write",
        "set default_transaction_read_only = off",
        "set session default_transaction_read_only to 'off'",
        "set local transaction_read_only = 0",
        'set "default_transaction_read_only" to default',
        "reset default_transaction_read_only",
        "reset all",
        "discard all",
        "select set_config('default_transaction_read_only', 'off', false)",
        "select pg_catalog.set_config('TRANSACTION_READ_ONLY', 'off', true)",
        "select set_config(name, 'off', false) from wanted",
        f"select {LONG}, set_config('transaction_read_only', 'off', true)",
        "explain analyze select set_config('transaction_read_only', 'off', true)",
        "prepare sly as select set_config('transaction_read_only', 'off', true)",
        "update pg_catalog.pg_settings set setting = 'off' where name = 'default_transaction_read_only'",
        "do $$ begin set transaction_read_only = off; end $$",
    ],
)
def test_what_lifts_the_mode_is_found(text: str) -> None:
    assert passes_read_only(text) == "It would lift the read-only mode."


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("copy t to '/tmp/x'", "COPY"),
        ("copy (select 1 from t) to program 'sh'", "COPY"),
        ("vacuum full", "VACUUM"),
        ("/* tidy */ analyze t", "ANALYZE"),
        ("reindex table t", "REINDEX"),
        ("cluster t", "CLUSTER"),
        ("checkpoint", "CHECKPOINT"),
        ("notify news, 'x'", "NOTIFY"),
        ("select pg_notify('news', 'x')", "pg_notify"),
        (f"select {LONG}, pg_notify('a', 'b')", "pg_notify"),
        ("select lo_export(1, '/tmp/x')", "lo_export"),
        ("select * from dblink('dbname=x', 'delete from t') as t(n int)", "another connection"),
        ("alter system set work_mem = '1GB'", "ALTER SYSTEM"),
        ("commit prepared 'other'", "another transaction"),
    ],
)
def test_what_the_server_lets_through_is_found(text: str, named: str) -> None:
    assert named in passes_read_only(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "-- vacuum",
        "select 'set transaction read write'",
        "select * from vacuum",
        "begin",
        "begin read only",
        "set default_transaction_read_only = on",
        "select set_config('work_mem', '5MB', false)",
        "select set_config('transaction_read_only', 'on', true)",
        "set work_mem = '5MB'",
        "reset work_mem",
        "discard plans",
        "listen news",
        "copy t to stdout",
        "copy t from '/tmp/x'",
        "insert into t values (1)",
        "do $$ begin perform 1; end $$",
        "lock table t",
        "set",
        "reset",
    ],
)
def test_the_rest_is_left_to_the_server(text: str) -> None:
    assert passes_read_only(text) == ""
