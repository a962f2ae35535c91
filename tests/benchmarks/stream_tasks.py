"""Reads results in the real window, each function in a process of its own: times, memory and stalls."""

import asyncio
import random
from collections.abc import Mapping
from time import perf_counter

from tests.benchmarks.memory import peak_mib, resident_mib, restart_peak
from tests.benchmarks.stall_meter import Stalls, measured_stalls
from tests.benchmarks.window_driver import WindowDriver, in_window

_ALWAYS_CURSOR = {"always_cursor": "true"}
_SCROLLS = 120
_FRAME_S = 0.016
_PORTAL, _COPY = "cursor", "copy"


def by_cursor(dsn: str, table: str, rows: int) -> dict[str, float]:
    """Seconds to read a table by the cursor road, its end in view all the time."""

    async def work(driver: WindowDriver) -> Mapping[str, float]:
        return {"elapsed_s": await _read_by_cursor(driver, table, rows)}

    return in_window(dsn, work, _ALWAYS_CURSOR)


def by_copy(dsn: str, table: str, rows: int) -> dict[str, float]:
    """Seconds to read a table by the full-speed road, its end in view all the time."""

    async def work(driver: WindowDriver) -> Mapping[str, float]:
        return {"elapsed_s": await _read_by_copy(driver, table, rows)}

    return in_window(dsn, work)


def run_query(dsn: str, query: str) -> dict[str, float]:
    """Seconds from the wish to run a query until its one row is there and the tab idle."""

    async def work(driver: WindowDriver) -> Mapping[str, float]:
        began = perf_counter()
        await driver.run(query)
        elapsed_s = perf_counter() - began
        driver.expect(1)
        return {"elapsed_s": elapsed_s}

    return in_window(dsn, work)


def growth(dsn: str, wide: str, wide_rows: int, narrow: str, narrow_rows: int) -> dict[str, float]:
    """MiB by which the process grows at most while it reads three large results one after another."""

    async def work(driver: WindowDriver) -> Mapping[str, float]:
        before = resident_mib()
        restart_peak()
        await _read_by_cursor(driver, wide, wide_rows)
        await _read_by_copy(driver, wide, wide_rows)
        await _read_by_copy(driver, narrow, narrow_rows)
        return {"growth_mib": peak_mib() - before}

    return in_window(dsn, work)


def idle_growth(dsn: str) -> dict[str, float]:
    """MiB by which the process grows in a second in which nothing happens."""

    async def work(driver: WindowDriver) -> Mapping[str, float]:
        before = resident_mib()
        restart_peak()
        await asyncio.sleep(1.0)
        return {"growth_mib": peak_mib() - before}

    return in_window(dsn, work)


def stalls(dsn: str, table: str, rows: int) -> dict[str, float]:
    """The window's lateness, the worst of: reading by either road with the end in view, and scrolling at random."""

    async def work(driver: WindowDriver) -> Mapping[str, float]:
        phases = []
        for read in (_read_by_cursor, _read_by_copy):
            with measured_stalls() as phase:
                await read(driver, table, rows)
            phases.append(phase)
            with measured_stalls() as phase:
                await _scroll(driver, rows)
            phases.append(phase)
        return _worst(phases)

    return in_window(dsn, work)


def idle_stalls(dsn: str) -> dict[str, float]:
    """The lateness of a window in which nothing happens."""

    async def work(_driver: WindowDriver) -> Mapping[str, float]:
        with measured_stalls() as phase:
            await asyncio.sleep(2.0)
        return _worst([phase])

    return in_window(dsn, work)


def _worst(phases: list[Stalls]) -> dict[str, float]:
    return {"p99_ms": max(phase.p99_ms for phase in phases), "max_ms": max(phase.max_ms for phase in phases)}


async def _read_by_cursor(driver: WindowDriver, table: str, rows: int) -> float:
    began = perf_counter()
    with driver.following():
        await driver.read_by_cursor(f"SELECT * FROM {table}")
    elapsed_s = perf_counter() - began
    driver.expect(rows, _PORTAL)
    return elapsed_s


async def _read_by_copy(driver: WindowDriver, table: str, rows: int) -> float:
    began = perf_counter()
    with driver.following():
        await driver.run(f"SELECT * FROM {table}", "query.run_to_end")
    elapsed_s = perf_counter() - began
    driver.expect(rows, _COPY)
    return elapsed_s


async def _scroll(driver: WindowDriver, rows: int) -> None:
    """Jump about a result, a frame at a time."""
    pane = driver.tab.results.pane
    assert pane is not None
    dice = random.Random(2)
    for _ in range(_SCROLLS):
        pane.grid.scroll_to_row(dice.randrange(rows))
        await asyncio.sleep(_FRAME_S)
