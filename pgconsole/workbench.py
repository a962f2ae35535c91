"""One window at work: opens and closes its tabs and connections, and binds widgets to features.

Part of the composition root beside `app.py`, which starts and ends it. What a tab does is `QueryConsole`'s, what a
connection is `ServerConnection`'s, and what is seen the widgets'.
"""

import asyncio
from collections.abc import Callable, Coroutine
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pgconsole.core.arguments import Arguments
from pgconsole.core.connection_status import ConnectionStatus
from pgconsole.core.draft import Draft, new_draft_id
from pgconsole.core.errors import PgconsoleError, SessionError
from pgconsole.core.profile import Profile
from pgconsole.core.run_state import TransactionState
from pgconsole.core.settings import Settings
from pgconsole.db.server_connection import ServerConnection, open_server
from pgconsole.query_console import QueryConsole
from pgconsole.ui.main_window import MainWindow
from pgconsole.ui.query_tab import QueryTab
from pgconsole.ui.questions import ask_text, choose_file, confirm
from pgconsole.ui.window_actions import WindowActions
from pgconsole.workers.draft_store import DraftStore
from pgconsole.workers.file_chunks import read_chunks, read_text, write_text
from pgconsole.workers.portal_guard import PortalGuard
from pgconsole.workers.private_files import state_dir
from pgconsole.workers.sample_server import SampleServer
from pgconsole.workers.script_run import RunServices
from pgconsole.workers.settings_file import Loaded, SettingsFile
from pgconsole.workers.task_scope import TaskScope

_AUTOSAVE_S = 1.0
_SCRIPTS = "SQL scripts (*.sql);;All files (*)"


@dataclass(slots=True)
class _Bound:
    """A tab with the console that serves it and the connection that this one uses."""

    console: QueryConsole
    server: ServerConnection


class Workbench:
    """What happens in one window, from its first connection to its end."""

    def __init__(self, window: MainWindow, store: SettingsFile, settings: Loaded[Settings]) -> None:
        self._window = window
        self._store = store
        self._settings = settings.value
        self._problems = [str(problem) for problem in settings.problems]
        self._scope = TaskScope("window", self.report)
        self._bound: dict[QueryTab, _Bound] = {}
        self._server: ServerConnection | None = None
        self._servers: list[ServerConnection] = []
        self._guards: dict[ServerConnection, PortalGuard] = {}
        self._sample = SampleServer()
        self._drafts: DraftStore | None = None
        self._autosave: asyncio.TimerHandle | None = None
        self._closed = asyncio.Event()
        self._numbers = 0
        self._services = RunServices(lambda: self._settings, state_dir() / "spill", read_chunks)
        self._actions = WindowActions(window, self._console_of)
        window.set_usual_font_size(self._settings.editor_font_pt)
        self._bind()

    def _bind(self) -> None:
        window = self._window
        window.close_requested.connect(lambda: self._start(self._close_window(), "close window"))
        window.tab_close_requested.connect(lambda tab: self._start(self._close_tab(tab), "close tab"))
        window.tab_changed.connect(self._show_connection)
        window.actions_by_id.connect_all(
            {
                "tab.new": self.new_tab,
                "tab.close": lambda: self._on_tab(self._close_tab),
                "tab.reopen": lambda: self._start(self._reopen_tab(), "reopen tab"),
                "tab.rename": lambda: self._on_tab(self._rename_tab),
                "file.open": lambda: self._start(self._open_file(), "open file"),
                "file.save": lambda: self._on_tab(self._save_file),
                "file.save_as": lambda: self._on_tab(lambda tab: self._save_file(tab, ask=True)),
                "connection.disconnect": lambda: self._start(self._disconnect(), "disconnect"),
                "app.quit": window.close,
            }
        )

    # From start to end

    async def open(self, arguments: Arguments) -> None:
        """Bring back the tabs of last time, and make the first connection; a failure of it is told."""
        await self._restore_drafts()
        for problem in self._problems:
            self._window.notice_bar.show_notice(problem, "warning")
        try:
            if arguments.local:
                await self.open_local()
            elif arguments.dsn is not None:
                await self.open_dsn(arguments.dsn)
        except PgconsoleError as error:
            self.report(error)
        if self._server is not None and not self._bound:
            self.new_tab()

    async def until_closed(self) -> None:
        """Wait until the user has closed the window."""
        await self._closed.wait()

    async def aclose(self) -> None:
        """Put everything away: drafts, runs, sessions, the local server."""
        if self._autosave is not None:
            self._autosave.cancel()
        with suppress(PgconsoleError):
            await self._save_drafts()
        await self._scope.aclose()
        await asyncio.gather(*(bound.console.aclose() for bound in self._bound.values()))
        for tab in self._window.query_tabs():
            tab.results.close_all()
        await asyncio.gather(*(server.aclose() for server in self._servers))
        if self._drafts is not None:
            await self._drafts.aclose()
        await self._sample.stop()

    def _start(self, work: Coroutine[Any, Any, None], name: str) -> None:
        self._scope.start(work, name)

    def report(self, error: PgconsoleError) -> None:
        """Tell of a failure in the notice bar."""
        self._window.show_error(error)

    # Connections

    async def open_local(self) -> None:
        """Open the PostgreSQL that comes along, and go on filling its sample in the background."""
        self._show_status(ConnectionStatus("connecting", "local PostgreSQL"))
        profile, password, is_unfilled = await self._sample.start()
        await self.open_profile(profile, password)
        if is_unfilled:
            self._start(self._fill_sample(), "fill sample")

    async def _fill_sample(self) -> None:
        status = self._window.status_line
        details = "The sample table shop.events gets its million rows; everything else works meanwhile."
        try:
            await self._sample.fill(lambda done: status.show_background(f"Filling shop.events: {done:.0%}", details))
        finally:
            status.show_background("")

    async def open_dsn(self, dsn: str) -> None:
        """Open what a connection string says; raises `InvalidConninfo` or `ConnectFailed`."""
        from pgconsole.db.conninfo_syntax import parse_keywords

        keywords: dict[str, str | int] = {**parse_keywords(dsn)}
        password = str(keywords.pop("password", "")) or None
        await self.open_profile(Profile(id="", server=keywords), password)

    async def open_profile(self, profile: Profile, password: str | None) -> None:
        """Open a connection; tabs that have none, and new ones, use it from now on."""
        server = await open_server(profile, password)
        self._servers.append(server)
        self._guards[server] = PortalGuard(server.pool)
        self._server = server
        for tab in self._window.query_tabs():
            if tab not in self._bound:
                self._bind_tab(tab, server)
        if not self._bound:
            self.new_tab()
        self._show_connection()

    async def _disconnect(self) -> None:
        """Close the connection of the current tab: its tabs stay, without one."""
        tab = self._window.current_tab
        bound = self._bound.get(tab) if tab is not None else None
        if bound is None or not await self._may_lose(list(self._tabs_of(bound.server)), "Disconnect"):
            return
        server = bound.server
        for each in list(self._tabs_of(server)):
            await self._bound.pop(each).console.aclose()
            each.show_disconnected()
        self._servers.remove(server)
        if self._server is server:
            self._server = self._servers[-1] if self._servers else None
        await server.aclose()
        self._show_connection()

    def _tabs_of(self, server: ServerConnection) -> list[QueryTab]:
        return [tab for tab, bound in self._bound.items() if bound.server is server]

    def _show_connection(self) -> None:
        tab = self._window.current_tab
        bound = self._bound.get(tab) if tab is not None else None
        server = bound.server if bound is not None else self._server
        self._show_status(server.status if server is not None else ConnectionStatus())

    def _show_status(self, status: ConnectionStatus) -> None:
        self._window.show_connection(status)

    # Tabs

    def new_tab(self, draft: Draft | None = None) -> None:
        """Open a tab, empty or with a draft's text, on the current connection."""
        if draft is None or not draft.title:
            self._numbers += 1
        title = draft.title if draft is not None and draft.title else f"Query {self._numbers}"
        tab = QueryTab(title, draft.id if draft is not None else new_draft_id(), self._window.tabs)
        if draft is not None:
            tab.editor.set_script(draft.text)
        tab.failed.connect(self.report)
        tab.text_changed.connect(self._schedule_autosave)
        tab.copy_file_wanted.connect(lambda _statement: self._start(self._choose_copy_file(tab), "choose file"))
        if self._server is not None:
            self._bind_tab(tab, self._server)
        self._window.add_tab(tab)

    def _bind_tab(self, tab: QueryTab, server: ServerConnection) -> None:
        console = QueryConsole(tab, server.pool, self._guards[server], self._services, tab.title)
        self._bound[tab] = _Bound(console, server)
        tab.more_wanted.connect(console.fetch_more)
        tab.values_given.connect(console.answer_parameters)
        tab.prompt_given_up.connect(console.give_up_prompt)
        tab.show_state(console.state)

    def _console_of(self, tab: QueryTab) -> QueryConsole | None:
        bound = self._bound.get(tab)
        if bound is None:
            self.report(SessionError("This tab has no connection.", "", "Open one from the Connection menu."))
            return None
        return bound.console

    def _on_tab(self, act: Callable[[QueryTab], Coroutine[Any, Any, None]]) -> None:
        tab = self._window.current_tab
        if tab is not None:
            self._start(act(tab), "act on tab")

    async def _close_tab(self, tab: QueryTab) -> None:
        if not await self._may_lose([tab], "Close tab"):
            return
        bound = self._bound.pop(tab, None)
        if bound is not None:
            await bound.console.aclose()
        tab.results.close_all()
        if self._drafts is not None:
            await self._drafts.close_draft(self._draft(tab, 0))
            self._window.can_reopen = True
        self._window.remove_tab(tab)

    async def _may_lose(self, tabs: list[QueryTab], verb: str) -> bool:
        """Ask where closing would roll back a transaction or end a run; text is never lost, drafts keep it."""
        open_ones = (TransactionState.OPEN, TransactionState.FAILED)
        in_transaction = [tab for tab in tabs if tab.state.transaction in open_ones]
        if in_transaction:
            names = ", ".join(tab.title for tab in in_transaction)
            return await confirm(
                self._window,
                f"{verb} and roll back?",
                f"{names} has an open transaction. What it changed is undone.",
                yes="Roll back and close",
            )
        unsaved = [tab for tab in tabs if tab.file is not None and tab.is_unsaved]
        if len(tabs) == 1 and unsaved and self._settings.confirm_close_tab:
            return await confirm(
                self._window, f"{verb} without saving?", f"{tabs[0].title} has changes that are not in its file.",
                yes="Close without saving",
            )  # fmt: skip
        return True

    async def _rename_tab(self, tab: QueryTab) -> None:
        name = await ask_text(self._window, "Name of the tab", tab.title)
        if name and name.strip():
            tab.title = name.strip()
            self._window.retitle(tab)
            self._schedule_autosave()

    async def _choose_copy_file(self, tab: QueryTab) -> None:
        file = await choose_file(self._window, "Data for COPY FROM STDIN", "All files (*)")
        console = self._console_of(tab)
        if console is None:
            return
        if file is None:
            console.give_up_prompt()
        else:
            console.answer_copy_file(file)

    # Scripts

    async def _open_file(self) -> None:
        file = await choose_file(self._window, "Open script", _SCRIPTS)
        if file is not None:
            text = await read_text(file)
            self.new_tab(Draft(new_draft_id(), file.name, text))
            tab = self._window.current_tab
            if tab is not None:
                tab.saved_as(file)

    async def _save_file(self, tab: QueryTab, *, ask: bool = False) -> None:
        file: Path | None = tab.file
        if file is None or ask:
            file = await choose_file(self._window, "Save script", _SCRIPTS, save_as=f"{tab.title}.sql")
        if file is not None:
            await write_text(file, tab.editor.script())
            tab.saved_as(file)

    # Drafts

    async def _restore_drafts(self) -> None:
        try:
            self._drafts = await DraftStore.open()
            drafts = await self._drafts.take_over()
            self._window.can_reopen = bool(await self._drafts.closed())
        except PgconsoleError as error:
            self.report(error)
            return
        for draft in drafts:
            self.new_tab(draft)

    async def _reopen_tab(self) -> None:
        if self._drafts is not None:
            draft = await self._drafts.reopen()
            self._window.can_reopen = bool(await self._drafts.closed())
            if draft is not None:
                self.new_tab(draft)

    def _schedule_autosave(self) -> None:
        if self._autosave is None:
            self._autosave = asyncio.get_running_loop().call_later(_AUTOSAVE_S, self._save_soon)

    def _save_soon(self) -> None:
        self._autosave = None
        self._start(self._save_drafts(), "save drafts")

    async def _save_drafts(self) -> None:
        if self._drafts is not None:
            tabs = self._window.query_tabs()
            await self._drafts.save([self._draft(tab, place) for place, tab in enumerate(tabs)])

    def _draft(self, tab: QueryTab, place: int) -> Draft:
        caret = tab.editor.textCursor()
        bound = self._bound.get(tab)
        profile_id = bound.server.profile.id if bound is not None else ""
        name = "" if tab.title.startswith("Query ") else tab.title
        return Draft(tab.draft_id, name, tab.editor.script(), caret.position(), caret.anchor(), place, profile_id)

    async def _close_window(self) -> None:
        if await self._may_lose(list(self._window.query_tabs()), "Close the window"):
            self._closed.set()
