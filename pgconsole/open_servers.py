"""The connections that are open in one window: makes them, brings those of last time back, and closes them.

Part of the composition root beside `workbench.py`, which lets tabs work on them. What profiles there are is
`Connections`', what a connection is `ServerConnection`'s, and the local server is `SampleServer`'s.
"""

import asyncio
from collections.abc import AsyncGenerator, Callable, Coroutine, Iterator, Mapping, Sequence
from contextlib import aclosing, contextmanager
from pathlib import Path
from typing import Any

from pgconsole.connections import Connections, unsaved_profile
from pgconsole.core.connection_state import Finding
from pgconsole.core.errors import PgconsoleError
from pgconsole.core.pooler_signs import speaks_of_pooler
from pgconsole.core.profile import Profile
from pgconsole.db.conninfo_syntax import parse_keywords
from pgconsole.db.credentials import Credentials
from pgconsole.db.diagnosis import diagnose
from pgconsole.db.pasted_text import parse_pasted
from pgconsole.db.server_access import NO_SECRETS, ServerAccess
from pgconsole.db.server_connection import ServerConnection, open_server
from pgconsole.profile_book import ProfileBook
from pgconsole.reconnection import Reconnection
from pgconsole.ui.connecting.desk import ConnectionDesk, OpenChoice
from pgconsole.ui.connecting.manager_desk import ManagerDesk
from pgconsole.ui.connecting.reconnection_desk import ReconnectionDesk
from pgconsole.ui.main_window import MainWindow
from pgconsole.workers.portal_guard import PortalGuard
from pgconsole.workers.sample_server import LOCAL_PROFILE_ID, SampleServer
from pgconsole.workers.settings_file import SettingsFile

Start = Callable[[Coroutine[Any, Any, None], str], None]


class OpenServers:
    """Opens and closes connections; `opened` hears of each new one, `settled` that what is shown may have changed."""

    def __init__(
        self,
        window: MainWindow,
        store: SettingsFile,
        start: Start,
        opened: Callable[[ServerConnection], None],
        settled: Callable[[], None],
        choices: Callable[[], Sequence[OpenChoice]],
        reconnects_itself: Callable[[], bool],
    ) -> None:
        """Take a window and its files; `choices` tells what the current tab may work on."""
        self._window = window
        self._start = start
        self._opened = opened
        self._settled = settled
        self._is_automatic = reconnects_itself
        self._guards: dict[ServerConnection, PortalGuard] = {}
        self._reconnections: dict[ServerConnection, Reconnection] = {}
        self._loss_desks: dict[ServerConnection, ReconnectionDesk] = {}
        window.notice_bar.action_chosen.connect(lambda _id: self._reconnect_told())
        self._sample = SampleServer()
        self._starting: asyncio.Task[tuple[Profile, str, bool]] | None = None
        self._expected: dict[str, Profile] = {}
        self._being_made: list[str] = []
        self.desk = ConnectionDesk(window, parse_pasted, _has_root_file)
        self.connections = Connections(self.desk, store, Credentials(), _diagnose, self.open_profile)
        self.manager = ManagerDesk(window, start)
        connections = self.connections
        self._book = ProfileBook(self.manager, store, lambda: connections.profiles, connections.load)
        self.manager.serve(connections, self._book)
        self.desk.on_shown = self.manager.show_connections
        self.desk.serve(connections, lambda: self._start(self.open_local(), "local PostgreSQL"), choices)

    # What is open

    def __iter__(self) -> Iterator[ServerConnection]:
        return iter(self._guards)

    @property
    def newest(self) -> ServerConnection | None:
        """The connection that was opened last of those that are open."""
        return next(reversed(self._guards), None)

    def guard_of(self, server: ServerConnection) -> PortalGuard:
        """Who keeps the paused results on a connection out of everybody's way."""
        return self._guards[server]

    def reconnection_of(self, server: ServerConnection) -> Reconnection:
        """Who tells of a connection's losses, and makes it anew."""
        return self._reconnections[server]

    def _reconnect_told(self) -> None:
        """The button of a connection's own notice was pressed: it is that connection that is meant."""
        for server, desk in self._loss_desks.items():
            if desk.is_shown:
                self._reconnections[server].reconnect()

    def with_profile(self, profile_id: str) -> ServerConnection | None:
        """The newest open connection of a profile."""
        return next((server for server in reversed(self._guards) if server.profile.id == profile_id), None)

    def is_awaited(self, profile_id: str) -> bool:
        """Whether a tab of this profile waits for it: a text that was written for one server never moves to another."""
        is_to_be_had = profile_id == LOCAL_PROFILE_ID or self.connections.profile(profile_id) is not None
        return is_to_be_had or profile_id in self._expected

    def profiles_to_remember(self) -> list[Profile]:
        """What is open or still to be opened; of a saved profile only the id, for its file may change meanwhile."""
        profiles = {server.profile.id: server.profile for server in self._guards}
        known = [*profiles.values(), *(each for each in self._expected.values() if each.id not in profiles)]
        return [Profile(id=each.id) if self.connections.profile(each.id) else each for each in known]

    # Opening

    @property
    def being_made(self) -> str:
        """The name of the connection that is being made, the newest of several; empty where there is none."""
        return self._being_made[-1] if self._being_made else ""

    @contextmanager
    def _told(self, title: str) -> Iterator[None]:
        """Tell of a connection while it is being made."""
        self._being_made.append(title)
        self._settled()
        try:
            yield
        finally:
            self._being_made.remove(title)
            self._settled()

    async def open_local(self) -> None:
        """Open the PostgreSQL that comes along, and go on filling its sample in the background."""
        page = self._window.start_page
        page.show_local_state("Starting…", available=False)
        try:
            with self._told("local PostgreSQL"):
                if self._starting is None or self._starting.done():
                    start = self._sample.start()
                    self._starting = asyncio.get_running_loop().create_task(start, name="start local server")
                # A server that is being started has to be there before it can be stopped.
                profile, password, is_unfilled = await asyncio.shield(self._starting)
            self.connections.knows(profile, password)
            await self.open_profile(profile, password)
        finally:
            page.show_local_state("", available=True)
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
        """Open what a connection string says; raises `InvalidConninfo`, `ConnectFailed` and its kin."""
        keywords = dict(parse_keywords(dsn))
        await self.connections.connect(unsaved_profile(keywords), keywords.get("password") or None)

    async def open_again(self, profiles: Sequence[Profile]) -> None:
        """Open the connections of last time; what can't be opened is told, and its tabs wait for it."""
        self._expected = {profile.id: profile for profile in profiles}
        for remembered in profiles:
            profile = self.connections.profile(remembered.id) or remembered
            try:
                if profile.id == LOCAL_PROFILE_ID:
                    await self.open_local()
                elif profile.server:
                    await self.connections.connect(profile)
            except PgconsoleError as error:
                self._window.show_error(error)
                self._settled()
        self._expected.clear()

    async def open_profile(
        self, profile: Profile, password: str | None, further_secrets: Mapping[str, str] = NO_SECRETS
    ) -> None:
        """Open a connection; raises `ConnectFailed` and its kin, and `InvalidConninfo`."""
        with self._told(profile.title):
            server = await open_server(profile, password, further_secrets)
        self._guards[server] = PortalGuard(server.pool)
        desk = self._loss_desks[server] = ReconnectionDesk(self._window, server, self._settled)
        self._reconnections[server] = Reconnection(server.pool, server.status.label, desk, self._is_automatic)
        server.continuity.on_elsewhere = desk.show_elsewhere
        self._opened(server)
        self._settled()

    def hear(self, server: ServerConnection, error: PgconsoleError) -> None:
        """A tab on this connection has failed: offer what would help the next attempt."""
        if speaks_of_pooler(error) and not server.profile.pgbouncer:
            self.desk.offer_pgbouncer(server.profile, error)
        else:
            self.connections.ask_again(server.profile, error, server.access.use_password)

    # Closing

    async def close(self, server: ServerConnection) -> None:
        """Close a connection that no tab uses any more."""
        del self._guards[server]
        del self._loss_desks[server]
        await self._reconnections.pop(server).aclose()
        await server.aclose()

    async def aclose(self) -> None:
        """Close every connection, and stop the local server where nobody else uses it."""
        await asyncio.gather(*(each.aclose() for each in self._reconnections.values()))
        await self._book.aclose()
        await asyncio.gather(*(server.aclose() for server in self._guards))
        if self._starting is not None:
            await asyncio.gather(self._starting, return_exceptions=True)
        await self._sample.stop()


def _has_root_file() -> bool:
    return (Path.home() / ".postgresql" / "root.crt").is_file()


async def _diagnose(
    profile: Profile, password: str | None, further_secrets: Mapping[str, str]
) -> AsyncGenerator[Finding]:
    """Test the way to a profile's server on connections of its own."""
    access = ServerAccess(profile, password, further_secrets)
    try:
        async with aclosing(diagnose(access)) as findings:
            async for finding in findings:
                yield finding
    finally:
        await access.aclose()
