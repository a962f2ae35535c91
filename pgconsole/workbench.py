"""One window at work: opens and closes its tabs and connections, and binds widgets to features.

Part of the composition root beside `app.py`, which starts and ends it. What a tab does is `QueryConsole`'s, what a
connection is `ServerConnection`'s, texts on disk are `TabTexts`', and what is seen is the widgets'.
"""

import asyncio
import time
from collections.abc import Callable, Coroutine
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from typing import Any

from pgconsole.alert_tabs import AlertTabs
from pgconsole.core.arguments import Arguments
from pgconsole.core.closing import ClosingTab, closing_question
from pgconsole.core.connection_status import ConnectionStatus
from pgconsole.core.draft import Draft, new_draft_id
from pgconsole.core.errors import PgconsoleError, SessionError
from pgconsole.core.guards import GuardRules
from pgconsole.core.run_state import TransactionState
from pgconsole.core.settings import Settings, WindowState
from pgconsole.db.server_connection import ServerConnection
from pgconsole.imports import Imports
from pgconsole.open_servers import OpenServers
from pgconsole.query_console import QueryConsole
from pgconsole.run_questions import RunQuestions
from pgconsole.server_panes import make_panes
from pgconsole.tab_texts import TabTexts
from pgconsole.ui.batch_dialog import BatchDialog
from pgconsole.ui.connecting.desk import OpenChoice
from pgconsole.ui.main_window import MainWindow
from pgconsole.ui.query_tab import QueryTab
from pgconsole.ui.questions import ask_text, choose
from pgconsole.ui.window.actions import WindowActions
from pgconsole.ui.window.settings_desk import SettingsDesk
from pgconsole.ui.window.tab_notices import TabNotices
from pgconsole.window_memory import WindowMemory
from pgconsole.workers.file_chunks import read_chunks
from pgconsole.workers.private_files import state_dir
from pgconsole.workers.script_run import RunServices
from pgconsole.workers.settings_file import Loaded, SettingsFile
from pgconsole.workers.task_scope import TaskScope

_COMMIT_AND_CLOSE = "Commit and close"


@dataclass(slots=True)
class _Bound:
    """A tab with the console that serves it and the connection that this one uses."""

    console: QueryConsole
    server: ServerConnection


class Workbench:
    """What happens in one window, from its first connection to its end."""

    def __init__(
        self, window: MainWindow, store: SettingsFile, settings: Loaded[Settings], remembered: WindowState
    ) -> None:
        self._window = window
        self._problems = [str(problem) for problem in settings.problems]
        self._scope = TaskScope("window", window.show_error)
        self._bound: dict[QueryTab, _Bound] = {}
        self._closed = asyncio.Event()
        self._closing: set[QueryTab] = set()
        self._settings = SettingsDesk(window, settings.value, store.save_settings, self._start)
        self._services = RunServices(lambda: self._settings.settings, state_dir() / "spill", read_chunks)
        self._texts = TabTexts(window, self.new_tab, self._start)
        self._servers = OpenServers(
            window,
            store,
            self._start,
            self._use_server,
            self._show_connection,
            self._connection_choices,
            lambda: self._settings.settings.auto_reconnect,
        )
        run_query = AlertTabs(window, partial(self._open_tab, show=False), self._bound.get).run_query
        self._panes = make_panes(window, self._start, self._services.settings, self._current_console, run_query)
        self._imports = Imports(window, self._start, self._server_now)
        self._memory = WindowMemory(window, store, remembered, self._servers.profiles_to_remember)
        self._actions = WindowActions(window, self._console_of, self._servers.connections.give_up)
        self._notices = TabNotices(window)
        self._questions = RunQuestions(window, self._scope, lambda tab: self._bound[tab].console)
        self._bind()

    def _bind(self) -> None:
        window, texts = self._window, self._texts
        window.close_requested.connect(lambda: self._start(self._close_window(), "close window"))
        window.tab_close_requested.connect(lambda tab: self._start(self._close_tab(tab), "close tab"))
        window.tab_changed.connect(self._show_connection)
        window.files_dropped.connect(self._imports.open)
        window.start_page.import_requested.connect(lambda: self._start(self._import_at_start(), "import"))
        window.tabs.tabBar().tabMoved.connect(lambda _from, _to: texts.changed())
        window.actions_by_id.connect_all(
            {
                "tab.new": self.new_tab,
                "tab.close": lambda: self._on_tab(self._close_tab),
                "tab.reopen": lambda: self._start(texts.reopen(), "reopen tab"),
                "tab.rename": lambda: self._on_tab(self._rename_tab),
                "file.open": lambda: self._start(texts.open_file(), "open file"),
                "file.save": lambda: self._on_tab(texts.save_file),
                "file.save_as": lambda: self._on_tab(lambda tab: texts.save_file(tab, ask=True)),
                "result.save_copy": lambda: self._on_tab(texts.save_copy_output),
                "query.batch": self._open_batch,
                "connection.open": lambda: self._servers.connections.edit(),
                "connection.manage": self._servers.manager.open,
                "tab.connection": self._servers.desk.open_menu,
                "connection.edit": self._edit_connection,
                "connection.reconnect": self._reconnect,
                "connection.disconnect": lambda: self._start(self._disconnect(), "disconnect"),
                "app.settings": self._settings.open,
                "app.quit": window.close,
            }
        )

    # From start to end

    async def open(self, arguments: Arguments) -> None:
        """Bring back the tabs of last time, and make the first connection; a failure of it is told.

        Returns when that has ended, or when the user closes the window and will not wait for it.
        """
        opening = self._scope.start(self._open(arguments), "open")
        closed = asyncio.ensure_future(self._closed.wait())
        await asyncio.wait({opening, closed}, return_when=asyncio.FIRST_COMPLETED)
        closed.cancel()

    async def _open(self, arguments: Arguments) -> None:
        for problem in self._problems:
            self._window.notice_bar.show_notice(problem, "warning")
        await self._attempt(self._texts.restore())
        self._memory.restore_tabs()
        self._start(self._memory.keep(), "remember the window")
        await self._attempt(self._servers.connections.load())
        if arguments.local:
            await self._attempt(self._servers.open_local())
        elif arguments.dsn is not None:
            await self._attempt(self._servers.open_dsn(arguments.dsn))
        elif self._settings.settings.restore_connections:
            await self._servers.open_again(self._memory.remembered.last_connections)

    async def _attempt(self, work: Coroutine[Any, Any, None]) -> None:
        """Do one step of the start; the window opens whatever comes of it."""
        try:
            await work
        except PgconsoleError as error:
            self._window.show_error(error)
            self._show_connection()

    async def until_closed(self) -> None:
        """Wait until the user has closed the window."""
        await self._closed.wait()

    def end(self) -> None:
        """Close the window without a question: whoever asks for it waits for no answer."""
        self._closed.set()

    async def aclose(self) -> None:
        """Put everything away: texts, runs, sessions, the local server."""
        await self._memory.save()
        self._window.hide()
        await self._scope.aclose()
        await self._texts.aclose()
        with suppress(PgconsoleError):
            await self._settings.save()
        await self._servers.connections.aclose()
        await self._imports.aclose()
        await self._panes.aclose()
        await asyncio.gather(*(bound.console.aclose() for bound in self._bound.values()))
        for tab in self._window.query_tabs():
            tab.results.close_all()
        await self._servers.aclose()

    def _start(self, work: Coroutine[Any, Any, None], name: str) -> None:
        self._scope.start(work, name)

    # Connections

    def _use_server(self, server: ServerConnection) -> None:
        """Let the tabs without a connection, else a new one, work on a connection that was opened just now."""
        if not self._bind_unbound(server):
            self._open_tab(server)
        self._imports.server_opened(server)
        self._start(self._memory.save(), "remember the connection")

    def _bind_unbound(self, server: ServerConnection) -> bool:
        """Let tabs without a connection use this one, unless another is expected for them; whether there were any."""
        own = server.profile.id
        unbound = [tab for tab in self._window.query_tabs() if tab not in self._bound]
        tabs = [tab for tab in unbound if tab.profile_id == own or not self._servers.is_awaited(tab.profile_id)]
        for tab in tabs:
            self._bind_tab(tab, server)
        return bool(tabs)

    def _edit_connection(self) -> None:
        bound = self._current_bound()
        if bound is not None:
            self._servers.connections.edit(bound.server.profile)

    def _reconnect(self) -> None:
        bound = self._current_bound()
        if bound is not None:
            self._servers.reconnection_of(bound.server).reconnect()

    async def _disconnect(self) -> None:
        """Close the connection of the current tab: its tabs stay, without one."""
        bound = self._current_bound()
        if bound is None:
            return
        server = bound.server
        if not (await self._imports.may_close(server) and await self._may_lose(self._tabs_on(server), "Disconnect")):
            return
        await self._imports.leave(server)
        await self._unbind(self._tabs_on(server))
        await self._panes.leave(server)
        await self._unbind(self._tabs_on(server))  # an alert may have opened one meanwhile
        await self._servers.close(server)
        self._show_connection()

    def _tabs_on(self, server: ServerConnection) -> list[QueryTab]:
        return [tab for tab, each in self._bound.items() if each.server is server]

    async def _unbind(self, tabs: list[QueryTab]) -> None:
        """Have tabs use no connection any more; their text and what they show stay."""
        for tab in tabs:
            if tab in self._bound:
                await self._bound.pop(tab).console.aclose()
                tab.show_disconnected()

    def _current_bound(self) -> _Bound | None:
        tab = self._window.current_tab
        return self._bound.get(tab) if tab is not None else None

    def _server_now(self) -> ServerConnection | None:
        """The connection of the current tab; without a tab, the newest that is open."""
        bound = self._current_bound()
        return bound.server if bound is not None else self._servers.newest if not self._window.current_tab else None

    async def _import_at_start(self) -> None:
        """Open a file before anything is connected: it goes into the local PostgreSQL, which is started meanwhile."""
        await self._imports.choose()
        if self._imports.is_waiting:
            await self._servers.open_local()

    def _show_connection(self) -> None:
        server = self._server_now()
        self._window.show_connection(server.status if server is not None else None, self._servers.being_made)
        several = len(list(self._servers)) > 1
        for each in self._window.query_tabs():
            own = self._bound.get(each)
            self._window.tabs.mark(each, own.server.status if own is not None else ConnectionStatus(), named=several)
        self._panes.follow(server, self._servers)

    def _connection_choices(self) -> list[OpenChoice]:
        """What the current tab may work on instead of what it does."""
        tab, bound = self._window.current_tab, self._current_bound()
        if tab is None or tab.state.is_busy:
            return []
        current = bound.server if bound is not None else None
        return [
            OpenChoice(server.status.label, server is current, partial(self._change_connection, tab, server))
            for server in self._servers
        ]

    def _change_connection(self, tab: QueryTab, server: ServerConnection) -> None:
        self._start(self._rebind(tab, server), "change connection")

    async def _rebind(self, tab: QueryTab, server: ServerConnection) -> None:
        """Let a tab work on another connection; its text and what it shows stay."""
        if tab in self._tabs_on(server):
            return
        if await self._may_lose([tab], "Change the connection"):
            await self._unbind([tab])
            if server in list(self._servers):
                self._bind_tab(tab, server)
            self._texts.changed()
            self._show_connection()

    # Tabs

    def new_tab(self, draft: Draft | None = None) -> None:
        """Open a tab, empty or with a draft's text, on the draft's connection, else on that of the current tab."""
        own = self._servers.with_profile(draft.profile_id) if draft is not None else None
        bound = self._current_bound()
        self._open_tab(own or (bound.server if bound is not None else self._servers.newest), draft)

    def _open_tab(self, server: ServerConnection | None, draft: Draft | None = None, *, show: bool = True) -> QueryTab:
        title = self._texts.title_of(draft)
        tab = QueryTab(title, draft.id if draft is not None else new_draft_id(), self._window.tabs)
        if draft is not None:
            tab.show_draft(draft)
            tab.profile_id = draft.profile_id
        tab.failed.connect(partial(self._hear, tab))
        tab.notified.connect(partial(self._notices.show, tab))
        tab.text_changed.connect(self._texts.changed)
        self._questions.serve(tab)
        if server is not None:
            self._bind_tab(tab, server)
        self._window.add_tab(tab, show=show)
        return tab

    def _hear(self, tab: QueryTab, error: PgconsoleError) -> None:
        """Tell of a failure in a tab, and have its connection offer what would help."""
        self._notices.show_error(tab, error)
        bound = self._bound.get(tab)
        if bound is not None:
            self._servers.hear(bound.server, error)

    def _bind_tab(self, tab: QueryTab, server: ServerConnection) -> None:
        rules = GuardRules(server.profile.kind, server.status.label, server.profile.session.read_only)
        console = QueryConsole(tab, server.pool, self._servers.guard_of(server), self._services, tab.title, rules)
        self._bound[tab] = _Bound(console, server)
        tab.profile_id = server.profile.id
        tab.serve(console)

    def _console_of(self, tab: QueryTab) -> QueryConsole | None:
        bound = self._bound.get(tab)
        if bound is None:
            error = SessionError("This tab has no connection.", "", "Open one from the Connection menu.")
            self._window.show_error(error)
            return None
        return bound.console

    def _current_console(self) -> QueryConsole | None:
        tab = self._window.current_tab
        return self._console_of(tab) if tab is not None else None

    def _on_tab(self, act: Callable[[QueryTab], Coroutine[Any, Any, None]]) -> None:
        if (tab := self._window.current_tab) is not None:
            self._start(act(tab), "act on tab")

    async def _close_tab(self, tab: QueryTab) -> None:
        if tab in self._closing:
            return
        self._closing.add(tab)
        try:
            if await self._may_lose([tab], "Close the tab"):
                await self._unbind([tab])
                tab.results.close_all()
                await self._texts.keep_closed(tab)
                self._window.remove_tab(tab)
        finally:
            self._closing.discard(tab)

    async def _may_lose(self, tabs: list[QueryTab], verb: str) -> bool:
        """Ask where closing would lose something of the sessions, or leave a file behind; drafts keep every text."""
        asks_of_files = len(tabs) == 1 and self._settings.settings.confirm_close_tab
        closing = [
            ClosingTab(tab.title, tab.state, asks_of_files and tab.file is not None and tab.is_unsaved) for tab in tabs
        ]
        asked = closing_question(closing, verb, time.time())
        if asked is None:
            return True
        answers = (*((_COMMIT_AND_CLOSE,) if asked.commits else ()), asked.close)
        answer = await choose(self._window, asked.question, asked.detail, answers)
        return await self._commit(tabs) if answer == _COMMIT_AND_CLOSE else answer is not None

    async def _commit(self, tabs: list[QueryTab]) -> bool:
        """Commit the open transactions of tabs; whether all of them are."""
        open_ones = [tab for tab in tabs if tab.state.transaction is TransactionState.OPEN and tab in self._bound]
        for tab in open_ones:
            console = self._bound[tab].console
            console.commit()
            await console.until_idle()
        return all(tab.state.transaction is TransactionState.IDLE for tab in open_ones)

    async def _rename_tab(self, tab: QueryTab) -> None:
        name = await ask_text(self._window, "Name of the tab", tab.title)
        if name and name.strip():
            tab.title = name.strip()
            self._window.retitle(tab)
            self._texts.changed()

    async def _close_window(self) -> None:
        tabs = list(self._window.query_tabs())
        if await self._imports.may_close() and await self._may_lose(tabs, "Close the window"):
            self._closed.set()

    # Dialogs

    def _open_batch(self) -> None:
        tab, console = self._window.current_tab, self._current_console()
        if tab is not None and console is not None:
            dialog = BatchDialog(self._window, tab.batch_text)
            dialog.text_left.connect(tab.keep_batch_text)
            where = (tab.editor.script(), tab.editor.caret(), tab.editor.selection())
            dialog.lines_given.connect(lambda lines: console.run_batch(*where, lines))
            dialog.open()
