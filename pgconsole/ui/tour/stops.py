"""The stops of the tour in their order, and how each is reached; a stop may rely on what the one before it left."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from functools import partial

from PySide6.QtCore import QPoint
from PySide6.QtWidgets import QLineEdit, QPlainTextEdit

from pgconsole.core.connection_state import ChannelState
from pgconsole.core.connection_status import ConnectionStatus
from pgconsole.core.profile import ConnectionKind
from pgconsole.core.run_state import TransactionState
from pgconsole.ui.grid.cursor import Pick
from pgconsole.ui.tour import pool as tour_pool
from pgconsole.ui.tour.activity import leave_activity, show_blocking, show_numbers, show_sessions
from pgconsole.ui.tour.connections import connection_stops, tabs_of_several
from pgconsole.ui.tour.guide import Guide
from pgconsole.ui.tour.importing import import_stops
from pgconsole.ui.tour.notifying import NOTIFICATION_WAYS
from pgconsole.ui.tour.safety import safety_stops

_TEN_COLUMNS = """select n as id,
       'Customer ' || n as name,
       lower(md5(n::text)) as token,
       date '1960-01-01' + (n * 37) % 18000 as born,
       (n * 7919 % 100000) / 100.0 as credit,
       n % 3 = 0 as newsletter,
       case when n % 4 > 0 then 'Berlin' end as city,
       timestamptz '2026-01-01 08:00+00' + n * interval '7 minutes' as joined_at,
       array['a' || n % 5, 'b'] as tags,
       jsonb_build_object('visits', n % 50) as facts
  from generate_series(1, 1200000) as n
"""
_SEVERAL = """select * from shop.customers limit 100;
select * from shop.orders;
select count(*) from shop.products;
do $$ begin raise notice 'a notice'; raise warning 'a warning'; end $$;
"""
_PLAN = """select c.name, count(*)
  from shop.customers c join shop.orders o using (customer_id)
 group by c.name
 order by 2 desc
 limit 10
"""
_ODD_VALUES = """select null as "null", '' as empty, E'tab\\there' as tab, E'two\\nlines' as lines,
       U&'\\202Egnp.exe' as bidi, repeat('long ', 200) as long, '<b>not bold</b>' as html,
       jsonb_build_object('name', 'Zoë', 'tags', array['a', 'b']) as document
"""
_MANY_COLUMNS = "select " + ", ".join(f"{n} as c{n}" for n in range(1, 1665))
_CHANGES = "begin;\nupdate shop.products set stock = stock + 1 where product_id = 1;\n"
_LONG_NOTICE = "The file could not be written. " + "It lies in a folder that only root may change. " * 5
_REFUSED = "postgresql://app@127.0.0.1:1/shop?connect_timeout=3"

_OPEN, _FAILED, _IDLE = TransactionState.OPEN, TransactionState.FAILED, TransactionState.IDLE


@dataclass(frozen=True, slots=True)
class Stop:
    """A state of the window that is worth a picture."""

    name: str
    """What its pictures are called."""
    go: Callable[[], Awaitable[None]]
    """Leads there; raises `TourStuck` where it does not come up in time."""


Way = tuple[str, Callable[[Guide], Awaitable[None]]]


def stops_of(guide: Guide) -> tuple[Stop, ...]:
    """Every stop in its order."""
    return tuple(Stop(name, partial(go, guide)) for name, go in (*_tab_ways(), *_ways_beside_the_tab()))


def _tab_ways() -> tuple[Way, ...]:
    """What a query tab shows, and what lies above it."""
    return (
        ("first-start", _first_start),
        ("empty-tab", _empty_tab),
        ("rows-so-far", lambda on: on.run(_TEN_COLUMNS)),
        ("selection", _selection),
        ("rows-counted", _count),
        ("running", _start_sleeping),
        ("cancelled", _cancel),
        ("error", lambda on: on.run("select customer_id, nme\n  from shop.customers;")),
        ("several-results", lambda on: on.run(_SEVERAL, "query.run_all")),
        ("messages", _messages),
        ("result-kept", _keep_result),
        ("plan", lambda on: on.run(_PLAN, "query.explain_analyze")),
        ("parameters", _parameters),
        ("transaction-open", _open_transaction),
        ("transaction-failed", _fail_transaction),
        ("question", _question),
        ("session-pinned", _pin_session),
        ("many-columns", lambda on: on.run(_MANY_COLUMNS)),
        ("odd-values", lambda on: on.run(_ODD_VALUES)),
        ("cell", _document_cell),
        ("cell-huge", _huge_cell),
        ("empty-result", lambda on: on.run("select * from shop.customers where false")),
        ("no-columns", lambda on: on.run("select from generate_series(1, 42)")),
        ("copy-output", lambda on: on.run("copy (select * from shop.customers limit 20) to stdout with (header)")),
        ("replace", _replace),
        ("palette", _palette),
        ("commit-menu", _commit_menu),
        ("shortcuts", lambda on: _dialog(on, "help.shortcuts", "shortcutSheet")),
        ("settings", lambda on: _dialog(on, "app.settings", "settingsDialog")),
        ("batch", _batch),
    )


def _ways_beside_the_tab() -> tuple[Way, ...]:
    """Imports, panes, connections and losses."""
    return (
        *import_stops(),
        ("pool-under-load", tour_pool.pool_under_load),
        ("pool-charts", tour_pool.pool_charts),
        ("pool-advice", tour_pool.pool_advice),
        ("query-log", tour_pool.query_log),
        ("pool-events", tour_pool.end_of_load),
        ("pool-limits", tour_pool.pool_limits),
        ("activity", _activity),
        ("blocking-tree", show_blocking),
        ("server-numbers", show_numbers),
        ("connection", _connection),
        ("connection-refused", _refused_test),
        *safety_stops(),
        *connection_stops(),
        ("disconnected", _disconnect),
        ("test-server", partial(_other_server, kind=ConnectionKind.TEST, channel="unverified")),
        ("production-server", partial(_other_server, kind=ConnectionKind.PRODUCTION, channel="verified")),
        ("connection-tabs", tabs_of_several),
        ("notice", _notice),
        *NOTIFICATION_WAYS,
    )


# Connections


async def _first_start(guide: Guide) -> None:
    """As nobody has connected yet."""
    guide.press("connection.disconnect")
    await guide.until(lambda: not guide.tab.state.connected, "the end of the connection")
    guide.press("tab.close")
    await guide.until(lambda: guide.window.current_tab is None, "the start page")


async def _empty_tab(guide: Guide) -> None:
    guide.window.start_page.local_requested.emit()
    await guide.until(lambda: guide.window.current_tab is not None, "a tab on the local PostgreSQL")
    await guide.until(lambda: guide.tab.state.connected, "the local PostgreSQL")


async def _activity(guide: Guide) -> None:
    await tour_pool.close_pool(guide)
    await show_sessions(guide)


async def _connection(guide: Guide) -> None:
    await leave_activity(guide)
    await _dialog(guide, "connection.open", "connectionDialog")


async def _refused_test(guide: Guide) -> None:
    await _dialog(guide, "connection.open", "connectionDialog")
    dialog = guide.top()
    line = guide.part(QLineEdit, "connectionUri", dialog)
    line.setText(_REFUSED)
    line.editingFinished.emit()
    guide.click("connectionTest", dialog)
    await guide.until(lambda: guide.says(dialog, "danger"), "the failure of the test")


async def _disconnect(guide: Guide) -> None:
    await guide.run("select 'the result stays' as result")
    guide.press("connection.disconnect")
    await guide.until(lambda: not guide.tab.state.connected, "the end of the connection")


async def _other_server(guide: Guide, kind: ConnectionKind, channel: ChannelState) -> None:
    """How a server looks that is elsewhere; there is none to connect to."""
    host = f"{kind.value}.example.com"
    title = f"shop as app on {host}, port 5432"
    guide.window.show_connection(
        ConnectionStatus("connected", f"shop @ {host}", title, kind, channel, "TLSv1.3", "18.1", "Europe/Berlin")
    )


async def _notice(guide: Guide) -> None:
    guide.window.tab_changed.emit()
    guide.window.notice_bar.show_notice(_LONG_NOTICE, "warning", ("file.save_as", "Save as…"))


# Running


async def _selection(guide: Guide) -> None:
    guide.pane.grid.move_to(3, 2)
    guide.pane.grid.move_to(8, 5, Pick.EXTEND)
    guide.press("view.result")


async def _count(guide: Guide) -> None:
    result = guide.pane.result
    guide.press("result.count")
    await guide.until(lambda: result.counted_rows is not None, "the count")


async def _start_sleeping(guide: Guide) -> None:
    await guide.start("select pg_sleep(60)")


async def _cancel(guide: Guide) -> None:
    guide.press("query.cancel")
    await guide.until_idle()


async def _messages(guide: Guide) -> None:
    guide.press("view.messages")


async def _keep_result(guide: Guide) -> None:
    await guide.run("select 1 as first")
    guide.press("result.pin")
    await guide.run("select 2 as second")


async def _parameters(guide: Guide) -> None:
    await guide.start("select $1::int + $2::numeric as total, $3::text as remark")
    await guide.until(guide.tab.form.isVisible, "the form for parameters")


async def _open_transaction(guide: Guide) -> None:
    await _cancel(guide)
    await guide.run(_CHANGES, "query.run_all")
    await guide.until_transaction(_OPEN)


async def _fail_transaction(guide: Guide) -> None:
    await guide.run("select 1 / 0")
    await guide.until_transaction(_FAILED)


async def _question(guide: Guide) -> None:
    guide.press("tab.close")
    await guide.dialog("question")


async def _pin_session(guide: Guide) -> None:
    await guide.run("rollback")
    await guide.until_transaction(_IDLE)
    await guide.run("set work_mem to '64MB';\ncreate temporary table basket (n int);\ntable basket;", "query.run_all")
    await guide.until(lambda: guide.tab.state.pinned, "the pinned session")


# Values


async def _document_cell(guide: Guide) -> None:
    guide.pane.grid.move_to(0, 7)
    guide.press("result.view_cell")


async def _huge_cell(guide: Guide) -> None:
    await guide.run("select n as id, repeat('a line of a long text\n', 200000) as huge from generate_series(1, 3) as n")
    guide.pane.grid.move_to(1, 1)
    guide.press("result.view_cell")


# What lies above


async def _replace(guide: Guide) -> None:
    guide.press("editor.replace")


async def _palette(guide: Guide) -> None:
    guide.tab.find_bar.close_bar()
    guide.press("help.palette")


async def _commit_menu(guide: Guide) -> None:
    guide.window.command_palette.hide()
    button = guide.window.tool_bar.mode_button
    button.menu().popup(button.mapToGlobal(QPoint(0, button.height())))


async def _dialog(guide: Guide, action_id: str, name: str) -> None:
    guide.press(action_id)
    await guide.dialog(name)


async def _batch(guide: Guide) -> None:
    await _dialog(guide, "query.batch", "batchDialog")
    guide.part(QPlainTextEdit, "batchValues", guide.top()).setPlainText("1\tMonday\n2\tTuesday\n3\t\\N\n")
