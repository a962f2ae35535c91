"""The tour's stops at the pane of notifications: thousands of messages, a gap when nobody listened, what changed."""

from collections.abc import Awaitable, Callable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLineEdit, QPlainTextEdit, QTabWidget

from pgconsole.core.notification_rules import Rule
from pgconsole.ui.notifications_pane import NotificationsPane
from pgconsole.ui.notifying.query_rule_dialog import QueryRuleDialog
from pgconsole.ui.notifying.send_form import PayloadEdit
from pgconsole.ui.notifying.table import MessageTable
from pgconsole.ui.tour.guide import Guide

_MANY = 12_000
_SEND = """select pg_notify(
         (array['orders', 'stock', 'Jobs'])[1 + n % 3],
         case when n % 97 = 0 then '{"order_id": ' || n || ', "state": "pa'
              when n % 3 = 2 then 'job ' || n || ' is done'
              else '{"id": ' || n || ', "state": "' || (array['new', 'paid', 'sent'])[1 + n % 3 + n % 2]
                   || '", "total": ' || (n % 1000) * 1.10 || ', "lines": [' || n % 7 || ', ' || n % 11 || ']}' end)
  from generate_series(FIRST, LAST) as n
"""
_RULE_QUERY = """select *
  from shop.orders
 where id = ($1::jsonb ->> 'id')::int
"""


async def _many(guide: Guide) -> None:
    guide.window.notice_bar.dismiss()
    guide.window.start_page.local_requested.emit()
    await guide.until(lambda: guide.window.current_tab is not None and guide.tab.state.connected, "a connection")
    pane = await _opened(guide)
    for name in ("orders", "stock", "Jobs"):
        await _subscribe(guide, pane, name)
    guide.window.notice_bar.dismiss()
    await guide.run(_send(1, _MANY))
    await guide.until(lambda: pane.property("received") >= _MANY, f"{_MANY} messages")
    await _choose(guide, 4)


async def _gap(guide: Guide) -> None:
    pane = guide.part(NotificationsPane, "notificationsPane")
    await guide.run(f"select pg_terminate_backend({pane.state_shown.backend_pid})")
    await guide.until(lambda: bool(pane.state_shown.log.end > _MANY), "the gap")
    await guide.until(lambda: pane.property("state") == "listening", "the listener's return")
    await guide.run(_send(_MANY + 1, _MANY + 3))
    await guide.until(lambda: pane.property("received") >= _MANY + 3, "the messages behind the gap")
    await _choose(guide, 1)


async def _alert(guide: Guide) -> None:
    pane = guide.part(NotificationsPane, "notificationsPane")
    pane.rules.changed.emit((Rule(act="highlight", wanted='"state": "sent"'),))
    dialog = QueryRuleDialog("on orders: $.state = failed", guide.window)
    dialog.open()
    guide.part(QPlainTextEdit, "ruleQuery", dialog).setPlainText(_RULE_QUERY)


async def _changes(guide: Guide) -> None:
    guide.part(QTabWidget, "payloadTabs").setCurrentIndex(2)
    guide.part(PayloadEdit, "sendPayload").setPlainText('{"id": 12004, "state": "paid"')
    guide.part(QLineEdit, "sendChannel").setText("orders")
    await _choose(guide, 1)


async def _rates(guide: Guide) -> None:
    guide.part(QTabWidget, "payloadTabs").setCurrentIndex(3)
    guide.part(PayloadEdit, "sendPayload").setPlainText("x" * 8000)


def _send(first: int, last: int) -> str:
    return _SEND.replace("FIRST", str(first)).replace("LAST", str(last))


async def _opened(guide: Guide) -> NotificationsPane:
    pane = guide.part(NotificationsPane, "notificationsPane")
    if not pane.isVisible():
        guide.press("view.notifications")
    await guide.until(pane.isVisible, "the pane")
    return pane


async def _subscribe(guide: Guide, pane: NotificationsPane, name: str) -> None:
    field = guide.part(QLineEdit, "channelInput", pane)
    field.setText(name)
    field.returnPressed.emit()
    await guide.until(lambda: pane.property("state") == "listening", "the listener")


async def _choose(guide: Guide, from_end: int) -> None:
    """Select a message near the newest, as a click does."""
    table = guide.part(MessageTable, "notificationsTable")
    await guide.until(lambda: table.is_following, "the newest message")
    table.go_to(table.messages.rowCount() - from_end)
    table.setFocus(Qt.FocusReason.OtherFocusReason)


NOTIFICATION_WAYS: tuple[tuple[str, Callable[[Guide], Awaitable[None]]], ...] = (
    ("notifications", _many),
    ("notifications-gap", _gap),
    ("notifications-alert", _alert),
    ("notifications-changes", _changes),
    ("notifications-rates", _rates),
)
"""Names of the stops and how each is reached, in their order; the first one connects."""
