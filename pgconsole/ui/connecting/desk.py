"""Everything of a window that is about connections: start page, connection menu, dialog, password question.

Implements `ConnectionsView` and passes intents on to `Connections`; decides nothing.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

from PySide6.QtCore import QPoint
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu

from pgconsole.connections import Connections, PasswordStorageReport
from pgconsole.core.connection_state import Finding
from pgconsole.core.errors import HostKeyUnknown, PgconsoleError
from pgconsole.core.profile import Profile, RecentConnection
from pgconsole.core.profile_groups import grouped
from pgconsole.ui.connecting.dialog import ConnectionDialog
from pgconsole.ui.connecting.form import ParseKeywords
from pgconsole.ui.connecting.questions import ask_host_key, ask_secret
from pgconsole.ui.main_window import MainWindow
from pgconsole.ui.plain_tip import plain_title

_RECENT_IN_MENU = 10
_PGBOUNCER = "offer.pgbouncer"


@dataclass(frozen=True, slots=True)
class OpenChoice:
    """A connection that is open, as one that the current tab may work on."""

    label: str
    is_current: bool
    use: Callable[[], None]


class ConnectionDesk:
    """The view of `Connections` in one window; `serve` tells it whom intents go to."""

    def __init__(self, window: MainWindow, parse: ParseKeywords, has_root_file: Callable[[], bool]) -> None:
        """Take what reads a connection string into libpq's keywords, and whether the user has root certificates."""
        self._window = window
        self._parse = parse
        self._dialog = ConnectionDialog(parse, window, has_root_file)
        self._menu = QMenu(window)
        self._menu.setToolTipsVisible(True)
        window.connection_button.setMenu(self._menu)
        self._menu.aboutToShow.connect(self._show_open)
        self._open_ones: Callable[[], Sequence[OpenChoice]] = tuple
        self._choices: list[QAction] = []
        self.on_shown: Callable[[Sequence[Profile], Sequence[RecentConnection]], None] | None = None
        """Hears what connections there are, as the menu does."""
        self._connections: Connections | None = None
        self._pooled: Profile | None = None
        self._told_failure = ""
        window.notice_bar.action_chosen.connect(self._take_offer)

    def serve(
        self,
        connections: Connections,
        open_local: Callable[[], None],
        open_ones: Callable[[], Sequence[OpenChoice]] = tuple,
    ) -> None:
        """Pass intents on to `connections`, and the wish for the local PostgreSQL to `open_local`.

        `open_ones` tells what the current tab may work on.
        """
        self._open_ones = open_ones
        self._connections = connections
        page = self._window.start_page
        page.local_requested.connect(open_local)
        page.text_entered.connect(self._open_text)
        page.form_requested.connect(lambda: connections.edit())
        page.profile_chosen.connect(connections.open)
        page.recent_chosen.connect(connections.open_recent)
        self._dialog.test_requested.connect(connections.test)
        self._dialog.save_requested.connect(lambda edited, then_open: connections.save(edited, then_open=then_open))
        self._dialog.finished.connect(lambda _code: connections.stop_test())
        self._open_local = open_local
        self.show_connections((), ())

    def _open_text(self, text: str) -> None:
        page = self._window.start_page
        try:
            keywords = self._parse(text)
        except PgconsoleError as error:
            page.show_text_problem(str(error))
            return
        page.clear_text()
        if self._connections is not None:
            self._connections.open_keywords(keywords)

    # ConnectionsView

    def show_connections(self, profiles: Sequence[Profile], recent: Sequence[RecentConnection]) -> None:
        """List what can be opened, on the start page and in the toolbar's menu."""
        self._window.start_page.show_connections(profiles, recent)
        menu, connections = self._menu, self._connections
        menu.clear()
        self._choices.clear()
        if self.on_shown is not None:
            self.on_shown(profiles, recent)
        if connections is None:
            return
        for group, members in grouped(profiles):
            if group:
                menu.addSection(plain_title(group))
            for profile in members:
                menu.addAction(plain_title(profile.title), partial(connections.open, profile))
        unsaved = [used for used in recent if not used.profile_id][:_RECENT_IN_MENU]
        if profiles and unsaved:
            menu.addSeparator()
        for used in unsaved:
            menu.addAction(plain_title(used.title), partial(connections.open_recent, used))
        menu.addSeparator()
        menu.addAction("Local PostgreSQL", self._open_local)
        actions = self._window.actions_by_id
        for action_id in ("connection.open", "connection.manage", "connection.edit", "connection.disconnect"):
            menu.addAction(actions[action_id])
        if menu.isVisible():
            self._show_open()

    def _show_open(self) -> None:
        """Put what is open at the head of the menu, for the tab to work on, where there is a choice."""
        for action in self._choices:
            self._menu.removeAction(action)
            action.deleteLater()
        self._choices.clear()
        choices = self._open_ones()
        before = self._menu.actions()[0] if self._menu.actions() else None
        if len(choices) < 2 or before is None:
            return
        for choice in choices:
            action = QAction(plain_title(f"Use {choice.label} in this tab"), self._menu)
            action.setCheckable(True)
            action.setChecked(choice.is_current)
            action.triggered.connect(lambda _checked=False, use=choice.use: use())
            self._menu.insertAction(before, action)
            self._choices.append(action)
        self._choices.append(self._menu.insertSeparator(before))

    def open_menu(self) -> None:
        """Open the menu below its button, without waiting for its end."""
        button = self._window.connection_button
        self._menu.popup(button.mapToGlobal(QPoint(0, button.height())))
        self._menu.setActiveAction(self._menu.actions()[0])

    def show_form(self, profile: Profile) -> None:
        """Open the dialog with a profile in it."""
        self._dialog.show_profile(profile)
        self._dialog.open()

    def show_password_storage(self, storage: PasswordStorageReport) -> None:
        """Say in the dialog where a password is kept."""
        self._dialog.show_password_storage(storage)

    def show_test(self, running: bool, lines: Sequence[Finding]) -> None:
        """Show in the dialog how the test goes."""
        self._dialog.show_test(running, lines)

    def show_saved(self, profile: Profile) -> None:
        """Close the dialog."""
        self._dialog.accept()

    def show_save_failed(self, error: PgconsoleError) -> None:
        """Say in the dialog why it was not saved."""
        self._dialog.show_save_failed(error)

    def ask_secret(self, what: str, error: PgconsoleError, give: Callable[[str], None]) -> None:
        """Tell why it is wanted, and ask for a password."""
        self.report(error)
        ask_secret(self._window, what, error, give)

    def ask_host_key(self, error: HostKeyUnknown, trust: Callable[[], None]) -> None:
        """Show the key of an SSH server that is not known, and ask."""
        ask_host_key(self._window, error, trust)

    def show_opening(self, is_opening: bool) -> None:
        """Let Cancel give the attempts up while there are any; a new one takes the last one's failure away."""
        self._window.set_condition("busy", is_opening)
        notice = self._window.notice_bar
        if is_opening and self._told_failure and notice.property("text") == self._told_failure:
            notice.dismiss()

    def offer_pgbouncer(self, profile: Profile, error: PgconsoleError) -> None:
        """Tell of the failure, with a button that switches PgBouncer mode on."""
        self._pooled = profile
        words = f"{profile.title} seems to stand behind PgBouncer in transaction mode. {error.report.message}"
        self._window.notice_bar.show_notice(words, "warning", (_PGBOUNCER, "Switch PgBouncer mode on"))

    def _take_offer(self, chosen: str) -> None:
        if chosen == _PGBOUNCER and self._pooled is not None and self._connections is not None:
            profile, self._pooled = self._pooled, None
            self._window.notice_bar.dismiss()
            self._connections.switch_to_pgbouncer(profile)

    def tell(self, text: str) -> None:
        """Show one sentence in the notice bar."""
        self._window.notice_bar.show_notice(text)

    def report(self, error: PgconsoleError) -> None:
        """Show a failure in the notice bar."""
        self._window.show_error(error)
        self._told_failure = str(self._window.notice_bar.property("text"))
