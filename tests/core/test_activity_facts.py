"""Rows of what a server tells beside its sessions."""

import pytest

from pgconsole.core.activity_facts import (
    PROGRESS_COLUMNS,
    REPLICA_COLUMNS,
    STATEMENT_COLUMNS,
    progress_facts,
    replica_facts,
    statement_facts,
)
from pgconsole.core.server_numbers import Progress, Replica, TopStatement
from tests.fixtures.activity import busy


@pytest.mark.parametrize(
    ("unit", "done", "total", "words"),
    [
        ("rows", 1500, 3000, "50 %, 1,500 of 3,000 rows"),
        ("blocks", 1024, 4096, "25 %, 8 MiB of 32 MiB"),
        ("bytes", 2048, 0, "2 KiB"),
        ("bytes", None, None, "not visible to this role"),
    ],
)
def test_progress_says_how_much_of_how_much(unit: str, done: int | None, total: int | None, words: str) -> None:
    (fact,) = progress_facts([Progress(7, "COPY FROM", "FILE", "public.t", done, total, unit)], {7: busy(7, 5)})
    assert fact.texts == (words, "7", "psql, ann, shop", "COPY FROM", "public.t", "FILE")
    assert len(fact.texts) == len(PROGRESS_COLUMNS)


def test_progress_of_a_session_that_has_ended_is_shown_without_it() -> None:
    (fact,) = progress_facts([Progress(7, "VACUUM", "scanning heap", "", 1, 2, "blocks")], {})
    assert (fact.texts[2], fact.share) == ("", 0.5)


def test_replica_is_written_with_its_lag_and_never_ahead() -> None:
    facts = replica_facts(
        [
            Replica(1, "one", "10.0.0.1", "streaming", "sync", 2048.0, 0.25),
            Replica(2, "two", "", "", "", -16.0, None),
        ]
    )
    assert facts[0].texts == ("one", "1", "10.0.0.1", "streaming", "sync", "2 KiB", "250 ms", "")
    assert facts[1].texts == ("two", "2", "local", "not visible to this role", "", "0 B", "", "")
    assert {len(fact.texts) for fact in facts} == {len(REPLICA_COLUMNS)}


def test_statements_share_the_time_of_all_that_are_listed() -> None:
    facts = statement_facts(
        [
            TopStatement("select 1", 1000, 750.0, 0.75, 1000, 99, 1, "shop", "ann"),
            TopStatement("select 2", 1, 250.0, 250.0, 0, 0, 0, "shop", "ann"),
        ]
    )
    assert facts[0].texts == ("75.0 %", "750 ms", "1,000", "0.8 ms", "1,000", "99 %", "ann", "shop", "select 1")
    assert (facts[1].share, facts[1].texts[5]) == (0.25, "")
    assert len({fact.key for fact in facts}) == 2
    assert len(facts[0].texts) == len(STATEMENT_COLUMNS)
    assert statement_facts([]) == ()
