"""Watches a tab's open transaction while nothing runs in it: warns, and by a setting has it rolled back.

Leaves the rolling back to the query console, and what the server itself does to idle sessions to the server; of that it
warns in time.
"""

import asyncio
import math
from collections.abc import Callable

from pgconsole.core.messages import info_message
from pgconsole.core.notice import Notice
from pgconsole.core.query_view import QueryView
from pgconsole.core.run_state import TabState, TransactionState
from pgconsole.core.settings import Settings
from pgconsole.core.wording import format_duration_ms
from pgconsole.db.session import Session

_SERVER_MARGIN_S = 10.0
_OPEN = (TransactionState.OPEN, TransactionState.FAILED)


class IdleWatch:
    """Its time begins anew with each run; `follow` is told of every state of the tab."""

    def __init__(self, settings: Callable[[], Settings], notify: Callable[[Notice], None], end: Callable[[], None]):
        """Take whom to warn, and who ends the transaction when its time is up."""
        self._settings = settings
        self._notify = notify
        self._end = end
        self._timers: list[asyncio.TimerHandle] = []

    def follow(self, state: TabState, server_limit_s: float = math.inf) -> None:
        """Begin to count where the tab is idle in a transaction, which the server bears for so long; else stop."""
        is_idle = not state.is_busy and state.transaction in _OPEN
        if is_idle and not self._timers:
            self._start(server_limit_s)
        elif not is_idle:
            self.stop()

    def stop(self) -> None:
        """Count no longer."""
        for timer in self._timers:
            timer.cancel()
        self._timers.clear()

    def _start(self, server_limit_s: float) -> None:
        settings, loop = self._settings(), asyncio.get_running_loop()
        rollback_s = settings.idle_transaction_rollback_s
        warn_s = settings.idle_transaction_warn_s
        server_warn_s = max(server_limit_s / 2, server_limit_s - _SERVER_MARGIN_S)
        if min(server_warn_s, rollback_s) < math.inf or warn_s < math.inf:
            delay_s = min(warn_s, server_warn_s, rollback_s / 2)
            ends_s = min(server_limit_s, rollback_s)
            by = "the server ends the session" if server_limit_s <= rollback_s else "it is rolled back"
            self._timers.append(loop.call_later(delay_s, self._warn, delay_s, ends_s - delay_s, by))
        if rollback_s < math.inf:
            self._timers.append(loop.call_later(rollback_s, self._end))

    def _warn(self, idle_s: float, left_s: float, what: str) -> None:
        then = f" In {format_duration_ms(left_s * 1000)} {what}." if left_s < math.inf else ""
        told = f"Nothing has run in this transaction for {format_duration_ms(idle_s * 1000)}; it holds locks."
        self._notify(Notice(f"{told}{then} Commit or roll back.", "warning"))


async def roll_back_idle(session: Session, view: QueryView) -> None:
    """End a transaction whose time is up, and tell; raises where the server can't be reached."""
    await session.execute("ROLLBACK")
    told = "The transaction was rolled back: nothing ran in it for as long as the settings allow."
    view.show_message(info_message(told))
    view.notify(Notice(told, "warning"))
