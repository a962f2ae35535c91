"""The benchmarks of the server's activity: the loop's lateness with many sessions listed, and what looking costs."""

from collections.abc import Mapping

from tests.benchmarks.figures import Benchmark, Figure
from tests.benchmarks.workplace import Workplace

_SESSIONS = 500


def _shown(place: Workplace) -> dict[str, float]:
    return _named(place.in_child("activity_tasks:shown", dsn=place.dsn, sessions=_sessions(place)))


def _hidden(place: Workplace) -> dict[str, float]:
    return _named(place.in_child("activity_tasks:hidden", dsn=place.dsn, sessions=_sessions(place)))


def _sessions(place: Workplace) -> int:
    return _SESSIONS // 10 if place.is_quick else _SESSIONS


def _named(answer: Mapping[str, float]) -> dict[str, float]:
    return {
        "stall_activity_max_ms": answer["max_ms"],
        "activity_core_percent": answer["core_percent"],
        "activity_charts_core_percent": answer["charts_core_percent"],
    }


BENCHMARKS = (
    Benchmark(
        (
            Figure("stall_activity_max_ms", "ms", 25, takes="second worst", digits=2),
            Figure("activity_core_percent", "% of a core", 5, digits=2),
            Figure("activity_charts_core_percent", "% of a core", 5, digits=2),
        ),
        _shown,
        "the same window and sessions, the pane hidden",
        _hidden,
    ),
)
