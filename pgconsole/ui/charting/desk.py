"""Loads what charts need and saves them as a picture or figures, for the pages of any pane; it decides nothing."""

import asyncio
from collections.abc import Callable, Coroutine, Iterable, Sequence
from pathlib import Path
from typing import Any, Protocol

from PySide6.QtCore import QBuffer, QByteArray, QIODevice

from pgconsole.core.spreadsheet_cells import count_formulas, formula_warning
from pgconsole.ui.charting.page import ChartsPage
from pgconsole.ui.main_window import MainWindow
from pgconsole.ui.questions import choose_file

Start = Callable[[Coroutine[Any, Any, None], str], None]
_LIBRARY = "pyqtgraph"


class Files(Protocol):
    """Writes files beside the window, and loads what charts need."""

    async def write_csv(self, path: Path, rows: Iterable[Sequence[str]]) -> None:
        """Write rows of cells; raises `FileError`."""

    async def write_bytes(self, path: Path, content: bytes) -> None:
        """Write a file whole; raises `FileError`."""

    async def load(self, module: str) -> None:
        """Import a module without holding the window up."""


class ChartDesk:
    """Serves pages of charts; `tell` says what came of it."""

    def __init__(self, window: MainWindow, start: Start, files: Files, tell: Callable[[str], None]) -> None:
        self._window = window
        self._start = start
        self._files = files
        self._tell = tell

    def serve(self, page: ChartsPage, stem: str) -> None:
        """Make and save the charts of a page when it asks for that; `stem` begins the names of its files."""
        page.charts_wanted.connect(lambda: self._start(self._make(page), "load charts"))
        page.png_wanted.connect(lambda: self._start(self._save_picture(page, stem), "save picture"))
        page.csv_wanted.connect(lambda: self._start(self._save_figures(page, stem), "save figures"))

    async def _make(self, page: ChartsPage) -> None:
        await self._files.load(_LIBRARY)
        are_more = True
        while are_more:
            are_more = page.make_next()
            await asyncio.sleep(0)

    async def _save_picture(self, page: ChartsPage, stem: str) -> None:
        content = QByteArray()
        buffer = QBuffer(content)
        buffer.open(QIODevice.OpenModeFlag.WriteOnly)
        page.picture().save(buffer, "PNG")
        file = await choose_file(self._window, "Save the charts", "Pictures (*.png)", save_as=f"{stem}.png")
        if file is not None:
            await self._files.write_bytes(file, bytes(content.data()))
            self._tell(f"The charts were saved to {file.name}.")

    async def _save_figures(self, page: ChartsPage, stem: str) -> None:
        if page.samples is not None:
            count, rows = len(page.samples), page.samples.csv_rows()
            await self._save_rows("Save the figures", f"{stem}.csv", count, rows)

    async def save_csv(self, title: str, name: str, rows: Sequence[Sequence[str]]) -> None:
        """Ask for a file, and save rows of cells there, the first of which names them; raises `FileError`."""
        warning = formula_warning(count_formulas(cell for row in rows for cell in row))
        await self._save_rows(title, name, len(rows) - 1, rows, warning)

    async def _save_rows(
        self, title: str, name: str, count: int, rows: Iterable[Sequence[str]], warning: str = ""
    ) -> None:
        file = await choose_file(self._window, title, "Tables (*.csv)", save_as=name)
        if file is not None:
            await self._files.write_csv(file, rows)
            self._tell(f"{count:,} rows were saved to {file.name}. {warning}".strip())
