"""Drawings on one axis of time: they follow the newest samples until the user looks elsewhere, and are read together.

Loading this module loads numpy and pyqtgraph, so it is loaded when charts are first shown.
"""

from collections.abc import Callable, Sequence
from datetime import datetime
from math import isnan
from typing import Final

from pgconsole.core.chart import Curve, Plot
from pgconsole.core.sample_ring import SampleRing
from pgconsole.ui.charting.drawing import Drawing
from pgconsole.ui.charting.tile import ChartTile
from pgconsole.ui.charting.timeline import Timeline
from pgconsole.ui.theme import theme_of

_LEAST_SPAN_S: Final = 60.0
"""A chart that has just begun shows a minute."""


class Charts:
    """The drawings of some tiles, one after the other made by `add_next`."""

    def __init__(self, tiles: Sequence[ChartTile], changed: Callable[[], None]) -> None:
        """Take whom to tell that another time is in view, or another moment is read."""
        self._tiles = tuple(tiles)
        self._changed = changed
        self._drawings: list[Drawing] = []
        self._timeline = Timeline(curve for tile in tiles for curve in tile.plot.curves)
        self._samples: SampleRing | None = None
        self._taken = -1
        self._span = (0.0, _LEAST_SPAN_S)
        self._read: int | None = None
        self.span_s: float | None = None
        """How much of the newest time is shown; None for everything."""
        self.is_following = True
        """Whether the newest stretch of time is shown, not one that the user moved or zoomed to."""

    def __len__(self) -> int:
        return len(self._timeline)

    def add_next(self) -> bool:
        """Make the next drawing, which takes some 10 ms; whether there are more to come."""
        tile = self._tiles[len(self._drawings)]
        drawing = Drawing(tile.plot, tile)
        self._drawings.append(drawing)
        drawing.moved.connect(self.look_at)
        drawing.pointed.connect(self._point)
        drawing.dress(theme_of(tile))
        tile.take(drawing)
        return len(self._drawings) < len(self._tiles)

    def dress(self) -> None:
        """Take the colours that the tiles have by now."""
        for drawing in self._drawings:
            drawing.dress(theme_of(drawing))

    # What is drawn

    def show(self, samples: SampleRing | None) -> None:
        """Draw what has been sampled; nothing where there is none."""
        if samples is not self._samples:
            self._samples, self._taken, self.is_following = samples, -1, True
            self._timeline.clear()
            self.read_none()
        if samples is not None and samples.added != self._taken:
            moment = self._moment
            self._taken = samples.added
            self._timeline.take(samples)
            self._read = self._timeline.nearest(moment) if moment is not None else None
        if self.is_following:
            self._span = self._newest_span()
        self._draw()

    def follow(self) -> None:
        """Show the newest stretch of time again."""
        self.is_following = True
        self._span = self._newest_span()
        self._draw()

    def look_at(self, first: float, last: float) -> None:
        """Show a stretch of time, and stay there."""
        self.is_following = False
        self._span = first, last
        self._draw()

    def zoom(self, factor: float) -> None:
        """Show so many times as much, about what is read or else the newest."""
        first, last = self._span
        still = self._moment if self._moment is not None else last
        self.look_at(still - (still - first) * factor, still + (last - still) * factor)

    def _newest_span(self) -> tuple[float, float]:
        if not len(self._timeline):
            return self._span
        newest = float(self._timeline.times[-1])
        oldest = min(float(self._timeline.times[0]), newest - _LEAST_SPAN_S)
        return max(oldest, newest - self.span_s) if self.span_s is not None else oldest, newest

    def _draw(self) -> None:
        for drawing in self._drawings:
            drawing.draw(self._timeline, *self._span)
        self._changed()

    # What is read

    @property
    def moment_text(self) -> str:
        """The time of day that is read; empty where none is."""
        return "" if self._moment is None else datetime.fromtimestamp(self._moment).strftime("%H:%M:%S")

    @property
    def _moment(self) -> float | None:
        return float(self._timeline.times[self._read]) if self._read is not None else None

    def _point(self, at: float | None) -> None:
        self._read_at(self._timeline.nearest(at) if at is not None and len(self._timeline) else None)

    def read_next(self, step: int) -> None:
        """Read so many samples later, or earlier; from the newest on where none is read."""
        if len(self._timeline):
            newest = len(self._timeline) - 1
            self._read_at(min(max((newest if self._read is None else self._read) + step, 0), newest))

    def read_none(self) -> None:
        """Show the newest values again."""
        self._read_at(None)

    def _read_at(self, number: int | None) -> None:
        self._read = number
        for drawing in self._drawings:
            drawing.mark(self._moment)
        for tile in self._tiles:
            tile.show_read(None if number is None else self._values(tile, number))
        self._changed()

    def newest_values(self, tile: ChartTile) -> list[str]:
        """The newest value of each curve of a tile in words."""
        return self._values(tile, len(self._timeline) - 1) if len(self._timeline) else [""] * len(tile.plot.curves)

    def _values(self, tile: ChartTile, number: int) -> list[str]:
        return [_written(tile.plot, curve, self._timeline.value(curve, number)) for curve in tile.plot.curves]


def _written(plot: Plot, curve: Curve, value: float) -> str:
    """A value in words; of curves that stand for what seldom is, nothing where it was not."""
    is_nothing = isnan(value) or (curve.is_rate and value == 0)
    return plot.write(value) if not is_nothing else "" if curve.words else "–"
