"""Notices of query tabs in the window's notice bar: what their button does is done in the tab that they came from."""

import weakref

from pgconsole.core.actions import action
from pgconsole.core.errors import ConnectFailed, ConnectionLost, OutcomeUnknown, PgconsoleError
from pgconsole.core.notice import Notice, Severity
from pgconsole.ui.main_window import MainWindow
from pgconsole.ui.query_tab import QueryTab
from pgconsole.ui.window.notice_words import notice_words


class TabNotices:
    """Shows what tabs tell, with a button for what can be done about it."""

    def __init__(self, window: MainWindow) -> None:
        self._window = window
        self._tab: weakref.ref[QueryTab] | None = None
        """Who told last; a tab that is closed goes with all of its rows."""
        self._told = ""
        """What the notice bar said after the newest notice of a tab: another one's button is not ours."""
        self._newest: tuple[str, Severity, str] = ("", "info", "")
        """Its words without a name, and what goes with them."""
        window.notice_bar.action_chosen.connect(self._act)
        window.tab_changed.connect(self._name_anew)

    def show_error(self, tab: QueryTab, error: PgconsoleError) -> None:
        """Tell of a tab's failure; a lost connection offers the way back."""
        self._show(tab, notice_words(error), "error", _remedy_of(error))

    def show(self, tab: QueryTab, notice: Notice) -> None:
        """Tell of something that is no failure."""
        self._show(tab, notice.text, notice.severity, notice.action_id)

    def _show(self, tab: QueryTab, words: str, severity: Severity, action_id: str) -> None:
        """Show it with the tab's name where another one is shown."""
        self._tab, self._newest = weakref.ref(tab), (words, severity, action_id)
        self._told = words if tab is self._window.current_tab else f"{tab.title}: {words}"
        self._window.notice_bar.show_notice(self._told, severity, _button(action_id))

    def _name_anew(self) -> None:
        """Another tab is shown: what was told of this one is of a named one from now on, or the other way round."""
        tab = self._tab_that_told()
        if tab is not None and self._is_shown:
            self._show(tab, *self._newest)

    @property
    def _is_shown(self) -> bool:
        return bool(self._told) and self._window.notice_bar.said == self._told

    def _tab_that_told(self) -> QueryTab | None:
        tab = self._tab() if self._tab is not None else None
        return tab if tab is not None and tab in list(self._window.query_tabs()) else None

    def _act(self, action_id: str) -> None:
        if not self._is_shown:
            return
        tab = self._tab_that_told()
        if tab is not None:
            self._window.tabs.setCurrentWidget(tab)
        chosen = self._window.actions_by_id[action_id]
        if chosen.isEnabled():
            chosen.trigger()


def _remedy_of(error: PgconsoleError) -> str:
    """The command that helps after a failure; empty where none does."""
    if isinstance(error, OutcomeUnknown) and error.transaction_id:
        return "query.ask_outcome"
    return "connection.reconnect" if isinstance(error, ConnectionLost | ConnectFailed) else ""


def _button(action_id: str) -> tuple[str, str] | None:
    return (action_id, action(action_id).title) if action_id else None
