"""A tour over the panes and dialogs: drives the window as a user would, and saves a picture of each stop.

It knows the window only; which server it shows is the application's business.
"""

import asyncio
import sys
import time
from collections.abc import Awaitable, Callable
from pathlib import Path

from PySide6.QtWidgets import QApplication, QDialog, QWidget

from pgconsole.ui.main_window import MainWindow
from pgconsole.ui.query_tab import QueryTab
from pgconsole.ui.theme import ThemeChoice, apply_theme_now

_LIMIT_S = 20.0
_SETTLE_S = 0.15
_THEMES: tuple[ThemeChoice, ...] = ("light", "dark")

_MANY_COLUMNS = "select " + ", ".join(f"{n} as c{n}" for n in range(1, 1665))
_ODD_VALUES = (
    "select null as \"null\", '' as empty, E'tab\\there' as tab, E'two\\nlines' as lines, U&'\\202Egnp.exe' as bidi,"
    " repeat('long ', 200) as long, jsonb_build_object('name', 'Zoë', 'tags', array['a', 'b']) as document"
)


async def take_tour(window: MainWindow, folder: Path) -> int:
    """Save `NAME-light.png` and `NAME-dark.png` for every stop into `folder`; 0 once all are there."""
    folder.mkdir(parents=True, exist_ok=True)  # noqa: ASYNC240 - once, before anything is shown
    window.resize(1280, 800)
    tour = _Tour(window, folder)
    for name, go in tour.stops():
        await go()
        await tour.take(name)
    sys.stdout.write(f"{folder}\n")
    return 0


class _Tour:
    """The stops and how each is reached."""

    def __init__(self, window: MainWindow, folder: Path) -> None:
        self._window = window
        self._folder = folder

    def stops(self) -> tuple[tuple[str, Callable[[], Awaitable[None]]], ...]:
        """Name and way of every stop, in order."""
        return (
            ("first-start", self._first_start),
            ("rows-so-far", lambda: self._run("select * from generate_series(1, 1000000) as n")),
            ("running", lambda: self._run("select pg_sleep(60)", wait=False)),
            ("cancelled", self._cancel),
            ("error", lambda: self._run("select customer_id, nme\n  from shop.customers;")),
            ("several-results", lambda: self._run(_SEVERAL, action="query.run_all")),
            ("messages", self._messages),
            ("parameters", lambda: self._run("select $1::int + $2::numeric as total", wait=False)),
            ("transaction-open", self._open_transaction),
            ("transaction-failed", lambda: self._run("select 1 / 0")),
            ("many-columns", self._many_columns),
            ("odd-values", lambda: self._run(_ODD_VALUES)),
            ("cell", self._cell),
            ("empty-result", lambda: self._run("select * from shop.customers where false")),
            ("find", self._find),
            ("palette", self._palette),
            ("shortcuts", lambda: self._dialog("help.shortcuts")),
            ("settings", lambda: self._dialog("app.settings")),
            ("connection", lambda: self._dialog("connection.open")),
            ("batch", lambda: self._dialog("query.batch")),
        )

    async def take(self, name: str) -> None:
        """Grab what is shown in both themes, then close what lies above the window."""
        for theme in _THEMES:
            apply_theme_now(theme)
            await asyncio.sleep(_SETTLE_S)
            shown: QWidget = self._open_dialog() or self._window
            shown.grab().save(str(self._folder / f"{name}-{theme}.png"))
        dialog = self._open_dialog()
        if dialog is not None:
            dialog.close()

    @property
    def _tab(self) -> QueryTab:
        tab = self._window.current_tab
        assert tab is not None
        return tab

    async def _first_start(self) -> None:
        pages, page = self._window.pages, self._window.start_page
        pages.setCurrentWidget(page)
        await asyncio.sleep(_SETTLE_S)

    async def _run(self, script: str, *, action: str = "query.run", wait: bool = True) -> None:
        self._window.pages.setCurrentWidget(self._window.tabs)
        tab = self._tab
        answered = tab.state.answered
        tab.editor.set_script(script)
        tab.editor.go_to(0)
        self._window.actions_by_id[action].trigger()
        if wait:
            await _until(lambda: tab.state.answered > answered and not tab.state.is_busy)
        else:
            await _until(lambda: tab.state.is_busy)

    async def _cancel(self) -> None:
        self._window.actions_by_id["query.cancel"].trigger()
        await _until(lambda: not self._tab.state.is_busy)

    async def _messages(self) -> None:
        self._tab.results.show_messages()

    async def _open_transaction(self) -> None:
        await self._cancel()
        await self._run("begin; update shop.products set name = name where false;", action="query.run_all")

    async def _many_columns(self) -> None:
        await self._run("rollback")
        await self._run(_MANY_COLUMNS)

    async def _cell(self) -> None:
        pane = self._tab.results.pane
        if pane is not None:
            pane.grid.move_to(0, 6)
            pane.view_cell()

    async def _find(self) -> None:
        self._window.actions_by_id["editor.find"].trigger()

    async def _palette(self) -> None:
        self._tab.find_bar.close_bar()
        self._window.command_palette.open()

    async def _dialog(self, action: str) -> None:
        self._window.command_palette.hide()
        self._window.actions_by_id[action].trigger()
        await _until(lambda: self._open_dialog() is not None)

    def _open_dialog(self) -> QDialog | None:
        for widget in QApplication.topLevelWidgets():
            if isinstance(widget, QDialog) and widget.isVisible():
                return widget
        return None


_SEVERAL = (
    "select * from shop.customers limit 100;\nselect * from shop.orders;\nselect count(*) from shop.products;\n"
    "do $$ begin raise notice 'a notice'; raise warning 'a warning'; end $$;"
)


async def _until(holds: Callable[[], bool]) -> None:
    """Wait until something holds; gives up after 20 s, for a picture of a wrong state tells more than none."""
    deadline = time.monotonic() + _LIMIT_S
    while not holds() and time.monotonic() < deadline:  # noqa: ASYNC110 - what is waited for has no one signal
        await asyncio.sleep(0.02)
