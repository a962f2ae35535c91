"""Everything of a window that is about connections: start page, connection menu, dialog, password question.

Implements `ConnectionsView` and passes intents on to `Connections`; decides nothing.
"""

from collections.abc import Callable, Sequence
from functools import partial

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QInputDialog, QLineEdit, QMenu

from pgconsole.connections import Connections, PasswordStorageReport
from pgconsole.core.connection_state import Finding
from pgconsole.core.errors import PgconsoleError
from pgconsole.core.plain_text import visible_line
from pgconsole.core.profile import Profile, RecentConnection
from pgconsole.ui.connection_dialog import ConnectionDialog
from pgconsole.ui.connection_form import ParseKeywords
from pgconsole.ui.main_window import MainWindow
from pgconsole.ui.plain_tip import plain_title
from pgconsole.ui.questions import make_plain

_RECENT_IN_MENU = 10


class ConnectionDesk:
    """The view of `Connections` in one window; `serve` tells it whom intents go to."""

    def __init__(self, window: MainWindow, parse: ParseKeywords) -> None:
        """Take what reads a connection string into libpq's keywords."""
        self._window = window
        self._parse = parse
        self._dialog = ConnectionDialog(parse, window)
        self._menu = QMenu(window)
        self._menu.setToolTipsVisible(True)
        window.connection_button.setMenu(self._menu)
        self._connections: Connections | None = None

    def serve(self, connections: Connections, open_local: Callable[[], None]) -> None:
        """Pass intents on to `connections`, and the wish for the local PostgreSQL to `open_local`."""
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
        if connections is None:
            return
        for profile in profiles:
            menu.addAction(plain_title(profile.title), partial(connections.open, profile))
        unsaved = [used for used in recent if not used.profile_id][:_RECENT_IN_MENU]
        if profiles and unsaved:
            menu.addSeparator()
        for used in unsaved:
            menu.addAction(plain_title(used.title), partial(connections.open_recent, used))
        menu.addSeparator()
        menu.addAction("Local PostgreSQL", self._open_local)
        actions = self._window.actions_by_id
        for action_id in ("connection.open", "connection.edit", "connection.disconnect"):
            menu.addAction(actions[action_id])

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

    def ask_password(self, profile: Profile, error: PgconsoleError) -> None:
        """Tell why the server refused, and ask for the password."""
        self.report(error)
        question = QInputDialog(self._window)
        question.setObjectName("passwordQuestion")
        question.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        question.setWindowTitle("Password")
        question.setLabelText(f"Password for {visible_line(profile.title)}")
        make_plain(question)
        question.setTextEchoMode(QLineEdit.EchoMode.Password)
        if self._connections is not None:
            question.textValueSelected.connect(partial(self._connections.open, profile))
        question.open()

    def tell(self, text: str) -> None:
        """Show one sentence in the notice bar."""
        self._window.notice_bar.show_notice(text)

    def report(self, error: PgconsoleError) -> None:
        """Show a failure in the notice bar."""
        self._window.show_error(error)
