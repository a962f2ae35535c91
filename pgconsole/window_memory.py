"""Keeps how a window is, so that the next one comes back as it was left, also where this one ends without a word.

Part of the composition root; what there is to remember is read off the window by `ui.window.memory`.
"""

import asyncio
from collections.abc import Callable, Iterable
from contextlib import suppress

from pgconsole.core.errors import PgconsoleError
from pgconsole.core.profile import Profile
from pgconsole.core.settings import WindowState
from pgconsole.ui.main_window import MainWindow
from pgconsole.ui.window.memory import restore_docks, restore_tabs, window_state
from pgconsole.workers.settings_file import SettingsFile

_LOOK_EVERY_S = 2.0
"""Docks and splitters tell of no change, and reading all of it takes 0.2 ms (2 cores, 2026-11)."""


class WindowMemory:
    """Gives a window what is remembered, and writes down what changes in it."""

    def __init__(
        self,
        window: MainWindow,
        store: SettingsFile,
        remembered: WindowState,
        profiles: Callable[[], Iterable[Profile]],
    ) -> None:
        """`profiles` are the connections that are open now; panes and zoom come back at once."""
        self.remembered = self._written = remembered
        self._window = window
        self._store = store
        self._profiles = profiles
        restore_docks(window, remembered)
        if remembered.zoom_pt:
            window.zoom(remembered.zoom_pt)

    def restore_tabs(self) -> None:
        """Show the tab that was shown; the tabs are there."""
        restore_tabs(self._window, self.remembered)

    async def keep(self) -> None:
        """Write down what changes, for ever."""
        while True:
            await asyncio.sleep(_LOOK_EVERY_S)
            await self.save()

    async def save(self) -> None:
        """Write down how the window is, unless that is written already; what can't be written is left."""
        state = window_state(self._window, self._profiles())
        if state != self._written:
            with suppress(PgconsoleError):
                await self._store.save_window(state)
                self._written = state
