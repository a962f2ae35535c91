"""What is known of a statement before it runs; one row a rule."""

from typing import Any

import pytest

from pgconsole.core.statements import Kind, traits


def told(text: str) -> dict[str, Any]:
    """The traits that are other than those of a statement which does nothing."""
    judged = traits(text)
    plain = {"returns_rows": False, "writes": False, "copy": "none", "transaction": "none", "session_state": ""}
    found = {name: getattr(judged, name) for name in judged.__slots__ if name != "kind"}
    return {name: value for name, value in found.items() if value != plain.get(name, False) or value is None}


READS = {"returns_rows": True, "lazily_paged": True, "copy_wrappable": True}
ROWS = {"returns_rows": True}
WRITES = {"writes": True}
LONG = ", ".join(f"c{n}" for n in range(60))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("select 1", READS),
        ("values (1)", READS),
        ("table t", READS),
        ("(select 1) union (select 2) order by 1", READS),
        ("with a as (select 1) select * from a", READS),
        ("with a as (select 1), b(x) as not materialized (table a) (select * from b)", READS),
        ("with recursive \"update\" as (select 1) select * from \"update\"", READS),
        ("select 'insert', \"into\" /* for update */ from t", READS),
        ("select substring(a for 3), update from t", READS),
        ("select from t", READS | {"without_columns": True}),
        ("select", READS | {"without_columns": True}),
        ("select distinct on (a) from t", READS | {"without_columns": True}),
        ("select all where true", READS | {"without_columns": True}),
        ("with a as (select 1) select from a", READS | {"without_columns": True}),
        ("select (select from t) is null", READS),
        ("select $1, '$7', $$ $8 $$", ROWS | {"lazily_paged": True, "parameter_count": 1}),
        ("select * from t for update", ROWS),
        ("select * from (select 1 from t for no key update) a", ROWS),
        (f"select {LONG} from t for share", ROWS),
        ("select 1 into t", WRITES),
        (f"select {LONG} into temp x from t", WRITES | {"session_state": "temporary table"}),
        ("with a as (insert into t values (1) returning *) select * from a", ROWS | WRITES),
        (f"with a as (select {LONG}), b as (/* c */ delete from t where d) select 1", ROWS | WRITES),
        ("with a as (select 1) insert into t select * from a", WRITES),
        ("with a as (select 1) update t set b = 1 returning b", ROWS | WRITES | {"unguarded_write": True}),
        ("insert into t values (1)", WRITES),
        ("insert into t values ('returning') returning a", ROWS | WRITES),
        ("insert into t select 1 on conflict do nothing", WRITES),
        ("merge into t using s on a = b when matched then delete", WRITES),
        ("update t set a = 1 where b", WRITES),
        ("update t set a = (select 1 where true)", WRITES | {"unguarded_write": True}),
        ("delete from t", WRITES | {"unguarded_write": True}),
        ("delete from t using s where current of c", WRITES),
        ("truncate t", WRITES | {"unguarded_write": True}),
        ("drop table t", WRITES | {"unguarded_write": True}),
        ("create trigger t after update or delete on x execute function f()", WRITES),
        ("explain select 1", ROWS),
        ("explain (analyze, costs off) delete from t", ROWS | WRITES | {"unguarded_write": True}),
        ("explain (analyze false) delete from t", ROWS),
        ("explain analyze verbose select $2", ROWS | {"parameter_count": 2}),
        ("show all", ROWS),
        ("fetch 3 from c", ROWS),
        ("move 3 from c", {}),
        ("execute p(1)", {"returns_rows": None, "writes": None}),
        ("call p()", WRITES | {"returns_rows": None, "outside_transaction": True}),
        ("do $$ begin end $$", WRITES | {"outside_transaction": True}),
        ("nonsense", {"returns_rows": None, "writes": None}),
        ("", {}),
    ],
)  # fmt: skip
def test_queries_and_writes_are_told_apart(text: str, expected: dict[str, Any]) -> None:
    assert told(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "vacuum",
        "vacuum (full) t",
        "create database d",
        "drop database d",
        "create tablespace s location ''",
        "drop tablespace s",
        "create unique index concurrently i on t (a)",
        "drop index concurrently i",
        "reindex index concurrently i",
        "reindex (concurrently) table t",
        "reindex database d",
        "reindex schema s",
        "alter system set work_mem = '1MB'",
        "alter database d set tablespace s",
        "alter table t detach partition p concurrently",
        "cluster",
        "cluster verbose",
        "create subscription s connection '' publication p",
        "drop subscription s",
        "commit prepared 'x'",
        "discard all",
    ],
)
def test_statement_that_refuses_a_transaction_block(text: str) -> None:
    assert traits(text).outside_transaction


@pytest.mark.parametrize(
    "text",
    [
        "create index i on t (a)",
        "cluster t",
        "reindex table t",
        "alter database d set work_mem = '1'",
        "analyze",
        "commit",
    ],
)
def test_statement_that_may_stand_in_a_transaction_block(text: str) -> None:
    assert not traits(text).outside_transaction


@pytest.mark.parametrize(
    ("text", "copy"),
    [
        ("copy t from stdin", "from_stdin"),
        ("copy s.t (a, b) to stdout (format csv)", "to_stdout"),
        ("copy (select 1 from t) to stdout", "to_stdout"),
        ("copy t from '/tmp/x'", "server"),
        ("copy t to program 'cat'", "server"),
        ("select 1", "none"),
    ],
)
def test_copy_tells_where_data_go(text: str, copy: str) -> None:
    assert traits(text).copy == copy


@pytest.mark.parametrize(
    ("text", "step"),
    [
        ("begin isolation level serializable", "begin"),
        ("start transaction", "begin"),
        ("commit", "commit"),
        ("end work", "commit"),
        ("commit and chain", "commit_and_chain"),
        ("commit and no chain", "commit"),
        ("rollback", "rollback"),
        ("abort", "rollback"),
        ("rollback and chain", "rollback_and_chain"),
        ("rollback to savepoint a", "rollback_to"),
        ("rollback work to a", "rollback_to"),
        ("savepoint a", "savepoint"),
        ("release a", "release"),
        ("prepare transaction 'x'", "prepare"),
        ("commit prepared 'x'", "commit_prepared"),
        ("rollback prepared 'x'", "rollback_prepared"),
        ("prepare x as select 1", "none"),
    ],
)
def test_transaction_steps(text: str, step: str) -> None:
    assert traits(text).transaction == step


@pytest.mark.parametrize(
    ("text", "state"),
    [
        ("set work_mem = '1MB'", "SET work_mem"),
        ("set session work_mem to '1MB'", "SET work_mem"),
        ("set time zone 'UTC'", "SET TIME ZONE"),
        ("set role r", "SET ROLE"),
        ("set session authorization r", "SET SESSION AUTHORIZATION"),
        ("set session characteristics as transaction read only", "SET SESSION CHARACTERISTICS"),
        ("set local work_mem = '1MB'", ""),
        ("set transaction read only", ""),
        ("set constraints all immediate", ""),
        ("reset work_mem", ""),
        ("create temp table t (a int)", "temporary table"),
        ("create local temporary table t (a int)", "temporary table"),
        ("create or replace temp view v as select 1", "temporary view"),
        ("create table pg_temp.t (a int)", "temporary table"),
        ("create table t (temp int)", ""),
        ("listen \"a b\"", "LISTEN \"a b\""),
        ("unlisten a", ""),
        ("prepare p as select 1", "prepared statement p"),
        ("declare c cursor with hold for select 1", "cursor c"),
        ("declare c cursor for select 1", ""),
        ("select pg_advisory_lock(1)", "advisory lock"),
        ("select pg_advisory_xact_lock(1)", ""),
        ("select set_config('a.b', 'c', false)", "set_config"),
        ("load 'auto_explain'", "LOAD"),
        ("select 'pg_advisory_lock(1)'", ""),
    ],
)  # fmt: skip
def test_what_stays_behind_in_the_session(text: str, state: str) -> None:
    assert traits(text).session_state == state


def test_kind_is_the_statements_own() -> None:
    assert traits("/* c */ WITH a AS (SELECT 1) DELETE FROM t").kind is Kind.WITH
