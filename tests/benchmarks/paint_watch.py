"""Tells when a result's grid has painted rows, without the grid knowing.

The grid's paint event is replaced once, for the life of the process: PySide6 keeps the method that it found first, and
may call it long after another one has taken its place.
"""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from time import perf_counter

from PySide6.QtGui import QPaintEvent

from pgconsole.ui.grid.result_grid import ResultGrid

_LIMIT_S = 60.0


class PaintWatch:
    """The first paint of rows since it was made."""

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


_watches: list[PaintWatch] = []
_grids_own_paint = ResultGrid.paintEvent


def _paint(grid: ResultGrid, event: QPaintEvent) -> None:
    _grids_own_paint(grid, event)
    for watch in _watches:
        watch.ended(grid)


setattr(ResultGrid, "paintEvent", _paint)  # noqa: B010 - mypy takes no method in place of another


@contextmanager
def watched_paints() -> Iterator[PaintWatch]:
    """Watch every grid while the block runs."""
    watch = PaintWatch()
    _watches.append(watch)
    try:
        yield watch
    finally:
        _watches.remove(watch)
