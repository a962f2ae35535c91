"""Tells when a result's grid has painted rows, without the grid knowing."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from time import perf_counter
from unittest import mock

from PySide6.QtGui import QPaintEvent

from pgconsole.ui.result_grid import ResultGrid

_LIMIT_S = 60.0


class PaintWatch:
    """The first paint of rows since it was made or asked anew."""

    def __init__(self) -> None:
        self._painted = asyncio.Event()
        self.painted_s = 0.0
        """When the first paint ended, as `perf_counter` has it."""

    async def first(self) -> float:
        """Wait for the first paint; its time."""
        async with asyncio.timeout(_LIMIT_S):
            await self._painted.wait()
        return self.painted_s

    def ended(self, grid: ResultGrid) -> None:
        """Note the end of a paint."""
        if not self._painted.is_set() and grid.model().rowCount():
            self.painted_s = perf_counter()
            self._painted.set()


@contextmanager
def watched_paints() -> Iterator[PaintWatch]:
    """Watch every grid while the block runs."""
    watch = PaintWatch()
    paint_event = ResultGrid.paintEvent

    def paint(grid: ResultGrid, event: QPaintEvent) -> None:
        paint_event(grid, event)
        watch.ended(grid)

    with mock.patch.object(ResultGrid, "paintEvent", paint):
        yield watch
