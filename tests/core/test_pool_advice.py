"""Advice about a pool, and the sums that it rests on."""

from dataclasses import replace

import pytest

from pgconsole.core.pool_advice import PoolAdvice, PoolSituation, advise
from pgconsole.core.pool_facts import SessionFacts, Waiter
from pgconsole.core.pool_stats import PoolStats
from pgconsole.core.server_capacity import ServerCapacity

NOW = 1_000_000.0
STATS = PoolStats(size=2, idle=0, used=2, min=0, max=10, waiting=0)
CAPACITY = ServerCapacity(100, 3, 20, 2, "app", None, 5, "shop", None, 20)
SESSION = SessionFacts(42, "Query 1", "kept", NOW - 600, NOW - 300, 12, quiet_since=NOW - 300)
CALM = PoolSituation(now=NOW, stats=STATS, sessions=())


def texts(situation: PoolSituation) -> list[PoolAdvice]:
    return advise(situation)


def test_pool_that_fits_is_said_to_with_its_sums() -> None:
    (advice,) = advise(replace(CALM, capacity=CAPACITY))
    assert advice.level == "fine"
    assert advice.sums == "100 max_connections − 3 reserved − 18 of others = 79; the pool's maximum is 10"


@pytest.mark.parametrize(
    ("capacity", "level", "sums"),
    [
        (replace(CAPACITY, used=96), "warning", "− 94 of others = 3"),
        (replace(CAPACITY, used=97), "danger", "− 95 of others = 2; the pool's maximum is 10, and 2 are open"),
        (replace(CAPACITY, used=99, is_superuser=True), "danger", None),
        (replace(CAPACITY, role_limit=8, role_used=5), "warning", "8 allowed to role app − 3 of others = 5"),
        (replace(CAPACITY, role_limit=5, role_used=5), "danger", "5 allowed to role app − 3 of others = 2"),
        (replace(CAPACITY, database_limit=30, database_used=20), "fine", "30 allowed to database shop − 18 of others"),
    ],
)
def test_room_on_the_server(capacity: ServerCapacity, level: str, sums: str | None) -> None:
    found = advise(replace(CALM, capacity=capacity))
    if sums is None:
        assert found[0].level == "warning"
        assert "− 0 reserved" in found[0].sums
    else:
        assert [advice.level for advice in found if sums in advice.sums] == [level]


def test_request_that_waits_while_a_connection_rests_names_both() -> None:
    pinned = replace(SESSION, kept_for=("SET work_mem",))
    waiting = (Waiter("Query 2", NOW - 12), Waiter("Query 3", NOW - 2))
    (advice,) = advise(replace(CALM, sessions=(pinned,), waiters=waiting))
    assert advice.what == "Requests wait while connections do nothing."
    assert advice.sums == "waiting: 2 requests, Query 2 for 12.0 s; at rest: Query 1 keeps 42 for SET work_mem"


def test_request_that_waits_for_busy_ones_is_told_apart() -> None:
    busy = replace(SESSION, phase="running", quiet_since=None)
    (advice,) = advise(replace(CALM, sessions=(busy,), waiters=(Waiter("Query 2", NOW - 1),)))
    assert "every connection is busy" in advice.what
    assert "in use: 2 of 10" in advice.sums


@pytest.mark.parametrize(("quiet_s", "told"), [(29, 0), (31, 1)])
def test_idle_in_transaction(quiet_s: float, told: int) -> None:
    idle = replace(SESSION, phase="in transaction", transaction_since=NOW - 90, quiet_since=NOW - quiet_s)
    found = advise(replace(CALM, sessions=(idle,)))
    assert len(found) == told
    if told:
        assert found[0].sums == "pid 42: open for 1 min 30 s, nothing run for 31.0 s"


def test_leak_is_a_connection_that_is_lent_and_used_for_nothing() -> None:
    (advice,) = advise(replace(CALM, sessions=(SESSION,)))
    assert advice.what == "Query 1 has a connection that it does not use."
    assert advise(replace(CALM, sessions=(replace(SESSION, kept_for=("SET a",)),))) == []
    assert advise(replace(CALM, sessions=(replace(SESSION, quiet_since=NOW - 59),))) == []
    assert advise(replace(CALM, sessions=(replace(SESSION, owner="", phase="idle"),))) == []


def test_pool_that_is_too_small_by_littles_law() -> None:
    stats = replace(STATS, usage_ms_p50=800.0)
    (advice,) = advise(replace(CALM, stats=stats, borrowed_per_s=12.0))
    assert advice.sums.startswith("12.0 borrowed a second × 800 ms of use = 9.6 in use")
    assert advice.remedy.startswith("Raise the maximum to 16")
    assert advise(replace(CALM, stats=stats, borrowed_per_s=9.0)) == []


def test_what_pgbouncer_would_not_bear() -> None:
    pinned = replace(SESSION, kept_for=("SET work_mem", "LISTEN a"))
    found = advise(replace(CALM, sessions=(pinned,), is_pooler=True, stats=replace(STATS, min=2)))
    assert [advice.what for advice in found] == [
        "Query 1 relies on what PgBouncer does not keep.",
        "A minimum is of no use behind PgBouncer.",
    ]
    assert "SET work_mem, LISTEN a" in found[0].sums


def test_server_that_lets_nobody_in_comes_first() -> None:
    situation = replace(
        CALM,
        sessions=(SESSION,),
        open_failures_in_a_row=3,
        open_failure="Connecting failed.",
        open_pause_s=1.0,
    )
    found = advise(situation)
    assert [advice.level for advice in found] == ["danger", "warning"]
    assert found[0].sums == "3 attempts failed in a row; the next is made in 1.0 s"


def test_calm_pool_of_an_unknown_server_needs_no_advice() -> None:
    assert advise(CALM) == []
