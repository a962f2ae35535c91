"""A rule's query only reads, and gets its message as it came."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pgconsole.core.guards import GuardRules
from pgconsole.core.profile import ConnectionKind
from pgconsole.core.rule_query import query_fault, query_script
from pgconsole.core.statements import split
from pgconsole.workers.guard_check import survey
from pgconsole.workers.job import jobs_of

WITH_BOTH = "select * from orders where id = ($1::jsonb ->> 'id')::int and channel = $2; -- which?"
WORDS = (
    *("select", "with", "a", "as", "(", ")", "delete", "update", "from", "t", "set", "into", "for", "values", "table"),
    *("show", "truncate", "drop", "where", "$1", "$2", ",", ";", ":n", "--", "/*", "\n", "'", "\\", "'a\\'"),
)


@pytest.mark.parametrize(
    "query",
    [
        "select 1",
        WITH_BOTH,
        "-- the newest\nselect * from orders order by id desc limit 5;",
        "with a as (select 1) select * from a",
        "table orders",
        "values (1)",
        "show work_mem",
        "(select $1)",
    ],
)
def test_query_that_reads_is_taken(query: str) -> None:
    assert query_fault(query) == ""


@pytest.mark.parametrize(
    "query",
    [
        "",
        "-- nothing",
        "delete from orders",
        "with a as (delete from orders returning *) select * from a",
        "select 1 into copied",
        "select 1; drop table orders",
        "select 1 \\; drop table orders",
        "select 1 \\g /tmp/out",
        "\\! ls",
        "select 1 \\gexec",
        "select $1 \\bind x \\g",
        "select pg_notify('c', '')",
        "copy orders to '/tmp/out'",
        "explain analyze delete from orders",
        "begin",
        "set transaction read write",
        "select $3",
        "select :name",
        "vacuum",
        "do $$ begin end $$",
        "select 'c:\\', $1",
        "select $1 '",
        "select $1 /*",
        'select $1 as "a',
        "select $1, $$",
    ],
)
def test_anything_else_is_refused_with_a_reason(query: str) -> None:
    assert query_fault(query).endswith((".", "channel"))


@given(st.lists(st.sampled_from(WORDS), max_size=9).map(lambda words: " ".join(["select", *words])))
def test_no_query_that_is_taken_is_asked_about_on_production(query: str) -> None:
    if not query_fault(query):
        for conforming in (True, False):
            statements = split(
                query_script(query, "orders", "'; drop table t --"), standard_conforming_strings=conforming
            )
            rules = GuardRules(ConnectionKind.PRODUCTION)
            assert survey(statements, rules, asks_unguarded=True) == []
            (job,) = jobs_of(statements[0])
            assert len(job.parameter_labels) == len(statements[0].bind_values or ())
            assert len(statements) == 1


def test_script_is_one_statement_with_what_it_asks_for() -> None:
    (statement,) = split(query_script(WITH_BOTH, "orders", '{"id": 1}'))
    assert statement.bind_values == ('{"id": 1}', "orders")
    (statement,) = split(query_script("select $1", "orders", "x"))
    assert statement.bind_values == ("x",)
    (statement,) = split(query_script("select 1 -- one", "orders", "x"))
    assert (statement.text.strip(), statement.bind_values) == ("select 1 -- one", None)


@given(st.text(st.characters(codec="utf-8", exclude_characters="\0")), st.text("ab'\\\n\"`:$; -/*", max_size=30))
def test_no_payload_gets_out_of_its_quotes(payload: str, channel: str) -> None:
    statements = split(query_script("select $1, $2", channel, payload))
    assert [statement.bind_values for statement in statements] == [(payload, channel)]
