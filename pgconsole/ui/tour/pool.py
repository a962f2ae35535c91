"""The stops of the tour that show the connection pool: under load, and what it says of itself."""

import asyncio

from PySide6.QtWidgets import QSpinBox, QTabWidget

from pgconsole.ui.pool_pane import PoolPane
from pgconsole.ui.tour.guide import Guide

_TABS = 6
_BUSY = "select pg_sleep(0.2 + random() * 0.6), count(*) from shop.orders"
_SLOW = "select pg_sleep(3), count(*) from shop.orders"
_PINNED = "set work_mem = '64MB'"
_WATCHED_S = 6.0


async def pool_under_load(guide: Guide) -> None:
    """A small pool, and more tabs than it has connections; one of them keeps its own."""
    pane = await _open(guide, "Connections")
    guide.window.resize(1280, 900)
    guide.press("tab.new")
    await guide.run(_PINNED)
    await _limit(guide, pane, 4)
    tabs = []
    for _ in range(_TABS):
        guide.press("tab.new")
        tabs.append(guide.tab)
        await guide.start(_BUSY)
    began = asyncio.get_running_loop().time()
    while asyncio.get_running_loop().time() - began < _WATCHED_S:
        for tab in tabs:
            if not tab.state.is_busy:
                guide.window.tabs.setCurrentWidget(tab)
                guide.press("query.run")
        await asyncio.sleep(0.05)
    await guide.until(lambda: bool(pane.picture and pane.picture.stats.waiting), "a request that waits")


async def pool_charts(guide: Guide) -> None:
    """The same load over time."""
    pane = await _open(guide, "Charts")
    await guide.until(lambda: pane.charts.charts is not None, "the charts")


async def pool_advice(guide: Guide) -> None:
    """What the load amounts to: requests wait while a connection is kept for a setting."""
    pane = await _open(guide, "Advice")
    for tab in list(guide.window.query_tabs())[-_TABS:]:
        guide.window.tabs.setCurrentWidget(tab)
        await guide.until_idle()
        await guide.start(_SLOW)
    await guide.until(lambda: bool(pane.picture and len(pane.picture.advice) > 1), "advice")


async def query_log(guide: Guide) -> None:
    """The statements of the load."""
    await _open(guide, "Query log")


async def end_of_load(guide: Guide) -> None:
    """A connection lost among the events; then the tabs of the load are closed."""
    for _ in range(_TABS):
        await _close_tab(guide)
    pane = await _open(guide, "Events")
    await guide.until(lambda: bool(_idle_pids(pane)), "a connection that is idle")
    pids = _idle_pids(pane)
    guide.press("tab.new")
    await guide.run("".join(f"select pg_terminate_backend({pid});" for pid in pids[:2]), "query.run_all")
    await guide.until(lambda: bool(pane.picture and pane.picture.stats.lost), "the loss")
    await _close_tab(guide)
    guide.press("query.reset_session")
    await guide.until_idle()
    await _close_tab(guide)


def _idle_pids(pane: PoolPane) -> list[int]:
    return [each.pid for each in pane.picture.sessions if not each.owner] if pane.picture is not None else []


async def pool_limits(guide: Guide) -> None:
    """The dialog of limits."""
    guide.press("pool.limits")
    await guide.dialog("poolLimits")


async def close_pool(guide: Guide) -> None:
    """Put the window back as it was."""
    guide.press("view.pool")
    guide.window.resize(1280, 800)


async def _close_tab(guide: Guide) -> None:
    await guide.until_idle()
    count = guide.window.tabs.count()
    guide.press("tab.close")
    await guide.until(lambda: guide.window.tabs.count() < count, "the end of the tab")


async def _open(guide: Guide, page: str) -> PoolPane:
    pane = guide.part(PoolPane, "poolPane")
    if not pane.isVisible():
        guide.press("view.pool")
    tabs = guide.part(QTabWidget, "poolTabs")
    tabs.setCurrentIndex(next(n for n in range(tabs.count()) if tabs.tabText(n).startswith(page)))
    await guide.until(
        lambda: pane.picture is not None and pane.picture.health.phase == "answers", "the server's answer"
    )
    return pane


async def _limit(guide: Guide, pane: PoolPane, most: int) -> None:
    guide.press("pool.limits")
    dialog = await guide.dialog("poolLimits")
    guide.part(QSpinBox, "limitMax", dialog).setValue(most)
    guide.click("limitsApply", dialog)
    await guide.until(lambda: bool(pane.picture and pane.picture.stats.max == most), "the new maximum")
