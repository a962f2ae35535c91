"""The tabs in which rules of notifications run their queries: one for each, which comes back after it was closed.

Part of the composition root beside `workbench.py`. Such a tab is read-only, and takes neither the focus nor the place
of the tab that is shown; once its text or its transaction is the user's, the rule leaves it alone and has another.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Protocol

from pgconsole.core.draft import Draft, new_draft_id
from pgconsole.core.run_state import TransactionState
from pgconsole.db.server_connection import ServerConnection
from pgconsole.query_console import QueryConsole
from pgconsole.ui.main_window import MainWindow
from pgconsole.ui.query_tab import QueryTab


class BoundTab(Protocol):
    """What serves a tab."""

    @property
    def console(self) -> QueryConsole:
        """What runs in it."""

    @property
    def server(self) -> ServerConnection:
        """What it runs on."""


class AlertTabs:
    """Runs queries that nobody pressed a key for."""

    def __init__(
        self,
        window: MainWindow,
        open_tab: Callable[[ServerConnection, Draft], QueryTab],
        bound: Callable[[QueryTab], BoundTab | None],
    ) -> None:
        self._window = window
        self._open_tab = open_tab
        self._bound = bound
        self._texts: dict[QueryTab, str] = {}

    def run_query(self, server: ServerConnection, title: str, script: str) -> None:
        """Run a script that reads in the tab of this title, unless that is still at the last one."""
        tab = self._tab(server, title, script) or self._opened(server, title)
        bound = self._bound(tab)
        if bound is None or tab.state.is_busy:
            return
        tab.editor.setPlainText(script)
        self._texts[tab] = tab.editor.script()  # an editor has no place for some characters of a payload
        bound.console.set_read_only(True)
        bound.console.set_auto_commit(True)  # nobody is there to end a transaction
        with self._notice_kept(tab):
            bound.console.run(script, 0)

    def _tab(self, server: ServerConnection, title: str, script: str) -> QueryTab | None:
        """The tab that the rule ran in last, now or before the last start, where that is still as it left it."""
        open_tabs = list(self._window.query_tabs())
        self._texts = {tab: text for tab, text in self._texts.items() if tab in open_tabs}
        for tab in open_tabs:
            bound = self._bound(tab)
            is_here = tab.title == title and bound is not None and bound.server is server
            if is_here and tab.state.transaction is TransactionState.IDLE and self._is_as_left(tab, script):
                return tab
        return None

    def _is_as_left(self, tab: QueryTab, script: str) -> bool:
        text = tab.editor.script()
        return _query_of(text) == _query_of(script) and text == self._texts.get(tab, text)

    def _opened(self, server: ServerConnection, title: str) -> QueryTab:
        """A new tab beside the one that is shown, which stays."""
        tab = self._open_tab(server, Draft(new_draft_id(), title))
        if not self._window.notice_bar.said:
            self._window.notice_bar.show_notice(f"A message had a query run, read-only, in the tab “{title}”.")
        return tab

    @contextmanager
    def _notice_kept(self, tab: QueryTab) -> Iterator[None]:
        """A run that nobody asked for takes no notice away that somebody is reading."""
        dismiss = self._window.notice_bar.dismiss
        tab.run_began.disconnect(dismiss)
        try:
            yield
        finally:
            tab.run_began.connect(dismiss)


def _query_of(script: str) -> str:
    """The query without the message that it is run for."""
    return script.partition("\n\\bind ")[0]
