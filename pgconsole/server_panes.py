"""The panes of one window that show a connection: which there are, and which connection they are on.

Part of the composition root beside `workbench.py`. Each pane belongs to a feature of its own, which is listed here;
they follow the connection of the tab that is shown.
"""

import asyncio
from collections.abc import Iterable
from typing import Protocol

from pgconsole.db.server_connection import ServerConnection


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

    def __init__(self, panes: Iterable[ServerPane]) -> None:
        self._panes = tuple(panes)
        self._server: ServerConnection | None = None

    def follow(self, server: ServerConnection | None) -> None:
        """The connection of the tab that is shown is another now, or may be."""
        if server is not self._server:
            self._server = server
            for pane in self._panes:
                pane.follow(server)

    async def leave(self, server: ServerConnection) -> None:
        """A connection is about to close."""
        if server is self._server:
            self.follow(None)
        await asyncio.gather(*(pane.leave(server) for pane in self._panes))

    async def aclose(self) -> None:
        """End every pane's work."""
        await asyncio.gather(*(pane.aclose() for pane in self._panes))
