"""What watching a pool costs the process that does it, in the real window, each function in a process of its own."""

import asyncio
import time
from collections.abc import Mapping

from pgconsole.ui.pool_pane import PoolPane
from tests.benchmarks.stall_meter import measured_stalls
from tests.benchmarks.window_driver import WindowDriver, in_window
from tests.fixtures.waiting import until

_SETTLE_S = 2.0
_WATCH_S = 6.0
_CHARTS, _CONNECTIONS = 1, 0


async def _core_percent() -> float:
    """How much of one core the process takes, in percent, over some seconds."""
    await asyncio.sleep(_SETTLE_S)
    began, used = time.perf_counter(), time.process_time()
    await asyncio.sleep(_WATCH_S)
    return (time.process_time() - used) / (time.perf_counter() - began) * 100


def _pane(driver: WindowDriver) -> PoolPane:
    pane = driver.window.findChild(PoolPane, "poolPane")
    assert isinstance(pane, PoolPane)
    return pane


def hidden(dsn: str) -> dict[str, float]:
    """Percent of a core with the pane hidden: everything that an idle window does, and sampling."""

    async def work(_driver: WindowDriver) -> Mapping[str, float]:
        return {"percent": await _core_percent()}

    return in_window(dsn, work)


def disconnected(dsn: str) -> dict[str, float]:
    """The same of a window without a connection, where no pool is sampled."""

    async def work(driver: WindowDriver) -> Mapping[str, float]:
        driver.window.actions_by_id["connection.disconnect"].trigger()
        return {"percent": await _core_percent()}

    return in_window(dsn, work)


def shown(dsn: str) -> dict[str, float]:
    """Percent of a core with the charts shown, six hours of samples in them, and ten connections in the pool."""

    async def work(driver: WindowDriver) -> Mapping[str, float]:
        await driver.run("select 1")
        driver.window.actions_by_id["view.pool"].trigger()
        pane = _pane(driver)
        await _fill(pane)
        with measured_stalls() as stalls:
            pane.tabs.setCurrentIndex(_CHARTS)
            await until(lambda: pane.charts.charts is not None, "the charts are made")
            await asyncio.sleep(1.0)
        percent = await _core_percent()
        pane.tabs.setCurrentIndex(_CONNECTIONS)
        return {"percent": percent, "table_percent": await _core_percent(), "making_ms": stalls.max_ms}

    return in_window(dsn, work)


async def _fill(pane: PoolPane) -> None:
    """Have the ring full, as after six hours."""
    await until(lambda: pane.picture is not None, "the figures are there")
    assert pane.picture is not None
    ring = pane.picture.samples
    now = time.time()
    for second in range(ring.capacity, 0, -1):
        load = float(second % 97)
        ring.add(now - second, dict.fromkeys(ring.names, load))
