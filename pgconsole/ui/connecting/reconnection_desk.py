"""How a connection's losses and the way back are seen in one window: the notice bar, and the name of the connection."""

from collections.abc import Callable
from dataclasses import replace
from typing import Protocol

from pgconsole.core.actions import action
from pgconsole.core.connection_status import ConnectionStatus
from pgconsole.core.errors import PgconsoleError
from pgconsole.core.notice import Severity
from pgconsole.ui.main_window import MainWindow

_RECONNECT = "connection.reconnect"


class Standing(Protocol):
    """What has a status that the window shows."""

    status: ConnectionStatus


class ReconnectionDesk:
    """Implements `ReconnectionView` for one connection of one window."""

    def __init__(self, window: MainWindow, server: Standing, changed: Callable[[], None]) -> None:
        """Take whose status says how it stands, and whom to tell that it is another."""
        self._window = window
        self._server = server
        self._changed = changed
        self._told = ""
        self._elsewhere = ""
        """What was told of another place since the connection was there the last time."""

    @property
    def is_shown(self) -> bool:
        """Whether what the notice bar says is of this connection."""
        return bool(self._told) and self._window.notice_bar.said == self._told

    def show_lost(self, text: str, is_whole: bool) -> None:
        """Tell of the loss, and offer to reconnect."""
        if is_whole:
            self._stand("lost")
        if text:
            self._notice(text, "error" if is_whole else "warning", can_try=True)

    def show_attempt(self, text: str) -> None:
        """Tell how it goes; the button tries without waiting."""
        self._stand("lost")
        self._notice(text, "warning", can_try=True)

    def show_back(self, text: str) -> None:
        """Tell that there is a connection again."""
        self._stand("connected")
        elsewhere, self._elsewhere = self._elsewhere, ""
        if text:
            self._notice(f"{text} {elsewhere}".strip(), "warning" if elsewhere else "ok")

    def show_elsewhere(self, text: str) -> None:
        """Tell that sessions lead to another place than before."""
        self._elsewhere = text
        self._notice(text, "warning")

    def report(self, error: PgconsoleError) -> None:
        """Tell of a failure in the notice bar."""
        self._window.show_error(error, (_RECONNECT, action(_RECONNECT).title))
        self._told = self._window.notice_bar.said

    def _stand(self, phase: str) -> None:
        if self._server.status.phase != phase:
            self._server.status = replace(self._server.status, phase="lost" if phase == "lost" else "connected")
            self._changed()

    def _notice(self, text: str, severity: Severity, *, can_try: bool = False) -> None:
        button = (_RECONNECT, action(_RECONNECT).title) if can_try else None
        self._window.notice_bar.show_notice(text, severity, button)
        self._told = text
