"""Stops of the tour that show guards and losses: the question before a statement, and the way back to a lost server."""

from collections.abc import Awaitable, Callable

from PySide6.QtCore import QMimeData

from pgconsole.core.guards import GuardedStatement, GuardQuestion, GuardRules
from pgconsole.core.profile import ConnectionKind
from pgconsole.ui.guard_question import GuardDialog
from pgconsole.ui.tour.guide import Guide

_QUESTION = GuardQuestion(
    GuardRules(ConnectionKind.PRODUCTION, "shop @ production.example.com"),
    (
        GuardedStatement("update shop.orders set status = 'shipped' where order_id = 17", "It writes.", 1),
        GuardedStatement("delete from shop.events", "It has no WHERE: every row is deleted.", 1_000_000),
        GuardedStatement("drop table shop.archive", "What it drops is gone with all that is in it."),
    ),
    3,
)


def safety_stops() -> tuple[tuple[str, Callable[[Guide], Awaitable[None]]], ...]:
    """Name and way of each; nothing but a tab is relied on."""
    return (
        ("guard", _guard),
        ("production-guard", _production_guard),
        ("dry-run", _dry_run),
        ("hidden-characters", _paste_hidden),
        ("read-only-refusal", _refuse),
        ("connection-lost", _lose_connection),
        ("reconnected", _reconnect),
    )


async def _guard(guide: Guide) -> None:
    await guide.start("delete from shop.orders")
    await guide.dialog("guardQuestion")


async def _production_guard(guide: Guide) -> None:
    """As a production server has it; there is none to connect to."""
    await guide.until_idle()
    GuardDialog(_QUESTION, guide.window).open()
    await guide.dialog("guardQuestion")


async def _dry_run(guide: Guide) -> None:
    await guide.run("update shop.products set stock = stock + 1 where product_id > 10", "query.dry_run")


async def _paste_hidden(guide: Guide) -> None:
    """As from a web page that means no good."""
    await guide.until_idle()
    pasted = QMimeData()
    pasted.setText("select *\n  from shop.orders\n where note = 'paid\u202e' -- \u00a0all of them\n")
    guide.tab.editor.set_script("")
    guide.tab.editor.insertFromMimeData(pasted)
    await guide.until(lambda: bool(guide.window.notice_bar.said), "the notice of what hides")


async def _refuse(guide: Guide) -> None:
    guide.press("query.read_only")
    await guide.run("vacuum shop.orders")


async def _lose_connection(guide: Guide) -> None:
    """Ended from outside, while a transaction was open."""
    guide.press("query.read_only")
    await guide.run("begin;\nupdate shop.products set stock = stock + 1 where product_id = 1;\n", "query.run_all")
    tab, pid = guide.tab, guide.tab.state.backend_pid
    guide.press("tab.new")
    await guide.run(f"select pg_terminate_backend({pid})")
    guide.press("tab.close")
    await guide.until(lambda: guide.window.current_tab is tab, "the first tab")
    await guide.until(lambda: bool(guide.window.notice_bar.property("text")), "the notice of the loss")
    await guide.until_idle()


async def _reconnect(guide: Guide) -> None:
    guide.press("connection.reconnect")
    await guide.until(lambda: "again" in str(guide.window.notice_bar.property("text")), "the way back")
