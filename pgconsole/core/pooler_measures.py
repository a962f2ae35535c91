"""Which of PgBouncer's numbers are worth a chart; the names are its own, as SHOW POOLS and SHOW STATS have them."""

from collections.abc import Callable
from typing import Final

from pgconsole.core.measures import Measure, per_second
from pgconsole.core.pooler import PoolerSample, PoolerView
from pgconsole.core.wording import format_duration_ms


def _total(view: PoolerView, column: str) -> Callable[[PoolerSample], float | None]:
    return lambda sample: sample.total(view, column)


def _count(value: float) -> str:
    return f"{value:,.0f}"


POOLER_MEASURES: Final[tuple[Measure[PoolerSample], ...]] = (
    Measure("cl_active", "cl_active", "Clients that have a server connection.", _total("POOLS", "cl_active"), _count),
    Measure("cl_waiting", "cl_waiting", "Clients that wait for one.", _total("POOLS", "cl_waiting"), _count),
    Measure(
        "maxwait",
        "maxwait",
        "How long the client has waited that waits longest.",
        lambda sample: sample.longest_wait_s,
        lambda value: format_duration_ms(value * 1000),
    ),
    Measure("sv_active", "sv_active", "Server connections in use.", _total("POOLS", "sv_active"), _count),
    Measure("sv_idle", "sv_idle", "Server connections that are free.", _total("POOLS", "sv_idle"), _count),
    Measure(
        "avg_query_count",
        "avg_query_count",
        "Queries a second, in PgBouncer's own last period.",
        _total("STATS", "avg_query_count"),
        per_second,
    ),
)
