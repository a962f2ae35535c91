"""Which of a server's numbers are worth a chart, and how each is called and written."""

from collections.abc import Callable
from typing import Final

from pgconsole.core.measures import Measure, per_second
from pgconsole.core.server_numbers import ServerRates
from pgconsole.core.server_sample import ServerSample
from pgconsole.core.wording import format_duration_ms, format_size


def _rate(read: Callable[[ServerRates], float | None]) -> Callable[[ServerSample], float | None]:
    return lambda sample: None if sample.rates is None else read(sample.rates)


def _bytes_per_second(value: float) -> str:
    return f"{format_size(round(value))} / s"


def _replication_lag(sample: ServerSample) -> float | None:
    """Of the replica that is furthest behind, in bytes."""
    lags = [replica.lag_bytes for replica in sample.replicas if replica.lag_bytes is not None]
    return max(lags, default=None)


def _connections_text(sample: ServerSample) -> str:
    counters = sample.counters
    return f"{counters.connections_used:,} of {counters.connections_max - counters.connections_reserved:,}"


def _lag_text(sample: ServerSample) -> str:
    lag_bytes, delay_s = _replication_lag(sample), sample.counters.number("replay_delay_s")
    if lag_bytes is not None:
        return format_size(round(lag_bytes))
    return "none" if delay_s is None else f"{format_duration_ms(delay_s * 1000)} behind"


SERVER_MEASURES: Final[tuple[Measure[ServerSample], ...]] = (
    Measure(
        "connections",
        "Connections",
        "Connections to all databases, of those that there may be without the ones kept for superusers.",
        lambda sample: sample.counters.connections_used,
        lambda value: f"{value:.0f}",
        _connections_text,
    ),
    Measure(
        "transactions",
        "Transactions",
        "Committed and rolled back, a second.",
        _rate(lambda rates: rates.transactions),
        per_second,
    ),
    Measure(
        "cache_hits",
        "Cache hits",
        "Blocks that were found in the server's own cache, of all that were asked for.",
        _rate(lambda rates: None if rates.cache_hits is None else rates.cache_hits * 100),
        lambda value: f"{value:.1f} %",
    ),
    Measure("rows_read", "Rows read", "Fetched by scans, a second.", _rate(lambda rates: rates.rows_read), per_second),
    Measure(
        "rows_written",
        "Rows written",
        "Inserted, updated and deleted, a second.",
        _rate(lambda rates: rates.rows_written),
        per_second,
    ),
    Measure(
        "wal",
        "WAL",
        "Written to the write-ahead log, a second; none on a replica.",
        _rate(lambda rates: rates.wal_bytes),
        _bytes_per_second,
    ),
    Measure(
        "temp",
        "Temporary files",
        "Written by sorts and joins that do not fit in work_mem, a second.",
        _rate(lambda rates: rates.temp_bytes),
        _bytes_per_second,
    ),
    Measure(
        "replication",
        "Replication lag",
        "WAL that the replica furthest behind has still to replay; on a replica, the age of what it replayed last.",
        _replication_lag,
        lambda value: format_size(round(value)),
        _lag_text,
    ),
)
