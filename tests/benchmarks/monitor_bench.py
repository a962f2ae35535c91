"""The benchmarks of the pool monitor: what it takes of a core while nobody looks, and while somebody does."""

from tests.benchmarks.figures import Benchmark, Figure
from tests.benchmarks.workplace import Workplace

_DISCONNECTED = "the same window without a connection"


def _hidden(place: Workplace) -> dict[str, float]:
    return {"pool_sampling_hidden_percent": place.in_child("monitor_tasks:hidden", dsn=place.dsn)["percent"]}


def _disconnected(place: Workplace) -> dict[str, float]:
    return {"pool_sampling_hidden_percent": place.in_child("monitor_tasks:disconnected", dsn=place.dsn)["percent"]}


def _shown(place: Workplace) -> dict[str, float]:
    answer = place.in_child("monitor_tasks:shown", dsn=place.dsn)
    return {
        "pool_charts_shown_percent": answer["percent"],
        "pool_table_shown_percent": answer["table_percent"],
        "stall_pool_charts_made_ms": answer["making_ms"],
    }


BENCHMARKS = (
    Benchmark(
        (Figure("pool_sampling_hidden_percent", "% of a core", 1.0, digits=2),), _hidden, _DISCONNECTED, _disconnected
    ),
    Benchmark(
        (
            Figure("pool_charts_shown_percent", "% of a core", 5.0, digits=2),
            Figure("pool_table_shown_percent", "% of a core", 5.0, digits=2),
            Figure("stall_pool_charts_made_ms", "ms", takes="second worst", digits=1),
        ),
        _shown,
    ),
)
