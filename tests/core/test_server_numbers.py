"""Counters, and the rates between two looks at them."""

import pytest

from pgconsole.core.server_numbers import (
    Progress,
    ServerCounters,
    counters_of,
    progress_of,
    rates,
    replica_of,
    top_statement_of,
)

BEFORE = {
    "clock": "100.0",
    **dict.fromkeys(("xact_commit", "xact_rollback", "blks_hit", "blks_read", "tup_fetched"), "10"),
    **dict.fromkeys(("tup_inserted", "tup_updated", "tup_deleted", "temp_files", "temp_bytes"), "0"),
}


def test_rates_are_by_the_second_of_the_servers_clock() -> None:
    found = rates(
        ServerCounters(BEFORE),
        ServerCounters(BEFORE | {"clock": "102.0", "xact_commit": "30", "xact_rollback": "14", "tup_updated": "8"}),
    )
    assert found is not None
    assert (found.at, found.transactions, found.rollbacks, found.rows_written) == (102.0, 12.0, 2.0, 4.0)


def test_cache_hits_are_a_share_and_unknown_where_nothing_was_asked_for() -> None:
    idle = rates(ServerCounters(BEFORE), ServerCounters(BEFORE | {"clock": "102.0"}))
    read = rates(ServerCounters(BEFORE), ServerCounters(BEFORE | {"clock": "102", "blks_hit": "19", "blks_read": "11"}))
    assert idle is not None
    assert read is not None
    assert (idle.cache_hits, read.cache_hits) == (None, 0.9)


def test_counters_that_were_reset_or_are_not_told_have_no_rate() -> None:
    found = rates(ServerCounters(BEFORE), ServerCounters(BEFORE | {"clock": "102.0", "xact_commit": "1"}))
    assert found is not None
    assert (found.transactions, found.rollbacks, found.wal_bytes) == (None, 0.0, None)


def test_there_is_no_rate_without_time() -> None:
    assert rates(ServerCounters(BEFORE), ServerCounters(BEFORE)) is None


def test_limits_are_read_and_what_is_kept_is_added_up() -> None:
    rows = [("max_connections", "100"), ("superuser_reserved", "3"), ("role_reserved", "2"), ("numbackends", "7")]
    counters = counters_of([*rows, ("sees_all", "true"), ("clock", "12.5")])
    assert (counters.connections_used, counters.connections_max, counters.connections_reserved) == (7, 100, 5)
    assert (counters.sees_all, counters.clock) == (True, 12.5)
    assert not counters_of([]).sees_all


@pytest.mark.parametrize(("done", "total", "share"), [(5, 10, 0.5), (12, 10, 1.0), (5, 0, None), (None, None, None)])
def test_share_is_known_where_the_whole_is(done: int | None, total: int | None, share: float | None) -> None:
    assert Progress(1, "COPY", "", "", done, total, "bytes").share == share


def test_rows_of_progress_replicas_and_statements_are_read_nulls_included() -> None:
    assert progress_of(("7", "COPY FROM", "FILE", "public.t", "5", "10", "bytes")).done == 5
    assert progress_of(("7", "VACUUM", None, None, None, None, "blocks")).share is None
    replica = replica_of(("7", "standby", None, "streaming", "async", "-16", "0.25"))
    assert (replica.name, replica.client, replica.lag_bytes, replica.lag_s) == ("standby", "", -16.0, 0.25)
    statement = top_statement_of(("select $1", "3", "30.5", "10.1", "9", "1", "2", None, None))
    assert (statement.calls, statement.total_ms, statement.rows, statement.database) == (3, 30.5, 9, "")
