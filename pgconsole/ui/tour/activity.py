"""The tour's stops at the server's activity: tabs that wait for each other, seen in the pane's pages."""

from functools import partial

from pgconsole.ui.activity_pane import ActivityPane
from pgconsole.ui.query_tab import QueryTab
from pgconsole.ui.tour.guide import Guide

_VIEW = "view.activity"
_HOLD = "begin;\nupdate shop.products set stock = stock + 1 where product_id = 1;\n"
_WAITING = (
    "update shop.products set stock = stock - 1 where product_id = 1",
    "update shop.products set price = price * 1.1 where price > 0",
)


async def show_sessions(guide: Guide) -> None:
    """A tab with an open transaction, and two that wait for it."""
    await guide.run(_HOLD, "query.run_all")
    for statement in _WAITING:
        guide.press("tab.new")
        await guide.start(statement)
    guide.press(_VIEW)
    pane = _pane(guide)
    await guide.until(lambda: pane.tree.root_count == 1, "the tab that blocks")
    await guide.until(lambda: "blocks" in str(guide.window.notice_bar.property("text")), "the notice of the blocking")


async def show_blocking(guide: Guide) -> None:
    """Who waits for whom, and the statement of one who waits."""
    pane = _pane(guide)
    pane.pages.setCurrentWidget(pane.tree)
    waiting = guide.tab.state.backend_pid
    if waiting is not None:
        pane.tree.choose(waiting)
    guide.press("activity.statement")
    await guide.until(lambda: bool(pane.statement.code.text), "the statement")


async def show_numbers(guide: Guide) -> None:
    """The server's numbers, with charts that have begun."""
    guide.press("activity.statement")
    pane = _pane(guide)
    pane.pages.setCurrentWidget(pane.numbers)
    await guide.until(lambda: pane.numbers.charts is not None, "the charts")


async def leave_activity(guide: Guide) -> None:
    """Nobody waits any more, and the pane is hidden."""
    guide.press(_VIEW)
    for _statement in _WAITING:
        guide.press("query.cancel")
        await guide.until_idle()
        tab = guide.tab
        guide.press("tab.close")
        await guide.until(partial(_is_left, guide, tab), "the tab before")
    await guide.run("rollback")


def _is_left(guide: Guide, tab: QueryTab) -> bool:
    return guide.window.current_tab is not tab


def _pane(guide: Guide) -> ActivityPane:
    return guide.part(ActivityPane, "activityContent")
