"""The benchmarks of the foundation: reading results, the window's liveness, painting, starting, splitting, borrowing.

Each figure's name, limit and anchor; what is timed stands in the `*_tasks` modules. Throughput is judged by its ratio
to the anchor, as machines differ; times and memory by their own limits.
"""

import asyncio
from collections.abc import Callable, Mapping
from contextlib import aclosing

from pgconsole.db.local_server import acquire
from pgconsole.db.sample_database import create_sample, fill_big_table
from tests.benchmarks import answer_tasks, pool_tasks, split_tasks
from tests.benchmarks.figures import Benchmark, Figure, Measure
from tests.benchmarks.workplace import MeasuringFailed, Workplace

_AGGREGATE = "SELECT count(*), sum(length(md5(name))), max(id % 1000) FROM {table}"
_BARE_WINDOW = "a bare PySide6 window with a QTableWidget"
_IDLE_WINDOW = "the same window, idle"


def _wide(place: Workplace) -> tuple[str, int]:
    return place.wide, place.rows(1_000_000)


def _narrow(place: Workplace) -> tuple[str, int]:
    return place.narrow, place.rows(10_000_000)


# Reading


def _stream(name: str, task: str, table_of: Callable[[Workplace], tuple[str, int]], limit: float) -> Benchmark:
    def ours(place: Workplace) -> dict[str, float]:
        table, rows = table_of(place)
        return {name: place.in_child(f"stream_tasks:{task}", dsn=place.dsn, table=table, rows=rows)["elapsed_s"]}

    def theirs(place: Workplace) -> dict[str, float]:
        table, _rows = table_of(place)
        file = place.folder / "anchor.copy"
        elapsed_s = place.psql_s(f"\\copy (SELECT * FROM {table}) TO '{file}'")
        file.unlink()
        return {name: elapsed_s}

    return Benchmark((Figure(name, "s", limit, "ratio"),), ours, "psql \\copy to a file", theirs)


def _parallel(place: Workplace) -> dict[str, float]:
    query = _AGGREGATE.format(table=place.narrow)
    answer = place.in_child("stream_tasks:run_query", dsn=place.dsn, query=query)
    return {"parallel_plan_vs_psql": answer["elapsed_s"]}


def _parallel_by_psql(place: Workplace) -> dict[str, float]:
    query = _AGGREGATE.format(table=place.narrow)
    if not place.is_quick and "Workers Planned" not in place.server.psql(f"EXPLAIN {query}"):
        raise MeasuringFailed("the planner does not run the query in parallel")
    return {"parallel_plan_vs_psql": place.psql_s(query)}


def _growth(place: Workplace) -> dict[str, float]:
    (wide, wide_rows), (narrow, narrow_rows) = _wide(place), _narrow(place)
    tables = {"wide": wide, "wide_rows": wide_rows, "narrow": narrow, "narrow_rows": narrow_rows}
    return {"stream_rss_growth_mib": place.in_child("stream_tasks:growth", dsn=place.dsn, **tables)["growth_mib"]}


def _idle_growth(place: Workplace) -> dict[str, float]:
    return {"stream_rss_growth_mib": place.in_child("stream_tasks:idle_growth", dsn=place.dsn)["growth_mib"]}


# Answering


def _first_paint(place: Workplace) -> dict[str, float]:
    statement = f"SELECT * FROM {place.wide}"
    answer = place.in_child("answer_tasks:first_paint", dsn=place.dsn, statement=statement)
    return {"first_paint_over_server_ms": answer["over_ms"]}


def _first_row(place: Workplace) -> dict[str, float]:
    return {"first_paint_over_server_ms": answer_tasks.first_row_ms(place.dsn, f"SELECT * FROM {place.wide}")}


def _stalls(place: Workplace) -> dict[str, float]:
    table, rows = _wide(place)
    return _lateness(place.in_child("stream_tasks:stalls", dsn=place.dsn, table=table, rows=rows))


def _idle_stalls(place: Workplace) -> dict[str, float]:
    return _lateness(place.in_child("stream_tasks:idle_stalls", dsn=place.dsn))


def _lateness(answer: Mapping[str, float]) -> dict[str, float]:
    return {"stall_streaming_p99_ms": answer["p99_ms"], "stall_streaming_max_ms": answer["max_ms"]}


# Painting


def _in_child(task: str) -> Measure:
    return lambda place: place.in_child(task)


def _on_rows(task: str, row_count: int) -> Measure:
    # Fewer than a million rows would not be spilled.
    return lambda place: place.in_child(task, row_count=max(1_000_000, place.rows(row_count)))


# Starting


def _start(place: Workplace) -> dict[str, float]:
    return {"start_to_window_ms": place.in_child("start_tasks:window", began=0.0)["elapsed_s"] * 1000}


def _bare_start(place: Workplace) -> dict[str, float]:
    return {"start_to_window_ms": place.in_child("bare_window:started", began=0.0)["elapsed_s"] * 1000}


def _local_start(place: Workplace) -> dict[str, float]:
    _make_local_sample(place)
    answer = place.in_child("start_tasks:local_first_row", began=0.0, data_home=str(place.local_paths.data_home))
    return {"start_local_to_first_row_ms": answer["elapsed_s"] * 1000}


def _bare_local_start(place: Workplace) -> dict[str, float]:
    _make_local_sample(place)
    answer = place.in_child("start_tasks:bare_local_first_row", began=0.0, data_home=str(place.local_paths.data_home))
    return {"start_local_to_first_row_ms": answer["elapsed_s"] * 1000}


def _make_local_sample(place: Workplace) -> None:
    """See to a local server's files with the whole sample, and nobody running it."""
    if any(place.local_paths.data_home.glob("**/PG_VERSION")):
        return
    server = acquire(place.local_paths)
    try:
        asyncio.run(_fill_sample(server.dsn))
    finally:
        server.release()


async def _fill_sample(dsn: str) -> None:
    if await create_sample(dsn):
        async with aclosing(fill_big_table(dsn)) as steps:
            async for _done in steps:
                pass


def _idle_memory(place: Workplace) -> dict[str, float]:
    return {"idle_rss_mib": place.in_child("start_tasks:idle_memory", dsn=place.dsn)["resident_mib"]}


def _bare_memory(place: Workplace) -> dict[str, float]:
    return {"idle_rss_mib": place.in_child("bare_window:memory")["resident_mib"]}


BENCHMARKS = (
    _stream("stream_1m_x16_cursor_vs_psql_copy", "by_cursor", _wide, 1.8),
    _stream("stream_1m_x16_full_vs_psql_copy", "by_copy", _wide, 0.9),
    _stream("stream_10m_x2_full_vs_psql_copy", "by_copy", _narrow, 1.1),
    Benchmark(
        (Figure("parallel_plan_vs_psql", "s", 1.1, "ratio"),), _parallel, "psql with the same query", _parallel_by_psql
    ),
    Benchmark((Figure("stream_rss_growth_mib", "MiB", 100, digits=1),), _growth, _IDLE_WINDOW, _idle_growth),
    Benchmark(
        (Figure("first_paint_over_server_ms", "ms", 20, digits=2),),
        _first_paint,
        "the server's first row on a plain connection",
        _first_row,
    ),
    Benchmark(
        (
            Figure("stall_streaming_p99_ms", "ms", 5, digits=2),
            Figure("stall_streaming_max_ms", "ms", 16, takes="second worst", digits=2),
        ),
        _stalls,
        _IDLE_WINDOW,
        _idle_stalls,
    ),
    Benchmark(
        (Figure("paint_frame_ms", "ms", 5, digits=2),),
        _in_child("grid_tasks:paint_frame"),
        "a QTableView with the same cells",
        _in_child("grid_tasks:table_view_frame"),
    ),
    Benchmark((Figure("random_jump_ms", "ms", 12, digits=2),), _on_rows("grid_tasks:random_jump", 10_000_000)),
    Benchmark((Figure("select_all_ms", "ms", 16, digits=2),), _on_rows("grid_tasks:select_all", 10_000_000)),
    Benchmark((Figure("start_to_window_ms", "ms", 600, digits=0),), _start, _BARE_WINDOW, _bare_start),
    Benchmark(
        (Figure("start_local_to_first_row_ms", "ms", 1500, digits=0),),
        _local_start,
        "starting the same server and psql",
        _bare_local_start,
    ),
    Benchmark((Figure("idle_rss_mib", "MiB", 150, digits=1),), _idle_memory, _BARE_WINDOW, _bare_memory),
    Benchmark(
        (Figure("split_1mib_ms", "ms", 150, digits=1),),
        lambda _place: split_tasks.ours(),
        "sqlparse, extrapolated from a part",
        lambda _place: split_tasks.by_sqlparse(),
    ),
    Benchmark(
        (Figure("pool_acquire_vs_asyncpg", "ms", 1.3, "ratio", digits=4),),
        lambda place: {"pool_acquire_vs_asyncpg": pool_tasks.ours(place.dsn)},
        "asyncpg.Pool",
        lambda place: {"pool_acquire_vs_asyncpg": pool_tasks.asyncpgs(place.dsn)},
    ),
)
