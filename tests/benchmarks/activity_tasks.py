"""The activity pane in the real window on a server with many sessions: how late the loop is, and what it costs."""

import asyncio
import time
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path

from pgconsole.db.connecting import open_connection
from pgconsole.db.conninfo import parse_conninfo
from pgconsole.db.session import Session
from pgconsole.ui.activity.table import ActivityTable
from pgconsole.ui.activity_pane import ActivityPane
from tests.benchmarks.stall_meter import measured_stalls
from tests.benchmarks.window_driver import WindowDriver, in_window
from tests.fixtures.waiting import until

_LOOKS_S = 8.0
_WARM_UP_S = 3.0
_OPENED_AT_ONCE = 20


def shown(dsn: str, sessions: int) -> dict[str, float]:
    """The lateness while so many sessions are listed anew every two seconds, and the share of a core that it takes."""

    async def work(driver: WindowDriver) -> Mapping[str, float]:
        async with _crowd(dsn, sessions):
            table = await _open_pane(driver, sessions)
            measured = await _measure()
            if table.session_count < sessions:
                raise RuntimeError("not every session is listed")
            await _show_charts(driver)
            return {**measured, "charts_core_percent": await _core_percent()}

    return in_window(dsn, work)


def hidden(dsn: str, sessions: int) -> dict[str, float]:
    """The same while the pane is hidden."""

    async def work(_driver: WindowDriver) -> Mapping[str, float]:
        async with _crowd(dsn, sessions):
            measured = await _measure()
            return {**measured, "charts_core_percent": measured["core_percent"]}

    return in_window(dsn, work)


async def _measure() -> Mapping[str, float]:
    """The lateness first, then what is used, for the meter's own timer takes more than looking does."""
    with measured_stalls() as phase:
        await asyncio.sleep(_LOOKS_S)
    return {"max_ms": phase.max_ms, "core_percent": await _core_percent()}


async def _core_percent() -> float:
    began, used = time.monotonic(), time.process_time()
    await asyncio.sleep(_LOOKS_S)
    return (time.process_time() - used) / (time.monotonic() - began) * 100


async def _show_charts(driver: WindowDriver) -> None:
    pane = driver.window.findChild(ActivityPane, "activityContent")
    assert pane is not None
    pane.pages.setCurrentWidget(pane.numbers)
    await until(lambda: pane.numbers.charts is not None, "the charts are made", 20.0)
    await asyncio.sleep(_WARM_UP_S)


async def _open_pane(driver: WindowDriver, sessions: int) -> ActivityTable:
    driver.window.actions_by_id["view.activity"].trigger()
    table = driver.window.findChild(ActivityTable, "activityTable")
    assert table is not None
    await until(lambda: table.session_count >= sessions, "every session is listed", 30.0)
    await asyncio.sleep(_WARM_UP_S)
    return table


@asynccontextmanager
async def _crowd(dsn: str, count: int) -> AsyncIterator[None]:
    """So many sessions, the half of them in transactions, with statements of a usual length."""
    target = parse_conninfo(dsn, {}, Path("/nonexistent")).with_settings(application_name="crowd")
    statement = f"BEGIN; SELECT {', '.join(str(number) for number in range(150))}"
    async with AsyncExitStack() as stack:
        for first in range(0, count, _OPENED_AT_ONCE):
            opening = (open_connection(target) for _ in range(first, min(count, first + _OPENED_AT_ONCE)))
            for number, connection in enumerate(await asyncio.gather(*opening)):
                session = Session(connection)
                stack.callback(session.terminate)
                await session.execute(statement if number % 2 else statement.partition("; ")[2])
        yield
