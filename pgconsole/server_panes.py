"""The panes of one window that show a connection: which there are, and which connection they are on.

Part of the composition root beside `workbench.py`. Each pane belongs to a feature of its own, which is listed here;
they follow the connection of the tab that is shown.
"""

import asyncio
from collections.abc import Callable, Coroutine, Iterable
from typing import Any, Protocol

from pgconsole.application_pools import ApplicationPools
from pgconsole.core.run_state import TransactionState
from pgconsole.core.settings import Settings
from pgconsole.db.server_connection import ServerConnection
from pgconsole.notifications import Notifications, RunQuery, notify_statement
from pgconsole.pool_monitor import PoolMonitor
from pgconsole.query_console import QueryConsole
from pgconsole.server_activity import ServerActivity
from pgconsole.ui.activity.desk import ActivityDesk
from pgconsole.ui.main_window import MainWindow
from pgconsole.ui.notifications_pane import NotificationsPane
from pgconsole.ui.notifying.bounded_regex import compile_bounded
from pgconsole.ui.pool.desk import PoolDesk
from pgconsole.workers.channel_memory import ChannelMemory
from pgconsole.workers.side_files import SideFiles

Start = Callable[[Coroutine[Any, Any, None], str], None]
CurrentConsole = Callable[[], QueryConsole | None]
"""The console of the tab that is shown; None, after telling the user, where it has no connection."""


class ServerPane(Protocol):
    """A feature that shows something of a connection beside the tabs."""

    def follow(self, server: ServerConnection | None) -> None:
        """Show this connection from now on, or none; what it showed of another may go on unseen."""

    async def leave(self, server: ServerConnection) -> None:
        """Let go of a connection that is about to close."""

    async def aclose(self) -> None:
        """End what still runs."""


class ServerPanes:
    """Tells every pane of the connections that come and go."""

    def __init__(self, panes: Iterable[ServerPane], met: Callable[[ServerConnection], None]) -> None:
        """Take the panes, and who wants to know of a connection before it is shown."""
        self._panes = tuple(panes)
        self._met = met
        self._known: set[ServerConnection] = set()
        self._server: ServerConnection | None = None

    def follow(self, server: ServerConnection | None, all_open: Iterable[ServerConnection] = ()) -> None:
        """The connection of the tab that is shown is another now, or may be; so are those that are open."""
        for each in all_open:
            if each not in self._known:
                self._known.add(each)
                self._met(each)
        if server is not self._server:
            self._server = server
            for pane in self._panes:
                pane.follow(server)

    async def leave(self, server: ServerConnection) -> None:
        """A connection is about to close; until then it is none to be met again."""
        if server is self._server:
            self.follow(None)
        await asyncio.gather(*(pane.leave(server) for pane in self._panes))
        self._known.discard(server)

    async def aclose(self) -> None:
        """End every pane's work."""
        await asyncio.gather(*(pane.aclose() for pane in self._panes))


def make_panes(
    window: MainWindow, start: Start, settings: Callable[[], Settings], current: CurrentConsole, run_query: RunQuery
) -> ServerPanes:
    """Build every pane of a window, hidden at first, in the order of their tabs."""
    notifications = _notifications(window, settings, current, run_query)
    return ServerPanes((notifications, *_health(window, start, settings)), notifications.meet)


def _notifications(
    window: MainWindow, settings: Callable[[], Settings], current: CurrentConsole, run_query: RunQuery
) -> Notifications:
    pane = NotificationsPane(window)
    window.docks.add(window.actions_by_id["view.notifications"], pane)
    notifications = Notifications(pane, settings, ChannelMemory(), compile_bounded, run_query)
    pane.failed.connect(window.show_error)
    pane.told.connect(lambda text: window.notice_bar.show_notice(text, "info"))
    pane.serve(notifications)
    pane.form.wanted_in_tab.connect(lambda channel, payload: _notify_in_tab(window, pane, current, channel, payload))
    return notifications


def _notify_in_tab(
    window: MainWindow, pane: NotificationsPane, current: CurrentConsole, channel: str, payload: str
) -> None:
    """Notify by a statement of the current tab, in its transaction where one is open."""
    tab, console = window.current_tab, current()
    if tab is None or console is None:
        return
    try:
        console.run(notify_statement(channel, payload), 0)
    except ValueError as fault:
        pane.form.show_fault(str(fault))
        return
    is_open = tab.state.transaction is TransactionState.OPEN
    pane.form.show_sent(f"By {tab.title}" + (": arrives at its commit" if is_open else ""), False)


def _health(window: MainWindow, start: Start, settings: Callable[[], Settings]) -> tuple[ServerPane, ...]:
    """The pool and the activity, each of which leads to the other's row of a connection, and applications' pools."""
    files = SideFiles()
    pool, activity = PoolDesk(window, start, files), ActivityDesk(window, start, files)
    pool.find_in_activity, activity.find_in_pool = activity.find_session, pool.find_connection
    monitor, watching = PoolMonitor(pool, settings), ServerActivity(activity)
    pool.serve(monitor)
    activity.serve(watching)
    applications = ApplicationPools(pool, settings)
    pool.pane.applications.seen_changed.connect(applications.set_seen)
    return monitor, watching, applications
