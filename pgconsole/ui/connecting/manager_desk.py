"""The list of connections in one window: implements `BookView`, and passes its intents on; decides nothing."""

from collections.abc import Callable, Coroutine, Sequence
from typing import Any

from pgconsole.connections import Connections
from pgconsole.core.errors import PgconsoleError
from pgconsole.core.profile import Profile, RecentConnection
from pgconsole.profile_book import ProfileBook
from pgconsole.ui.connecting.manager import ConnectionManager
from pgconsole.ui.connecting.questions import ask_removal
from pgconsole.ui.main_window import MainWindow
from pgconsole.ui.questions import choose_file

_EXPORT_NAME = "connections.toml"


class ManagerDesk:
    """The dialog is made when it is first wanted; `start` runs what waits for an answer."""

    def __init__(self, window: MainWindow, start: Callable[[Coroutine[Any, Any, None], str], None]) -> None:
        self._window = window
        self._start = start
        self._manager: ConnectionManager | None = None
        self._shown: tuple[Sequence[Profile], Sequence[RecentConnection]] = ((), ())

    def serve(self, connections: Connections, book: ProfileBook) -> None:
        """Pass intents on to these."""
        self._connections = connections
        self._book = book

    def open(self) -> None:
        """Show the list, and give it the focus."""
        if self._manager is None:
            self._manager = manager = ConnectionManager(self._window)
            self._connect(manager)
            manager.show_connections(*self._shown)
        self._manager.show()
        self._manager.activateWindow()
        self._manager.list.setFocus()
        self._book.look_for_services()

    def _connect(self, manager: ConnectionManager) -> None:
        connections, book = self._connections, self._book
        manager.new_requested.connect(lambda: connections.edit())
        manager.edit_requested.connect(connections.edit)
        manager.open_requested.connect(self._open)
        manager.duplicate_requested.connect(lambda profile: book.duplicate(profile.id))
        manager.remove_requested.connect(self._remove)
        manager.move_requested.connect(lambda profile, by: book.move(profile.id, by))
        manager.service_requested.connect(book.add_service)
        manager.import_requested.connect(lambda: self._start(self._import(), "choose file"))
        manager.export_requested.connect(lambda: self._start(self._export(), "choose file"))

    def _open(self, profile: Profile) -> None:
        if self._manager is not None:
            self._manager.close()
        self._connections.open(profile)

    def _remove(self, profile: Profile) -> None:
        ask_removal(self._manager or self._window, profile.title, lambda: self._connections.remove(profile.id))

    async def _import(self) -> None:
        kinds = "Connections (*.toml *.conf);;All files (*)"
        path = await choose_file(self._manager or self._window, "Import connections", kinds)
        if path is not None:
            self._book.import_from(path)

    async def _export(self) -> None:
        parent = self._manager or self._window
        path = await choose_file(parent, "Export connections", "Connections (*.toml)", save_as=_EXPORT_NAME)
        if path is not None:
            self._book.export_to(path)

    def show_connections(self, profiles: Sequence[Profile], recent: Sequence[RecentConnection]) -> None:
        """List these, now or when the list is first opened."""
        self._shown = (profiles, recent)
        if self._manager is not None:
            self._manager.show_connections(profiles, recent)

    # BookView

    def show_services(self, names: Sequence[str]) -> None:
        """Offer services to import."""
        if self._manager is not None:
            self._manager.show_services(names)

    def select(self, profile_id: str) -> None:
        """Make a profile the current one."""
        if self._manager is not None:
            self._manager.select(profile_id)

    def tell(self, text: str) -> None:
        """Show one sentence in the notice bar."""
        self._window.notice_bar.show_notice(text)

    def report(self, error: PgconsoleError) -> None:
        """Show a failure in the notice bar."""
        self._window.show_error(error)
