"""The benchmarks of notifications, against a bare asyncpg listener on a plain loop in the same run."""

from pgconsole.core.wording import format_count
from tests.benchmarks.figures import Benchmark, Figure, Measure
from tests.benchmarks.workplace import Workplace

_BARE = "a bare asyncpg listener"


def _rate(name: str, task: str, size: int, messages: int) -> Measure:
    def measure(place: Workplace) -> dict[str, float]:
        given = {"dsn": place.dsn, "size": size, "messages": place.rows(messages)}
        return {name: place.in_child(f"notify_tasks:{task}", **given)["per_second"]}

    return measure


def _sustained(name: str, size: int, messages: int, floor: float) -> Benchmark:
    figure = Figure(name, f"messages of {format_count(size)} B a second", floor, digits=0, is_floor=True)
    return Benchmark(
        (figure,), _rate(name, "sustained", size, messages), _BARE, _rate(name, "bare_sustained", size, messages)
    )


def _delay(name: str, task: str, per_second: int) -> Measure:
    def measure(place: Workplace) -> dict[str, float]:
        return {name: place.in_child(f"notify_tasks:{task}", dsn=place.dsn, per_second=per_second)["p99_ms"]}

    return measure


def _latency(name: str, per_second: int) -> Benchmark:
    figure = Figure(name, "ms", 2.0, "difference", digits=2)
    return Benchmark((figure,), _delay(name, "latency", per_second), _BARE, _delay(name, "bare_latency", per_second))


def _stalls(place: Workplace) -> dict[str, float]:
    answer = place.in_child("notify_tasks:stalls", dsn=place.dsn, per_second=place.rows(50_000))
    return {"stall_notify_max_ms": answer["max_ms"]}


def _idle_stalls(place: Workplace) -> dict[str, float]:
    return {"stall_notify_max_ms": place.in_child("notify_tasks:idle_stalls", dsn=place.dsn)["max_ms"]}


def _growth(place: Workplace) -> dict[str, float]:
    answer = place.in_child("notify_tasks:growth", dsn=place.dsn, messages=place.rows(200_000))
    return {"notify_rss_growth_mib": answer["growth_mib"]}


BENCHMARKS = (
    _sustained("notify_sustained_per_s", 100, 300_000, 100_000),
    _sustained("notify_sustained_7900_per_s", 7900, 30_000, 40_000),
    _latency("notify_latency_p99_ms", 1_000),
    _latency("notify_latency_10k_p99_ms", 10_000),
    Benchmark(
        (Figure("stall_notify_max_ms", "ms", 16, takes="second worst", digits=2),),
        _stalls,
        "the same window, idle",
        _idle_stalls,
    ),
    Benchmark((Figure("notify_rss_growth_mib", "MiB", 16, digits=1),), _growth),
)
