"""The log of statements: bounded, searched, and written as CSV."""

from pgconsole.core.query_log import (
    CSV_HEADER,
    OWN_KEPT,
    STATEMENTS_KEPT,
    LogFilter,
    LoggedStatement,
    QueryLog,
    csv_row,
    log_entry,
)


def logged(
    log: QueryLog, text: str, *, owner: str = "Query 1", is_own: bool = False, ms: float = 1.0
) -> LoggedStatement:
    entry = log_entry(1_700_000_000.0, text, owner, 42, is_own=is_own)
    entry.waited_s = ms / 1000
    log.append(entry)
    return entry


def test_full_log_drops_the_oldest_and_the_consoles_own_do_not_push_the_users_out() -> None:
    log = QueryLog()
    for number in range(STATEMENTS_KEPT + 5):
        logged(log, f"select {number}")
    for number in range(OWN_KEPT * 3):
        logged(log, f"own {number}", is_own=True)
    assert len(log) == STATEMENTS_KEPT + OWN_KEPT
    assert log.count == STATEMENTS_KEPT + 5 + OWN_KEPT * 3
    texts = [entry.text for entry in log]
    assert texts[0] == "select 5"
    assert texts[-1] == f"own {OWN_KEPT * 3 - 1}"


def test_long_text_is_cut() -> None:
    assert len(log_entry(0, "x" * 1_000_000, "", 1, is_own=False).text) == 2_001


def test_secret_behind_the_cut_of_a_text_is_not_kept_either() -> None:
    text = "alter role ann" + " " * 1970 + "password 'canary-" + "y" * 100 + "'"
    assert "canary" not in log_entry(0, text, "", 1, is_own=False).text


def test_filter_finds_words_in_any_order_and_the_newest_first() -> None:
    log = QueryLog()
    logged(log, "select * from orders where id = 1")
    logged(log, "SELECT 2 FROM Orders")
    logged(log, "select 3")
    found = LogFilter("ORDERS select").chosen(log)
    assert [entry.text for entry in found] == ["SELECT 2 FROM Orders", "select * from orders where id = 1"]


def test_filter_by_owner_slowness_and_failure() -> None:
    log = QueryLog()
    slow = logged(log, "slow", ms=100)
    failed = logged(log, "failed", owner="Query 2")
    failed.sqlstate, failed.error = "42P01", "no such table"
    own = logged(log, "own", is_own=True)
    assert LogFilter(only_slow=True, slow_ms=100).chosen(log) == [slow]
    assert LogFilter(only_slow=True, slow_ms=101).chosen(log) == []
    assert LogFilter(only_failed=True).chosen(log) == [failed]
    assert LogFilter("42p01").chosen(log) == [failed]
    assert LogFilter("query 2").chosen(log) == [failed]
    assert LogFilter(with_own=True).chosen(log) == [own, failed, slow]


def test_csv_has_every_column_of_its_header() -> None:
    log = QueryLog()
    entry = logged(log, "select 1", ms=12.3456)
    entry.rows = 3
    row = csv_row(entry)
    assert len(row) == len(CSV_HEADER)
    assert dict(zip(CSV_HEADER, row, strict=True))["duration_ms"] == "12.346"


def test_cleared_log_is_empty() -> None:
    log = QueryLog()
    logged(log, "select 1")
    log.clear()
    assert list(log) == []
