"""Drives the real window as a person would, by its actions, and waits for what its tab says."""

import asyncio
from collections.abc import Awaitable, Callable, Iterator, Mapping
from contextlib import contextmanager

from PySide6.QtCore import QTimer

from pgconsole.app import run
from pgconsole.ui.main_window import MainWindow
from pgconsole.ui.query_tab import QueryTab
from pgconsole.workers.settings_file import SettingsFile

_FRAME_MS = 16
_LIMIT_S = 300.0


class WindowDriver:
    """The window's current tab, driven."""

    def __init__(self, window: MainWindow) -> None:
        tab = window.current_tab
        if tab is None:
            raise RuntimeError(f"no tab is open: {window.notice_bar.text}")
        self.window = window
        self.tab: QueryTab = tab
        self._changed = asyncio.Event()
        tab.state_changed.connect(self._changed.set)

    async def run(self, statement: str, action: str = "query.run") -> None:
        """Run one statement, and wait until the tab is idle again."""
        self.start(statement, action)
        await self.until("idle")

    def start(self, statement: str, action: str = "query.run") -> None:
        """Begin to run one statement."""
        self.tab.editor.set_script(statement)
        self.tab.editor.go_to(0)
        self.window.actions_by_id[action].trigger()

    async def until(self, *states: str) -> None:
        """Wait until the tab is in one of these states."""
        async with asyncio.timeout(_LIMIT_S):
            while self.tab.property("state") not in states:
                self._changed.clear()
                await self._changed.wait()

    async def read_by_cursor(self, statement: str) -> None:
        """Run one statement and ask for all of its rows as soon as the first are there."""
        self.start(statement)
        await self.until("streaming", "idle")
        self.window.actions_by_id["query.fetch_all"].trigger()
        await self.until("idle")

    def expect(self, row_count: int, road: str | None = None) -> None:
        """Raise where the result that is shown is not whole, or came by another road."""
        result = self.tab.results.result
        is_whole = result is not None and result.is_final and result.row_count == row_count
        if result is None or not is_whole or (road is not None and result.road.value != road):
            raise RuntimeError(f"not the result that was wanted: {result}, {self.window.notice_bar.text}")

    @contextmanager
    def following(self) -> Iterator[None]:
        """Keep the newest rows in view, a frame every 16 ms."""
        timer = QTimer()
        timer.timeout.connect(self._show_last_rows)
        timer.start(_FRAME_MS)
        try:
            yield
        finally:
            timer.stop()

    def _show_last_rows(self) -> None:
        pane = self.tab.results.pane
        if pane is not None:
            pane.grid.scroll_to_row(pane.grid.model().rowCount())


Work = Callable[[WindowDriver], Awaitable[Mapping[str, float]]]


def in_window(dsn: str, work: Work, settings: Mapping[str, str] | None = None) -> dict[str, float]:
    """Open the window on a server and return what `work` returns; `settings` are values as TOML has them."""
    path = SettingsFile().settings_path
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("".join(f"{name} = {value}\n" for name, value in (settings or {}).items()))
    found: dict[str, float] = {}

    async def drive(window: MainWindow) -> None:
        found.update(await work(WindowDriver(window)))

    if run([dsn], drive):
        raise RuntimeError("the window ended with an error")
    return found
