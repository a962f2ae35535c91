"""The settings of one window while it is open: shows them in a dialog, applies what changes, has it saved in order."""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any, get_args

from msgspec.structs import replace

from pgconsole.core.settings import Settings, ThemeName
from pgconsole.ui.main_window import MainWindow
from pgconsole.ui.theme import apply_theme_now
from pgconsole.ui.window.settings_dialog import SettingsDialog

SaveSettings = Callable[[Settings, Settings], Awaitable[None]]
"""Writes what differs between the settings before and after; raises `PgconsoleError`."""

Start = Callable[[Coroutine[Any, Any, None], str], None]


class SettingsDesk:
    """Holds the settings that are in force."""

    def __init__(self, window: MainWindow, settings: Settings, save: SaveSettings, start: Start) -> None:
        """Take how settings are saved, and what runs that in the background."""
        self._window = window
        self.settings = self._saved = settings
        self._save = save
        self._start = start
        self._saving = asyncio.Lock()
        window.set_usual_font_size(settings.editor_font_pt)
        window.actions_by_id.connect_all(
            {f"view.theme_{theme}": self._theme_setter(theme) for theme in get_args(ThemeName)}
        )
        self._check_theme()

    def open(self) -> None:
        """Show the dialog."""
        dialog = SettingsDialog(self._window)
        dialog.show_settings(self.settings)
        dialog.settings_changed.connect(self._change)
        dialog.finished.connect(lambda _code: dialog.deleteLater())
        dialog.open()

    def _change(self, settings: Settings) -> None:
        before, self.settings = self.settings, settings
        if settings.theme != before.theme:
            apply_theme_now(settings.theme)
            self._check_theme()
        if settings.editor_font_pt != before.editor_font_pt:
            self._window.set_usual_font_size(settings.editor_font_pt)
        self._start(self.save(), "save settings")

    def _theme_setter(self, theme: ThemeName) -> Callable[[], None]:
        return lambda: self._change(replace(self.settings, theme=theme))

    def _check_theme(self) -> None:
        self._window.actions_by_id[f"view.theme_{self.settings.theme}"].setChecked(True)

    async def save(self) -> None:
        """Save what is not saved yet, one change after another; raises `PgconsoleError`."""
        async with self._saving:
            before, after = self._saved, self.settings
            if after != before:
                await self._save(before, after)
                self._saved = after
