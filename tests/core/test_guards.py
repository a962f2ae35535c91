"""What is asked about before it runs, with which words; one row a rule."""

import pytest

from pgconsole.core.guards import (
    GuardedStatement,
    GuardQuestion,
    GuardRules,
    explained_for_rows,
    guard_reason,
    may_be_guarded,
    no_dry_run,
    shown,
)
from pgconsole.core.profile import ConnectionKind
from pgconsole.core.statements import traits

PRODUCTION = GuardRules(ConnectionKind.PRODUCTION, "shop @ db1")


def reason(text: str, *, is_production: bool = False, asks_unguarded: bool = True) -> str:
    return guard_reason(text, traits(text), is_production=is_production, asks_unguarded=asks_unguarded)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("update t set n = 1", "It has no WHERE: every row is changed."),
        ("delete from t", "It has no WHERE: every row is deleted."),
        ("/* all */ delete from t using u", "It has no WHERE: every row is deleted."),
        ("truncate t", "It removes every row."),
        ("drop table t", "What it drops is gone with all that is in it."),
        ("with gone as (delete from t returning *) select * from gone", "every row is meant"),
        ("explain analyze update t set n = 1", "every row is meant"),
    ],
)
def test_what_means_every_row_is_asked_about_everywhere(text: str, why: str) -> None:
    assert why in reason(text)
    assert why in reason(text, is_production=True, asks_unguarded=False)
    assert may_be_guarded(text, is_production=False)


def test_the_setting_leaves_it_out_where_it_is_not_production() -> None:
    assert reason("drop table t", asks_unguarded=False) == ""


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("update t set n = 1 where id = 2", "It writes."),
        ("insert into t values (1)", "It writes."),
        ("merge into t using u on true when matched then delete", "It writes."),
        ("copy t from stdin", "It writes."),
        ("create index on t (n)", "It writes."),
        ("grant select on t to r", "It writes."),
        ("call p()", "It writes."),
        ("select * into u from t", "It writes."),
        ("explain (analyze) insert into t values (1)", "It writes."),
        ("execute prepared", "Only the server knows whether it writes."),
    ],
)
def test_what_writes_is_asked_about_on_production_only(text: str, why: str) -> None:
    assert reason(text, is_production=True) == why
    assert reason(text) == ""


@pytest.mark.parametrize(
    "text", ["select 1", "explain delete from t", "begin", "commit", "set work_mem = '1MB'", "show all"]
)
def test_what_reads_is_never_asked_about(text: str) -> None:
    assert reason(text, is_production=True) == ""


@pytest.mark.parametrize(
    ("text", "explained"),
    [
        ("delete from t", "delete from t"),
        ('truncate a, only b."C d" restart identity', 'SELECT 1 FROM a UNION ALL SELECT 1 FROM only b."C d"'),
        ("truncate table t cascade", "SELECT 1 FROM t"),
        ("drop table if exists t", "SELECT 1 FROM t"),
        ("drop materialized view m restrict", "SELECT 1 FROM m"),
        ("drop schema s", ""),
        ("delete from t where n = $1", ""),
        ("create table t (n int)", ""),
    ],
)
def test_the_planner_is_asked_for_what_a_plan_can_tell(text: str, explained: str) -> None:
    assert explained_for_rows(text, traits(text)) == explained


def test_a_question_says_how_many_and_where() -> None:
    one = GuardedStatement("delete from t", "It has no WHERE.", 1_234_567)
    assert GuardQuestion(PRODUCTION, (one,), 1).heading == "Run this statement on production?"
    assert GuardQuestion(GuardRules(), (one,), 1200).heading == "Run these 1,200 statements?"
    assert one.rows == "The planner expects 1.2 M rows."
    assert GuardedStatement("drop schema s", "").rows == ""


def test_a_long_statement_is_cut() -> None:
    assert shown(f" {'x' * 1000} ") == f"{'x' * 300}…"


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("commit", "It begins or ends a transaction"),
        ("vacuum", "It can't run inside a transaction."),
        ("create database d", "It can't run inside a transaction."),
        ("copy t to '/tmp/x'", "which no rollback undoes"),
    ],
)
def test_what_no_rollback_undoes_takes_no_dry_run(text: str, why: str) -> None:
    assert why in no_dry_run(text, traits(text))


@pytest.mark.parametrize("text", ["update t set n = 1", "select 1", "call p()", "do 'begin end'", "copy t from stdin"])
def test_what_a_rollback_undoes_takes_a_dry_run(text: str) -> None:
    assert no_dry_run(text, traits(text)) == ""
