"""Binds the pool pane and its actions to the pool monitor, and asks for files; it decides nothing."""

import asyncio
from collections.abc import Callable, Coroutine, Iterable, Sequence
from pathlib import Path
from typing import Any, Final, Protocol

from PySide6.QtCore import QBuffer, QByteArray, QIODevice

from pgconsole.core.errors import PgconsoleError
from pgconsole.core.pool_picture import PoolPicture
from pgconsole.core.query_log import CSV_HEADER, csv_row
from pgconsole.core.spreadsheet_cells import count_formulas, formula_warning
from pgconsole.pool_monitor import PoolMonitor
from pgconsole.ui.main_window import MainWindow
from pgconsole.ui.pool.limits_dialog import PoolLimitsDialog
from pgconsole.ui.pool_pane import PoolPane
from pgconsole.ui.questions import choose_file

Start = Callable[[Coroutine[Any, Any, None], str], None]

_BUTTONS: Final = ("pool.check", "pool.recycle", "pool.recycle_idle", "pool.expire", "pool.limits")


class Files(Protocol):
    """Writes files beside the window, and loads what the charts need."""

    async def write_csv(self, path: Path, rows: Iterable[Sequence[str]]) -> None:
        """Write rows of cells; raises `FileError`."""

    async def write_bytes(self, path: Path, content: bytes) -> None:
        """Write a file whole; raises `FileError`."""

    async def load(self, module: str) -> None:
        """Import a module without holding the window up."""


class PoolDesk:
    """Implements `PoolView` by a `PoolPane`."""

    def __init__(self, window: MainWindow, start: Start, files: Files) -> None:
        self._window = window
        self._start = start
        self._files = files
        self.pane = PoolPane(window)
        window.docks.add(window.actions_by_id["view.pool"], self.pane)
        self.pane.show_buttons([window.actions_by_id[action_id] for action_id in _BUTTONS])

    def serve(self, monitor: PoolMonitor) -> None:
        """Let what the user does reach the monitor."""
        pane, log = self.pane, self.pane.query_log
        pane.seen_changed.connect(monitor.set_seen)
        pane.recycle_wanted.connect(monitor.recycle)
        pane.charts.charts_wanted.connect(lambda: self._start(self._make_charts(), "load charts"))
        pane.charts.png_wanted.connect(lambda: self._start(self._save_picture(), "save picture"))
        pane.charts.csv_wanted.connect(lambda: self._start(self._save_figures(), "save figures"))
        log.export_wanted.connect(lambda: self._start(self._save_log(), "save log"))
        log.clear_wanted.connect(monitor.clear_log)
        log.server_log_wanted.connect(monitor.set_server_log)
        self._window.actions_by_id.connect_all(
            {
                "pool.check": monitor.check_now,
                "pool.recycle": lambda: self._recycle_selected(monitor),
                "pool.recycle_idle": monitor.recycle_idle,
                "pool.expire": monitor.expire,
                "pool.limits": lambda: self._ask_limits(monitor),
            }
        )

    # PoolView

    def show(self, picture: PoolPicture) -> None:
        """Show how the pool stands."""
        self.pane.show_picture(picture)

    def show_nothing(self) -> None:
        """There is no connection."""
        self.pane.show_nothing()

    def tell(self, text: str) -> None:
        """Say it in the pane, or in the notice bar where that is not to be seen."""
        if self.pane.isVisible():
            self.pane.tell(text)
        else:
            self._window.notice_bar.show_notice(text)

    def report(self, error: PgconsoleError) -> None:
        """Show a failure in the notice bar."""
        self._window.show_error(error)

    # Commands

    def _recycle_selected(self, monitor: PoolMonitor) -> None:
        pid = self.pane.selected_pid
        if pid is None:
            self.tell("Select a connection in the pool's table first.")
        else:
            monitor.recycle(pid)

    def _ask_limits(self, monitor: PoolMonitor) -> None:
        picture = self.pane.picture
        if picture is not None:
            dialog = PoolLimitsDialog(picture.limits, self._window)
            dialog.finished.connect(dialog.deleteLater)
            dialog.limits_given.connect(monitor.set_limits)
            dialog.open()

    # Files

    async def _make_charts(self) -> None:
        await self._files.load("pyqtgraph")
        are_more = True
        while are_more:
            are_more = self.pane.charts.make_next()
            await asyncio.sleep(0)

    async def _save_picture(self) -> None:
        picture = self.pane.charts.picture()
        if picture is None:
            return
        file = await choose_file(self._window, "Save the charts", "Pictures (*.png)", save_as="pool.png")
        if file is not None:
            content = QByteArray()
            buffer = QBuffer(content)
            buffer.open(QIODevice.OpenModeFlag.WriteOnly)
            picture.save(buffer, "PNG")
            await self._files.write_bytes(file, bytes(content.data()))
            self.tell(f"The charts were saved to {file.name}.")

    async def _save_figures(self) -> None:
        picture = self.pane.picture
        if picture is not None:
            await self._save_csv("Save the figures", "pool.csv", list(picture.samples.csv_rows()))

    async def _save_log(self) -> None:
        rows = [CSV_HEADER, *(csv_row(entry) for entry in self.pane.query_log.chosen())]
        await self._save_csv("Save the statements", "statements.csv", rows)

    async def _save_csv(self, title: str, name: str, rows: Sequence[Sequence[str]]) -> None:
        file = await choose_file(self._window, title, "Tables (*.csv)", save_as=name)
        if file is not None:
            await self._files.write_csv(file, rows)
            told = formula_warning(count_formulas(cell for row in rows for cell in row))
            self.tell(f"{len(rows) - 1:,} rows were saved to {file.name}. {told}".strip())
